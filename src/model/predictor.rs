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
}

impl Link {
    /// The prediction of a raw prediction. Never leaves [0, 1] for [`Logit`](Self::Logit); NaN stays NaN.
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
            Self::Identity => raw,
            Self::Logit => sigmoid(raw),
        }
    }

    /// Replaces raw predictions by predictions: the same bits as [`inverse`](Self::inverse), many rows at once.
    pub(crate) fn inverse_all(self, raw: &mut [f64]) {
        match self {
            Self::Identity => {}
            Self::Logit => Arch::new().dispatch(
                #[inline(always)]
                || sigmoid_all(raw),
            ),
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

/// The parameters of a model. Closed: every kind that a model file may hold is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Predictor {
    /// Linear in the columns of the design matrix.
    Linear(LinearPredictor),
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
    /// Raw predictions of encoded rows: the slow reference that the scoring kernels are tested against.
    pub fn raw_predictions(&self, layout: &ColumnLayout, batch: &EncodedBatch) -> Vec<f64> {
        match self {
            Self::Linear(linear) => (0..batch.n_rows())
                .map(|row| {
                    let dense: f64 = batch.dense().iter().zip(&linear.coefficients).map(|(column, b)| column[row] * b).sum();
                    let categories: f64 = layout
                        .categories()
                        .iter()
                        .zip(batch.codes())
                        .map(|((_, _, start), codes)| linear.coefficients[start + codes[row] as usize])
                        .sum();
                    linear.intercept + dense + categories
                })
                .collect(),
        }
    }
}
