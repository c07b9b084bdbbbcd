//! BigQuery's aggregates that need more than another name.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments,
    OrderByExpr, OrderByOptions, Subscript,
};

use super::build::{binary, call, number, text};
use super::calls::{element, literal, name_of, nested, plain_arguments};

/// `STRING_AGG(x)` puts commas between texts.
pub(super) fn with_delimiter(function: &mut Function) {
    if let FunctionArguments::List(list) = &mut function.args
        && list.args.len() == 1
    {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(text(","))));
    }
}

/// `ARRAY_AGG(x ORDER BY y LIMIT n)` as the first `n` elements of all.
pub(super) fn first_of_array(function: &mut Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let place = list.clauses.iter().position(|clause| matches!(clause, FunctionArgumentClause::Limit(_)))?;
    let FunctionArgumentClause::Limit(limit) = list.clauses.remove(place) else { return None };
    Some(call("array_slice", vec![Expr::Function(function.clone()), number(1), limit]))
}

/// `APPROX_QUANTILES(x, n)[OFFSET(k)]`: of the values in ascending order the one at place `⌈count · k / n⌉`, at least the first.
/// BigQuery's is an approximation of that.
pub(super) fn quantile(expr: &mut Expr) {
    let Expr::CompoundFieldAccess { root, access_chain } = expr else { return };
    let Expr::Function(function) = root.as_ref() else { return };
    if name_of(function).as_deref() != Some("APPROX_QUANTILES") {
        return;
    }
    let (Some(arguments), Some(AccessExpr::Subscript(Subscript::Index { index: Expr::Function(offset) }))) =
        (plain_arguments(function), access_chain.first())
    else {
        return;
    };
    let from = match name_of(offset).as_deref() {
        Some("OFFSET" | "SAFE_OFFSET") => 0,
        Some("ORDINAL" | "SAFE_ORDINAL") => 1,
        _ => return,
    };
    let places = plain_arguments(offset).unwrap_or_default();
    let ([x, n], [k]) = (arguments.as_slice(), places.as_slice()) else { return };
    let (Some(n), Some(k)) = (literal(n).filter(|n| *n > 0), literal(k).map(|k| k - from)) else { return };
    if !(0..=n).contains(&k) {
        return;
    }
    let mut values = call("array_agg", vec![x.clone()]);
    if let Expr::Function(function) = &mut values {
        function.filter = Some(Box::new(Expr::IsNotNull(Box::new(nested(x)))));
        if let FunctionArguments::List(list) = &mut function.args {
            let options = OrderByOptions { asc: Some(true), nulls_first: Some(false) };
            let key = OrderByExpr { expr: x.clone(), options, with_fill: None };
            list.clauses.push(FunctionArgumentClause::OrderBy(vec![key]));
        }
    }
    let count = call("count", vec![x.clone()]);
    let up = binary(binary(count, BinaryOperator::Multiply, number(k)), BinaryOperator::Plus, number(n - 1));
    let place = call("DIV", vec![up, number(n)]);
    let place = binary(place, BinaryOperator::Plus, number(i64::from(k == 0)));
    let value = element(values, place);
    access_chain.remove(0);
    *expr = if access_chain.is_empty() {
        value
    } else {
        Expr::CompoundFieldAccess { root: Box::new(value), access_chain: std::mem::take(access_chain) }
    };
}
