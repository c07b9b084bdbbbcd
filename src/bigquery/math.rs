//! Functions of real numbers: an error where BigQuery has one, or null in their SAFE form.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{MATH, SAFE_MATH, constant, is_number};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: MATH,
        ours: 1,
        takes: "numbers are expected",
        types,
        result: |_| DataType::Float64,
        evaluate: |arrays| evaluate(arrays, false),
    },
    Definition {
        name: SAFE_MATH,
        ours: 1,
        takes: "numbers are expected",
        types,
        result: |_| DataType::Float64,
        evaluate: |arrays| evaluate(arrays, true),
    },
];

/// A function of one number, or of two.
enum Function {
    Of1(fn(f64) -> f64),
    Of2(fn(f64, f64) -> f64),
}

/// The function of a name and a number of arguments.
fn function(name: &str, n_arguments: usize) -> Option<Function> {
    use Function::{Of1, Of2};
    Some(match (name, n_arguments) {
        ("LN" | "LOG", 1) => Of1(f64::ln),
        ("LOG10", 1) => Of1(f64::log10),
        ("EXP", 1) => Of1(f64::exp),
        ("SQRT", 1) => Of1(f64::sqrt),
        ("CBRT", 1) => Of1(f64::cbrt),
        ("SIN", 1) => Of1(f64::sin),
        ("COS", 1) => Of1(f64::cos),
        ("TAN", 1) => Of1(f64::tan),
        ("ASIN", 1) => Of1(f64::asin),
        ("ACOS", 1) => Of1(f64::acos),
        ("ATAN", 1) => Of1(f64::atan),
        ("SINH", 1) => Of1(f64::sinh),
        ("COSH", 1) => Of1(f64::cosh),
        ("TANH", 1) => Of1(f64::tanh),
        ("ASINH", 1) => Of1(f64::asinh),
        ("ACOSH", 1) => Of1(f64::acosh),
        ("ATANH", 1) => Of1(f64::atanh),
        ("COT", 1) => Of1(|x| x.tan().recip()),
        ("COTH", 1) => Of1(|x| x.tanh().recip()),
        ("SEC", 1) => Of1(|x| x.cos().recip()),
        ("SECH", 1) => Of1(|x| x.cosh().recip()),
        ("CSC", 1) => Of1(|x| x.sin().recip()),
        ("CSCH", 1) => Of1(|x| x.sinh().recip()),
        ("LOG", 2) => Of2(log),
        ("POW" | "POWER", 2) => Of2(f64::powf),
        ("ATAN2", 2) => Of2(f64::atan2),
        _ => return None,
    })
}

fn log(x: f64, base: f64) -> f64 {
    // These two are exact where x is a power of the base.
    if base == 10.0 {
        x.log10()
    } else if base == 2.0 {
        x.log2()
    } else {
        x.ln() / base.ln()
    }
}

/// Whether there is such a function of so many numbers.
pub(crate) fn is_math(name: &str, n_arguments: usize) -> bool {
    function(name, n_arguments).is_some()
}

fn types(found: &[DataType]) -> Option<Vec<DataType>> {
    let (_, numbers) = found.split_first()?;
    let numbers = numbers.iter().map(|found| is_number(found).then_some(DataType::Float64));
    std::iter::once(Some(DataType::Utf8)).chain(numbers).collect()
}

fn evaluate(arrays: &[ArrayRef], is_safe: bool) -> Result<ArrayRef> {
    let Some((name, numbers)) = arrays.split_first() else { return exec_err!("a function has no name") };
    let name = constant(name).unwrap_or_default();
    let numbers: Vec<&Float64Array> = numbers.iter().map(AsArray::as_primitive::<Float64Type>).collect();
    let values: Vec<Option<f64>> = match (function(name, numbers.len()), numbers.as_slice()) {
        (Some(Function::Of1(function)), [x]) => {
            let value = |x: f64| checked(name, function(x), &[x], is_safe);
            x.iter().map(|x| x.map_or(Ok(None), value)).collect::<Result<_>>()?
        }
        (Some(Function::Of2(function)), [x, y]) => {
            let value = |(x, y): (f64, f64)| checked(name, function(x, y), &[x, y], is_safe);
            x.iter().zip(*y).map(|(x, y)| x.zip(y).map_or(Ok(None), value)).collect::<Result<_>>()?
        }
        _ => return exec_err!("there is no function {name} of {} numbers", numbers.len()),
    };
    Ok(Arc::new(Float64Array::from(values)))
}

/// A value that is no number, or infinite although the arguments are finite, is none.
fn checked(name: &str, value: f64, arguments: &[f64], is_safe: bool) -> Result<Option<f64>> {
    let is_undefined = value.is_nan() && !arguments.iter().any(|argument| argument.is_nan());
    let overflows = value.is_infinite() && arguments.iter().all(|argument| argument.is_finite());
    if !is_undefined && !overflows {
        return Ok(Some(value));
    }
    if is_safe {
        return Ok(None);
    }
    let arguments = arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    exec_err!("{name}({arguments}) has no value; SAFE.{name} gives NULL instead")
}
