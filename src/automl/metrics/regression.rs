//! Metrics of regressions.

use super::super::{current, sort};
use super::intervals::{effective_rows, mean_and_error, normal};
use crate::model::{Interval, Metric, ln_1p};

/// Measures predictions; `prior` is the mean of the target in training, which the baseline predicts for every row.
///
/// With e = y - ŷ and d = y - ȳ: mean |e|, mean e², mean (log(1+y) - log(1+ŷ))² (NaN where a value is -1 or less),
/// median |e|, `1 - Σe²/Σd²`, `1 - var(e)/var(y)`, and the square root of the second.
pub(crate) fn regression_metrics(predictions: &[f64], y: &[f64], weights: Option<&[f64]>, prior: f64) -> Vec<Metric> {
    let constant = vec![prior; y.len()];
    let (figures, baselines) = (figures(predictions, y, weights), figures(&constant, y, weights));
    figures
        .into_iter()
        .zip(baselines)
        .map(|((name, value, interval), (_, baseline, _))| Metric {
            name: name.into(),
            value,
            interval,
            baseline: Some(baseline),
        })
        .collect()
}

type Figure = (&'static str, f64, Option<Interval>);
type Estimate = (f64, Option<Interval>);

fn figures(predictions: &[f64], y: &[f64], weights: Option<&[f64]>) -> Vec<Figure> {
    let positive = (0.0, f64::INFINITY);
    let errors: Vec<f64> = y.iter().zip(predictions).map(|(y, p)| y - p).collect();
    let absolute: Vec<f64> = errors.iter().map(|e| e.abs()).collect();
    let squared: Vec<f64> = errors.iter().map(|e| e * e).collect();
    let squared_logs: Vec<f64> = current::rows(y.len()).map(|row| (ln_1p(y[row]) - ln_1p(predictions[row])).powi(2)).collect();
    let (mae, mae_error) = mean_and_error(&absolute, weights);
    let (mse, mse_error) = mean_and_error(&squared, weights);
    let (msle, msle_error) = mean_and_error(&squared_logs, weights);
    let msle = if msle.is_finite() { msle } else { f64::NAN };
    let (median, median_interval) = median(&absolute, weights);

    let (mean_y, _) = mean_and_error(y, weights);
    let (mean_error, _) = mean_and_error(&errors, weights);
    let deviations: Vec<f64> = y.iter().map(|y| (y - mean_y).powi(2)).collect();
    let centred: Vec<f64> = errors.iter().map(|e| (e - mean_error).powi(2)).collect();
    let (r2, r2_interval) = explained(&squared, &deviations, weights);
    let (variance, variance_interval) = explained(&centred, &deviations, weights);
    let mse_interval = normal(mse, mse_error, positive);
    vec![
        ("mean_absolute_error", mae, normal(mae, mae_error, positive)),
        ("mean_squared_error", mse, mse_interval),
        ("mean_squared_log_error", msle, normal(msle, msle_error, positive)),
        ("median_absolute_error", median, median_interval),
        ("r2_score", r2, r2_interval),
        ("explained_variance", variance, variance_interval),
        ("root_mean_squared_error", mse.sqrt(), mse_interval.map(|i| Interval { low: i.low.sqrt(), high: i.high.sqrt() })),
    ]
}

/// `1 - Σa/Σb` with the interval of a ratio of means (delta method).
pub(super) fn explained(a: &[f64], b: &[f64], weights: Option<&[f64]>) -> Estimate {
    let (mean_a, _) = mean_and_error(a, weights);
    let (mean_b, _) = mean_and_error(b, weights);
    let ratio = mean_a / mean_b;
    if !ratio.is_finite() {
        return (f64::NAN, None);
    }
    let influence: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - ratio * b) / mean_b).collect();
    let (_, error) = mean_and_error(&influence, weights);
    (1.0 - ratio, normal(1.0 - ratio, error, (f64::NEG_INFINITY, 1.0)))
}

/// The weighted median (the mean of two middle values where they tie) with the order statistics that enclose it with 95 %
/// confidence.
fn median(values: &[f64], weights: Option<&[f64]>) -> Estimate {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let keys: Vec<u64> = values.iter().map(|value| sort::total_order(*value)).collect();
    // Without the order nobody waits for the median.
    let mut rows = sort::order(&keys, current::threads(), &current::cancel()).unwrap_or_default();
    rows.retain(|row| weight(*row as usize) > 0.0);
    let value = |row: &u32| values[*row as usize];
    let total: f64 = rows.iter().map(|row| weight(*row as usize)).sum();
    let at = |share: f64| {
        let mut below = 0.0;
        for (i, row) in rows.iter().enumerate() {
            below += weight(*row as usize);
            if below > share * total {
                return value(row);
            }
            if below == share * total {
                return rows.get(i + 1).map_or(value(row), |next| f64::midpoint(value(row), value(next)));
            }
        }
        rows.last().map_or(f64::NAN, value)
    };
    let half_width = 0.98 / effective_rows(weights, values.len()).sqrt();
    let interval = (half_width < 0.5).then(|| Interval { low: at(0.5 - half_width), high: at(0.5 + half_width) });
    (at(0.5), interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_by_hand() {
        let metrics = regression_metrics(&[1.0, 2.0, 5.0], &[1.0, 3.0, 3.0], None, 2.0);
        let value = |name: &str| metrics.iter().find(|m| m.name == name).map_or(f64::NAN, |m| m.value);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        close(value("mean_absolute_error"), 1.0);
        close(value("mean_squared_error"), 5.0 / 3.0);
        close(value("median_absolute_error"), 1.0);
        close(value("r2_score"), 1.0 - 5.0 / (8.0 / 3.0));
        close(value("root_mean_squared_error"), (5.0_f64 / 3.0).sqrt());
        let logs = [0.0, (4.0_f64.ln() - 3.0_f64.ln()).powi(2), (4.0_f64.ln() - 6.0_f64.ln()).powi(2)];
        close(value("mean_squared_log_error"), logs.iter().sum::<f64>() / 3.0);
        // Errors 0, 1, -2: mean -1/3.
        close(value("explained_variance"), 1.0 - (14.0 / 9.0) / (8.0 / 9.0));
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let weighted = regression_metrics(&[1.0, 2.0, 5.0], &[1.0, 3.0, 3.5], Some(&[1.0, 2.0, 1.0]), 2.0);
        let repeated = regression_metrics(&[1.0, 2.0, 2.0, 5.0], &[1.0, 3.0, 3.0, 3.5], None, 2.0);
        for (a, b) in weighted.iter().zip(&repeated) {
            assert!((a.value - b.value).abs() < 1e-12, "{}: {} is not {}", a.name, a.value, b.value);
        }
    }
}
