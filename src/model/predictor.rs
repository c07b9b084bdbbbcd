//! Parameters, and the reference scorer.

use pulp::Arch;
use serde::{Deserialize, Serialize};

use super::exp::exp;
use super::{ColumnLayout, EncodedBatch};

/// From raw prediction to prediction: `raw = link(prediction)`, `prediction = inverse(raw)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Link {
    /// `inverse(r) = r`.
    Identity,
    /// `inverse(r) = 1 / (1 + exp(-r))`: raw predictions are log-odds.
    Logit,
    /// `inverse(r)[k] = exp(r[k]) / Σ exp(r)`: one raw prediction per label.
    Softmax,
    /// `inverse(r) = exp(r)`: raw predictions are logarithms of means.
    Log,
}

impl Link {
    /// The prediction of a raw prediction. Never leaves [0, 1] for [`Logit`](Self::Logit); NaN stays NaN. One raw prediction says
    /// nothing under [`Softmax`](Self::Softmax), where it is kept.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::Link;
    ///
    /// assert_eq!(Link::Logit.inverse(0.0), 0.5);
    /// assert_eq!(Link::Logit.inverse(-1e3), 0.0);
    /// assert_eq!(Link::Identity.inverse(3.5), 3.5);
    /// ```
    #[inline]
    pub fn inverse(self, raw: f64) -> f64 {
        match self {
            Self::Identity | Self::Softmax => raw,
            Self::Logit => sigmoid(raw),
            Self::Log => exp(raw),
        }
    }

    /// Replaces raw predictions by predictions, many rows at once. Shape: `(n_outputs, n_rows)`.
    pub(crate) fn inverse_all(self, raw: &mut [Vec<f64>]) {
        let arch = Arch::new();
        match self {
            Self::Identity => {}
            Self::Logit => raw.iter_mut().for_each(|raw| {
                arch.dispatch(
                    #[inline(always)]
                    || sigmoid_all(raw),
                );
            }),
            Self::Log => raw.iter_mut().for_each(|raw| {
                arch.dispatch(
                    #[inline(always)]
                    || exp_all(raw),
                );
            }),
            Self::Softmax => arch.dispatch(
                #[inline(always)]
                || softmax_all(raw),
            ),
        }
    }

    /// Replaces the raw predictions of one row, with the same bits as many rows at once. Shape: `(n_outputs,)`.
    pub(crate) fn inverse_row(self, raw: &mut [f64]) {
        match self {
            Self::Identity => {}
            Self::Logit => sigmoid_all(raw),
            Self::Log => exp_all(raw),
            Self::Softmax => {
                let largest = raw.iter().fold(f64::NEG_INFINITY, |largest, raw| if *raw > largest { *raw } else { largest });
                let mut sum = 0.0;
                for raw in raw.iter_mut() {
                    *raw = exp(*raw - largest);
                    sum += *raw;
                }
                raw.iter_mut().for_each(|raw| *raw /= sum);
            }
        }
    }
}

/// `1 / (1 + exp(-r))`: exp(-r) overflows to infinity for very negative r, and 1/inf = 0 is the right limit.
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn sigmoid(raw: f64) -> f64 {
    1.0 / (1.0 + exp(-raw))
}

/// Replaces every raw prediction.
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn sigmoid_all(raw: &mut [f64]) {
    for raw in raw {
        *raw = sigmoid(*raw);
    }
}

/// Replaces every raw prediction by its exponential.
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn exp_all(raw: &mut [f64]) {
    for raw in raw {
        *raw = exp(*raw);
    }
}

/// Replaces the raw predictions of every row by shares that sum to 1. The largest is subtracted first, so that nothing overflows.
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn softmax_all(raw: &mut [Vec<f64>]) {
    let n_rows = raw.first().map_or(0, Vec::len);
    let mut largest = vec![f64::NEG_INFINITY; n_rows];
    for output in raw.iter() {
        largest.iter_mut().zip(output).for_each(|(largest, raw)| *largest = if *raw > *largest { *raw } else { *largest });
    }
    let mut sums = vec![0.0; n_rows];
    for output in raw.iter_mut() {
        for ((raw, largest), sum) in output.iter_mut().zip(&largest).zip(&mut sums) {
            *raw = exp(*raw - largest);
            *sum += *raw;
        }
    }
    for output in raw {
        output.iter_mut().zip(&sums).for_each(|(raw, sum)| *raw /= sum);
    }
}

/// Per row the output with the largest raw prediction, the first of equal ones. Shape: `(n_rows,)`.
pub(crate) fn largest(raw: &[Vec<f64>]) -> Vec<u32> {
    let Some((first, others)) = raw.split_first() else { return Vec::new() };
    let mut best = first.clone();
    let mut labels = vec![0_u32; first.len()];
    for (output, raw) in (1_u32..).zip(others) {
        for ((best, label), raw) in best.iter_mut().zip(&mut labels).zip(raw) {
            if raw > best {
                (*best, *label) = (*raw, output);
            }
        }
    }
    labels
}

/// The parameters of a model. Closed: every kind that a model file may hold is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Predictor {
    /// Linear in the columns of the design matrix: one output, or one per label of a multiclass model.
    Linear(Vec<LinearPredictor>),
}

/// `raw = intercept + Σ coefficients[j] · column[j]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearPredictor {
    /// The raw prediction where all columns are 0.
    pub intercept: f64,
    /// One per column of the design matrix, on its standardised scale. Shape: `(n_columns,)`.
    pub coefficients: Vec<f64>,
}

impl Predictor {
    /// Raw predictions of encoded rows: the slow reference that the scoring kernels are tested against. Shape:
    /// `(n_outputs, n_rows)`.
    pub fn raw_predictions(&self, layout: &ColumnLayout, batch: &EncodedBatch) -> Vec<Vec<f64>> {
        match self {
            Self::Linear(outputs) => outputs.iter().map(|linear| linear.raw_predictions(layout, batch)).collect(),
        }
    }
}

impl LinearPredictor {
    /// Raw predictions of encoded rows. Shape: `(n_rows,)`.
    fn raw_predictions(&self, layout: &ColumnLayout, batch: &EncodedBatch) -> Vec<f64> {
        let of_row = |row: usize| {
            let dense: f64 = batch.dense().iter().zip(&self.coefficients).map(|(column, b)| column[row] * b).sum();
            let categories: f64 = layout
                .categories()
                .iter()
                .zip(batch.codes())
                .map(|((_, _, start), codes)| self.coefficients[start + codes[row] as usize])
                .sum();
            self.intercept + dense + categories
        };
        (0..batch.n_rows()).map(of_row).collect()
    }
}
