//! Trials of least squares: from the normal equations of each fold, without looking at a row again.
//!
//! Those of a model's training rows are sums of those of its folds, and the squared error on other rows is a quadratic form
//! in their equations.

use super::super::super::coordinate_descent::SparseQuadratic;
use super::super::super::fold::RowSource;
use super::super::super::least_squares::LeastSquares;
use super::super::super::linear::{self, Penalty};
use super::super::super::normal_equations::NormalEquations;
use super::super::super::parallel;
use super::super::Design;
use super::candidates::Candidates;
use super::{Side, n_nonzero};
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor, Trial};

pub(super) fn trials(
    least_squares: &LeastSquares,
    design: &Design<'_>,
    all: &[usize],
    sides: &[Side],
    candidates: &Candidates,
) -> Result<Vec<Trial>> {
    let (source, layout) = (design.source, design.layout);
    let scale = least_squares.target_std_dev;
    let by_segment = source.run_each(least_squares, all)?;
    let sum = |segments: &[usize]| {
        let mut equations = NormalEquations::new(layout);
        segments.iter().for_each(|segment| equations.merge(&by_segment[*segment]));
        equations
    };
    // The model of all training rows, measured on them, and one for each fold, measured on that.
    let models = std::iter::once((all, None)).chain(sides.iter().map(|side| (side.train.as_slice(), Some(side.held_out))));
    let measured = parallel::map(source.threads, models.collect(), |(train, held_out)| {
        let equations = sum(train);
        let measured_on = held_out.map_or(&equations, |segment| &by_segment[segment]);
        let mut results = Vec::with_capacity(candidates.len());
        for group in &candidates.groups {
            let mut path = Path::new(&equations, layout);
            for penalty in group {
                source.cancel.check()?;
                let predictor = path.solve(penalty.for_scaled_target(scale));
                let error = measured_on.squared_error(layout, &predictor).max(0.0);
                let nonzero = if held_out.is_none() { n_nonzero(design, &[predictor]) } else { 0 };
                results.push((scale * scale * error, nonzero));
            }
        }
        Ok(results)
    })?;
    let Some((of_all, of_folds)) = measured.split_first() else { return Ok(Vec::new()) };
    let weight = sum(all).weight();
    let unseen: f64 = sides.iter().map(|side| by_segment[side.held_out].weight()).sum();
    let trial = |(place, penalty): (usize, &Penalty)| Trial {
        l1: penalty.l1,
        l2: penalty.l2,
        training_loss: of_all[place].0 / weight,
        eval_loss: of_folds.iter().map(|results| results[place].0).sum::<f64>() / unseen,
        n_nonzero: of_all[place].1,
        is_optimal: false,
    };
    Ok(candidates.groups.iter().flatten().enumerate().map(trial).collect())
}

/// Solutions of some equations for ever weaker L1, each from the one before.
struct Path<'a> {
    equations: &'a NormalEquations,
    layout: &'a ColumnLayout,
    warm: Option<Warm>,
}

/// Where the last solution with L1 ended.
struct Warm {
    /// Columns that take part.
    active: Vec<usize>,
    quadratic: SparseQuadratic,
    at: Vec<f64>,
    slope: Vec<f64>,
}

impl<'a> Path<'a> {
    fn new(equations: &'a NormalEquations, layout: &'a ColumnLayout) -> Self {
        Self { equations, layout, warm: None }
    }

    /// The solution for a penalty, of the scaled target; L2 is the same in all of a path.
    fn solve(&mut self, penalty: Penalty) -> LinearPredictor {
        let (equations, layout) = (self.equations, self.layout);
        let mut predictor = linear::zero(layout);
        if penalty.l1 == 0.0 {
            let active = linear::active_columns(layout, equations.column_weights(), penalty);
            let step = linear::solve_step(equations, layout, &active, penalty, &predictor.coefficients);
            return linear::advance(&predictor, &step, 1.0);
        }
        let Warm { active, quadratic, at, slope } = self.warm.get_or_insert_with(|| {
            let active = linear::active_columns(layout, equations.column_weights(), penalty);
            let (mut matrix, right) = equations.centred(layout, &active);
            matrix.diag_mut().iter_mut().for_each(|square| *square += penalty.l2);
            Warm { quadratic: SparseQuadratic::new(&matrix), at: vec![0.0; active.len()], slope: right.to_vec(), active }
        });
        quadratic.minimise(&vec![penalty.l1; at.len()], at, slope);
        let weight = if layout.has_intercept() { equations.weight() } else { 0.0 };
        let mean = |sum: f64| if weight > 0.0 { sum / weight } else { 0.0 };
        predictor.intercept = mean(equations.vector()[0]);
        for (column, b) in active.iter().zip(at) {
            predictor.coefficients[*column] = *b;
            predictor.intercept -= *b * mean(equations.column_weights()[column + 1]);
        }
        predictor
    }
}
