//! The minimum of a quadratic with a cost on the sizes of its unknowns, many of which are then exactly 0.
//!
//! Minimises `½ bᵀQb - cᵀb + Σ l1[j]·|b[j]|` one unknown after the other: with all others fixed the best value is known, and how
//! the slopes change is a row of Q (covariance updates). Most sweeps pass over the unknowns only that are not 0. Where sweeps
//! are slow because unknowns depend on each other, the smooth quadratic that holds as long as no sign changes is solved at
//! once, and followed up to the first change of a sign: that lowers the objective, because it is convex.
//!
//! Sources: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate Descent",
//! *Journal of Statistical Software* 33(1) (2010), section 2; the leaps are Lee, Battle, Raina and Ng, "Efficient sparse coding
//! algorithms", *Advances in Neural Information Processing Systems* 19 (2006).

use ndarray::{Array1, Array2};

use super::solve::solve_positive_definite;
use super::{current, kernel};

/// No slope misses its condition at the minimum by more than this share of the largest one.
const PRECISION: f64 = 1e-13;
/// Sweeps over the unknowns that are not 0 between two leaps.
const SWEEPS: usize = 30;
/// Rounds of sweeps and a leap at most. Each leap ends at the minimum or sets an unknown to 0.
const MAX_ROUNDS: usize = 2000;
/// Added to the diagonal for a leap, as a share of it: where columns follow from others, the leap goes along that direction to the
/// first unknown that it sets to 0.
const RIDGE: f64 = 1e-10;

/// What is left of an unknown at the end of a leap is 0 if it is this share of what it was.
const ROUNDING: f64 = 1e-12;

/// The quadratic's matrix Q, symmetric and positive semidefinite.
#[derive(Debug)]
pub(crate) struct SparseQuadratic {
    n: usize,
    /// Row-major, `(n, n)`.
    matrix: Vec<f64>,
}

impl SparseQuadratic {
    pub(crate) fn new(matrix: &Array2<f64>) -> Self {
        Self { n: matrix.nrows(), matrix: matrix.iter().copied().collect() }
    }

    /// Moves `at` to a minimum. `slope` is `c - Q·at` and is kept so. Unknowns whose `l1` is 0 cost nothing. Shapes: `(n,)`.
    pub(crate) fn minimise(&self, l1: &[f64], at: &mut [f64], slope: &mut [f64]) {
        let all: Vec<usize> = (0..self.n).collect();
        for _ in 0..MAX_ROUNDS {
            // Who cancels does not look at the result.
            if current::is_cancelled() {
                return;
            }
            let size = |j: usize| slope[j].abs().max(l1[j]).max(self.diagonal(j) * at[j].abs());
            let enough = PRECISION * (0..self.n).map(size).fold(0.0, f64::max);
            if self.sweep(&all, l1, at, slope) <= enough {
                return;
            }
            let active: Vec<usize> = (0..self.n).filter(|j| at[*j] != 0.0 || l1[*j] == 0.0).collect();
            if (0..SWEEPS).all(|_| !current::is_cancelled() && self.sweep(&active, l1, at, slope) > enough) {
                self.leap(l1, at, slope);
            }
        }
    }

    fn row(&self, j: usize) -> &[f64] {
        &self.matrix[j * self.n..(j + 1) * self.n]
    }

    fn diagonal(&self, j: usize) -> f64 {
        self.matrix[j * self.n + j]
    }

    /// Gives each of some unknowns its best value, and says by how much the worst of them missed the condition of a minimum:
    /// a slope of `l1` in the direction of its sign, or of at most `l1` where it is 0.
    fn sweep(&self, unknowns: &[usize], l1: &[f64], at: &mut [f64], slope: &mut [f64]) -> f64 {
        let mut worst = 0.0_f64;
        for j in unknowns.iter().copied() {
            let (b, s, square) = (at[j], slope[j], self.diagonal(j));
            let missed = if b == 0.0 { s.abs() - l1[j] } else { (s - l1[j] * b.signum()).abs() };
            worst = worst.max(missed);
            let free = s + square * b;
            let next = match (square > 0.0, l1[j] > 0.0) {
                (true, _) => (free.abs() - l1[j]).max(0.0).copysign(free) / square,
                // A column that says nothing.
                (false, true) => 0.0,
                (false, false) => b,
            };
            self.set(j, next, at, slope);
        }
        worst
    }

    fn set(&self, j: usize, value: f64, at: &mut [f64], slope: &mut [f64]) {
        let change = value - at[j];
        if change != 0.0 {
            at[j] = value;
            kernel::add_scaled(slope, -change, self.row(j));
        }
    }

    /// Goes to the minimum for the present signs, or as far towards it as no sign changes.
    fn leap(&self, l1: &[f64], at: &mut [f64], slope: &mut [f64]) {
        let takes_part = |j: &usize| (at[*j] != 0.0 || l1[*j] == 0.0) && self.diagonal(*j) > 0.0;
        let active: Vec<usize> = (0..self.n).filter(takes_part).collect();
        let matrix = Array2::from_shape_fn((active.len(), active.len()), |(i, k)| {
            let entry = self.matrix[active[i] * self.n + active[k]];
            if i == k { entry * (1.0 + RIDGE) } else { entry }
        });
        let rest: Array1<f64> = active.iter().map(|j| slope[*j] - l1[*j] * at[*j].signum()).collect();
        let Some(step) = solve_positive_definite(&matrix, &rest) else { return };
        // Rounding must not keep an unknown from 0.
        let ends_at_0 = |j: usize, from: f64, to: f64| l1[j] > 0.0 && to * from <= ROUNDING * from * from;
        let crossings = active.iter().zip(&step).filter(|(j, step)| ends_at_0(**j, at[**j], at[**j] + **step));
        let share = crossings.map(|(j, step)| -at[*j] / step).fold(1.0, f64::min);
        for (j, step) in active.into_iter().zip(&step) {
            let next = at[j] + share * step;
            self.set(j, if ends_at_0(j, at[j], next) { 0.0 } else { next }, at, slope);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `XᵀX` and `Xᵀy` of rows that look random; the last columns follow from the first.
    fn problem(seed: usize, n_rows: usize, n: usize, n_dependent: usize) -> (Array2<f64>, Vec<f64>) {
        let noise = super::super::example_rows::noise;
        let mut x = Array2::from_shape_fn((n_rows, n), |(i, j)| noise(i + 1000 * seed, j) - 0.5);
        for k in 0..n_dependent.min(n / 2) {
            let column = &x.column(k) - &x.column(k + 1);
            x.column_mut(n - 1 - k).assign(&column);
        }
        let y = Array1::from_shape_fn(n_rows, |i| 3.0 * x[[i, 0]] - 2.0 * x[[i, n - 1]] + noise(i + 1000 * seed, 99) - 0.5);
        (x.t().dot(&x), x.t().dot(&y).to_vec())
    }

    fn misses(matrix: &Array2<f64>, c: &[f64], l1: &[f64], at: &[f64]) -> f64 {
        let slope = Array1::from(c.to_vec()) - matrix.dot(&Array1::from(at.to_vec()));
        let missed = |j: usize| {
            if at[j] == 0.0 { slope[j].abs() - l1[j] } else { (slope[j] - l1[j] * at[j].signum()).abs() }
        };
        (0..at.len()).map(missed).fold(0.0, f64::max) / c.iter().map(|c| c.abs()).fold(0.0, f64::max)
    }

    proptest! {
        /// The conditions of Karush, Kuhn and Tucker: no slope exceeds l1, and those of unknowns that are not 0 are l1.
        #[test]
        fn the_conditions_of_a_minimum_hold(
            seed in 0..50_usize, n_rows in 3..60_usize, n in 1..25_usize, n_dependent in 0..4_usize, share in -5.0..0.1_f64, free in 0..3_usize,
        ) {
            let (matrix, c) = problem(seed, n_rows, n, n_dependent);
            let l1_max = c.iter().map(|c| c.abs()).fold(0.0, f64::max);
            // Some unknowns cost nothing.
            let l1: Vec<f64> = (0..n).map(|j| if j >= 1 && j <= free { 0.0 } else { l1_max * 10.0_f64.powf(share) }).collect();
            let (mut at, mut slope) = (vec![0.0; n], c.clone());
            SparseQuadratic::new(&matrix).minimise(&l1, &mut at, &mut slope);
            prop_assert!(at.iter().all(|b| b.is_finite()));
            let missed = misses(&matrix, &c, &l1, &at);
            prop_assert!(missed < 1e-11, "{missed} at {at:?}");
        }
    }

    #[test]
    fn orthogonal_columns_are_thresholded() {
        let matrix = Array2::from_diag(&Array1::from(vec![2.0, 1.0, 4.0, 0.0]));
        let (mut at, mut slope) = (vec![0.0, 5.0, -1.0, 3.0], vec![6.0, -5.5, 1.0 + 4.0, 0.0]);
        SparseQuadratic::new(&matrix).minimise(&[1.0; 4], &mut at, &mut slope);
        assert_eq!(at, [2.5, 0.0, 0.0, 0.0]);
    }

    /// The columns of a category add up to a constant, so that all of them together say nothing, but cost.
    #[test]
    fn a_tiny_cost_is_enough_to_choose_among_dependent_columns() {
        let (matrix, c) = problem(7, 40, 12, 5);
        let l1 = vec![1e-9; 12];
        let (mut at, mut slope) = (vec![0.0; 12], c.clone());
        SparseQuadratic::new(&matrix).minimise(&l1, &mut at, &mut slope);
        assert!(misses(&matrix, &c, &l1, &at) < 1e-12, "{at:?}");
        assert!(at.iter().filter(|b| **b == 0.0).count() >= 5, "{at:?}");
    }

    #[test]
    fn a_start_elsewhere_leads_to_the_same_minimum() {
        let (matrix, c) = problem(3, 50, 8, 0);
        let l1 = vec![0.4; 8];
        let (mut cold, mut cold_slope) = (vec![0.0; 8], c.clone());
        SparseQuadratic::new(&matrix).minimise(&l1, &mut cold, &mut cold_slope);
        let start = Array1::from_shape_fn(8, |j| j as f64 - 3.0);
        let mut slope = (Array1::from(c) - matrix.dot(&start)).to_vec();
        let mut warm = start.to_vec();
        SparseQuadratic::new(&matrix).minimise(&l1, &mut warm, &mut slope);
        for (a, b) in warm.iter().zip(&cold) {
            assert!((a - b).abs() < 1e-10 && (*a == 0.0) == (*b == 0.0), "{warm:?} is not {cold:?}");
        }
    }
}
