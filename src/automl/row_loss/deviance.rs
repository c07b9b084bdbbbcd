//! Half the unit deviance of the families with a log link, in a form that compilers turn into SIMD code and that gives the same
//! bits on every machine.
//!
//! With the excess `φ(z) = exp(z) - 1 - z`, which is never negative, and the distance `s = r - ln y`, a power p of the variance,
//! `a = p - 1` and `b = 2 - p`, half the unit deviance is `y^b (φ(-a s)/a + φ(b s)/b)`: for p = 1 that is `y φ(s)`, for p = 2
//! `φ(-s)`. All terms are added, none is subtracted, so that a deviance near 0 has as many right digits as any other.
//!
//! Where exp(r) is too large for a number the loss is infinite and never NaN, so that a step which leads there is no decrease.
//!
//! Source: Jørgensen, *The Theory of Dispersion Models* (1997), chapter 4.

use super::super::ln::ln;
use super::Derivatives;
use crate::model::exp;

/// Raw predictions beyond this size are as good as infinite: differences from the logarithm of any number are still numbers.
const FAR: f64 = 1e15;

/// `y φ(s)`; residual `y - μ`, curvature `μ`.
#[inline(always)]
pub(super) fn poisson(y: f64, raw: f64) -> Derivatives {
    let raw = within(raw);
    let s = raw - ln_of(y);
    let mean = exp(raw);
    // y exp(s), which of a target of 0 would be 0 times infinity, is the mean; an infinite one outweighs all else.
    let far = if mean < f64::INFINITY { mean - y * (1.0 + s) } else { mean };
    let loss = if s.abs() < NEAR { y * near(s) } else { far };
    Derivatives { loss, residual: y - mean, curvature: mean }
}

/// `φ(-s)`; residual `y/μ - 1`, curvature `y/μ`.
#[inline(always)]
pub(super) fn gamma(y: f64, raw: f64) -> Derivatives {
    let z = ln_of(y) - within(raw);
    let ratio = exp(z);
    Derivatives { loss: excess(z, ratio), residual: ratio - 1.0, curvature: ratio }
}

/// `y^b (φ(-a s)/a + φ(b s)/b)`; residual `y^b (exp(-a s) - exp(b s))`, curvature `y^b (a exp(-a s) + b exp(b s))`. For y = 0
/// they are `exp(b r)/b`, `-exp(b r)` and `b exp(b r)`.
#[inline(always)]
pub(super) fn tweedie(power: f64, y: f64, raw: f64) -> Derivatives {
    let (a, b) = (power - 1.0, 2.0 - power);
    let raw = within(raw);
    let s = raw - ln_of(y);
    let (of_target, below, above) = (exp(b * ln_of(y)), exp(-a * s), exp(b * s));
    let of_mean = exp(b * raw);
    let some = of_target * (excess(-a * s, below) / a + excess(b * s, above) / b);
    let ratio = of_target * below;
    if y > 0.0 {
        Derivatives { loss: some, residual: ratio - of_mean, curvature: a * ratio + b * of_mean }
    } else {
        Derivatives { loss: of_mean / b, residual: -of_mean, curvature: b * of_mean }
    }
}

/// Comparisons, not `clamp`: they keep NaN and become one instruction each.
#[inline(always)]
fn within(raw: f64) -> f64 {
    let raw = if raw > FAR { FAR } else { raw };
    if raw < -FAR { -FAR } else { raw }
}

/// `ln y`; of 0 that of the smallest normal number.
#[inline(always)]
fn ln_of(y: f64) -> f64 {
    ln(if y > f64::MIN_POSITIVE { y } else { f64::MIN_POSITIVE })
}

/// Below this size `exp(z) - 1 - z` would lose digits.
const NEAR: f64 = 0.5;

/// `φ(z) = exp(z) - 1 - z`, where exp(z) is known.
#[inline(always)]
fn excess(z: f64, exp_z: f64) -> f64 {
    if z.abs() < NEAR { near(z) } else { exp_z - 1.0 - z }
}

/// `φ(z)` for `|z| < 0.5`.
///
/// *Formula*: the series `z²/2! + z³/3! + …` up to `z¹⁵/15!`, whose rest is below `2e-17` relative.
#[inline(always)]
fn near(z: f64) -> f64 {
    // Estrin's scheme: short chains of dependent operations. Each coefficient is 1/n!.
    let (z2, z4) = (z * z, (z * z) * (z * z));
    let z8 = z4 * z4;
    let low = (1.0 / 2.0 + z * (1.0 / 6.0)) + z2 * (1.0 / 24.0 + z * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + z * (1.0 / 5_040.0)) + z2 * (1.0 / 40_320.0 + z * (1.0 / 362_880.0));
    let high = (1.0 / 3_628_800.0 + z * (1.0 / 39_916_800.0)) + z2 * (1.0 / 479_001_600.0 + z * (1.0 / 6_227_020_800.0));
    let last = 1.0 / 87_178_291_200.0 + z * (1.0 / 1_307_674_368_000.0);
    z2 * ((low + z4 * middle) + z8 * (high + z4 * last))
}
