//! The log-likelihood of Poisson and gamma regression.

use super::ln::ln;
use super::row_loss::RowLoss;
use super::{current, kernel};

/// The log-likelihood of rows whose fit has a deviance; weights are numbers of rows. None where the family has no density of its
/// own, or one that is infinite.
///
/// *Formula*: with the [`rest`] of Stirling's approximation ρ, Poisson `Σ w ρ(y) - D/2`, also of numbers that are not whole. Gamma with
/// the shape `α = Σw / D`, as R takes it: `-Σ w ln y + Σw (ρ(α) + ln α - ½)`.
///
/// *Source*: Loader, *Fast and Accurate Computation of Binomial Probabilities* (2000), for the form without cancellation;
/// `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 8.3.
pub(crate) fn log_likelihood(loss: RowLoss, y: &[f64], weight: Option<&[f64]>, deviance: f64) -> Option<f64> {
    let sum = |of: fn(f64) -> f64| {
        let weight = |row: usize| weight.map_or(1.0, |weight| weight[row]);
        let weighted: Vec<f64> =
            current::rows(y.len()).filter(|row| weight(*row) > 0.0).map(|row| weight(row) * of(y[row])).collect();
        kernel::sum(&weighted)
    };
    let log_likelihood = match loss {
        RowLoss::Poisson { .. } => sum(rest) - deviance / 2.0,
        RowLoss::Gamma => {
            let total = sum(|_| 1.0);
            let shape = total / deviance;
            if !shape.is_finite() {
                return None;
            }
            total * (rest(shape) + ln(shape) - 0.5) - sum(ln)
        }
        RowLoss::Logistic | RowLoss::Tweedie { .. } => return None,
    };
    log_likelihood.is_finite().then_some(log_likelihood)
}

/// `x ln x - x - ln Γ(x + 1)` for x of at least 0; the logarithm of the likeliest of all Poisson probabilities of x.
///
/// *Formula*: for large x the series of Stirling, `-½ ln(2πx) - 1/(12x) + 1/(360x³) - 1/(1260x⁵) + 1/(1680x⁷)`, whose rest is below
/// `2e-14`; smaller ones are raised to it by `Γ(x + 1) = x Γ(x)`.
fn rest(x: f64) -> f64 {
    const LARGE: u32 = 16;
    if x >= f64::from(LARGE) {
        let (inverse, square) = (1.0 / x, 1.0 / (x * x));
        let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
        return -0.5 * ln(2.0 * std::f64::consts::PI * x) - series;
    }
    let large = x + f64::from(LARGE);
    let product: f64 = (1..=LARGE).map(|k| x + f64::from(k)).product();
    let x_ln_x = if x > f64::MIN_POSITIVE { x * ln(x) } else { 0.0 };
    x_ln_x + (large - x) + ln(product) - large * ln(large) + rest(large)
}

#[cfg(test)]
mod tests {
    use statrs::function::gamma::ln_gamma;

    use super::*;

    #[test]
    fn the_rest_is_that_of_the_gamma_function() {
        assert!(rest(0.0).abs() < 1e-13);
        for x in [1e-300, 1e-9, 0.1, 0.5, 1.0, 2.5, 7.0, 15.999, 16.0, 100.0, 12_345.6] {
            let expected = x * f64::ln(x) - x - ln_gamma(x + 1.0);
            assert!((rest(x) - expected).abs() < 1e-13 * (1.0 + x * x.ln().abs()), "{x}: {} is not {expected}", rest(x));
        }
        // Of whole numbers, the sum of logarithms.
        let factorial: f64 = (1..=20).map(|k| f64::from(k).ln()).sum();
        assert!((rest(20.0) - (20.0 * 20.0_f64.ln() - 20.0 - factorial)).abs() < 1e-13);
    }

    /// `sum(dpois(c(0, 1, 4), c(1, 1, 2), log = TRUE))` and the like, by hand.
    #[test]
    fn likelihoods_by_hand() {
        let (y, mean) = ([0.0, 1.0, 4.0_f64], [1.0, 1.0, 2.0_f64]);
        let deviance: f64 =
            2.0 * y.iter().zip(mean).map(|(y, m)| if *y > 0.0 { y * (y / m).ln() } else { 0.0 } - y + m).sum::<f64>();
        let expected = -1.0 - 1.0 + (4.0 * 2.0_f64.ln() - 2.0 - 24.0_f64.ln());
        let found = log_likelihood(RowLoss::Poisson { mean: 1.0 }, &y, None, deviance).unwrap_or(f64::NAN);
        assert!((found - expected).abs() < 1e-13, "{found} is not {expected}");

        let (y, mean, w) = ([1.0, 3.0, 0.5_f64], [2.0, 2.5, 1.0_f64], [1.0, 2.0, 1.0]);
        let half = |y: f64, m: f64| y / m - 1.0 - (y / m).ln();
        let deviance: f64 = 2.0 * (0..3).map(|i| w[i] * half(y[i], mean[i])).sum::<f64>();
        let shape = 4.0 / deviance;
        let density = |y: f64, m: f64| (shape - 1.0) * y.ln() - y * shape / m - ln_gamma(shape) - shape * (m / shape).ln();
        let expected: f64 = (0..3).map(|i| w[i] * density(y[i], mean[i])).sum();
        let found = log_likelihood(RowLoss::Gamma, &y, Some(&w), deviance).unwrap_or(f64::NAN);
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        assert!(log_likelihood(RowLoss::Gamma, &y, Some(&w), 0.0).is_none());
        assert!(log_likelihood(RowLoss::Tweedie { power: 1.5, mean: 1.0 }, &y, None, 1.0).is_none());
    }
}
