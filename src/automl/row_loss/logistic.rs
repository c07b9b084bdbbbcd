//! The logistic loss of two labels, in a form that compilers turn into SIMD code and that gives the same bits on every machine.

use super::Derivatives;
use crate::model::exp;

/// `log(1 + exp(r)) - y·r`; with `p = 1/(1 + exp(-r))` the residual is `y - p`, the curvature `p (1 - p)`.
#[inline(always)]
pub(super) fn derivatives(y: f64, raw: f64) -> Derivatives {
    // exp of a number that is never positive cannot overflow; all else follows from it without cancellation.
    let small = exp(-raw.abs());
    let smaller_share = 1.0 / (1.0 + small);
    let p = if raw >= 0.0 { smaller_share } else { small * smaller_share };
    Derivatives {
        loss: (if raw > 0.0 { raw } else { 0.0 } - y * raw) + ln_1p(small),
        residual: y - p,
        curvature: (small * smaller_share) * smaller_share,
    }
}

/// `ln(1 + z)` for z in \[0, 1\].
///
/// *Formula*: `2 artanh(s)` with `s = z / (2 + z)`, so `s ≤ 1/3`; the series `s (1 + s²/3 + s⁴/5 + …)` up to `s³²/33`, whose
/// rest is below `2e-18`. *Error*: below `5e-16` relative.
#[inline(always)]
fn ln_1p(z: f64) -> f64 {
    let s = z / (2.0 + z);
    // Estrin's scheme: short chains of dependent operations.
    let t = s * s;
    let (t2, t4, t8) = (t * t, (t * t) * (t * t), ((t * t) * (t * t)) * ((t * t) * (t * t)));
    let a = (1.0 / 3.0 + t * (1.0 / 5.0)) + t2 * (1.0 / 7.0 + t * (1.0 / 9.0));
    let b = (1.0 / 11.0 + t * (1.0 / 13.0)) + t2 * (1.0 / 15.0 + t * (1.0 / 17.0));
    let c = (1.0 / 19.0 + t * (1.0 / 21.0)) + t2 * (1.0 / 23.0 + t * (1.0 / 25.0));
    let d = (1.0 / 27.0 + t * (1.0 / 29.0)) + t2 * (1.0 / 31.0 + t * (1.0 / 33.0));
    2.0 * (s + s * (t * ((a + t4 * b) + t8 * (c + t4 * d))))
}

#[cfg(test)]
mod tests {
    use super::super::{RowLoss, RowLosses};
    use super::*;

    #[test]
    fn the_logarithm_is_close_to_the_standard_library() {
        let worst = (1..=1_000_000)
            .map(|i| f64::from(i) * 1e-6)
            .chain([1e-300, 1e-18, 1e-9, 1e-7])
            .map(|z| ((ln_1p(z) - z.ln_1p()) / z.ln_1p()).abs())
            .fold(0.0, f64::max);
        assert!(worst < 5e-16, "worst relative error {worst:e}");
        assert_eq!(ln_1p(0.0), 0.0);
    }

    #[test]
    fn derivatives_are_those_of_the_formulas() {
        let raw = vec![-800.0, -30.0, -1.5, -1e-9, 0.0, 0.25, 2.0, 40.0, 800.0];
        let y = vec![1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
        let weight = vec![1.0, 2.0, 0.0, 0.5, 3.0, 1.0, 7.0, 1.0, 1.0];
        let rows = RowLosses::new(RowLoss::Logistic, raw.clone(), &y, Some(&weight));
        for i in 0..raw.len() {
            let p = 1.0 / (1.0 + (-raw[i]).exp());
            // log(1 + exp(r)) = r + log(1 + exp(-r))
            let softplus = if raw[i] > 0.0 { raw[i] + (-raw[i]).exp().ln_1p() } else { raw[i].exp().ln_1p() };
            for (ours, expected) in [
                (rows.loss[i], weight[i] * (softplus - y[i] * raw[i])),
                (rows.residual[i], weight[i] * (y[i] - p)),
                (rows.curvature[i], weight[i] * p * (1.0 - p)),
            ] {
                assert!((ours - expected).abs() <= 1e-15 * (1.0 + expected.abs()), "{} gives {ours}, not {expected}", raw[i]);
            }
        }
        let weighted = RowLosses::new(RowLoss::Logistic, raw.clone(), &y, Some(&[1.0; 9]));
        assert_eq!(RowLosses::new(RowLoss::Logistic, raw, &y, None).loss, weighted.loss);
    }
}
