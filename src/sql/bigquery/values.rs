//! Calls about conditions and numbers.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr};

use super::build::{binary, call, case, cast, null, number, text};
use super::calls::{Call, nested};
use super::functions;
use crate::bigquery::is_math;
use crate::error::Result;

/// The translation of a call; `None` if it is no such function.
pub(super) fn translate(function: &Call) -> Result<Option<Expr>> {
    let arguments = function.arguments;
    if is_math(function.name, arguments.len()) {
        let name = if function.is_safe { functions::SAFE_MATH } else { functions::MATH };
        return Ok(Some(call(name, std::iter::once(text(function.name)).chain(arguments.iter().cloned()).collect())));
    }
    Ok(Some(match (function.name, arguments) {
        ("IF", [condition, value, otherwise]) => case(condition.clone(), value.clone(), Some(otherwise.clone())),
        ("IF", _) => return Err(function.wrong("IF(condition, value, otherwise)")),
        ("NULLIFZERO", [x]) => call("nullif", vec![x.clone(), number(0)]),
        ("ZEROIFNULL", [x]) => call("coalesce", vec![x.clone(), number(0)]),
        ("SAFE_DIVIDE", [_, _]) => function.to(functions::SAFE_DIVIDE),
        ("SAFE_DIVIDE", _) => return Err(function.wrong("SAFE_DIVIDE(a, b)")),
        ("SAFE_ADD", [a, b]) => arithmetic("+", a, b),
        ("SAFE_SUBTRACT", [a, b]) => arithmetic("-", a, b),
        ("SAFE_MULTIPLY", [a, b]) => arithmetic("*", a, b),
        ("SAFE_NEGATE", [x]) => arithmetic("-", &number(0), x),
        ("IEEE_DIVIDE", [a, b]) => binary(double(a), BinaryOperator::Divide, double(b)),
        ("MOD", [a, b]) => binary(nested(a), BinaryOperator::Modulo, nested(b)),
        // Of whole numbers, too, these are FLOAT64.
        ("ROUND" | "TRUNC", [x, rest @ ..]) => {
            let x = call(functions::FRACTION, vec![x.clone()]);
            call(&function.name.to_lowercase(), std::iter::once(x).chain(rest.iter().cloned()).collect())
        }
        ("GREATEST" | "LEAST", [first, rest @ ..]) => {
            let is_null = |value: &Expr| Expr::IsNull(Box::new(nested(value)));
            let any = rest.iter().fold(is_null(first), |any, value| binary(any, BinaryOperator::Or, is_null(value)));
            case(any, null(), Some(function.to(&function.name.to_lowercase())))
        }
        _ => return Ok(None),
    }))
}

fn arithmetic(operator: &str, a: &Expr, b: &Expr) -> Expr {
    call(functions::SAFE_ARITHMETIC, vec![text(operator), a.clone(), b.clone()])
}

fn double(expr: &Expr) -> Expr {
    cast(expr.clone(), DataType::DoublePrecision)
}
