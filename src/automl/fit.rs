//! Fits the predictor of each kind of problem, and says how.

use std::sync::Arc;

use super::in_memory::InMemory;
use super::kernel;
use super::least_squares::LeastSquares;
use super::linear::{self, Dependencies, Penalty};
use super::logistic::{Logistic, raw_predictions};
use super::metrics::curve;
use super::multinomial::Multinomial;
use super::prepare::Prepared;
use super::report::Fit;
use super::row_space::RowSpace;
use super::spec::{ThresholdChoice, TrainSpec};
use super::{out_of_fold, threshold, warm_start};
use crate::error::Result;
use crate::model::{ColumnLayout, CurvePoint, LinearPredictor, ProblemType, Threshold, largest};

/// A fitted predictor with what is to be said of it.
pub(crate) struct Fitted {
    /// One, or one per label of a multiclass model.
    pub outputs: Vec<LinearPredictor>,
    pub fit: Fit,
    /// Binary only.
    pub choice: Option<Choice>,
    /// Mean training loss before each iteration.
    pub losses: Vec<f64>,
}

/// The threshold and what it was chosen by.
pub(crate) struct Choice {
    pub threshold: Threshold,
    pub curve: Vec<CurvePoint>,
    pub costs: (f64, f64),
}

/// What is fitted: the rows, or where they are wide, the same rows in coordinates of the space that they span.
struct Design<'a> {
    source: &'a InMemory,
    layout: &'a Arc<ColumnLayout>,
    space: Option<&'a RowSpace<'a>>,
}

impl Design<'_> {
    /// The predictor of the original columns.
    fn original(&self, predictor: LinearPredictor) -> LinearPredictor {
        match self.space {
            Some(space) => space.predictor(&predictor),
            None => predictor,
        }
    }
}

/// Fits the training rows.
pub(crate) fn fit(spec: &TrainSpec, prepared: &Prepared, progress: &dyn Fn(&str, Option<f64>)) -> Result<Fitted> {
    progress("fitting", None);
    let (source, layout, train) = (&prepared.source, &prepared.layout, prepared.segments.train());
    let space = RowSpace::of_wide(source, layout, &train)?;
    let design = match &space {
        Some(space) => Design { source: &space.source, layout: &space.layout, space: Some(space) },
        None => Design { source, layout, space: None },
    };
    match prepared.problem_type {
        ProblemType::Binary => binary(spec, prepared, &design, progress),
        ProblemType::Multiclass => multiclass(spec, prepared, &design),
        ProblemType::Regression => regression(spec, prepared, &design),
    }
}

fn binary(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, progress: &dyn Fn(&str, Option<f64>)) -> Result<Fitted> {
    let (source, train) = (&prepared.source, prepared.segments.train());
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let logistic =
        Logistic { layout: Arc::clone(design.layout), penalty, max_iterations: max_iterations(spec), tolerance: tolerance(spec) };
    let prior = prepared.target_moments.mean;
    let start = LinearPredictor { intercept: (prior / (1.0 - prior)).ln(), ..linear::zero(design.layout) };
    let sampled = warm_start::warm_start(&logistic, design.source, &train, &start)?;
    let solver = match (&design.space, &sampled) {
        (Some(_), _) => "Newton steps in the space of the rows",
        (None, Some(_)) => "Newton steps from the solution of a sample",
        (None, None) => "Newton steps",
    };
    let fitted = logistic.fit(design.source, &train, sampled.unwrap_or(start))?;

    progress("choosing the threshold", None);
    let costs = match spec.threshold {
        Some(ThresholdChoice::Cost { false_positive, false_negative }) => (false_positive, false_negative),
        _ => (1.0, 1.0),
    };
    let unseen = out_of_fold::predict(&logistic, design.source, prepared.segments.in_time, &fitted)?;
    let y: Vec<f64> = unseen.rows.iter().map(|row| source.rows.y[*row]).collect();
    let weight: Option<Vec<f64>> = prepared.weight.as_ref().map(|weight| unseen.rows.iter().map(|row| weight[*row]).collect());
    let curve = curve(&unseen.raw, &y, weight.as_deref());
    let threshold = threshold::choose(spec, &curve, costs);

    let dependencies = linear::dependencies(&fitted.last.equations, &prepared.layout);
    let output = design.original(fitted.predictor);
    let raw = source.map_rows(&train, |block, raw| raw_predictions(&prepared.layout, &output, block, raw))?;
    let on_right_side = |(raw, y): (&f64, &f64)| if *y > 0.0 { *raw > 0.0 } else { *raw < 0.0 };
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver,
            penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated: raw.iter().zip(&source.rows.y).all(on_right_side),
            dependencies,
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: Some(Choice { threshold, curve, costs }),
        losses: mean_losses(prepared, &fitted.losses),
    })
}

fn multiclass(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>) -> Result<Fitted> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let prior = &prepared.prior;
    let multinomial = Multinomial {
        layout: Arc::clone(design.layout),
        n_classes: prepared.target.labels.len(),
        penalty,
        max_iterations: max_iterations(spec),
        tolerance: tolerance(spec),
        reference: (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best }),
    };
    let train = prepared.segments.train();
    let fitted = multinomial.fit(design.source, &train, None)?;
    let outputs: Vec<LinearPredictor> = fitted.predictors.into_iter().map(|predictor| design.original(predictor)).collect();
    let raw = raw_outputs(prepared, &train, &outputs)?;
    let separated = largest(&raw).iter().zip(&prepared.source.rows.y).all(|(found, y)| f64::from(*found) == *y);
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: fitted.solver,
            penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated,
            dependencies: dependencies(prepared, penalty)?,
            decisions: Vec::new(),
        },
        outputs,
        choice: None,
        losses: mean_losses(prepared, &fitted.losses),
    })
}

fn regression(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>) -> Result<Fitted> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let train = prepared.segments.train();
    let (fitted, equations) = least_squares(prepared, design.layout, penalty).fit(design.source, &train)?;
    let output = design.original(fitted);
    let squares = prepared.source.map_rows(&train, |block, out| {
        raw_predictions(&prepared.layout, &output, block, out);
        let weight = |row: usize| block.weight().map_or(1.0, |weight| weight[row]);
        out.iter_mut().zip(block.y()).enumerate().for_each(|(row, (out, y))| *out = weight(row) * (*out - y) * (*out - y));
    })?;
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: if design.space.is_some() { "normal equations in the space of the rows" } else { "normal equations" },
            penalty,
            iterations: None,
            separated: false,
            dependencies: linear::dependencies(&equations, &prepared.layout),
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: None,
        losses: mean_losses(prepared, &[kernel::sum(&squares)]),
    })
}

fn least_squares(prepared: &Prepared, layout: &Arc<ColumnLayout>, penalty: Penalty) -> LeastSquares {
    let moments = &prepared.target_moments;
    LeastSquares {
        layout: Arc::clone(layout),
        penalty,
        target_mean: moments.mean,
        target_std_dev: if moments.std_dev > 0.0 { moments.std_dev } else { 1.0 },
    }
}

/// Columns that follow from others, from sums of their own: the solver of several labels has none of the columns alone.
fn dependencies(prepared: &Prepared, penalty: Penalty) -> Result<Option<Dependencies>> {
    if !linear::looks_for_dependencies(&prepared.layout, prepared.segments.n_train() as u64) {
        return Ok(None);
    }
    let (_, equations) = least_squares(prepared, &prepared.layout, penalty).fit(&prepared.source, &prepared.segments.train())?;
    Ok(linear::dependencies(&equations, &prepared.layout))
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

fn max_iterations(spec: &TrainSpec) -> u32 {
    spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_ITERATIONS)
}

fn tolerance(spec: &TrainSpec) -> f64 {
    spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE)
}
