//! Many columns: the products of all columns measure every direction.
//!
//! Where no column tells classes apart, the Hessian is `p_k (δ_kl - p_l) XᵀX` with the shares p of the classes (Böhning 1992). Among
//! predictors with sum 0 that is about `p_k XᵀX`. Correlated columns, such as neighbouring pixels, are as hard for a limited memory as
//! the condition of XᵀX, and with its inverse at hand they are as easy as others.

use std::sync::Arc;

use ndarray::Array2;

use super::super::fold::RowSource;
use super::super::kernel;
use super::super::least_squares::LeastSquares;
use super::super::linear::Penalty;
use super::super::solve::Cholesky;
use super::Multinomial;
use super::classes::Classes;
use crate::error::Result;

/// The products of p columns cost as much as p/8 gradients of one class, measured; a search that they guide is shorter by some fifty
/// gradients of all classes. So many columns a class are worth it.
const COLUMNS_PER_CLASS: usize = 200;
/// Of more columns the matrix is not made.
const MAX_COLUMNS: usize = 3000;

/// `p_k⁻¹ (XᵀX + λ/p̄)⁻¹` for each class.
#[derive(Debug)]
pub(super) struct Gram {
    /// Of the columns, centred, with the penalty of a class of mean share.
    factor: Cholesky,
    /// The mean of each column; none where there is no intercept.
    means: Option<Vec<f64>>,
    weight: f64,
    /// The share of each class.
    shares: Vec<f64>,
}

impl Gram {
    /// None where the columns are too many, or so dependent that there is no inverse.
    pub(super) fn new(
        estimator: &Multinomial,
        source: &impl RowSource,
        segments: &[usize],
        classes: &Classes,
    ) -> Result<Option<Self>> {
        let layout = &estimator.layout;
        let n_columns = layout.n_columns();
        if n_columns > MAX_COLUMNS.min(COLUMNS_PER_CLASS * classes.len()) {
            return Ok(None);
        }
        // Only the sums over columns are wanted; the target is along for nothing.
        let sums = LeastSquares { layout: Arc::clone(layout), penalty: Penalty::NONE, target_mean: 0.0, target_std_dev: 1.0 };
        let equations = source.run(&sums, segments)?;
        let columns: Vec<usize> = (0..n_columns).collect();
        let (mut matrix, _): (Array2<f64>, _) = equations.centred(layout, &columns);
        // Without a penalty columns may depend on each other, and there must be an inverse.
        let l2 = estimator.penalty.l2.max(1.0) * classes.len() as f64;
        matrix.diag_mut().iter_mut().for_each(|square| *square += l2);
        let weight = equations.weight();
        let means = layout.has_intercept().then(|| equations.column_weights()[1..].iter().map(|sum| sum / weight).collect());
        let shares = classes.shares().collect();
        Ok(Cholesky::new(&matrix).map(|factor| Self { factor, means, weight, shares }))
    }

    /// Multiplies a vector over all predictors, each with its intercept first, by the inverse.
    pub(super) fn precondition(&self, vector: &mut [f64]) {
        let width = vector.len() / self.shares.len();
        let mut predictors: Vec<(&mut f64, &mut [f64])> =
            vector.chunks_exact_mut(width).filter_map(<[f64]>::split_first_mut).collect();
        if let Some(means) = &self.means {
            predictors.iter_mut().for_each(|(intercept, slopes)| kernel::add_scaled(slopes, -**intercept, means));
        }
        self.factor.solve_each(predictors.iter_mut().map(|(_, slopes)| &mut **slopes).collect());
        for ((intercept, slopes), share) in predictors.into_iter().zip(&self.shares) {
            *intercept = match &self.means {
                Some(means) => (*intercept / self.weight - kernel::dot(slopes, means)) / share,
                None => 0.0,
            };
            slopes.iter_mut().for_each(|slope| *slope /= share);
        }
    }
}
