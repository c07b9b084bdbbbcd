//! `FORMAT('%.2f', x)`: a text with values in it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Value, ValueWithSpan};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{binary, call, number, text};
use super::functions;
use crate::error::{Error, Result};

/// Digits behind the point that a number is written with, unless the format says how many.
const DIGITS: i64 = 6;

/// The pieces of a format one after the other: `%d`, `%i`, `%s`, `%t`, `%f`, `%.2f` and `%%`. A null makes the text null, but `%t`
/// writes `NULL`.
pub(super) fn translate(arguments: &[Expr], place: Span) -> Result<Expr> {
    let Some((
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(format) | Value::DoubleQuotedString(format) | Value::EscapedStringLiteral(format),
            ..
        }),
        values,
    )) = arguments.split_first()
    else {
        return Err(Error::unsupported("FORMAT with a format that is no text as it stands").at(place));
    };
    let mut values = values.iter();
    let mut pieces: Vec<Expr> = Vec::new();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(text(before));
        let end = after.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(after.len());
        let (flags, letter) = (after.get(..end).unwrap_or_default(), after.get(end..=end).unwrap_or_default());
        rest = after.get(end + 1..).unwrap_or_default();
        let digits = match flags.strip_prefix('.') {
            Some(digits) => digits.parse::<i64>().ok().filter(|digits| *digits <= 100),
            None => flags.is_empty().then_some(DIGITS),
        };
        if (letter, flags) == ("%", "") {
            pieces.push(text("%"));
            continue;
        }
        let mut value = || {
            let missing = || Error::syntax("FORMAT has fewer values than its format takes").at(place);
            values.next().cloned().ok_or_else(missing)
        };
        pieces.push(match (letter, flags, digits) {
            ("f" | "F", _, Some(digits)) => call(functions::FIXED, vec![value()?, number(digits)]),
            ("d" | "i" | "s", "", _) => call(functions::TEXT, vec![value()?]),
            ("t", "", _) => call("coalesce", vec![call(functions::TEXT, vec![value()?]), text("NULL")]),
            _ => {
                return Err(Error::unsupported(format!("%{flags}{letter} in FORMAT"))
                    .at(place)
                    .with_hint("there are %d, %s, %t, %f, %.2f and %%"));
            }
        });
    }
    pieces.push(text(rest));
    if values.next().is_some() {
        return Err(Error::syntax("FORMAT has more values than its format takes").at(place));
    }
    let joined = pieces.into_iter().reduce(|a, b| binary(a, BinaryOperator::StringConcat, b));
    Ok(joined.unwrap_or_else(|| text("")))
}
