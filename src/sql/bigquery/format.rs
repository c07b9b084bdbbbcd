//! `FORMAT('%.2f', x)`: a text with values in it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{binary, call, text};
use super::calls::written_text;
use super::functions::{self, Spec};
use crate::error::{Error, Result};

/// The pieces of a format one after the other. A null makes the text null, but `%t` writes `NULL`.
pub(super) fn translate(arguments: &[Expr], place: Span) -> Result<Expr> {
    let Some((format, values)) = arguments.split_first().and_then(|(format, values)| Some((written_text(format)?, values)))
    else {
        return Err(Error::unsupported("FORMAT with a format that is no text as it stands").at(place));
    };
    let mut values = values.iter();
    let mut pieces: Vec<Expr> = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(text(before));
        if let Some(behind) = after.strip_prefix('%') {
            pieces.push(text("%"));
            rest = behind;
            continue;
        }
        let Some((spec, length)) = Spec::read(after) else {
            let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |end| end + 1);
            let error = Error::unsupported(format!("%{} in FORMAT", after.get(..end).unwrap_or_default())).at(place);
            return Err(
                error.with_hint("there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d")
            );
        };
        let (written, behind) = after.split_at_checked(length).unwrap_or((after, ""));
        rest = behind;
        let missing = || Error::syntax("FORMAT has fewer values than its format takes").at(place);
        let value = values.next().cloned().ok_or_else(missing)?;
        let (function, value) = match spec.letter {
            'd' | 'i' | 'x' | 'X' | 'o' => (functions::FORMAT_WHOLE, value),
            's' => (functions::FORMAT_TEXT, value),
            't' => (functions::FORMAT_TEXT, call("coalesce", vec![call(functions::TEXT, vec![value]), text("NULL")])),
            _ => (functions::FORMAT_NUMBER, value),
        };
        pieces.push(call(function, vec![text(written), value]));
    }
    pieces.push(text(rest));
    if values.next().is_some() {
        return Err(Error::syntax("FORMAT has more values than its format takes").at(place));
    }
    let joined = pieces.into_iter().reduce(|a, b| binary(a, BinaryOperator::StringConcat, b));
    Ok(joined.unwrap_or_else(|| text("")))
}
