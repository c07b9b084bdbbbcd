//! From prepared rows to a model: fit, threshold, evaluate, report.

use super::least_squares::LeastSquares;
use std::sync::Arc;

use super::linear;
use super::logistic::{Logistic, raw_predictions};
use super::metrics::{BinaryMetrics, curve, decision_metrics, regression_metrics, thin};
use super::out_of_fold;
use super::prepare::{Prepared, Request};
use super::report::{self, Fit};
use super::spec::{ThresholdChoice, TrainSpec};
use super::split::N_FOLDS;
use super::threshold;
use super::warm_start;
use crate::error::Result;
use crate::model::{Evaluation, LinearPredictor, Link, Model, Predictor, ProblemType, Report, Sample, Threshold, decisions_at};

/// Trains a model. Runs for as long as it takes on this thread and those it starts; look at `cancel` to stop it.
pub(crate) fn train(request: Request<'_>) -> Result<Model> {
    let (spec, progress) = (request.spec, request.progress);
    let prepared = Prepared::new(request)?;
    let trained = match prepared.problem_type {
        ProblemType::Binary => train_binary(spec, &prepared, progress)?,
        ProblemType::Regression => train_regression(spec, &prepared, progress)?,
    };
    let Trained { predictor, link, threshold, evaluation, fit } = trained;
    let mut model = Model {
        name: spec.name.clone(),
        // The store gives the number.
        version: 1,
        description: spec.description.clone(),
        function: spec.function.clone(),
        problem_type: prepared.problem_type,
        target: prepared.target.clone(),
        features: prepared.features.clone(),
        predictor: Predictor::Linear(predictor),
        link,
        threshold,
        statement: spec.statement.clone(),
        data_fingerprint: prepared.segments.fingerprint.clone(),
        report: Report::default(),
        evaluation,
    };
    model.report = report::full(spec, &prepared, &model, &fit);
    Ok(model)
}

struct Trained {
    predictor: LinearPredictor,
    link: Link,
    threshold: Option<Threshold>,
    evaluation: Evaluation,
    fit: Fit,
}

/// The segments whose rows are reported on, and what those rows are.
fn reported(prepared: &Prepared) -> (Vec<usize>, Sample) {
    if prepared.segments.n_held_out() > 0 {
        (vec![N_FOLDS], Sample::HeldOut)
    } else {
        (prepared.segments.train(), Sample::Training)
    }
}

fn train_binary(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Trained> {
    let (source, layout, train) = (&prepared.source, &prepared.layout, prepared.segments.train());
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let logistic = Logistic {
        layout: Arc::clone(layout),
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_ITERATIONS),
        tolerance: spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE),
    };
    progress("fitting", None);
    let prior = prepared.target_moments.mean;
    let start = LinearPredictor { intercept: (prior / (1.0 - prior)).ln(), ..linear::zero(layout) };
    let sampled = warm_start::warm_start(&logistic, source, &train, &start)?;
    let solver = if sampled.is_some() { "Newton steps from the solution of a sample" } else { "Newton steps" };
    let fitted = logistic.fit(source, &train, sampled.unwrap_or(start))?;

    progress("choosing the threshold", None);
    let costs = match spec.threshold {
        Some(ThresholdChoice::Cost { false_positive, false_negative }) => (false_positive, false_negative),
        _ => (1.0, 1.0),
    };
    let unseen = out_of_fold::predict(&logistic, source, prepared.segments.in_time, &fitted)?;
    let y: Vec<f64> = unseen.rows.iter().map(|row| source.rows.y[*row]).collect();
    let weight: Option<Vec<f64>> = prepared.weight.as_ref().map(|weight| unseen.rows.iter().map(|row| weight[*row]).collect());
    let unseen_curve = curve(&unseen.raw, &y, weight.as_deref());
    let threshold = threshold::choose(spec, &unseen_curve, costs);

    progress("evaluating", None);
    let predict =
        |segments: &[usize]| source.map_rows(segments, |block, raw| raw_predictions(layout, &fitted.predictor, block, raw));
    let (segments, sample) = reported(prepared);
    let rows = segments.first().map_or(0, |s| source.segments[*s].start)..segments.last().map_or(0, |s| source.segments[*s].end);
    let raw = predict(&segments)?;
    let weight = prepared.weight.as_ref().map(|weight| &weight[rows.clone()]);
    let measured = BinaryMetrics::new(&raw, &source.rows.y[rows.clone()], weight, prior);
    let train_raw = predict(&train)?;
    let on_right_side = |(raw, y): (&f64, &f64)| if *y > 0.0 { *raw > 0.0 } else { *raw < 0.0 };
    let separated = train_raw.iter().zip(&source.rows.y).all(on_right_side);

    let decisions: Vec<_> = [0.5, threshold.value]
        .into_iter()
        .filter_map(|t| decisions_at(&measured.curve, t))
        .map(|decisions| (decisions.threshold, decision_metrics(&decisions, measured.effective_rows, prior)))
        .collect();
    let keep = [0.5, threshold.value];
    Ok(Trained {
        fit: Fit {
            algorithm,
            solver,
            penalty: logistic.penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated,
            dependencies: linear::dependencies(&fitted.last.equations, layout),
            decisions,
        },
        predictor: fitted.predictor,
        link: Link::Logit,
        evaluation: Evaluation {
            sample,
            n_rows: rows.len() as u64,
            metrics: measured.metrics,
            curve: thin(&measured.curve, &keep),
            out_of_fold: thin(&unseen_curve, &keep),
            costs,
        },
        threshold: Some(threshold),
    })
}

fn train_regression(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Trained> {
    let (source, layout, moments) = (&prepared.source, &prepared.layout, &prepared.target_moments);
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let least_squares = LeastSquares {
        layout: Arc::clone(layout),
        penalty,
        target_mean: moments.mean,
        target_std_dev: if moments.std_dev > 0.0 { moments.std_dev } else { 1.0 },
    };
    progress("fitting", None);
    let (predictor, equations) = least_squares.fit(source, &prepared.segments.train())?;
    progress("evaluating", None);
    let (segments, sample) = reported(prepared);
    let rows = segments.first().map_or(0, |s| source.segments[*s].start)..segments.last().map_or(0, |s| source.segments[*s].end);
    let predictions = source.map_rows(&segments, |block, raw| raw_predictions(layout, &predictor, block, raw))?;
    let weight = prepared.weight.as_ref().map(|weight| &weight[rows.clone()]);
    Ok(Trained {
        fit: Fit {
            algorithm,
            solver: "normal equations",
            penalty: least_squares.penalty,
            iterations: None,
            separated: false,
            dependencies: linear::dependencies(&equations, layout),
            decisions: Vec::new(),
        },
        predictor,
        link: Link::Identity,
        threshold: None,
        evaluation: Evaluation {
            sample,
            n_rows: rows.len() as u64,
            metrics: regression_metrics(&predictions, &source.rows.y[rows], weight, moments.mean),
            curve: Vec::new(),
            out_of_fold: Vec::new(),
            costs: (1.0, 1.0),
        },
    })
}
