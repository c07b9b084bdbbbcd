//! How sure the coefficients of a fit without penalty are.

use serde::{Deserialize, Serialize};

use super::distribution::Reference;
use super::{Family, Model};

/// Standard errors of a fit without penalty.
///
/// Of an estimate b with standard error s, `b / s` is the statistic of the test that its true value is 0. Where the dispersion is
/// estimated (least squares) it follows Student's t, else the normal distribution (labels, counts), there for many rows only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inference {
    /// Degrees of freedom of Student's t, where the dispersion is estimated from the rows; none means the normal distribution.
    pub degrees_of_freedom: Option<f64>,
    /// Variance around the mean, relative to that of the family: of least squares the residual variance, of counts and labels 1.
    pub dispersion: f64,
    /// Per output, in the user's own units: the intercept (where there is one), then one per column of the design matrix. The
    /// column that marks nulls of a number has what a null adds to the number's mean. Several labels: each against the first.
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
    /// or a column that follows from others or that others follow from, whose coefficients the rows cannot tell apart.
    pub standard_error: Option<f64>,
}

impl Estimate {
    /// The estimate over its standard error; NaN where both are 0, infinite where only the error is.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::Estimate;
    ///
    /// assert_eq!(Estimate { value: -3.0, standard_error: Some(1.5) }.statistic(), Some(-2.0));
    /// assert_eq!(Estimate { value: 0.0, standard_error: None }.statistic(), None);
    /// ```
    pub fn statistic(&self) -> Option<f64> {
        self.standard_error.map(|error| self.value / error)
    }
}

impl Inference {
    /// The report's item of section `fit` that says whether a model has standard errors, and if not, why.
    pub(crate) const REPORT_ITEM: &str = "standard errors";

    /// The two-sided p-value of an estimate: how likely a statistic at least as far from 0 would be if the true value were 0.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{Estimate, Inference};
    ///
    /// let fit = Inference { degrees_of_freedom: None, dispersion: 1.0, estimates: vec![], unscaled_covariance: vec![] };
    /// let estimate = Estimate { value: 19.6, standard_error: Some(10.0) };
    /// assert!((fit.p_value(&estimate).unwrap_or(f64::NAN) - 0.049996).abs() < 1e-6);
    /// ```
    pub fn p_value(&self, estimate: &Estimate) -> Option<f64> {
        estimate.statistic().map(|statistic| self.reference().tails(statistic))
    }

    /// The interval around an estimate that holds the true value in this share of samples, low end first; `level` lies in (0, 1).
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{Estimate, Inference};
    ///
    /// let fit = Inference { degrees_of_freedom: Some(11.0), dispersion: 1.0, estimates: vec![], unscaled_covariance: vec![] };
    /// let estimate = Estimate { value: 1.0, standard_error: Some(1.0) };
    /// let (low, high) = fit.confidence_interval(&estimate, 0.95).unwrap_or_default();
    /// assert!((low + 1.200985).abs() < 1e-6 && (high - 3.200985).abs() < 1e-6);
    /// ```
    pub fn confidence_interval(&self, estimate: &Estimate, level: f64) -> Option<(f64, f64)> {
        let margin = estimate.standard_error? * self.margin(level);
        Some((estimate.value - margin, estimate.value + margin))
    }

    /// Half the width of an interval of this level, in standard errors.
    pub(crate) fn margin(&self, level: f64) -> f64 {
        self.reference().quantile(1.0 - level)
    }

    fn reference(&self) -> Reference {
        self.degrees_of_freedom.map_or(Reference::Normal, Reference::StudentT)
    }
}

impl Model {
    /// What prediction intervals are made of, where the model has them: a least squares fit without penalty that keeps its
    /// covariance.
    pub(crate) fn interval_basis(&self) -> Option<&Inference> {
        let has_them = |inference: &&Inference| {
            self.family == Family::Gaussian && inference.degrees_of_freedom.is_some() && !inference.unscaled_covariance.is_empty()
        };
        self.inference.as_ref().filter(has_them)
    }
}
