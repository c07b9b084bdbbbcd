//! The functions over arrays.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err};

use super::calendar::{self, DAY, Part};
use super::{cast_to, farm_hash};

pub(super) fn fingerprints(values: &ArrayRef) -> Result<ArrayRef> {
    let values = cast_to(values, &DataType::Binary)?;
    let Some(values) = values.as_binary_opt::<i32>() else { return exec_err!("FARM_FINGERPRINT takes STRING or BYTES") };
    let hash = |bytes: &[u8]| farm_hash::fingerprint(bytes).cast_signed();
    Ok(Arc::new(values.iter().map(|bytes| bytes.map(hash)).collect::<Int64Array>()))
}

pub(super) fn quotients(a: &ArrayRef, b: &ArrayRef, is_safe: bool) -> Result<ArrayRef> {
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
pub(super) fn whole_type(value: &DataType) -> DataType {
    match value {
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Decimal128(precision, scale) if *scale > 0 => DataType::Decimal128(*precision, 0),
        other => other.clone(),
    }
}

/// Fractions rounded half away from zero, as BigQuery casts them; everything else as it is.
pub(super) fn whole(values: &ArrayRef) -> Result<ArrayRef> {
    let values = cast_to(values, &whole_type(values.data_type()))?;
    match values.as_primitive_opt::<Float64Type>() {
        Some(numbers) => Ok(Arc::new(numbers.unary::<_, Float64Type>(f64::round))),
        None => Ok(values),
    }
}

/// Times as microseconds since 1970.
fn micros(times: &ArrayRef) -> Result<Int64Array> {
    match times.data_type() {
        DataType::Date32 => {
            let days = times.as_primitive::<Date32Type>();
            Ok(days.unary::<_, Int64Type>(|days| i64::from(days) * DAY))
        }
        DataType::Timestamp(datafusion::arrow::datatypes::TimeUnit::Microsecond, _) => {
            Ok(times.as_primitive::<TimestampMicrosecondType>().unary::<_, Int64Type>(|time| time))
        }
        other => exec_err!("a DATE, DATETIME or TIMESTAMP is expected, not {other}"),
    }
}

/// Microseconds as times of a type.
fn times(micros: Int64Array, data_type: &DataType) -> Result<ArrayRef> {
    if *data_type == DataType::Date32 {
        let days = micros.iter().map(|time| time.map(|time| i32::try_from(time.div_euclid(DAY))).transpose());
        let Ok(days) = days.collect::<std::result::Result<Date32Array, _>>() else {
            return exec_err!("a date is out of range");
        };
        return Ok(Arc::new(days));
    }
    let times = TimestampMicrosecondArray::new(micros.values().clone(), micros.nulls().cloned());
    cast_to(&(Arc::new(times.with_data_type(data_type.clone())) as ArrayRef), data_type)
}

pub(super) fn extract(part: Part, values: &ArrayRef) -> Result<ArrayRef> {
    Ok(Arc::new(micros(values)?.unary::<_, Int64Type>(|time| calendar::extract(time, part))))
}

pub(super) fn difference(later: &ArrayRef, earlier: &ArrayRef, of: impl Fn(i64, i64) -> Option<i64>) -> Result<ArrayRef> {
    let (later, earlier) = (micros(later)?, micros(earlier)?);
    let mut differences = Vec::with_capacity(later.len());
    for pair in later.iter().zip(&earlier) {
        let (Some(a), Some(b)) = pair else {
            differences.push(None);
            continue;
        };
        match of(a, b) {
            Some(difference) => differences.push(Some(difference)),
            None => return exec_err!("the difference of two times cannot be counted in this part"),
        }
    }
    Ok(Arc::new(Int64Array::from(differences)))
}

pub(super) fn truncate(part: Part, values: &ArrayRef) -> Result<ArrayRef> {
    times(micros(values)?.unary::<_, Int64Type>(|time| calendar::truncate(time, part)), values.data_type())
}

pub(super) fn shift(part: Part, values: &ArrayRef, counts: &ArrayRef) -> Result<ArrayRef> {
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
