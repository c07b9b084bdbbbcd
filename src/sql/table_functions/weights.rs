//! `ml_weights`: the coefficients in the user's own units.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, ListArray, RecordBatch, StringArray, StructArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use crate::error::Result;
use crate::model::{
    CategoryEncoder, ColumnLayout, DesignColumn, Encoder, LinearPredictor, Model, NumberEncoder, Predictor, ProblemType, leaves,
};

/// The categories of one feature with their weights; a missing name is null's.
type Categories = Vec<(Option<String>, f64)>;

/// `ml_weights('model')`: BigQuery's columns `processed_input`, `weight`, `category_weights`, and for multiclass models `class_label`.
///
/// With `standardize` the weights of numbers are per standard deviation, and the intercept is that at the mean of the numbers.
/// Without a penalty these are the estimates of the fit itself; else the standardised coefficients are turned back.
///
/// The raw prediction of a row is the weight of `__INTERCEPT__`, plus weight · value for each number, plus the weight of its
/// category for each category. A number that is null adds the weight of its null category instead, or weight · mean
/// where training saw no null. `__OTHER__` stands for all values without a weight of their own. The weights of several labels add up
/// to 0: only their differences, which `ml_advanced_weights` shows, say anything of probabilities.
pub(super) fn weights(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    let standardize = call.arguments.boolean("standardize")?.unwrap_or(false);
    call.arguments.finish()?;
    call.rows(rows(&model, standardize)?)
}

fn rows(model: &Model, standardize: bool) -> Result<RecordBatch> {
    let Predictor::Linear(outputs) = &model.predictor;
    let mut labels: Vec<String> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for (output, linear) in outputs.iter().enumerate() {
        let estimates = model.inference.as_ref().and_then(|inference| inference.estimates.get(output));
        let of_output = match estimates {
            _ if standardize => {
                let coefficients: Vec<f64> =
                    std::iter::once(linear.intercept).chain(linear.coefficients.iter().copied()).collect();
                rows_of(model, &coefficients, |_| 0.0)
            }
            Some(estimates) => {
                rows_of(model, &estimates.iter().map(|estimate| estimate.value).collect::<Vec<_>>(), |number| number.mean)
            }
            None => rows_of(model, &in_user_units(model, linear), |number| number.mean),
        };
        if model.problem_type == ProblemType::Multiclass {
            let label = model.target.labels.get(output).map(ToString::to_string).unwrap_or_default();
            labels.extend(std::iter::repeat_n(label, of_output.len()));
        }
        rows.extend(of_output);
    }
    let names = StringArray::from_iter_values(rows.iter().map(|(name, _, _)| name));
    let weights: Float64Array = rows.iter().map(|(_, weight, _)| *weight).collect();
    let categories = category_lists(rows.into_iter().map(|(_, _, categories)| categories).collect())?;
    let label_column = (!labels.is_empty()).then(|| ("class_label", Arc::new(StringArray::from(labels)) as ArrayRef, false));
    let columns = [
        ("processed_input", Arc::new(names) as ArrayRef, false),
        ("weight", Arc::new(weights), true),
        ("category_weights", Arc::new(categories), true),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().chain(label_column))?)
}

/// A leaf with its weight or the weights of its categories.
type Row = (String, Option<f64>, Option<Categories>);

/// The intercept and the coefficients of standardised columns as those of the user's own numbers. Shape: `(n_columns + 1,)`.
fn in_user_units(model: &Model, linear: &LinearPredictor) -> Vec<f64> {
    let leaves = leaves(&model.features);
    let mut coefficients = vec![linear.intercept];
    for (column, coefficient) in ColumnLayout::new(&model.features).columns().zip(&linear.coefficients) {
        match (&column, leaves[column.leaf()].encoder) {
            (DesignColumn::Number { .. }, Encoder::Number(number)) => {
                coefficients[0] -= coefficient * number.mean / number.std_dev;
                coefficients.push(coefficient / number.std_dev);
            }
            _ => coefficients.push(*coefficient),
        }
    }
    coefficients
}

/// The rows of one output from its intercept and coefficients, in the units in which numbers have this mean.
fn rows_of(model: &Model, coefficients: &[f64], mean: impl Fn(&NumberEncoder) -> f64) -> Vec<Row> {
    let leaves = leaves(&model.features);
    let mut rows: Vec<Row> = leaves.iter().map(|leaf| (leaf.name.clone(), None, None)).collect();
    for (column, coefficient) in ColumnLayout::new(&model.features).columns().zip(coefficients.iter().skip(1)) {
        let (_, weight, categories) = &mut rows[column.leaf()];
        match (&column, leaves[column.leaf()].encoder) {
            (DesignColumn::Number { .. }, _) => *weight = Some(*coefficient),
            (DesignColumn::Missing { .. }, Encoder::Number(number)) => {
                let of_mean = weight.unwrap_or(0.0) * mean(number);
                *categories = Some(vec![(None, of_mean + coefficient)]);
            }
            (DesignColumn::Category { code, .. }, Encoder::Category(encoder)) => {
                categories.get_or_insert_default().push((category_name(encoder, *code), *coefficient));
            }
            _ => {}
        }
    }
    // Ignored leaves have no weight, so no row.
    rows.retain(|(_, weight, categories)| weight.is_some() || categories.is_some());
    rows.push(("__INTERCEPT__".into(), coefficients.first().copied(), None));
    rows
}

/// The value that a code stands for; `None` of null.
pub(super) fn category_name(encoder: &CategoryEncoder, code: u32) -> Option<String> {
    match encoder.values().get(code as usize) {
        Some(value) => Some(value.to_string()),
        None if code == encoder.null() => None,
        None => Some("__OTHER__".to_owned()),
    }
}

fn category_lists(lists: Vec<Option<Categories>>) -> Result<ListArray> {
    let lengths = lists.iter().map(|list| list.as_ref().map_or(0, Vec::len));
    let offsets = OffsetBuffer::from_lengths(lengths);
    let nulls = lists.iter().map(Option::is_some).collect::<NullBuffer>();
    let (names, weights): (Vec<Option<String>>, Vec<f64>) = lists.into_iter().flatten().flatten().unzip();
    let fields = Fields::from(vec![Field::new("category", DataType::Utf8, true), Field::new("weight", DataType::Float64, false)]);
    let entries = StructArray::try_new(
        fields.clone(),
        vec![Arc::new(StringArray::from(names)), Arc::new(Float64Array::from(weights))],
        None,
    )?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(fields), false));
    Ok(ListArray::try_new(item, offsets, Arc::new(entries), Some(nulls))?)
}
