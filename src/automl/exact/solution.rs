//! The solution of exact normal equations, improved by its own residuals.

use super::super::fold::RowSource;
use super::super::in_memory::InMemory;
use super::super::linear::{self, Penalty};
use super::cholesky::Cholesky;
use super::double_double::DoubleDouble;
use super::products::{Doubles, add_products};
use super::sums::{COLUMNS, ONES, ResidualsFold, Sums, SumsFold, TARGET};
use crate::error::Result;

/// Passes over the residuals at most; one is the rule.
const MAX_PASSES: usize = 3;
/// A correction that explains less than this share of the residuals' squares, or of the target's, changes nothing.
const SETTLED: f64 = 1e-24;
const NOTHING_LEFT: f64 = 1e-48;
/// What rounding leaves of the square of a column, as a share: a few roundings of a double-double.
const ROUNDING: f64 = 3e-30;

/// Coefficients in the units of the fold, with what is known of them.
#[derive(Debug)]
pub(super) struct Solution {
    pub sums: Sums,
    /// Columns that take part; everything below is in their order.
    pub active: Vec<usize>,
    /// Weighted means; without an intercept 0.
    pub means: Vec<DoubleDouble>,
    pub cholesky: Cholesky,
    pub intercept: DoubleDouble,
    /// Of several solutions the one whose coefficients on the standardised scale are of least norm.
    pub coefficients: Vec<DoubleDouble>,
    /// `Σ w (y - ŷ)²`, and the same around the mean of y, or around 0 without an intercept.
    pub residual_squares: DoubleDouble,
    pub target_squares: DoubleDouble,
}

impl Solution {
    /// Solves least squares for some segments: one pass for the sums, one or a few for the residuals.
    pub(super) fn new(fold: &SumsFold, source: &InMemory, segments: &[usize]) -> Result<Self> {
        let layout = &fold.layout;
        let sums = source.run(fold, segments)?;
        let active = linear::active_columns(layout, &sums.column_weights(), Penalty::NONE);
        let weight = sums.entry(ONES, ONES);
        let mean = |place: usize| {
            let is_centred = layout.has_intercept() && weight.high > 0.0;
            if is_centred { sums.entry(ONES, place) / weight } else { DoubleDouble::ZERO }
        };
        let means: Vec<DoubleDouble> = active.iter().map(|column| mean(COLUMNS + column)).collect();
        let target_mean = mean(TARGET);
        let centred = |a: usize, b: usize, mean_of_b: DoubleDouble| sums.entry(a, b) - sums.entry(ONES, a) * mean_of_b;

        let mut matrix = vec![Doubles::zeros(active.len()); active.len()];
        for (j, (b, mean)) in active.iter().zip(&means).enumerate() {
            for (i, a) in active[..=j].iter().enumerate() {
                let entry = centred(COLUMNS + a, COLUMNS + b, *mean);
                matrix[i].set(j, entry);
                matrix[j].set(i, entry);
            }
            source.cancel.check()?;
        }
        let noise = |column: &usize| {
            let of_values = fold.units.dense.get(*column).map_or(0.0, |unit| unit.rounding) * weight.high;
            of_values + ROUNDING * sums.entry(COLUMNS + column, COLUMNS + column).high
        };
        let noise: Vec<f64> = active.iter().map(noise).collect();
        let cholesky = Cholesky::new(&matrix, &noise, &source.cancel)?;
        let vector: Vec<DoubleDouble> = active.iter().map(|column| centred(COLUMNS + column, TARGET, target_mean)).collect();
        let target_squares = centred(TARGET, TARGET, target_mean);
        let coefficients = cholesky.solve(&vector);
        let mut solution = Self {
            active,
            means,
            cholesky,
            intercept: DoubleDouble::ZERO,
            coefficients,
            residual_squares: target_squares,
            target_squares,
            sums,
        };
        solution.set_intercept(target_mean);
        solution.improve(fold, source, segments, target_mean)?;
        solution.take_least_norm(fold, source)?;
        solution.set_intercept(target_mean);
        Ok(solution)
    }

    fn set_intercept(&mut self, target_mean: DoubleDouble) {
        self.intercept = self.means.iter().zip(&self.coefficients).fold(target_mean, |rest, (mean, b)| rest - *mean * *b);
    }

    /// Solves for the residuals and adds what is found; says what is left of them.
    fn improve(&mut self, fold: &SumsFold, source: &InMemory, segments: &[usize], target_mean: DoubleDouble) -> Result<()> {
        let weight = self.sums.entry(ONES, ONES);
        for _ in 0..MAX_PASSES {
            let mut by_column = vec![DoubleDouble::ZERO; fold.layout.n_columns()];
            self.active.iter().zip(&self.coefficients).for_each(|(column, b)| by_column[*column] = *b);
            let residuals =
                ResidualsFold { layout: &fold.layout, units: &fold.units, intercept: self.intercept, coefficients: &by_column };
            let rest = source.run(&residuals, segments)?;
            let of_intercept = rest.get(ONES);
            let gradient: Vec<DoubleDouble> = (self.active.iter().zip(&self.means))
                .map(|(column, mean)| rest.get(COLUMNS + column) - of_intercept * *mean)
                .collect();
            let step = self.cholesky.solve(&gradient);
            let mut gain = gradient.iter().zip(&step).fold(DoubleDouble::ZERO, |sum, (g, s)| sum + *g * *s);
            if fold.layout.has_intercept() && weight.high > 0.0 {
                gain = gain + of_intercept * of_intercept / weight;
            }
            self.coefficients.iter_mut().zip(&step).for_each(|(b, step)| *b = *b + *step);
            self.set_intercept(target_mean);
            self.residual_squares = rest.get(TARGET) - gain;
            if gain.high.abs() <= SETTLED * rest.get(TARGET).high
                || rest.get(TARGET).high <= NOTHING_LEFT * self.target_squares.high
            {
                break;
            }
        }
        if self.residual_squares.high < 0.0 {
            self.residual_squares = DoubleDouble::ZERO;
        }
        Ok(())
    }

    /// Moves the solution along the columns' dependencies, which changes no prediction, to where its norm is least.
    fn take_least_norm(&mut self, fold: &SumsFold, source: &InMemory) -> Result<()> {
        let spread = |i: usize| fold.units.dense.get(self.active[i]).map_or(1.0, |unit| unit.spread);
        // What can be added to the coefficients on the standardised scale.
        let free: Vec<Doubles> = (self.cholesky.dependencies().into_iter())
            .map(|(column, of)| {
                let mut direction = Doubles::zeros(self.active.len());
                of.iter().for_each(|(pivot, b)| direction.set(*pivot, *b * spread(*pivot).into()));
                direction.set(column, (-spread(column)).into());
                direction
            })
            .collect();
        if free.is_empty() {
            return Ok(());
        }
        let mut standardised = Doubles::zeros(self.active.len());
        self.coefficients.iter().enumerate().for_each(|(i, b)| standardised.set(i, *b * spread(i).into()));
        let directions: Vec<_> = free.iter().map(Doubles::column).collect();
        let products = |row: &Doubles| {
            let mut out = Doubles::zeros(free.len());
            add_products(row.column(), &directions, (&mut out.high, &mut out.low));
            out
        };
        let gram: Vec<Doubles> = free.iter().map(products).collect();
        let along = products(&standardised);
        let along: Vec<DoubleDouble> = (0..free.len()).map(|i| along.get(i)).collect();
        let steps = Cholesky::new(&gram, &vec![0.0; free.len()], &source.cancel)?.solve(&along);
        for (i, b) in self.coefficients.iter_mut().enumerate() {
            let step = free.iter().zip(&steps).fold(DoubleDouble::ZERO, |sum, (direction, step)| sum + direction.get(i) * *step);
            let spread = fold.units.dense.get(self.active[i]).map_or(1.0, |unit| unit.spread);
            *b = *b - step / spread.into();
        }
        Ok(())
    }
}
