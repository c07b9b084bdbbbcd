//! A number: least squares, ridge regression.

use std::sync::Arc;

use super::super::kernel;
use super::super::least_squares::LeastSquares;
use super::super::limited_memory::Loss;
use super::super::linear::{self, Penalty};
use super::super::logistic::raw_predictions;
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::spec::TrainSpec;
use super::{Design, Fitted, limited_memory, mean_losses};
use crate::error::{Error, Result};
use crate::model::ColumnLayout;

/// Above so many columns one system, which takes the cube of their number, costs more than passes over the rows.
const MANY_COLUMNS: usize = 3000;

/// A regression that leaves no more than this share of the variance of the training rows is as good as exact.
const EXACT: f64 = 1e-6;

pub(super) fn regression(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Fitted> {
    let train = prepared.segments.train();
    let by_limited_memory = design.layout.n_columns() > MANY_COLUMNS;
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
    let output = design.original(fitted)?;
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
            algorithm: linear::algorithm(prepared.family, penalty),
            solver: design.solver(if by_limited_memory { "limited-memory BFGS" } else { "normal equations" }),
            penalty,
            iterations,
            separated: may_be_exact && losses.iter().all(|loss| *loss <= left),
            dependencies,
            decisions: Vec::new(),
        },
        outputs: vec![output],
        choice: None,
        losses,
        goodness: None,
        inference: None,
        trials: Vec::new(),
    })
}

pub(super) fn least_squares(prepared: &Prepared, layout: &Arc<ColumnLayout>, penalty: Penalty) -> LeastSquares {
    let moments = &prepared.target_moments;
    LeastSquares {
        layout: Arc::clone(layout),
        penalty,
        target_mean: moments.mean,
        target_std_dev: if moments.std_dev > 0.0 { moments.std_dev } else { 1.0 },
    }
}
