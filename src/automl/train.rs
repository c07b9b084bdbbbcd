//! From prepared rows to a model: fit, threshold, evaluate, report.

use std::sync::Arc;

use super::evaluate::measure;
use super::kernel;
use super::least_squares::LeastSquares;
use super::logistic::{Logistic, raw_predictions};
use super::metrics::{curve, decision_metrics, thin};
use super::multinomial::Multinomial;
use super::prepare::{Prepared, Request};
use super::report::{self, Fit};
use super::spec::{ThresholdChoice, TrainSpec};
use super::split::N_FOLDS;
use super::{attributions, linear, out_of_fold, threshold, warm_start};
use crate::error::Result;
use crate::model::{
    CurvePoint, Evaluation, LinearPredictor, Link, Model, Predictor, ProblemType, Report, Sample, Threshold, decisions_at,
};

/// Trains a model. Runs for as long as it takes on this thread and those it starts; look at `cancel` to stop it.
pub(crate) fn train(request: Request<'_>) -> Result<Model> {
    let (spec, progress) = (request.spec, request.progress);
    let prepared = Prepared::new(request)?;
    progress("fitting", None);
    let fitted = match prepared.problem_type {
        ProblemType::Binary => fit_binary(spec, &prepared, progress)?,
        ProblemType::Multiclass => fit_multiclass(spec, &prepared)?,
        ProblemType::Regression => fit_regression(spec, &prepared)?,
    };
    progress("evaluating", None);
    let Fitted { outputs, mut fit, choice, losses } = fitted;
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
        predictor: Predictor::Linear(outputs),
        link: match prepared.problem_type {
            ProblemType::Binary => Link::Logit,
            ProblemType::Multiclass => Link::Softmax,
            ProblemType::Regression => Link::Identity,
        },
        column_means: prepared.column_means.clone(),
        prior: prepared.prior.clone(),
        training_losses: losses,
        threshold: choice.map(|choice| choice.threshold),
        statement: spec.statement.clone(),
        data_fingerprint: prepared.segments.fingerprint.clone(),
        report: Report::default(),
        evaluation,
    };
    model.report = report::full(spec, &prepared, &model, &fit);
    Ok(model)
}

/// A fitted predictor with what is to be said of it.
struct Fitted {
    /// One, or one per label of a multiclass model.
    outputs: Vec<LinearPredictor>,
    fit: Fit,
    /// Binary only.
    choice: Option<Choice>,
    /// Mean training loss before each iteration.
    losses: Vec<f64>,
}

/// The threshold and what it was chosen by.
struct Choice {
    threshold: Threshold,
    curve: Vec<CurvePoint>,
    costs: (f64, f64),
}

fn max_iterations(spec: &TrainSpec) -> u32 {
    spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_ITERATIONS)
}

fn tolerance(spec: &TrainSpec) -> f64 {
    spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE)
}

fn fit_binary(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Fitted> {
    let (source, layout, train) = (&prepared.source, &prepared.layout, prepared.segments.train());
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let logistic =
        Logistic { layout: Arc::clone(layout), penalty, max_iterations: max_iterations(spec), tolerance: tolerance(spec) };
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

    let train_raw = source.map_rows(&train, |block, raw| raw_predictions(layout, &fitted.predictor, block, raw))?;
    let on_right_side = |(raw, y): (&f64, &f64)| if *y > 0.0 { *raw > 0.0 } else { *raw < 0.0 };
    let separated = train_raw.iter().zip(&source.rows.y).all(on_right_side);
    let losses = mean_losses(prepared, &fitted.losses);
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver,
            penalty: logistic.penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated,
            dependencies: linear::dependencies(&fitted.last.equations, layout),
            decisions: Vec::new(),
        },
        outputs: vec![fitted.predictor],
        choice: Some(Choice { threshold, curve: unseen_curve, costs }),
        losses,
    })
}

fn fit_multiclass(spec: &TrainSpec, prepared: &Prepared) -> Result<Fitted> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let prior = &prepared.prior;
    let most_frequent = (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best });
    let multinomial = Multinomial {
        layout: Arc::clone(&prepared.layout),
        n_classes: prepared.target.labels.len(),
        penalty,
        max_iterations: max_iterations(spec),
        tolerance: tolerance(spec),
        reference: most_frequent,
    };
    let train = prepared.segments.train();
    let fitted = multinomial.fit(&prepared.source, &train, None)?;
    let raw = raw_outputs(prepared, &train, &fitted.predictors)?;
    let label = |row: usize| prepared.source.rows.y[row];
    let separated = crate::model::largest(&raw).iter().enumerate().all(|(row, found)| f64::from(*found) == label(row));
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: fitted.solver,
            penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated,
            dependencies: Vec::new(),
            decisions: Vec::new(),
        },
        outputs: fitted.predictors,
        choice: None,
        losses: mean_losses(prepared, &fitted.losses),
    })
}

/// Losses summed over the training rows as means.
fn mean_losses(prepared: &Prepared, losses: &[f64]) -> Vec<f64> {
    let n_train = prepared.segments.n_train();
    let total = prepared.source.rows.weight.as_ref().map_or(n_train as f64, |weight| weight[..n_train].iter().sum());
    losses.iter().map(|loss| loss / total).collect()
}

fn fit_regression(spec: &TrainSpec, prepared: &Prepared) -> Result<Fitted> {
    let (source, layout, moments) = (&prepared.source, &prepared.layout, &prepared.target_moments);
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let least_squares = LeastSquares {
        layout: Arc::clone(layout),
        penalty,
        target_mean: moments.mean,
        target_std_dev: if moments.std_dev > 0.0 { moments.std_dev } else { 1.0 },
    };
    let train = prepared.segments.train();
    let (predictor, equations) = least_squares.fit(source, &train)?;
    let squares = source.map_rows(&train, |block, out| {
        raw_predictions(layout, &predictor, block, out);
        let weight = |row: usize| block.weight().map_or(1.0, |weight| weight[row]);
        out.iter_mut().zip(block.y()).enumerate().for_each(|(row, (out, y))| *out = weight(row) * (*out - y) * (*out - y));
    })?;
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: "normal equations",
            penalty: least_squares.penalty,
            iterations: None,
            separated: false,
            dependencies: linear::dependencies(&equations, layout),
            decisions: Vec::new(),
        },
        outputs: vec![predictor],
        choice: None,
        losses: mean_losses(prepared, &[kernel::sum(&squares)]),
    })
}

/// Raw predictions of some segments. Shape: `(n_outputs, n_rows)`.
fn raw_outputs(prepared: &Prepared, segments: &[usize], outputs: &[LinearPredictor]) -> Result<Vec<Vec<f64>>> {
    let of = |output| prepared.source.map_rows(segments, |block, raw| raw_predictions(&prepared.layout, output, block, raw));
    outputs.iter().map(of).collect()
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
    let raw = raw_outputs(prepared, &segments, outputs)?;
    let weight = prepared.weight.as_ref().map(|weight| &weight[rows.clone()]);
    let measured = measure(prepared.problem_type, &raw, &source.rows.y[rows.clone()], weight, &prepared.prior);
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
