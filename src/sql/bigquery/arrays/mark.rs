//! Marks on queries in the place of expressions that read an array.
//!
//! `(SELECT MAX(x) FROM UNNEST(a) AS x)` becomes `bigquery_elements('value', line, column, (SELECT ...))`. The mark says what is made
//! of the query and where it stands, and makes its name in the plan its own.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Select, SelectItem, SetExpr, Spanned as _, TableFactor,
    UnaryOperator, ValueTableMode,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::super::build::{call, null, number, text};
use super::super::calls::name_of;
use super::super::functions::{ElementQuery, QueryKind};
use super::relation::{first_array, is_unnest};
use crate::error::{Error, Result};

/// Marks an expression that is such a query.
pub(super) fn mark(expr: &mut Expr) -> Result<()> {
    let (kind, query, place, is_negated, value) = match expr {
        Expr::Subquery(query) => {
            as_structs(query)?;
            let Some(place) = first_array(query) else { return Ok(()) };
            (QueryKind::Value, query.clone(), place, false, None)
        }
        Expr::Function(function) if name_of(function).as_deref() == Some("ARRAY") => {
            let place = function.name.span();
            let FunctionArguments::Subquery(query) = &mut function.args else { return Ok(()) };
            as_structs(query)?;
            (QueryKind::Array, query.clone(), place, false, None)
        }
        Expr::Exists { subquery, negated } => {
            let Some(place) = first_array(subquery) else { return Ok(()) };
            let mut query = subquery.clone();
            if let SetExpr::Select(select) = query.body.as_mut() {
                one_column(select);
            }
            (QueryKind::Exists, query, place, *negated, None)
        }
        Expr::InSubquery { expr, subquery, negated } => {
            let Some(place) = first_array(subquery) else { return Ok(()) };
            (QueryKind::In, subquery.clone(), place, *negated, Some(expr.as_ref().clone()))
        }
        _ => return Ok(()),
    };
    let marked = marked(kind, place, query, value);
    *expr = if is_negated {
        Expr::Nested(Box::new(Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(marked) }))
    } else {
        marked
    };
    Ok(())
}

fn marked(kind: QueryKind, place: Span, query: Box<Query>, value: Option<Expr>) -> Expr {
    let number = |place: u64| number(i64::try_from(place).unwrap_or_default());
    let (line, column) = (number(place.start.line), number(place.start.column));
    let arguments = [text(kind.name()), line, column, Expr::Subquery(query)];
    call(ElementQuery::NAME, arguments.into_iter().chain(value).collect())
}

/// `EXISTS` asks for rows, whatever is in them.
fn one_column(select: &mut Select) {
    if !matches!(select.projection.as_slice(), [SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. }]) {
        select.projection = vec![SelectItem::UnnamedExpr(number(1))];
    }
}

/// `SELECT AS STRUCT a, b` as `SELECT STRUCT(a, b)`, and `SELECT AS VALUE x` as `SELECT x`.
fn as_structs(query: &mut Query) -> Result<()> {
    let SetExpr::Select(select) = query.body.as_mut() else { return Ok(()) };
    match select.value_table_mode {
        Some(ValueTableMode::AsStruct) => {}
        Some(ValueTableMode::AsValue) => {
            select.value_table_mode = None;
            return Ok(());
        }
        _ => return Ok(()),
    }
    let mut values = Vec::with_capacity(select.projection.len());
    for item in &mut select.projection {
        let place = item.span();
        values.push(match item {
            SelectItem::UnnamedExpr(expr) => std::mem::replace(expr, null()),
            SelectItem::ExprWithAlias { expr, alias } => {
                Expr::Named { expr: Box::new(std::mem::replace(expr, null())), name: alias.clone() }
            }
            _ => return Err(Error::unsupported("SELECT AS STRUCT with a star").at(place).with_hint("name the fields")),
        });
    }
    select.projection = vec![SelectItem::UnnamedExpr(Expr::Struct { values, fields: Vec::new() })];
    select.value_table_mode = None;
    Ok(())
}

/// Takes the marks off the arguments of a table function: queries there are tables.
pub(super) fn unmark_arguments(relation: &mut TableFactor) {
    let args = match relation {
        TableFactor::Table { args: Some(arguments), .. } => arguments.args.as_mut_slice(),
        // What stands before an array is a table, the array is not.
        TableFactor::Function { name, args, .. } if is_unnest(name) => args.get_mut(..1).unwrap_or_default(),
        TableFactor::Function { args, .. } => args.as_mut_slice(),
        _ => return,
    };
    for arg in args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) | FunctionArg::Named { arg: FunctionArgExpr::Expr(expr), .. } =
            arg
            && let Some(query) = query_of(expr)
        {
            *expr = Expr::Subquery(query);
        }
    }
}

/// The query that a mark stands around.
fn query_of(expr: &Expr) -> Option<Box<Query>> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [_, _, _, FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query)))]
            if function.name.to_string() == ElementQuery::NAME =>
        {
            Some(query.clone())
        }
        _ => None,
    }
}
