//! The normal distribution and Student's t, to about 14 digits also far out in their tails, with the same bits on every machine.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::erfc_inv;

use super::exp::exp;

/// Steps at most of an iteration that takes a few.
const MAX_STEPS: usize = 100;
/// Terms at most of the continued fraction; with a hundred million degrees of freedom it takes fewer than a hundred.
const MAX_TERMS: u32 = 1000;

/// The distribution of an estimate over its standard error, where there is no effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reference {
    /// Standard normal: the dispersion is known.
    Normal,
    /// Student's t with so many degrees of freedom, above 0: the dispersion is estimated.
    StudentT(f64),
}

impl Reference {
    /// `P(|T| > |t|)`: the two-sided p-value of a statistic. NaN stays NaN.
    ///
    /// *Formula*: `erfc(|z| / √2)`, and `I_x(ν/2, 1/2)` with `x = ν / (ν + t²)`, the regularised incomplete beta function. Neither
    /// is a difference from 1 in the tails, so small values keep their digits. *Error*: below `1e-13` relative.
    pub(crate) fn tails(self, statistic: f64) -> f64 {
        let t = statistic.abs();
        match self {
            Self::Normal => libm::erfc(t / SQRT_2),
            Self::StudentT(_) if t.is_infinite() => 0.0,
            Self::StudentT(nu) => student_tails(t, nu),
        }
    }

    /// The t with `P(|T| > t)` equal to this, in (0, 1\]: half the width of an interval in standard errors.
    ///
    /// *Method*: Newton's, on the logarithm of the tails over that of t, which is concave, from the normal quantile, which is too
    /// small: so it never runs away. *Error*: below `1e-13` relative, save what the tails near 1 lack themselves.
    pub(crate) fn quantile(self, tails: f64) -> f64 {
        let mut t = SQRT_2 * erfc_inv(tails);
        if t <= 0.0 || t.is_infinite() {
            return t;
        }
        for _ in 0..MAX_STEPS {
            let found = self.tails(t);
            let slope = -2.0 * t * self.density(t) / found;
            let step = libm::log(tails / found) / slope;
            if !step.is_finite() {
                break;
            }
            t *= exp(step);
            // The next error is the square of this one.
            if step.abs() < 1e-8 {
                break;
            }
        }
        t
    }

    fn density(self, t: f64) -> f64 {
        match self {
            Self::Normal => exp(-0.5 * t * t) / (2.0 * PI).sqrt(),
            Self::StudentT(nu) => {
                let q = t / nu.sqrt();
                gamma_ratio(nu / 2.0) / (nu * PI).sqrt() * exp(-0.5 * (nu + 1.0) * ln_1p_square(q))
            }
        }
    }
}

fn student_tails(t: f64, nu: f64) -> f64 {
    let (a, b) = (nu / 2.0, 0.5);
    let q = t / nu.sqrt();
    // x and 1 - x, each without a difference.
    let (x, y) = (1.0 / (1.0 + q * q), (q / libm::hypot(1.0, q)).powi(2));
    // x^a (1-x)^b / B(a, b)
    let power = gamma_ratio(a) / PI.sqrt() * exp(-a * ln_1p_square(q)) * (q / libm::hypot(1.0, q));
    // Where x is below its mean, or nearly; of x itself nothing may be left to compare.
    if y > (b + 1.0) / (a + b + 2.0) {
        power * continued_fraction(a, b, x, y)
    } else {
        1.0 - power * continued_fraction(b, a, y, x)
    }
}

/// `ln(1 + q²)`, also where q² is no number any more.
fn ln_1p_square(q: f64) -> f64 {
    if q > 1e10 { 2.0 * libm::log(q) } else { libm::log1p(q * q) }
}

/// `Γ(a + ½) / Γ(a)`.
///
/// *Formula*: for large a the asymptotic series `√a (1 - 1/(8a) + 1/(128a²) + …)`, whose rest is below `4e-17` from 40 on; smaller
/// ones are brought there by `Γ(a + 1) = a Γ(a)`. Differences of logarithms of Γ would lose ten digits at a million.
fn gamma_ratio(a: f64) -> f64 {
    let (mut a, mut factor) = (a, 1.0);
    while a < 40.0 {
        factor *= a / (a + 0.5);
        a += 1.0;
    }
    let i = 1.0 / a;
    let terms = [
        -1.0 / 8.0,
        1.0 / 128.0,
        5.0 / 1024.0,
        -21.0 / 32_768.0,
        -399.0 / 262_144.0,
        869.0 / 4_194_304.0,
        39_325.0 / 33_554_432.0,
    ];
    let series = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * i);
    factor * a.sqrt() * (1.0 + series)
}

/// `I_x(a, b) · B(a, b) / (x^a y^b)` with y = 1 - x, by a continued fraction whose terms lose nothing where x is near 1; Lentz's method.
///
/// *Source*: `DiDonato` and Morris, "Significant digit computation of the incomplete beta function ratios", *ACM Transactions on
/// Mathematical Software* 18 (1992), 360–373, equation 9; Lentz, *Applied Optics* 15 (1976), 668.
fn continued_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let away_from_0 = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    // The same number, from the smaller of both.
    let lambda = if a > b { (a + b) * y - b } else { a - (a + b) * x };
    let denominator =
        |n: f64| n + n * (b - n) * x / (a + 2.0 * n - 1.0) + (a + n) / (a + 2.0 * n + 1.0) * (lambda + 1.0 + n * (1.0 + y));
    let first = away_from_0(a / (a + 1.0) * (lambda + 1.0));
    let (mut value, mut c, mut d) = (first, first, 0.0);
    for n in 1..=MAX_TERMS {
        let n = f64::from(n);
        let share = x / (a + 2.0 * n - 1.0);
        let numerator = (a + n - 1.0) * (a + b + n - 1.0) * n * (b - n) * share * share;
        d = 1.0 / away_from_0(denominator(n) + numerator * d);
        c = away_from_0(denominator(n) + numerator / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    1.0 / value
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "digits as they were computed")]
mod tests {
    use super::Reference::{Normal, StudentT};

    fn assert_close(found: f64, expected: f64, what: &str) {
        assert!((found / expected - 1.0).abs() < 1e-13, "{what}: {found:e} is not {expected:e}");
    }

    /// Computed with 40 digits by mpmath: `erfc(z/√2)` and `betainc(ν/2, 1/2, 0, ν/(ν+t²), regularized)`.
    #[test]
    fn tails_keep_their_digits() {
        for (z, expected) in [
            (0.1, 0.920_344_325_445_942_03),
            (1.0, 0.317_310_507_862_914_1),
            (1.96, 0.049_995_790_296_440_872),
            (-5.0, 5.733_031_437_583_878_2e-7),
            (10.0, 1.523_970_604_832_105_2e-23),
            (20.0, 5.507_248_237_212_467_4e-89),
            (37.0, 1.145_114_244_504_915_4e-299),
        ] {
            assert_close(Normal.tails(z), expected, &format!("normal {z}"));
        }
        for (t, nu, expected) in [
            (0.5, 1.0, 0.704_832_764_699_133_45),
            (12.7, 1.0, 0.050_024_327_689_344_16),
            (2.0, 3.0, 0.139_325_968_558_843_18),
            (10.0, 5.0, 0.000_170_947_575_742_963_59),
            (-2.5, 11.0, 0.029_506_374_087_364_187),
            (10.0, 11.0, 7.392_992_841_455_233_9e-7),
            (1.821_562_9, 11.0, 0.095_800_383_864_228_171),
            (10.0, 100.0, 9.901_688_984_594_139_2e-17),
            (3.0, 1e4, 0.002_706_448_189_997_666_3),
            (10.0, 1e4, 1.963_280_742_866_382_9e-23),
            (5.0, 1e6, 5.733_997_870_890_741_6e-7),
            (10.0, 1e6, 1.527_861_076_817_825e-23),
            (0.001, 50.0, 0.999_206_094_775_501_66),
            (30.0, 200.0, 5.724_161_208_827_851_9e-76),
            (10.0, 2.5, 0.004_441_495_767_307_424_8),
        ] {
            assert_close(StudentT(nu).tails(t), expected, &format!("t {t} with {nu}"));
        }
        assert_close(StudentT(1e20).tails(10.0), Normal.tails(10.0), "t 10 with 1e20");
        assert_close(StudentT(1.0).tails(1e200), 2.0 / std::f64::consts::PI * 1e-200, "Cauchy");
        assert_eq!([Normal.tails(0.0), StudentT(3.0).tails(0.0)], [1.0, 1.0]);
        assert_eq!([Normal.tails(f64::INFINITY), StudentT(3.0).tails(f64::NEG_INFINITY)], [0.0, 0.0]);
        assert!(Normal.tails(f64::NAN).is_nan() && StudentT(3.0).tails(f64::NAN).is_nan());
    }

    /// Roots found with 40 digits.
    #[test]
    fn quantiles_are_the_inverse() {
        for (level, nu, expected) in [
            (0.9, 1.0, 6.313_751_514_675_044_5),
            (0.95, 3.0, 3.182_446_305_283_708_4),
            (0.95, 11.0, 2.200_985_160_091_639_4),
            (0.5, 11.0, 0.697_445_327_559_881_53),
            (0.999, 11.0, 4.436_979_338_234_449_2),
            (0.95, 1e4, 1.960_201_239_890_625_9),
            (0.8, 1e6, 1.281_552_412_129_938_6),
        ] {
            let found = StudentT(nu).quantile(1.0 - level);
            assert_close(found, expected, &format!("{level} with {nu}"));
        }
        assert_close(Normal.quantile(0.05), 1.959_963_984_540_054_2, "normal");
        for tails in [0.99, 1e-3, 1e-16, 1e-100] {
            for reference in [Normal, StudentT(0.5), StudentT(1.0), StudentT(30.0), StudentT(1e5)] {
                let t = reference.quantile(tails);
                assert!((reference.tails(t) / tails - 1.0).abs() < 1e-11, "{reference:?} {tails}: {t}");
            }
        }
        assert_eq!(Normal.quantile(1.0), 0.0);
    }
}
