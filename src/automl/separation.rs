//! Coefficients without an end: the more extreme they are, the better they fit.
//!
//! So are those of columns that tell labels apart without exception, and of a number that is never negative, whose mean is a power of e,
//! those of columns that tell which rows are 0. Newton's method stops where the loss hardly falls any more, at about 20; there the
//! rows say next to nothing, which makes the standard error huge.
//!
//! Source: Albert and Anderson, "On the existence of maximum likelihood estimates in logistic regression models", *Biometrika* 71(1)
//! (1984); for counts Correia, Guimarães and Zylkin, "Verifying the existence of maximum likelihood estimates for generalized
//! linear models" (2019).

use super::fold::{Block, Fold, RowSource};
use super::inference::Units;
use super::kernel;
use super::prepare::Prepared;
use crate::error::Result;
use crate::model::{ColumnLayout, DesignColumn, Encoder, Family, Inference};

/// From the least to the largest value of its column, a coefficient beyond this is a factor of 20,000.
const LARGE: f64 = 10.0;
/// A standard error beyond this, over the same range, says that the rows say nothing.
const HUGE_ERROR: f64 = 100.0;

/// Columns whose coefficients have no end, as their standard errors show. By place in the design.
pub(crate) fn endless(prepared: &Prepared, inference: &Inference) -> Vec<usize> {
    if prepared.family == Family::Gaussian {
        return Vec::new();
    }
    let units = Units::new(prepared);
    let is_endless = |(place, column): &(usize, DesignColumn)| {
        let feature = &prepared.features[prepared.layout.feature(column)];
        // Of a number that is rarely anything but 0 the deviation is much less than the range.
        let spread = match (column, &feature.encoder, feature.summary.numbers) {
            (DesignColumn::Number { .. }, Encoder::Number(_), Some(numbers)) => numbers.max - numbers.min,
            _ => 1.0 / units.scale(*place),
        };
        inference.estimates.iter().filter_map(|output| output.get(place + 1)).any(|estimate| {
            let error = estimate.standard_error.unwrap_or(0.0) * spread;
            error > HUGE_ERROR && (estimate.value * spread).abs() > LARGE
        })
    };
    prepared.layout.columns().enumerate().filter(is_endless).map(|(place, _)| place).collect()
}

/// Values of categories in whose training rows the target, of a family with a log link, is always 0. By place in the design.
pub(crate) fn always_zero(prepared: &Prepared) -> Result<Vec<usize>> {
    let layout = &prepared.layout;
    if layout.categories().is_empty() {
        return Ok(Vec::new());
    }
    let totals = prepared.source.run(&TotalsFold { layout }, &prepared.segments.train())?;
    let of_categories = layout.categories().iter().flat_map(|(_, n_codes, start)| *start..start + n_codes);
    Ok(of_categories.filter(|column| prepared.column_means[*column] > 0.0 && totals[*column] == 0.0).collect())
}

/// `Σ w y` of the rows of each value of a category, by design column; the target is never negative, so 0 only where all are.
#[derive(Debug)]
struct TotalsFold<'a> {
    layout: &'a ColumnLayout,
}

impl Fold for TotalsFold<'_> {
    type State = Vec<f64>;

    fn start(&self) -> Vec<f64> {
        vec![0.0; self.layout.n_columns()]
    }

    fn fold(&self, state: &mut Vec<f64>, block: &Block<'_>) {
        let mut y = block.y().to_vec();
        if let Some(weight) = block.weight() {
            y.iter_mut().zip(weight).for_each(|(y, weight)| *y *= weight);
        }
        for ((_, _, start), codes) in self.layout.categories().iter().zip(block.codes()) {
            codes.iter().zip(&y).for_each(|(code, y)| state[start + *code as usize] += y);
        }
    }

    fn merge(&self, state: &mut Vec<f64>, other: Vec<f64>) {
        kernel::add_scaled(state, 1.0, &other);
    }

    fn write(&self, state: &Vec<f64>) -> Vec<f64> {
        state.clone()
    }

    fn read(&self, numbers: &[f64]) -> Option<Vec<f64>> {
        (numbers.len() == self.layout.n_columns()).then(|| numbers.to_vec())
    }
}
