//! Eigenvalues and eigenvectors of symmetric matrices, by Jacobi's rotations.
//!
//! After Golub and Van Loan, *Matrix Computations*, 4th edition, section 8.5: each rotation makes one pair of elements beside the
//! diagonal zero; a sweep goes through all pairs, and after a handful of sweeps nothing is left of them. Slower than reducing to
//! three diagonals first, and at least as exact.

use ndarray::Array2;

/// Sweeps at most; some ten are enough for any matrix.
const SWEEPS: usize = 60;

/// The eigenvalues, falling, with their eigenvectors of length 1, of which the largest number is positive (of equally large ones
/// the first).
pub(super) fn eigenvectors(mut a: Array2<f64>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.nrows();
    let mut vectors: Array2<f64> = Array2::eye(n);
    let total: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let beside: f64 = a.indexed_iter().filter(|((row, column), _)| row != column).map(|(_, x)| x * x).sum();
        if beside <= total * (f64::EPSILON * 1e-3).powi(2) {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    let values = a.diag().to_vec();
    let mut order: Vec<usize> = (0..n).collect();
    let value = |place: usize| values.get(place).copied().unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|one, other| value(*other).total_cmp(&value(*one)));
    let vector = |place: &usize| {
        let vector = vectors.column(*place).to_vec();
        let largest = vector.iter().fold(0.0_f64, |largest, x| if x.abs() > largest.abs() { *x } else { largest });
        vector.into_iter().map(|x| if largest < 0.0 { -x } else { x }).collect()
    };
    (order.iter().map(|place| value(*place)).collect(), order.iter().map(vector).collect())
}

/// Turns the plane of two axes so that the element of both becomes zero.
fn rotate(a: &mut Array2<f64>, vectors: &mut Array2<f64>, p: usize, q: usize) {
    let pair = a[[p, q]];
    if pair == 0.0 {
        return;
    }
    let slope = (a[[q, q]] - a[[p, p]]) / (2.0 * pair);
    let tangent = slope.signum() / (slope.abs() + slope.hypot(1.0));
    let cosine = tangent.hypot(1.0).recip();
    let sine = tangent * cosine;
    for k in 0..a.nrows() {
        (a[[k, p]], a[[k, q]]) = (cosine * a[[k, p]] - sine * a[[k, q]], sine * a[[k, p]] + cosine * a[[k, q]]);
    }
    for k in 0..a.nrows() {
        (a[[p, k]], a[[q, k]]) = (cosine * a[[p, k]] - sine * a[[q, k]], sine * a[[p, k]] + cosine * a[[q, k]]);
    }
    (a[[p, q]], a[[q, p]]) = (0.0, 0.0);
    for k in 0..vectors.nrows() {
        let (x, y) = (vectors[[k, p]], vectors[[k, q]]);
        (vectors[[k, p]], vectors[[k, q]]) = (cosine * x - sine * y, sine * x + cosine * y);
    }
}
