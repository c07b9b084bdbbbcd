//! One symmetric system for many ridge penalties.
//!
//! With `A = Q T Qᵀ`, Q orthogonal and T tridiagonal, `(A + l2·I)⁻¹ c = Q (T + l2·I)⁻¹ Qᵀ c`: the reduction takes as long as a few
//! solutions, and after it each penalty takes next to nothing.
//!
//! Source: Golub and Van Loan, *Matrix Computations*, 4th ed. (2013), algorithms 8.3.1 (Householder tridiagonalisation) and
//! 4.3.6 (symmetric positive definite tridiagonal systems).

use ndarray::Array2;

use super::kernel;
use crate::error::Result;

/// A reduced symmetric matrix.
#[derive(Debug)]
pub(crate) struct Tridiagonal {
    diagonal: Vec<f64>,
    /// Beside the diagonal, one number less.
    beside: Vec<f64>,
    /// Of each reflection `I - 2 v vᵀ / vᵀv` the vector v over all places but the first `k + 1`, with `2 / vᵀv`.
    reflections: Vec<(Vec<f64>, f64)>,
}

impl Tridiagonal {
    /// Reduces a symmetric matrix; `check` is asked for each of its columns whether to go on.
    pub(crate) fn new(matrix: &Array2<f64>, check: impl Fn() -> Result<()>) -> Result<Self> {
        let n = matrix.nrows();
        // The upper triangle: row i from the diagonal on.
        let mut upper: Vec<Vec<f64>> = (0..n).map(|i| (i..n).map(|j| matrix[[i, j]]).collect()).collect();
        let mut reduced = Self { diagonal: Vec::with_capacity(n), beside: Vec::with_capacity(n), reflections: Vec::new() };
        for k in 0..n {
            check()?;
            let (row, rest) = upper[k..].split_at_mut(1);
            let Some((diagonal, v)) = row[0].split_first_mut() else { break };
            reduced.diagonal.push(*diagonal);
            let length = kernel::dot(v, v).sqrt();
            let Some(first) = v.first_mut() else { break };
            if rest.len() == 1 || length == 0.0 {
                reduced.beside.push(*first);
                reduced.reflections.push((Vec::new(), 0.0));
                continue;
            }
            let beside = -length.copysign(*first);
            *first -= beside;
            let v = std::mem::take(&mut row[0]).split_off(1);
            let factor = 2.0 / kernel::dot(&v, &v);
            // H B H = B - v wᵀ - w vᵀ with p = factor · B v and w = p - factor/2 · (pᵀv) v
            let mut w = vec![0.0; v.len()];
            for (i, row) in rest.iter().enumerate() {
                w[i] += kernel::dot(row, &v[i..]);
                kernel::add_scaled(&mut w[i + 1..], v[i], &row[1..]);
            }
            w.iter_mut().for_each(|w| *w *= factor);
            let along = 0.5 * factor * kernel::dot(&w, &v);
            kernel::add_scaled(&mut w, -along, &v);
            for (i, row) in rest.iter_mut().enumerate() {
                kernel::add_scaled(row, -v[i], &w[i..]);
                kernel::add_scaled(row, -w[i], &v[i..]);
            }
            reduced.beside.push(beside);
            reduced.reflections.push((v, factor));
        }
        Ok(reduced)
    }

    /// `Qᵀ c`: what [`solve`](Self::solve) takes.
    pub(crate) fn rotate(&self, mut c: Vec<f64>) -> Vec<f64> {
        for (k, reflection) in self.reflections.iter().enumerate() {
            reflect(&mut c[k + 1..], reflection);
        }
        c
    }

    /// `(A + l2·I)⁻¹ c` of a rotated c; none where the sum is not positive definite to working precision.
    pub(crate) fn solve(&self, rotated: &[f64], l2: f64) -> Option<Vec<f64>> {
        let n = self.diagonal.len();
        let mut x = rotated.to_vec();
        let (mut pivots, mut factors) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for i in 0..n {
            let mut pivot = self.diagonal[i] + l2;
            if i > 0 {
                let factor = self.beside[i - 1] / pivots[i - 1];
                pivot -= factor * self.beside[i - 1];
                x[i] -= factor * x[i - 1];
                factors.push(factor);
            }
            if pivot.is_nan() || pivot <= 0.0 {
                return None;
            }
            pivots.push(pivot);
        }
        for i in (0..n).rev() {
            x[i] /= pivots[i];
            if i + 1 < n {
                x[i] -= factors[i] * x[i + 1];
            }
        }
        for (k, reflection) in self.reflections.iter().enumerate().rev() {
            reflect(&mut x[k + 1..], reflection);
        }
        Some(x)
    }
}

/// `x - factor · (vᵀx) v`; an empty v leaves x as it is.
fn reflect(x: &mut [f64], (v, factor): &(Vec<f64>, f64)) {
    if !v.is_empty() {
        let along = factor * kernel::dot(v, x);
        kernel::add_scaled(x, -along, v);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ndarray::Array1;

    use super::super::solve::solve_positive_definite;
    use super::super::tests::example_rows::{assert_close, noise};
    use super::*;

    #[test]
    fn solutions_are_those_of_the_whole_system() {
        for (n_rows, n) in [(3, 1), (9, 2), (30, 3), (60, 17), (5, 12)] {
            let x = Array2::from_shape_fn((n_rows, n), |(i, j)| if j == 4 { 0.0 } else { noise(i, j) - 0.5 });
            let matrix = x.t().dot(&x);
            let c: Vec<f64> = (0..n).map(|j| noise(j, 77) - 0.5).collect();
            let reduced = Tridiagonal::new(&matrix, || Ok(())).unwrap();
            let rotated = reduced.rotate(c.clone());
            for l2 in [1e-4, 1.0, 1e3] {
                let whole = &matrix + &(Array2::<f64>::eye(n) * l2);
                let expected = solve_positive_definite(&whole, &Array1::from(c.clone())).unwrap();
                assert_close(&reduced.solve(&rotated, l2).unwrap(), &expected.to_vec(), 1e-9);
            }
        }
    }

    #[test]
    fn a_singular_system_has_no_solution() {
        let reduced = Tridiagonal::new(&Array2::zeros((3, 3)), || Ok(())).unwrap();
        assert!(reduced.solve(&[1.0; 3], 0.0).is_none());
        assert_eq!(reduced.solve(&[1.0; 3], 2.0).unwrap(), [0.5; 3]);
    }
}
