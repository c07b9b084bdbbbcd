//! Newton's method for a sum of row losses: one fold per step.
//!
//! Minimises `Σ w · loss(y, b₀ + xᵀβ) + l1 · Σ|β| + l2/2 · Σ β²`; the intercept is free. The gradient is `Σ w loss' x` and the Hessian
//! `Σ w loss'' x xᵀ`, so each Newton step is a solution of weighted normal equations. Losses are convex, and a step that raises the
//! objective, or leads where it is no number, is halved: from anywhere that leads to the minimum.
//!
//! Second derivatives are those of the loss (observed information), not their means under the model (Fisher's scoring): only so
//! every step squares the error, and they are above 0 for every [`RowLoss`].
//!
//! Source: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 2.5; the stopping rule by the Newton
//! decrement is Boyd and Vandenberghe, *Convex Optimization* (2004), section 9.5.1.

use std::sync::Arc;

use super::fold::{Block, Fold as _, RowSource};
use super::kernel;
use super::linear::{self, Penalty};
use super::normal_equations::NormalEquations;
use super::row_equations::RowEquations;
use super::row_loss::{RowLoss, RowLosses};
use super::stopping::{End, Iterations, MAX_HALVINGS, SEPARATED, Stopping};
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// An objective, in units of the loss, below this is as good as 0: digits of the predictions are all that is left of it.
const NEGLIGIBLE: f64 = 1e-12;

/// A loss with its penalty and stopping rule, not yet fitted.
#[derive(Debug, Clone)]
pub(crate) struct Newton {
    pub layout: Arc<ColumnLayout>,
    pub loss: RowLoss,
    pub penalty: Penalty,
    pub stopping: Stopping,
}

/// Normal equations at a predictor.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub predictor: LinearPredictor,
    pub equations: NormalEquations,
    /// Those of each segment, which add up to all.
    pub by_segment: Vec<NormalEquations>,
}

/// What Newton's method has found.
#[derive(Debug, Clone)]
pub(crate) struct FittedNewton {
    pub predictor: LinearPredictor,
    /// Where the last step began.
    pub last: Point,
    pub iterations: u32,
    pub end: End,
    /// The squared Newton decrement of the last step, relative to the objective.
    pub last_decrement: f64,
    /// The loss summed over the rows, before each step.
    pub losses: Vec<f64>,
}

/// The fold of one Newton step: normal equations at a predictor, and the loss there.
#[derive(Debug)]
pub(crate) struct NewtonFold {
    pub layout: Arc<ColumnLayout>,
    pub loss: RowLoss,
    pub at: LinearPredictor,
}

impl RowEquations for NewtonFold {
    fn layout(&self) -> &ColumnLayout {
        &self.layout
    }

    fn add(&self, equations: &mut NormalEquations, block: &Block<'_>) {
        let mut raw = vec![0.0; block.y().len()];
        raw_predictions(&self.layout, &self.at, block, &mut raw);
        let rows = RowLosses::new(self.loss, raw, block.y(), block.weight());
        equations.loss += kernel::sum(&rows.loss);
        equations.row_weight += block.total_weight();
        equations.add(&self.layout, block, &rows.curvature, &rows.residual);
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

impl FittedNewton {
    /// How it went.
    pub(crate) fn course(&self) -> Iterations {
        Iterations { taken: self.iterations, end: self.end, last_decrement: self.last_decrement }
    }
}

impl Newton {
    /// Fits the rows of some segments, starting from a predictor.
    pub(crate) fn fit(&self, source: &impl RowSource, segments: &[usize], start: LinearPredictor) -> Result<FittedNewton> {
        self.fit_from(source, segments, self.point(source, segments, start)?)
    }

    /// The same where the equations at the start are known already.
    pub(crate) fn fit_from(&self, source: &impl RowSource, segments: &[usize], start: Point) -> Result<FittedNewton> {
        let mut at = start;
        let (mut iterations, mut last_decrement, mut losses) = (0, f64::INFINITY, Vec::new());
        // Labels are never predicted exactly: where they are, they are separated.
        let exact = if self.loss == RowLoss::Logistic { 0.0 } else { NEGLIGIBLE * self.loss.scale() };
        // Which codes have rows does not change from step to step.
        let active = linear::active_columns(&self.layout, at.equations.column_weights(), self.penalty);
        if self.penalty.is_none() {
            // Steps leave the reference value of each category as it is: differences from it must stand there from the start.
            linear::recode(&mut at.predictor, &self.layout, at.equations.column_weights(), self.penalty);
        }
        // A column that is 0 in all these rows must not keep what a start learned of it from other rows.
        let categories =
            at.predictor.coefficients.iter_mut().zip(&at.equations.column_weights()[1..]).skip(self.layout.n_dense());
        categories.filter(|(_, weight)| **weight == 0.0).for_each(|(coefficient, _)| *coefficient = 0.0);
        let mut end = End::Unfinished;
        while iterations < self.stopping.max_iterations {
            let objective = self.objective(&at);
            if self.is_separated(&at.equations) {
                break;
            }
            let step = linear::solve_step(&at.equations, &self.layout, &active, self.penalty, &at.predictor.coefficients);
            iterations += 1;
            losses.push(at.equations.loss);
            last_decrement = step.squared_decrement / objective.max(f64::MIN_POSITIVE);
            if step.squared_decrement <= self.stopping.tolerance * objective.max(exact * at.equations.row_weight) {
                // Newton's error is squared by this last step: looking at it once more would only cost a pass.
                let predictor = linear::advance(&at.predictor, &step, 1.0);
                return Ok(FittedNewton { predictor, last: at, iterations, end: End::Converged, last_decrement, losses });
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
                end = End::without_progress(last_decrement);
                break;
            };
            at = lower;
            if self.stopping.is_far_enough(objective, self.objective(&at)) {
                end = End::Early;
                break;
            }
        }
        Ok(FittedNewton { predictor: at.predictor.clone(), last: at, iterations, end, last_decrement, losses })
    }

    /// The equations at a predictor: one pass over the rows.
    fn point(&self, source: &impl RowSource, segments: &[usize], predictor: LinearPredictor) -> Result<Point> {
        let fold = NewtonFold { layout: Arc::clone(&self.layout), loss: self.loss, at: predictor };
        let by_segment = source.run_each(&fold, segments)?;
        let mut equations = fold.start();
        by_segment.iter().for_each(|segment| equations.merge(segment));
        Ok(Point { predictor: fold.at, equations, by_segment })
    }

    /// Whether the classes are separated, so that without a penalty there is no minimum.
    fn is_separated(&self, equations: &NormalEquations) -> bool {
        self.loss == RowLoss::Logistic && self.penalty.is_none() && equations.loss <= SEPARATED * equations.row_weight
    }

    fn objective(&self, at: &Point) -> f64 {
        at.equations.loss + self.penalty.of(&at.predictor.coefficients)
    }
}
