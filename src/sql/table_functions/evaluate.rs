//! `ml_evaluate` and `ml_confusion_matrix`: quality on the held-out rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};

use super::arguments::Arguments;
use super::curves::counts;
use crate::error::{Error, Result};
use crate::model::{CurvePoint, Label, Model, ProblemType, decisions_at};

/// BigQuery's columns of a regression, in its order.
const REGRESSION: [&str; 6] = [
    "mean_absolute_error",
    "mean_squared_error",
    "mean_squared_log_error",
    "median_absolute_error",
    "r2_score",
    "explained_variance",
];

/// BigQuery's columns of a multiclass model, in its order.
const MULTICLASS: [&str; 6] = ["precision", "recall", "accuracy", "f1_score", "log_loss", "roc_auc"];

/// One row of BigQuery's metrics on the held-out rows. Binary: at the model's threshold or at the one given.
pub(super) fn evaluate(model: &Model, arguments: &mut Arguments) -> Result<RecordBatch> {
    let metric = |name: &str| model.evaluation.metric(name).map_or(f64::NAN, |metric| metric.value);
    let figures: Vec<(&str, f64)> = if model.problem_type == ProblemType::Binary {
        let decisions = decisions(model, arguments)?;
        vec![
            ("precision", decisions.precision()),
            ("recall", decisions.recall()),
            ("accuracy", decisions.accuracy()),
            ("f1_score", decisions.f1()),
            ("log_loss", metric("log_loss")),
            ("roc_auc", metric("roc_auc")),
        ]
    } else {
        if arguments.threshold()?.is_some() {
            return Err(binary_only(model));
        }
        let names = if model.problem_type == ProblemType::Regression { REGRESSION } else { MULTICLASS };
        names.iter().map(|name| (*name, metric(name))).collect()
    };
    // A figure that is not defined, such as precision without a positive prediction, is null rather than NaN.
    let column = |value: f64| Arc::new(Float64Array::from(vec![Some(value).filter(|value| !value.is_nan())])) as ArrayRef;
    Ok(RecordBatch::try_from_iter_with_nullable(figures.into_iter().map(|(name, value)| (name, column(value), true)))?)
}

/// One row per label of the held-out rows, one column per label that they were given.
pub(super) fn confusion_matrix(model: &Model, arguments: &mut Arguments) -> Result<RecordBatch> {
    let labels = &model.target.labels;
    let confusion = if model.problem_type == ProblemType::Multiclass {
        if arguments.threshold()?.is_some() {
            return Err(binary_only(model));
        }
        model.evaluation.confusion.clone()
    } else {
        let at = decisions(model, arguments)?;
        vec![vec![at.true_negatives, at.false_positives], vec![at.false_negatives, at.true_positives]]
    };
    let expected = StringArray::from_iter_values(labels.iter().map(ToString::to_string));
    let mut columns = vec![("expected_label".to_owned(), Arc::new(expected) as ArrayRef)];
    for (label, name) in labels.iter().enumerate() {
        let counts_of_label: Vec<f64> = confusion.iter().map(|row| row[label]).collect();
        // Labels that differ in odd characters only are told apart by numbers.
        let name = column_name(name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let is_free = |name: &String| columns.iter().all(|(taken, _)| taken != name);
        let free = std::iter::once(name.clone()).chain(numbered).find(is_free);
        columns.push((free.unwrap_or(name), counts(&counts_of_label)));
    }
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// A label as a column's name: `_0` for 0, as BigQuery has it.
fn column_name(label: &Label) -> String {
    let name: String = label.to_string().chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() { format!("_{name}") } else { name }
}

fn decisions(model: &Model, arguments: &mut Arguments) -> Result<CurvePoint> {
    let threshold = arguments.threshold()?.or_else(|| model.threshold.as_ref().map(|threshold| threshold.value));
    threshold.and_then(|threshold| decisions_at(&model.evaluation.curve, threshold)).ok_or_else(|| binary_only(model))
}

/// The model has no two labels, where they are needed.
pub(super) fn binary_only(model: &Model) -> Error {
    if model.problem_type == ProblemType::Multiclass {
        return Error::data(format!(
            "model {} tells {} labels apart, so it has no threshold",
            model.name,
            model.target.labels.len()
        ))
        .with_hint("ml_confusion_matrix shows its errors, ml_calibration its probabilities");
    }
    Error::data(format!("model {} predicts a number, so it has no labels and no threshold", model.name))
        .with_hint("ml_evaluate shows its errors, ml_weights its coefficients")
}
