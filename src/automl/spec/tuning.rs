//! What penalties that are to be found are compared by.

use crate::model::ProblemType::{self, Binary, Multiclass, Regression};

/// The figure by which penalties are compared, of training rows that a model did not see. Figures of a decision are those at a
/// threshold of 0.5; of several labels they are means over the labels, as `ML.EVALUATE` shows them.
///
/// # Examples
/// ```
/// use datafusion_ml::TuningObjective;
///
/// assert_eq!(TuningObjective::RocAuc.name(), "roc_auc");
/// assert!(TuningObjective::RocAuc.is_best_high() && !TuningObjective::LogLoss.is_best_high());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TuningObjective {
    /// 1 - Σ error² / Σ deviation².
    R2Score,
    /// 1 - variance of the errors / variance.
    ExplainedVariance,
    /// Median of |error|.
    MedianAbsoluteError,
    /// Mean of |error|.
    MeanAbsoluteError,
    /// Mean of error².
    MeanSquaredError,
    /// Mean of (ln(1 + number) - ln(1 + prediction))².
    MeanSquaredLogError,
    /// Area under the ROC curve.
    RocAuc,
    /// Of the rows given the positive label the share that has it.
    Precision,
    /// Of the rows with the positive label the share that was given it.
    Recall,
    /// Share of rows that are right.
    Accuracy,
    /// Harmonic mean of precision and recall.
    F1Score,
    /// Mean of -ln(probability of the right label).
    LogLoss,
}

impl TuningObjective {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::R2Score,
        Self::ExplainedVariance,
        Self::MedianAbsoluteError,
        Self::MeanAbsoluteError,
        Self::MeanSquaredError,
        Self::MeanSquaredLogError,
        Self::RocAuc,
        Self::Precision,
        Self::Recall,
        Self::Accuracy,
        Self::F1Score,
        Self::LogLoss,
    ];

    /// The name of the figure, as `ML.EVALUATE` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::R2Score => "r2_score",
            Self::ExplainedVariance => "explained_variance",
            Self::MedianAbsoluteError => "median_absolute_error",
            Self::MeanAbsoluteError => "mean_absolute_error",
            Self::MeanSquaredError => "mean_squared_error",
            Self::MeanSquaredLogError => "mean_squared_log_error",
            Self::RocAuc => "roc_auc",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::Accuracy => "accuracy",
            Self::F1Score => "f1_score",
            Self::LogLoss => "log_loss",
        }
    }

    /// Whether the highest figure is the best one; else the lowest is.
    pub fn is_best_high(self) -> bool {
        !matches!(
            self,
            Self::MedianAbsoluteError
                | Self::MeanAbsoluteError
                | Self::MeanSquaredError
                | Self::MeanSquaredLogError
                | Self::LogLoss
        )
    }

    /// The types of problem that have the figure.
    pub fn fits(self) -> &'static [ProblemType] {
        match self {
            Self::RocAuc | Self::Precision | Self::Recall | Self::Accuracy | Self::F1Score | Self::LogLoss => {
                &[Binary, Multiclass]
            }
            _ => &[Regression],
        }
    }
}
