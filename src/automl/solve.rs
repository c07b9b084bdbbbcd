//! Small symmetric systems: pivoted Cholesky with rank, minimum-norm solutions, and which columns depend on which.
//!
//! Method: Cholesky factorisation with complete (diagonal) pivoting, Higham, *Accuracy and Stability of Numerical
//! Algorithms*, 2nd ed. (2002), section 10.3.

use ndarray::{Array1, Array2};

use super::cancel::Cancel;
use super::{current, kernel};
use crate::error::Result;

/// Columns whose variance is explained by the others to all but this share count as dependent.
const DEPENDENT: f64 = 1e-11;
/// A column takes part in a combination of scaled columns if its factor is above this.
const SHARE: f64 = 1e-6;

/// A symmetric positive semidefinite matrix as `P Rᵀ R Pᵀ`, scaled to a unit diagonal first.
#[derive(Debug)]
pub(crate) struct PivotedCholesky {
    /// The rows of R over the pivoted columns; row `k` starts with `k` zeros. Shape: `(rank, n)`.
    factor: Vec<Vec<f64>>,
    /// The original place of each pivoted column.
    order: Vec<usize>,
    /// Square roots of the diagonal, by original place; 0 for columns without weight.
    scale: Vec<f64>,
    rank: usize,
}

impl PivotedCholesky {
    /// Factors a symmetric matrix; only its values matter, not which triangle they were computed in.
    pub(crate) fn new(matrix: &Array2<f64>) -> Self {
        let n = matrix.nrows();
        let scale: Vec<f64> = matrix.diag().iter().map(|d| if *d > 0.0 && d.is_finite() { d.sqrt() } else { 0.0 }).collect();
        let inverse = |i: usize| if scale[i] > 0.0 { 1.0 / scale[i] } else { 0.0 };
        let mut rest: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| matrix[[i, j]] * inverse(i) * inverse(j)).collect()).collect();
        let mut order: Vec<usize> = (0..n).collect();
        let mut factor: Vec<Vec<f64>> = Vec::new();
        for k in 0..n {
            // Nobody waits for what comes of it.
            if current::is_cancelled() {
                factor.clear();
                break;
            }
            // Of diagonals that are equal but for rounding the first column: it is the later one that is then called dependent.
            let largest = (k..n).map(|i| rest[i][i]).fold(f64::NEG_INFINITY, f64::max);
            let near = |i: &usize| rest[*i][*i] >= largest * (1.0 - 1e-6);
            let pivot = (k..n).filter(near).min_by_key(|i| order[*i]).unwrap_or(k);
            if rest[pivot][pivot].is_nan() || rest[pivot][pivot] <= DEPENDENT {
                break;
            }
            order.swap(k, pivot);
            rest.swap(k, pivot);
            rest.iter_mut().chain(&mut factor).for_each(|row| row.swap(k, pivot));
            let root = rest[k][k].sqrt();
            let mut row = vec![0.0; n];
            row.iter_mut().zip(&rest[k]).skip(k).for_each(|(out, value)| *out = value / root);
            for i in k + 1..n {
                kernel::add_scaled(&mut rest[i][k + 1..], -row[i], &row[k + 1..]);
            }
            factor.push(row);
        }
        Self { rank: factor.len(), factor, order, scale }
    }

    /// The solution of `matrix · x = b` of least norm.
    pub(crate) fn solve(&self, b: &Array1<f64>) -> Array1<f64> {
        let n = self.order.len();
        let scaled = |place: usize| {
            let i = self.order[place];
            if self.scale[i] > 0.0 { b[i] / self.scale[i] } else { 0.0 }
        };
        // R[..rank, ..rank]ᵀ c = b
        let mut c = Array1::zeros(self.rank);
        for k in 0..self.rank {
            let known: f64 = (0..k).map(|i| self.factor[i][k] * c[i]).sum();
            c[k] = (scaled(k) - known) / self.factor[k][k];
        }
        let x = if self.rank == n { self.back_substitute(&c) } else { self.least_norm(&c) };
        let mut out = Array1::zeros(n);
        for (place, i) in self.order.iter().enumerate() {
            out[*i] = if self.scale[*i] > 0.0 { x[place] / self.scale[*i] } else { 0.0 };
        }
        out
    }

    /// `R x = c` for square R.
    fn back_substitute(&self, c: &Array1<f64>) -> Array1<f64> {
        let n = self.rank;
        let mut x = c.clone();
        for k in (0..n).rev() {
            let known: f64 = (k + 1..n).map(|j| self.factor[k][j] * x[j]).sum();
            x[k] = (x[k] - known) / self.factor[k][k];
        }
        x
    }

    /// `x = S² Rᵀ (R S² Rᵀ)⁻¹ c`: of all solutions of `R x = c` the one whose `S⁻¹ x`, the unscaled solution, is shortest.
    fn least_norm(&self, c: &Array1<f64>) -> Array1<f64> {
        let square: Vec<f64> = self.order.iter().map(|i| self.scale[*i] * self.scale[*i]).collect();
        let mut scaled = self.factor.clone();
        scaled.iter_mut().for_each(|row| row.iter_mut().zip(&square).for_each(|(value, square)| *value *= square));
        let mut gram = Array2::zeros((self.rank, self.rank));
        for i in (0..self.rank).take_while(|_| !current::is_cancelled()) {
            for j in 0..=i {
                let product = kernel::dot(&self.factor[i], &scaled[j]);
                (gram[[i, j]], gram[[j, i]]) = (product, product);
            }
        }
        let z = Self::new(&gram).solve(c);
        let mut x = vec![0.0; square.len()];
        scaled.iter().zip(&z).for_each(|(row, z)| kernel::add_scaled(&mut x, *z, row));
        x.into()
    }

    /// The smallest pivot relative to its column's square: 0 where a column depends on others, 1 where there is none.
    pub(crate) fn smallest_pivot(&self) -> f64 {
        let is_dependent = self.order[self.rank..].iter().any(|i| self.scale[*i] > 0.0);
        let pivots = self.factor.iter().enumerate().map(|(k, row)| row[k] * row[k]);
        if is_dependent { 0.0 } else { pivots.fold(1.0, f64::min) }
    }

    /// Each dependent column with the columns that it is a combination of, by original places.
    pub(crate) fn dependencies(&self) -> Vec<(usize, Vec<usize>)> {
        self.combinations()
            .take_while(|_| !current::is_cancelled())
            .map(|(column, x)| {
                let of = (0..self.rank).filter(|k| x[*k].abs() > SHARE).map(|k| self.order[k]).collect();
                (column, of)
            })
            .collect()
    }

    /// Each dependent column with its factors of the independent ones, of columns scaled to a unit diagonal.
    fn combinations(&self) -> impl Iterator<Item = (usize, Array1<f64>)> {
        let dependent = (self.rank..self.order.len()).filter(|place| self.scale[self.order[*place]] > 0.0);
        dependent.map(|place| (self.order[place], self.back_substitute(&self.factor.iter().map(|row| row[place]).collect())))
    }

    /// The columns that none of the others before it in the factorisation explains, in their original order.
    pub(crate) fn independent(&self) -> Vec<usize> {
        let mut columns = self.order[..self.rank].to_vec();
        columns.sort_unstable();
        columns
    }

    /// A basis of the vectors v with `matrix · v = 0`, but for those of columns without weight, by original places. Each is scaled
    /// so that `v[i] · √matrix[i, i]` is 1 for its dependent column.
    pub(crate) fn null_space(&self) -> Vec<Vec<f64>> {
        let vector = |(column, x): (usize, Array1<f64>)| {
            let mut v = vec![0.0; self.order.len()];
            v[column] = 1.0 / self.scale[column];
            let shares = x.iter().zip(&self.order).filter(|(x, _)| x.abs() > SHARE);
            shares.for_each(|(x, column)| v[*column] = -x / self.scale[*column]);
            v
        };
        self.combinations().map(vector).collect()
    }

    /// The inverse over the [`independent`](Self::independent) columns, 0 elsewhere: a generalised inverse. Shape: `(n, n)`.
    /// Cancellable.
    pub(crate) fn inverse(&self, cancel: &Cancel) -> Result<Array2<f64>> {
        // R⁻¹ by rows, from the last: each is made of those below it.
        let mut rows = vec![vec![0.0; self.rank]; self.rank];
        for i in (0..self.rank).rev() {
            cancel.check()?;
            let (above, below) = rows.split_at_mut(i + 1);
            let row = &mut above[i];
            row[i] = 1.0;
            for (k, lower) in (i + 1..).zip(below.iter()) {
                kernel::add_scaled(&mut row[k..], -self.factor[i][k], &lower[k..]);
            }
            row.iter_mut().for_each(|value| *value /= self.factor[i][i]);
        }
        let mut inverse = Array2::zeros((self.order.len(), self.order.len()));
        for i in 0..self.rank {
            cancel.check()?;
            for j in i..self.rank {
                let (a, b) = (self.order[i], self.order[j]);
                let entry = kernel::dot(&rows[i][j..], &rows[j][j..]) / (self.scale[a] * self.scale[b]);
                inverse[[a, b]] = entry;
                inverse[[b, a]] = entry;
            }
        }
        Ok(inverse)
    }
}

/// A positive definite matrix as `L Lᵀ`.
#[derive(Debug)]
pub(crate) struct Cholesky {
    n: usize,
    /// L by rows, one after the other in memory, so that its inner products run over neighbours. Shape: `(n, n)`.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix; `None` where it is not positive definite to working precision.
    pub(crate) fn new(matrix: &Array2<f64>) -> Option<Self> {
        let n = matrix.nrows();
        let mut lower = vec![0.0; n * n];
        for i in 0..n {
            if current::is_cancelled() {
                return None;
            }
            let (above, below) = lower.split_at_mut(i * n);
            let row = &mut below[..n];
            for j in 0..i {
                let other = &above[j * n..j * n + n];
                row[j] = (matrix[[i, j]] - kernel::dot(&row[..j], &other[..j])) / other[j];
            }
            let rest = matrix[[i, i]] - kernel::dot(&row[..i], &row[..i]);
            // Too little left of the diagonal means that the rest is rounding.
            if rest.is_nan() || rest <= matrix[[i, i]].abs() * 1e-14 {
                return None;
            }
            row[i] = rest.sqrt();
        }
        Some(Self { n, lower })
    }

    /// The solution of `matrix · x = b`; of a longer vector the first numbers are taken.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let (n, lower) = (self.n, &self.lower);
        let mut x = b[..n].to_vec();
        for i in 0..n {
            x[i] = (x[i] - kernel::dot(&lower[i * n..i * n + i], &x[..i])) / lower[i * n + i];
        }
        // Row by row here as well: each unknown is subtracted from all before it as soon as it is known.
        for i in (0..n).rev() {
            let (before, rest) = x.split_at_mut(i);
            rest[0] /= lower[i * n + i];
            kernel::add_scaled(before, -rest[0], &lower[i * n..i * n + i]);
        }
        x
    }
}

/// Solves `matrix · x = b` for a positive definite matrix; `None` where it is not positive definite to working precision.
pub(crate) fn solve_positive_definite(matrix: &Array2<f64>, b: &Array1<f64>) -> Option<Array1<f64>> {
    let x = Array1::from(Cholesky::new(matrix)?.solve(&b.to_vec()));
    x.iter().all(|value| value.is_finite()).then_some(x)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ndarray::array;

    use super::*;

    fn assert_close(a: &Array1<f64>, b: &Array1<f64>) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12), "{a} is not {b}");
    }

    #[test]
    fn full_rank_is_solved_exactly() {
        let a = array![[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let x = array![1.0, -2.0, 0.5];
        let b = a.dot(&x);
        assert_close(&PivotedCholesky::new(&a).solve(&b), &x);
        assert_close(&solve_positive_definite(&a, &b).unwrap(), &x);
    }

    #[test]
    fn equal_columns_share_the_coefficient() {
        let a = array![[2.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 0.0, 1.0]];
        let factored = PivotedCholesky::new(&a);
        assert_eq!(factored.rank, 2);
        assert_close(&factored.solve(&array![4.0, 4.0, 3.0]), &array![1.0, 1.0, 3.0]);
        assert_eq!(factored.dependencies(), vec![(1, vec![0])]);
        assert!(solve_positive_definite(&a, &array![4.0, 4.0, 3.0]).is_none());
    }

    #[test]
    fn least_norm_is_that_of_the_unscaled_solution() {
        // The second column is twice the first: x = (1, 2) is the shortest of all solutions.
        let a = array![[1.0, 2.0], [2.0, 4.0]];
        assert_close(&PivotedCholesky::new(&a).solve(&array![5.0, 10.0]), &array![1.0, 2.0]);
    }

    #[test]
    fn the_inverse_is_that_of_the_independent_columns() {
        let a = array![[4.0, 2.0, 0.6], [2.0, 5.0, 1.0], [0.6, 1.0, 3.0]];
        let product = PivotedCholesky::new(&a).inverse(&Cancel::default()).unwrap().dot(&a);
        assert!((product - Array2::<f64>::eye(3)).iter().all(|difference| difference.abs() < 1e-14));

        // The third column is the sum of the first two; the last has no weight.
        let b = array![[1.0, 0.0, 1.0, 0.0], [0.0, 4.0, 4.0, 0.0], [1.0, 4.0, 5.0, 0.0], [0.0; 4]];
        let factored = PivotedCholesky::new(&b);
        assert_eq!(factored.independent(), [0, 1]);
        let inverse = factored.inverse(&Cancel::default()).unwrap();
        assert_eq!(inverse, array![[1.0, 0.0, 0.0, 0.0], [0.0, 0.25, 0.0, 0.0], [0.0; 4], [0.0; 4]]);
        let null = factored.null_space();
        let root = 5_f64.sqrt();
        assert_eq!(null.len(), 1);
        assert_close(&Array1::from(null[0].clone()), &array![-1.0 / root, -1.0 / root, 1.0 / root, 0.0]);
    }

    #[test]
    fn the_smallest_pivot_tells_how_near_columns_are() {
        // A correlation of 0.8 leaves 1 - 0.64.
        let pivot = PivotedCholesky::new(&array![[4.0, 2.4], [2.4, 2.25]]).smallest_pivot();
        assert!((pivot - 0.36).abs() < 1e-12, "{pivot}");
        assert_eq!(PivotedCholesky::new(&array![[1.0, 2.0], [2.0, 4.0]]).smallest_pivot(), 0.0);
        assert_eq!(PivotedCholesky::new(&array![[0.0]]).smallest_pivot(), 1.0);
    }

    #[test]
    fn columns_without_weight_get_zero() {
        let a = array![[1.0, 0.0], [0.0, 0.0]];
        let factored = PivotedCholesky::new(&a);
        assert_close(&factored.solve(&array![2.0, 0.0]), &array![2.0, 0.0]);
        assert!(factored.dependencies().is_empty());
    }
}
