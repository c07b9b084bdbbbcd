//! What training is to make best, what labels and errors count, and how strong penalties are.

use crate::model::ProblemType;

/// What the threshold of a binary model is chosen to make best, on out-of-fold predictions of the training rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ThresholdChoice {
    /// Highest F1.
    F1,
    /// Highest accuracy.
    Accuracy,
    /// Highest mean of the recalls of both labels.
    Balanced,
    /// Lowest total cost; a false positive costs `false_positive`, a false negative `false_negative`.
    Cost {
        /// Cost of a false positive, not negative.
        false_positive: f64,
        /// Cost of a false negative, not negative.
        false_negative: f64,
    },
    /// Given, in [0, 1].
    Fixed(f64),
}

impl From<f64> for ThresholdChoice {
    fn from(threshold: f64) -> Self {
        Self::Fixed(threshold)
    }
}

/// Weights of the classes in training.
///
/// # Examples
/// ```
/// use datafusion_ml::ClassWeights;
///
/// let weights = ClassWeights::from([("yes", 5.0), ("no", 1.0)]);
/// assert_eq!(weights, ClassWeights::Listed(vec![("yes".into(), 5.0), ("no".into(), 1.0)]));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights {
    /// All 1.
    #[default]
    None,
    /// `n_rows / (n_classes * n_rows_of_class)`.
    Balanced,
    /// As listed, by label; each above 0. Labels that are not listed weigh 1; where labels are ordered, as BigQuery's form says,
    /// none may be left out.
    Listed(Vec<(String, f64)>),
}

impl<L: Into<String>, const N: usize> From<[(L, f64); N]> for ClassWeights {
    fn from(listed: [(L, f64); N]) -> Self {
        Self::Listed(listed.into_iter().map(|(label, weight)| (label.into(), weight)).collect())
    }
}

/// What is to be best; it decides the threshold where none is asked for, and says the type of problem where only one fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Mean squared error, regression.
    Mse,
    /// Share of right labels.
    Accuracy,
    /// F1 of the positive label; of several labels the mean of their F1.
    F1,
    /// Area under the ROC curve, binary; the threshold is then chosen for F1.
    Auc,
}

impl Objective {
    /// The name that statements use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mse => "MSE",
            Self::Accuracy => "Accuracy",
            Self::F1 => "F1",
            Self::Auc => "AUC",
        }
    }

    /// The types of problem that it can be asked for.
    pub fn fits(self) -> &'static [ProblemType] {
        match self {
            Self::Mse => &[ProblemType::Regression],
            Self::Accuracy | Self::F1 => &[ProblemType::Binary, ProblemType::Multiclass],
            Self::Auc => &[ProblemType::Binary],
        }
    }
}

/// The factor of a penalty, or how to find it.
///
/// A penalty is found by cross-validation over five folds of the training rows, which obey the keys and the order in time of the
/// split: each pair of factors is tried on every fold, and the lowest mean loss of rows that a model did not see wins, or the best
/// [`TuningObjective`](crate::TuningObjective). Of equal ones that is the stronger penalty, but the rule of one standard error, which prefers strong penalties, is not applied.
/// [`Model::trials`](crate::Model::trials) has them all.
///
/// # Examples
/// ```
/// use datafusion_ml::PenaltyChoice;
///
/// assert_eq!(PenaltyChoice::from(0.5), PenaltyChoice::Fixed(0.5));
/// assert_eq!(PenaltyChoice::from([0.1, 1.0]), PenaltyChoice::Listed(vec![0.1, 1.0]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum PenaltyChoice {
    /// Given, at least 0.
    Fixed(f64),
    /// The one of these that predicts rows best that its model did not see, by cross-validation on the training rows.
    Listed(Vec<f64>),
    /// The same along a path from a penalty that leaves next to nothing down to one that hardly matters: for L1 from the smallest
    /// one that makes all coefficients 0 down to its 10,000th part (its 100th where the columns are more than the rows).
    Auto,
}

impl PenaltyChoice {
    /// The factor, if it is given.
    pub fn fixed(&self) -> Option<f64> {
        match self {
            Self::Fixed(factor) => Some(*factor),
            Self::Listed(_) | Self::Auto => None,
        }
    }
}

impl From<f64> for PenaltyChoice {
    fn from(factor: f64) -> Self {
        Self::Fixed(factor)
    }
}

impl<const N: usize> From<[f64; N]> for PenaltyChoice {
    fn from(factors: [f64; N]) -> Self {
        Self::Listed(factors.into())
    }
}
