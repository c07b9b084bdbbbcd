//! A number: least squares, ridge regression, lasso, elastic net.

use std::sync::Arc;

use super::super::exact::{self, Exact};
use super::super::goodness::{self, AS_GOOD_AS_EXACT};
use super::super::inference::{self, Dispersion};
use super::super::kernel;
use super::super::least_squares::LeastSquares;
use super::super::limited_memory::Loss;
use super::super::linear::{self, Dependencies, Penalty};
use super::super::newton::raw_predictions;
use super::super::normal_equations::NormalEquations;
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::spec::TrainSpec;
use super::super::stopping::Iterations;
use super::{Design, Fitted, Solver, limited_memory, mean_losses};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, Goodness, Inference, LinearPredictor};

/// Above so many columns one system, which takes the cube of their number, costs more than passes over the rows.
const MAX_SYSTEM_COLUMNS: usize = 3000;

/// Normal equations in doubles lose as many digits as the smallest pivot has zeros: ten of sixteen are to be left.
const TOO_SMALL: f64 = 1e-6;

pub(super) fn regression(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Fitted> {
    if !has_many_columns(design) {
        refuse_iterations(spec)?;
    }
    let train = prepared.segments.train();
    let found = solve(spec, prepared, design, penalty)?;
    let output = design.original(found.predictor)?;
    let squares = prepared.source.map_rows(&train, |block, out| {
        raw_predictions(&prepared.layout, &output, block, out);
        let weight = |row: usize| block.weight().map_or(1.0, |weight| weight[row]);
        out.iter_mut().zip(block.y()).enumerate().for_each(|(row, (out, y))| *out = weight(row) * (*out - y) * (*out - y));
    })?;
    let squares = kernel::sum(&squares);
    let losses = mean_losses(prepared, &[], squares);
    let may_be_exact = goodness::may_be_exact(prepared);
    let left = AS_GOOD_AS_EXACT * prepared.target_moments.std_dev.powi(2);
    let dependencies = found.dependencies;
    let n_parameters =
        goodness::n_parameters(prepared, std::slice::from_ref(&output), dependencies.as_ref(), penalty, spec.fit_intercept);
    let fit = Fit {
        algorithm: linear::algorithm(prepared.family, penalty),
        solver: found.solver,
        penalty,
        iterations: found.iterations,
        always_zero: Vec::new(),
        separated: may_be_exact && losses.iter().all(|loss| *loss <= left),
        dependencies,
        decisions: Vec::new(),
    };
    let inference = match found.equations.filter(|_| inference::obstacle(prepared, &fit).is_none()) {
        Some(equations) => {
            inference::of_equations(prepared, &output, &equations, Dispersion::Estimated { squares }, spec.fit_intercept)?
        }
        None => found.inference,
    };
    let null_squares = goodness::null_squares(prepared);
    Ok(Fitted {
        goodness: found.goodness.or_else(|| goodness::of_squares(prepared, n_parameters, squares, null_squares)),
        inference,
        fit,
        outputs: vec![output],
        choice: None,
        losses,
        trials: Vec::new(),
        trial_metric: "",
    })
}

/// A solution in the design's coordinates, and how it was found.
struct Found {
    predictor: LinearPredictor,
    solver: Solver,
    dependencies: Option<Dependencies>,
    iterations: Option<Iterations>,
    /// What standard errors are made of, where the solver has none.
    equations: Option<NormalEquations>,
    goodness: Option<Goodness>,
    inference: Option<Inference>,
}

impl From<Exact> for Found {
    fn from(exact: Exact) -> Self {
        let solver =
            Solver { method: "normal equations in double-double", in_row_space: false, condition: Some(exact.condition) };
        Self {
            predictor: exact.predictor,
            solver,
            dependencies: exact.dependencies,
            iterations: None,
            equations: None,
            goodness: exact.goodness,
            inference: exact.inference,
        }
    }
}

fn solve(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Found> {
    let train = prepared.segments.train();
    let squares = least_squares(prepared, design.layout, penalty);
    let found = |predictor, solver| Found {
        predictor,
        solver,
        dependencies: None,
        iterations: None,
        equations: None,
        goodness: None,
        inference: None,
    };
    if has_many_columns(design) {
        let loss = Loss::Squared { mean: squares.target_mean, std_dev: squares.target_std_dev };
        let limited = limited_memory(spec, design, loss, penalty);
        let mut fitted = limited.fit(design.source, &train, None)?;
        let predictor = fitted.predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))?;
        let iterations = Some(fitted.course());
        return Ok(Found { iterations, ..found(predictor, design.solver(limited.method())) });
    }
    let may_be_exact = penalty.is_none() && design.space.is_none() && exact::is_possible(&prepared.layout);
    if may_be_exact && exact::is_cheap(prepared) {
        return Ok(Exact::fit(prepared)?.into());
    }
    let (predictor, equations) = squares.fit(design.source, &train)?;
    let method = if penalty.l1 > 0.0 { "coordinate descent on the normal equations" } else { "normal equations" };
    let mut solver = design.solver(method);
    if may_be_exact {
        let pivot = linear::smallest_pivot(&equations, &prepared.layout);
        if pivot < TOO_SMALL {
            return Ok(Exact::fit(prepared)?.into());
        }
        solver.condition = Some(pivot.sqrt().recip());
    }
    let dependencies = linear::dependencies(&equations, &prepared.layout);
    Ok(Found { dependencies, equations: Some(equations), ..found(predictor, solver) })
}

/// Refuses what bounds iterations where there are none.
fn refuse_iterations(spec: &TrainSpec) -> Result<()> {
    let given = [
        ("MAX_ITERATIONS", spec.max_iterations.is_some()),
        ("TOLERANCE", spec.tolerance.is_some()),
        ("EARLY_STOP", spec.min_rel_progress.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::data(format!(
            "{name} does not fit: the target {} is a number, and least squares is solved in one step",
            spec.target
        ))),
        None => Ok(()),
    }
}

/// Whether passes over the rows cost less than one system of all columns.
pub(super) fn has_many_columns(design: &Design<'_>) -> bool {
    design.layout.n_columns() > MAX_SYSTEM_COLUMNS
}

pub(super) fn least_squares(prepared: &Prepared, layout: &Arc<ColumnLayout>, penalty: Penalty) -> LeastSquares {
    let moments = &prepared.target_moments;
    LeastSquares {
        layout: Arc::clone(layout),
        penalty,
        target_mean: if layout.has_intercept() { moments.mean } else { 0.0 },
        target_std_dev: if moments.std_dev > 0.0 { moments.std_dev } else { 1.0 },
    }
}
