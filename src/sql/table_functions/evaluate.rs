//! `ml_evaluate`, `ml_confusion_matrix` and `ml_global_explain`: quality, errors, and what predictions depend on.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::figures::{Figures, Shown, numbers};
use super::measured;
use crate::automl::{LabelFigures, deviance_names, label_figures};
use crate::error::{Error, Result};
use crate::model::{CurvePoint, Model, ProblemType, decisions_at};

/// BigQuery's columns of a regression, in its order. Those of a family with a log link stand behind them.
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

/// `ml_evaluate('model' [, data])`: one row of BigQuery's metrics, of the held-out rows or of the data, which needs the target. A
/// family with a log link adds its mean deviance and `d2`, the share of the deviance that is explained.
/// Rows whose target is null do not count. Binary: at the model's threshold or at the one given. `by_label => true`: one row
/// per label.
///
/// A label that training never saw is an error of a multiclass model: it counts against accuracy, precision, recall and F1,
/// and makes the log loss null, since its probability is 0. A model of two labels cannot be measured on other ones.
pub(super) fn evaluate(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let by_label = call.arguments.boolean("by_label")?.unwrap_or(false);
    let threshold = call.arguments.threshold()?;
    measured::plan(call, if by_label { Shown::EvaluateByLabel { threshold } } else { Shown::Evaluate { threshold } })
}

/// `ml_confusion_matrix('model' [, data])`: one row per label that rows have, one column per label that they were given. Labels
/// of the data that training never saw have rows after the others.
pub(super) fn confusion_matrix(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let threshold = call.arguments.threshold()?;
    measured::plan(call, Shown::ConfusionMatrix { threshold })
}

/// `ml_global_explain('model' [, data])`: how much each feature moves the raw predictions, without sign, as a mean over rows and
/// outputs; the largest first. The target is not needed. BigQuery's `class_level_explain` shows them for each label: of several its
/// own raw prediction's.
pub(super) fn global_explain(call: &mut Call<'_>) -> Result<LogicalPlan> {
    measured::plan(call, Shown::GlobalExplain { of_classes: false })
}

pub(super) fn quality(figures: &Figures<'_>, threshold: Option<f64>) -> Result<RecordBatch> {
    let values: Vec<(&str, Option<f64>)> = if figures.model.problem_type == ProblemType::Binary {
        let decisions = decisions(figures, threshold)?;
        let of = |of: fn(&CurvePoint) -> f64| decisions.as_ref().map(of);
        vec![
            ("precision", of(CurvePoint::precision)),
            ("recall", of(CurvePoint::recall)),
            ("accuracy", of(CurvePoint::accuracy)),
            ("f1_score", of(CurvePoint::f1)),
            ("log_loss", figures.metric("log_loss")),
            ("roc_auc", figures.metric("roc_auc")),
        ]
    } else {
        no_threshold(figures.model, threshold)?;
        let names = if figures.model.problem_type == ProblemType::Regression { REGRESSION } else { MULTICLASS };
        names.iter().chain(deviance_names(figures.model.family)).map(|name| (*name, figures.metric(name))).collect()
    };
    let column = |(name, value): (&'static str, Option<f64>)| (name, numbers([value.unwrap_or(f64::NAN)]), true);
    Ok(RecordBatch::try_from_iter_with_nullable(values.into_iter().map(column))?)
}

pub(super) fn quality_by_label(figures: &Figures<'_>, threshold: Option<f64>) -> Result<RecordBatch> {
    let of_labels = label_figures(&counts(figures, threshold)?);
    let of = |of: fn(&LabelFigures) -> f64| of_labels.iter().map(of);
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("class_label", Arc::new(labels(figures)) as ArrayRef, false),
        ("precision", numbers(of(|label| label.precision)), true),
        ("recall", numbers(of(|label| label.recall)), true),
        ("f1_score", numbers(of(|label| label.f1)), true),
        ("n_rows", figures.counts(&of(|label| label.rows).collect::<Vec<_>>()), true),
    ])?)
}

pub(super) fn confusion(figures: &Figures<'_>, threshold: Option<f64>) -> Result<RecordBatch> {
    let counts = counts(figures, threshold)?;
    let expected = std::iter::once(("expected_label".to_owned(), Arc::new(labels(figures)) as ArrayRef));
    let mut names: Vec<String> = vec!["expected_label".into()];
    for label in &figures.model.target.labels {
        let name = column_name(&label.to_string(), &names);
        names.push(name);
    }
    let predicted = names.into_iter().skip(1).enumerate().map(|(label, name)| {
        let of_label: Vec<f64> = counts.iter().map(|row| row[label]).collect();
        (name, figures.counts(&of_label))
    });
    Ok(RecordBatch::try_from_iter(expected.chain(predicted))?)
}

/// A label as a column's name: `_0` for 0, as BigQuery has it. A name that is taken gets a number.
fn column_name(label: &str, taken: &[String]) -> String {
    let name: String = label.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() { format!("_{name}") } else { name };
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(name)
}

pub(super) fn attributions(figures: &Figures<'_>, of_classes: bool) -> Result<RecordBatch> {
    let model = figures.model;
    let mut classes: Vec<(String, Vec<f64>)> = match (of_classes, model.problem_type) {
        (false, _) => vec![(String::new(), mean(figures.attributions))],
        (true, ProblemType::Multiclass) => {
            let of_output = |output: usize| figures.attributions.get(output).cloned().unwrap_or_default();
            model.target.labels.iter().enumerate().map(|(output, label)| (label.to_string(), of_output(output))).collect()
        }
        // What speaks for one of two labels speaks as much against the other. The positive one comes first.
        (true, _) => model.target.labels.iter().rev().map(|label| (label.to_string(), mean(figures.attributions))).collect(),
    };
    let mut rows: Vec<(&str, &str, f64)> = Vec::new();
    for (class, attributions) in &mut classes {
        attributions.resize(model.features.len(), f64::NAN);
        let mut features: Vec<_> = model.features.iter().zip(attributions.iter()).collect();
        // Stable: features that say equally much stay in the order of the arguments.
        features.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        rows.extend(features.into_iter().map(|(feature, attribution)| (class.as_str(), feature.name.as_str(), *attribution)));
    }
    let texts = |of: fn(&(&str, &str, f64)) -> String| Arc::new(StringArray::from_iter_values(rows.iter().map(of))) as ArrayRef;
    let columns = [
        ("class_name", texts(|(class, ..)| (*class).to_owned()), false),
        ("feature", texts(|(_, feature, _)| (*feature).to_owned()), false),
        ("attribution", numbers(rows.iter().map(|(.., attribution)| *attribution)), true),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().skip(usize::from(!of_classes)))?)
}

/// The mean over outputs, feature by feature.
fn mean(attributions: &[Vec<f64>]) -> Vec<f64> {
    let Some((first, others)) = attributions.split_first() else { return Vec::new() };
    let mut sums = first.clone();
    others.iter().for_each(|other| sums.iter_mut().zip(other).for_each(|(sum, more)| *sum += more));
    sums.into_iter().map(|sum| sum / attributions.len() as f64).collect()
}

/// The model's labels, and those that training never saw.
fn labels(figures: &Figures<'_>) -> StringArray {
    let known = figures.model.target.labels.iter().map(ToString::to_string);
    StringArray::from_iter_values(known.chain(figures.unseen.iter().cloned()))
}

/// Weighted counts by expected and predicted label, also of no rows.
fn counts(figures: &Figures<'_>, threshold: Option<f64>) -> Result<Vec<Vec<f64>>> {
    let n_labels = figures.model.target.labels.len();
    if figures.model.problem_type == ProblemType::Multiclass {
        no_threshold(figures.model, threshold)?;
        let none = || vec![vec![0.0; n_labels]; n_labels];
        return Ok(if figures.confusion.is_empty() { none() } else { figures.confusion.to_vec() });
    }
    let at = decisions(figures, threshold)?;
    let count = |of: fn(&CurvePoint) -> f64| at.as_ref().map_or(0.0, of);
    Ok(vec![
        vec![count(|at| at.true_negatives), count(|at| at.false_positives)],
        vec![count(|at| at.false_negatives), count(|at| at.true_positives)],
    ])
}

/// The decisions at a threshold, or at the model's own; `None` of no rows.
fn decisions(figures: &Figures<'_>, threshold: Option<f64>) -> Result<Option<CurvePoint>> {
    let model = figures.model;
    let own = model.threshold.as_ref().ok_or_else(|| binary_only(model))?;
    Ok(decisions_at(figures.curve, threshold.unwrap_or(own.value)))
}

fn no_threshold(model: &Model, threshold: Option<f64>) -> Result<()> {
    if threshold.is_some() { Err(binary_only(model)) } else { Ok(()) }
}

/// The model has no two labels, where they are needed.
pub(super) fn binary_only(model: &Model) -> Error {
    if model.problem_type == ProblemType::Multiclass {
        return Error::data(format!(
            "model {} tells {} labels apart, so it has no threshold",
            model.name,
            model.target.labels.len()
        ))
        .with_hint("ml_confusion_matrix shows its errors, ml_calibration its probabilities")
        .about("threshold");
    }
    Error::data(format!("model {} predicts a number, so it has no labels and no threshold", model.name))
        .with_hint("ml_evaluate shows its errors, ml_weights its coefficients")
        .about("threshold")
}
