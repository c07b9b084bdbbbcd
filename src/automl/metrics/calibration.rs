//! Whether probabilities are what they say.

use super::intervals::{mean_and_error, normal};
use crate::model::{CalibrationBin, Metric};

/// Equal ranges of probability.
const N_BINS: usize = 10;

/// The reliability curve: rows by their probability in ten equal ranges, those without rows left out. `observed` is 1 where
/// what was predicted is true, else 0.
///
/// Source: Niculescu-Mizil and Caruana, *Predicting Good Probabilities with Supervised Learning* (2005).
pub(crate) fn bins(probabilities: &[f64], observed: &[f64], weights: Option<&[f64]>) -> Vec<CalibrationBin> {
    let mut sums = [(0.0, 0.0, 0.0); N_BINS];
    for (row, (p, y)) in probabilities.iter().zip(observed).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of bins")]
        let bin = ((p * N_BINS as f64) as usize).min(N_BINS - 1);
        let (total, p_sum, y_sum) = &mut sums[bin];
        *total += weight;
        *p_sum += weight * p;
        *y_sum += weight * y;
    }
    let used = sums.iter().enumerate().filter(|(_, (weight, _, _))| *weight > 0.0);
    used.map(|(bin, (weight, p, y))| CalibrationBin {
        lower: bin as f64 / N_BINS as f64,
        weight: *weight,
        mean_probability: (p / weight).clamp(0.0, 1.0),
        observed: (y / weight).clamp(0.0, 1.0),
    })
    .collect()
}

/// Expected calibration error: the mean over rows of the distance between mean probability and observed share of their bin.
pub(crate) fn calibration_error(bins: &[CalibrationBin]) -> Metric {
    let total: f64 = bins.iter().map(|bin| bin.weight).sum();
    let value = bins.iter().map(|bin| bin.weight * (bin.mean_probability - bin.observed).abs()).sum::<f64>() / total;
    Metric { name: "expected_calibration_error".into(), value, interval: None, baseline: None }
}

/// The mean squared distance between probabilities and what happened (Brier 1950), from the squares of each row.
pub(crate) fn brier_score(squares: &[f64], weights: Option<&[f64]>, baseline: f64) -> Metric {
    let (value, error) = mean_and_error(squares, weights);
    Metric { name: "brier_score".into(), value, interval: normal(value, error, (0.0, 2.0)), baseline: Some(baseline) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_their_ends() {
        let bins = bins(&[0.0, 0.05, 0.1, 1.0], &[0.0, 1.0, 0.0, 1.0], Some(&[1.0, 3.0, 1.0, 2.0]));
        let found: Vec<_> = bins.iter().map(|bin| (bin.lower, bin.weight, bin.observed)).collect();
        assert_eq!(found, [(0.0, 4.0, 0.75), (0.1, 1.0, 0.0), (0.9, 2.0, 1.0)]);
        let error = calibration_error(&bins).value;
        let by_hand = (4.0 * (0.0375_f64 - 0.75).abs() + 0.1) / 7.0;
        assert!((error - by_hand).abs() < 1e-15);
    }
}
