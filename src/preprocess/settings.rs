//! Arguments that are settings: constants that say how a function works.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, plan_err};

use super::parameters::{Call, Parameter};

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
            return plan_err!("{} of {} cannot be NULL", self.name(place), self.call.name);
        }
        match value.cast_to(wanted) {
            Ok(value) => Ok(Some(value)),
            Err(_) => self.wrong(place, "of another type"),
        }
    }

    /// The error of a setting.
    pub(super) fn wrong<R>(&self, place: usize, expected: &str) -> Result<R> {
        let value = place.checked_sub(self.first).and_then(|place| self.values.get(place));
        let value = value.map_or_else(String::new, ToString::to_string);
        plan_err!("{} of {} cannot be {value}; expected {expected}", self.name(place), self.call.name)
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

    /// A text in lower case.
    pub(super) fn word(&self, place: usize) -> Result<Option<String>> {
        Ok(self.text(place)?.map(|text| text.to_ascii_lowercase()))
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
