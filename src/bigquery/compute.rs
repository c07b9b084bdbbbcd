//! The functions over arrays.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType,
};
use datafusion::common::{Result, exec_err};

use super::calendar::{self, DAY, Part};
use super::definition::Definition;
use super::{
    CROSSED, DIVIDE, ELAPSED, EXTRACT, FARM_FINGERPRINT, SAFE_DIVIDE, SHIFT, TRUNCATE, WHOLE, bytes, cast_to, farm_hash,
    is_number, read_part, time,
};

const TIMES: &str = "a DATE, DATETIME, TIMESTAMP or TIME is expected";

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: FARM_FINGERPRINT,
        ours: 0,
        takes: "FARM_FINGERPRINT takes STRING or BYTES (CAST(x AS STRING) makes one)",
        types: |found| match found {
            [value] => Some(vec![bytes(value)?]),
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: fingerprints,
    },
    Definition {
        name: DIVIDE,
        ours: 0,
        takes: "only numbers can be divided",
        types: two_numbers,
        result: |_| DataType::Float64,
        evaluate: |arrays| quotients(arrays, false),
    },
    Definition {
        name: SAFE_DIVIDE,
        ours: 0,
        takes: "only numbers can be divided",
        types: two_numbers,
        result: |_| DataType::Float64,
        evaluate: |arrays| quotients(arrays, true),
    },
    Definition {
        name: WHOLE,
        ours: 0,
        takes: "one value is rounded",
        types: |found| (found.len() == 1).then(|| found.to_vec()),
        result: |types| types.first().map_or(DataType::Int64, whole_type),
        evaluate: whole,
    },
    Definition {
        name: EXTRACT,
        ours: 1,
        takes: TIMES,
        types: |found| match found {
            [_, value] => Some(vec![DataType::Utf8, time(value)?]),
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: extract,
    },
    Definition {
        name: CROSSED,
        ours: 1,
        takes: TIMES,
        types: two_times,
        result: |_| DataType::Int64,
        evaluate: |arrays| difference(arrays, |later, earlier, part| Some(calendar::crossed(later, earlier, part))),
    },
    Definition {
        name: ELAPSED,
        ours: 1,
        takes: TIMES,
        types: two_times,
        result: |_| DataType::Int64,
        evaluate: |arrays| difference(arrays, calendar::elapsed),
    },
    Definition {
        name: TRUNCATE,
        ours: 1,
        takes: TIMES,
        types: |found| match found {
            [_, value] => Some(vec![DataType::Utf8, time(value)?]),
            _ => None,
        },
        result: second,
        evaluate: truncate,
    },
    Definition {
        name: SHIFT,
        ours: 1,
        takes: "a DATE, DATETIME, TIMESTAMP or TIME and a whole number of parts are expected",
        types: |found| match found {
            [_, value, count] if is_number(count) => Some(vec![DataType::Utf8, time(value)?, DataType::Int64]),
            _ => None,
        },
        result: second,
        evaluate: shift,
    },
];

fn two_numbers(found: &[DataType]) -> Option<Vec<DataType>> {
    (found.len() == 2 && found.iter().all(is_number)).then(|| vec![DataType::Float64; 2])
}

fn two_times(found: &[DataType]) -> Option<Vec<DataType>> {
    match found {
        [_, later, earlier] => Some(vec![DataType::Utf8, time(later)?, time(earlier)?]),
        _ => None,
    }
}

fn second(types: &[DataType]) -> DataType {
    types.get(1).cloned().unwrap_or(DataType::Null)
}

fn fingerprints(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [values] = arrays else { return exec_err!("FARM_FINGERPRINT takes one value") };
    let values = cast_to(values, &DataType::Binary)?;
    let Some(values) = values.as_binary_opt::<i32>() else { return exec_err!("FARM_FINGERPRINT takes STRING or BYTES") };
    let hash = |bytes: &[u8]| farm_hash::fingerprint(bytes).cast_signed();
    Ok(Arc::new(values.iter().map(|bytes| bytes.map(hash)).collect::<Int64Array>()))
}

fn quotients(arrays: &[ArrayRef], is_safe: bool) -> Result<ArrayRef> {
    let [a, b] = arrays else { return exec_err!("a division takes two numbers") };
    let (a, b) = (cast_to(a, &DataType::Float64)?, cast_to(b, &DataType::Float64)?);
    let (a, b) = (a.as_primitive::<Float64Type>(), b.as_primitive::<Float64Type>());
    let mut quotients = Vec::with_capacity(a.len());
    for (a, b) in a.iter().zip(b) {
        let (Some(a), Some(b)) = (a, b) else {
            quotients.push(None);
            continue;
        };
        let quotient = a / b;
        let overflows = quotient.is_infinite() && a.is_finite();
        quotients.push(match (b == 0.0 || overflows, is_safe) {
            (false, _) => Some(quotient),
            (true, true) => None,
            (true, false) if b == 0.0 => return exec_err!("division by zero: {a} / {b}; SAFE_DIVIDE gives NULL instead"),
            (true, false) => return exec_err!("{a} / {b} is too large for FLOAT64; SAFE_DIVIDE gives NULL instead"),
        });
    }
    Ok(Arc::new(Float64Array::from(quotients)))
}

/// The type of what a cast to `INT64` rounds.
fn whole_type(value: &DataType) -> DataType {
    match value {
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Decimal128(precision, scale) if *scale > 0 => DataType::Decimal128(*precision, 0),
        other => other.clone(),
    }
}

/// Fractions rounded half away from zero, as BigQuery casts them; everything else as it is.
fn whole(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [values] = arrays else { return exec_err!("one value is rounded") };
    let values = cast_to(values, &whole_type(values.data_type()))?;
    match values.as_primitive_opt::<Float64Type>() {
        Some(numbers) => Ok(Arc::new(numbers.unary::<_, Float64Type>(f64::round))),
        None => Ok(values),
    }
}

/// Times as microseconds since 1970, or since midnight.
pub(super) fn micros(times: &ArrayRef) -> Result<Int64Array> {
    match times.data_type() {
        DataType::Date32 => {
            let days = times.as_primitive::<Date32Type>();
            Ok(days.unary::<_, Int64Type>(|days| i64::from(days) * DAY))
        }
        DataType::Timestamp(datafusion::arrow::datatypes::TimeUnit::Microsecond, _) => {
            Ok(times.as_primitive::<TimestampMicrosecondType>().unary::<_, Int64Type>(|time| time))
        }
        DataType::Time64(datafusion::arrow::datatypes::TimeUnit::Microsecond) => {
            Ok(times.as_primitive::<Time64MicrosecondType>().unary::<_, Int64Type>(|time| time))
        }
        other => exec_err!("{TIMES}, not {other}"),
    }
}

/// Microseconds as times of a type; a clock begins again at midnight.
pub(super) fn times(micros: Int64Array, data_type: &DataType) -> Result<ArrayRef> {
    if *data_type == DataType::Date32 {
        let days = micros.iter().map(|time| time.map(|time| i32::try_from(time.div_euclid(DAY))).transpose());
        let Ok(days) = days.collect::<std::result::Result<Date32Array, _>>() else {
            return exec_err!("a date is out of range");
        };
        return Ok(Arc::new(days));
    }
    if matches!(data_type, DataType::Time64(_)) {
        return Ok(Arc::new(micros.unary::<_, Time64MicrosecondType>(|time| time.rem_euclid(DAY))));
    }
    let times = TimestampMicrosecondArray::new(micros.values().clone(), micros.nulls().cloned());
    cast_to(&(Arc::new(times.with_data_type(data_type.clone())) as ArrayRef), data_type)
}

fn extract(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [part, values] = arrays else { return exec_err!("EXTRACT takes a part and a time") };
    let part = read_part(part)?;
    Ok(Arc::new(micros(values)?.unary::<_, Int64Type>(|time| calendar::extract(time, part))))
}

fn difference(arrays: &[ArrayRef], of: impl Fn(i64, i64, Part) -> Option<i64>) -> Result<ArrayRef> {
    let [part, later, earlier] = arrays else { return exec_err!("a difference takes two times") };
    let part = read_part(part)?;
    let (later, earlier) = (micros(later)?, micros(earlier)?);
    let mut differences = Vec::with_capacity(later.len());
    for pair in later.iter().zip(&earlier) {
        let (Some(a), Some(b)) = pair else {
            differences.push(None);
            continue;
        };
        match of(a, b, part) {
            Some(difference) => differences.push(Some(difference)),
            None => return exec_err!("the difference of two times cannot be counted in this part"),
        }
    }
    Ok(Arc::new(Int64Array::from(differences)))
}

fn truncate(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [part, values] = arrays else { return exec_err!("a part and a time are expected") };
    let part = read_part(part)?;
    times(micros(values)?.unary::<_, Int64Type>(|time| calendar::truncate(time, part)), values.data_type())
}

fn shift(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [part, values, counts] = arrays else { return exec_err!("a part, a time and a count are expected") };
    let part = read_part(part)?;
    let counts = cast_to(counts, &DataType::Int64)?;
    let mut shifted = Vec::with_capacity(values.len());
    for pair in micros(values)?.iter().zip(counts.as_primitive::<Int64Type>()) {
        let (Some(time), Some(count)) = pair else {
            shifted.push(None);
            continue;
        };
        match calendar::shift(time, count, part) {
            Some(time) => shifted.push(Some(time)),
            None => return exec_err!("a date or time is out of range"),
        }
    }
    times(Int64Array::from(shifted), values.data_type())
}
