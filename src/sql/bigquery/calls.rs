//! Calls of BigQuery's functions as calls of DataFusion's, where the two differ.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned as _, Subscript,
    UnaryOperator, Value, ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{self, binary, call, case, null, number, text};
use super::{aggregates, array_calls, catalog, dates, functions, geography, texts, values};
use crate::bigquery::is_math;
use crate::error::{Error, Result};

/// The translation of a call whose arguments are translated already; `None` if it means the same as it stands. `is_own` knows the
/// functions that the session got from its user.
pub(super) fn translate(function: &mut Function, is_own: &dyn Fn(&str) -> bool) -> Result<Option<Expr>> {
    let place = function.name.span();
    let Some(name) = name_of(function) else { return qualified(function) };
    if name == "ARRAY" && matches!(function.args, FunctionArguments::Subquery(_)) {
        let hint = "ARRAY_AGG makes an array of a column: (SELECT ARRAY_AGG(x) FROM ...)";
        return Err(Error::unsupported("ARRAY of a query").at(place).with_hint(hint));
    }
    if let Some(instead) = catalog::missing(&name).filter(|_| !is_own(&name)) {
        return Err(not_translated(&name, instead).at(place));
    }
    if !catalog::is_understood(&name) {
        return Ok(None);
    }
    if let Some(simple) = renamed(&name) {
        function.name = build::name(simple, place);
        return Ok(None);
    }
    if let Some(translated) = aggregates::translate(&name, function)? {
        return Ok(Some(translated));
    }
    let Some(arguments) = plain_arguments(function) else { return Ok(None) };
    let call = Call { name: &name, arguments: &arguments, place, is_safe: false };
    for family in [values::translate, texts::translate, array_calls::translate, geography::translate] {
        if let Some(translated) = family(&call)? {
            return Ok(Some(translated));
        }
    }
    dates::translate(&call)
}

/// One call of a function of BigQuery.
pub(super) struct Call<'a> {
    /// In capitals.
    pub name: &'a str,
    pub arguments: &'a [Expr],
    pub place: Span,
    /// Whether it gives null instead of an error.
    pub is_safe: bool,
}

impl Call<'_> {
    /// The error of a call with other arguments than the function has.
    pub(super) fn wrong(&self, form: &str) -> Error {
        Error::syntax(format!("{} is called as {form}", self.name)).at(self.place)
    }

    pub(super) fn unsupported(&self, what: impl std::fmt::Display) -> Error {
        Error::unsupported(what.to_string()).at(self.place)
    }

    /// A call of one of our functions with the same arguments.
    pub(super) fn to(&self, function: &str) -> Expr {
        call(function, self.arguments.to_vec())
    }
}

fn not_translated(name: &str, instead: &str) -> Error {
    let error = Error::statement(format!("BigQuery's {name} is not translated"));
    if instead.is_empty() { error } else { error.with_hint(instead) }
}

/// `SAFE.LOG(x)`, `NET.HOST(x)`; other functions with a schema are left alone.
fn qualified(function: &mut Function) -> Result<Option<Expr>> {
    let (place, written) = (function.name.span(), function.name.to_string().to_uppercase());
    let Some((schema, name)) = written.split_once('.') else { return Ok(None) };
    if schema != "SAFE" {
        return match ["AEAD", "HLL_COUNT", "KEYS", "NET"].contains(&schema).then(|| catalog::missing(schema)).flatten() {
            Some(instead) => Err(not_translated(&written, instead).at(place)),
            None => Ok(None),
        };
    }
    let hint = "SAFE_CAST and SAFE_DIVIDE give NULL instead of an error; so do SAFE_ADD and its kind, and SAFE before functions of real \
                numbers, PARSE_DATE and its kind, DATE, DATETIME and TIMESTAMP of one argument";
    let error = || Error::unsupported(format!("the prefix SAFE of {}", function.name)).at(place).with_hint(hint);
    let arguments = plain_arguments(function).ok_or_else(error)?;
    let call = Call { name, arguments: &arguments, place, is_safe: true };
    if is_math(name, arguments.len()) {
        return values::translate(&call);
    }
    if name.starts_with("PARSE_") || (["DATE", "DATETIME", "TIMESTAMP"].contains(&name) && arguments.len() == 1) {
        return dates::translate(&call);
    }
    if NEVER_FAIL.contains(&name) {
        function.name = build::name(name, place);
        return translate(function, &|_| false)
            .map(|translated| Some(translated.unwrap_or_else(|| Expr::Function(function.clone()))));
    }
    Err(error())
}

/// Functions whose values do not depend on SAFE.
const NEVER_FAIL: [&str; 18] = [
    "CONCAT",
    "ENDS_WITH",
    "JSON_EXTRACT",
    "JSON_EXTRACT_SCALAR",
    "JSON_QUERY",
    "JSON_VALUE",
    "LENGTH",
    "LOWER",
    "LTRIM",
    "REGEXP_CONTAINS",
    "REGEXP_EXTRACT",
    "REGEXP_REPLACE",
    "RTRIM",
    "SAFE_DIVIDE",
    "SPLIT",
    "STARTS_WITH",
    "STRPOS",
    "UPPER",
];

/// The name of a function without a schema, in capitals.
pub(super) fn name_of(function: &Function) -> Option<String> {
    let [part] = function.name.0.as_slice() else { return None };
    part.as_ident().map(|name| name.value.to_uppercase())
}

/// Functions that differ by their names alone.
fn renamed(name: &str) -> Option<&'static str> {
    Some(match name {
        "LOGICAL_AND" => "bool_and",
        "LOGICAL_OR" => "bool_or",
        "VARIANCE" => "var_samp",
        "RAND" => "random",
        "GENERATE_UUID" => "uuid",
        "IS_NAN" => "isnan",
        "IS_INF" => functions::IS_INF,
        "CEILING" => "ceil",
        "SIGN" => functions::SIGN,
        "DIV" => functions::QUOTIENT,
        "BIT_COUNT" => functions::BIT_COUNT,
        "BYTE_LENGTH" => "octet_length",
        "UNICODE" => "ascii",
        "EDIT_DISTANCE" => "levenshtein",
        "LEFT" => functions::LEFT,
        "RIGHT" => functions::RIGHT,
        "INITCAP" => functions::INITCAP,
        "TO_HEX" => functions::TO_HEX,
        "STRING" => functions::TEXT,
        "RANGE_BUCKET" => functions::RANGE_BUCKET,
        "ARRAY_LENGTH" => functions::ARRAY_LENGTH,
        "EUCLIDEAN_DISTANCE" => "array_distance",
        "APPROX_COUNT_DISTINCT" => "approx_distinct",
        _ => return None,
    })
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

/// A text that stands as such.
pub(super) fn written_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Nested(inner) => written_text(inner),
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) | Value::EscapedStringLiteral(text),
            ..
        }) => Some(text),
        _ => None,
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
