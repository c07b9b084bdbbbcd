//! Arguments that are settings: constants that say how a function works.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue};

use super::parameters::{Call, Parameter};
use crate::error::{Error, ErrorKind, closest};

/// The settings of a call: its arguments with the place of the first one that is a setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) call: &'static Call,
    pub(super) first: usize,
    pub(super) values: &'a [ScalarValue],
}

impl Settings<'_> {
    fn name(&self, place: usize) -> &'static str {
        self.call.parameters.get(place).map_or("argument", |Parameter(name, _)| name)
    }

    /// The setting at a place of the call, brought to a type; `None` where it is left out.
    fn get(&self, place: usize, wanted: &DataType) -> Result<Option<ScalarValue>> {
        let Some(value) = place.checked_sub(self.first).and_then(|place| self.values.get(place)) else { return Ok(None) };
        if value.is_null() {
            return self
                .wrong(place, self.call.parameters.get(place).map_or("a value", |Parameter(_, wanted)| wanted.describe()));
        }
        match value.cast_to(wanted) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                self.wrong(place, self.call.parameters.get(place).map_or("a value", |Parameter(_, wanted)| wanted.describe()))
            }
        }
    }

    /// The error of a setting.
    pub(super) fn wrong<R>(&self, place: usize, expected: &str) -> Result<R> {
        Err(self.fault(place, expected).into())
    }

    fn fault(&self, place: usize, expected: &str) -> Error {
        let name = format!("{} of {}", self.name(place), self.call.name);
        let value = match place.checked_sub(self.first).and_then(|place| self.values.get(place)) {
            None => String::new(),
            Some(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text))) => {
                format!("'{text}'")
            }
            Some(value) => value.to_string(),
        };
        ErrorKind::InvalidOption { name, value, expected: expected.into() }.into()
    }

    /// One of some words, in any case: its place among them; `None` where the setting is left out.
    pub(super) fn choice(&self, place: usize, words: &[&str]) -> Result<Option<usize>> {
        let Some(written) = self.text(place)? else { return Ok(None) };
        if let Some(found) = words.iter().position(|word| word.eq_ignore_ascii_case(&written)) {
            return Ok(Some(found));
        }
        let error = self.fault(place, &or_list(words));
        Err(match closest(&written, words.iter().copied()) {
            Some(meant) => error.with_hint(format!("did you mean '{meant}'?")),
            None => error,
        }
        .into())
    }

    pub(super) fn number(&self, place: usize, default: f64) -> Result<f64> {
        match self.get(place, &DataType::Float64)? {
            Some(ScalarValue::Float64(Some(number))) => Ok(number),
            _ => Ok(default),
        }
    }

    /// A whole number in a range.
    pub(super) fn whole(&self, place: usize, default: i64, range: std::ops::RangeInclusive<i64>) -> Result<usize> {
        let number = match self.get(place, &DataType::Int64)? {
            Some(ScalarValue::Int64(Some(number))) => number,
            _ => default,
        };
        match usize::try_from(number) {
            Ok(size) if range.contains(&number) => Ok(size),
            _ => self.wrong(place, &format!("a whole number from {} to {}", range.start(), range.end())),
        }
    }

    pub(super) fn flag(&self, place: usize, default: bool) -> Result<bool> {
        match self.get(place, &DataType::Boolean)? {
            Some(ScalarValue::Boolean(Some(flag))) => Ok(flag),
            _ => Ok(default),
        }
    }

    pub(super) fn text(&self, place: usize) -> Result<Option<String>> {
        match self.get(place, &DataType::Utf8)? {
            Some(ScalarValue::Utf8(text)) => Ok(text),
            _ => Ok(None),
        }
    }

    /// The numbers of an array; an error if one of them is missing.
    pub(super) fn numbers(&self, place: usize) -> Result<Option<Vec<f64>>> {
        let list = self.get(place, &DataType::new_list(DataType::Float64, true))?;
        let Some(ScalarValue::List(list)) = list else { return Ok(None) };
        let numbers = list.values().as_primitive::<Float64Type>();
        if numbers.null_count() > 0 {
            return self.wrong(place, "numbers without NULL");
        }
        Ok(Some(numbers.values().to_vec()))
    }

    /// Two whole numbers, or one for both.
    pub(super) fn range(&self, place: usize) -> Result<Option<(i64, i64)>> {
        let value = place.checked_sub(self.first).and_then(|place| self.values.get(place));
        let is_list = value.is_some_and(|value| matches!(value.data_type(), DataType::List(_) | DataType::FixedSizeList(..)));
        if !is_list {
            return Ok(match self.get(place, &DataType::Int64)? {
                Some(ScalarValue::Int64(Some(both))) => Some((both, both)),
                _ => None,
            });
        }
        let list = self.get(place, &DataType::new_list(DataType::Int64, true))?;
        let Some(ScalarValue::List(list)) = list else { return Ok(None) };
        let numbers = list.values().as_primitive::<Int64Type>();
        match numbers.values().as_ref() {
            [low, high] if numbers.null_count() == 0 => Ok(Some((*low, *high))),
            _ => self.wrong(place, "two whole numbers, the lower one first"),
        }
    }
}

/// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`.
fn or_list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}
