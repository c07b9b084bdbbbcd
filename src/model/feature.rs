//! The arguments of the published functions.

use serde::{Deserialize, Serialize};

use super::{ColumnType, Encoder};

/// One argument of the published functions: a column of the training query with the encoder that was learned for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The column's name in the training query.
    pub name: String,
    /// The column's type in the training query.
    pub column_type: ColumnType,
    /// How its values become columns of the design matrix; [`Encoder::Ignored`] for a column that training left out.
    pub encoder: Encoder,
    /// What training saw of it.
    pub summary: FeatureSummary,
}

/// What training saw of a feature: figures of its training rows that are not null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FeatureSummary {
    /// Nulls among the training rows.
    pub nulls: u64,
    /// Distinct values of a category.
    pub categories: Option<u64>,
    /// Numbers only.
    pub numbers: Option<NumberSummary>,
}

/// Figures of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NumberSummary {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Weighted mean.
    pub mean: f64,
    /// The middle value, or the mean of the two middle ones.
    pub median: f64,
    /// Standard deviation with divisor n, weighted.
    pub std_dev: f64,
}
