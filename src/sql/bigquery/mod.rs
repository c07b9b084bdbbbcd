//! BigQuery's functions and rules, in queries of its dialect, as DataFusion's.
//!
//! A query is rewritten in the syntax tree before it is planned. [`catalog`] lists the functions, [`calls`] and its kin translate
//! them, those that DataFusion lacks are in [`functions`]; [`types`] and [`literals`] translate what they say, [`columns`] finds
//! columns without regard to case, [`tables`] says which tables are not there, [`arrays`] plans `UNNEST`. What has no exact
//! equivalent is an error.
//! Beside functions:
//!
//! - `a / b` is a `FLOAT64` also of two integers, and an error where `b` is 0;
//! - `CAST(x AS INT64)` rounds half away from zero, `CAST(x AS STRING)` writes values as BigQuery does;
//! - `DATETIME` is a timestamp without a time zone, `TIMESTAMP` one in UTC;
//! - nulls are smaller than all values in `ORDER BY`;
//! - columns without a name are called `f0_`, `f1_`, ...; fields of `STRUCT(a, b)` go by the names of the columns.

mod aggregates;
mod array_calls;
mod arrays;
mod build;
mod calls;
mod catalog;
mod columns;
mod dates;
mod format;
mod geography;
mod literals;
#[cfg(test)]
pub(crate) mod reference;
mod structs;
mod tables;
mod texts;
mod types;
mod values;
mod whole_rows;

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Ident, ObjectNamePart, OrderByExpr, OrderByKind, Query, Select, SelectItem,
    Spanned as _, Statement, TableFactor, TypedString, UnaryOperator, VisitMut, VisitorMut, WindowType,
};

pub(crate) use self::arrays::{ArraysInFrom, evaluate};
pub(super) use self::build::call;
pub(super) use self::catalog::similar as similar_function;
use self::columns::Spellings;
use crate::bigquery as functions;
use crate::error::{Error, Result};
use crate::model::Model;

/// Rewrites a query or a statement of BigQuery's dialect.
pub(super) async fn translate<V: VisitMut>(query: &mut V, session: &SessionContext, models: &[Arc<Model>]) -> Result<()> {
    arrays::write_paths(query);
    tables::check(query, session).await?;
    whole_rows::write_out(query, session).await;
    let spellings = Spellings::of(query, session, models).await;
    spellings.apply(query);
    arrays::write_out(query)?;
    rewrite(query, &|name| tables::is_own_function(name, session))
}

/// Rewrites a query, a statement or an item of a list as far as that can be done without tables, to find what cannot be translated.
pub(super) fn check<V: VisitMut>(tree: &mut V, session: &SessionContext) -> Result<()> {
    arrays::write_paths(tree);
    arrays::write_out(tree)?;
    rewrite(tree, &|name| tables::is_own_function(name, session))
}

/// Rewrites an expression by itself.
pub(super) fn translate_alone(expr: &mut Expr) -> Result<()> {
    rewrite(expr, &|_| false)
}

fn rewrite<V: VisitMut>(query: &mut V, is_own: &dyn Fn(&str) -> bool) -> Result<()> {
    match query.visit(&mut Translate { is_own }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Translate<'a> {
    /// Whether the session got a function of this name, in capitals, from its user.
    is_own: &'a dyn Fn(&str) -> bool,
}

impl VisitorMut for Translate<'_> {
    type Break = Error;

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> ControlFlow<Error> {
        match types::of_statement(statement) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }

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
        geography::distance(expr);
        structs::type_array(expr);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match translate_expr(expr, self.is_own) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// Columns without a name are `f0_`, `f1_`, ....
fn name_columns(items: &mut [SelectItem]) {
    let mut unnamed = 0;
    for item in items {
        let SelectItem::UnnamedExpr(expr) = item else { continue };
        if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            continue;
        }
        let alias = Ident::with_quote('`', format!("f{unnamed}_"));
        unnamed += 1;
        *item = SelectItem::ExprWithAlias { expr: std::mem::replace(expr, build::null()), alias };
    }
}

/// Nulls come first in ascending order and last in descending.
fn nulls_first(key: &mut OrderByExpr) {
    let is_ascending = key.options.asc.unwrap_or(true);
    key.options.nulls_first.get_or_insert(is_ascending);
}

/// Nothing long is copied, nor its place looked for: both take stack as long as the expression is.
fn translate_expr(expr: &mut Expr, is_own: &dyn Fn(&str) -> bool) -> Result<()> {
    match expr {
        Expr::Function(function) => {
            if let Some(WindowType::WindowSpec(window)) = &mut function.over {
                window.order_by.iter_mut().for_each(nulls_first);
            }
            let place = function.name.span();
            if let Some(mut translated) = calls::translate(function, is_own)? {
                // It stands where the call stood.
                if let Expr::Function(function) = &mut translated {
                    function.name.0.iter_mut().for_each(|part| {
                        if let ObjectNamePart::Identifier(name) = part {
                            name.span = place;
                        }
                    });
                }
                *expr = translated;
            }
        }
        Expr::BinaryOp { left, op: BinaryOperator::Divide, right } => {
            let taken = |side: &mut Expr| std::mem::replace(side, build::null());
            *expr = call(functions::DIVIDE, vec![taken(left), taken(right)]);
        }
        Expr::Extract { field, expr: value, .. } => {
            *expr = dates::extract(&field.to_string().to_uppercase(), value, value.span())?;
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
        Expr::TypedString(TypedString { data_type, value, .. }) => {
            types::translate(data_type).map_err(|error| error.at(value.span))?;
        }
        Expr::Value(value) => literals::bytes(value)?,
        Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr: value } => {
            *expr = build::binary(value.as_ref().clone(), BinaryOperator::BitwiseXor, build::number(-1));
        }
        Expr::Like { negated, expr: value, pattern, any, .. } => {
            if let Some(several) = several_patterns(value, pattern, *any, *negated)? {
                *expr = several;
            }
        }
        Expr::Trim { trim_where, trim_what, expr: value, trim_characters } => {
            let characters = trim_characters.take().unwrap_or_default();
            if trim_where.is_some() || trim_what.is_some() {
                return Err(Error::unsupported("TRIM with FROM").at(value.span()).with_hint("TRIM(text, 'characters')"));
            }
            let arguments: Vec<Expr> = std::iter::once(value.as_ref().clone()).chain(characters).collect();
            *expr = texts::trim("TRIM", &arguments);
        }
        Expr::Substring { expr: value, substring_from: Some(from), substring_for, .. } => {
            *expr = calls::part_of_text(value, from, substring_for.as_deref());
        }
        Expr::Cast { kind, expr: value, data_type: DataType::Timestamp(..), format: None, .. } => {
            *expr = dates::timestamp(value.as_ref().clone(), matches!(kind, CastKind::SafeCast | CastKind::TryCast));
        }
        Expr::Cast { expr: value, data_type, format, .. } => {
            if format.is_some() {
                return Err(Error::unsupported("CAST with FORMAT")
                    .at(value.span())
                    .with_hint("FORMAT_DATE and PARSE_DATE have formats"));
            }
            let function = match data_type {
                DataType::String(_) => Some(functions::TEXT),
                _ if types::is_integer(data_type) => Some(functions::WHOLE),
                _ => None,
            };
            if let Some(function) = function {
                **value = call(function, vec![value.as_ref().clone()]);
            }
            types::translate(data_type).map_err(|error| error.at(value.span()))?;
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
        array => Ok(call("array_has", vec![array, value])),
    }
}

/// `value LIKE ANY (a, b)` as `value LIKE a OR value LIKE b`, and `ALL` with `AND`; `None` of one pattern.
fn several_patterns(value: &Expr, pattern: &Expr, any: bool, negated: bool) -> Result<Option<Expr>> {
    let listed = match pattern {
        Expr::Tuple(patterns) if any => Some((BinaryOperator::Or, patterns.clone())),
        Expr::Nested(pattern) if any => Some((BinaryOperator::Or, vec![pattern.as_ref().clone()])),
        Expr::Function(function) if !any => match calls::name_of(function).as_deref() {
            Some("SOME") => calls::plain_arguments(function).map(|patterns| (BinaryOperator::Or, patterns)),
            Some("ALL") => calls::plain_arguments(function).map(|patterns| (BinaryOperator::And, patterns)),
            _ => return Ok(None),
        },
        _ if any => None,
        _ => return Ok(None),
    };
    let Some((joins, patterns)) = listed.filter(|_| !negated) else {
        let what = if negated { "NOT LIKE of several patterns" } else { "LIKE ANY of an array" };
        return Err(Error::unsupported(what).at(pattern.span()).with_hint("NOT (x LIKE ANY ('a%', 'b%')) is clear"));
    };
    let like = |pattern| Expr::Like {
        negated: false,
        any: false,
        expr: Box::new(value.clone()),
        pattern: Box::new(pattern),
        escape_char: None,
    };
    Ok(patterns.into_iter().map(like).reduce(|a, b| build::binary(a, joins.clone(), b)))
}
