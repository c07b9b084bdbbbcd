//! The figures that table functions show: of the rows that were held out in training, or of a query's rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};

use super::{curves, evaluate};
use crate::automl::Measured;
use crate::error::Result;
use crate::model::{CalibrationBin, CurvePoint, Evaluation, Metric, Model, ProblemType};

/// What a table function shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shown {
    /// `ml_evaluate`.
    Evaluate { threshold: Option<f64> },
    /// `ml_evaluate` with `by_label`.
    EvaluateByLabel { threshold: Option<f64> },
    /// `ml_confusion_matrix`.
    ConfusionMatrix { threshold: Option<f64> },
    /// `ml_roc_curve`, at every threshold that changes something or at these.
    RocCurve { thresholds: Option<Vec<f64>> },
    /// `ml_threshold_curve`.
    ThresholdCurve,
    /// `ml_calibration`.
    Calibration,
    /// `ml_global_explain`, of all labels together or of each.
    GlobalExplain { of_classes: bool },
}

impl Shown {
    /// The rows of the table function. Their columns depend on the model and on `whole` alone.
    pub(super) fn rows(&self, figures: &Figures<'_>) -> Result<RecordBatch> {
        match self {
            Self::Evaluate { threshold } => evaluate::quality(figures, *threshold),
            Self::EvaluateByLabel { threshold } => evaluate::quality_by_label(figures, *threshold),
            Self::ConfusionMatrix { threshold } => evaluate::confusion(figures, *threshold),
            Self::RocCurve { thresholds: None } => curves::roc(figures),
            Self::RocCurve { thresholds: Some(thresholds) } => curves::roc_at(figures, thresholds),
            Self::ThresholdCurve => curves::thresholds(figures),
            Self::Calibration => curves::reliability(figures),
            Self::GlobalExplain { of_classes } => evaluate::attributions(figures, *of_classes),
        }
    }

    /// Whether attributions are shown of each output.
    pub(super) fn by_output(&self, model: &Model) -> bool {
        *self == Self::GlobalExplain { of_classes: true } && model.problem_type == ProblemType::Multiclass
    }

    /// The thresholds that decisions are made at.
    pub(super) fn thresholds(&self) -> &[f64] {
        match self {
            Self::Evaluate { threshold } | Self::EvaluateByLabel { threshold } | Self::ConfusionMatrix { threshold } => {
                threshold.as_slice()
            }
            Self::RocCurve { thresholds: Some(thresholds) } => thresholds,
            _ => &[],
        }
    }
}

/// Figures of some rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures<'a> {
    pub model: &'a Model,
    pub metrics: &'a [Metric],
    pub curve: &'a [CurvePoint],
    /// Weighted counts by expected and predicted label. Labels that training never saw follow those of the model.
    pub confusion: &'a [Vec<f64>],
    pub calibration: &'a [CalibrationBin],
    /// Of each output one per feature; or the means over the outputs alone.
    pub attributions: &'a [Vec<f64>],
    /// Labels that training never saw.
    pub unseen: &'a [String],
    /// Rows are not weighted, so numbers of rows are whole.
    pub whole: bool,
}

impl<'a> Figures<'a> {
    /// None yet: good for the columns, and for errors about the model.
    pub(super) fn none(model: &'a Model, whole: bool) -> Self {
        Self { model, metrics: &[], curve: &[], confusion: &[], calibration: &[], attributions: &[], unseen: &[], whole }
    }

    /// What training measured.
    pub(super) fn of_training(model: &'a Model) -> Self {
        let Evaluation { metrics, curve, confusion, calibration, attributions, .. } = &model.evaluation;
        let counts = curve.iter().flat_map(|point| [point.true_positives, point.false_positives, point.true_negatives]);
        let counts = counts.chain(confusion.iter().flatten().copied()).chain(calibration.iter().map(|bin| bin.weight));
        let whole = counts.into_iter().all(|count| count.trunc() == count);
        Self { model, metrics, curve, confusion, calibration, attributions, unseen: &[], whole }
    }

    /// What a query's rows gave.
    pub(super) fn of_rows(model: &'a Model, measured: &'a Measured, unseen: &'a [String], whole: bool) -> Self {
        let Measured { metrics, curve, confusion, calibration, .. } = measured;
        Self { metrics, curve, confusion, calibration, unseen, ..Self::none(model, whole) }
    }

    /// A metric by its name; `None` where it is not defined, such as the accuracy of no rows.
    pub(super) fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value).filter(|value| value.is_finite())
    }

    /// Numbers of rows as a column: integers, unless rows are weighted.
    pub(super) fn counts(&self, values: &[f64]) -> ArrayRef {
        if self.whole {
            #[allow(clippy::cast_possible_truncation, reason = "whole numbers of rows")]
            let whole = values.iter().map(|value| *value as i64).collect::<Vec<_>>();
            Arc::new(Int64Array::from(whole))
        } else {
            Arc::new(Float64Array::from(values.to_vec()))
        }
    }
}

/// Figures as a column; what is not defined is null rather than NaN.
pub(super) fn numbers(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| Some(value).filter(|value| value.is_finite())).collect::<Float64Array>())
}
