//! Fits the predictor of each kind of problem, and says how.

use std::sync::Arc;

use super::fold::Block;
use super::in_memory::InMemory;
use super::kernel;
use super::least_squares::LeastSquares;
use super::limited_memory::{FittedLimitedMemory, LimitedMemory, Loss};
use super::linear::{self, Dependencies, Penalty};
use super::logistic::{Logistic, raw_predictions};
use super::metrics::curve;
use super::multinomial::Multinomial;
use super::out_of_fold::{Folds, OutOfFold};
use super::prepare::Prepared;
use super::report::Fit;
use super::row_space::RowSpace;
use super::spec::{ThresholdChoice, TrainSpec};
use super::{threshold, warm_start};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, CurvePoint, LinearPredictor, ProblemType, Threshold, largest};

/// Above so many columns a Newton step, whose system takes the cube of their number, costs more than passes over the rows.
const MANY_COLUMNS_LOGIT: usize = 1000;
/// The same in the space of few rows, where a pass is cheap.
const MANY_DIMENSIONS_LOGIT: usize = 300;
/// The same for least squares, which solves one system only.
const MANY_COLUMNS_SQUARES: usize = 3000;

/// A regression that leaves no more than this share of the variance of the training rows is as good as exact.
const EXACT: f64 = 1e-6;

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
    let Logit { algorithm, predictor, penalty, solver, iterations, losses, dependencies, unseen } =
        if design.layout.n_columns() > if design.space.is_some() { MANY_DIMENSIONS_LOGIT } else { MANY_COLUMNS_LOGIT } {
            logit_by_limited_memory(spec, prepared, design, progress)?
        } else {
            logit_by_newton(spec, prepared, design, progress)?
        };
    let costs = match spec.threshold {
        Some(ThresholdChoice::Cost { false_positive, false_negative }) => (false_positive, false_negative),
        _ => (1.0, 1.0),
    };
    let y: Vec<f64> = unseen.rows.iter().map(|row| source.rows.y[*row]).collect();
    let weight: Option<Vec<f64>> = prepared.weight.as_ref().map(|weight| unseen.rows.iter().map(|row| weight[*row]).collect());
    let curve = curve(&unseen.raw, &y, weight.as_deref());
    let threshold = threshold::choose(spec, &curve, costs);

    let output = design.original(predictor);
    let raw = source.map_rows(&train, |block, raw| raw_predictions(&prepared.layout, &output, block, raw))?;
    let on_right_side = |(raw, y): (&f64, &f64)| if *y > 0.0 { *raw > 0.0 } else { *raw < 0.0 };
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver,
            penalty,
            iterations: Some(iterations),
            separated: raw.iter().zip(&source.rows.y).all(on_right_side),
            dependencies,
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: Some(Choice { threshold, curve, costs }),
        losses: mean_losses(prepared, &losses),
    })
}

/// A fitted logistic regression with its out-of-fold predictions.
struct Logit {
    algorithm: &'static str,
    predictor: LinearPredictor,
    penalty: Penalty,
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
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Logit> {
    let train = prepared.segments.train();
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let logistic = Logistic {
        layout: Arc::clone(design.layout),
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_ITERATIONS),
        tolerance: tolerance(spec),
    };
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
    let unseen = folds(prepared, design).by_newton(&logistic, &fitted)?;
    Ok(Logit {
        algorithm,
        penalty,
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
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Logit> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let limited = limited_memory(spec, design, Loss::Logistic, penalty);
    let FittedLimitedMemory { mut predictors, iterations, converged, last_decrement, losses } =
        limited.fit(design.source, &prepared.segments.train(), None)?;
    let predictor = predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?;
    progress("choosing the threshold", None);
    let unseen = folds(prepared, design).by_limited_memory(&limited, converged.then_some(&predictor))?;
    Ok(Logit {
        algorithm,
        predictor,
        penalty,
        solver: if design.space.is_some() { "limited-memory BFGS in the space of the rows" } else { "limited-memory BFGS" },
        iterations: (iterations, converged, last_decrement),
        losses,
        dependencies: None,
        unseen,
    })
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

fn multiclass(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>) -> Result<Fitted> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let prior = &prepared.prior;
    let multinomial = Multinomial {
        layout: Arc::clone(design.layout),
        n_classes: prepared.target.labels.len(),
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_PASSES),
        tolerance: tolerance(spec),
        reference: (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best }),
    };
    let train = prepared.segments.train();
    let fitted = multinomial.fit(design.source, &train, None)?;
    let outputs: Vec<LinearPredictor> = fitted.predictors.into_iter().map(|predictor| design.original(predictor)).collect();
    let wrong = prepared.source.map_rows(&train, |block, out| mark_wrong(&prepared.layout, &outputs, block, out))?;
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: match (&design.space, fitted.solver) {
                (None, solver) => solver,
                (Some(_), "Newton steps") => "Newton steps in the space of the rows",
                (Some(_), _) => "limited-memory BFGS in the space of the rows",
            },
            penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated: wrong.iter().all(|wrong| *wrong == 0.0),
            dependencies: dependencies(prepared, penalty)?,
            decisions: Vec::new(),
        },
        outputs,
        choice: None,
        losses: mean_losses(prepared, &fitted.losses),
    })
}

/// 1 for each row whose likeliest label is not its own, else 0.
fn mark_wrong(layout: &ColumnLayout, outputs: &[LinearPredictor], block: &Block<'_>, wrong: &mut [f64]) {
    let raw: Vec<Vec<f64>> = outputs
        .iter()
        .map(|output| {
            let mut raw = vec![0.0; wrong.len()];
            raw_predictions(layout, output, block, &mut raw);
            raw
        })
        .collect();
    for ((wrong, found), y) in wrong.iter_mut().zip(largest(&raw)).zip(block.y()) {
        *wrong = f64::from(u8::from(f64::from(found) != *y));
    }
}

fn regression(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>) -> Result<Fitted> {
    let (algorithm, penalty) = linear::algorithm(spec.l2, prepared.problem_type);
    let train = prepared.segments.train();
    let by_limited_memory = design.layout.n_columns() > MANY_COLUMNS_SQUARES;
    let (fitted, dependencies, iterations) = if by_limited_memory {
        let squares = least_squares(prepared, design.layout, penalty);
        let loss = Loss::Squared { mean: squares.target_mean, std_dev: squares.target_std_dev };
        let mut found = limited_memory(spec, design, loss, penalty).fit(design.source, &train, None)?;
        let predictor = found.predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?;
        (predictor, None, Some((found.iterations, found.converged, found.last_decrement)))
    } else {
        let (predictor, equations) = least_squares(prepared, design.layout, penalty).fit(design.source, &train)?;
        (predictor, linear::dependencies(&equations, &prepared.layout), None)
    };
    let output = design.original(fitted);
    let squares = prepared.source.map_rows(&train, |block, out| {
        raw_predictions(&prepared.layout, &output, block, out);
        let weight = |row: usize| block.weight().map_or(1.0, |weight| weight[row]);
        out.iter_mut().zip(block.y()).enumerate().for_each(|(row, (out, y))| *out = weight(row) * (*out - y) * (*out - y));
    })?;
    let losses = mean_losses(prepared, &[kernel::sum(&squares)]);
    // More columns than rows always find an exact solution, which means nothing.
    let may_be_exact = prepared.layout.n_columns() < prepared.segments.n_train() && !prepared.target_moments.is_constant();
    let left = EXACT * prepared.target_moments.std_dev.powi(2);
    Ok(Fitted {
        fit: Fit {
            algorithm,
            solver: match (&design.space, by_limited_memory) {
                (Some(_), false) => "normal equations in the space of the rows",
                (Some(_), true) => "limited-memory BFGS in the space of the rows",
                (None, true) => "limited-memory BFGS",
                (None, false) => "normal equations",
            },
            penalty,
            iterations,
            separated: may_be_exact && losses.iter().all(|loss| *loss <= left),
            dependencies,
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: None,
        losses,
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

fn tolerance(spec: &TrainSpec) -> f64 {
    spec.tolerance.unwrap_or(TrainSpec::DEFAULT_TOLERANCE)
}
