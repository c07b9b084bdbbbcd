//! From prepared rows to a model: fit, evaluate, report.

use super::attributions;
use super::evaluate::{measure, row_bytes};
use super::fit::{Choice, Fitted, fit, raw_outputs};
use super::metrics::{decision_metrics, thin};
use super::prepare::{Prepared, Request};
use super::report::{self, Fit};
use super::split::N_FOLDS;
use crate::error::Result;
use crate::model::{Evaluation, Family, LinearPredictor, Link, Model, Predictor, ProblemType, Report, Sample, decisions_at};

/// Trains a model, unless the rows are those that the request's `unless` knows.
///
/// Runs for as long as it takes on this thread and those it starts; look at `cancel` to stop it.
pub(crate) fn train(request: Request<'_>) -> Result<Option<Model>> {
    let (spec, progress) = (request.spec, request.progress);
    let Some(prepared) = Prepared::new(request)? else { return Ok(None) };
    let Fitted { outputs, mut fit, choice, losses, goodness, inference, trials, trial_metric } = fit(spec, &prepared, progress)?;
    progress("evaluating", None);
    let evaluation = evaluate(&prepared, &outputs, choice.as_ref(), &mut fit)?;
    let mut model = Model {
        name: spec.name.clone(),
        // The store gives the number.
        version: 1,
        description: spec.description.clone(),
        function: spec.function.clone(),
        problem_type: prepared.problem_type,
        target: prepared.target.clone(),
        features: prepared.features.clone(),
        transform: prepared.transform.clone(),
        predictor: Predictor::Linear(outputs),
        family: prepared.family,
        link: link(&prepared),
        column_means: prepared.column_means.clone(),
        prior: prepared.prior.clone(),
        training_losses: losses,
        goodness,
        inference,
        trials,
        trial_metric: trial_metric.into(),
        threshold: choice.map(|choice| choice.threshold),
        statement: spec.statement.clone(),
        data_fingerprint: prepared.segments.fingerprint.clone(),
        report: Report::default(),
        evaluation,
    };
    model.report = report::full(spec, &prepared, &model, &fit);
    Ok(Some(model))
}

/// From raw predictions to predictions.
pub(super) fn link(prepared: &Prepared) -> Link {
    match (prepared.problem_type, prepared.family) {
        (ProblemType::Binary, _) => Link::Logit,
        (ProblemType::Multiclass, _) => Link::Softmax,
        (ProblemType::Regression, Family::Poisson | Family::Gamma | Family::Tweedie(_)) => Link::Log,
        (ProblemType::Regression, _) => Link::Identity,
    }
}

/// The one look at the held-out rows; at the training rows, where none were held out.
fn evaluate(prepared: &Prepared, outputs: &[LinearPredictor], choice: Option<&Choice>, fit: &mut Fit) -> Result<Evaluation> {
    let (segments, sample) = if prepared.segments.n_held_out() > 0 {
        (vec![N_FOLDS], Sample::HeldOut)
    } else {
        (prepared.segments.train(), Sample::Training)
    };
    let source = &prepared.source;
    let start = segments.first().map_or(0, |segment| source.segments[*segment].start);
    let rows = start..segments.last().map_or(0, |segment| source.segments[*segment].end);
    let _held = prepared.memory.hold("evaluating", rows.len(), rows.len() * row_bytes(outputs.len()))?;
    let raw = raw_outputs(prepared, &segments, outputs)?;
    let weight = prepared.weight.as_ref().map(|weight| &weight[rows.clone()]);
    let measured = measure(
        (prepared.problem_type, prepared.family, link(prepared)),
        &raw,
        &source.rows.y[rows.clone()],
        weight,
        &prepared.prior,
    );
    let keep: Vec<f64> = choice.iter().flat_map(|choice| [0.5, choice.threshold.value]).collect();
    fit.decisions = keep
        .iter()
        .filter_map(|threshold| decisions_at(&measured.curve, *threshold))
        .map(|at| (at.threshold, decision_metrics(&at, measured.effective_rows, prepared.target_moments.mean)))
        .collect();
    Ok(Evaluation {
        sample,
        n_rows: rows.len() as u64,
        metrics: measured.metrics,
        curve: thin(&measured.curve, &keep),
        out_of_fold: choice.map_or_else(Vec::new, |choice| thin(&choice.curve, &keep)),
        costs: choice.map_or((1.0, 1.0), |choice| choice.costs),
        confusion: measured.confusion,
        calibration: measured.calibration,
        attributions: attributions::mean_absolute(prepared, &segments, outputs)?,
    })
}
