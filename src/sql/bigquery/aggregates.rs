//! BigQuery's aggregates that need more than another name.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments,
    HavingBound, HavingBoundKind, OrderByExpr, OrderByOptions, Spanned as _, Subscript,
};

use super::build::{self, binary, call, case, null, number, text};
use super::calls::{element, literal, name_of, nested, plain_arguments};
use crate::error::{Error, Result};

/// The translation of an aggregate, which may have changed where it stands.
pub(super) fn translate(name: &str, function: &mut Function) -> Result<Option<Expr>> {
    let place = function.name.span();
    match name {
        "COUNTIF" => count_if(function)?,
        "STRING_AGG" => with_delimiter(function),
        "ARRAY_AGG" => return Ok(first_of_array(function)),
        "MAX_BY" | "MIN_BY" | "ANY_VALUE" => return extreme(name, function),
        "APPROX_QUANTILES" => {
            let hint = "take one of them: APPROX_QUANTILES(x, 4)[OFFSET(2)] is the median";
            return Err(Error::unsupported("APPROX_QUANTILES of anything but one quantile").at(place).with_hint(hint));
        }
        _ => {}
    }
    if let FunctionArguments::List(list) = &function.args
        && list.clauses.iter().any(|clause| matches!(clause, FunctionArgumentClause::Having(_)))
    {
        let hint = "ANY_VALUE(x HAVING MAX y), MAX_BY(x, y) and MIN_BY(x, y) are there";
        return Err(Error::unsupported(format!("HAVING in {name}")).at(place).with_hint(hint));
    }
    Ok(None)
}

/// `MAX_BY(x, y)`, which is `ANY_VALUE(x HAVING MAX y)`: the `x` of a row with the largest `y`.
fn extreme(name: &str, function: &mut Function) -> Result<Option<Expr>> {
    let place = function.name.span();
    let wrong = || Error::syntax(format!("{name} is called as MAX_BY(x, y) or ANY_VALUE(x HAVING MAX y)")).at(place);
    let FunctionArguments::List(list) = &mut function.args else { return Err(wrong()) };
    let having = list.clauses.iter().position(|clause| matches!(clause, FunctionArgumentClause::Having(_)));
    let (by, is_max) = match having.map(|at| list.clauses.remove(at)) {
        Some(FunctionArgumentClause::Having(HavingBound(kind, by))) if name == "ANY_VALUE" => (by, kind == HavingBoundKind::Max),
        None if name == "ANY_VALUE" => return Ok(None),
        None => match (list.args.pop(), list.args.len()) {
            (Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(by))), 1) => (by, name == "MAX_BY"),
            _ => return Err(wrong()),
        },
        Some(_) => return Err(wrong()),
    };
    if function.over.is_some() {
        let hint = "FIRST_VALUE(x) OVER (... ORDER BY y DESC) is the x of the largest y";
        return Err(Error::unsupported(format!("{name} with OVER")).at(place).with_hint(hint));
    }
    let is_known = Expr::IsNotNull(Box::new(nested(&by)));
    let options = OrderByOptions { asc: Some(!is_max), nulls_first: Some(false) };
    list.clauses.push(FunctionArgumentClause::OrderBy(vec![OrderByExpr { expr: by, options, with_fill: None }]));
    function.filter = Some(Box::new(match function.filter.take() {
        Some(filter) => binary(*filter, BinaryOperator::And, is_known),
        None => is_known,
    }));
    function.name = build::name("first_value", place);
    Ok(None)
}

/// `COUNTIF(x)` as `COUNT(CASE WHEN x THEN 1 END)`, with its window if it has one.
fn count_if(function: &mut Function) -> Result<()> {
    let place = function.name.span();
    let wrong = || Error::syntax("COUNTIF is called as COUNTIF(condition)").at(place);
    let FunctionArguments::List(list) = &mut function.args else { return Err(wrong()) };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(condition))] = list.args.as_mut_slice() else { return Err(wrong()) };
    if list.duplicate_treatment.is_some() {
        return Err(Error::unsupported("COUNTIF(DISTINCT ...)").at(place));
    }
    let taken = std::mem::replace(condition, null());
    *condition = case(taken, number(1), None);
    function.name = build::name("count", place);
    Ok(())
}

/// `STRING_AGG(x)` puts commas between texts.
fn with_delimiter(function: &mut Function) {
    if let FunctionArguments::List(list) = &mut function.args
        && list.args.len() == 1
    {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(text(","))));
    }
}

/// `ARRAY_AGG(x ORDER BY y LIMIT n)` as the first `n` elements of all.
fn first_of_array(function: &mut Function) -> Option<Expr> {
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
