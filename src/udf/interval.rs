//! Prediction intervals of least squares.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::category::Codes;
use super::compile::{Argument, Columns, CompiledModel};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, DesignColumn, Encoder, Leaf, Model};

/// Rows whose numbers are laid out at a time.
const BLOCK: usize = 512;

/// Where the terms of a model stand in `(XᵀWX)⁻¹`, whose place 0 is the intercept's.
#[derive(Debug)]
pub(super) struct Intervals {
    /// One for each number term.
    numbers: Vec<NumberPlace>,
    /// The first place of each category term.
    categories: Vec<usize>,
}

#[derive(Debug)]
struct NumberPlace {
    place: usize,
    /// The place of the column that marks nulls.
    missing: Option<usize>,
    mean: f64,
    std_dev: f64,
}

impl Intervals {
    /// Of a model that keeps its covariance.
    pub(super) fn new(model: &Model, layout: &ColumnLayout, leaves: &[Leaf<'_>]) -> Option<Self> {
        model.interval_basis()?;
        let mut numbers: Vec<NumberPlace> = Vec::new();
        for (place, column) in (1..).zip(layout.columns()) {
            match (column, numbers.last_mut()) {
                (DesignColumn::Number { leaf }, _) => {
                    if let Encoder::Number(encoder) = leaves.get(leaf)?.encoder {
                        let (mean, std_dev) = (encoder.mean, encoder.std_dev);
                        numbers.push(NumberPlace { place, missing: None, mean, std_dev });
                    }
                }
                // The mark of nulls follows its number.
                (DesignColumn::Missing { .. }, Some(number)) => number.missing = Some(place),
                _ => {}
            }
        }
        let categories = layout.categories().iter().map(|(_, _, start)| start + 1).collect();
        Some(Self { numbers, categories })
    }

    /// `xᵀ (XᵀWX)⁻¹ x` of each row, where x is its (1, columns). Shape: `(n_rows,)`.
    fn leverages(&self, triangle: &Triangle<'_>, columns: &Columns<'_>, n_rows: usize) -> Vec<f64> {
        let mut leverages = Vec::with_capacity(n_rows);
        let mut values = vec![vec![0.0; BLOCK.min(n_rows)]; self.numbers.len()];
        let mut x: Vec<(usize, f64)> = Vec::new();
        for start in (0..n_rows).step_by(BLOCK) {
            let len = BLOCK.min(n_rows - start);
            for (column, values) in columns.numbers.iter().zip(&mut values) {
                let mut buffer = vec![0.0; len];
                values[..len].copy_from_slice(column.block(start, &mut buffer));
            }
            for row in 0..len {
                x.clear();
                x.push((0, 1.0));
                for (number, values) in self.numbers.iter().zip(&values) {
                    match (values[row], number.missing) {
                        (value, Some(missing)) if value.is_nan() => x.push((missing, 1.0)),
                        // A null stands at the mean, which is 0.
                        (value, None) if value.is_nan() => {}
                        (value, _) => x.push((number.place, (value - number.mean) / number.std_dev)),
                    }
                }
                for (first, codes) in self.categories.iter().zip(&columns.codes) {
                    let code = match codes {
                        Codes::All(code) => *code,
                        Codes::Rows(codes) => codes[start + row],
                    };
                    x.push((first + code as usize, 1.0));
                }
                leverages.push(triangle.quadratic(&x));
            }
        }
        leverages
    }
}

/// A symmetric matrix by its upper triangle, row by row.
struct Triangle<'a> {
    size: usize,
    entries: &'a [f64],
}

impl Triangle<'_> {
    /// `xᵀ M x` of a vector by its places, in their order, and values; other places are 0.
    fn quadratic(&self, x: &[(usize, f64)]) -> f64 {
        let mut sum = 0.0;
        for (k, (i, a)) in x.iter().enumerate() {
            // The rows before have size, size - 1, … entries.
            let row = &self.entries[i * self.size - i * i.saturating_sub(1) / 2..];
            let others: f64 = x[k + 1..].iter().map(|(j, b)| row[j - i] * b).sum();
            sum += a * (row[0] * a + 2.0 * others);
        }
        // Rounding may leave less than nothing of 0.
        if sum < 0.0 { 0.0 } else { sum }
    }
}

impl CompiledModel {
    /// Of each row the interval that holds the number itself with this probability, null where that is null.
    ///
    /// *Formula*: `ŷ ± t(level, df) · √(dispersion · (1 + xᵀ (XᵀWX)⁻¹ x))`, for a row of weight 1; t is the quantile of Student's t.
    ///
    /// # Errors
    /// Those of predictions, and [`Data`](crate::ErrorKind::Data) where an end is too large for a number.
    pub(super) fn intervals(&self, arguments: &[Argument<'_>], levels: &Float64Array) -> Result<ArrayRef> {
        let n_rows = levels.len();
        let (Some(intervals), Some(inference)) = (self.interval_places(), self.model().interval_basis()) else {
            return Err(Error::internal("a model without intervals"));
        };
        let predictions = self.numbers(arguments, n_rows)?;
        let triangle = Triangle { size: self.model().column_means.len() + 1, entries: &inference.unscaled_covariance };
        let leverages = self.with_columns(arguments, n_rows, |columns| Ok(intervals.leverages(&triangle, columns, n_rows)))?;
        let (mut low, mut high) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        // Neighbours mostly have the same level.
        let mut known: Option<(f64, f64)> = None;
        for ((level, prediction), leverage) in levels.iter().zip(&predictions).zip(&leverages) {
            let Some(level) = level else {
                low.push(f64::NAN);
                high.push(f64::NAN);
                continue;
            };
            let margin = match known {
                Some((of, margin)) if of == level => margin,
                _ => inference.margin(level),
            };
            known = Some((level, margin));
            let half = margin * (inference.dispersion * (1.0 + leverage)).sqrt();
            low.push(prediction - half);
            high.push(prediction + half);
        }
        let is_wrong = |(row, low): &(usize, &f64)| !low.is_finite() && levels.is_valid(*row);
        let wrong = low.iter().enumerate().filter(is_wrong).count();
        if wrong > 0 {
            return Err(self.too_large(wrong));
        }
        let ends: Vec<ArrayRef> = vec![Arc::new(Float64Array::from(low)), Arc::new(Float64Array::from(high))];
        Ok(Arc::new(StructArray::try_new(fields(), ends, levels.nulls().cloned())?))
    }
}

/// `low` and `high`.
fn fields() -> Fields {
    ["low", "high"].into_iter().map(|end| Field::new(end, DataType::Float64, false)).collect()
}

/// The type of the results.
pub(super) fn data_type() -> DataType {
    DataType::Struct(fields())
}
