//! Linear predictors by limited memory: for designs whose Hessian is too large to be made.
//!
//! Minimises `Σ w loss(y, r) + l1 Σ_k |β_k| + l2/2 Σ_k ‖β_k‖²` with the raw predictions `r_k = b_k + xᵀβ_k`, intercepts free, for
//! squares, for every loss of one raw prediction, and for that of several classes. Each value with its gradient is one fold over the rows, whose state is as
//! small as the predictors.

mod gradient;
mod lbfgs;
mod orthant_wise;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use self::gradient::Loss;
use self::gradient::{GradientFold, Sums};
use self::lbfgs::{Value, minimise};
use super::fold::RowSource;
use super::kernel;
use super::linear::{self, Penalty};
use super::row_loss::RowLoss;
use super::stopping::{End, Iterations, SEPARATED, Stopping};
use super::tally::TallyFold;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor, ln};

/// The stopping rule is this much stricter than the tolerance, because a limited memory knows of flat directions too little,
/// and the decrement along them is larger than it looks.
const CAUTION: f64 = 0.1;
/// A mean loss, in its own units, below this is rounding: of squares, residuals beside the target's deviation.
const ROUNDING: f64 = 1e-20;

/// A loss with its penalty and stopping rule, not yet fitted.
#[derive(Debug, Clone)]
pub(crate) struct LimitedMemory {
    pub layout: Arc<ColumnLayout>,
    pub loss: Loss,
    pub penalty: Penalty,
    /// Each iteration is a pass over the rows, or rarely two. The squared decrement is only known roughly: a tenth of the tolerance
    /// is taken.
    pub stopping: Stopping,
}

/// What a limited memory has found.
#[derive(Debug, Clone)]
pub(crate) struct FittedLimitedMemory {
    /// One, or of several classes one per class.
    pub predictors: Vec<LinearPredictor>,
    pub iterations: u32,
    pub end: End,
    /// The squared decrement, as far as it is known, relative to the objective at the last point.
    pub last_decrement: f64,
    /// The loss, without the penalty, at the start of each iteration.
    pub losses: Vec<f64>,
}

impl FittedLimitedMemory {
    /// How it went.
    pub(crate) fn course(&self) -> Iterations {
        Iterations { taken: self.iterations, end: self.end, last_decrement: self.last_decrement }
    }
}

impl LimitedMemory {
    /// Fits all but several classes to the rows of some segments, starting from a predictor of other rows or another penalty, or for
    /// squares and two classes from the target's mean.
    ///
    /// Without a penalty, of several solutions one of small norm: the search starts at 0 and leaves it only along the rows.
    pub(crate) fn fit(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        near: Option<&LinearPredictor>,
    ) -> Result<FittedLimitedMemory> {
        let n_classes = if matches!(self.loss, Loss::Rows(RowLoss::Logistic)) { 2 } else { 0 };
        let tally = source.run(&TallyFold { layout: Arc::clone(&self.layout), n_classes }, segments)?;
        let mut start = linear::zero(&self.layout);
        let mut curvature = match self.loss {
            Loss::Rows(of) => of.scale(),
            _ => 1.0,
        };
        if let [negative, positive] = tally.classes.as_slice()
            && *negative > 0.0
            && *positive > 0.0
        {
            if self.layout.has_intercept() {
                start.intercept = ln(positive / negative);
            }
            curvature = positive * negative / tally.weight().powi(2);
        }
        if let Some(near) = near {
            start = near.clone();
            if let Loss::Squared { mean, std_dev } = self.loss {
                start.intercept = (start.intercept - mean) / std_dev;
                start.coefficients.iter_mut().for_each(|b| *b /= std_dev);
            }
            // A column that is 0 in all these rows must not keep what the start learned of it from others.
            let columns = start.coefficients.iter_mut().zip(&tally.squares[1..]);
            columns.filter(|(_, square)| **square == 0.0).for_each(|(coefficient, _)| *coefficient = 0.0);
        }
        let diagonal = tally.inverse_diagonal(curvature, self.penalty);
        let mut fitted = self.fit_from(source, segments, &[start], by_diagonal(&diagonal))?;
        for predictor in &mut fitted.predictors {
            linear::recode(predictor, &self.layout, &tally.squares, self.penalty);
            if let Loss::Squared { mean, std_dev } = self.loss {
                predictor.intercept = mean + std_dev * predictor.intercept;
                predictor.coefficients.iter_mut().for_each(|b| *b *= std_dev);
            }
        }
        Ok(fitted)
    }

    /// Fits the rows of some segments, starting from given predictors. `precondition` multiplies by an approximate inverse
    /// Hessian over the predictors one after the other, the intercept first.
    pub(crate) fn fit_from(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        start: &[LinearPredictor],
        precondition: impl Fn(&mut [f64]),
    ) -> Result<FittedLimitedMemory> {
        let start: Vec<f64> =
            start.iter().flat_map(|p| std::iter::once(p.intercept).chain(p.coefficients.iter().copied())).collect();
        let stopping = Stopping { tolerance: CAUTION * self.stopping.tolerance, ..self.stopping };
        let value = |at: &[f64]| self.value(source, segments, at);
        let minimum = if self.penalty.l1 > 0.0 {
            let l1 = self.scaled_penalty().l1;
            let width = self.layout.n_columns() + 1;
            let l1: Vec<f64> = (0..start.len()).map(|i| if i % width == 0 { 0.0 } else { l1 }).collect();
            orthant_wise::minimise(start, &l1, value, precondition, stopping)?
        } else {
            minimise(start, value, precondition, stopping)?
        };
        let is_exact = !self.loss.has_classes() && minimum.is_enough;
        Ok(FittedLimitedMemory {
            predictors: unflatten(&minimum.at, self.layout.n_columns() + 1),
            iterations: minimum.iterations,
            end: if is_exact { End::Converged } else { minimum.end },
            last_decrement: minimum.last_decrement,
            losses: minimum.losses,
        })
    }

    /// The method in words.
    pub(crate) fn method(&self) -> &'static str {
        if self.penalty.l1 > 0.0 { "orthant-wise limited-memory BFGS" } else { "limited-memory BFGS" }
    }

    /// The penalty on coefficients as they are searched for: those of regression are of the scaled target.
    fn scaled_penalty(&self) -> Penalty {
        match self.loss {
            Loss::Squared { std_dev, .. } => self.penalty.for_scaled_target(std_dev),
            Loss::Rows(_) | Loss::Softmax { .. } => self.penalty,
        }
    }

    /// The objective but for L1, and its gradient.
    fn value(&self, source: &impl RowSource, segments: &[usize], at: &[f64]) -> Result<Value> {
        let width = self.layout.n_columns() + 1;
        let predictors = unflatten(at, width);
        let sums = gradient_at(source, segments, &self.layout, &self.loss, &predictors)?;
        let mut gradient = sums.descent;
        let mut squares = 0.0;
        for (gradient, at) in gradient.chunks_exact_mut(width).zip(at.chunks_exact(width)) {
            gradient.iter_mut().for_each(|g| *g = -*g);
            kernel::add_scaled(&mut gradient[1..], self.penalty.l2, &at[1..]);
            squares += kernel::dot(&at[1..], &at[1..]);
        }
        let enough = match self.loss {
            Loss::Rows(of) if !self.loss.has_classes() => ROUNDING * of.scale(),
            Loss::Squared { .. } => ROUNDING,
            _ if self.penalty.is_none() => SEPARATED,
            _ => 0.0,
        };
        let is_enough = sums.loss <= enough * sums.weight;
        Ok(Value { objective: sums.loss + 0.5 * self.penalty.l2 * squares, loss: sums.loss, gradient, is_enough })
    }
}

/// Loss and negative gradient at some predictors, one after the other, without a penalty: one pass over the rows.
pub(crate) fn gradient_at(
    source: &impl RowSource,
    segments: &[usize],
    layout: &Arc<ColumnLayout>,
    loss: &Loss,
    at: &[LinearPredictor],
) -> Result<Sums> {
    source.run(&GradientFold { layout, loss, at }, segments)
}

/// The preconditioner that multiplies by a diagonal.
pub(crate) fn by_diagonal(diagonal: &[f64]) -> impl Fn(&mut [f64]) + '_ {
    move |vector| vector.iter_mut().zip(diagonal).for_each(|(v, d)| *v *= d)
}

/// Predictors that stand one after the other, the intercept first.
fn unflatten(numbers: &[f64], width: usize) -> Vec<LinearPredictor> {
    let predictors = numbers.chunks_exact(width);
    predictors.map(|numbers| LinearPredictor { intercept: numbers[0], coefficients: numbers[1..].to_vec() }).collect()
}
