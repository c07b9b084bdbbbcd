//! How well a model fits the rows that it was trained on.

use serde::{Deserialize, Serialize};

/// Fit on the training rows, by row weights without class weights.
///
/// *Source*: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 2.3; Akaike (1974).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Goodness {
    /// Training rows of weight above 0.
    pub n_rows: u64,
    /// Coefficients that were estimated, with the intercepts; dependent ones are not counted.
    pub n_parameters: u64,
    /// The same of a model without columns: 1 where there is an intercept, of several labels one less than these, else 0.
    pub n_null_parameters: u64,
    /// Twice what the log-likelihood lacks to that of a perfect fit: of least squares the residual sum of squares.
    pub deviance: f64,
    /// The same for a model without columns: of the intercept alone, where there is one.
    pub null_deviance: f64,
    /// At the fitted coefficients, where the family has one. The variance of least squares is the one of highest likelihood.
    pub log_likelihood: Option<f64>,
}

impl Goodness {
    /// `2 k - 2 log L` with k = number of parameters.
    pub fn aic(&self) -> Option<f64> {
        self.log_likelihood.map(|log_likelihood| 2.0 * (self.n_parameters as f64 - log_likelihood))
    }

    /// `1 - deviance / null deviance`: of least squares R², of other families the share of the deviance that is explained. NaN
    /// where nothing is to be explained.
    pub fn r_squared(&self) -> f64 {
        1.0 - self.deviance / self.null_deviance
    }

    /// R² that does not grow by chance with the number of coefficients: `1 - (deviance / (n - k)) / (null deviance / (n - k₀))`
    /// with k₀ = number of parameters without columns. NaN
    /// where no rows are left to judge by.
    pub fn adjusted_r_squared(&self) -> f64 {
        let n = self.n_rows as f64;
        1.0 - (self.deviance / (n - self.n_parameters as f64)) / (self.null_deviance / (n - self.n_null_parameters as f64))
    }
}
