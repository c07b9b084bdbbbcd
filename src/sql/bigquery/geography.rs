//! The distance of two places.

use datafusion::sql::sqlparser::ast::Expr;

use super::build::call;
use super::calls::{Call, name_of, plain_arguments};
use super::functions;
use crate::error::Result;

/// `ST_DISTANCE(ST_GEOGPOINT(a, b), ST_GEOGPOINT(c, d))` as one call: there is no type of places.
pub(super) fn distance(expr: &mut Expr) {
    let arguments = |call: &Expr, name: &str| match call {
        Expr::Function(call) if name_of(call).as_deref() == Some(name) => plain_arguments(call),
        _ => None,
    };
    if let Some([from, to]) = arguments(expr, "ST_DISTANCE").as_deref()
        && let (Some(from), Some(to)) = (arguments(from, "ST_GEOGPOINT"), arguments(to, "ST_GEOGPOINT"))
        && from.len() == 2
        && to.len() == 2
    {
        *expr = call(functions::DISTANCE, [from, to].concat());
    }
}

/// A distance of anything else is refused.
pub(super) fn translate(function: &Call) -> Result<Option<Expr>> {
    match function.name {
        "ST_DISTANCE" => Err(function.wrong("ST_DISTANCE(ST_GEOGPOINT(longitude, latitude), ST_GEOGPOINT(longitude, latitude))")),
        _ => Ok(None),
    }
}
