//! The minimum of a quadratic with a cost on the sizes of its unknowns, many of which are then exactly 0.
//!
//! Minimises `½ bᵀQb - cᵀb + Σ l1[j]·|b[j]|` one unknown after the other: with all others fixed the best value is known, and how
//! the slopes change is a row of Q (covariance updates). Most sweeps pass over the unknowns only that are not 0. Where sweeps
//! are slow because unknowns depend on each other, the smooth quadratic that holds as long as no sign changes is solved at
//! once, and its direction followed to the lowest point, past changes of signs. Its Cholesky factor is kept from leap to leap.
//!
//! Sources: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate Descent",
//! *Journal of Statistical Software* 33(1) (2010), section 2; the leaps are Lee, Battle, Raina and Ng, "Efficient sparse coding
//! algorithms", *Advances in Neural Information Processing Systems* 19 (2006).

use ndarray::Array2;

use super::active_factor::{ActiveFactor, Dependent};
use super::{current, kernel};

/// No slope misses its condition at the minimum by more than this share of the largest one.
const PRECISION: f64 = 1e-13;
/// Sweeps over the unknowns that are not 0 before a leap, at most: fewer where a leap takes no longer than that.
const SWEEPS: usize = 30;
/// A product of a sweep takes as long as so many of a factorisation, which works on numbers that are at hand.
const SWEEP_COST: usize = 4;
/// Columns that are taken into a factor at once: they fit the second-level cache.
const PANEL: usize = 16;
/// Rounds of sweeps and a leap at most. Where columns are more than rows, each may change one of the unknowns that are not 0.
const MAX_ROUNDS: usize = 20_000;
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

    /// Moves `at` to a minimum. `slope` is `c - Q·at` and is kept so. Unknowns whose `l1` is 0 cost nothing. Shapes: `(n,)`. Says
    /// how many rounds it took.
    pub(crate) fn minimise(&self, l1: &[f64], at: &mut [f64], slope: &mut [f64]) -> usize {
        let point = &mut Point { l1, at, slope };
        let all: Vec<usize> = (0..self.n).collect();
        let mut factor = ActiveFactor::default();
        for round in 1..=MAX_ROUNDS {
            // Who cancels does not look at the result.
            if current::is_cancelled() {
                return round;
            }
            let size = |j: usize| point.slope[j].abs().max(point.l1[j]).max(self.diagonal(j) * point.at[j].abs());
            let enough = PRECISION * (0..self.n).map(size).fold(0.0, f64::max);
            if self.sweep(&all, enough, point) <= enough {
                return round;
            }
            let mut active: Vec<usize> = (0..self.n).filter(|j| self.is_active(*j, point)).collect();
            let n_sweeps = (factor.cost_of(&active) / (SWEEP_COST * self.n * active.len()).max(1)).min(SWEEPS);
            if (0..n_sweeps).all(|_| !current::is_cancelled() && self.sweep(&active, enough, point) > enough) {
                active.retain(|j| self.is_active(*j, point));
                self.hold(&mut factor, &active, point);
                self.leap(&factor, point);
            }
        }
        MAX_ROUNDS
    }

    /// Whether the objective has a slope in an unknown, since it is not 0 or costs nothing.
    fn is_active(&self, j: usize, point: &Point<'_>) -> bool {
        (point.at[j] != 0.0 || point.l1[j] == 0.0) && self.diagonal(j) > 0.0
    }

    /// Makes a factor that of the active columns but for those that follow from others: along their combination the quadratic does
    /// not bend, so that an unknown becomes 0 there, or the costs are the same everywhere.
    fn hold(&self, factor: &mut ActiveFactor, active: &[usize], point: &mut Point<'_>) {
        factor.keep_only(|j| self.is_active(j, point));
        let mut panel = PANEL;
        let new = factor.missing(active);
        let mut rest = new.as_slice();
        while !rest.is_empty() && !current::is_cancelled() {
            let (next, others) = rest.split_at(panel.min(rest.len()));
            let Some(Dependent { column, shares }) = factor.take_in(next, &self.matrix, self.n) else {
                rest = others;
                continue;
            };
            // Where one is, there are more: what is known of the columns after it would be made in vain.
            panel = 1;
            let place = rest.iter().position(|new| *new == column).unwrap_or(0);
            rest = &rest[place + 1..];
            let mut step: Vec<(usize, f64)> = factor.columns().iter().copied().zip(shares.iter().map(|share| -share)).collect();
            step.push((column, 1.0));
            if point.falls_along(&step) < 0.0 {
                step.iter_mut().for_each(|(_, step)| *step = -*step);
            }
            self.walk(&step, f64::INFINITY, point);
            let n_before = factor.columns().len();
            factor.keep_only(|j| self.is_active(j, point));
            if factor.columns().len() < n_before && self.is_active(column, point) {
                factor.take_in(&[column], &self.matrix, self.n);
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
    /// a slope of `l1` in the direction of its sign, or of at most `l1` where it is 0, and there it stays where that misses by no
    /// more than is `enough`.
    fn sweep(&self, unknowns: &[usize], enough: f64, point: &mut Point<'_>) -> f64 {
        let mut worst = 0.0_f64;
        for j in unknowns.iter().copied() {
            let (b, s, square) = (point.at[j], point.slope[j], self.diagonal(j));
            let missed = if b == 0.0 { s.abs() - point.l1[j] } else { (s - point.l1[j] * b.signum()).abs() };
            worst = worst.max(missed);
            if b == 0.0 && missed <= enough {
                continue;
            }
            let free = s + square * b;
            let next = match (square > 0.0, point.l1[j] > 0.0) {
                (true, _) => (free.abs() - point.l1[j]).max(0.0).copysign(free) / square,
                // A column that says nothing.
                (false, true) => 0.0,
                (false, false) => b,
            };
            if next != b {
                point.at[j] = next;
                kernel::add_scaled(point.slope, b - next, self.row(j));
            }
        }
        worst
    }

    /// Goes towards the minimum for the present signs, to the lowest point on the way.
    fn leap(&self, factor: &ActiveFactor, point: &mut Point<'_>) {
        let rest = factor.columns().iter().map(|j| point.falls(*j)).collect();
        let step: Vec<(usize, f64)> = factor.columns().iter().copied().zip(factor.solve(rest)).collect();
        self.walk(&step, 1.0, point);
    }

    /// Goes to the lowest point along a step of some unknowns, at most `longest` of it, or nowhere if there is none.
    ///
    /// The objective is a parabola with bends, where unknowns become 0 and the slope changes by `2 · l1 · |step|`.
    fn walk(&self, step: &[(usize, f64)], longest: f64, point: &mut Point<'_>) {
        let mut turn = vec![0.0; self.n];
        let (rows, factors): (Vec<&[f64]>, Vec<f64>) = step.iter().map(|(j, step)| (self.row(*j), *step)).unzip();
        kernel::add_combinations([&mut turn], [&factors], &rows);
        let curvature: f64 = step.iter().map(|(j, step)| step * turn[*j]).sum();
        let mut falls = point.falls_along(step);
        let bend = |(j, step): &(usize, f64)| (-point.at[*j] / step, *j, 2.0 * point.l1[*j] * step.abs());
        // Rounding must not keep an unknown from 0.
        let is_on_the_way =
            |(share, j, _): &(f64, usize, f64)| point.l1[*j] > 0.0 && *share > 0.0 && *share <= longest * (1.0 + ROUNDING);
        let mut bends: Vec<(f64, usize, f64)> = step.iter().map(bend).filter(is_on_the_way).collect();
        bends.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        let mut end = None;
        for (share, j, change) in bends {
            let falls_here = falls - share * curvature;
            if falls_here <= change {
                // Here or before.
                end = (falls_here > 0.0).then_some((share, j));
                break;
            }
            falls -= change;
        }
        let share = match end {
            Some((share, _)) => share,
            None if longest.is_finite() && curvature > 0.0 => (falls / curvature).clamp(0.0, longest),
            None => return,
        };
        for (j, step) in step {
            point.at[*j] = if end.is_some_and(|(_, ended)| ended == *j) { 0.0 } else { point.at[*j] + share * step };
        }
        kernel::add_scaled(point.slope, -share, &turn);
    }
}

/// Where the search is.
#[derive(Debug)]
struct Point<'a> {
    l1: &'a [f64],
    at: &'a mut [f64],
    slope: &'a mut [f64],
}

impl Point<'_> {
    /// How fast the objective falls where an unknown grows that is not 0, or costs nothing.
    fn falls(&self, j: usize) -> f64 {
        self.slope[j] - self.l1[j] * self.at[j].signum()
    }

    /// How fast it falls along a step of some unknowns.
    fn falls_along(&self, step: &[(usize, f64)]) -> f64 {
        step.iter().map(|(j, step)| step * self.falls(*j)).sum()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::*;

    /// `XᵀX` and `Xᵀy` of rows that look random; the last columns follow from the first.
    fn problem(seed: usize, n_rows: usize, n: usize, n_dependent: usize) -> (Array2<f64>, Vec<f64>) {
        let noise = super::super::tests::example_rows::noise;
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

    /// Nearly as many columns as rows and a tiny cost: thousands of sweeps, or a few leaps.
    #[test]
    fn ill_conditioned_columns_take_few_rounds() {
        for (n_rows, n, most) in [(130, 127, 40), (300, 40, 10), (60, 200, 400)] {
            let (matrix, c) = problem(11, n_rows, n, 0);
            let l1 = vec![1e-4 * c.iter().map(|c| c.abs()).fold(0.0, f64::max); n];
            let (mut at, mut slope) = (vec![0.0; n], c.clone());
            let rounds = SparseQuadratic::new(&matrix).minimise(&l1, &mut at, &mut slope);
            assert!(rounds <= most, "{rounds} rounds for {n_rows} rows of {n} columns");
            assert!(misses(&matrix, &c, &l1, &at) < 1e-11);
        }
    }

    /// Columns that are there twice: the cost alone decides, and where it does not, either is a minimum.
    #[test]
    fn equal_and_opposite_columns_do_not_stop_the_search() {
        let (half, _) = problem(5, 40, 6, 0);
        let matrix = Array2::from_shape_fn((12, 12), |(i, j)| {
            let sign = |k: usize| if k >= 9 { -1.0 } else { 1.0 };
            sign(i) * sign(j) * half[[i % 6, j % 6]]
        });
        let truth = Array1::from_shape_fn(12, |j| if j < 6 { j as f64 - 2.5 } else { 0.0 });
        let c = matrix.dot(&truth).to_vec();
        for cost in [1e-12, 1e-3, 0.5] {
            let l1 = vec![cost; 12];
            // All of them, with signs that fight each other.
            let mut at: Vec<f64> = (0..12).map(|j| if j % 2 == 0 { 1.0 } else { -1.0 }).collect();
            let mut slope = (Array1::from(c.clone()) - matrix.dot(&Array1::from(at.clone()))).to_vec();
            let rounds = SparseQuadratic::new(&matrix).minimise(&l1, &mut at, &mut slope);
            assert!(rounds < 50 && misses(&matrix, &c, &l1, &at) < 1e-12, "{rounds} rounds to {at:?}");
        }
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
