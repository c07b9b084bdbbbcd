//! Binary logistic regression: one fold per Newton step.
//!
//! Minimises `Σ w · loss(y, b₀ + xᵀβ) + l2/2 · Σ β²` with `loss(y, r) = log(1 + exp(r)) - y·r`; the intercept is free. With
//! `p = 1/(1 + exp(-r))` the gradient is `Σ w (p - y) x` and the Hessian `Σ w p(1-p) x xᵀ`, so each Newton step is a solution of
//! weighted normal equations. A step that raises the objective is halved.
//!
//! Source: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 2.5; the stopping rule by the Newton
//! decrement is Boyd and Vandenberghe, *Convex Optimization* (2004), section 9.5.1.

use std::sync::Arc;

use super::fold::{Block, Fold, RowSource};
use super::kernel;
use super::linear::{self, Penalty};
use super::normal_equations::NormalEquations;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// A mean loss below this means that the classes are separated: without a penalty the coefficients would grow for ever.
const SEPARATED: f64 = 1e-8;
/// A step is halved at most this often.
const MAX_HALVINGS: u32 = 30;

/// Logistic regression with its penalty and stopping rule, not yet fitted.
#[derive(Debug, Clone)]
pub(crate) struct Logistic {
    pub layout: Arc<ColumnLayout>,
    pub penalty: Penalty,
    pub max_iterations: u32,
    /// Stop after the step whose squared Newton decrement is at most this share of the objective.
    pub tolerance: f64,
}

/// Fitted logistic regression.
#[derive(Debug, Clone)]
pub(crate) struct FittedLogistic {
    pub predictor: LinearPredictor,
    pub iterations: u32,
    pub converged: bool,
    /// The squared Newton decrement of the last step, relative to the objective.
    pub last_decrement: f64,
}

/// The fold of one Newton step: normal equations at a predictor, and the loss there.
#[derive(Debug)]
pub(crate) struct NewtonFold {
    pub layout: Arc<ColumnLayout>,
    pub at: LinearPredictor,
}

impl Fold for NewtonFold {
    type State = NormalEquations;

    fn start(&self) -> NormalEquations {
        NormalEquations::new(&self.layout)
    }

    fn fold(&self, state: &mut NormalEquations, block: &Block<'_>) {
        let mut raw = vec![0.0; block.y().len()];
        raw_predictions(&self.layout, &self.at, block, &mut raw);
        let (mut w, mut r) = (vec![0.0; raw.len()], raw);
        let mut loss = 0.0;
        for (i, y) in block.y().iter().enumerate() {
            let weight = block.weight().map_or(1.0, |weight| weight[i]);
            let raw = r[i];
            // exp of a number that is never positive cannot overflow; p and the loss follow from it without cancellation.
            let small = (-raw.abs()).exp();
            let p = if raw >= 0.0 { 1.0 } else { small } / (1.0 + small);
            loss += weight * (raw.max(0.0) - y * raw + small.ln_1p());
            w[i] = weight * (small / ((1.0 + small) * (1.0 + small)));
            r[i] = weight * (y - p);
        }
        state.loss += loss;
        state.add(&self.layout, block, &w, &r);
    }

    fn merge(&self, state: &mut NormalEquations, other: NormalEquations) {
        state.merge(&other);
    }

    fn write(&self, state: &NormalEquations) -> Vec<f64> {
        state.write()
    }

    fn read(&self, numbers: &[f64]) -> Option<NormalEquations> {
        NormalEquations::read(&self.layout, numbers)
    }
}

/// Raw predictions of a block. Shape: `(n_rows,)`.
pub(crate) fn raw_predictions(layout: &ColumnLayout, predictor: &LinearPredictor, block: &Block<'_>, raw: &mut [f64]) {
    raw.fill(predictor.intercept);
    for (column, coefficient) in block.dense().iter().zip(&predictor.coefficients) {
        kernel::add_scaled(raw, *coefficient, column);
    }
    for ((_, _, start), codes) in layout.categories().iter().zip(block.codes()) {
        let coefficients = &predictor.coefficients[*start..];
        for (raw, code) in raw.iter_mut().zip(codes) {
            *raw += coefficients[*code as usize];
        }
    }
}

impl Logistic {
    /// Fits the rows of some segments, starting from a predictor.
    pub(crate) fn fit(&self, source: &impl RowSource, segments: &[usize], start: LinearPredictor) -> Result<FittedLogistic> {
        let equations = source.run(&self.newton_fold(&start), segments)?;
        self.fit_from(source, segments, start, equations)
    }

    /// The same where the equations at the start are known already.
    pub(crate) fn fit_from(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        start: LinearPredictor,
        mut equations: NormalEquations,
    ) -> Result<FittedLogistic> {
        let mut fitted = FittedLogistic { predictor: start, iterations: 0, converged: false, last_decrement: f64::INFINITY };
        let n_rows = equations.n_rows as f64;
        // Which codes have rows does not change from step to step.
        let active = linear::active_columns(&self.layout, equations.column_weights(), self.penalty);
        while fitted.iterations < self.max_iterations {
            let objective = self.objective(&equations, &fitted.predictor);
            if self.penalty.l2 == 0.0 && equations.loss <= SEPARATED * n_rows {
                return Ok(fitted);
            }
            let step = linear::solve_step(&equations, &self.layout, &active, self.penalty, &fitted.predictor.coefficients);
            fitted.iterations += 1;
            fitted.last_decrement = step.squared_decrement / objective.max(f64::MIN_POSITIVE);
            if step.squared_decrement <= self.tolerance * objective {
                // Newton's error is squared by this last step: looking at it once more would only cost a pass.
                fitted.predictor = linear::advance(&fitted.predictor, &step, 1.0);
                fitted.converged = true;
                return Ok(fitted);
            }
            let mut factor = 1.0;
            for _ in 0..MAX_HALVINGS {
                let candidate = linear::advance(&fitted.predictor, &step, factor);
                let next = source.run(&self.newton_fold(&candidate), segments)?;
                if self.objective(&next, &candidate) <= objective {
                    (fitted.predictor, equations) = (candidate, next);
                    factor = 1.0;
                    break;
                }
                factor /= 2.0;
            }
            if factor < 1.0 {
                // No step along this direction lowers the objective: rounding is all that is left.
                return Ok(fitted);
            }
        }
        Ok(fitted)
    }

    /// The fold whose sums make a Newton step at a predictor.
    pub(crate) fn newton_fold(&self, at: &LinearPredictor) -> NewtonFold {
        NewtonFold { layout: Arc::clone(&self.layout), at: at.clone() }
    }

    fn objective(&self, equations: &NormalEquations, at: &LinearPredictor) -> f64 {
        equations.loss + 0.5 * self.penalty.l2 * at.coefficients.iter().map(|b| b * b).sum::<f64>()
    }
}
