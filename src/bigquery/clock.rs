//! Dates and times of their parts, and as texts by a format.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Int64Type, TimeUnit};
use datafusion::common::{Result, exec_err};

use super::calendar::{self, DAY};
use super::compute::{micros, times};
use super::definition::Definition;
use super::{DATETIME, FORMAT_TIME, PARSE_TIME, SAFE_PARSE_TIME, constant, is_whole, strftime, string, strings, strptime, time};

/// A time without a zone.
const WITHOUT_ZONE: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: DATETIME,
        ours: 0,
        takes: "DATETIME takes year, month, day, hour, minute and second, or a DATE and a TIME",
        types: |found| match found {
            [DataType::Date32 | DataType::Null, DataType::Time32(_) | DataType::Time64(_)] => {
                Some(vec![DataType::Date32, DataType::Time64(TimeUnit::Microsecond)])
            }
            parts if parts.len() == 6 && parts.iter().all(is_whole) => Some(vec![DataType::Int64; 6]),
            _ => None,
        },
        result: |_| WITHOUT_ZONE,
        evaluate: datetime,
    },
    Definition {
        name: FORMAT_TIME,
        ours: 0,
        takes: "a format and a DATE, DATETIME, TIMESTAMP or TIME are expected",
        types: |found| match found {
            [format, value] => Some(vec![string(format)?, time(value)?]),
            _ => None,
        },
        result: |_| DataType::Utf8,
        evaluate: |arrays| {
            let [format, values] = arrays else { return exec_err!("a format and a time are expected") };
            let Some(format) = constant(format) else { return exec_err!("a format is expected") };
            let written =
                micros(values)?.iter().map(|time| time.map(|time| strftime::write(format, time))).collect::<StringArray>();
            Ok(Arc::new(written))
        },
    },
    Definition {
        name: PARSE_TIME,
        ours: 0,
        takes: "a format and STRING are expected",
        types: |found| found.iter().map(string).collect(),
        result: |_| WITHOUT_ZONE,
        evaluate: |arrays| parse(arrays, false),
    },
    Definition {
        name: SAFE_PARSE_TIME,
        ours: 0,
        takes: "a format and STRING are expected",
        types: |found| found.iter().map(string).collect(),
        result: |_| WITHOUT_ZONE,
        evaluate: |arrays| parse(arrays, true),
    },
];

fn datetime(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    if let [days, clocks] = arrays {
        let (days, clocks) = (micros(days)?, micros(clocks)?);
        let sums = days.iter().zip(&clocks).map(|(day, clock)| day.zip(clock).map(|(day, clock)| day + clock));
        return times(sums.collect::<Int64Array>(), &WITHOUT_ZONE);
    }
    let parts: Vec<&Int64Array> = arrays.iter().filter_map(|array| array.as_primitive_opt::<Int64Type>()).collect();
    let n_rows = arrays.first().map_or(0, Array::len);
    let mut moments = Vec::with_capacity(n_rows);
    for row in 0..n_rows {
        let parts: Option<Vec<i64>> = parts.iter().map(|part| part.is_valid(row).then(|| part.value(row))).collect();
        let Some(&[year, month, day, hour, minute, second]) = parts.as_deref() else {
            moments.push(None);
            continue;
        };
        let is_clock = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
        let Some(days) = calendar::date(year, month, day).filter(|_| is_clock) else {
            return exec_err!("there is no time {year}-{month}-{day} {hour}:{minute}:{second}");
        };
        moments.push(Some(days * DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000));
    }
    times(Int64Array::from(moments), &WITHOUT_ZONE)
}

fn parse(arrays: &[ArrayRef], is_safe: bool) -> Result<ArrayRef> {
    let [format, texts] = arrays else { return exec_err!("a format and STRING are expected") };
    let Some(format) = constant(format) else { return exec_err!("a format is expected") };
    let row = |text: Option<&str>| match text.map(|text| (text, strptime::read(format, text))) {
        Some((text, None)) if !is_safe => exec_err!("'{text}' has not the form '{format}'; SAFE.PARSE_... gives NULL instead"),
        found => Ok(found.and_then(|(_, time)| time)),
    };
    times(strings(texts)?.iter().map(row).collect::<Result<Int64Array>>()?, &WITHOUT_ZONE)
}
