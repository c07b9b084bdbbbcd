//! The logistic loss of each row with its first two derivatives, in a form that compilers turn into SIMD code and that gives
//! the same bits on every machine.

use pulp::{Arch, Simd, WithSimd};

use crate::model::exp;

/// Each row's loss and its derivatives by the raw prediction. Shapes: `(n_rows,)`.
#[derive(Debug)]
pub(crate) struct LogLoss {
    /// `w · (log(1 + exp(r)) - y·r)`.
    pub loss: Vec<f64>,
    /// `w · (y - p)` with `p = 1/(1 + exp(-r))`: downhill.
    pub residual: Vec<f64>,
    /// `w · p (1 - p)`.
    pub curvature: Vec<f64>,
}

impl LogLoss {
    /// Rows with raw predictions `raw`, labels `y` of 0 and 1, and weights; none means that all are 1.
    pub(crate) fn new(raw: Vec<f64>, y: &[f64], weight: Option<&[f64]>) -> Self {
        let n = raw.len();
        let mut rows = Self { loss: vec![0.0; n], curvature: vec![0.0; n], residual: raw };
        Arch::new().dispatch(PerRow { rows: &mut rows, y });
        if let Some(weight) = weight {
            for values in [&mut rows.loss, &mut rows.residual, &mut rows.curvature] {
                values.iter_mut().zip(weight).for_each(|(value, weight)| *value *= weight);
            }
        }
        rows
    }
}

/// All rows with weight 1; `residual` holds the raw predictions at first.
struct PerRow<'a> {
    rows: &'a mut LogLoss,
    y: &'a [f64],
}

impl WithSimd for PerRow<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let LogLoss { loss, residual, curvature } = self.rows;
        for (((loss, residual), curvature), y) in loss.iter_mut().zip(residual).zip(curvature).zip(self.y) {
            let raw = *residual;
            // exp of a number that is never positive cannot overflow; all else follows from it without cancellation.
            let small = exp(-raw.abs());
            let smaller_share = 1.0 / (1.0 + small);
            let p = if raw >= 0.0 { smaller_share } else { small * smaller_share };
            *loss = (if raw > 0.0 { raw } else { 0.0 } - y * raw) + ln_1p(small);
            *residual = y - p;
            *curvature = (small * smaller_share) * smaller_share;
        }
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
        let rows = LogLoss::new(raw.clone(), &y, Some(&weight));
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
        assert_eq!(LogLoss::new(raw.clone(), &y, None).loss, LogLoss::new(raw, &y, Some(&[1.0; 9])).loss);
    }
}
