//! The frozen model: what training makes and scoring runs.
//!
//! [`crate::automl`] makes a [`Model`], [`crate::udf`] runs it; the two meet only here. This module knows nothing above it.

mod artifact;
mod column_type;
mod depth;
mod distribution;
mod elementary;
mod encoder;
mod evaluation;
mod exp;
mod family;
mod feature;
mod goodness;
mod inference;
mod label;
mod layout;
mod name;
mod predictor;
mod report;
pub(crate) mod row_hash;
mod store;
#[cfg(test)]
mod tests;
mod transform;
mod trial;
mod validate;

#[cfg(test)]
pub(crate) use artifact::to_bytes;
pub use column_type::ColumnType;
pub(crate) use elementary::{ln, ln_1p, pow};
pub(crate) use encoder::parse_number;
pub use encoder::{
    CalendarEncoder, CalendarPart, CategoryEncoder, Encoder, FeatureValues, IgnoredReason, Leaf, NumberEncoder, NumberSource,
    leaves,
};
pub(crate) use encoder::{calendar_part, list_elements, list_length, struct_field, wrong_length};
pub use evaluation::{CalibrationBin, CurvePoint, Evaluation, Interval, Metric, Sample, decisions_at};
pub(crate) use exp::exp;
pub use family::Family;
pub use feature::{Feature, FeatureSummary, NumberSummary};
pub use goodness::Goodness;
pub use inference::{Estimate, Inference};
pub use label::Label;
pub use layout::{ColumnLayout, DesignColumn, EncodedBatch};
pub use name::ModelName;
pub(crate) use name::{needs_quotes, quote_identifier};
pub(crate) use predictor::largest;
pub use predictor::{LinearPredictor, Link, Predictor};
pub use report::{Report, ReportLine};
pub use store::{DamagedFile, ModelStore};
pub(crate) use transform::{CompiledTransform, TransformBuilder};
pub use transform::{ComputedLabel, Input, Transform, TransformPlan};
pub use trial::Trial;

use serde::{Deserialize, Serialize};

/// What is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProblemType {
    /// One of two labels.
    Binary,
    /// One of several labels.
    Multiclass,
    /// A number.
    Regression,
}

impl ProblemType {
    /// The name that statements and reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "BINARY_CLASSIFICATION",
            Self::Multiclass => "MULTICLASS_CLASSIFICATION",
            Self::Regression => "REGRESSION",
        }
    }
}

/// The column that is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its name in the training query.
    pub name: String,
    /// Its type in the training query.
    pub column_type: ColumnType,
    /// The two labels of a binary target, negative first; all labels of a multiclass target in their order; empty for
    /// regression.
    pub labels: Vec<Label>,
    /// One label against the rest: the value of the target that counts as positive. The labels are then false and true.
    pub one_against_rest: Option<Label>,
}

impl Target {
    /// The type that the label function returns: the target's own, or `BOOLEAN` for one label against the rest.
    pub fn label_type(&self) -> ColumnType {
        if self.one_against_rest.is_some() { ColumnType::Boolean } else { self.column_type.clone() }
    }
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
    /// What is learned from: the arguments of the published functions, in the order of the training query, or what
    /// [`transform`](Self::transform) computes from them.
    pub features: Vec<Feature>,
    /// `TRANSFORM`, where the statement has it.
    pub transform: Option<Transform>,
    /// The parameters.
    pub predictor: Predictor,
    /// How the target is distributed around its mean.
    pub family: Family,
    /// From raw predictions to predictions.
    pub link: Link,
    /// Mean of each column of the design matrix over the training rows, weighted: what attributions are measured from. Shape:
    /// `(n_columns,)`.
    pub column_means: Vec<f64>,
    /// What is known before any feature is: the share of each label among the training rows, or the mean of the target.
    pub prior: Vec<f64>,
    /// Mean training loss after each iteration, the last that of the model: log loss, or half the unit deviance; of least squares the
    /// mean squared error of the solution. Class weights count, as in training.
    pub training_losses: Vec<f64>,
    /// How well the training rows are fitted.
    pub goodness: Option<Goodness>,
    /// Standard errors, of fits without penalty.
    pub inference: Option<Inference>,
    /// The penalties that were tried, in their order; empty where they were given.
    pub trials: Vec<Trial>,
    /// The name of the figure that trials are compared by; empty where there are none.
    pub trial_metric: String,
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

impl Model {
    /// The arguments of the published functions: name and type of each.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::Model;
    ///
    /// let model = Model::read("models/golden/v1.dfml")?;
    /// assert_eq!(model.arguments().len(), model.features.len());
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn arguments(&self) -> Vec<(&str, &ColumnType)> {
        match &self.transform {
            Some(transform) => transform.inputs.iter().map(|input| (input.name.as_str(), &input.column_type)).collect(),
            None => self.features.iter().map(|feature| (feature.name.as_str(), &feature.column_type)).collect(),
        }
    }
}
