//! The one idea of training: a sequence of folds.
//!
//! Every estimator is written as a [`Fold`]: start a state, fold blocks of rows into it, merge states, and read the result
//! off the last one. A fold does not know where its rows come from: a [`RowSource`] does, and it
//! merges in a fixed order, so that the same rows give the same bits whatever the number of threads.

use std::ops::Range;

use super::column_store::Wanted;
use crate::error::Result;
use crate::model::EncodedBatch;

/// Encoded rows with what is to be learned from them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// The design matrix.
    pub x: EncodedBatch,
    /// The target: a number, or for binary problems 0 and 1. Shape: `(n_rows,)`.
    pub y: Vec<f64>,
    /// Row weights; none means that all are 1. Shape: `(n_rows,)`.
    pub weight: Option<Vec<f64>>,
    /// The numbers of the design matrix in the user's own units, in its order, NaN for null; empty where they are not kept.
    pub raw: Vec<Vec<f64>>,
}

impl Rows {
    /// A view of some rows.
    pub(crate) fn block(&self, range: Range<usize>) -> Block<'_> {
        Block { rows: self, range }
    }
}

/// A view of neighbouring rows.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    rows: &'a Rows,
    range: Range<usize>,
}

impl<'a> Block<'a> {
    /// The dense columns.
    pub(crate) fn dense(&self) -> Vec<&'a [f64]> {
        self.rows.x.dense().iter().map(|column| &column[self.range.clone()]).collect()
    }

    /// The numbers in the user's own units, where they are kept.
    pub(crate) fn raw(&self) -> Vec<&'a [f64]> {
        self.rows.raw.iter().map(|column| &column[self.range.clone()]).collect()
    }

    /// One of the dense columns.
    pub(crate) fn dense_column(&self, place: usize) -> &'a [f64] {
        &self.rows.x.dense()[place][self.range.clone()]
    }

    /// The codes of one category.
    pub(crate) fn codes_of(&self, category: usize) -> &'a [u32] {
        &self.rows.x.codes()[category][self.range.clone()]
    }

    /// The codes of the category features.
    pub(crate) fn codes(&self) -> Vec<&'a [u32]> {
        self.rows.x.codes().iter().map(|column| &column[self.range.clone()]).collect()
    }

    /// The target.
    pub(crate) fn y(&self) -> &'a [f64] {
        &self.rows.y[self.range.clone()]
    }

    /// The weight of all rows.
    pub(crate) fn total_weight(&self) -> f64 {
        self.weight().map_or(self.range.len() as f64, |weight| weight.iter().sum())
    }

    /// The weights, if the rows have some.
    pub(crate) fn weight(&self) -> Option<&'a [f64]> {
        self.rows.weight.as_ref().map(|weight| &weight[self.range.clone()])
    }
}

/// A mergeable computation over rows.
///
/// `merge(fold(start, a), fold(start, b))` and `fold(fold(start, a), b)` mean the same, up to rounding. The state can be
/// written as numbers and read elsewhere, which is what lets the same fold run as a DataFusion aggregate function.
pub(crate) trait Fold: Sync {
    /// What is accumulated.
    type State: Send + Sync;

    /// The state of no rows.
    fn start(&self) -> Self::State;

    /// Bytes that a state takes, where they are many.
    fn state_bytes(&self) -> usize {
        0
    }

    /// What it looks at of the rows.
    fn wants(&self) -> Wanted<'static> {
        Wanted::All
    }

    /// Adds a block of rows.
    fn fold(&self, state: &mut Self::State, block: &Block<'_>);

    /// Adds the rows of another state, which stand after those of `state`.
    fn merge(&self, state: &mut Self::State, other: Self::State);

    /// The state as numbers.
    fn write(&self, state: &Self::State) -> Vec<f64>;

    /// The state of these numbers; `None` if they are not those of a state.
    fn read(&self, numbers: &[f64]) -> Option<Self::State>;
}

/// Where rows come from.
pub(crate) trait RowSource {
    /// Folds the rows of each of the named segments.
    ///
    /// # Errors
    /// [`Cancelled`](crate::ErrorKind::Cancelled) when nobody waits for the result any more.
    fn run_each<F: Fold>(&self, fold: &F, segments: &[usize]) -> Result<Vec<F::State>>;

    /// Folds the rows of all the named segments, in order.
    ///
    /// # Errors
    /// As [`run_each`](Self::run_each).
    fn run<F: Fold>(&self, fold: &F, segments: &[usize]) -> Result<F::State> {
        let mut all = fold.start();
        self.run_each(fold, segments)?.into_iter().for_each(|state| fold.merge(&mut all, state));
        Ok(all)
    }
}
