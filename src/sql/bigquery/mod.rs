//! BigQuery's functions and rules, in queries of its dialect, as DataFusion's.
//!
//! A query is rewritten in the syntax tree before it is planned. [`calls`] and [`dates`] translate functions, [`columns`] finds
//! columns without regard to case, [`arrays`] plans `UNNEST`, functions that DataFusion lacks are in [`functions`]. What has no exact
//! equivalent is an error.
//! Beside functions:
//!
//! - `a / b` is a `FLOAT64` also of two integers, and an error where `b` is 0;
//! - `CAST(x AS INT64)` rounds half away from zero, `CAST(x AS STRING)` writes values as BigQuery does;
//! - `DATETIME` is a timestamp without a time zone, `TIMESTAMP` one in UTC;
//! - nulls are smaller than all values in `ORDER BY`;
//! - columns without a name are called `f0_`, `f1_`, ...; fields of `STRUCT(a, b)` go by the names of the columns.

mod aggregates;
mod arrays;
mod build;
mod calls;
mod columns;
mod dates;
mod format;
mod structs;

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Ident, OrderByExpr, OrderByKind, Query, Select,
    SelectItem, Spanned as _, TableFactor, TypedString, VisitMut, VisitorMut, WindowType,
};

pub(crate) use self::arrays::{ArraysInFrom, evaluate};
use self::columns::Spellings;
use crate::bigquery as functions;
use crate::error::{Error, Result};
use crate::model::Model;

/// Rewrites a query or a statement of BigQuery's dialect.
pub(super) async fn translate<V: VisitMut>(query: &mut V, session: &SessionContext, models: &[Arc<Model>]) -> Result<()> {
    let spellings = Spellings::of(query, session, models).await;
    spellings.apply(query);
    arrays::write_out(query)?;
    match query.visit(&mut Translate) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Rewrites an expression by itself.
pub(super) fn translate_alone(expr: &mut Expr) -> Result<()> {
    match expr.visit(&mut Translate) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Translate;

impl VisitorMut for Translate {
    type Break = Error;

    /// What the planner would pass over, so that a model would be trained on other rows than the query says.
    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<Error> {
        let what = match relation {
            TableFactor::Table { args: None, sample: Some(_), .. } => "TABLESAMPLE",
            TableFactor::Table { args: None, version: Some(_), .. } => "FOR SYSTEM_TIME AS OF",
            _ => return ControlFlow::Continue(()),
        };
        let error = Error::unsupported(what).at(relation.span());
        ControlFlow::Break(error.with_hint("a table has the rows of now, and WHERE rand() < 0.1 takes a tenth of them"))
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        if let Some(order_by) = &mut query.order_by
            && let OrderByKind::Expressions(keys) = &mut order_by.kind
        {
            keys.iter_mut().for_each(nulls_first);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Error> {
        name_columns(&mut select.projection);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        aggregates::quantile(expr);
        structs::type_array(expr);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match translate_expr(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// Columns without a name are `f0_`, `f1_`, ...; a field goes by its own.
fn name_columns(items: &mut [SelectItem]) {
    let mut unnamed = 0;
    for item in items {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        let field = match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => continue,
            Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
                Some(AccessExpr::Dot(Expr::Identifier(name))) => Some(name.value.clone()),
                _ => None,
            },
            _ => None,
        };
        let name = field.unwrap_or_else(|| {
            let name = format!("f{unnamed}_");
            unnamed += 1;
            name
        });
        let alias = Ident::with_quote('`', name);
        *item = SelectItem::ExprWithAlias { expr: std::mem::replace(expr, build::null()), alias };
    }
}

/// Nulls come first in ascending order and last in descending.
fn nulls_first(key: &mut OrderByExpr) {
    let is_ascending = key.options.asc.unwrap_or(true);
    key.options.nulls_first.get_or_insert(is_ascending);
}

fn translate_expr(expr: &mut Expr) -> Result<()> {
    let place = expr.span();
    match expr {
        Expr::Function(function) => {
            if let Some(WindowType::WindowSpec(window)) = &mut function.over {
                window.order_by.iter_mut().for_each(nulls_first);
            }
            if let Some(translated) = calls::translate(function)? {
                *expr = translated;
            }
        }
        Expr::BinaryOp { left, op: BinaryOperator::Divide, right } => {
            *expr = build::call(functions::DIVIDE, vec![left.as_ref().clone(), right.as_ref().clone()]);
        }
        Expr::Extract { field, expr: value, .. } => {
            *expr = dates::extract(&field.to_string().to_uppercase(), value, place)?;
        }
        Expr::CompoundFieldAccess { .. } => calls::subscript(expr)?,
        Expr::Struct { values, fields } if fields.is_empty() => structs::name_fields(values),
        Expr::Struct { values, fields } => structs::cast_fields(values, fields)?,
        Expr::Array(array) => structs::name_like_first(array)?,
        Expr::InUnnest { expr: value, array_expr, negated } => {
            *expr = in_array(value.as_ref().clone(), array_expr.as_ref().clone(), *negated)?;
        }
        Expr::AtTimeZone { timestamp, time_zone } => {
            *expr = dates::local(timestamp.as_ref().clone(), time_zone.as_ref().clone());
        }
        Expr::TypedString(TypedString { data_type: DataType::Timestamp(..), value, .. }) => {
            *expr = dates::timestamp(Expr::Value(value.clone()), false);
        }
        Expr::TypedString(TypedString { data_type, .. }) => translate_type(data_type),
        Expr::Substring { expr: value, substring_from: Some(from), substring_for, .. } => {
            *expr = calls::part_of_text(value, from, substring_for.as_deref());
        }
        Expr::Cast { kind, expr: value, data_type: DataType::Timestamp(..), format: None, .. } => {
            *expr = dates::timestamp(value.as_ref().clone(), matches!(kind, CastKind::SafeCast | CastKind::TryCast));
        }
        Expr::Cast { expr: value, data_type, format, .. } => {
            if format.is_some() {
                return Err(Error::unsupported("CAST with FORMAT")
                    .at(place)
                    .with_hint("FORMAT_DATE and PARSE_DATE have formats"));
            }
            let function = match data_type {
                DataType::String(_) => Some(functions::TEXT),
                _ if is_integer(data_type) => Some(functions::WHOLE),
                _ => None,
            };
            if let Some(function) = function {
                **value = build::call(function, vec![value.as_ref().clone()]);
            }
            translate_type(data_type);
        }
        _ => {}
    }
    Ok(())
}

/// `x IN UNNEST(array)`.
fn in_array(value: Expr, array: Expr, negated: bool) -> Result<Expr> {
    match array {
        Expr::Array(list) => Ok(Expr::InList { expr: Box::new(value), list: list.elem, negated }),
        array if negated => {
            let error = Error::unsupported("NOT IN UNNEST of an array that is not written out").at(array.span());
            Err(error.with_hint("a null in it would change the meaning; use NOT array_has(array, x)"))
        }
        array => Ok(build::call("array_has", vec![array, value])),
    }
}

/// All of BigQuery's integers are `INT64`.
fn is_integer(data_type: &DataType) -> bool {
    let written = data_type.to_string().to_uppercase();
    ["INT64", "INT", "INTEGER", "SMALLINT", "BIGINT", "TINYINT", "BYTEINT"].contains(&written.as_str())
}

fn translate_type(data_type: &mut DataType) {
    let translated = match &*data_type {
        DataType::Float64 => DataType::DoublePrecision,
        DataType::Bytes(_) => DataType::Bytea,
        DataType::Datetime(_) => dates::datetime(),
        DataType::Numeric(ExactNumberInfo::None) | DataType::Decimal(ExactNumberInfo::None) => {
            DataType::Numeric(ExactNumberInfo::PrecisionAndScale(38, 9))
        }
        _ if is_integer(data_type) => DataType::BigInt(None),
        _ => return,
    };
    *data_type = translated;
}
