//! How sure the coefficients of a fit without penalty are.

use serde::{Deserialize, Serialize};

/// Standard errors of a fit without penalty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inference {
    /// Degrees of freedom of Student's t, where the dispersion is estimated from the rows; none means the normal distribution.
    pub degrees_of_freedom: Option<f64>,
    /// Variance around the mean, relative to that of the family: of least squares the residual variance, of counts and labels 1.
    pub dispersion: f64,
    /// Per output, in the user's own units: the intercept (where there is one), then one per column of the design matrix.
    pub estimates: Vec<Vec<Estimate>>,
    /// `(XᵀWX)⁻¹` over the intercept and the columns of the design matrix on their standardised scale, upper triangle row by row; what
    /// prediction intervals are made of. Columns that took no part are 0. Empty where it is not kept.
    pub unscaled_covariance: Vec<f64>,
}

/// One coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Its value.
    pub value: f64,
    /// Its standard deviation from sample to sample; none for a coefficient that is not estimated: the reference value of a category,
    /// or a column that follows from others.
    pub standard_error: Option<f64>,
}
