//! The losses whose sum over rows is minimised: each row's loss with its first two derivatives by the raw prediction.
//!
//! Every loss is half the unit deviance of its family, so that losses of different families mean the same: 0 is a perfect
//! prediction, and the sum of losses is half the deviance of the model. All are convex in the raw prediction, with a curvature above
//! 0, so that Newton's method on them needs no more than steps that are halved where they lead up.

mod deviance;
mod logistic;
#[cfg(test)]
mod tests;

use pulp::{Arch, Simd, WithSimd};

use crate::model::{Family, pow};

/// The loss of one row with target y and raw prediction r; `μ = exp(r)` but for labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RowLoss {
    /// `log(1 + exp(r)) - y·r` for y in {0, 1}.
    Logistic,
    /// `y ln(y/μ) - y + μ` for y of at least 0.
    Poisson { mean: f64 },
    /// `y/μ - 1 - ln(y/μ)` for y above 0.
    Gamma,
    /// `y^(2-p)/((1-p)(2-p)) - y μ^(1-p)/(1-p) + μ^(2-p)/(2-p)` with the power p in (1, 2), for y of at least 0.
    Tweedie { power: f64, mean: f64 },
}

impl RowLoss {
    /// The loss of a family around a mean, if it is that of single rows with one raw prediction that is a logarithm.
    pub(crate) fn of_log_link(family: Family, mean: f64) -> Option<Self> {
        match family {
            Family::Poisson => Some(Self::Poisson { mean }),
            Family::Gamma => Some(Self::Gamma),
            Family::Tweedie(power) => Some(Self::Tweedie { power, mean }),
            _ => None,
        }
    }

    /// What is small is small beside this: the second derivative of the mean loss where every row is predicted by the mean. Of
    /// labels the loss has no unit.
    pub(crate) fn scale(self) -> f64 {
        match self {
            Self::Logistic | Self::Gamma => 1.0,
            Self::Poisson { mean } => mean,
            Self::Tweedie { power, mean } => pow(mean, 2.0 - power),
        }
    }
}

/// Each row's loss and its derivatives by the raw prediction. Shapes: `(n_rows,)`.
#[derive(Debug)]
pub(crate) struct RowLosses {
    /// `w · loss`.
    pub loss: Vec<f64>,
    /// `-w · ∂loss/∂r`: downhill.
    pub residual: Vec<f64>,
    /// `w · ∂²loss/∂r²`.
    pub curvature: Vec<f64>,
}

impl RowLosses {
    /// Rows with raw predictions `raw`, targets, and weights; none means that all are 1. A row of weight 0 adds nothing, even
    /// where its loss is infinite.
    pub(crate) fn new(of: RowLoss, raw: Vec<f64>, y: &[f64], weight: Option<&[f64]>) -> Self {
        let n = raw.len();
        let mut rows = Self { loss: vec![0.0; n], curvature: vec![0.0; n], residual: raw };
        match of {
            RowLoss::Logistic => rows.fill(y, logistic::derivatives),
            RowLoss::Poisson { .. } => rows.fill(y, deviance::poisson),
            RowLoss::Gamma => rows.fill(y, deviance::gamma),
            RowLoss::Tweedie { power, .. } => rows.fill(y, |y, raw| deviance::tweedie(power, y, raw)),
        }
        if let Some(weight) = weight {
            for values in [&mut rows.loss, &mut rows.residual, &mut rows.curvature] {
                let weighted = |(value, weight): (&mut f64, &f64)| *value = if *weight > 0.0 { *value * weight } else { 0.0 };
                values.iter_mut().zip(weight).for_each(weighted);
            }
        }
        rows
    }

    /// All rows with weight 1; `residual` holds the raw predictions at first.
    fn fill(&mut self, y: &[f64], of_row: impl Fn(f64, f64) -> Derivatives) {
        Arch::new().dispatch(PerRow { rows: self, y, of_row });
    }
}

/// A row's loss, the negative of its first derivative, and its second one.
struct Derivatives {
    loss: f64,
    residual: f64,
    curvature: f64,
}

struct PerRow<'a, F> {
    rows: &'a mut RowLosses,
    y: &'a [f64],
    of_row: F,
}

impl<F: Fn(f64, f64) -> Derivatives> WithSimd for PerRow<'_, F> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let RowLosses { loss, residual, curvature } = self.rows;
        for (((loss, residual), curvature), y) in loss.iter_mut().zip(residual).zip(curvature).zip(self.y) {
            let of_row = (self.of_row)(*y, *residual);
            *loss = of_row.loss;
            *residual = of_row.residual;
            *curvature = of_row.curvature;
        }
    }
}
