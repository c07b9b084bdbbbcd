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
use super::log_loss::LogLoss;
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

/// Normal equations at a predictor.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub predictor: LinearPredictor,
    pub equations: NormalEquations,
    /// Those of each segment, which add up to all.
    pub by_segment: Vec<NormalEquations>,
}

/// Fitted logistic regression.
#[derive(Debug, Clone)]
pub(crate) struct FittedLogistic {
    pub predictor: LinearPredictor,
    /// Where the last step began.
    pub last: Point,
    pub iterations: u32,
    pub converged: bool,
    /// The squared Newton decrement of the last step, relative to the objective.
    pub last_decrement: f64,
    /// The loss summed over the rows, before each step.
    pub losses: Vec<f64>,
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

    fn state_bytes(&self) -> usize {
        NormalEquations::bytes(self.layout.n_columns())
    }

    fn fold(&self, state: &mut NormalEquations, block: &Block<'_>) {
        let mut raw = vec![0.0; block.y().len()];
        raw_predictions(&self.layout, &self.at, block, &mut raw);
        let rows = LogLoss::new(raw, block.y(), block.weight());
        state.loss += kernel::sum(&rows.loss);
        state.row_weight += block.total_weight();
        state.add(&self.layout, block, &rows.curvature, &rows.residual);
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
    let dense = block.dense();
    kernel::add_combinations([raw], [&predictor.coefficients], &dense);
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
        self.fit_from(source, segments, self.point(source, segments, start)?)
    }

    /// The same where the equations at the start are known already.
    pub(crate) fn fit_from(&self, source: &impl RowSource, segments: &[usize], start: Point) -> Result<FittedLogistic> {
        let mut at = start;
        let (mut iterations, mut last_decrement, mut losses) = (0, f64::INFINITY, Vec::new());
        // Which codes have rows does not change from step to step.
        let active = linear::active_columns(&self.layout, at.equations.column_weights(), self.penalty);
        // A column that is 0 in all these rows must not keep what a start learned of it from other rows.
        let categories =
            at.predictor.coefficients.iter_mut().zip(&at.equations.column_weights()[1..]).skip(self.layout.n_dense());
        categories.filter(|(_, weight)| **weight == 0.0).for_each(|(coefficient, _)| *coefficient = 0.0);
        while iterations < self.max_iterations {
            let objective = self.objective(&at);
            if self.penalty.l2 == 0.0 && at.equations.loss <= SEPARATED * at.equations.row_weight {
                break;
            }
            let step = linear::solve_step(&at.equations, &self.layout, &active, self.penalty, &at.predictor.coefficients);
            iterations += 1;
            losses.push(at.equations.loss);
            last_decrement = step.squared_decrement / objective.max(f64::MIN_POSITIVE);
            if step.squared_decrement <= self.tolerance * objective {
                // Newton's error is squared by this last step: looking at it once more would only cost a pass.
                let predictor = linear::advance(&at.predictor, &step, 1.0);
                return Ok(FittedLogistic { predictor, last: at, iterations, converged: true, last_decrement, losses });
            }
            // One point at a time: the equations of many columns are large.
            let from = at.predictor;
            drop((at.equations, at.by_segment));
            let mut lower = None;
            let mut factor = 1.0;
            for _ in 0..MAX_HALVINGS {
                let candidate = self.point(source, segments, linear::advance(&from, &step, factor))?;
                if self.objective(&candidate) <= objective {
                    lower = Some(candidate);
                    break;
                }
                factor /= 2.0;
            }
            let Some(lower) = lower else {
                // No step along this direction lowers the objective: rounding is all that is left.
                at = self.point(source, segments, from)?;
                break;
            };
            at = lower;
        }
        Ok(FittedLogistic { predictor: at.predictor.clone(), last: at, iterations, converged: false, last_decrement, losses })
    }

    /// The equations at a predictor: one pass over the rows.
    fn point(&self, source: &impl RowSource, segments: &[usize], predictor: LinearPredictor) -> Result<Point> {
        let fold = NewtonFold { layout: Arc::clone(&self.layout), at: predictor };
        let by_segment = source.run_each(&fold, segments)?;
        let mut equations = fold.start();
        by_segment.iter().for_each(|segment| equations.merge(segment));
        Ok(Point { predictor: fold.at, equations, by_segment })
    }

    fn objective(&self, at: &Point) -> f64 {
        at.equations.loss + 0.5 * self.penalty.l2 * at.predictor.coefficients.iter().map(|b| b * b).sum::<f64>()
    }
}
