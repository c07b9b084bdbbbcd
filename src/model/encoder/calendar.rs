//! Dates and times: a number that grows with time, and the cycles of the calendar.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int32Array, StringArray};
use datafusion::arrow::compute::{CastOptions, DatePart, cast, cast_with_options, date_part};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, DurationMicrosecondType, Int32Type, IntervalDayTimeType, IntervalMonthDayNanoType, IntervalUnit,
    IntervalYearMonthType, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use serde::{Deserialize, Serialize};

use super::super::depth::nested;
use super::Encoder;
use crate::error::{Error, Result};
use crate::model::ColumnType;

const MICROSECONDS_PER_DAY: f64 = 86_400e6;
/// The mean month of the Gregorian calendar: 400 years have 146,097 days.
const SECONDS_PER_MONTH: f64 = 2_629_746.0;

/// One thing that a date or time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CalendarPart {
    /// Days since 1970-01-01, with fractions.
    Epoch,
    /// Hours since midnight, with fractions.
    TimeOfDay,
    /// The month, a category from `1` to `12`.
    Month,
    /// The day of the month, a number.
    DayOfMonth,
    /// The day of the week, a category from `monday` to `sunday`.
    DayOfWeek,
    /// The hour, a category from `0` to `23`.
    Hour,
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl CalendarPart {
    /// What values of a type say; empty for types that are no times.
    pub fn of(column_type: &ColumnType) -> &'static [Self] {
        match column_type {
            ColumnType::Date => &[Self::Epoch, Self::Month, Self::DayOfMonth, Self::DayOfWeek],
            ColumnType::Timestamp { .. } => &[Self::Epoch, Self::Month, Self::DayOfMonth, Self::DayOfWeek, Self::Hour],
            ColumnType::Time => &[Self::TimeOfDay, Self::Hour],
            _ => &[],
        }
    }

    /// The name that stands behind the column's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epoch => "epoch",
            Self::TimeOfDay => "time_of_day",
            Self::Month => "month",
            Self::DayOfMonth => "day_of_month",
            Self::DayOfWeek => "day_of_week",
            Self::Hour => "hour",
        }
    }

    /// Whether the part is a category: it has no size, only a place in its cycle.
    pub fn is_category(self) -> bool {
        matches!(self, Self::Month | Self::DayOfWeek | Self::Hour)
    }
}

/// Reads a date or time as its parts, seen from the time zone of the training query's column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarEncoder {
    /// The time zone in which days begin; none for local times.
    pub zone: Option<String>,
    /// What is read, each with a [`Number`](Encoder::Number), [`Category`](Encoder::Category) or
    /// [`Ignored`](Encoder::Ignored) encoder.
    #[serde(deserialize_with = "nested")]
    pub parts: Vec<(CalendarPart, Encoder)>,
}

/// One part of times: numbers with NaN for null, or a dictionary of the cycle's names.
///
/// Times without a zone are taken as local times of the zone. The hour that clocks skip or repeat has no one instant: its
/// epoch is then read as if the zone were UTC.
///
/// # Errors
/// [`Data`](crate::ErrorKind::Data) where a time is further away than microseconds can count.
pub(crate) fn calendar_part(array: &ArrayRef, zone: Option<&str>, part: CalendarPart) -> Result<ArrayRef> {
    let is_local = matches!(array.data_type(), DataType::Timestamp(_, None));
    if is_local && let (Some(zone), CalendarPart::Epoch) = (zone, part) {
        let local = in_zone(array, None)?;
        let instants = cast(&local, &DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into())))?;
        let instants = instants.as_primitive::<TimestampMicrosecondType>().iter();
        let local = local.as_primitive::<TimestampMicrosecondType>().iter();
        let times = instants.zip(local).map(|(instant, local)| instant.or(local));
        return Ok(numbers(times.map(|time| time.map(|time| time as f64 / MICROSECONDS_PER_DAY))));
    }
    let times = in_zone(array, zone.filter(|_| !is_local))?;
    if times.data_type().is_null() {
        return Ok(times);
    }
    Ok(match part {
        CalendarPart::Epoch if *times.data_type() == DataType::Date32 => {
            numbers(times.as_primitive::<Date32Type>().iter().map(|days| days.map(f64::from)))
        }
        CalendarPart::Epoch => {
            let instants = times.as_primitive::<TimestampMicrosecondType>().iter();
            numbers(instants.map(|time| time.map(|time| time as f64 / MICROSECONDS_PER_DAY)))
        }
        CalendarPart::TimeOfDay => {
            let times = times.as_primitive::<Time64MicrosecondType>().iter();
            numbers(times.map(|time| time.map(|time| time as f64 / (MICROSECONDS_PER_DAY / 24.0))))
        }
        CalendarPart::DayOfMonth => numbers(integers(&times, DatePart::Day)?.iter().map(|day| day.map(f64::from))),
        CalendarPart::Month => cycle(&integers(&times, DatePart::Month)?, 1, (1..=12).map(|month| month.to_string()))?,
        CalendarPart::DayOfWeek => {
            cycle(&integers(&times, DatePart::DayOfWeekMonday0)?, 0, DAYS.iter().map(ToString::to_string))?
        }
        CalendarPart::Hour if *times.data_type() == DataType::Date32 => {
            // A date is the midnight it begins with.
            let midnight = cast(&times, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
            calendar_part(&midnight, None, part)?
        }
        CalendarPart::Hour => cycle(&integers(&times, DatePart::Hour)?, 0, (0..24).map(|hour| hour.to_string()))?,
    })
}

/// Brings times of every unit to one of three types: dates, times of day, or timestamps of the zone, in microseconds.
fn in_zone(array: &ArrayRef, zone: Option<&str>) -> Result<ArrayRef> {
    let to = match array.data_type() {
        DataType::Null | DataType::Date32 => return Ok(ArrayRef::clone(array)),
        DataType::Date64 => DataType::Date32,
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Timestamp(_, _) => DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into)),
        DataType::Dictionary(_, value) => return in_zone(&cast(array, value)?, zone),
        other => return Err(Error::internal(format!("a time cannot be read from {other}"))),
    };
    exact(array, &to)
}

/// Casts, and says what cannot be cast instead of making it null.
fn exact(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, to, &options).map_err(|error| Error::data(format!("a time cannot be read: {error}")))
}

fn integers(times: &ArrayRef, part: DatePart) -> Result<Int32Array> {
    Ok(date_part(times, part)?.as_primitive::<Int32Type>().clone())
}

fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values.map(|value| value.unwrap_or(f64::NAN))))
}

/// Places in a cycle as a dictionary, so that a name is looked up once and not once a row.
fn cycle(places: &Int32Array, first: i32, names: impl Iterator<Item = String>) -> Result<ArrayRef> {
    let keys: Int32Array = places.iter().map(|place| place.map(|place| place - first)).collect();
    Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(StringArray::from_iter_values(names)))?))
}

/// Durations and intervals in seconds; a month counts as the mean one. NaN stands for null.
pub(crate) fn seconds(array: &ArrayRef) -> Result<Float64Array> {
    let per_second = 1e6;
    let seconds: Vec<f64> = match array.data_type() {
        DataType::Duration(_) => {
            let array = exact(array, &DataType::Duration(TimeUnit::Microsecond))?;
            let array = array.as_primitive::<DurationMicrosecondType>();
            array.iter().map(|value| value.map_or(f64::NAN, |value| value as f64 / per_second)).collect()
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            let array = array.as_primitive::<IntervalYearMonthType>();
            array.iter().map(|value| value.map_or(f64::NAN, |months| f64::from(months) * SECONDS_PER_MONTH)).collect()
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            let array = array.as_primitive::<IntervalDayTimeType>();
            let of = |value: datafusion::arrow::datatypes::IntervalDayTime| {
                f64::from(value.days) * 86_400.0 + f64::from(value.milliseconds) / 1e3
            };
            array.iter().map(|value| value.map_or(f64::NAN, of)).collect()
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let array = array.as_primitive::<IntervalMonthDayNanoType>();
            let of = |value: datafusion::arrow::datatypes::IntervalMonthDayNano| {
                f64::from(value.months) * SECONDS_PER_MONTH + f64::from(value.days) * 86_400.0 + value.nanoseconds as f64 / 1e9
            };
            array.iter().map(|value| value.map_or(f64::NAN, of)).collect()
        }
        other => return Err(Error::internal(format!("seconds cannot be read from {other}"))),
    };
    Ok(Float64Array::from(seconds))
}
