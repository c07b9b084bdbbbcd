//! Several classes over a block of rows: raw predictions, probabilities, loss.
//!
//! Numbers of a block lie class by class, `(n_classes, n_rows)`, so that each operation runs over neighbouring rows.

use pulp::{Arch, Simd, WithSimd};

use super::fold::Block;
use super::kernel;
use super::ln::ln;
use crate::model::{ColumnLayout, LinearPredictor, exp};

/// Dense columns that are used together.
const NEAR: usize = 8;

/// Raw predictions of a block, one predictor after the other. Shape of `out`: `(n_predictors, n_rows)`.
pub(crate) fn raw_predictions(layout: &ColumnLayout, predictors: &[LinearPredictor], block: &Block<'_>, out: &mut [f64]) {
    let n_rows = block.y().len().max(1);
    for (predictor, out) in predictors.iter().zip(out.chunks_exact_mut(n_rows)) {
        out.fill(predictor.intercept);
    }
    // A few columns at a time, which stay in the first-level cache until all predictors have had them.
    for (columns, first) in block.dense().chunks(NEAR).zip((0..).step_by(NEAR)) {
        for (pair, out) in predictors.chunks(2).zip(out.chunks_mut(2 * n_rows)) {
            match (pair, out.split_at_mut(n_rows)) {
                ([a, b], (of_a, of_b)) => {
                    let factors = [&a.coefficients[first..], &b.coefficients[first..]];
                    kernel::add_combinations([of_a, of_b], factors, columns);
                }
                ([a], (of_a, _)) => kernel::add_combinations([of_a], [&a.coefficients[first..]], columns),
                _ => {}
            }
        }
    }
    for (predictor, out) in predictors.iter().zip(out.chunks_exact_mut(n_rows)) {
        for ((_, _, start), codes) in layout.categories().iter().zip(block.codes()) {
            let coefficients = &predictor.coefficients[*start..];
            for (out, code) in out.iter_mut().zip(codes) {
                *out += coefficients[*code as usize];
            }
        }
    }
}

/// Replaces raw predictions r by probabilities `exp(r_k) / Σ_l exp(r_l)`, and returns the loss
/// `Σ w (log Σ_k exp(r_k) - r_y)`.
///
/// `places` gives each class its place among the predictors. The largest raw prediction is subtracted before `exp`, so that
/// nothing overflows.
pub(crate) fn softmax(raw: &mut [f64], block: &Block<'_>, places: &[usize]) -> f64 {
    let mut loss = softmax_losses(raw, block.y(), places);
    if let Some(weight) = block.weight() {
        loss.iter_mut().zip(weight).for_each(|(loss, weight)| *loss *= weight);
    }
    kernel::sum(&loss)
}

/// The same with the loss of each row of weight 1. Shape: `(n_rows,)`.
pub(crate) fn softmax_losses(raw: &mut [f64], y: &[f64], places: &[usize]) -> Vec<f64> {
    let n_rows = y.len();
    if n_rows == 0 {
        return Vec::new();
    }
    let of_class = |(row, y): (usize, &f64)| raw.get(place(places, *y) * n_rows + row).copied().unwrap_or(0.0);
    let mut loss: Vec<f64> = y.iter().enumerate().map(of_class).collect();
    Arch::new().dispatch(PerRow { raw, loss: &mut loss });
    loss
}

/// The place of a row's class. Rows of weight 0 may be of a class without a place; where they stand is of no importance.
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index of a class")]
pub(crate) fn place(places: &[usize], y: f64) -> usize {
    places.get(y as usize).copied().unwrap_or(0)
}

/// All rows with weight 1; `loss` holds the raw predictions of the rows' own classes at first.
struct PerRow<'a> {
    raw: &'a mut [f64],
    loss: &'a mut [f64],
}

impl WithSimd for PerRow<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { raw, loss } = self;
        let n_rows = loss.len();
        let (mut largest, mut sums) = (vec![f64::NEG_INFINITY; n_rows], vec![0.0; n_rows]);
        for raw in raw.chunks_exact(n_rows) {
            for (largest, raw) in largest.iter_mut().zip(raw) {
                *largest = if *raw > *largest { *raw } else { *largest };
            }
        }
        for raw in raw.chunks_exact_mut(n_rows) {
            for ((raw, largest), sum) in raw.iter_mut().zip(&largest).zip(&mut sums) {
                *raw = exp(*raw - *largest);
                *sum += *raw;
            }
        }
        for ((loss, largest), sum) in loss.iter_mut().zip(&largest).zip(&mut sums) {
            *loss = *largest - *loss + ln(*sum);
            *sum = 1.0 / *sum;
        }
        for raw in raw.chunks_exact_mut(n_rows) {
            for (raw, share) in raw.iter_mut().zip(&sums) {
                *raw *= *share;
            }
        }
    }
}
