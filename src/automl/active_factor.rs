//! The Cholesky factor of some rows and columns of a symmetric matrix, kept while some are taken in and others left out.
//!
//! A column that comes in is one more row of the factor (bordering); one that goes takes its row with it, and rotations bring the
//! rows below back to a triangle. Both take the square of the number of columns, where a new factor takes the cube.
//!
//! Source: Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), sections 4.2.9 and 6.5.3.

use super::{current, kernel};

/// A column of which no more than this share is left beside the others follows from them.
const DEPENDENT: f64 = 1e-11;

/// `Q[columns, columns]` as `L Lᵀ`, for a symmetric positive semidefinite Q and columns that do not follow from each other.
#[derive(Debug, Default)]
pub(crate) struct ActiveFactor {
    /// Rows and columns of Q, in the order of the factor.
    columns: Vec<usize>,
    /// Row `k` of L has `k + 1` numbers.
    rows: Vec<Vec<f64>>,
}

/// A column that is a combination of those of the factor, to rounding.
#[derive(Debug)]
pub(crate) struct Dependent {
    pub column: usize,
    /// Of each column of the factor.
    pub shares: Vec<f64>,
}

impl ActiveFactor {
    /// The columns, in the order of the factor.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Those of some columns that are not in the factor.
    pub(crate) fn missing(&self, wanted: &[usize]) -> Vec<usize> {
        let mut held = self.columns.clone();
        held.sort_unstable();
        wanted.iter().copied().filter(|column| held.binary_search(column).is_err()).collect()
    }

    /// Products that it takes to become the factor of some columns and to solve, roughly.
    pub(crate) fn cost_of(&self, wanted: &[usize]) -> usize {
        let (n, n_before) = (wanted.len(), self.columns.len());
        let mut n_kept = n - self.missing(wanted).len();
        let n_left_out = n_before - n_kept;
        if is_made_anew(n_left_out, n_before) {
            n_kept = 0;
        }
        (n.pow(3) - n_kept.pow(3)) / 6 + n_kept.min(1) * n_left_out * n_before * n_before + n * n
    }

    /// Leaves out all columns but some. Cancellable: then it is of no use.
    pub(crate) fn keep_only(&mut self, is_kept: impl Fn(usize) -> bool) {
        let n_left_out = self.columns.iter().filter(|column| !is_kept(**column)).count();
        if is_made_anew(n_left_out, self.columns.len()) {
            *self = Self::default();
        }
        for place in (0..self.columns.len()).rev() {
            if !is_kept(self.columns[place]) && !current::is_cancelled() {
                self.leave_out(place);
            }
        }
    }

    /// `x` with `L Lᵀ x = b`, both in the order of [`columns`](Self::columns).
    pub(crate) fn solve(&self, mut b: Vec<f64>) -> Vec<f64> {
        for (i, row) in self.rows.iter().enumerate() {
            b[i] = (b[i] - kernel::dot(&row[..i], &b[..i])) / row[i];
        }
        self.solve_upper(&mut b);
        b
    }

    /// Puts `x` with `Lᵀ x = b` in the place of b.
    fn solve_upper(&self, b: &mut [f64]) {
        for (i, row) in self.rows.iter().enumerate().rev() {
            let (before, rest) = b.split_at_mut(i);
            rest[0] /= row[i];
            kernel::add_scaled(before, -rest[0], &row[..i]);
        }
    }

    /// Takes in some columns, up to the first that follows from those before it. `q` is row-major, shape `(n, n)`.
    pub(crate) fn take_in(&mut self, new: &[usize], q: &[f64], n: usize) -> Option<Dependent> {
        // What the rows before say of all of them: each of those is loaded once.
        let n_before = self.rows.len();
        let mut panel: Vec<Vec<f64>> = vec![Vec::with_capacity(n_before + new.len()); new.len()];
        for (place, (other, column)) in self.rows.iter().zip(&self.columns).enumerate() {
            for (row, new) in panel.iter_mut().zip(new) {
                row.push((q[new * n + column] - kernel::dot(row, &other[..place])) / other[place]);
            }
        }
        for (mut row, new) in panel.into_iter().zip(new) {
            for place in n_before..self.rows.len() {
                let other = &self.rows[place];
                row.push((q[new * n + self.columns[place]] - kernel::dot(&row, &other[..place])) / other[place]);
            }
            let square = q[new * n + new];
            let left = square - kernel::dot(&row, &row);
            if left.is_nan() || left <= square * DEPENDENT {
                self.solve_upper(&mut row);
                return Some(Dependent { column: *new, shares: row });
            }
            row.push(left.sqrt());
            self.rows.push(row);
            self.columns.push(*new);
        }
        None
    }

    /// The rows below the one that goes have one number too many, right of the diagonal: rotations of neighbouring columns make
    /// it 0.
    fn leave_out(&mut self, place: usize) {
        self.columns.remove(place);
        self.rows.remove(place);
        let mut rotations: Vec<(f64, f64)> = Vec::with_capacity(self.rows.len() - place);
        for row in &mut self.rows[place..] {
            let mut left = row[place];
            for (k, (cos, sin)) in (place..).zip(&rotations) {
                let right = row[k + 1];
                row[k] = cos * left + sin * right;
                left = cos * right - sin * left;
            }
            let end = place + rotations.len();
            let right = row[end + 1];
            let length = (left * left + right * right).sqrt();
            rotations.push((left / length, right / length));
            row[end] = length;
            row.truncate(end + 1);
        }
    }
}

/// Whether so many columns go that those that stay take less time anew.
fn is_made_anew(n_left_out: usize, n_before: usize) -> bool {
    4 * n_left_out > n_before
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::tests::example_rows::noise;
    use super::*;

    const N: usize = 40;

    fn matrix() -> Vec<f64> {
        let x = Array2::from_shape_fn((60, N), |(i, j)| noise(i, j) - 0.5);
        x.t().dot(&x).iter().copied().collect()
    }

    /// What the product of the factor with its transpose misses the matrix by.
    fn missed(factor: &ActiveFactor, q: &[f64]) -> f64 {
        let mut worst = 0.0_f64;
        for (row, a) in factor.rows.iter().zip(&factor.columns) {
            for (other, b) in factor.rows.iter().zip(&factor.columns) {
                let product: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                worst = worst.max((product - q[a * N + b]).abs());
            }
        }
        worst
    }

    #[test]
    fn columns_come_and_go() {
        let q = matrix();
        let mut factor = ActiveFactor::default();
        for round in 0..60_usize {
            let wanted: Vec<usize> = (0..N).filter(|j| noise(round / 3, *j) < 0.7 || j % 11 == round % 11).collect();
            factor.keep_only(|column| wanted.binary_search(&column).is_ok());
            for panel in factor.missing(&wanted).chunks(5) {
                assert!(factor.take_in(panel, &q, N).is_none());
            }
            let mut columns = factor.columns().to_vec();
            columns.sort_unstable();
            assert_eq!(columns, wanted);
            assert!(missed(&factor, &q) < 1e-13, "{}", missed(&factor, &q));
            let b: Vec<f64> = factor.columns().iter().map(|j| *j as f64).collect();
            let x = factor.solve(b.clone());
            for (row, b) in factor.columns().iter().zip(&b) {
                let product: f64 = factor.columns().iter().zip(&x).map(|(column, x)| q[row * N + column] * x).sum();
                assert!((product - b).abs() < 1e-10, "{product} is not {b}");
            }
        }
    }

    #[test]
    fn a_column_that_follows_from_others_is_told_with_its_shares() {
        let x = Array2::from_shape_fn((60, 4), |(i, j)| if j < 3 { noise(i, j) - 0.5 } else { 0.0 });
        let mut x = x;
        let sum = 2.0 * &x.column(0) - x.column(2);
        x.column_mut(3).assign(&sum);
        let q: Vec<f64> = x.t().dot(&x).iter().copied().collect();
        let mut factor = ActiveFactor::default();
        let Some(Dependent { column, shares }) = factor.take_in(&[0, 2, 3, 1], &q, 4) else { panic!("no dependence") };
        assert_eq!((column, factor.columns()), (3, [0, 2].as_slice()));
        assert!((shares[0] - 2.0).abs() < 1e-12 && (shares[1] + 1.0).abs() < 1e-12, "{shares:?}");
    }
}
