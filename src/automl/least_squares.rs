//! Least squares, ridge regression, lasso and elastic net: one fold.
//!
//! Minimises `½ Σ w (y - b₀ - xᵀβ)² + l1 · Σ|β| + l2/2 · Σ β²` over standardised columns. Without a penalty and with columns that depend on
//! each other, the solution of least norm.

use std::sync::Arc;

use super::fold::{Block, RowSource};
use super::linear::{self, Penalty};
use super::normal_equations::NormalEquations;
use super::row_equations::RowEquations;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

/// Least squares with its penalty, not yet fitted.
#[derive(Debug)]
pub(crate) struct LeastSquares {
    pub layout: Arc<ColumnLayout>,
    pub penalty: Penalty,
    /// The target is centred and scaled by these before it is squared, so that an offset costs no digits.
    pub target_mean: f64,
    pub target_std_dev: f64,
}

impl RowEquations for LeastSquares {
    fn layout(&self) -> &ColumnLayout {
        &self.layout
    }

    fn add(&self, equations: &mut NormalEquations, block: &Block<'_>) {
        let y: Vec<f64> = block.y().iter().map(|y| (y - self.target_mean) / self.target_std_dev).collect();
        let ones;
        let w = if let Some(weight) = block.weight() {
            weight
        } else {
            ones = vec![1.0; y.len()];
            &ones
        };
        let weighted: Vec<f64> = y.iter().zip(w).map(|(y, w)| y * w).collect();
        equations.loss += weighted.iter().zip(&y).map(|(wy, y)| wy * y).sum::<f64>();
        equations.add(&self.layout, block, w, &weighted);
    }
}

impl LeastSquares {
    /// Fits the rows of some segments.
    pub(crate) fn fit(&self, source: &impl RowSource, segments: &[usize]) -> Result<(LinearPredictor, NormalEquations)> {
        let equations = source.run(self, segments)?;
        let active = linear::active_columns(&self.layout, equations.column_weights(), self.penalty);
        let start = linear::zero(&self.layout);
        let penalty = self.penalty.for_scaled_target(self.target_std_dev);
        let step = linear::solve_step(&equations, &self.layout, &active, penalty, &start.coefficients);
        Ok((self.of_target(linear::advance(&start, &step, 1.0)), equations))
    }

    /// The predictor of the target as it is, from that of the scaled target.
    pub(crate) fn of_target(&self, scaled: LinearPredictor) -> LinearPredictor {
        let LinearPredictor { intercept, mut coefficients } = scaled;
        coefficients.iter_mut().for_each(|b| *b *= self.target_std_dev);
        LinearPredictor { intercept: self.target_mean + self.target_std_dev * intercept, coefficients }
    }
}
