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
use super::super::super::tridiagonal::Tridiagonal;
use super::candidates::Candidates;
use super::figure::Figure;
use super::n_nonzero;
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor, Trial};

/// From so many penalties without L1 on one reduction of the equations takes less time than a solution for each.
const MANY_RIDGE: usize = 6;

pub(super) fn trials(
    least_squares: &LeastSquares,
    all: &[usize],
    candidates: &Candidates,
    figure: Figure<'_>,
) -> Result<Vec<Trial>> {
    let (design, sides) = (figure.design, figure.sides);
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
        let mut solutions = Solutions::new(&equations, layout, candidates, || source.cancel.check())?;
        for penalty in candidates.groups.iter().flatten() {
            source.cancel.check()?;
            let predictor = solutions.solve(penalty.for_scaled_target(scale));
            // Rounding may leave less than nothing; what is no number stays none.
            let error = measured_on.squared_error(layout, &predictor);
            let error = if error < 0.0 { 0.0 } else { error };
            let nonzero = if held_out.is_none() { n_nonzero(design, std::slice::from_ref(&predictor))? } else { 0 };
            let model = (held_out.is_some() && figure.needs_models()).then(|| least_squares.of_target(predictor));
            results.push((scale * scale * error, nonzero, model));
        }
        Ok(results)
    })?;
    let Some((of_all, of_folds)) = measured.split_first() else { return Ok(Vec::new()) };
    let weight = sum(all).weight();
    let unseen: f64 = sides.iter().map(|side| by_segment[side.held_out].weight()).sum();
    let trial = |(place, penalty): (usize, &Penalty)| {
        let eval_loss = of_folds.iter().map(|results| results[place].0).sum::<f64>() / unseen;
        let models: Vec<Vec<LinearPredictor>> =
            of_folds.iter().filter_map(|results| Some(vec![results[place].2.clone()?])).collect();
        Ok(Trial {
            l1: penalty.l1,
            l2: penalty.l2,
            training_loss: of_all[place].0 / weight,
            eval_loss,
            metric: figure.of(eval_loss, &models)?,
            n_nonzero: of_all[place].1,
            is_optimal: false,
        })
    };
    candidates.groups.iter().flatten().enumerate().map(trial).collect()
}

/// Solutions of some equations for many penalties.
struct Solutions<'a> {
    equations: &'a NormalEquations,
    layout: &'a ColumnLayout,
    /// Columns that take part where there is a penalty.
    active: Vec<usize>,
    /// Without L1, where penalties are many.
    ridge: Option<(Tridiagonal, Vec<f64>)>,
    /// With L1, for the last L2.
    sparse: Option<Sparse>,
}

/// Where the last solution with L1 ended.
struct Sparse {
    l2: f64,
    quadratic: SparseQuadratic,
    at: Vec<f64>,
    slope: Vec<f64>,
}

impl<'a> Solutions<'a> {
    fn new(
        equations: &'a NormalEquations,
        layout: &'a ColumnLayout,
        candidates: &Candidates,
        check: impl Fn() -> Result<()>,
    ) -> Result<Self> {
        let active = linear::active_columns(layout, equations.column_weights(), Penalty::ridge(1.0));
        let is_ridge = |penalty: &&Penalty| penalty.l1 == 0.0 && penalty.l2 > 0.0;
        let ridge = if candidates.groups.iter().flatten().filter(is_ridge).count() >= MANY_RIDGE {
            let (matrix, right) = equations.centred(layout, &active);
            let reduced = Tridiagonal::new(&matrix, check)?;
            let rotated = reduced.rotate(right.to_vec());
            Some((reduced, rotated))
        } else {
            None
        };
        Ok(Self { equations, layout, active, ridge, sparse: None })
    }

    /// The solution for a penalty, of the scaled target. With L1 it starts from the one before.
    fn solve(&mut self, penalty: Penalty) -> LinearPredictor {
        if penalty.l1 > 0.0 {
            return self.sparse(penalty);
        }
        let of_ridge = self.ridge.as_ref().filter(|_| penalty.l2 > 0.0);
        if let Some(solution) = of_ridge.and_then(|(reduced, rotated)| reduced.solve(rotated, penalty.l2)) {
            return self.predictor(&solution);
        }
        let (equations, layout) = (self.equations, self.layout);
        let active = linear::active_columns(layout, equations.column_weights(), penalty);
        let zero = linear::zero(layout);
        let step = linear::solve_step(equations, layout, &active, penalty, &zero.coefficients);
        linear::advance(&zero, &step, 1.0)
    }

    fn sparse(&mut self, Penalty { l1, l2 }: Penalty) -> LinearPredictor {
        let (equations, layout, active) = (self.equations, self.layout, &self.active);
        let mut sparse = self.sparse.take().filter(|sparse| sparse.l2 == l2).unwrap_or_else(|| {
            let (mut matrix, right) = equations.centred(layout, active);
            matrix.diag_mut().iter_mut().for_each(|square| *square += l2);
            Sparse { l2, quadratic: SparseQuadratic::new(&matrix), at: vec![0.0; active.len()], slope: right.to_vec() }
        });
        let Sparse { quadratic, at, slope, .. } = &mut sparse;
        quadratic.minimise(&vec![l1; at.len()], at, slope);
        let predictor = self.predictor(&sparse.at);
        self.sparse = Some(sparse);
        predictor
    }

    /// Coefficients of the active columns, with the best intercept for them.
    fn predictor(&self, coefficients: &[f64]) -> LinearPredictor {
        let weight = if self.layout.has_intercept() { self.equations.weight() } else { 0.0 };
        let mean = |sum: f64| if weight > 0.0 { sum / weight } else { 0.0 };
        let mut predictor = LinearPredictor { intercept: mean(self.equations.vector()[0]), ..linear::zero(self.layout) };
        for (column, b) in self.active.iter().zip(coefficients) {
            predictor.coefficients[*column] = *b;
            predictor.intercept -= b * mean(self.equations.column_weights()[column + 1]);
        }
        predictor
    }
}
