//! Many rows: a sample of them gives the start, and the measure of every direction from there.
//!
//! With n rows of a sample for p columns, the sample's solution misses that of all rows by a squared Newton decrement of about
//! p / n times the mean loss, and its Hessian, scaled up, is about as close to that of all rows. A limited memory that is
//! preconditioned by it reads all rows a few times, and for gradients only: for K classes a Hessian costs about p·K/4 times
//! as much.

use std::sync::Arc;

use ndarray::Array1;

use super::super::fold::RowSource;
use super::super::in_memory::InMemory;
use super::super::linear::{self, Penalty};
use super::super::solve::Cholesky;
use super::super::tally::TallyFold;
use super::Multinomial;
use super::classes::Classes;
use super::newton::{NewtonFold, System};
use crate::error::Result;
use crate::model::LinearPredictor;

/// Rows of the sample per column.
const ROWS_PER_COLUMN: usize = 512;
/// There must be so many times more rows than in the sample, or else it saves nothing.
const TIMES: usize = 4;
/// The sample is no better known than this share of the objective.
const TOLERANCE: f64 = 1e-2;
/// A sample that needs more steps is odd.
const MAX_ITERATIONS: u32 = 12;
/// A sample knows nothing of a category's value with fewer rows.
const KNOWN_ROWS: f64 = 16.0;

/// Where to start, and the inverse Hessian there as far as a sample knows it.
#[derive(Debug)]
pub(super) struct Sample {
    /// In the order of the classes, with sum 0.
    pub start: Vec<LinearPredictor>,
    /// The Hessian of the sample's rows, for the columns that the sample knows.
    hessian: Cholesky,
    known: Vec<usize>,
    /// The sample's rows as a share of all rows.
    share: f64,
    /// The inverse diagonal of all rows' Hessian over all predictors, the intercept first; 0 where `hessian` knows better.
    diagonal: Vec<f64>,
    n_classes: usize,
}

impl Sample {
    /// A sample of some segments; none where the rows are too few for one, or the sample shows no minimum.
    pub(super) fn new(
        estimator: &Multinomial,
        source: &InMemory,
        segments: &[usize],
        classes: &Classes,
        start: Option<&[LinearPredictor]>,
    ) -> Result<Option<Self>> {
        let (layout, tally) = (&estimator.layout, classes.tally());
        let wanted = ROWS_PER_COLUMN * (layout.n_columns() + 1);
        if (wanted * TIMES) as u64 > tally.n_rows {
            return Ok(None);
        }
        let share = wanted as f64 / tally.n_rows as f64;
        let rows = source.heads(share);
        let sampled = rows.run(&TallyFold { layout: Arc::clone(layout), n_classes: estimator.n_classes }, segments)?;
        let weight_of_row = sampled.weight() / sampled.n_rows as f64;
        // A sample can be separated where all rows are not: without any penalty it would then run away.
        let penalty = Penalty { l2: estimator.penalty.l2.max(1.0) * share };
        let is_known = |column: &usize| *column < layout.n_dense() || sampled.squares[column + 1] >= KNOWN_ROWS * weight_of_row;
        let known: Vec<usize> = linear::active_columns(layout, &sampled.squares, penalty).into_iter().filter(is_known).collect();

        let mut start = if let Some(start) = start {
            start.to_vec()
        } else {
            let small = Multinomial { penalty, max_iterations: MAX_ITERATIONS, tolerance: TOLERANCE, ..estimator.clone() };
            let sampled = Classes::new(sampled, estimator.reference);
            let fitted = small.newton(&rows, segments, &sampled, sampled.start(layout))?;
            let is_finite = |p: &LinearPredictor| p.coefficients.iter().chain([&p.intercept]).all(|b| b.is_finite());
            if !fitted.converged || !fitted.predictors.iter().all(is_finite) {
                return Ok(None);
            }
            sampled.extend(fitted.predictors, classes, layout)
        };
        classes.normalise(&mut start, layout, penalty);
        let equations = rows.run(&NewtonFold { layout, classes, at: &start }, segments)?;
        let system = System { layout, classes, active: &known, penalty };
        let Some(hessian) = Cholesky::new(&system.hessian(&equations)) else { return Ok(None) };
        let mut diagonal = estimator.inverse_diagonal(classes);
        for diagonal in diagonal.chunks_exact_mut(layout.n_columns() + 1) {
            diagonal[0] = 0.0;
            known.iter().for_each(|column| diagonal[column + 1] = 0.0);
        }
        Ok(Some(Self { start, hessian, known, share, diagonal, n_classes: classes.len() }))
    }

    /// Multiplies a vector over all predictors by the inverse Hessian.
    pub(super) fn precondition(&self, vector: &mut [f64]) {
        let width = vector.len() / self.n_classes;
        let places: Vec<usize> = std::iter::once(0).chain(self.known.iter().map(|column| column + 1)).collect();
        // The Hessian is one of differences from the last class; the slopes along them are those of the other classes.
        let free = vector.chunks_exact(width).take(self.n_classes - 1);
        let slopes: Array1<f64> = free.flat_map(|vector| places.iter().map(|place| vector[*place])).collect();
        let differences = self.hessian.solve(&slopes);
        vector.iter_mut().zip(&self.diagonal).for_each(|(v, d)| *v *= d);
        for (i, place) in places.iter().enumerate() {
            let difference = |k: usize| differences.get(k * places.len() + i).copied().unwrap_or(0.0);
            let mean = (0..self.n_classes).map(difference).sum::<f64>() / self.n_classes as f64;
            for (k, vector) in vector.chunks_exact_mut(width).enumerate() {
                vector[*place] = self.share * (difference(k) - mean);
            }
        }
    }
}
