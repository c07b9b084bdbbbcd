//! `JSON_VALUE`, `JSON_QUERY` and the like: a part of a text of JSON, as it is written there.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{JSON_PART, JSON_SCALAR, constant, string, strings};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: JSON_SCALAR,
        ours: 0,
        takes: "JSON_VALUE takes STRING",
        types: |found| found.iter().map(string).collect(),
        result: |_| DataType::Utf8,
        evaluate: |arrays| evaluate(arrays, scalar),
    },
    Definition {
        name: JSON_PART,
        ours: 0,
        takes: "JSON_QUERY takes STRING",
        types: |found| found.iter().map(string).collect(),
        result: |_| DataType::Utf8,
        evaluate: |arrays| evaluate(arrays, part),
    },
];

/// One step of a path.
enum Step {
    Key(String),
    Place(usize),
}

/// The steps of a path such as `$.a.b[0]`, `$['a b']`, `$."a b"`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let (mut steps, mut rest) = (Vec::new(), path.strip_prefix('$')?);
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('[') {
            let (inside, behind) = if let Some(quote) = behind.chars().next().filter(|c| "'\"".contains(*c)) {
                let (key, behind) = behind.get(1..)?.split_once(quote)?;
                (Step::Key(key.to_owned()), behind.strip_prefix(']')?)
            } else {
                let (place, behind) = behind.split_once(']')?;
                (Step::Place(place.trim().parse().ok()?), behind)
            };
            steps.push(inside);
            rest = behind;
            continue;
        }
        rest = rest.strip_prefix('.')?;
        if let Some(behind) = rest.strip_prefix('"') {
            let (key, behind) = behind.split_once('"')?;
            steps.push(Step::Key(key.to_owned()));
            rest = behind;
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, behind) = rest.split_at(end);
        if key.is_empty() || key.contains(['*', '\'', '"', ']', '?', '@', '(']) {
            return None;
        }
        steps.push(Step::Key(key.to_owned()));
        rest = behind;
    }
    Some(steps)
}

/// Whether a path is one of these.
pub(crate) fn is_path(path: &str) -> bool {
    steps(path).is_some()
}

fn evaluate(arrays: &[ArrayRef], of: impl Fn(&str) -> Option<String>) -> Result<ArrayRef> {
    let [texts, path] = arrays else { return exec_err!("a text of JSON and a path are expected") };
    let Some(steps) = constant(path).and_then(steps) else { return exec_err!("a path such as $.a[0] is expected") };
    let row = |text: Option<&str>| {
        let text = text?;
        // From here on the text is known to be JSON.
        serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
        of(steps.iter().try_fold(text.trim(), |value, step| inside(value, step))?)
    };
    Ok(Arc::new(strings(texts)?.iter().map(row).collect::<StringArray>()))
}

/// A value that is neither an object nor an array, without quotes; none of JSON's null.
fn scalar(value: &str) -> Option<String> {
    match value.chars().next()? {
        '{' | '[' | 'n' => None,
        '"' => serde_json::from_str(value).ok(),
        _ => Some(value.to_owned()),
    }
}

/// A value without white space between its tokens; none of JSON's null.
fn part(value: &str) -> Option<String> {
    if value == "null" {
        return None;
    }
    let (mut written, mut rest) = (String::new(), value);
    while let Some(c) = rest.chars().next() {
        let length = if c == '"' { length_of(rest) } else { c.len_utf8() };
        let (token, behind) = rest.split_at_checked(length)?;
        if !matches!(c, ' ' | '\t' | '\n' | '\r') {
            written.push_str(token);
        }
        rest = behind;
    }
    Some(written)
}

/// The value that a step leads to.
fn inside<'a>(value: &'a str, step: &Step) -> Option<&'a str> {
    let (opens, wanted_place) = match step {
        Step::Key(_) => ('{', None),
        Step::Place(place) => ('[', Some(*place)),
    };
    let mut rest = value.strip_prefix(opens)?.trim_start();
    let mut place = 0;
    while !rest.starts_with(['}', ']']) {
        let mut is_it = wanted_place == Some(place);
        if let Step::Key(wanted) = step {
            let (key, behind) = rest.split_at_checked(length_of(rest))?;
            is_it = serde_json::from_str::<String>(key).ok()? == *wanted;
            rest = behind.trim_start().strip_prefix(':')?.trim_start();
        }
        let (found, behind) = rest.split_at_checked(length_of(rest))?;
        if is_it {
            return Some(found);
        }
        let behind = behind.trim_start();
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
        place += 1;
    }
    None
}

/// How long the value is that a text of JSON begins with.
fn length_of(text: &str) -> usize {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        if in_string {
            in_string = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            if !in_string && depth == 0 {
                return at + 1;
            }
            continue;
        }
        match c {
            ',' | ':' | ' ' | '\t' | '\n' | '\r' | '}' | ']' if depth == 0 => return at,
            '"' => in_string = true,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Step, inside, is_path, part, scalar, steps};

    #[test]
    fn values() {
        let text = r#"{"a" : {"b": [1, 2.50, "x,]\"y"], "c d": null}, "b":true ,"e":"é\u00e9", "f":[]}"#;
        let value = |path: &str| steps(path)?.iter().try_fold(text, |value, step: &Step| inside(value, step));
        assert_eq!(value("$.a.b[1]").and_then(scalar).as_deref(), Some("2.50"));
        assert_eq!(value("$.a.b[2]").and_then(scalar).as_deref(), Some("x,]\"y"));
        assert_eq!(value("$['b']").and_then(scalar).as_deref(), Some("true"));
        assert_eq!(value("$.e").and_then(scalar).as_deref(), Some("éé"));
        assert_eq!(value("$.a.\"c d\"").and_then(scalar), None);
        assert_eq!(value("$.a").and_then(scalar), None);
        assert_eq!(value("$.a.b[7]"), None);
        assert_eq!(value("$.f[0]"), None);
        assert_eq!(value("$.b.c"), None);
        assert_eq!(value("$.a").and_then(part).as_deref(), Some(r#"{"b":[1,2.50,"x,]\"y"],"c d":null}"#));
        for path in ["a", "$.", "$.a[*]", "$[x]", "$.a..b", "$[?(@.a)]"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
