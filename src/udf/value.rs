//! The values of one row.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, ListArray, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    new_null_array,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::Float64Type;

use crate::model::ColumnType;

/// One value of a row that [`Scorer`](crate::Scorer) scores without Arrow.
///
/// What is missing is [`Null`](Self::Null); a number that is NaN counts as missing, too. Integers are numbers.
///
/// # Examples
/// ```
/// use datafusion_ml::Value;
///
/// let row = [Value::from(34), Value::from("Two year"), Value::from(None::<f64>), Value::from(true)];
/// assert_eq!(row, [Value::Number(34.0), Value::Text("Two year"), Value::Null, Value::Boolean(true)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Missing.
    Null,
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A text: a category, or a number kept as text.
    Text(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00: in UTC if the model's column has a time zone, else in its local time.
    Timestamp(i64),
    /// The seconds of an interval or a duration; a month has 2,629,746 of them.
    Seconds(f64),
    /// A list of numbers, NaN where one is missing.
    List(&'a [f64]),
    /// The fields of a struct, in the order of the model's column.
    Struct(&'a [Value<'a>]),
}

impl Value<'_> {
    /// What it is, for messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Number(_) => "a number".into(),
            Self::Boolean(_) => "a BOOLEAN".into(),
            Self::Text(_) => "text".into(),
            Self::Date(_) => "a DATE".into(),
            Self::Time(_) => "a TIME".into(),
            Self::Timestamp(_) => "a TIMESTAMP".into(),
            Self::Seconds(_) => "seconds".into(),
            Self::List(numbers) => format!("a list of {}", numbers.len()),
            Self::Struct(fields) => format!("a struct of {}", fields.len()),
        }
    }
}

impl Value<'_> {
    /// The value as one row of a column; `None` where the column cannot hold it.
    pub(super) fn to_array(self, column_type: &ColumnType) -> Option<ArrayRef> {
        let data_type = column_type.to_arrow();
        let array: ArrayRef = match (self, column_type) {
            (Self::Null, _) => return Some(new_null_array(&data_type, 1)),
            (Self::Number(number), wanted) if wanted.is_number() && (!wanted.is_integer() || number.trunc() == number) => {
                Arc::new(Float64Array::from(vec![number]))
            }
            (Self::Number(number), wanted) if wanted.is_number() && number.is_nan() => {
                return Some(new_null_array(&data_type, 1));
            }
            (Self::Boolean(value), ColumnType::Boolean) => Arc::new(BooleanArray::from(vec![value])),
            (Self::Text(text), wanted) if wanted.is_text() => Arc::new(StringArray::from(vec![text])),
            (Self::Date(days), ColumnType::Date) => Arc::new(Date32Array::from(vec![days])),
            (Self::Time(microseconds), ColumnType::Time) => Arc::new(Time64MicrosecondArray::from(vec![microseconds])),
            (Self::Timestamp(microseconds), ColumnType::Timestamp { zone }) => {
                let times = TimestampMicrosecondArray::from(vec![microseconds]);
                Arc::new(times.with_timezone_opt(zone.clone()))
            }
            (Self::List(numbers), ColumnType::List(item)) if item.is_number() => {
                let numbers = numbers.iter().map(|number| Some(*number).filter(|number| !number.is_nan()));
                Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>([Some(numbers.collect::<Vec<_>>())]))
            }
            _ => return None,
        };
        let options = CastOptions { safe: false, ..CastOptions::default() };
        cast_with_options(&array, &data_type, &options).ok()
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<f32> for Value<'_> {
    fn from(number: f32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// The nearest number: beyond 2^53 not every integer is one.
impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// The nearest number: beyond 2^53 not every integer is one.
impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [f64]> for Value<'a> {
    fn from(numbers: &'a [f64]) -> Self {
        Self::List(numbers)
    }
}

impl From<Duration> for Value<'_> {
    fn from(duration: Duration) -> Self {
        Self::Seconds(duration.as_secs_f64())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
