//! Pivoted Cholesky of a symmetric matrix of double-doubles, and what follows from it.
//!
//! The matrix is `P Rᵀ R Pᵀ`. A row of R is made when its pivot is chosen, from the matrix and the rows before it; pivots are
//! compared relative to their columns' own squares, so that the scale of a column is of no importance.
//!
//! Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed. (2002), section 10.3.

use super::super::cancel::Cancel;
use super::double_double::DoubleDouble;
use super::products::{Doubles, subtract_scaled};
use crate::error::Result;

/// A column of which a larger share is left by the others is never dependent, however it was rounded.
const SUSPICIOUS: f64 = 1e-11;
/// A suspicious column is dependent if what the others leave of it is less than so many times the mean square of its rounding and
/// theirs: less than three digits of it are known. Columns that are sums of others come to about 1, NIST's Filip to 9e13.
const NOISE: f64 = 1e6;

/// A factored matrix, of which some columns may depend on others.
#[derive(Debug)]
pub(super) struct Cholesky {
    /// The rows of R, each over all columns in their original order; 0 for the pivots before, and for columns that depend on
    /// these. Shape: `(rank, n)`.
    rows: Vec<Doubles>,
    pub pivots: Vec<usize>,
    /// Columns that depend on the pivots, or have no square.
    pub dependent: Vec<usize>,
    /// Square roots of the diagonal.
    scale: Vec<f64>,
    /// The smallest pivot relative to its column's square; 1 where there is none.
    pub smallest: f64,
}

impl Cholesky {
    /// Factors a matrix given by full rows. `noise` has what rounding leaves in the place of each diagonal entry.
    pub(super) fn new(matrix: &[Doubles], noise: &[f64], cancel: &Cancel) -> Result<Self> {
        let n = matrix.len();
        let mut rest: Vec<DoubleDouble> = matrix.iter().enumerate().map(|(i, row)| row.get(i)).collect();
        let squares: Vec<f64> = rest.iter().map(|square| square.high).collect();
        let (mut left, dependent): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| squares[*i] > noise[*i]);
        let mut factored = Self {
            rows: Vec::new(),
            pivots: Vec::new(),
            dependent,
            scale: squares.iter().map(|square| square.max(0.0).sqrt()).collect(),
            smallest: 1.0,
        };
        factored.dependent.iter().for_each(|i| factored.scale[*i] = 0.0);
        loop {
            cancel.check()?;
            let share = |i: usize| rest[i].high / squares[i];
            // Of shares that are equal but for rounding the first column: it is the later one that is then called dependent.
            let largest = left.iter().map(|i| share(*i)).fold(f64::NEG_INFINITY, f64::max);
            let Some(place) = left.iter().position(|i| share(*i) >= largest - 1e-6 * largest.abs()) else { break };
            let pivot = left.remove(place);
            if share(pivot) <= SUSPICIOUS {
                let b = factored.combination(pivot);
                let of_others: f64 = b.iter().zip(&factored.pivots).map(|(b, k)| b * b * noise[*k]).sum();
                if rest[pivot].high <= NOISE * (noise[pivot] + of_others) {
                    factored.dependent.push(pivot);
                    continue;
                }
            }
            factored.smallest = factored.smallest.min(share(pivot));
            let mut row = matrix[pivot].clone();
            for earlier in &factored.rows {
                subtract_scaled((&mut row.high, &mut row.low), earlier.get(pivot), earlier.column());
            }
            let root = rest[pivot].sqrt();
            for i in 0..n {
                row.set(i, row.get(i) / root);
            }
            factored.pivots.iter().chain(&factored.dependent).for_each(|done| row.set(*done, DoubleDouble::ZERO));
            row.set(pivot, root);
            left.iter().for_each(|i| rest[*i] = rest[*i] - row.get(*i) * row.get(*i));
            factored.rows.push(row);
            factored.pivots.push(pivot);
        }
        factored.dependent.append(&mut left);
        factored.dependent.sort_unstable();
        Ok(factored)
    }

    /// A column as a combination of the pivots so far, roughly. Shape: `(rank,)`.
    fn combination(&self, column: usize) -> Vec<f64> {
        self.exact_combination(column).iter().map(|b| b.value()).collect()
    }

    /// `b` with `column = Σ b · pivot`.
    fn exact_combination(&self, column: usize) -> Vec<DoubleDouble> {
        self.back_substitute(self.rows.iter().map(|row| row.get(column)).collect())
    }

    /// `R x = c` over the pivots.
    fn back_substitute(&self, mut c: Vec<DoubleDouble>) -> Vec<DoubleDouble> {
        for k in (0..c.len()).rev() {
            let known = (k + 1..c.len()).fold(c[k], |rest, l| rest - self.rows[k].get(self.pivots[l]) * c[l]);
            c[k] = known / self.rows[k].get(self.pivots[k]);
        }
        c
    }

    /// The solution of `matrix · x = b` that is 0 for dependent columns, by original places.
    pub(super) fn solve(&self, b: &[DoubleDouble]) -> Vec<DoubleDouble> {
        let mut c: Vec<DoubleDouble> = Vec::with_capacity(self.pivots.len());
        for (k, pivot) in self.pivots.iter().enumerate() {
            let known = c.iter().zip(&self.rows).fold(b[*pivot], |rest, (c, row)| rest - row.get(*pivot) * *c);
            c.push(known / self.rows[k].get(*pivot));
        }
        let mut x = vec![DoubleDouble::ZERO; b.len()];
        self.back_substitute(c).into_iter().zip(&self.pivots).for_each(|(value, pivot)| x[*pivot] = value);
        x
    }

    /// Each dependent column with its combination of pivots: `column = Σ b · pivot`. Those without a square are left out.
    pub(super) fn dependencies(&self) -> Vec<(usize, Vec<(usize, DoubleDouble)>)> {
        let dependent = self.dependent.iter().filter(|column| self.scale[**column] > 0.0);
        dependent
            .map(|column| {
                let b = self.exact_combination(*column);
                (*column, self.pivots.iter().copied().zip(b).collect())
            })
            .collect()
    }

    /// Whether a pivot's share of a combination is more than rounding.
    pub(super) fn takes_part(&self, column: usize, pivot: usize, b: DoubleDouble) -> bool {
        b.high.abs() * self.scale[pivot] > 1e-6 * self.scale[column]
    }

    /// `R⁻¹` over the pivots, row by row; row k starts with k zeros. Then `(P Rᵀ R Pᵀ)⁻¹ = R⁻¹ R⁻ᵀ`. Shape: `(rank, rank)`.
    pub(super) fn inverse(&self, cancel: &Cancel) -> Result<Vec<Doubles>> {
        let rank = self.pivots.len();
        let mut inverse = vec![Doubles::zeros(0); rank];
        for k in (0..rank).rev() {
            cancel.check()?;
            let mut row = Doubles::zeros(rank);
            row.set(k, DoubleDouble::ONE);
            for (l, below) in inverse.iter().enumerate().skip(k + 1) {
                let below = below.column().from(l);
                let factor = self.rows[k].get(self.pivots[l]);
                subtract_scaled((&mut row.high[l..], &mut row.low[l..]), factor, below);
            }
            let diagonal = self.rows[k].get(self.pivots[k]);
            for l in k..rank {
                row.set(l, row.get(l) / diagonal);
            }
            inverse[k] = row;
        }
        Ok(inverse)
    }
}
