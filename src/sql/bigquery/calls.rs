//! Calls of BigQuery's functions as calls of DataFusion's, where the two differ.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Spanned as _,
    Subscript, UnaryOperator, Value, ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{binary, call, case, cast, null, number, text};
use super::{aggregates, dates, functions};
use crate::error::{Error, Result};

/// The translation of a call whose arguments are translated already; `None` if it means the same as it stands.
pub(super) fn translate(function: &mut Function) -> Result<Option<Expr>> {
    let place = function.name.span();
    let Some(name) = name_of(function) else {
        let name = function.name.to_string();
        if let Some(bare) = name.to_uppercase().strip_prefix("SAFE.") {
            if let (Some(at_least), Some([x])) = (domain(bare), plain_arguments(function).as_deref()) {
                let inside = binary(nested(x), at_least, number(0));
                let bare = if bare == "LOG" { "ln".to_owned() } else { bare.to_lowercase() };
                return Ok(Some(case(inside, call(&bare, vec![x.clone()]), None)));
            }
            let hint = "SAFE_CAST and SAFE_DIVIDE give NULL instead of an error, and SAFE.LOG, SAFE.LN, SAFE.LOG10, SAFE.SQRT of one \
                        argument";
            return Err(Error::unsupported(format!("the prefix SAFE of {name}")).at(place).with_hint(hint));
        }
        return Ok(None);
    };
    if let Some(simple) = renamed(&name) {
        if simple != name {
            function.name =
                datafusion::sql::sqlparser::ast::ObjectName::from(vec![Ident::with_span(place, simple.to_lowercase())]);
        }
        return Ok(None);
    }
    match name.as_str() {
        "COUNTIF" => return count_if(function).map(|()| None),
        "STRING_AGG" => aggregates::with_delimiter(function),
        "ARRAY_AGG" => return Ok(aggregates::first_of_array(function)),
        "APPROX_QUANTILES" => {
            let hint = "take one of them: APPROX_QUANTILES(x, 4)[OFFSET(2)] is the median";
            return Err(Error::unsupported("APPROX_QUANTILES of anything but one quantile").at(place).with_hint(hint));
        }
        "ARRAY" if matches!(function.args, FunctionArguments::Subquery(_)) => {
            let hint = "ARRAY_AGG makes an array of a column: (SELECT ARRAY_AGG(x) FROM ...)";
            return Err(Error::unsupported("ARRAY of a query").at(place).with_hint(hint));
        }
        _ => {}
    }
    let Some(arguments) = plain_arguments(function) else { return Ok(None) };
    let wrong = |form: &str| Error::syntax(format!("{name} is called as {form}")).at(place);
    let translated = match (name.as_str(), arguments.as_slice()) {
        ("IF", [condition, value, otherwise]) => case(condition.clone(), value.clone(), Some(otherwise.clone())),
        ("IF", _) => return Err(wrong("IF(condition, value, otherwise)")),
        ("SAFE_DIVIDE", [a, b]) => call(functions::SAFE_DIVIDE, vec![a.clone(), b.clone()]),
        ("SAFE_DIVIDE", _) => return Err(wrong("SAFE_DIVIDE(a, b)")),
        ("IEEE_DIVIDE", [a, b]) => binary(double(a), BinaryOperator::Divide, double(b)),
        ("DIV", [a, b]) => binary(whole(a), BinaryOperator::Divide, whole(b)),
        ("MOD", [a, b]) => binary(nested(a), BinaryOperator::Modulo, nested(b)),
        ("LOG", [x]) => call("ln", vec![x.clone()]),
        ("LOG", [x, base]) => call("log", vec![base.clone(), x.clone()]),
        ("GREATEST" | "LEAST", values) if !values.is_empty() => {
            let is_null = |value: &Expr| Expr::IsNull(Box::new(nested(value)));
            let any = values.iter().map(is_null).reduce(|a, b| binary(a, BinaryOperator::Or, b));
            let Some(any) = any else { return Ok(None) };
            case(any, null(), Some(call(&name.to_lowercase(), arguments)))
        }
        ("CONCAT", values) => {
            let texts = values.iter().map(|value| call(functions::TEXT, vec![value.clone()]));
            let joined = texts.reduce(|a, b| binary(a, BinaryOperator::StringConcat, b));
            joined.ok_or_else(|| wrong("CONCAT(text, ...)"))?
        }
        ("FORMAT", _) => super::format::translate(&arguments, place)?,
        ("TO_JSON_STRING", [value]) => call(functions::JSON, vec![value.clone()]),
        ("REGEXP_CONTAINS", [value, pattern]) => call("regexp_like", vec![value.clone(), pattern.clone()]),
        ("REGEXP_EXTRACT", [value, pattern]) => element(call("regexp_match", vec![value.clone(), pattern.clone()]), number(1)),
        ("REGEXP_REPLACE", [value, pattern, replacement]) => {
            call("regexp_replace", vec![value.clone(), pattern.clone(), replacement.clone(), text("g")])
        }
        ("ST_DISTANCE", [a, b]) => distance(a, b, place)?,
        ("SPLIT", [value]) => call("string_to_array", vec![value.clone(), text(",")]),
        ("SPLIT", [value, delimiter]) => call("string_to_array", vec![value.clone(), delimiter.clone()]),
        _ => return dates::translate(&name, &arguments, place),
    };
    Ok(Some(translated))
}

/// The distance of two places whose coordinates are given.
fn distance(a: &Expr, b: &Expr, place: Span) -> Result<Expr> {
    let coordinates = |point: &Expr| match point {
        Expr::Function(point) if name_of(point).as_deref() == Some("ST_GEOGPOINT") => plain_arguments(point),
        _ => None,
    };
    match (coordinates(a).as_deref(), coordinates(b).as_deref()) {
        (Some(from @ [_, _]), Some(to @ [_, _])) => Ok(call(functions::DISTANCE, [from, to].concat())),
        _ => Err(Error::unsupported("ST_DISTANCE of anything but two points")
            .at(place)
            .with_hint("write ST_DISTANCE(ST_GEOGPOINT(longitude, latitude), ST_GEOGPOINT(longitude, latitude))")),
    }
}

/// The name of a function without a schema, in capitals.
pub(super) fn name_of(function: &Function) -> Option<String> {
    let [part] = function.name.0.as_slice() else { return None };
    part.as_ident().map(|name| name.value.to_uppercase())
}

/// Functions that differ by their names alone.
fn renamed(name: &str) -> Option<&'static str> {
    Some(match name {
        "LOGICAL_AND" => "BOOL_AND",
        "LOGICAL_OR" => "BOOL_OR",
        "VARIANCE" => "VAR_SAMP",
        "RAND" => "RANDOM",
        "GENERATE_UUID" => "UUID",
        "IS_NAN" => "ISNAN",
        "SIGN" => "SIGNUM",
        "APPROX_COUNT_DISTINCT" => "APPROX_DISTINCT",
        _ => return None,
    })
}

/// What the argument of a function must be to 0; functions that are errors elsewhere in BigQuery, and are not here.
fn domain(name: &str) -> Option<BinaryOperator> {
    match name {
        "LOG" | "LN" | "LOG10" => Some(BinaryOperator::Gt),
        "SQRT" => Some(BinaryOperator::GtEq),
        _ => None,
    }
}

/// Arguments by position, of a call with nothing beside them.
pub(super) fn plain_arguments(function: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else { return Some(Vec::new()) };
    if function.over.is_some() || function.filter.is_some() || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    let expr = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(expr).collect()
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
    function.name = datafusion::sql::sqlparser::ast::ObjectName::from(vec![Ident::with_span(place, "count")]);
    Ok(())
}

/// `array[OFFSET(n)]` and the like as a call that finds the element; `[...].field` as `[...]['field']`.
pub(super) fn subscript(expr: &mut Expr) -> Result<()> {
    let Expr::CompoundFieldAccess { root, access_chain } = expr else { return Ok(()) };
    let mut found = std::mem::replace(root.as_mut(), null());
    for mut access in std::mem::take(access_chain) {
        by_name(&mut access);
        match access {
            AccessExpr::Subscript(Subscript::Index { index }) if !is_text(&index) => {
                let (index, way) = index_of(index);
                found = call(functions::ELEMENT, vec![found, index, text(way)]);
            }
            AccessExpr::Subscript(Subscript::Slice { .. }) => {
                return Err(Error::unsupported("a slice of an array").at(found.span()));
            }
            access => match &mut found {
                Expr::CompoundFieldAccess { access_chain, .. } => access_chain.push(access),
                _ => found = Expr::CompoundFieldAccess { root: Box::new(found), access_chain: vec![access] },
            },
        }
    }
    *expr = found;
    Ok(())
}

fn is_text(index: &Expr) -> bool {
    matches!(index, Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), .. }))
}

/// The number in `[OFFSET(number)]` and how it counts; a bare index is an offset.
fn index_of(index: Expr) -> (Expr, &'static str) {
    if let Expr::Function(function) = &index {
        let name = name_of(function);
        let ways = ["OFFSET", "ORDINAL", "SAFE_OFFSET", "SAFE_ORDINAL"];
        let way = ways.into_iter().find(|way| name.as_deref() == Some(way));
        if let (Some(way), Some([number])) = (way, plain_arguments(function).as_deref()) {
            return (number.clone(), way);
        }
    }
    (index, "OFFSET")
}

/// `.field` as `['field']`, which is what DataFusion reads after anything but a name.
pub(super) fn by_name(access: &mut AccessExpr) {
    if let AccessExpr::Dot(Expr::Identifier(name)) = access {
        *access = AccessExpr::Subscript(Subscript::Index { index: text(name.value.clone()) });
    }
}

/// A whole number that stands as such.
pub(super) fn literal(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => literal(expr)?.checked_neg(),
        Expr::Value(ValueWithSpan { value: Value::Number(text, _), .. }) => text.parse().ok(),
        _ => None,
    }
}

/// `SUBSTR`, where a negative place counts from the end and 0 is 1.
pub(super) fn part_of_text(value: &Expr, from: &Expr, length: Option<&Expr>) -> Expr {
    let from_start = |from: Expr| {
        let arguments = [value.clone(), from].into_iter().chain(length.cloned());
        call("substr", arguments.collect())
    };
    let from_end = |count: Expr| {
        let end = call("right", vec![value.clone(), count]);
        match length {
            Some(length) => call("left", vec![end, length.clone()]),
            None => end,
        }
    };
    match literal(from) {
        Some(from) if from < 0 => from_end(number(from.saturating_neg())),
        Some(from) => from_start(number(from.max(1))),
        None => {
            let minus = Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(nested(from)) };
            let is_negative = binary(nested(from), BinaryOperator::Lt, number(0));
            case(is_negative, from_end(minus), Some(from_start(call("greatest", vec![from.clone(), number(1)]))))
        }
    }
}

pub(super) fn element(array: Expr, place: Expr) -> Expr {
    call("array_element", vec![array, place])
}

pub(super) fn nested(expr: &Expr) -> Expr {
    match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) | Expr::Nested(_) | Expr::Function(_) => expr.clone(),
        other => Expr::Nested(Box::new(other.clone())),
    }
}

fn double(expr: &Expr) -> Expr {
    cast(expr.clone(), DataType::DoublePrecision)
}

fn whole(expr: &Expr) -> Expr {
    cast(expr.clone(), DataType::BigInt(None))
}
