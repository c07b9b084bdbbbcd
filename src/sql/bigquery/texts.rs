//! Calls about text, regular expressions, JSON in text, and hashes.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};

use super::build::{binary, call, number, text};
use super::calls::{Call, element, literal, written_text};
use super::{format, functions};
use crate::bigquery::{MARKS, is_path};
use crate::error::Result;

/// The translation of a call; `None` if it is no such function.
pub(super) fn translate(function: &Call) -> Result<Option<Expr>> {
    Ok(Some(match (function.name, function.arguments) {
        ("CONCAT", values) => {
            let texts = values.iter().map(|value| call(functions::TEXT, vec![value.clone()]));
            let joined = texts.reduce(|a, b| binary(a, BinaryOperator::StringConcat, b));
            joined.ok_or_else(|| function.wrong("CONCAT(text, ...)"))?
        }
        ("FORMAT", arguments) => format::translate(arguments, function.place)?,
        ("TRIM" | "LTRIM" | "RTRIM", arguments) => trim(function.name, arguments),
        ("INSTR", [value, part]) => call("strpos", vec![value.clone(), part.clone()]),
        ("INSTR", [value, part, position]) => instr(value, part, position, &number(1)),
        ("INSTR", [value, part, position, occurrence]) => instr(value, part, position, occurrence),
        ("REPLACE", [_, part, _]) if written_text(part) == Some("") => {
            return Err(function.unsupported("REPLACE of an empty text"));
        }
        ("SPLIT", [value]) => call(functions::SPLIT, vec![value.clone(), text(",")]),
        ("SPLIT", [_, _]) => function.to(functions::SPLIT),
        ("REGEXP_CONTAINS", [_, _]) => function.to("regexp_like"),
        ("REGEXP_EXTRACT" | "REGEXP_SUBSTR", [value, pattern]) => {
            check_groups(function, pattern)?;
            element(call("regexp_match", vec![value.clone(), pattern.clone()]), number(1))
        }
        ("REGEXP_EXTRACT" | "REGEXP_SUBSTR", [value, pattern, position, occurrence @ ..]) => {
            let nth = occurrence.first().map_or(Some(1), literal);
            let (Some(1), Some(nth), true) = (literal(position), nth.filter(|nth| *nth > 0), occurrence.len() < 2) else {
                let error = function.unsupported("REGEXP_EXTRACT from another position than 1, or of no fixed occurrence");
                return Err(error.with_hint("for example REGEXP_EXTRACT(text, pattern, 1, 2)"));
            };
            element(all_matches(function, value, pattern)?, number(nth))
        }
        ("REGEXP_EXTRACT_ALL", [value, pattern]) => all_matches(function, value, pattern)?,
        ("REGEXP_INSTR", [_, pattern, rest @ ..]) => {
            if rest.len() > 2 {
                return Err(function.unsupported("REGEXP_INSTR of more than 4 arguments"));
            }
            if check_groups(function, pattern)? != Some(0) {
                let error = function.unsupported("REGEXP_INSTR of a pattern with a group, or that is not written out");
                return Err(error.with_hint("(?:...) is no group"));
            }
            function.to("regexp_instr")
        }
        ("REGEXP_REPLACE", [value, pattern, replacement]) => {
            // `$1` is no reference in BigQuery, `\1` is.
            let replacement = match written_text(replacement) {
                Some(written) => text(written.replace('$', "$$")),
                None => call("replace", vec![replacement.clone(), text("$"), text("$$")]),
            };
            call("regexp_replace", vec![value.clone(), pattern.clone(), replacement, text("g")])
        }
        ("JSON_VALUE" | "JSON_EXTRACT_SCALAR", arguments) => json(function, arguments, functions::JSON_SCALAR)?,
        ("JSON_QUERY" | "JSON_EXTRACT", arguments) => json(function, arguments, functions::JSON_PART)?,
        ("TO_JSON_STRING", [_]) => function.to(functions::JSON),
        ("TO_JSON_STRING", _) => return Err(function.unsupported("TO_JSON_STRING of more than one argument")),
        ("MD5", [value]) => call("decode", vec![call("md5", vec![value.clone()]), text("hex")]),
        ("FROM_HEX", [value]) => call("decode", vec![value.clone(), text("hex")]),
        ("TO_BASE64", [value]) => call("encode", vec![value.clone(), text("base64pad")]),
        ("FROM_BASE64", [value]) => call("decode", vec![value.clone(), text("base64pad")]),
        _ => return Ok(None),
    }))
}

/// `TRIM`, `LTRIM`, `RTRIM` of a text, or of a text and the characters that go.
pub(super) fn trim(name: &str, arguments: &[Expr]) -> Expr {
    call(functions::TRIM, std::iter::once(text(name)).chain(arguments.iter().cloned()).collect())
}

fn instr(value: &Expr, part: &Expr, position: &Expr, occurrence: &Expr) -> Expr {
    call(functions::INSTR, vec![value.clone(), part.clone(), position.clone(), occurrence.clone()])
}

/// All matches, or what their group matches.
fn all_matches(function: &Call, value: &Expr, pattern: &Expr) -> Result<Expr> {
    let Some(groups) = check_groups(function, pattern)? else {
        let error = function.unsupported(format!("{} with a pattern that is not written out", function.name));
        return Err(error.with_hint("for example r'[a-z]+'"));
    };
    let [opens, closes] = MARKS;
    let marked = text(format!("{opens}${{{groups}}}{closes}"));
    let marked = call("regexp_replace", vec![value.clone(), pattern.clone(), marked, text("g")]);
    Ok(call(functions::MARKED, vec![marked]))
}

/// How many groups a pattern has, if it is written out; more than one is an error.
fn check_groups(function: &Call, pattern: &Expr) -> Result<Option<usize>> {
    let groups = written_text(pattern).map(groups);
    if groups.is_some_and(|groups| groups > 1) {
        let error = function.unsupported(format!("{} of a pattern with more than one group", function.name));
        return Err(error.with_hint("(?:...) is no group"));
    }
    Ok(groups)
}

/// How many groups a regular expression captures.
fn groups(pattern: &str) -> usize {
    let (mut count, mut in_class) = (0, false);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' if !in_class => {
                in_class = true;
                // A bracket that stands first is one of the characters.
                let _ = chars.next_if_eq(&'^');
                let _ = chars.next_if_eq(&']');
            }
            ']' => in_class = false,
            '(' if !in_class => {
                let is_plain = chars.next_if_eq(&'?').is_none();
                let is_named = !is_plain && matches!(chars.peek(), Some('P' | '<'));
                count += usize::from(is_plain || is_named);
            }
            _ => {}
        }
    }
    count
}

/// `JSON_VALUE(text, path)`; the whole text without a path.
fn json(function: &Call, arguments: &[Expr], to: &str) -> Result<Expr> {
    let (value, path) = match arguments {
        [value] => (value, text("$")),
        [value, path] => (value, path.clone()),
        _ => return Err(function.wrong("JSON_VALUE(text, '$.name')")),
    };
    if !written_text(&path).is_some_and(is_path) {
        let error = function.unsupported(format!("this path in {}", function.name));
        return Err(error.with_hint("a path is written out and has names and places: '$.a.b[0]', \"$['a b']\""));
    }
    Ok(call(to, vec![value.clone(), path]))
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn groups_of_patterns() {
        for (pattern, count) in
            [("abc", 0), ("a(b)", 1), (r"\(a\)", 0), ("(?:a)(b)", 1), ("[(]a", 0), ("[](]", 0), ("(?P<x>a)(b)", 2), ("(?i)a", 0)]
        {
            assert_eq!(groups(pattern), count, "{pattern}");
        }
    }
}
