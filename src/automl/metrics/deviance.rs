//! Deviances: what a family makes of errors.

use super::super::row_loss::{RowLoss, RowLosses};
use super::super::target_range;
use super::intervals::{mean_and_error, normal};
use super::regression::explained;
use crate::model::{Family, Metric, ln};

/// The names of what [`deviance_metrics`] measures of a family, in their order; nothing where squared errors are its deviance.
pub(crate) fn deviance_names(family: Family) -> &'static [&'static str] {
    match family {
        Family::Poisson => &["mean_poisson_deviance", "d2"],
        Family::Gamma => &["mean_gamma_deviance", "d2"],
        Family::Tweedie(_) => &["mean_tweedie_deviance", "d2"],
        _ => &[],
    }
}

/// Measures predictions of which `raw` are the logarithms; `prior` is the mean of the target in training, which the baseline
/// predicts for every row.
///
/// The mean unit deviance, and `1 - Σd(y, μ)/Σd(y, ȳ)`, the share of the deviance that the predictions explain. NaN where the family
/// cannot have a target.
pub(crate) fn deviance_metrics(family: Family, raw: &[f64], y: &[f64], weights: Option<&[f64]>, prior: f64) -> Vec<Metric> {
    let (Some(loss), [mean_name, share_name]) = (RowLoss::of_log_link(family, prior), deviance_names(family)) else {
        return Vec::new();
    };
    let deviances = |raw: Vec<f64>| -> Vec<f64> {
        let halves = RowLosses::new(loss, raw, y, None).loss;
        halves.iter().zip(y).map(|(half, y)| if target_range::has(family, *y) { 2.0 * half } else { f64::NAN }).collect()
    };
    let constant = |mean: f64| deviances(vec![ln(mean); y.len()]);
    let (of_model, of_prior, of_mean) = (deviances(raw.to_vec()), constant(prior), constant(mean_and_error(y, weights).0));
    let (value, error) = mean_and_error(&of_model, weights);
    let (baseline, _) = mean_and_error(&of_prior, weights);
    let (share, interval) = explained(&of_model, &of_mean, weights);
    let (share_of_prior, _) = explained(&of_prior, &of_mean, weights);
    vec![
        Metric {
            name: (*mean_name).into(),
            value,
            interval: normal(value, error, (0.0, f64::INFINITY)),
            baseline: Some(baseline),
        },
        Metric { name: (*share_name).into(), value: share, interval, baseline: Some(share_of_prior) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(metrics: &[Metric], name: &str) -> f64 {
        metrics.iter().find(|metric| metric.name == name).map_or(f64::NAN, |metric| metric.value)
    }

    /// Family, targets, mean deviance, share of it that is explained.
    const FIGURES: [(Family, [f64; 4], f64, f64); 3] = [
        (Family::Poisson, [0.0, 1.0, 2.5, 3.0], 0.815_718_453_525_539_1, 0.137_904_161_514_837_75),
        (Family::Gamma, [0.5, 1.0, 2.5, 3.0], 0.397_115_047_440_323_55, -0.042_648_682_331_732_246),
        (Family::Tweedie(1.5), [0.0, 1.0, 2.5, 3.0], 1.019_572_719_571_544, 0.054_770_694_023_929_756),
    ];

    /// scikit-learn 1.9: `mean_poisson_deviance`, `mean_gamma_deviance`, `mean_tweedie_deviance(power=1.5)`, and
    /// `d2_tweedie_score` of each power, with `sample_weight=[1, 2, 1, 3]`.
    #[test]
    fn figures_are_those_of_scikit_learn() {
        let (predicted, w) = ([2.0, 0.5, 2.0, 4.0_f64], [1.0, 2.0, 1.0, 3.0]);
        let raw = predicted.map(f64::ln);
        for (family, y, mean, d2) in FIGURES {
            let found = deviance_metrics(family, &raw, &y, Some(&w), 2.0);
            let names: Vec<&str> = found.iter().map(|metric| metric.name.as_str()).collect();
            assert_eq!(names, deviance_names(family));
            for (name, expected) in names.into_iter().zip([mean, d2]) {
                let found = value(&found, name);
                assert!((found - expected).abs() < 1e-13, "{name}: {found} is not {expected}");
            }
        }
    }

    /// The baseline predicts 2 for all.
    #[test]
    fn the_baseline_is_the_mean_of_training() {
        let (y, raw) = ([1.0, 3.0, 5.0], [0.1, 1.0, 1.5]);
        let found = deviance_metrics(Family::Poisson, &raw, &y, None, 2.0);
        let of_two = deviance_metrics(Family::Poisson, &[2.0_f64.ln(); 3], &y, None, 2.0);
        for (found, of_two) in found.iter().zip(&of_two) {
            assert_eq!(found.baseline, Some(of_two.value));
            assert_eq!(of_two.baseline, Some(of_two.value));
        }
    }

    #[test]
    fn a_target_that_the_family_does_not_have_has_no_deviance() {
        for (family, y) in [(Family::Poisson, -1.0), (Family::Gamma, 0.0), (Family::Tweedie(1.5), -0.5)] {
            let found = deviance_metrics(family, &[0.0, 1.0], &[1.0, y], None, 2.0);
            assert!(found.iter().all(|metric| metric.value.is_nan() && metric.interval.is_none()), "{found:?}");
        }
        assert!(deviance_metrics(Family::Gaussian, &[0.0], &[1.0], None, 2.0).is_empty());
    }
}
