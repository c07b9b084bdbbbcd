//! What the functions of a model give.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::compile::CompiledModel;
use super::signature::Leading;
use super::{explain, interval, probability};
use crate::error::Result;
use crate::model::{Model, ProblemType};

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Output {
    /// `f`: the prediction itself, `DOUBLE`.
    Number,
    /// `f`: the label at the model's threshold.
    Label,
    /// `f_at`: the label at the threshold that is the first argument.
    LabelAt,
    /// `f_probability`: the probability of the positive label.
    Probability,
    /// `f_probabilities`: the probability of each label.
    Probabilities,
    /// `f_interval`: where the number will be with the probability that is the first argument.
    Interval,
    /// `f_explain`: how much each feature moves the raw prediction; of the predicted label, where there are several outputs.
    Explain,
    /// Not published: the labels with their probabilities, the likeliest first.
    RankedProbabilities,
    /// Not published: the raw prediction of each output.
    Raw,
    /// Not published: the probability of the predicted label, the features that move its raw prediction most, and that
    /// prediction.
    Explanation {
        /// Features that are named.
        top_k: usize,
    },
    /// Not published: how much each feature moves the raw predictions, without sign.
    AbsoluteAttributions {
        /// Of each output, one after the other; else as a mean over the outputs.
        by_output: bool,
    },
}

impl Output {
    /// The functions that a model publishes.
    pub(super) fn of(model: &Model) -> Vec<Self> {
        let has = |output: &Self| *output != Self::Interval || model.interval_basis().is_some();
        Self::of_kind(model.problem_type).iter().copied().filter(has).collect()
    }

    /// The functions that a kind of model may publish.
    pub(super) fn of_kind(problem_type: ProblemType) -> &'static [Self] {
        match problem_type {
            ProblemType::Binary => &[Self::Label, Self::LabelAt, Self::Probability, Self::Probabilities, Self::Explain],
            ProblemType::Multiclass => &[Self::Label, Self::Probabilities, Self::Explain],
            ProblemType::Regression => &[Self::Number, Self::Interval, Self::Explain],
        }
    }

    /// What the function takes before the features.
    pub(super) fn leading(self) -> Option<Leading> {
        match self {
            Self::LabelAt => Some(Leading::Threshold),
            Self::Interval => Some(Leading::Level),
            _ => None,
        }
    }

    /// The name of the function of a model with this base name. Those that are not published show in plans.
    pub(super) fn function_name(self, base: &str) -> String {
        match self {
            Self::Number | Self::Label => base.to_owned(),
            Self::LabelAt => format!("{base}_at"),
            Self::Probability => format!("{base}_probability"),
            Self::Probabilities => format!("{base}_probabilities"),
            Self::Interval => format!("{base}_interval"),
            Self::Explain => format!("{base}_explain"),
            Self::RankedProbabilities => format!("{base}_ranked_probabilities"),
            Self::Raw => format!("{base}_raw"),
            Self::Explanation { .. } => format!("{base}_explanation"),
            Self::AbsoluteAttributions { .. } => format!("{base}_attributions"),
        }
    }

    /// The name that errors about a call show: what is not published goes by the model's own function.
    pub(super) fn shown_name(self, base: &str) -> String {
        match self {
            Self::RankedProbabilities | Self::Raw | Self::Explanation { .. } | Self::AbsoluteAttributions { .. } => {
                base.to_owned()
            }
            published => published.function_name(base),
        }
    }

    pub(super) fn describe(self, target: &str) -> String {
        match self {
            Self::Number => format!("Predicts {target}"),
            Self::Label => format!("Predicts the label of {target}"),
            Self::LabelAt => format!("Predicts the label of {target} at a threshold in [0, 1]"),
            Self::Probability => format!("Predicts the probability of the positive label of {target}"),
            Self::Probabilities => format!("Predicts the probability of each label of {target}"),
            Self::Interval => format!("Says between which numbers {target} will be at a level in (0, 1)"),
            Self::Explain => format!("Says how much each feature moves the prediction of {target}"),
            Self::RankedProbabilities => format!("Ranks the labels of {target} by their probability"),
            Self::Raw => format!("Gives the raw predictions of {target}"),
            Self::Explanation { .. } => format!("Explains the prediction of {target}"),
            Self::AbsoluteAttributions { .. } => format!("Says how much each feature moves the predictions of {target}"),
        }
    }

    /// The type of the results.
    pub(super) fn data_type(self, compiled: &CompiledModel) -> DataType {
        let model = compiled.model();
        match (self, compiled.labels()) {
            (Self::Label | Self::LabelAt, Some(labels)) => labels.data_type().clone(),
            (Self::Probabilities, _) => DataType::Struct(probability::fields(&model.target)),
            (Self::RankedProbabilities, Some(labels)) => probability::ranked_type(labels),
            (Self::Interval, _) => interval::data_type(),
            (Self::Explain, _) => explain::data_type(),
            (Self::Explanation { .. }, labels) => DataType::Struct(explain::explanation_fields(labels.is_some())),
            (Self::Raw, _) => DataType::Struct(numbered_fields(compiled.outputs().len())),
            (Self::AbsoluteAttributions { by_output }, _) => {
                let n_outputs = if by_output { compiled.outputs().len() } else { 1 };
                DataType::Struct(numbered_fields(n_outputs * model.features.len()))
            }
            _ => DataType::Float64,
        }
    }
}

/// Fields of numbers that are known by their places.
fn numbered_fields(n: usize) -> Fields {
    (0..n).map(|i| Field::new(i.to_string(), DataType::Float64, false)).collect()
}

/// Columns of numbers as one array.
pub(super) fn numbered(columns: Vec<Vec<f64>>) -> Result<ArrayRef> {
    let fields = numbered_fields(columns.len());
    let columns = columns.into_iter().map(|column| Arc::new(Float64Array::from(column)) as ArrayRef).collect();
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}
