//! A number that is never negative: Poisson, gamma and Tweedie regression, whose raw prediction is the logarithm of the mean.

use std::sync::Arc;

use super::super::expected_information::{InformationFold, variance_power};
use super::super::fold::{Block, RowSource};
use super::super::goodness::{self, AS_GOOD_AS_EXACT};
use super::super::inference::{self, Dispersion};
use super::super::kernel;
use super::super::likelihood::log_likelihood;
use super::super::limited_memory::{LimitedMemory, Loss};
use super::super::linear::{self, Dependencies, Penalty};
use super::super::newton::{Newton, raw_predictions};
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::row_loss::{RowLoss, RowLosses};
use super::super::separation;
use super::super::spec::TrainSpec;
use super::super::stopping::Iterations;
use super::super::warm_start;
use super::{Design, Fitted, limited_memory, mean_losses, stopping};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, Family, Goodness, Inference, LinearPredictor, ln};

pub(super) fn log_link(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Fitted> {
    let mean = prepared.target_moments.mean;
    let loss = RowLoss::of_log_link(prepared.family, mean).ok_or_else(|| Error::internal("a family without a log link"))?;
    let start = without_columns(design.layout, mean);
    let found = if design.suits_newton() {
        let stopping = stopping(spec, TrainSpec::DEFAULT_MAX_ITERATIONS);
        by_newton(&Newton { layout: Arc::clone(design.layout), loss, penalty, stopping }, prepared, design, start)?
    } else {
        by_limited_memory(&limited_memory(spec, design, Loss::Rows(loss), penalty), prepared, design, &start)?
    };
    let output = design.original(found.predictor)?;
    let goodness = goodness_of(prepared, loss, penalty, &output, found.dependencies.as_ref())?;
    let algorithm = linear::algorithm(prepared.family, penalty);
    let numbers = [&[output.intercept, goodness.deviance, goodness.null_deviance], output.coefficients.as_slice()].concat();
    if !numbers.iter().chain(&found.losses).all(|number| number.is_finite()) {
        let what = format!("{algorithm} of {} finds no finite coefficients", prepared.target.name);
        return Err(Error::data(what).with_hint("look for values that are far from all others, in the target and the features"));
    }
    let may_be_exact = goodness::may_be_exact(prepared);
    let fit = Fit {
        algorithm,
        solver: design.solver(found.solver),
        penalty,
        iterations: Some(found.iterations),
        always_zero: if penalty.is_none() { separation::always_zero(prepared)? } else { Vec::new() },
        separated: may_be_exact && goodness.deviance <= AS_GOOD_AS_EXACT * goodness.null_deviance,
        dependencies: found.dependencies,
        decisions: Vec::new(),
    };
    Ok(Fitted {
        inference: inference(prepared, &output, &fit)?,
        fit,
        outputs: vec![output],
        choice: None,
        losses: mean_losses(prepared, &found.losses, goodness.deviance / 2.0),
        goodness: Some(goodness),
        trials: Vec::new(),
        trial_metric: "",
    })
}

/// Standard errors from one more pass, at the coefficients that are published.
fn inference(prepared: &Prepared, output: &LinearPredictor, fit: &Fit) -> Result<Option<Inference>> {
    let Some(power) = variance_power(prepared.family).filter(|_| inference::obstacle(prepared, fit).is_none()) else {
        return Ok(None);
    };
    let fold = InformationFold { layout: Arc::clone(&prepared.layout), power, at: output.clone() };
    let information = prepared.source.run(&fold, &prepared.segments.train())?;
    let dispersion = match prepared.family {
        Family::Poisson => Dispersion::Known,
        _ => Dispersion::Estimated { squares: information.loss },
    };
    inference::of_equations(prepared, output, &information, dispersion, prepared.layout.has_intercept())
}

/// Predicts the mean; without an intercept 1, whose logarithm is 0.
fn without_columns(layout: &ColumnLayout, mean: f64) -> LinearPredictor {
    LinearPredictor { intercept: if layout.has_intercept() { ln(mean) } else { 0.0 }, ..linear::zero(layout) }
}

/// A predictor of the design, and how it was found.
struct Found {
    predictor: LinearPredictor,
    solver: &'static str,
    iterations: Iterations,
    losses: Vec<f64>,
    dependencies: Option<Dependencies>,
}

fn by_newton(newton: &Newton, prepared: &Prepared, design: &Design<'_>, start: LinearPredictor) -> Result<Found> {
    let train = prepared.segments.train();
    let sampled = warm_start::warm_start(newton, design.source, &train, &start)?;
    let solver = if sampled.is_some() { "Newton steps from the solution of a sample" } else { "Newton steps" };
    let fitted = newton.fit(design.source, &train, sampled.unwrap_or(start))?;
    Ok(Found {
        solver,
        iterations: fitted.course(),
        dependencies: linear::dependencies(&fitted.last.equations, &prepared.layout),
        predictor: fitted.predictor,
        losses: fitted.losses,
    })
}

fn by_limited_memory(
    limited: &LimitedMemory,
    prepared: &Prepared,
    design: &Design<'_>,
    start: &LinearPredictor,
) -> Result<Found> {
    let mut fitted = limited.fit(design.source, &prepared.segments.train(), Some(start))?;
    Ok(Found {
        predictor: fitted.predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?,
        solver: limited.method(),
        iterations: fitted.course(),
        losses: fitted.losses,
        dependencies: None,
    })
}

/// How well the training rows are fitted.
fn goodness_of(
    prepared: &Prepared,
    loss: RowLoss,
    penalty: Penalty,
    output: &LinearPredictor,
    dependencies: Option<&Dependencies>,
) -> Result<Goodness> {
    let n_train = prepared.segments.n_train();
    let rows = &prepared.source.rows;
    let weight = rows.weight.as_ref().map(|weight| &weight[..n_train]);
    let constant = without_columns(&prepared.layout, prepared.target_moments.mean);
    let deviance = deviance(prepared, loss, output)?;
    Ok(Goodness {
        n_rows: weight.map_or(n_train, |weight| weight.iter().filter(|weight| **weight > 0.0).count()) as u64,
        n_parameters: goodness::n_parameters(
            prepared,
            std::slice::from_ref(output),
            dependencies,
            penalty,
            prepared.layout.has_intercept(),
        ),
        n_null_parameters: goodness::n_null_parameters(prepared),
        deviance,
        null_deviance: self::deviance(prepared, loss, &constant)?,
        log_likelihood: log_likelihood(loss, &rows.y[..n_train], weight, deviance),
    })
}

/// The deviance of the training rows.
fn deviance(prepared: &Prepared, loss: RowLoss, output: &LinearPredictor) -> Result<f64> {
    let of_block = |block: &Block<'_>, out: &mut [f64]| {
        raw_predictions(&prepared.layout, output, block, out);
        out.copy_from_slice(&RowLosses::new(loss, out.to_vec(), block.y(), block.weight()).loss);
    };
    Ok(2.0 * kernel::sum(&prepared.source.map_rows(&prepared.segments.train(), of_block)?))
}
