//! The frozen model: what training makes and scoring runs.
//!
//! [`crate::automl`] makes a [`Model`], [`crate::udf`] runs it; the two meet only here. This module knows nothing above it.

mod artifact;
mod column_type;
mod encoder;
mod evaluation;
mod exp;
mod label;
mod layout;
mod name;
mod predictor;
mod report;
pub(crate) mod row_hash;
mod store;
#[cfg(test)]
mod tests;
mod validate;

#[cfg(test)]
pub(crate) use artifact::to_bytes;
pub use column_type::ColumnType;
pub(crate) use encoder::parse_number;
pub use encoder::{CategoryEncoder, Encoder, FeatureValues, IgnoredReason, NumberEncoder, NumberSource};
pub use evaluation::{CurvePoint, Evaluation, Interval, Metric, Sample, decisions_at};
pub(crate) use exp::exp;
pub use label::Label;
pub use layout::{ColumnLayout, DesignColumn, EncodedBatch};
pub use name::ModelName;
pub(crate) use name::quote_identifier;
pub use predictor::{LinearPredictor, Link, Predictor};
pub use report::{Report, ReportLine};
pub use store::{DamagedFile, ModelStore};

use serde::{Deserialize, Serialize};

/// What is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProblemType {
    /// One of two labels.
    Binary,
    /// A number.
    Regression,
}

impl ProblemType {
    /// The name that statements and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "BINARY_CLASSIFICATION",
            Self::Regression => "REGRESSION",
        }
    }
}

/// One argument of the published functions: a column of the training query with the encoder that was learned for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The column's name in the training query.
    pub name: String,
    /// The column's type in the training query.
    pub column_type: ColumnType,
    /// How its values become columns of the design matrix; [`Encoder::Ignored`] for a column that training left out.
    pub encoder: Encoder,
}

/// The column that is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its name in the training query.
    pub name: String,
    /// Its type, which is also the type that the label function returns.
    pub column_type: ColumnType,
    /// The two labels of a binary target, negative first; empty for regression.
    pub labels: Vec<Label>,
}

/// The decision threshold of a binary model: a row gets the positive label if its probability is at least this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// In [0, 1].
    pub value: f64,
    /// How it was chosen, for example `highest F1 of the out-of-fold predictions`.
    pub chosen_by: String,
}

impl Threshold {
    /// How a threshold was chosen that `ALTER MODEL` set.
    const BY_HAND: &str = "as set by ALTER MODEL";

    /// A threshold that `ALTER MODEL` set.
    pub(crate) fn set_by_hand(value: f64) -> Self {
        Self { value, chosen_by: Self::BY_HAND.into() }
    }

    /// Whether `ALTER MODEL` set it.
    pub(crate) fn is_set_by_hand(&self) -> bool {
        self.chosen_by == Self::BY_HAND
    }
}

/// A trained model: immutable, validated, saveable.
///
/// The same rows and statement always give the same `Model`, bit for bit; it holds no clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The model's name.
    pub name: ModelName,
    /// From 1; `CREATE OR REPLACE` makes the next.
    pub version: u32,
    /// Free text of the owner.
    pub description: String,
    /// The base name of the published functions, for example `predict_churn`.
    pub function: String,
    /// What is predicted.
    pub problem_type: ProblemType,
    /// The column that is predicted.
    pub target: Target,
    /// The arguments of the published functions, in the order of the training query.
    pub features: Vec<Feature>,
    /// The parameters.
    pub predictor: Predictor,
    /// From raw prediction to prediction.
    pub link: Link,
    /// Binary models only.
    pub threshold: Option<Threshold>,
    /// The statement that made the model, in canonical form.
    pub statement: String,
    /// BLAKE3 over the sorted, seeded hashes of the training query's rows, in hexadecimal: under one statement it changes when
    /// the data does.
    pub data_fingerprint: String,
    /// What training said.
    pub report: Report,
    /// Quality on the held-out rows, or on the training rows where the statement held none out.
    pub evaluation: Evaluation,
}
