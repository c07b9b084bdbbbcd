//! Least squares without a penalty in double-double arithmetic: exact when it must be.
//!
//! Normal equations square the condition number κ of the columns: in doubles they lose twice its digits. In double-double
//! arithmetic 32 digits are there to lose, and the solution of the residuals gives back what was lost, so that coefficients are
//! right to 15 digits for κ up to about `1e10`. The sums cost about ten times as much as those of doubles: they are made where that
//! is next to nothing, or where the pivots of the sums of doubles say that these are not good enough.
//!
//! Rows up to some number are read as the user has them ([`Rows::raw`](super::fold::Rows)); of more, the standardised numbers are
//! taken for exact, whose rounding costs κ·`1e-16`: what an orthogonal factorisation in doubles would give.
//!
//! Sources: Björck, *Numerical Methods for Least Squares Problems* (1996), section 2.9 on iterative refinement; the arithmetic's
//! are in `double_double.rs`.

mod cholesky;
mod double_double;
mod inference;
mod products;
mod solution;
mod sums;
#[cfg(test)]
mod tests;
mod units;

use std::sync::Arc;

use self::solution::Solution;
use self::sums::SumsFold;
use self::units::Units;
use super::linear::{self, Dependencies};
use super::prepare::Prepared;
use crate::error::Result;
use crate::model::{ColumnLayout, Goodness, Inference, LinearPredictor};

/// For more columns factoring in double-double arithmetic takes too long.
const MAX_COLUMNS: usize = 500;
/// Up to so many products exact sums cost next to nothing: some hundredths of a second.
const CHEAP: usize = 30_000_000;
/// What a column of the factorisation costs, in rows.
const ROWS_PER_COLUMN: usize = 20;
/// Numbers, rows times columns, up to which the user's own are kept beside the standardised ones: 8 megabytes.
pub(crate) const MAX_RAW: usize = 1_000_000;

/// Whether so many columns can be solved this way.
pub(crate) fn is_possible(layout: &ColumnLayout) -> bool {
    layout.n_columns() <= MAX_COLUMNS
}

/// Whether exact sums are made without asking whether they are needed.
pub(crate) fn is_cheap(prepared: &Prepared) -> bool {
    let (rows, columns) = (prepared.segments.n_train(), prepared.layout.n_columns() + 1);
    let is_raw = prepared.source.has_raw() || prepared.layout.n_dense() == 0;
    is_raw && columns * columns * (rows + ROWS_PER_COLUMN * columns) <= CHEAP
}

/// A fit of least squares with all that is known of it.
#[derive(Debug)]
pub(crate) struct Exact {
    pub predictor: LinearPredictor,
    pub dependencies: Option<Dependencies>,
    pub goodness: Option<Goodness>,
    pub inference: Option<Inference>,
    /// Of the columns, centred and each scaled to length 1; estimated from the smallest pivot.
    pub condition: f64,
}

impl Exact {
    /// Fits the training rows.
    pub(crate) fn fit(prepared: &Prepared) -> Result<Self> {
        let (source, layout) = (&prepared.source, &prepared.layout);
        let weights = source.rows.weight.as_ref().map(|weight| &weight[..prepared.segments.n_train()]);
        let largest_weight = weights.map_or(1.0, |weight| weight.iter().copied().fold(0.0, f64::max));
        let is_raw = source.has_raw();
        let units = Units::new((&prepared.features, layout), &prepared.target_moments, largest_weight, is_raw);
        let fold = SumsFold { layout: Arc::clone(layout), units };
        let solution = Solution::new(&fold, source, &prepared.segments.train())?;
        Ok(Self {
            predictor: solution.predictor(&fold),
            dependencies: solution.named_dependencies(layout),
            goodness: solution.goodness(&fold),
            inference: solution.inference(&fold, &source.cancel)?,
            condition: solution.cholesky.smallest.sqrt().recip(),
        })
    }
}

impl Solution {
    /// The predictor on the standardised scale.
    fn predictor(&self, fold: &SumsFold) -> LinearPredictor {
        let scale = fold.units.target.scale();
        let mut predictor = linear::zero(&fold.layout);
        let mut intercept = self.intercept - fold.units.target.origin;
        for (column, b) in self.active.iter().zip(&self.coefficients) {
            let mut coefficient = *b;
            if let Some(unit) = fold.units.dense.get(*column) {
                intercept = intercept + *b * unit.centre;
                coefficient = *b * unit.spread.into();
            }
            predictor.coefficients[*column] = coefficient.scaled(scale).value();
        }
        if fold.layout.has_intercept() {
            predictor.intercept = intercept.scaled(scale).value();
        }
        predictor
    }

    /// Design columns that depend on others, if they are looked for.
    fn named_dependencies(&self, layout: &ColumnLayout) -> Option<Dependencies> {
        let named = |(column, of): (usize, Vec<(usize, _)>)| {
            let of = of.into_iter().filter(|(pivot, b)| self.cholesky.takes_part(column, *pivot, *b));
            (self.active[column], of.map(|(pivot, _)| self.active[pivot]).collect())
        };
        linear::looks_for_dependencies(layout, self.sums.n_rows)
            .then(|| self.cholesky.dependencies().into_iter().map(named).collect())
    }
}
