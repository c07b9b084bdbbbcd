//! Elementary functions that give the same bits on every machine.
//!
//! The standard library's call the system's mathematical library, whose last bit differs between systems. What a model holds must
//! not: `automl`, `model` and `udf` use these and [`exp`](super::exp), which a test makes sure of. They are `libm`'s, Rust
//! translations of musl's, without vector instructions: loops over all rows have their own.

/// `ln x`.
pub(crate) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)`, without loss for small x.
pub(crate) fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `x^power`.
pub(crate) fn pow(x: f64, power: f64) -> f64 {
    libm::pow(x, power)
}

#[cfg(test)]
mod tests {
    /// Bits that musl's functions have everywhere.
    #[test]
    fn bits_are_known() {
        assert_eq!(super::ln(10.0).to_bits(), 0x4002_6bb1_bbb5_5516);
        assert_eq!(super::ln_1p(1e-10).to_bits(), 0x3ddb_7cdf_d9d1_d693);
        assert_eq!(super::pow(10.0, -0.25).to_bits(), 0x3fe1_feb3_3c1c_381e);
        assert_eq!(super::pow(2.0, 0.5).to_bits(), std::f64::consts::SQRT_2.to_bits());
    }
}
