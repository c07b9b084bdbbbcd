//! Several classes over a block of rows: raw predictions, probabilities, loss.
//!
//! Numbers of a block lie class by class, `(n_classes, n_rows)`, so that each operation runs over neighbouring rows.

use pulp::{Arch, Simd, WithSimd};

use super::fold::Block;
use super::kernel;
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

/// The bits of `√½`, without the low half.
const ROOT_HALF: u64 = 0x3fe6_a09e_0000_0000;
/// `2^52`, whose last bits count ones.
const COUNT: u64 = 0x4330_0000_0000_0000;
/// The upper 32 bits of ln 2: times a small integer it is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// The rest of ln 2.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `ln x` for normal `x ≥ 1`, in a form that compilers turn into SIMD code and that gives the same bits on every machine.
///
/// *Formula*: `x = 2^k · m` with m in [√½, √2), `ln x = k · ln 2 + 2 artanh(s)` with `s = (m - 1)/(m + 1)`, so `|s| ≤ 0.172`; the
/// series `s (1 + s²/3 + s⁴/5 + …)` up to `s²⁰/21`, whose rest is below `1e-18`. *Error*: below `5e-16` relative.
#[inline(always)]
fn ln(x: f64) -> f64 {
    let shifted = x.to_bits().wrapping_add(1.0_f64.to_bits() - ROOT_HALF);
    // The exponent as a number, by way of the last bits of 2^52.
    let k = f64::from_bits(COUNT | (shifted >> 52)) - f64::from_bits(COUNT | 1023);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(ROOT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    // Estrin's scheme: short chains of dependent operations.
    let t = s * s;
    let (t2, t4) = (t * t, (t * t) * (t * t));
    let a = (1.0 / 3.0 + t * (1.0 / 5.0)) + t2 * (1.0 / 7.0 + t * (1.0 / 9.0));
    let b = (1.0 / 11.0 + t * (1.0 / 13.0)) + t2 * (1.0 / 15.0 + t * (1.0 / 17.0));
    let c = 1.0 / 19.0 + t * (1.0 / 21.0);
    k * LN_2_HIGH + (k * LN_2_LOW + 2.0 * (s + s * (t * (a + t4 * (b + t4 * c)))))
}

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn the_logarithm_is_close_to_the_standard_library() {
        let worst = (1..=1_000_000)
            .map(|i| 1.0 + f64::from(i) * 1e-4)
            .chain([1.0 + f64::EPSILON, 1.0 + 1e-9, std::f64::consts::SQRT_2, 2.0, 1e6, 1e300])
            .map(|x| ((ln(x) - x.ln()) / x.ln()).abs())
            .fold(0.0, f64::max);
        assert!(worst < 5e-16, "worst relative error {worst:e}");
        assert_eq!(ln(1.0), 0.0);
    }
}
