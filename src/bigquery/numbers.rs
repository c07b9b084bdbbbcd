//! Functions of numbers that heed their types: whole numbers stay whole.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{BIT_COUNT, FRACTION, IS_INF, QUOTIENT, SAFE_ARITHMETIC, SIGN, bytes, constant, is_number, is_whole};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: SAFE_ARITHMETIC,
        ours: 1,
        takes: "SAFE_ADD, SAFE_SUBTRACT, SAFE_MULTIPLY and SAFE_NEGATE take INT64 or FLOAT64",
        types: |found| match found {
            [_, a, b] => number(a, b).map(|common| vec![DataType::Utf8, common.clone(), common]),
            _ => None,
        },
        result: |types| types.last().cloned().unwrap_or(DataType::Int64),
        evaluate: arithmetic,
    },
    Definition {
        name: QUOTIENT,
        ours: 0,
        takes: "DIV takes whole numbers",
        types: |found| (found.len() == 2 && found.iter().all(is_whole)).then(|| vec![DataType::Int64; 2]),
        result: |_| DataType::Int64,
        evaluate: quotient,
    },
    Definition {
        name: SIGN,
        ours: 0,
        takes: "SIGN takes a number",
        types: |found| match found {
            [x] => number(x, x).map(|number| vec![number]),
            _ => None,
        },
        result: |types| types.first().cloned().unwrap_or(DataType::Int64),
        evaluate: sign,
    },
    Definition {
        name: FRACTION,
        ours: 0,
        takes: "a number is expected",
        types: |found| match found {
            [x] if is_whole(x) => Some(vec![DataType::Float64]),
            [x] if x.is_numeric() => Some(vec![x.clone()]),
            _ => None,
        },
        result: |types| types.first().cloned().unwrap_or(DataType::Float64),
        evaluate: |arrays| {
            let [x] = arrays else { return exec_err!("a number is expected") };
            Ok(Arc::clone(x))
        },
    },
    Definition {
        name: IS_INF,
        ours: 0,
        takes: "IS_INF takes a number",
        types: |found| matches!(found, [x] if is_number(x)).then(|| vec![DataType::Float64]),
        result: |_| DataType::Boolean,
        evaluate: |arrays| {
            let [x] = arrays else { return exec_err!("IS_INF takes a number") };
            let is_infinite = x.as_primitive::<Float64Type>().iter().map(|x| x.map(f64::is_infinite));
            Ok(Arc::new(is_infinite.collect::<BooleanArray>()))
        },
    },
    Definition {
        name: BIT_COUNT,
        ours: 0,
        takes: "BIT_COUNT takes INT64 or BYTES",
        types: |found| match found {
            [x] if is_whole(x) => Some(vec![DataType::Int64]),
            [x] => bytes(x).filter(|found| *found == DataType::Binary).map(|bytes| vec![bytes]),
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: bit_count,
    },
];

/// The type that two numbers have in common.
fn number(a: &DataType, b: &DataType) -> Option<DataType> {
    let is_float = |found: &DataType| found.is_floating() || is_whole(found);
    match (a, b) {
        _ if is_whole(a) && is_whole(b) => Some(DataType::Int64),
        _ if is_float(a) && is_float(b) => Some(DataType::Float64),
        _ => None,
    }
}

fn arithmetic(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [operator, a, b] = arrays else { return exec_err!("two numbers are expected") };
    let operator = constant(operator).unwrap_or_default();
    if let (Some(a), Some(b)) = (a.as_primitive_opt::<Int64Type>(), b.as_primitive_opt::<Int64Type>()) {
        let value = |(a, b): (i64, i64)| match operator {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            _ => a.checked_mul(b),
        };
        return Ok(Arc::new(a.iter().zip(b).map(|(a, b)| a.zip(b).and_then(value)).collect::<Int64Array>()));
    }
    let value = |(a, b): (f64, f64)| {
        let value = match operator {
            "+" => a + b,
            "-" => a - b,
            _ => a * b,
        };
        (value.is_finite() || !a.is_finite() || !b.is_finite()).then_some(value)
    };
    let (a, b) = (a.as_primitive::<Float64Type>(), b.as_primitive::<Float64Type>());
    Ok(Arc::new(a.iter().zip(b).map(|(a, b)| a.zip(b).and_then(value)).collect::<Float64Array>()))
}

fn quotient(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [a, b] = arrays else { return exec_err!("DIV takes two whole numbers") };
    let value = |(a, b): (i64, i64)| match a.checked_div(b) {
        Some(quotient) => Ok(quotient),
        None if b == 0 => exec_err!("division by zero: DIV({a}, 0); DIV(a, NULLIF(b, 0)) gives NULL instead"),
        None => exec_err!("DIV({a}, {b}) is too large for INT64"),
    };
    let pairs = a.as_primitive::<Int64Type>().iter().zip(b.as_primitive::<Int64Type>());
    Ok(Arc::new(pairs.map(|(a, b)| a.zip(b).map(value).transpose()).collect::<Result<Int64Array>>()?))
}

fn sign(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [x] = arrays else { return exec_err!("SIGN takes a number") };
    if let Some(x) = x.as_primitive_opt::<Int64Type>() {
        return Ok(Arc::new(x.unary::<_, Int64Type>(i64::signum)));
    }
    let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
    Ok(Arc::new(x.as_primitive::<Float64Type>().unary::<_, Float64Type>(sign)))
}

fn bit_count(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [x] = arrays else { return exec_err!("BIT_COUNT takes one argument") };
    if let Some(x) = x.as_primitive_opt::<Int64Type>() {
        return Ok(Arc::new(x.unary::<_, Int64Type>(|x| i64::from(x.count_ones()))));
    }
    let count = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.count_ones())).sum::<i64>();
    let Some(bytes) = x.as_binary_opt::<i32>() else { return exec_err!("BIT_COUNT takes INT64 or BYTES") };
    Ok(Arc::new(bytes.iter().map(|bytes| bytes.map(count)).collect::<Int64Array>()))
}
