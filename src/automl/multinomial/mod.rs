//! Multinomial logistic regression.
//!
//! Minimises `Σ w (log Σ_k exp(r_k) - r_y) + l2/2 Σ_k ‖β_k‖²` with the raw predictions `r_k = b_k + xᵀβ_k`; intercepts are
//! free. With a penalty every class has a predictor of its own, and the predictors add up to 0 (scikit-learn's form). Without
//! one only differences count: the reference class is 0 everywhere, and each category is coded against its most frequent
//! value.
//!
//! Sources: Böhning, "Multinomial logistic regression algorithm", *Annals of the Institute of Statistical Mathematics* 44
//! (1992), 197–200, for the Hessian in blocks of pairs; Boyd and Vandenberghe, *Convex Optimization* (2004), section 9.5.1, for
//! the stopping rule.

mod classes;
mod newton;
mod softmax;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::classes::{Classes, add, normalise};
use self::newton::{NewtonFold, System};
pub(crate) use self::softmax::raw_predictions;
use super::fold::RowSource;
use super::in_memory::InMemory;
use super::linear::{self, Penalty};
use super::tally::{Tally, TallyFold};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, LinearPredictor};

/// The intercept of a class without rows, whose coefficients are 0: the logarithm of the distance between 1 and the next
/// double. The largest of the other raw predictions is never negative, so the class's probability is at most `2.2e-16`, and
/// the loss of a row of that class, should there be one among the rows held out, is at least 36: infinite in theory.
const NEVER_SEEN: f64 = -52.0 * std::f64::consts::LN_2;
/// A mean loss below this means that the classes are separated: without a penalty the coefficients would grow for ever.
const SEPARATED: f64 = 1e-8;
/// A step is halved at most this often.
const MAX_HALVINGS: u32 = 30;

/// Multinomial logistic regression with its penalty and stopping rule, not yet fitted.
#[derive(Debug, Clone)]
pub(crate) struct Multinomial {
    pub layout: Arc<ColumnLayout>,
    pub n_classes: usize,
    pub penalty: Penalty,
    pub max_iterations: u32,
    /// Stop after the step whose squared Newton decrement is at most this share of the objective.
    pub tolerance: f64,
    /// The class that is 0 everywhere where there is no penalty. If it has no rows, the most frequent class is.
    pub reference: usize,
}

/// Fitted multinomial logistic regression.
#[derive(Debug, Clone)]
pub(crate) struct FittedMultinomial {
    /// One per class. A class without any row has coefficients of 0 and a very negative intercept.
    pub predictors: Vec<LinearPredictor>,
    pub iterations: u32,
    pub converged: bool,
    /// The squared Newton decrement of the last step, relative to the objective.
    pub last_decrement: f64,
    /// The loss, without the penalty, at the start of each iteration.
    pub losses: Vec<f64>,
    /// The method in words.
    pub solver: &'static str,
}

impl Multinomial {
    /// Fits the rows of some segments, starting from given predictors (one per class) or from the shares of the classes.
    ///
    /// A class without rows takes no part. Its limit with a penalty is an intercept of -∞ and coefficients of 0, so that the
    /// other classes are fitted as if it did not exist; its own intercept is [`NEVER_SEEN`].
    pub(crate) fn fit(
        &self,
        source: &InMemory,
        segments: &[usize],
        start: Option<Vec<LinearPredictor>>,
    ) -> Result<FittedMultinomial> {
        let tally = source.run(&TallyFold { layout: Arc::clone(&self.layout), n_classes: self.n_classes }, segments)?;
        let classes = Classes::new(&tally.classes, self.reference);
        let mut at: Vec<LinearPredictor> = match start {
            None => self.shares(&classes, &tally),
            Some(start) => {
                let fits = |predictor: &LinearPredictor| predictor.coefficients.len() == self.layout.n_columns();
                if start.len() != self.n_classes || !start.iter().all(fits) {
                    return Err(Error::internal("the predictors to start from do not fit the classes"));
                }
                classes.present().iter().map(|class| start[*class].clone()).collect()
            }
        };
        normalise(&mut at, &self.layout, &tally, self.penalty);
        let mut fitted = FittedMultinomial {
            predictors: at,
            iterations: 0,
            converged: classes.n_free() == 0,
            last_decrement: 0.0,
            losses: Vec::new(),
            solver: "Newton steps",
        };
        if !fitted.converged {
            let active = linear::active_columns(&self.layout, &tally.squares, self.penalty);
            let system = System { layout: &self.layout, classes: &classes, active: &active, penalty: self.penalty };
            self.newton(source, segments, &system, &mut fitted)?;
        }
        let mut predictors = vec![LinearPredictor { intercept: NEVER_SEEN, ..linear::zero(&self.layout) }; self.n_classes];
        for (class, predictor) in classes.present().iter().zip(fitted.predictors) {
            predictors[*class] = predictor;
        }
        Ok(FittedMultinomial { predictors, ..fitted })
    }

    /// The predictors that give each class its share of the rows.
    fn shares(&self, classes: &Classes, tally: &Tally) -> Vec<LinearPredictor> {
        let share = |class: &usize| (tally.classes[*class] / tally.weight()).ln();
        classes.present().iter().map(|class| LinearPredictor { intercept: share(class), ..linear::zero(&self.layout) }).collect()
    }

    /// Newton steps from the predictors in `fitted`, over all rows.
    fn newton(&self, source: &InMemory, segments: &[usize], system: &System<'_>, fitted: &mut FittedMultinomial) -> Result<()> {
        let equations_at =
            |at: &[LinearPredictor]| source.run(&NewtonFold { layout: &self.layout, classes: system.classes, at }, segments);
        let mut equations = equations_at(&fitted.predictors)?;
        while fitted.iterations < self.max_iterations {
            let objective = self.objective(equations.loss, &fitted.predictors);
            if self.penalty.l2 == 0.0 && equations.loss <= SEPARATED * equations.n_rows as f64 {
                return Ok(());
            }
            let step = system.step(&equations, &fitted.predictors);
            let after = |factor: f64| -> Vec<LinearPredictor> {
                fitted.predictors.iter().zip(&step.change).map(|(from, change)| add(from, factor, change)).collect()
            };
            fitted.iterations += 1;
            fitted.losses.push(equations.loss);
            fitted.last_decrement = step.squared_decrement / objective.max(f64::MIN_POSITIVE);
            if step.squared_decrement <= self.tolerance * objective {
                // Newton's error is squared by this last step: looking at it once more would only cost a pass.
                fitted.predictors = after(1.0);
                fitted.converged = true;
                return Ok(());
            }
            let mut lower = None;
            for halvings in 0..MAX_HALVINGS {
                let candidate = after(0.5_f64.powi(i32::try_from(halvings).unwrap_or(i32::MAX)));
                let next = equations_at(&candidate)?;
                if self.objective(next.loss, &candidate) <= objective {
                    lower = Some((candidate, next));
                    break;
                }
            }
            // No step along this direction lowers the objective: rounding is all that is left.
            let Some(lower) = lower else { return Ok(()) };
            (fitted.predictors, equations) = lower;
        }
        Ok(())
    }

    fn objective(&self, loss: f64, at: &[LinearPredictor]) -> f64 {
        let squares = at.iter().flat_map(|predictor| &predictor.coefficients).map(|b| b * b);
        loss + 0.5 * self.penalty.l2 * squares.sum::<f64>()
    }
}
