//! `CAST(x AS STRING)` as BigQuery writes values.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err};

use super::calendar::{self, DAY, Part};
use super::definition::Definition;
use super::{TEXT, cast_to};

pub(super) const FUNCTIONS: &[Definition] = &[Definition {
    name: TEXT,
    ours: 0,
    takes: "what has a text in BigQuery is expected",
    types: |found| match found {
        [value] => source(value).map(|source| vec![source]),
        _ => None,
    },
    result: |_| DataType::Utf8,
    evaluate: |arrays| {
        let [values] = arrays else { return exec_err!("one value is written") };
        text(values)
    },
}];

/// The type that a value is cast to before it is written; `None` if it cannot be written as there.
pub(super) fn source(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Some(DataType::Float64),
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone())),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Some(DataType::Utf8),
        DataType::Boolean | DataType::Date32 | DataType::Decimal128(..) => Some(found.clone()),
        DataType::Time32(_) | DataType::Time64(_) => Some(DataType::Time64(TimeUnit::Microsecond)),
        DataType::Dictionary(_, values) => source(values),
        integer if integer.is_integer() => Some(found.clone()),
        _ => None,
    }
}

/// The texts of an array.
pub(super) fn text(values: &ArrayRef) -> Result<ArrayRef> {
    match values.data_type() {
        DataType::Float64 => {
            Ok(Arc::new(values.as_primitive::<Float64Type>().iter().map(|value| value.map(number)).collect::<StringArray>()))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let behind = if zone.is_some() { "+00" } else { "" };
            let times = values.as_primitive::<TimestampMicrosecondType>().iter();
            Ok(Arc::new(times.map(|time| time.map(|time| moment(time) + behind)).collect::<StringArray>()))
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            let times = values.as_primitive::<Time64MicrosecondType>().iter();
            Ok(Arc::new(times.map(|time| time.map(clock)).collect::<StringArray>()))
        }
        DataType::Decimal128(..) => {
            let texts = cast_to(values, &DataType::Utf8)?;
            let Some(texts) = texts.as_string_opt::<i32>() else { return exec_err!("a NUMERIC has no text") };
            Ok(Arc::new(texts.iter().map(|text| text.map(trimmed)).collect::<StringArray>()))
        }
        _ => cast_to(values, &DataType::Utf8),
    }
}

/// A decimal fraction without zeros at its end.
fn trimmed(text: &str) -> String {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    text.to_owned()
}

/// `2020-01-31 10:00:00`, with 3 or 6 digits of a second if it has any.
fn moment(time: i64) -> String {
    let part = |part| calendar::extract(time, part);
    format!("{:04}-{:02}-{:02} {}", part(Part::Year), part(Part::Month), part(Part::Day), clock(time.rem_euclid(DAY)))
}

/// `10:00:00`, likewise.
fn clock(of_day: i64) -> String {
    let seconds = of_day / 1_000_000;
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = of_day % 1_000_000;
    // Writing to a String cannot fail.
    let _ = match (fraction, fraction % 1_000) {
        (0, _) => Ok(()),
        (_, 0) => write!(text, ".{:03}", fraction / 1_000),
        _ => write!(text, ".{fraction:06}"),
    };
    text
}

/// A double with 15 significant digits if they give it back, else with 17: C's `%.15g` and `%.17g`.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    let short = significant(value, 15);
    if short.parse() == Ok(value) { short } else { significant(value, 17) }
}

/// So many significant digits without zeros at the end, with an exponent where it is below -4 or not below the digits.
pub(super) fn significant(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let places = i32::try_from(digits).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= places {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trimmed(mantissa), exponent.unsigned_abs());
    }
    let decimals = usize::try_from(places - 1 - exponent).unwrap_or(0);
    trimmed(&format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::{moment, number};

    #[test]
    fn numbers() {
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456_789.0, "123456789"),
            (1e20, "1e+20"),
            (1.5e-7, "1.5e-07"),
            (0.0001, "0.0001"),
            (-2.5, "-2.5"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn moments() {
        assert_eq!(moment(0), "1970-01-01 00:00:00");
        assert_eq!(moment(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(moment(1_500_000), "1970-01-01 00:00:01.500");
    }
}
