//! Out-of-fold predictions: each training row predicted by a model that did not see its fold.

use std::ops::Range;

use datafusion::execution::memory_pool::MemoryReservation;

use super::in_memory::InMemory;
use super::limited_memory::LimitedMemory;
use super::linear;
use super::newton::{FittedNewton, Newton, Point, raw_predictions};
use super::normal_equations::NormalEquations;
use super::stopping::Stopping;
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, CurvePoint, LinearPredictor, ln};

/// Out-of-fold models stop earlier than the published one: what is left is far below the noise of the threshold's choice.
const TOLERANCE: f64 = 1e-4;

/// Raw predictions of some training rows, with where they stand.
#[derive(Debug, Default)]
pub(crate) struct OutOfFold {
    pub raw: Vec<f64>,
    /// Rows in canonical order.
    rows: Vec<Range<usize>>,
    /// What the predictions take, and what the choice of a threshold by them takes.
    _held: Option<MemoryReservation>,
}

impl OutOfFold {
    /// What these rows have of values in canonical order.
    pub(crate) fn of(&self, values: &[f64]) -> Vec<f64> {
        self.rows.iter().flat_map(|rows| &values[rows.clone()]).copied().collect()
    }
}

/// Bytes of each row: prediction and target, weight, key and order, a point of the curve.
pub(crate) const OUT_OF_FOLD_BYTES: usize = 5 * size_of::<f64>() + size_of::<CurvePoint>();

/// The training segments with the rows that they are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Folds<'a> {
    pub source: &'a InMemory,
    pub layout: &'a ColumnLayout,
    /// The segments follow each other in time: each is predicted from the earlier ones, and the first is not predicted.
    pub in_time: bool,
    pub n_segments: usize,
}

impl Folds<'_> {
    /// Predicts by Newton steps.
    ///
    /// All models of the cross-validation start from where the last step to the model of all training rows began. Every fold's
    /// normal equations are known there, and their sums are those of every model's training rows; from there a step or two of
    /// Newton's method remain. A fit that was stopped early has not forgotten where it began: then they begin anew.
    pub(crate) fn by_newton(self, newton: &Newton, full: &FittedNewton) -> Result<OutOfFold> {
        let newton = Newton { stopping: Stopping { tolerance: TOLERANCE, ..newton.stopping }, ..newton.clone() };
        if !full.end.is_converged() {
            return self.predict(|train| Ok(newton.fit(self.source, train, self.share_only(train))?.predictor));
        }
        self.predict(|train| {
            let mut equations = NormalEquations::new(&newton.layout);
            train.iter().for_each(|segment| equations.merge(&full.last.by_segment[*segment]));
            let start = Point { predictor: full.last.predictor.clone(), equations, by_segment: Vec::new() };
            Ok(newton.fit_from(self.source, train, start)?.predictor)
        })
    }

    /// The predictor that knows nothing but the share of positive rows.
    fn share_only(&self, train: &[usize]) -> LinearPredictor {
        let rows = &self.source.rows;
        let (mut positive, mut all) = (0.0, 0.0);
        for row in train.iter().flat_map(|segment| self.source.segments[*segment].clone()) {
            let weight = rows.weight.as_ref().map_or(1.0, |weight| weight[row]);
            positive += weight * rows.y[row];
            all += weight;
        }
        let both = self.layout.has_intercept() && positive > 0.0 && positive < all;
        LinearPredictor { intercept: if both { ln(positive / (all - positive)) } else { 0.0 }, ..linear::zero(self.layout) }
    }

    /// Predicts by a limited memory; all models start from that of all training rows, if there is one that converged.
    pub(crate) fn by_limited_memory(self, limited: &LimitedMemory, full: Option<&LinearPredictor>) -> Result<OutOfFold> {
        let limited = LimitedMemory { stopping: Stopping { tolerance: TOLERANCE, ..limited.stopping }, ..limited.clone() };
        self.predict(|train| {
            let mut predictors = limited.fit(self.source, train, full)?.predictors;
            predictors.pop().ok_or_else(|| Error::internal("a fit without a predictor"))
        })
    }

    /// Predicts each training segment from the others, or from the earlier ones.
    fn predict(self, fit: impl Fn(&[usize]) -> Result<LinearPredictor>) -> Result<OutOfFold> {
        let Self { source, layout, in_time, n_segments } = self;
        let n_rows = source.segments[..n_segments].iter().map(ExactSizeIterator::len).sum::<usize>();
        let of_weight = if source.rows.weight.is_some() { 0 } else { size_of::<f64>() };
        let held = source.hold("choosing the threshold", n_rows * (OUT_OF_FOLD_BYTES - of_weight))?;
        let mut out = OutOfFold { _held: held, ..OutOfFold::default() };
        out.raw.reserve_exact(n_rows);
        for held_out in 0..n_segments {
            let range = source.segments[held_out].clone();
            let train: Vec<usize> = (0..n_segments).filter(|s| if in_time { *s < held_out } else { *s != held_out }).collect();
            let has =
                |wanted: f64| train.iter().any(|segment| source.rows.y[source.segments[*segment].clone()].contains(&wanted));
            if range.is_empty() || !has(0.0) || !has(1.0) {
                continue;
            }
            let predictor = fit(&train)?;
            out.raw.extend(source.map_rows(&[held_out], |block, raw| raw_predictions(layout, &predictor, block, raw))?);
            out.rows.push(range);
        }
        Ok(out)
    }
}
