//! `ML.NORMALIZER`: vectors of length 1.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder, ListArray, ListBuilder};
use datafusion::arrow::datatypes::Float64Type;

use super::vocabulary::offset;

/// Each list divided by its p-norm `(Σ |x|^p)^(1/p)`: the largest absolute value for an infinite p, the number of non-zero items
/// for 0. Items that are null stay null and do not count; a list whose norm is 0 stays as it is.
pub(super) fn normalize(lists: &ListArray, p: f64) -> ArrayRef {
    let numbers = lists.values().as_primitive::<Float64Type>();
    let mut normalized = ListBuilder::new(Float64Builder::new());
    for row in 0..lists.len() {
        if lists.is_null(row) {
            normalized.append_null();
            continue;
        }
        let items = offset(lists.value_offsets(), row)..offset(lists.value_offsets(), row + 1);
        let items: Vec<Option<f64>> =
            items.map(|place| (!numbers.is_null(place)).then(|| numbers.value(place)).filter(|x| !x.is_nan())).collect();
        let norm = norm(items.iter().copied().flatten(), p);
        let divided = items.into_iter().map(|item| item.map(|item| if norm == 0.0 { item } else { item / norm }));
        normalized.values().extend(divided);
        normalized.append(true);
    }
    Arc::new(normalized.finish())
}

/// The p-norm of numbers.
pub(super) fn norm(numbers: impl Iterator<Item = f64> + Clone, p: f64) -> f64 {
    if p == 0.0 {
        return numbers.filter(|number| *number != 0.0).count() as f64;
    }
    let largest = numbers.clone().fold(0.0_f64, |largest, number| largest.max(number.abs()));
    if p.is_infinite() || largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    // Powers of shares of the largest neither overflow nor vanish.
    largest * numbers.map(|number| (number.abs() / largest).powf(p)).sum::<f64>().powf(p.recip())
}
