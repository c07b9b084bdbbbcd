//! Many rows: a sample of them gives the start, and the measure of every direction from there.
//!
//! With n rows of a sample for p columns, the sample's solution misses that of all rows by a squared Newton decrement of about
//! p / n times the mean loss, and its Hessian, scaled up, is about as close to that of all rows. A limited memory that is
//! preconditioned by it reads all rows a few times, and for gradients only: for K classes a Hessian costs about p·K/4 times
//! as much. Categories of many values stay out of the Hessian but for its diagonal, which is most of their part.

use std::sync::Arc;

use super::super::fold::RowSource;
use super::super::in_memory::{Heads, InMemory};
use super::super::linear::Penalty;
use super::super::solve::Cholesky;
use super::super::stopping::Stopping;
use super::super::tally::{Tally, TallyFold};
use super::classes::Classes;
use super::newton::{NewtonFold, System};
use super::{MAX_SAMPLE, Multinomial};
use crate::error::Result;
use crate::model::LinearPredictor;

/// Rows of the sample per column.
const ROWS_PER_COLUMN: usize = 256;
/// There must be so many times more rows than in the sample, or else it saves nothing.
const TIMES: usize = 2;
/// The sample is no better known than this share of the objective.
const TOLERANCE: f64 = 1e-2;
/// A sample that needs more steps is odd.
const MAX_ITERATIONS: u32 = 12;
/// Of a column whose squares add up to fewer rows the sample knows nothing.
const KNOWN_ROWS: f64 = 16.0;

/// Where to start, and the inverse Hessian there as far as a sample knows it.
#[derive(Debug)]
pub(super) struct Sample {
    /// In the order of the classes, with sum 0.
    pub start: Vec<LinearPredictor>,
    /// The Hessian of the sample's rows, for the columns that the sample knows.
    hessian: Cholesky,
    /// The places of its unknowns in a predictor, the intercept's 0.
    places: Vec<usize>,
    /// The sample's rows as a share of all rows.
    share: f64,
    /// The inverse diagonal of all rows' Hessian over all predictors, the intercept first; 0 where `hessian` knows better.
    diagonal: Vec<f64>,
    n_classes: usize,
}

impl Sample {
    /// A sample of some segments, solved unless there is a start already; none where the rows are too few for one, or where
    /// it shows no minimum.
    pub(super) fn new(
        estimator: &Multinomial,
        source: &InMemory,
        segments: &[usize],
        classes: &Classes,
        start: Option<&[LinearPredictor]>,
    ) -> Result<Option<Self>> {
        let (layout, all) = (&estimator.layout, classes.tally());
        let numbers_only = estimator.n_unknowns(classes) > MAX_SAMPLE;
        let n_columns = if numbers_only { layout.n_dense() } else { layout.n_columns() };
        let has_hessian = n_columns > 0 && (!numbers_only || classes.n_free() * (n_columns + 1) <= MAX_SAMPLE);
        let wanted = ROWS_PER_COLUMN * (n_columns + 1);
        if !has_hessian || (wanted * TIMES) as u64 > all.n_rows {
            return Ok(None);
        }
        let rows = source.heads(wanted as f64 / all.n_rows as f64);
        let sampled = rows.run(&TallyFold { layout: Arc::clone(layout), n_classes: estimator.n_classes }, segments)?;
        let share = sampled.weight() / all.weight();
        let known_from = KNOWN_ROWS * sampled.weight() / sampled.n_rows as f64;
        let known: Vec<usize> = (0..n_columns).filter(|column| sampled.squares[column + 1] >= known_from).collect();

        // Without a penalty columns may depend on each other, and the sample's Hessian must have an inverse.
        let penalty = Penalty::ridge(estimator.penalty.l2.max(1.0) * share);
        let mut start = match start {
            Some(start) => start.to_vec(),
            None => match estimator.solve(&rows, segments, classes, sampled)? {
                Some(start) => start,
                None => return Ok(None),
            },
        };
        classes.normalise(&mut start, layout, penalty);
        let equations = rows.run(&NewtonFold { layout, classes, at: &start, numbers_only }, segments)?;
        let system = System { layout, classes, active: &known, penalty };
        let Some(hessian) = Cholesky::new(&system.hessian(&equations)) else { return Ok(None) };
        let of_class = |curvature: f64| {
            let mut diagonal = all.inverse_diagonal(curvature, estimator.penalty);
            diagonal[0] = 0.0;
            known.iter().for_each(|column| diagonal[column + 1] = 0.0);
            diagonal
        };
        let diagonal = system.curvatures(&equations).into_iter().map(|sum| sum / (share * all.weight()));
        let diagonal = diagonal.flat_map(of_class).collect();
        Ok(Some(Self { places: system.places(), start, hessian, share, diagonal, n_classes: classes.len() }))
    }

    /// Multiplies a vector over all predictors by the inverse Hessian.
    pub(super) fn precondition(&self, vector: &mut [f64]) {
        let width = vector.len() / self.n_classes;
        let places = &self.places;
        // The Hessian is one of differences from the last class; the slopes along them are those of the other classes.
        let free = vector.chunks_exact(width).take(self.n_classes - 1);
        let slopes: Vec<f64> = free.flat_map(|vector| places.iter().map(|place| vector[*place])).collect();
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

impl Multinomial {
    /// The solution of a sample of rows, extended to the classes of all rows; none if it cannot be found.
    fn solve(
        &self,
        rows: &Heads<'_>,
        segments: &[usize],
        classes: &Classes,
        sampled: Tally,
    ) -> Result<Option<Vec<LinearPredictor>>> {
        // A sample can be separated where all rows are not: without any penalty it would then run away.
        let penalty = Penalty::ridge((self.penalty.l2 * sampled.weight() / classes.tally().weight()).max(1.0));
        let small = Self { penalty, stopping: Stopping::new(MAX_ITERATIONS, TOLERANCE), ..self.clone() };
        let sampled = Classes::new(sampled, self.reference);
        let start = sampled.start(&self.layout);
        let solved = if self.n_unknowns(classes) > MAX_SAMPLE {
            small.by_diagonal(rows, segments, &sampled, start)?
        } else {
            small.newton(rows, segments, &sampled, start)?
        };
        let is_finite = |p: &LinearPredictor| p.coefficients.iter().chain([&p.intercept]).all(|b| b.is_finite());
        let is_found = solved.end.is_converged() && solved.predictors.iter().all(is_finite);
        Ok(is_found.then(|| sampled.extend(solved.predictors, classes, &self.layout)))
    }
}
