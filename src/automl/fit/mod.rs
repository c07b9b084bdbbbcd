//! Fits the predictor of each kind of problem, and says how.

mod binary;
mod log_link;
mod multiclass;
mod path;
mod regression;

use std::sync::Arc;

use self::binary::binary;
use self::log_link::log_link;
use self::multiclass::multiclass;
use self::path::Found;
use self::regression::regression;
use super::in_memory::InMemory;
use super::kernel;
use super::limited_memory::{LimitedMemory, Loss};
use super::linear::{self, Penalty};
use super::newton::raw_predictions;
use super::prepare::Prepared;
use super::report::Fit;
use super::row_space::RowSpace;
use super::spec::TrainSpec;
use super::stopping::Stopping;
use crate::error::Result;
use crate::model::{ColumnLayout, CurvePoint, Family, Goodness, Inference, LinearPredictor, Threshold, Trial};

/// A fitted predictor with what is to be said of it.
pub(crate) struct Fitted {
    /// One, or one per label of a multiclass model.
    pub outputs: Vec<LinearPredictor>,
    pub fit: Fit,
    /// Binary only.
    pub choice: Option<Choice>,
    /// Mean training loss after each iteration.
    pub losses: Vec<f64>,
    pub goodness: Option<Goodness>,
    pub inference: Option<Inference>,
    pub trials: Vec<Trial>,
    /// What they were compared by.
    pub trial_metric: &'static str,
}

/// The threshold and what it was chosen by.
pub(crate) struct Choice {
    pub threshold: Threshold,
    pub curve: Vec<CurvePoint>,
    pub costs: (f64, f64),
}

/// How a fit was computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Solver {
    pub method: &'static str,
    /// The rows were fewer than the columns, and took their place.
    pub in_row_space: bool,
    /// Of the columns, centred and each scaled to length 1, where it is known.
    pub condition: Option<f64>,
}

/// What is fitted: the rows, or where they are wide, the same rows in coordinates of the space that they span.
struct Design<'a> {
    source: &'a InMemory,
    layout: &'a Arc<ColumnLayout>,
    space: Option<&'a RowSpace<'a>>,
}

/// Above so many columns a Newton step, whose system takes the cube of their number, costs more than passes over the rows.
const MAX_NEWTON_COLUMNS: usize = 1000;
/// The same in the space of few rows, where a pass is cheap.
const MAX_NEWTON_DIMENSIONS: usize = 300;

impl Design<'_> {
    /// Whether Newton steps cost less than the passes of a limited memory.
    fn suits_newton(&self) -> bool {
        self.layout.n_columns() <= if self.space.is_some() { MAX_NEWTON_DIMENSIONS } else { MAX_NEWTON_COLUMNS }
    }

    /// The predictor of the original columns.
    fn original(&self, predictor: LinearPredictor) -> Result<LinearPredictor> {
        match self.space {
            Some(space) => space.predictor(&predictor),
            None => Ok(predictor),
        }
    }

    fn solver(&self, method: &'static str) -> Solver {
        Solver { method, in_row_space: self.space.is_some(), condition: None }
    }
}

/// Fits the training rows.
pub(crate) fn fit(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Fitted> {
    progress("fitting", None);
    let (source, layout, train) = (&prepared.source, &prepared.layout, prepared.segments.train());
    // A rotation of the columns does not keep the sizes of single coefficients, which L1 is about.
    let space = if linear::asks_for_l1(spec) { None } else { RowSpace::of_wide(source, layout, &train)? };
    let design = match &space {
        Some(space) => Design { source: &space.source, layout: &space.layout, space: Some(space) },
        None => Design { source, layout, space: None },
    };
    let (penalty, trials, trial_metric) = match path::find(spec, prepared, &design, progress)? {
        Some(Found { penalty, trials, metric }) => {
            progress("fitting", None);
            (penalty, trials, metric)
        }
        None => (linear::penalty(spec, prepared.family), Vec::new(), ""),
    };
    let fitted = match prepared.family {
        Family::Binomial => binary(spec, prepared, &design, penalty, progress),
        Family::Multinomial => multiclass(spec, prepared, &design, penalty),
        Family::Poisson | Family::Gamma | Family::Tweedie(_) => log_link(spec, prepared, &design, penalty),
        _ => regression(spec, prepared, &design, penalty),
    }?;
    Ok(Fitted { trials, trial_metric, ..fitted })
}

fn limited_memory(spec: &TrainSpec, design: &Design<'_>, loss: Loss, penalty: Penalty) -> LimitedMemory {
    LimitedMemory { layout: Arc::clone(design.layout), loss, penalty, stopping: stopping(spec, TrainSpec::DEFAULT_MAX_PASSES) }
}

/// Raw predictions of some segments. Shape: `(n_outputs, n_rows)`.
pub(crate) fn raw_outputs(prepared: &Prepared, segments: &[usize], outputs: &[LinearPredictor]) -> Result<Vec<Vec<f64>>> {
    let of = |output| prepared.source.map_rows(segments, |block, raw| raw_predictions(&prepared.layout, output, block, raw));
    outputs.iter().map(of).collect()
}

/// The mean loss of the training rows after each iteration, from their sums before each and that of the model: what an iteration
/// begins with is what the one before has left. A model that took none has its own.
fn mean_losses(prepared: &Prepared, before_each: &[f64], last: f64) -> Vec<f64> {
    let n_train = prepared.segments.n_train();
    let total = prepared.source.rows.weight.as_ref().map_or(n_train as f64, |weight| weight[..n_train].iter().sum());
    before_each.iter().skip(1).chain([&last]).map(|loss| loss / total).collect()
}

/// `Σ w x` over the training rows by the weights that training has, class weights among them.
fn sum_in_training(prepared: &Prepared, values: &[f64]) -> f64 {
    let weight = prepared.source.rows.weight.as_ref().map(|weight| &weight[..prepared.segments.n_train()]);
    weight.map_or_else(|| kernel::sum(values), |weight| kernel::dot(values, weight))
}

/// When an iterative fit stops, which by default takes so many iterations at most.
fn stopping(spec: &TrainSpec, max_iterations: u32) -> Stopping {
    Stopping {
        max_iterations: spec.max_iterations.unwrap_or(max_iterations),
        tolerance: spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE),
        min_rel_progress: spec.min_rel_progress,
    }
}
