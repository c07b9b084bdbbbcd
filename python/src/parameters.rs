//! Values for the parameters of a statement.

use std::collections::HashMap;

use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;

/// Values by number or by name, each an array of one value: pyarrow knows what Python's values are in Arrow.
#[derive(FromPyObject)]
pub(crate) enum Parameters {
    Numbered(Vec<PyArray>),
    Named(HashMap<String, PyArray>),
}

impl Parameters {
    pub(crate) fn into_values(self) -> PyResult<ParamValues> {
        let scalar = |array: PyArray| {
            let value = ScalarValue::try_from_array(array.array(), 0);
            value.map(ScalarAndMetadata::from).map_err(|error| PyValueError::new_err(error.to_string()))
        };
        Ok(match self {
            Self::Numbered(arrays) => ParamValues::List(arrays.into_iter().map(scalar).collect::<PyResult<_>>()?),
            Self::Named(arrays) => {
                let pairs = arrays.into_iter().map(|(name, array)| Ok((name, scalar(array)?)));
                ParamValues::Map(pairs.collect::<PyResult<_>>()?)
            }
        })
    }
}

/// The text with `$1`, `$2`, ... in place of its question marks; a text that cannot be read stays as it is.
#[pyfunction]
pub(crate) fn number_placeholders(text: &str) -> String {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location() else { return text.to_owned() };
    let mut marks = tokens.iter().filter(|token| token.token == Token::Placeholder("?".into())).map(|token| token.span.start);
    let mut next = marks.next();
    let (mut numbered, mut count) = (String::with_capacity(text.len()), 0);
    let (mut line, mut column) = (1, 1);
    for letter in text.chars() {
        if next.is_some_and(|mark| (mark.line, mark.column) == (line, column)) {
            count += 1;
            numbered.push_str(&format!("${count}"));
            next = marks.next();
        } else {
            numbered.push(letter);
        }
        (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    numbered
}
