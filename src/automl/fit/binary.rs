//! Two labels: logistic regression, and the threshold from its out-of-fold predictions.

use std::sync::Arc;

use super::super::limited_memory::{FittedLimitedMemory, Loss};
use super::super::linear::{self, Dependencies, Penalty};
use super::super::logistic::{Logistic, raw_predictions};
use super::super::metrics::{curve, thin};
use super::super::out_of_fold::{Folds, OutOfFold};
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::spec::{ThresholdChoice, TrainSpec};
use super::super::{threshold, warm_start};
use super::{Choice, Design, Fitted, limited_memory, mean_losses, tolerance};
use crate::error::{Error, Result};
use crate::model::LinearPredictor;

/// Above so many columns a Newton step, whose system takes the cube of their number, costs more than passes over the rows.
const MANY_COLUMNS_LOGIT: usize = 1000;
/// The same in the space of few rows, where a pass is cheap.
const MANY_DIMENSIONS_LOGIT: usize = 300;

pub(super) fn binary(
    spec: &TrainSpec,
    prepared: &Prepared,
    design: &Design<'_>,
    penalty: Penalty,
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Fitted> {
    let (source, train) = (&prepared.source, prepared.segments.train());
    let Logit { predictor, solver, iterations, losses, dependencies, unseen } =
        if design.layout.n_columns() > if design.space.is_some() { MANY_DIMENSIONS_LOGIT } else { MANY_COLUMNS_LOGIT } {
            logit_by_limited_memory(spec, prepared, design, penalty, progress)?
        } else {
            logit_by_newton(spec, prepared, design, penalty, progress)?
        };
    let costs = match spec.threshold {
        Some(ThresholdChoice::Cost { false_positive, false_negative }) => (false_positive, false_negative),
        _ => (1.0, 1.0),
    };
    let (y, weight) = (unseen.of(&source.rows.y), prepared.weight.as_ref().map(|weight| unseen.of(weight)));
    let curve = curve(&unseen.raw, &y, weight.as_deref());
    let threshold = threshold::choose(spec, &curve, costs);
    let curve = thin(&curve, &[0.5, threshold.value]);
    drop((unseen, y, weight));

    let output = design.original(predictor)?;
    let raw = source.map_rows(&train, |block, raw| raw_predictions(&prepared.layout, &output, block, raw))?;
    let on_right_side = |(raw, y): (&f64, &f64)| if *y > 0.0 { *raw > 0.0 } else { *raw < 0.0 };
    Ok(Fitted {
        fit: Fit {
            algorithm: linear::algorithm(prepared.family, penalty),
            solver: design.solver(solver),
            penalty,
            iterations: Some(iterations),
            separated: raw.iter().zip(&source.rows.y).all(on_right_side),
            dependencies,
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: Some(Choice { threshold, curve, costs }),
        losses: mean_losses(prepared, &losses),
        goodness: None,
        inference: None,
        trials: Vec::new(),
    })
}

/// A fitted logistic regression with its out-of-fold predictions.
struct Logit {
    predictor: LinearPredictor,
    solver: &'static str,
    iterations: (u32, bool, f64),
    losses: Vec<f64>,
    dependencies: Option<Dependencies>,
    unseen: OutOfFold,
}

fn folds<'a>(prepared: &Prepared, design: &Design<'a>) -> Folds<'a> {
    let n_segments = prepared.segments.train().len();
    Folds { source: design.source, layout: design.layout, in_time: prepared.segments.in_time, n_segments }
}

fn logit_by_newton(
    spec: &TrainSpec,
    prepared: &Prepared,
    design: &Design<'_>,
    penalty: Penalty,
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Logit> {
    let train = prepared.segments.train();
    let logistic = Logistic {
        layout: Arc::clone(design.layout),
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_ITERATIONS),
        tolerance: tolerance(spec),
    };
    let prior = prepared.target_moments.mean;
    let start = LinearPredictor { intercept: (prior / (1.0 - prior)).ln(), ..linear::zero(design.layout) };
    let sampled = warm_start::warm_start(&logistic, design.source, &train, &start)?;
    let solver = if sampled.is_some() { "Newton steps from the solution of a sample" } else { "Newton steps" };
    let fitted = logistic.fit(design.source, &train, sampled.unwrap_or(start))?;
    progress("choosing the threshold", None);
    let unseen = folds(prepared, design).by_newton(&logistic, &fitted)?;
    Ok(Logit {
        solver,
        iterations: (fitted.iterations, fitted.converged, fitted.last_decrement),
        dependencies: linear::dependencies(&fitted.last.equations, &prepared.layout),
        predictor: fitted.predictor,
        losses: fitted.losses,
        unseen,
    })
}

fn logit_by_limited_memory(
    spec: &TrainSpec,
    prepared: &Prepared,
    design: &Design<'_>,
    penalty: Penalty,
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Logit> {
    let limited = limited_memory(spec, design, Loss::Logistic, penalty);
    let FittedLimitedMemory { mut predictors, iterations, converged, last_decrement, losses } =
        limited.fit(design.source, &prepared.segments.train(), None)?;
    let predictor = predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?;
    progress("choosing the threshold", None);
    let unseen = folds(prepared, design).by_limited_memory(&limited, converged.then_some(&predictor))?;
    Ok(Logit {
        predictor,
        solver: "limited-memory BFGS",
        iterations: (iterations, converged, last_decrement),
        losses,
        dependencies: None,
        unseen,
    })
}
