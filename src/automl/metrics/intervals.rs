//! 95 % intervals.

use crate::model::Interval;

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval of a proportion of `n` rows (Wilson 1927): never leaves [0, 1], honest near its ends.
pub(crate) fn wilson(proportion: f64, n: f64) -> Option<Interval> {
    if n <= 0.0 || !proportion.is_finite() {
        return None;
    }
    let z2 = Z * Z;
    let centre = (proportion + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (proportion * (1.0 - proportion) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    Some(Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

/// `value ± z · standard error`, cut to a range.
pub(crate) fn normal(value: f64, standard_error: f64, range: (f64, f64)) -> Option<Interval> {
    (value.is_finite() && standard_error.is_finite())
        .then(|| Interval { low: (value - Z * standard_error).max(range.0), high: (value + Z * standard_error).min(range.1) })
}

/// Weighted mean and its standard error, for independent rows: `√(Σ w² (x - mean)²) / Σ w`.
pub(crate) fn mean_and_error(values: &[f64], weights: Option<&[f64]>) -> (f64, f64) {
    let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
    let total: f64 = (0..values.len()).map(weight).sum();
    let mean = values.iter().enumerate().map(|(i, x)| weight(i) * x).sum::<f64>() / total;
    let squares: f64 = values.iter().enumerate().map(|(i, x)| (weight(i) * (x - mean)).powi(2)).sum();
    // One row fewer than there are, as a sample's variance has.
    let n = values.len() as f64;
    (mean, (squares * n / (n - 1.0)).sqrt() / total)
}

/// The number of unweighted rows that say as much: `(Σ w)² / Σ w²` (Kish 1965).
pub(crate) fn effective_rows(weights: Option<&[f64]>, n_rows: usize) -> f64 {
    weights.map_or(n_rows as f64, |weights| {
        let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    })
}
