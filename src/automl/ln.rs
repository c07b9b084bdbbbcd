//! The natural logarithm, in a form that compilers turn into SIMD code and that gives the same bits on every machine.

/// The bits of `√½`, without the low half.
const ROOT_HALF: u64 = 0x3fe6_a09e_0000_0000;
/// `2^52`, whose last bits count ones.
const COUNT: u64 = 0x4330_0000_0000_0000;
/// The upper 32 bits of ln 2: times a small integer it is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// The rest of ln 2.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `ln x` for normal `x > 0`.
///
/// *Formula*: `x = 2^k · m` with m in [√½, √2), `ln x = k · ln 2 + 2 artanh(s)` with `s = (m - 1)/(m + 1)`, so `|s| ≤ 0.172`; the
/// series `s (1 + s²/3 + s⁴/5 + …)` up to `s²⁰/21`, whose rest is below `1e-18`. *Error*: below `5e-16` relative.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let shifted = x.to_bits().wrapping_add(1.0_f64.to_bits() - ROOT_HALF);
    // The exponent as a number, by way of the last bits of 2^52.
    let k = f64::from_bits(COUNT | (shifted >> 52)) - f64::from_bits(COUNT | 1023);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(ROOT_HALF));
    let s = (m - 1.0) / (m + 1.0);
    // Estrin's scheme: short chains of dependent operations.
    let t = s * s;
    let (t2, t4) = (t * t, (t * t) * (t * t));
    let a = (1.0 / 3.0 + t * (1.0 / 5.0)) + t2 * (1.0 / 7.0 + t * (1.0 / 9.0));
    let b = (1.0 / 11.0 + t * (1.0 / 13.0)) + t2 * (1.0 / 15.0 + t * (1.0 / 17.0));
    let c = 1.0 / 19.0 + t * (1.0 / 21.0);
    k * LN_2_HIGH + (k * LN_2_LOW + 2.0 * (s + s * (t * (a + t4 * (b + t4 * c)))))
}

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn the_logarithm_is_close_to_the_standard_library() {
        let near = [1.0 + f64::EPSILON, 1.0 + 1e-9, std::f64::consts::SQRT_2, 2.0, 1e6, 1e300];
        let worst = (1..=1_000_000)
            .flat_map(|i| [1.0 + f64::from(i) * 1e-4, f64::from(i) * 1e-6])
            .chain(near.into_iter().flat_map(|x| [x, 1.0 / x]))
            .chain([f64::MIN_POSITIVE, f64::MAX])
            .filter(|x| *x != 1.0)
            .map(|x| ((ln(x) - x.ln()) / x.ln()).abs())
            .fold(0.0, f64::max);
        assert!(worst < 5e-16, "worst relative error {worst:e}");
        assert_eq!(ln(1.0), 0.0);
    }
}
