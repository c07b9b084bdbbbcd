//! The exponential function, in a form that compilers turn into SIMD code and that gives the same bits on every machine.
//!
//! The standard library's `exp` calls the system's mathematical library: one number at a time, and its last bit differs
//! between systems. Models must not, so every prediction goes through this one.

/// `1.5 · 2^52`: adding it rounds a number below `2^51` to an integer, which then stands in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The upper 32 bits of ln 2: times an integer below `2^21` it is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// The rest of ln 2.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `e^x`.
///
/// *Formula*: `e^x = 2^k · e^r` with `k = round(x / ln 2)` and `r = x - k · ln 2`, so `|r| ≤ 0.347`; `e^r` is its Taylor
/// series up to `r^13`, whose rest is below `4e-18`. `ln 2` is split in two so that `r` loses nothing (Cody and Waite).
/// Multiplications and additions are not fused: fused ones give other bits, and not every machine has them.
///
/// *Error*: below `2.5e-16` relative, about one unit in the last place. *Domain*: all numbers; below -745.14 the result is
/// 0, above 709.79 it is infinite, subnormal results are rounded once, NaN stays NaN.
///
/// # References
/// W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, 1980, chapter 6.
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
pub(crate) fn exp(x: f64) -> f64 {
    // Comparisons, not `clamp`: they keep NaN and become one instruction each.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;

    // Estrin's scheme: short chains of dependent operations. Each coefficient is 1/n!.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5_040.0)) + r2 * (1.0 / 40_320.0 + r * (1.0 / 362_880.0));
    let high = (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0)) + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let of_r = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));

    // Two factors, because 2^k itself is no number at both ends of the domain.
    let k = shifted.to_bits().wrapping_sub(ROUND.to_bits()).cast_signed();
    let half = k >> 1;
    of_r * power_of_two(half) * power_of_two(k.wrapping_sub(half))
}

/// `2^k` for `k` in [-1022, 1023].
#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn power_of_two(k: i64) -> f64 {
    f64::from_bits((k.wrapping_add(1023).cast_unsigned()) << 52)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "limits are exact")]
mod tests {
    use super::exp;

    #[test]
    fn is_close_to_the_standard_library_over_the_whole_domain() {
        let mut worst = 0.0_f64;
        for step in 0..=1_455_000 {
            let x = -745.0 + f64::from(step) * 0.001;
            let (ours, theirs) = (exp(x), x.exp());
            if theirs < f64::MIN_POSITIVE {
                assert!((ours - theirs).abs() <= 5e-324, "exp({x}) = {ours:e}, not {theirs:e}");
            } else if theirs.is_infinite() {
                assert!(ours.is_infinite(), "exp({x}) = {ours:e}, not infinite");
            } else {
                worst = worst.max(((ours - theirs) / theirs).abs());
            }
        }
        assert!(worst < 2.5e-16, "worst relative error {worst:e}");
    }

    #[test]
    fn has_the_right_limits() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(-1e300), 0.0);
        assert_eq!(exp(1e300), f64::INFINITY);
        assert_eq!(exp(709.9), f64::INFINITY);
        assert_eq!(exp(-745.2), 0.0);
        assert!(exp(f64::NAN).is_nan());
    }
}
