//! Multinomial logistic regression.
//!
//! Minimises `Σ w (log Σ_k exp(r_k) - r_y) + l1 Σ_k |β_k| + l2/2 Σ_k ‖β_k‖²` with the raw predictions `r_k = b_k + xᵀβ_k`;
//! intercepts are free. With a penalty every class has a predictor of its own (scikit-learn's form). With L2 alone the
//! predictors add up to 0, with L1 their intercepts. Without
//! one only differences count: the reference class is 0 everywhere, and each category is coded against its most frequent
//! value.
//!
//! Sources: Böhning, "Multinomial logistic regression algorithm", *Annals of the Institute of Statistical Mathematics* 44
//! (1992), 197–200, for the Hessian in blocks of pairs; Boyd and Vandenberghe, *Convex Optimization* (2004), section 9.5.1, for
//! the stopping rule.

mod classes;
mod newton;
mod sample;
mod sparse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ndarray::Array2;

use self::classes::Classes;
use self::newton::{NewtonFold, System};
use self::sample::Sample;
use super::fold::RowSource;
use super::in_memory::InMemory;
use super::limited_memory::{self, FittedLimitedMemory, LimitedMemory, Loss};
use super::linear::{self, Penalty};
use super::normal_equations::NormalEquations;
use super::stopping::{End, Iterations, Stopping};
use super::tally::TallyFold;
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, LinearPredictor};

/// The intercept of a class without rows, whose coefficients are 0: the logarithm of the distance between 1 and the next
/// double. The largest of the other raw predictions is never negative, so the class's probability is at most `2.2e-16`, and
/// the loss of a row of that class, should there be one among the rows held out, is at least 36: infinite in theory.
const NEVER_SEEN: f64 = -52.0 * std::f64::consts::LN_2;
/// For more unknowns Newton steps cost more than the passes of a limited memory, measured on a few thousand rows.
const MAX_NEWTON: usize = 200;
/// The same with L1, where a limited memory takes more passes.
const MAX_SPARSE_NEWTON: usize = 400;
/// Of more unknowns not even a sample's Hessian is made: each class and column must have some hundred rows in it.
const MAX_SAMPLE: usize = 600;

/// Multinomial logistic regression with its penalty and stopping rule, not yet fitted.
///
/// Few unknowns are found by exact Newton steps. Many rows start from the solution of a sample, whose Hessian then guides a
/// limited memory over all of them. Where not even a sample's Hessian can be made, a limited memory starts from its diagonal.
#[derive(Debug, Clone)]
pub(crate) struct Multinomial {
    pub layout: Arc<ColumnLayout>,
    pub n_classes: usize,
    pub penalty: Penalty,
    /// Of Newton steps, or of a limited memory.
    pub stopping: Stopping,
    /// The class that is 0 everywhere where there is no penalty. If it has no rows, the most frequent class is.
    pub reference: usize,
}

/// Fitted multinomial logistic regression.
#[derive(Debug, Clone)]
pub(crate) struct FittedMultinomial {
    /// One per class. A class without any row has coefficients of 0 and a very negative intercept.
    pub predictors: Vec<LinearPredictor>,
    pub iterations: u32,
    pub end: End,
    /// The squared Newton decrement of the last step, relative to the objective.
    pub last_decrement: f64,
    /// The loss, without the penalty, at the start of each iteration.
    pub losses: Vec<f64>,
    /// The method in words.
    pub solver: &'static str,
}

impl FittedMultinomial {
    /// How it went.
    pub(crate) fn course(&self) -> Iterations {
        Iterations { taken: self.iterations, end: self.end, last_decrement: self.last_decrement }
    }
}

/// What the rows of a fit without penalty tell of its coefficients.
#[derive(Debug, Clone)]
pub(crate) struct Information {
    /// The classes that take part, the reference last.
    pub labels: Vec<usize>,
    /// The columns that have a coefficient.
    pub columns: Vec<usize>,
    /// Second derivatives of the loss, class by class without the reference, by the intercept and the columns.
    pub matrix: Array2<f64>,
    /// Those of the first class alone, over all columns.
    pub of_first: NormalEquations,
}

impl Multinomial {
    /// The information at some predictors, one per class: one pass over the rows. None where there is only one class.
    pub(crate) fn information(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        predictors: &[LinearPredictor],
    ) -> Result<Option<Information>> {
        let tally = source.run(&TallyFold { layout: Arc::clone(&self.layout), n_classes: self.n_classes }, segments)?;
        let classes = Classes::new(tally, self.reference);
        let at = self.of_present(predictors.to_vec(), &classes)?;
        let fold = NewtonFold { layout: &self.layout, classes: &classes, at: &at, numbers_only: false };
        let equations = source.run(&fold, segments)?;
        let columns = linear::active_columns(&self.layout, &classes.tally().squares, self.penalty);
        let system = System { layout: &self.layout, classes: &classes, active: &columns, penalty: self.penalty };
        let matrix = system.hessian(&equations);
        let labels = classes.present().to_vec();
        Ok(equations.into_first().map(|of_first| Information { labels, columns, matrix, of_first }))
    }

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
        let classes = Classes::new(tally, self.reference);
        let start = start.map(|start| self.of_present(start, &classes)).transpose()?;
        let mut fitted = self.fit_present(source, segments, &classes, start)?;
        classes.normalise(&mut fitted.predictors, &self.layout, self.penalty);
        let mut predictors = vec![LinearPredictor { intercept: NEVER_SEEN, ..linear::zero(&self.layout) }; self.n_classes];
        for (class, predictor) in classes.present().iter().zip(fitted.predictors) {
            predictors[*class] = predictor;
        }
        Ok(FittedMultinomial { predictors, ..fitted })
    }

    /// Of predictors of all classes those that take part.
    fn of_present(&self, predictors: Vec<LinearPredictor>, classes: &Classes) -> Result<Vec<LinearPredictor>> {
        let fits = |predictor: &LinearPredictor| predictor.coefficients.len() == self.layout.n_columns();
        if predictors.len() != self.n_classes || !predictors.iter().all(fits) {
            return Err(Error::internal("the predictors to start from do not fit the classes"));
        }
        Ok(classes.present().iter().map(|class| predictors[*class].clone()).collect())
    }

    /// Chooses the way and fits; predictors are in the order of the classes.
    fn fit_present(
        &self,
        source: &InMemory,
        segments: &[usize],
        classes: &Classes,
        start: Option<Vec<LinearPredictor>>,
    ) -> Result<FittedMultinomial> {
        let mut from = start.clone().unwrap_or_else(|| classes.start(&self.layout));
        if classes.n_free() == 0 {
            classes.normalise(&mut from, &self.layout, self.penalty);
            return Ok(FittedMultinomial {
                predictors: from,
                iterations: 0,
                end: End::Converged,
                last_decrement: 0.0,
                losses: Vec::new(),
                solver: "nothing to learn",
            });
        }
        let is_sparse = self.penalty.l1 > 0.0;
        // The Hessian of a sample is no measure of single variables, which is what L1 needs.
        if !is_sparse && let Some(sample) = Sample::new(self, source, segments, classes, start.as_deref())? {
            let precondition = |vector: &mut [f64]| sample.precondition(vector);
            let found = self.limited_memory(classes).fit_from(source, segments, &sample.start, precondition)?;
            return Ok(fitted(found, "limited-memory BFGS from the Hessian of a sample"));
        }
        if self.n_unknowns(classes) > if is_sparse { MAX_SPARSE_NEWTON } else { MAX_NEWTON } {
            self.by_diagonal(source, segments, classes, from)
        } else {
            self.newton(source, segments, classes, from)
        }
    }

    /// Unknowns of a Newton step.
    fn n_unknowns(&self, classes: &Classes) -> usize {
        let active = linear::active_columns(&self.layout, &classes.tally().squares, self.penalty);
        classes.n_free() * (active.len() + 1)
    }

    /// A limited memory that begins with the diagonal of the Hessian.
    fn by_diagonal(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        classes: &Classes,
        mut start: Vec<LinearPredictor>,
    ) -> Result<FittedMultinomial> {
        classes.normalise(&mut start, &self.layout, self.penalty);
        let of_class = |h: f64| classes.tally().inverse_diagonal(h, self.penalty);
        let diagonal: Vec<f64> = classes.curvatures().into_iter().flat_map(of_class).collect();
        let precondition = limited_memory::by_diagonal(&diagonal);
        let limited = self.limited_memory(classes);
        let found = limited.fit_from(source, segments, &start, precondition)?;
        Ok(fitted(found, limited.method()))
    }

    fn limited_memory(&self, classes: &Classes) -> LimitedMemory {
        LimitedMemory {
            layout: Arc::clone(&self.layout),
            loss: Loss::Softmax { places: classes.places().to_vec() },
            penalty: self.penalty,
            stopping: self.stopping,
        }
    }
}

fn fitted(found: FittedLimitedMemory, solver: &'static str) -> FittedMultinomial {
    let FittedLimitedMemory { predictors, iterations, end, last_decrement, losses } = found;
    FittedMultinomial { predictors, iterations, end, last_decrement, losses, solver }
}
