//! How the target is distributed around its mean.

use serde::{Deserialize, Serialize};

/// The distribution of the target given its mean μ, up to a constant dispersion. The unit deviance d(y, μ) is twice what the
/// log-likelihood of μ lacks to that of a perfect fit.
///
/// *Source*: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 2.3; Jørgensen, *The Theory of Dispersion
/// Models* (1997).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Family {
    /// Numbers with the same variance everywhere: `d = (y - μ)²`.
    #[default]
    Gaussian,
    /// One of two labels, y of 0 and 1: `d = -2 (y ln μ + (1 - y) ln(1 - μ))`.
    Binomial,
    /// One of several labels: `d = -2 ln μ[label]`.
    Multinomial,
    /// Counts, variance μ: `d = 2 (y ln(y/μ) - y + μ)`; y at least 0.
    Poisson,
    /// Amounts, variance μ²: `d = 2 (y/μ - 1 - ln(y/μ))`; y above 0.
    Gamma,
    /// Amounts that are often exactly 0, variance μ to the power p in (1, 2):
    /// `d = 2 (y^(2-p)/((1-p)(2-p)) - y μ^(1-p)/(1-p) + μ^(2-p)/(2-p))`; y at least 0.
    Tweedie(f64),
}

impl Family {
    /// The power of Tweedie's family unless another one is asked for.
    pub const DEFAULT_TWEEDIE_POWER: f64 = 1.5;

    /// The name that statements and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Binomial => "binomial",
            Self::Multinomial => "multinomial",
            Self::Poisson => "poisson",
            Self::Gamma => "gamma",
            Self::Tweedie(_) => "tweedie",
        }
    }
}
