//! The thresholds that a curve is wanted at: `[0.2, 0.5]`, or BigQuery's `GENERATE_ARRAY(0.4, 0.6, 0.01)`.

use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::arguments::number;

/// As many as a curve has points at most.
const MOST: usize = 10_000;

/// What is read.
const EXPECTED: &str = "an array of at most 10,000 numbers from 0 to 1, such as [0.2, 0.5] or GENERATE_ARRAY(0.1, 0.9, 0.1)";

/// Whether an argument is an array.
pub(super) fn is_array(expr: &Expr) -> bool {
    matches!(expr, Expr::Array(_)) || generated(expr).is_some()
}

/// The thresholds in an array, the highest first, each once.
///
/// # Errors
/// What would be right.
pub(super) fn read(expr: &Expr) -> Result<Vec<f64>, &'static str> {
    let values = match (expr, generated(expr)) {
        (Expr::Array(array), _) => array.elem.iter().map(number).collect::<Option<Vec<f64>>>(),
        (_, Some(arguments)) => arguments.into_iter().map(number).collect::<Option<Vec<f64>>>().and_then(|range| series(&range)),
        _ => None,
    };
    let mut values = values.ok_or(EXPECTED)?;
    if values.is_empty() || values.len() > MOST || !values.iter().all(|value| (0.0..=1.0).contains(value)) {
        return Err(EXPECTED);
    }
    values.sort_by(|a, b| b.total_cmp(a));
    values.dedup();
    Ok(values)
}

/// The arguments of `GENERATE_ARRAY`.
fn generated(expr: &Expr) -> Option<Vec<&Expr>> {
    let Expr::Function(function) = expr else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function.name.to_string();
    // In BigQuery's dialect it is translated by now.
    if !["generate_array", crate::bigquery::GENERATE_ARRAY].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return None;
    }
    let value = |arg| match arg {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(value).collect()
}

/// The numbers from a first to a last one by steps of 1 or of another size.
fn series(range: &[f64]) -> Option<Vec<f64>> {
    let (first, last, step) = match range {
        [first, last] => (*first, *last, 1.0),
        [first, last, step] => (*first, *last, *step),
        _ => return None,
    };
    if step == 0.0 {
        return None;
    }
    let numbers = (0..=MOST).map(|n| first + n as f64 * step);
    Some(numbers.take_while(|number| if step > 0.0 { *number <= last } else { *number >= last }).collect())
}
