//! The values of one row.

use std::time::Duration;

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
