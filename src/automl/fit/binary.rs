//! Two labels: logistic regression, and the threshold from its out-of-fold predictions.

use std::f64::consts::LN_2;
use std::sync::Arc;

use super::super::fold::RowSource;
use super::super::goodness;
use super::super::inference::{self, Dispersion};
use super::super::limited_memory::Loss;
use super::super::linear::{self, Dependencies, Penalty};
use super::super::metrics::{curve, thin};
use super::super::newton::{Newton, NewtonFold, raw_predictions};
use super::super::out_of_fold::{Folds, OutOfFold};
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::row_loss::{RowLoss, RowLosses};
use super::super::spec::{ThresholdChoice, TrainSpec};
use super::super::stopping::Iterations;
use super::super::{threshold, warm_start};
use super::{Choice, Design, Fitted, limited_memory, mean_losses, stopping, sum_in_training};
use crate::error::{Error, Result};
use crate::model::{Inference, LinearPredictor, ln};

pub(super) fn binary(
    spec: &TrainSpec,
    prepared: &Prepared,
    design: &Design<'_>,
    penalty: Penalty,
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Fitted> {
    let (source, train) = (&prepared.source, prepared.segments.train());
    let Logit { predictor, solver, iterations, losses, dependencies, unseen } = if design.suits_newton() {
        logit_by_newton(spec, prepared, design, penalty, progress)?
    } else {
        logit_by_limited_memory(spec, prepared, design, penalty, progress)?
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
    let row_losses = source.map_rows(&train, |block, losses| {
        raw_predictions(&prepared.layout, &output, block, losses);
        losses.copy_from_slice(&RowLosses::new(RowLoss::Logistic, losses.to_vec(), block.y(), None).loss);
    })?;
    let n_parameters =
        goodness::n_parameters(prepared, std::slice::from_ref(&output), dependencies.as_ref(), penalty, spec.fit_intercept);
    let fit = Fit {
        algorithm: linear::algorithm(prepared.family, penalty),
        solver: design.solver(solver),
        penalty,
        iterations: Some(iterations),
        always_zero: Vec::new(),
        // A row on its label's side has a probability above ½.
        separated: goodness::all_rows(prepared, row_losses.iter().map(|loss| *loss < LN_2)),
        dependencies,
        decisions: Vec::new(),
    };
    Ok(Fitted {
        goodness: goodness::of_labels(prepared, n_parameters, goodness::weighted_sum(prepared, &row_losses)),
        inference: inference(spec, prepared, &output, &fit)?,
        fit,
        outputs: vec![output],
        choice: Some(Choice { threshold, curve, costs }),
        losses: mean_losses(prepared, &losses, sum_in_training(prepared, &row_losses)),
        trials: Vec::new(),
        trial_metric: "",
    })
}

/// Standard errors from one more pass, at the coefficients that are published.
fn inference(spec: &TrainSpec, prepared: &Prepared, output: &LinearPredictor, fit: &Fit) -> Result<Option<Inference>> {
    if inference::obstacle(prepared, fit).is_some() {
        return Ok(None);
    }
    let fold = NewtonFold { layout: Arc::clone(&prepared.layout), loss: RowLoss::Logistic, at: output.clone() };
    let equations = prepared.source.run(&fold, &prepared.segments.train())?;
    inference::of_equations(prepared, output, &equations, Dispersion::Known, spec.fit_intercept)
}

/// A fitted logistic regression with its out-of-fold predictions.
struct Logit {
    predictor: LinearPredictor,
    solver: &'static str,
    iterations: Iterations,
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
    let newton = Newton {
        layout: Arc::clone(design.layout),
        loss: RowLoss::Logistic,
        penalty,
        stopping: stopping(spec, TrainSpec::DEFAULT_MAX_ITERATIONS),
    };
    let prior = prepared.target_moments.mean;
    let mut start = linear::zero(design.layout);
    if design.layout.has_intercept() {
        start.intercept = ln(prior / (1.0 - prior));
    }
    let sampled = warm_start::warm_start(&newton, design.source, &train, &start)?;
    let solver = if sampled.is_some() { "Newton steps from the solution of a sample" } else { "Newton steps" };
    let fitted = newton.fit(design.source, &train, sampled.unwrap_or(start))?;
    progress("choosing the threshold", None);
    let unseen = folds(prepared, design).by_newton(&newton, &fitted)?;
    Ok(Logit {
        solver,
        iterations: fitted.course(),
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
    let limited = limited_memory(spec, design, Loss::Rows(RowLoss::Logistic), penalty);
    let mut fitted = limited.fit(design.source, &prepared.segments.train(), None)?;
    let predictor = fitted.predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?;
    progress("choosing the threshold", None);
    let unseen = folds(prepared, design).by_limited_memory(&limited, fitted.end.is_converged().then_some(&predictor))?;
    Ok(Logit {
        predictor,
        solver: limited.method(),
        iterations: fitted.course(),
        losses: fitted.losses,
        dependencies: None,
        unseen,
    })
}
