//! Fits the predictor of each kind of problem, and says how.

mod binary;
mod multiclass;
mod regression;

use std::sync::Arc;

use self::binary::binary;
use self::multiclass::multiclass;
use self::regression::regression;
use super::in_memory::InMemory;
use super::limited_memory::{LimitedMemory, Loss};
use super::linear::{self, Penalty};
use super::logistic::raw_predictions;
use super::prepare::Prepared;
use super::report::Fit;
use super::row_space::RowSpace;
use super::spec::{PenaltyChoice, TrainSpec};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, CurvePoint, Family, Goodness, Inference, LinearPredictor, Threshold, Trial};

/// A fitted predictor with what is to be said of it.
pub(crate) struct Fitted {
    /// One, or one per label of a multiclass model.
    pub outputs: Vec<LinearPredictor>,
    pub fit: Fit,
    /// Binary only.
    pub choice: Option<Choice>,
    /// Mean training loss before each iteration.
    pub losses: Vec<f64>,
    pub goodness: Option<Goodness>,
    pub inference: Option<Inference>,
    pub trials: Vec<Trial>,
}

/// The threshold and what it was chosen by.
pub(crate) struct Choice {
    pub threshold: Threshold,
    pub curve: Vec<CurvePoint>,
    pub costs: (f64, f64),
}

/// How a fit was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Solver {
    pub method: &'static str,
    /// The rows were fewer than the columns, and took their place.
    pub in_row_space: bool,
}

/// What is fitted: the rows, or where they are wide, the same rows in coordinates of the space that they span.
struct Design<'a> {
    source: &'a InMemory,
    layout: &'a Arc<ColumnLayout>,
    space: Option<&'a RowSpace<'a>>,
}

impl Design<'_> {
    /// The predictor of the original columns.
    fn original(&self, predictor: LinearPredictor) -> Result<LinearPredictor> {
        match self.space {
            Some(space) => space.predictor(&predictor),
            None => Ok(predictor),
        }
    }

    fn solver(&self, method: &'static str) -> Solver {
        Solver { method, in_row_space: self.space.is_some() }
    }
}

/// Fits the training rows.
pub(crate) fn fit(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Fitted> {
    progress("fitting", None);
    let (source, layout, train) = (&prepared.source, &prepared.layout, prepared.segments.train());
    let penalty = linear::penalty(spec, prepared.family);
    let space = RowSpace::of_wide(source, layout, &train)?;
    let design = match &space {
        Some(space) => Design { source: &space.source, layout: &space.layout, space: Some(space) },
        None => Design { source, layout, space: None },
    };
    let tuned = [&spec.l1, &spec.l2].into_iter().flatten().any(|choice| !matches!(choice, PenaltyChoice::Fixed(_)));
    if tuned || penalty.l1 > 0.0 || !spec.fit_intercept || spec.min_rel_progress.is_some() {
        return Err(Error::unsupported("this hyperparameter"));
    }
    if matches!(prepared.family, Family::Poisson | Family::Gamma | Family::Tweedie(_)) {
        return Err(Error::unsupported(format!("the family {}", prepared.family.name())));
    }
    match prepared.family {
        Family::Binomial => binary(spec, prepared, &design, penalty, progress),
        Family::Multinomial => multiclass(spec, prepared, &design, penalty),
        _ => regression(spec, prepared, &design, penalty),
    }
}

fn limited_memory(spec: &TrainSpec, design: &Design<'_>, loss: Loss, penalty: Penalty) -> LimitedMemory {
    LimitedMemory {
        layout: Arc::clone(design.layout),
        loss,
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_PASSES),
        tolerance: tolerance(spec),
    }
}

/// Raw predictions of some segments. Shape: `(n_outputs, n_rows)`.
pub(crate) fn raw_outputs(prepared: &Prepared, segments: &[usize], outputs: &[LinearPredictor]) -> Result<Vec<Vec<f64>>> {
    let of = |output| prepared.source.map_rows(segments, |block, raw| raw_predictions(&prepared.layout, output, block, raw));
    outputs.iter().map(of).collect()
}

/// Losses summed over the training rows as means.
fn mean_losses(prepared: &Prepared, losses: &[f64]) -> Vec<f64> {
    let n_train = prepared.segments.n_train();
    let total = prepared.source.rows.weight.as_ref().map_or(n_train as f64, |weight| weight[..n_train].iter().sum());
    losses.iter().map(|loss| loss / total).collect()
}

fn tolerance(spec: &TrainSpec) -> f64 {
    spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE)
}
