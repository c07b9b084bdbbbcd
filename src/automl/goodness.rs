//! Deviance and likelihood of a fit on its training rows, by row weights without class weights.

use std::f64::consts::PI;

use super::kernel;
use super::linear::{self, Dependencies, Penalty};
use super::prepare::Prepared;
use crate::model::{Family, Goodness, LinearPredictor, ln};

/// A fit of numbers that leaves no more than this share of the variance, or the deviance, of the training rows is as good as exact.
pub(crate) const AS_GOOD_AS_EXACT: f64 = 1e-6;

/// Weights of the training rows; none means that all are 1.
pub(crate) fn weight(prepared: &Prepared) -> Option<&[f64]> {
    prepared.weight.as_ref().map(|weight| &weight[..prepared.segments.n_train()])
}

/// Training rows of weight above 0.
pub(crate) fn n_rows(prepared: &Prepared) -> u64 {
    weight(prepared).map_or(prepared.segments.n_train(), |weight| weight.iter().filter(|w| **w > 0.0).count()) as u64
}

/// Whether something holds for every training row of weight above 0.
pub(crate) fn all_rows(prepared: &Prepared, mut holds: impl Iterator<Item = bool>) -> bool {
    match weight(prepared) {
        None => holds.all(|holds| holds),
        Some(weight) => holds.zip(weight).all(|(holds, weight)| holds || *weight == 0.0),
    }
}

/// Whether an exact fit of a number would say something: more columns than rows always find one, and a constant needs none.
pub(crate) fn may_be_exact(prepared: &Prepared) -> bool {
    (prepared.layout.n_columns() as u64) < n_rows(prepared) && prepared.target_moments.std_dev > 0.0
}

/// `Σ w x` over the training rows, one x a row.
pub(crate) fn weighted_sum(prepared: &Prepared, values: &[f64]) -> f64 {
    weight(prepared).map_or_else(|| kernel::sum(values), |weight| kernel::dot(values, weight))
}

/// Coefficients that were estimated, with the intercepts: columns that follow from others, the reference value of a category and
/// the reference label are not counted, nor what L1 has made 0. Of a penalised fit they are not free, so that it has fewer in effect.
pub(crate) fn n_parameters(
    prepared: &Prepared,
    outputs: &[LinearPredictor],
    dependencies: Option<&Dependencies>,
    penalty: Penalty,
    has_intercept: bool,
) -> u64 {
    let column_weights = [&[1.0], prepared.column_means.as_slice()].concat();
    let n_null = n_null_parameters(prepared);
    if penalty.l1 > 0.0 {
        // Every value of a category has a coefficient of its own, and so has every label.
        let n_nonzero = outputs.iter().flat_map(|output| &output.coefficients).filter(|b| **b != 0.0).count() as u64;
        return n_null + n_nonzero;
    }
    let columns = linear::active_columns(&prepared.layout, &column_weights, Penalty::NONE);
    let dependent = |column: &usize| dependencies.is_some_and(|found| found.iter().any(|(other, _)| other == column));
    let independent = columns.iter().filter(|column| !dependent(column)).count() as u64 + u64::from(has_intercept);
    n_predictors(prepared) * independent.min(n_rows(prepared))
}

/// Predictors that are told from nothing else: of several labels one less than there are.
fn n_predictors(prepared: &Prepared) -> u64 {
    let labels = prepared.prior.iter().filter(|share| **share > 0.0).count() as u64;
    if prepared.family == Family::Multinomial { labels.saturating_sub(1) } else { 1 }
}

/// Parameters of a model without columns.
pub(crate) fn n_null_parameters(prepared: &Prepared) -> u64 {
    n_predictors(prepared) * u64::from(prepared.layout.has_intercept())
}

/// Least squares: `squares` is the residual sum of squares, `null_squares` that of the intercept alone. None where they overflow.
///
/// *Formula*: the log-likelihood is `½ (Σ ln w - n ln(2πσ²) - n)` with `σ² = squares / n`, the variance of highest likelihood;
/// none of an exact fit, where it has no end.
pub(crate) fn of_squares(prepared: &Prepared, n_parameters: u64, squares: f64, null_squares: f64) -> Option<Goodness> {
    let rows = n_rows(prepared);
    let n = rows as f64;
    let log_weights: f64 = weight(prepared).map_or(0.0, |weight| weight.iter().filter(|w| **w > 0.0).map(|w| ln(*w)).sum());
    let log_likelihood = 0.5 * (log_weights - n * ln(2.0 * PI * squares / n) - n);
    sound(Goodness {
        n_rows: rows,
        n_parameters,
        n_null_parameters: n_null_parameters(prepared),
        deviance: squares,
        null_deviance: null_squares,
        log_likelihood: Some(log_likelihood),
    })
}

/// Labels: `loss` is `-Σ w ln p` of each row's own label. The intercept alone gives each label its share, nothing at all gives all
/// the same.
pub(crate) fn of_labels(prepared: &Prepared, n_parameters: u64, loss: f64) -> Option<Goodness> {
    let total = weight(prepared).map_or(prepared.segments.n_train() as f64, kernel::sum);
    let shares = || prepared.prior.iter().filter(|share| **share > 0.0);
    let entropy = if prepared.layout.has_intercept() {
        shares().map(|share| -share * ln(*share)).sum::<f64>()
    } else {
        ln(shares().count() as f64)
    };
    sound(Goodness {
        n_rows: n_rows(prepared),
        n_parameters,
        n_null_parameters: n_null_parameters(prepared),
        deviance: 2.0 * loss,
        null_deviance: 2.0 * total * entropy,
        log_likelihood: Some(-loss),
    })
}

/// `Σ w (y - ȳ)²`: least squares of the intercept alone; `Σ w y²` of nothing at all, where there is no intercept.
pub(crate) fn null_squares(prepared: &Prepared) -> f64 {
    let moments = &prepared.target_moments;
    let mean = if prepared.layout.has_intercept() { 0.0 } else { moments.mean };
    moments.weight * (moments.std_dev * moments.std_dev + mean * mean)
}

/// What overflowed is not known.
fn sound(goodness: Goodness) -> Option<Goodness> {
    let is_count = |value: f64| value.is_finite() && value >= 0.0;
    (is_count(goodness.deviance) && is_count(goodness.null_deviance)).then(|| Goodness {
        log_likelihood: goodness.log_likelihood.filter(|log_likelihood| log_likelihood.is_finite()),
        ..goodness
    })
}
