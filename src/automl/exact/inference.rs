//! What is known of exact coefficients: standard errors, their covariance, the goodness of the fit.

use super::super::cancel::Cancel;
use super::super::kernel;
use super::double_double::{DoubleDouble, PowerOfTwo};
use super::products::{Doubles, subtract_scaled};
use super::solution::Solution;
use super::sums::{ONES, SumsFold};
use super::units::Unit;
use crate::error::Result;
use crate::model::{Estimate, Goodness, Inference, ln};

/// A share of the size of its terms below which a sum is 0 but for rounding.
const CANCELLED: f64 = 1e-8;

impl Solution {
    /// The unit of an active column; none of a category's.
    fn unit<'a>(&self, fold: &'a SumsFold, i: usize) -> Option<&'a Unit> {
        fold.units.dense.get(self.active[i])
    }

    /// Rows of weight above 0 beyond the coefficients.
    fn degrees_of_freedom(&self, fold: &SumsFold) -> u64 {
        self.sums.n_rows.saturating_sub(self.n_parameters(fold))
    }

    fn n_parameters(&self, fold: &SumsFold) -> u64 {
        (self.cholesky.pivots.len() + usize::from(fold.layout.has_intercept())) as u64
    }

    /// The coefficients in the user's own units, the intercept first. Shape: `(n_columns + 1,)`.
    pub(super) fn estimates(&self, fold: &SumsFold) -> Vec<f64> {
        let scale = fold.units.target.scale();
        let mut estimates = vec![0.0; fold.layout.n_columns() + 1];
        let mut intercept = self.intercept - fold.units.target.origin;
        for (i, (column, b)) in self.active.iter().zip(&self.coefficients).enumerate() {
            let unit = self.unit(fold, i);
            intercept = intercept + *b * unit.map_or(DoubleDouble::ZERO, |unit| unit.origin);
            let per_unit = unit.map_or(*b, |unit| *b * unit.spread.into() / unit.std_dev.into());
            estimates[column + 1] = per_unit.scaled(scale).value();
        }
        if fold.layout.has_intercept() {
            estimates[0] = intercept.scaled(scale).value();
        }
        estimates
    }

    /// Standard errors; none where no rows are left to judge by, or the variance is beyond the range of doubles.
    pub(super) fn inference(&self, fold: &SumsFold, cancel: &Cancel) -> Result<Option<Inference>> {
        let degrees_of_freedom = self.degrees_of_freedom(fold);
        let Some(residual_squares) = self.in_user_units(fold, self.residual_squares).filter(|_| degrees_of_freedom > 0) else {
            return Ok(None);
        };
        let inverse = self.cholesky.inverse(cancel)?;
        let variance = self.residual_squares.value() / degrees_of_freedom as f64;
        let error = |covariance: f64| fold.units.target.scale().times((covariance * variance).sqrt());
        let is_estimable = self.estimable(fold);

        let mut estimates: Vec<Estimate> =
            self.estimates(fold).into_iter().map(|value| Estimate { value, standard_error: None }).collect();
        for (k, pivot) in self.cholesky.pivots.iter().enumerate().filter(|(_, pivot)| is_estimable.columns[**pivot]) {
            let per_unit = self.unit(fold, *pivot).map_or(1.0, |unit| unit.spread / unit.std_dev);
            estimates[self.active[*pivot] + 1].standard_error =
                Some(error(kernel::dot(&inverse[k].high, &inverse[k].high)) * per_unit);
        }
        if is_estimable.intercept {
            let (_, covariance) =
                self.of_intercept(&inverse, |i| self.unit(fold, i).map_or(DoubleDouble::ZERO, |unit| unit.origin));
            estimates[0].standard_error = Some(error(covariance));
        }
        let is_finite = |e: &Estimate| e.value.is_finite() && e.standard_error.is_none_or(f64::is_finite);
        let inference = Inference {
            degrees_of_freedom: Some(degrees_of_freedom as f64),
            dispersion: residual_squares / degrees_of_freedom as f64,
            unscaled_covariance: self.unscaled_covariance(fold, &inverse),
            estimates: vec![estimates],
        };
        let is_sound = inference.estimates.iter().flatten().all(is_finite)
            && inference.unscaled_covariance.iter().all(|value| value.is_finite());
        Ok(is_sound.then_some(inference))
    }

    /// How well the fit describes its rows; none where squares are beyond the range of doubles.
    pub(super) fn goodness(&self, fold: &SumsFold) -> Option<Goodness> {
        let (n_rows, n) = (self.sums.n_rows, self.sums.n_rows as f64);
        let deviance = self.in_user_units(fold, self.residual_squares)?;
        let per_row = -0.5 * n * (ln(2.0 * std::f64::consts::PI * deviance / n) + 1.0);
        Some(Goodness {
            n_rows,
            n_parameters: self.n_parameters(fold),
            n_null_parameters: u64::from(fold.layout.has_intercept()),
            deviance,
            null_deviance: self.in_user_units(fold, self.target_squares)?,
            log_likelihood: Some(per_row + 0.5 * self.sums.log_weight).filter(|value| value.is_finite()),
        })
    }

    /// A weighted sum of squares in the user's units, if doubles can hold it.
    fn in_user_units(&self, fold: &SumsFold, squares: DoubleDouble) -> Option<f64> {
        let of_target = fold.units.target.scale();
        let squares = of_target.times(of_target.times(squares.value().max(0.0)));
        let weighted = fold.units.weight.inverse().times(squares);
        let is_lost = weighted < f64::MIN_POSITIVE && squares_matter(self.target_squares, of_target);
        (weighted.is_finite() && !is_lost).then_some(weighted)
    }

    /// Which coefficients are the same in all solutions.
    fn estimable(&self, fold: &SumsFold) -> Estimable {
        let mut columns = vec![true; self.active.len()];
        let mut intercept = fold.layout.has_intercept();
        self.cholesky.dependent.iter().for_each(|column| columns[*column] = false);
        let mean = |i: usize| self.means[i] - self.unit(fold, i).map_or(DoubleDouble::ZERO, |unit| unit.origin);
        for (column, of) in self.cholesky.dependencies() {
            let mut rest = mean(column);
            let mut size = rest.high.abs();
            for (pivot, b) in of {
                columns[pivot] &= !self.cholesky.takes_part(column, pivot, b);
                let part = b * mean(pivot);
                rest = rest - part;
                size += part.high.abs();
            }
            intercept &= rest.high.abs() <= CANCELLED * size;
        }
        Estimable { columns, intercept }
    }

    /// Covariances of the intercept at given values of the columns with all pivots, and its own, each a factor of the variance.
    fn of_intercept(&self, inverse: &[Doubles], at: impl Fn(usize) -> DoubleDouble) -> (Vec<f64>, f64) {
        let mut product = Doubles::zeros(inverse.len());
        for (row, pivot) in inverse.iter().zip(&self.cholesky.pivots) {
            let distance = self.means[*pivot] - at(*pivot);
            subtract_scaled((&mut product.high, &mut product.low), distance, row.column());
        }
        let with_columns = inverse.iter().map(|row| kernel::dot(&row.high, &product.high)).collect();
        let weight = self.sums.entry(ONES, ONES).value();
        (with_columns, 1.0 / weight + kernel::dot(&product.high, &product.high))
    }

    /// `(XᵀWX)⁻¹` over the intercept and the columns on their standardised scale, upper triangle row by row.
    fn unscaled_covariance(&self, fold: &SumsFold, inverse: &[Doubles]) -> Vec<f64> {
        let size = fold.layout.n_columns() + 1;
        let weight = fold.units.weight;
        let mut matrix = vec![0.0; size * size];
        let spread = |i: usize| self.unit(fold, i).map_or(1.0, |unit| unit.spread);
        let place = |pivot: usize| self.active[pivot] + 1;
        if fold.layout.has_intercept() {
            let at_mean = |i: usize| self.unit(fold, i).map_or(DoubleDouble::ZERO, |unit| unit.centre);
            let (with_columns, own) = self.of_intercept(inverse, at_mean);
            matrix[0] = weight.times(own);
            for (covariance, pivot) in with_columns.iter().zip(&self.cholesky.pivots) {
                matrix[place(*pivot)] = weight.times(covariance * spread(*pivot));
            }
        }
        for (row, pivot) in inverse.iter().zip(&self.cholesky.pivots) {
            for (other, second) in inverse.iter().zip(&self.cholesky.pivots).filter(|(_, second)| **second >= *pivot) {
                let covariance = kernel::dot(&row.high, &other.high) * spread(*pivot) * spread(*second);
                matrix[place(*pivot) * size + place(*second)] = weight.times(covariance);
            }
        }
        (0..size).flat_map(|row| matrix[row * size + row..(row + 1) * size].to_vec()).collect()
    }
}

/// Coefficients that are the same in all solutions.
struct Estimable {
    /// By active column.
    columns: Vec<bool>,
    intercept: bool,
}

/// Whether a sum of squares is only 0 because doubles cannot hold it.
fn squares_matter(target_squares: DoubleDouble, scale: PowerOfTwo) -> bool {
    target_squares.high > 0.0 && scale.times(scale.times(target_squares.high)) < f64::MIN_POSITIVE
}
