//! `ml_advanced_weights`: coefficients with their standard errors.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::figures::numbers;
use super::weights::category_name;
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, DesignColumn, Encoder, Estimate, Inference, Leaf, Model, Predictor, ProblemType, leaves};

/// The share of samples whose confidence interval holds the true weight.
const LEVEL: f64 = 0.95;

/// `ml_advanced_weights('model')`: BigQuery's columns `processed_input`, `category`, `weight`, `standard_error` and `p_value`, then
/// the statistic (t of a number, z of labels) and the confidence interval; multiclass models have `class_label`. Only fits
/// without a penalty have standard errors.
///
/// Weights are in the user's own units; with `standardize` those of numbers are per standard deviation, and the intercept is that
/// at the mean of the numbers. Categories are compared with their most frequent value, labels with the first: these have weight 0
/// and no standard error, as have columns that follow from others. The category `__NULL__` of a number is what a null adds to the
/// number's mean; `__OTHER__` stands for all values without a weight of their own. Values without training rows are left out.
pub(super) fn advanced_weights(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    let standardize = call.arguments.boolean("standardize")?.unwrap_or(false);
    let level = call.arguments.level()?.unwrap_or(LEVEL);
    call.arguments.finish()?;
    let inference = model.inference.as_ref().ok_or_else(|| none(&model))?;
    call.rows(rows(&model, inference, standardize, level)?)
}

/// Why a model has no standard errors: its report says it.
fn none(model: &Model) -> Error {
    let said = model.report.lines().iter().find(|line| line.section == "fit" && line.item == Inference::REPORT_ITEM);
    let reason = said.and_then(|line| line.value.strip_prefix("none: ")).unwrap_or("it was trained without them");
    let advice = match said {
        Some(line) if !line.detail.is_empty() => line.detail.as_str(),
        _ => "train it again without a penalty",
    };
    Error::data(format!("model {} has no standard errors: {reason}", model.name))
        .with_hint(format!("{advice}; ml_weights shows its weights"))
}

struct Row {
    label: String,
    input: String,
    category: Option<String>,
    estimate: Estimate,
}

fn rows(model: &Model, inference: &Inference, standardize: bool, level: f64) -> Result<RecordBatch> {
    let mut rows: Vec<Row> = Vec::new();
    for (output, estimates) in inference.estimates.iter().enumerate() {
        let label = model.target.labels.get(output).map(ToString::to_string).unwrap_or_default();
        add_rows(&mut rows, model, &label, estimates, |column| {
            if standardize { standardized(model, inference, output, column) } else { None }
        });
    }
    let text = |of: fn(&Row) -> Option<&str>| Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let number = |of: &dyn Fn(&Estimate) -> Option<f64>| numbers(rows.iter().map(|row| of(&row.estimate).unwrap_or(f64::NAN)));
    let end = |end: fn((f64, f64)) -> f64| number(&|estimate| inference.confidence_interval(estimate, level).map(end));
    let columns = [
        ("processed_input", text(|row| Some(&row.input)), false),
        ("category", text(|row| row.category.as_deref()), true),
        ("weight", number(&|estimate| Some(estimate.value)), true),
        ("standard_error", number(&|estimate| estimate.standard_error), true),
        ("p_value", number(&|estimate| inference.p_value(estimate)), true),
        ("statistic", number(&Estimate::statistic), true),
        ("confidence_low", end(|(low, _)| low), true),
        ("confidence_high", end(|(_, high)| high), true),
    ];
    let label = (model.problem_type == ProblemType::Multiclass).then(|| ("class_label", text(|row| Some(&row.label)), false));
    Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().chain(label))?)
}

/// The rows of one output: leaf by leaf, the intercept last, as in `ml_weights`. `instead` gives another estimate of a column, of
/// the intercept where there is none.
fn add_rows(
    rows: &mut Vec<Row>,
    model: &Model,
    label: &str,
    estimates: &[Estimate],
    instead: impl Fn(Option<&DesignColumn>) -> Option<Estimate>,
) {
    let leaves = leaves(&model.features);
    let Some((intercept, of_columns)) = estimates.split_first() else { return };
    let mut found: Vec<(usize, Row)> = Vec::new();
    for ((column, estimate), share) in ColumnLayout::new(&model.features).columns().zip(of_columns).zip(&model.column_means) {
        let Some(Leaf { name, encoder, .. }) = leaves.get(column.leaf()) else { continue };
        let category = match (&column, encoder) {
            (DesignColumn::Missing { .. }, _) => Some("__NULL__".to_owned()),
            (DesignColumn::Category { .. }, _) if *share <= 0.0 => continue,
            (DesignColumn::Category { code, .. }, Encoder::Category(encoder)) => {
                Some(category_name(encoder, *code).unwrap_or_else(|| "__NULL__".to_owned()))
            }
            _ => None,
        };
        let estimate = instead(Some(&column)).unwrap_or(*estimate);
        found.push((column.leaf(), Row { label: label.to_owned(), input: name.clone(), category, estimate }));
    }
    found.sort_by_key(|(leaf, _)| *leaf);
    rows.extend(found.into_iter().map(|(_, row)| row));
    let estimate = instead(None).unwrap_or(*intercept);
    rows.push(Row { label: label.to_owned(), input: "__INTERCEPT__".into(), category: None, estimate });
}

/// The estimate of a number or the intercept where numbers have mean 0 and standard deviation 1; none where it is the same.
fn standardized(model: &Model, inference: &Inference, output: usize, column: Option<&DesignColumn>) -> Option<Estimate> {
    let Predictor::Linear(outputs) = &model.predictor;
    let linear = outputs.get(output)?;
    let estimates = inference.estimates.get(output)?;
    let Some(column) = column else {
        return Some(Estimate { value: linear.intercept, standard_error: intercept_error(model, inference, estimates) });
    };
    let DesignColumn::Number { leaf } = column else { return None };
    let leaves = leaves(&model.features);
    let Encoder::Number(number) = leaves.get(*leaf)?.encoder else { return None };
    let place = ColumnLayout::new(&model.features).columns().position(|other| other == *column)?;
    let Estimate { value, standard_error } = estimates.get(place + 1)?;
    Some(Estimate { value: value * number.std_dev, standard_error: standard_error.map(|error| error * number.std_dev) })
}

/// The standard error of the intercept at the mean of the numbers: of one output, where all coefficients are determined. The
/// reference label, whose intercept has no error, has none.
fn intercept_error(model: &Model, inference: &Inference, estimates: &[Estimate]) -> Option<f64> {
    // Without an intercept nothing varies with it.
    let corner = inference.unscaled_covariance.first().copied().filter(|corner| *corner > 0.0)?;
    // Coefficients without error are 0 where a reference or no rows are the cause.
    let determined = estimates.iter().skip(1).all(|estimate| estimate.standard_error.is_some() || estimate.value == 0.0);
    (determined && model.problem_type != ProblemType::Multiclass).then(|| (inference.dispersion * corner).sqrt())
}
