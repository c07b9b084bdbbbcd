//! Double-double arithmetic: a number as the sum of two doubles, which holds about 32 digits.
//!
//! The sum and the product of two doubles are known without error as a rounded result and what rounding has lost; everything
//! else is made of these two. Relative errors are a few times `2^-104`.
//!
//! Sources: Dekker, "A floating-point technique for extending the available precision", *Numerische Mathematik* 18 (1971),
//! 224–242; Knuth, *The Art of Computer Programming*, vol. 2, section 4.2.2; Hida, Li and Bailey, "Algorithms for quad-double
//! precision floating point arithmetic", *ARITH-15* (2001).
#![allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `high + low`, where `high` is the sum rounded to a double.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct DoubleDouble {
    pub high: f64,
    pub low: f64,
}

impl DoubleDouble {
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0 };
    pub(super) const ONE: Self = Self { high: 1.0, low: 0.0 };

    /// `a + b` without error (Knuth's two-sum).
    #[inline(always)]
    pub(super) fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let of_b = high - a;
        Self { high, low: (a - (high - of_b)) + (b - of_b) }
    }

    /// The same where `|a| ≥ |b|` or a = 0 (Dekker's fast two-sum).
    #[inline(always)]
    pub(super) fn quick_sum(a: f64, b: f64) -> Self {
        let high = a + b;
        Self { high, low: b - (high - a) }
    }

    /// `a · b` without error.
    #[inline(always)]
    pub(super) fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    /// The nearest double.
    #[inline(always)]
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }

    /// Times a power of two.
    #[inline(always)]
    pub(super) fn scaled(self, power: PowerOfTwo) -> Self {
        Self { high: power.times(self.high), low: power.times(self.low) }
    }

    /// The square root of a number that is not negative; of a negative one 0.
    pub(super) fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::ZERO;
        }
        // One step of Newton's method from the root of the double (Karp's trick).
        let root = self.high.sqrt();
        let rest = self - Self::product(root, root);
        Self::quick_sum(root, rest.high / (2.0 * root))
    }
}

impl From<f64> for DoubleDouble {
    #[inline(always)]
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Add for DoubleDouble {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let high = Self::sum(self.high, other.high);
        let low = Self::sum(self.low, other.low);
        let sum = Self::quick_sum(high.high, high.low + low.high);
        Self::quick_sum(sum.high, sum.low + low.low)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let rest = self.high.mul_add(other.low, self.low.mul_add(other.high, product.low));
        Self::quick_sum(product.high, rest)
    }
}

impl Div for DoubleDouble {
    type Output = Self;
    /// Long division, one double of the quotient after the other.
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * first.into();
        let second = rest.high / other.high;
        let third = (rest - other * second.into()).high / other.high;
        Self::quick_sum(first, second) + third.into()
    }
}

/// A power of two, also one beyond the range of doubles, by which numbers are multiplied without rounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PowerOfTwo {
    exponent: i32,
    /// Two factors, each well within the range.
    factors: [f64; 2],
}

impl PowerOfTwo {
    pub(super) fn new(exponent: i32) -> Self {
        let half = exponent / 2;
        Self { exponent, factors: [half, exponent - half].map(|exponent| 2.0_f64.powi(exponent)) }
    }

    /// The largest power of two that is not above the size of a number; 1 for 0.
    pub(super) fn of(size: f64) -> Self {
        let size = size.abs();
        if size == 0.0 || !size.is_finite() {
            return Self::new(0);
        }
        let (size, below) = if size < f64::MIN_POSITIVE { (size * 2.0_f64.powi(54), 54) } else { (size, 0) };
        #[allow(clippy::cast_possible_truncation, reason = "an exponent has eleven bits")]
        let exponent = (size.to_bits() >> 52) as i32;
        Self::new(exponent - 1023 - below)
    }

    pub(super) fn inverse(self) -> Self {
        Self::new(-self.exponent)
    }

    /// Itself times a number.
    #[inline(always)]
    pub(super) fn times(self, value: f64) -> f64 {
        value * self.factors[0] * self.factors[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIRD: DoubleDouble = DoubleDouble { high: 1.0 / 3.0, low: 1.850_371_707_708_594e-17 };

    #[test]
    fn thirty_digits_survive() {
        let one = DoubleDouble::ONE;
        let third = one / 3.0.into();
        assert_eq!(third, THIRD);
        assert!((third * 3.0.into() - one).high.abs() < 1e-31);
        let root = DoubleDouble::from(2.0).sqrt();
        assert!((root * root - 2.0.into()).high.abs() < 1e-31);
        // A product of two doubles that needs 106 bits, and a sum that loses the small one in doubles.
        let x = 1.0 + f64::EPSILON;
        let square = DoubleDouble::product(x, x) - one - (2.0 * f64::EPSILON).into();
        assert_eq!(square.value(), f64::EPSILON * f64::EPSILON);
        assert_eq!((DoubleDouble::sum(1e17, 1.0) - 1e17.into()).value(), 1.0);
    }

    #[test]
    fn powers_of_two_reach_beyond_doubles() {
        for size in [1.0, 1.5, 0.3, 1e300, 1e-300, 5e-324, f64::MAX] {
            let power = PowerOfTwo::of(size);
            let scaled = power.inverse().times(size);
            assert!((1.0..2.0).contains(&scaled), "{size}: {scaled}");
            assert_eq!(power.times(scaled), size);
        }
    }
}
