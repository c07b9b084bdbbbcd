//! Several classes over a block of rows: raw predictions, probabilities, loss.
//!
//! Numbers of a block lie class by class, `(n_classes, n_rows)`, so that each operation runs over neighbouring rows.

use pulp::Arch;

use super::super::fold::Block;
use super::super::logistic;
use crate::model::{ColumnLayout, LinearPredictor, exp};

/// Raw predictions of a block, one predictor after the other. Shape of `out`: `(n_predictors, n_rows)`.
pub(crate) fn raw_predictions(layout: &ColumnLayout, predictors: &[LinearPredictor], block: &Block<'_>, out: &mut [f64]) {
    let n_rows = block.y().len().max(1);
    for (predictor, out) in predictors.iter().zip(out.chunks_exact_mut(n_rows)) {
        logistic::raw_predictions(layout, predictor, block, out);
    }
}

/// Replaces raw predictions r by probabilities `exp(r_k) / Σ_l exp(r_l)`, and returns the loss
/// `Σ w (log Σ_k exp(r_k) - r_y)`.
///
/// `place` gives the row's class as its place among the predictors. The largest raw prediction is subtracted before `exp`,
/// so that nothing overflows.
pub(super) fn softmax(raw: &mut [f64], block: &Block<'_>, place: impl Fn(f64) -> usize) -> f64 {
    let y = block.y();
    let n_rows = y.len();
    if n_rows == 0 {
        return 0.0;
    }
    let of_class: Vec<f64> =
        y.iter().enumerate().map(|(row, y)| raw.get(place(*y) * n_rows + row).copied().unwrap_or(0.0)).collect();
    let (mut largest, mut sums) = (vec![f64::NEG_INFINITY; n_rows], vec![0.0; n_rows]);
    Arch::new().dispatch(
        #[inline(always)]
        || exp_and_divide(raw, &mut largest, &mut sums),
    );
    let mut loss = 0.0;
    for (row, raw) in of_class.iter().enumerate() {
        let weight = block.weight().map_or(1.0, |weight| weight[row]);
        loss += weight * (largest[row] - raw + sums[row].ln());
    }
    loss
}

/// `raw = exp(raw - largest) / sums`, row by row; all are made here.
#[inline(always)]
fn exp_and_divide(raw: &mut [f64], largest: &mut [f64], sums: &mut [f64]) {
    let n_rows = largest.len();
    for raw in raw.chunks_exact(n_rows) {
        for (largest, raw) in largest.iter_mut().zip(raw) {
            *largest = if *raw > *largest { *raw } else { *largest };
        }
    }
    for raw in raw.chunks_exact_mut(n_rows) {
        for ((raw, largest), sum) in raw.iter_mut().zip(largest.iter()).zip(sums.iter_mut()) {
            *raw = exp(*raw - *largest);
            *sum += *raw;
        }
    }
    for raw in raw.chunks_exact_mut(n_rows) {
        for (raw, sum) in raw.iter_mut().zip(sums.iter()) {
            *raw /= *sum;
        }
    }
}
