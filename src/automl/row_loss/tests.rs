//! Row losses against their formulas, their derivatives, and at the ends of what numbers can be.

use proptest::prelude::*;

use super::{RowLoss, RowLosses};
use crate::model::Family;

fn losses() -> [RowLoss; 6] {
    let tweedie = |power| RowLoss::Tweedie { power, mean: 1.0 };
    let poisson = RowLoss::Poisson { mean: 1.0 };
    [RowLoss::Logistic, poisson, RowLoss::Gamma, tweedie(1.5), tweedie(1.001), tweedie(1.99)]
}

/// Loss, residual and curvature of one row.
fn at(of: RowLoss, y: f64, raw: f64) -> [f64; 3] {
    let rows = RowLosses::new(of, vec![raw], &[y], None);
    [rows.loss[0], rows.residual[0], rows.curvature[0]]
}

/// Half the unit deviance as books have it.
fn half_deviance(of: RowLoss, y: f64, raw: f64) -> f64 {
    let mean = raw.exp();
    match of {
        RowLoss::Logistic => raw.exp().ln_1p() - y * raw,
        RowLoss::Poisson { .. } => (if y > 0.0 { y * (y / mean).ln() } else { 0.0 }) - y + mean,
        RowLoss::Gamma => y / mean - 1.0 - (y / mean).ln(),
        RowLoss::Tweedie { power: p, .. } => {
            y.powf(2.0 - p) / ((1.0 - p) * (2.0 - p)) - y * mean.powf(1.0 - p) / (1.0 - p) + mean.powf(2.0 - p) / (2.0 - p)
        }
    }
}

proptest! {
    #[test]
    fn losses_are_those_of_the_formulas(y in 0.01..50.0_f64, raw in -4.0..6.0_f64, zero in any::<bool>()) {
        for of in losses() {
            let y = match of {
                RowLoss::Logistic => f64::from(u8::from(y > 25.0)),
                RowLoss::Gamma => y,
                _ => if zero { 0.0 } else { y },
            };
            let (found, expected) = (at(of, y, raw)[0], half_deviance(of, y, raw));
            // The formulas lose digits where powers are near their ends; they are what is imprecise here.
            prop_assert!((found - expected).abs() <= 1e-9 * (1.0 + expected.abs()), "{of:?} of {y} at {raw}: {found}, not {expected}");
            prop_assert!(found >= 0.0);
        }
    }

    #[test]
    fn derivatives_are_those_of_the_loss(y in 0.01..50.0_f64, raw in -4.0..6.0_f64, zero in any::<bool>()) {
        for of in losses() {
            let y = match of {
                RowLoss::Logistic => f64::from(u8::from(y > 25.0)),
                RowLoss::Gamma => y,
                _ => if zero { 0.0 } else { y },
            };
            let h = 1e-5;
            let ([above, slope_above, _], [below, slope_below, _]) = (at(of, y, raw + h), at(of, y, raw - h));
            let [loss, residual, curvature] = at(of, y, raw);
            let close = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-8 * (1.0 + scale);
            prop_assert!(close(residual, (below - above) / (2.0 * h), loss / h * 1e-6 + curvature), "{of:?} of {y} at {raw}");
            prop_assert!(close(curvature, (slope_below - slope_above) / (2.0 * h), residual.abs() + curvature), "{of:?} of {y} at {raw}");
            prop_assert!(curvature > 0.0);
        }
    }

    /// Beside a perfect prediction the loss is half the square of the distance, times the curvature, to nearly all digits.
    #[test]
    fn near_zero_no_digits_are_lost(ln_y in -300.0..300.0_f64, distance in -1e-4..1e-4_f64) {
        for of in losses().into_iter().skip(1) {
            let y = ln_y.exp();
            let raw = y.ln() + distance;
            // What is left of the distance after rounding.
            let s = raw - y.ln();
            let [loss, _, curvature] = at(of, y, raw);
            let expected = 0.5 * s * s * curvature;
            prop_assert!((loss - expected).abs() <= expected * 1e-3 + curvature * (s.abs() * 1e-12 + 1e-24), "{of:?} of {y} at {raw}: {loss}, not {expected}");
        }
    }
}

#[test]
fn there_is_no_nan_at_any_distance() {
    let far = [800.0, 1e5, 1e300, f64::MAX, f64::INFINITY];
    let raw: Vec<f64> = far.iter().flat_map(|r| [*r, -r]).chain([0.0, -0.5, 0.5, -745.0, 709.0]).collect();
    for of in losses().into_iter().skip(1) {
        for y in [0.0, 5e-324, f64::MIN_POSITIVE, 1e-9, 1.0, 1e9, 1e300, f64::MAX] {
            if y == 0.0 && of == RowLoss::Gamma {
                continue;
            }
            let rows = RowLosses::new(of, raw.clone(), &vec![y; raw.len()], None);
            for (loss, raw) in rows.loss.iter().zip(&raw) {
                assert!(*loss >= 0.0, "{of:?} of {y} at {raw} is {loss}");
            }
            assert!(rows.residual.iter().chain(&rows.curvature).all(|value| !value.is_nan()), "{of:?} of {y}");
            let nothing = RowLosses::new(of, raw.clone(), &vec![y; raw.len()], Some(&vec![0.0; raw.len()]));
            assert!([nothing.loss, nothing.residual, nothing.curvature].concat().iter().all(|value| *value == 0.0));
        }
    }
}

#[test]
fn the_scale_is_the_curvature_at_the_mean() {
    for family in [Family::Poisson, Family::Gamma, Family::Tweedie(1.3)] {
        let of = RowLoss::of_log_link(family, 7.0).unwrap_or(RowLoss::Logistic);
        // Half of the rows at 0 and half at 14 have the mean 7; of gamma any other will do.
        let y = if of == RowLoss::Gamma { [7.0, 7.0] } else { [0.0, 14.0] };
        let mean = y.map(|y| at(of, y, 7.0_f64.ln())[2]).iter().sum::<f64>() / 2.0;
        assert!((of.scale() - mean).abs() < 1e-12, "{of:?}: {} is not {mean}", of.scale());
    }
    assert!(RowLoss::of_log_link(Family::Gaussian, 7.0).is_none());
}
