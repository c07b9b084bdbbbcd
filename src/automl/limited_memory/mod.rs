//! Linear predictors by limited memory: for designs whose Hessian is too large to be made.
//!
//! Minimises `Σ w loss(y, r) + l2/2 Σ_k ‖β_k‖²` with the raw predictions `r_k = b_k + xᵀβ_k`, intercepts free, for the losses of
//! regression, of two classes and of several. Each value with its gradient is one fold over the rows, whose state is as
//! small as the predictors.

mod gradient;
mod lbfgs;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::gradient::GradientFold;
pub(crate) use self::gradient::Loss;
use self::lbfgs::{Stopping, Value, minimise};
use super::fold::RowSource;
use super::kernel;
use super::linear::{self, Penalty};
use super::tally::TallyFold;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// The stopping rule is this much stricter than the tolerance, because a limited memory knows of flat directions too little,
/// and the decrement along them is larger than it looks.
const CAUTION: f64 = 0.1;
/// A mean loss below this means that the classes are separated: without a penalty the coefficients would grow for ever.
const SEPARATED: f64 = 1e-8;
/// Residuals whose mean square is below this share of the target's variance are rounding.
const ROUNDING: f64 = 1e-20;

/// A loss with its penalty and stopping rule, not yet fitted.
#[derive(Debug, Clone)]
pub(crate) struct LimitedMemory {
    pub layout: Arc<ColumnLayout>,
    pub loss: Loss,
    pub penalty: Penalty,
    /// Each iteration is a pass over the rows, or rarely two.
    pub max_iterations: u32,
    /// Stop where the squared decrement, as far as it is known, is at most a tenth of this share of the objective.
    pub tolerance: f64,
}

/// What a limited memory has found.
#[derive(Debug, Clone)]
pub(crate) struct FittedLimitedMemory {
    /// One for regression and two classes, else one per class.
    pub predictors: Vec<LinearPredictor>,
    pub iterations: u32,
    pub converged: bool,
    /// The squared decrement, as far as it is known, relative to the objective at the last point.
    pub last_decrement: f64,
    /// The loss, without the penalty, at the start of each iteration.
    pub losses: Vec<f64>,
}

impl LimitedMemory {
    /// Fits regression or two classes to the rows of some segments, starting from the target's mean, or for two classes from a
    /// predictor of other rows.
    ///
    /// Without a penalty, of several solutions one of small norm: the search starts at 0 and leaves it only along the rows.
    pub(crate) fn fit(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        near: Option<&LinearPredictor>,
    ) -> Result<FittedLimitedMemory> {
        let n_classes = if matches!(self.loss, Loss::Logistic) { 2 } else { 0 };
        let tally = source.run(&TallyFold { layout: Arc::clone(&self.layout), n_classes }, segments)?;
        let mut start = linear::zero(&self.layout);
        let mut curvature = 1.0;
        if let [negative, positive] = tally.classes.as_slice()
            && *negative > 0.0
            && *positive > 0.0
        {
            if self.layout.has_intercept() {
                start.intercept = (positive / negative).ln();
            }
            curvature = positive * negative / tally.weight().powi(2);
        }
        if let Some(near) = near {
            start = near.clone();
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
        let stopping = Stopping { max_iterations: self.max_iterations, tolerance: CAUTION * self.tolerance };
        let minimum = minimise(start, |at| self.value(source, segments, at), precondition, stopping)?;
        let is_exact = matches!(self.loss, Loss::Squared { .. }) && minimum.is_enough;
        Ok(FittedLimitedMemory {
            predictors: unflatten(&minimum.at, self.layout.n_columns() + 1),
            iterations: minimum.iterations,
            converged: minimum.converged || is_exact,
            last_decrement: minimum.last_decrement,
            losses: minimum.losses,
        })
    }

    /// The objective and its gradient.
    fn value(&self, source: &impl RowSource, segments: &[usize], at: &[f64]) -> Result<Value> {
        let width = self.layout.n_columns() + 1;
        let predictors = unflatten(at, width);
        let sums = source.run(&GradientFold { layout: &self.layout, loss: &self.loss, at: &predictors }, segments)?;
        let mut gradient = sums.descent;
        let mut squares = 0.0;
        for (gradient, at) in gradient.chunks_exact_mut(width).zip(at.chunks_exact(width)) {
            gradient.iter_mut().for_each(|g| *g = -*g);
            kernel::add_scaled(&mut gradient[1..], self.penalty.l2, &at[1..]);
            squares += kernel::dot(&at[1..], &at[1..]);
        }
        let enough = match self.loss {
            Loss::Squared { .. } => ROUNDING,
            _ if self.penalty.l2 == 0.0 => SEPARATED,
            _ => 0.0,
        };
        let is_enough = sums.loss <= enough * sums.weight;
        Ok(Value { objective: sums.loss + 0.5 * self.penalty.l2 * squares, loss: sums.loss, gradient, is_enough })
    }
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
