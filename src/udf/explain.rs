//! How much each feature moves a prediction.
//!
//! The attribution of a feature is the sum over its columns of coefficient · (value - training mean). With the baseline, the raw
//! prediction where every column has its training mean, attributions add up to the raw prediction. For features that are
//! independent of each other this is the exact Shapley value.
//!
//! Source: Lundberg and Lee, *A Unified Approach to Interpreting Model Predictions* (2017), corollary 1 (Linear SHAP).

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, ListArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::compile::{Columns, CompiledModel};
use super::kernel;
use crate::error::Result;
use crate::model::{ColumnLayout, Model, Predictor, largest};

/// The name of the raw prediction where every column has its training mean.
pub(crate) const BASELINE: &str = "__BASELINE__";

/// What attributions are measured from.
#[derive(Debug)]
pub(super) struct Baselines {
    /// By output, the raw prediction where every column has its training mean.
    of_outputs: Vec<f64>,
    /// By output and feature, the sum of coefficient · training mean.
    of_features: Vec<Vec<f64>>,
    /// By feature, its number terms and its category terms.
    terms: Vec<(Range<usize>, Range<usize>)>,
}

impl Baselines {
    pub(super) fn new(model: &Model, number_leaves: &[usize], category_leaves: &[usize], leaf_features: &[usize]) -> Self {
        let Predictor::Linear(outputs) = &model.predictor;
        let layout = ColumnLayout::new(&model.features);
        let of_features: Vec<Vec<f64>> = outputs
            .iter()
            .map(|linear| {
                let mut sums = vec![0.0; model.features.len()];
                for ((column, coefficient), mean) in layout.columns().zip(&linear.coefficients).zip(&model.column_means) {
                    sums[layout.feature(&column)] += coefficient * mean;
                }
                sums
            })
            .collect();
        let of_outputs =
            outputs.iter().zip(&of_features).map(|(linear, sums)| linear.intercept + sums.iter().sum::<f64>()).collect();
        // Terms stand in the order of leaves, so those of a feature are neighbours.
        let range = |leaves: &[usize], feature: usize| {
            let start = leaves.partition_point(|leaf| leaf_features[*leaf] < feature);
            start..leaves.partition_point(|leaf| leaf_features[*leaf] <= feature)
        };
        let terms =
            (0..model.features.len()).map(|feature| (range(number_leaves, feature), range(category_leaves, feature))).collect();
        Self { of_outputs, of_features, terms }
    }
}

impl CompiledModel {
    /// Gives the attributions of a batch for one output, feature by feature.
    fn attributions_of(&self, columns: &Columns<'_>, output: usize, n_rows: usize, mut each: impl FnMut(usize, &[f64])) {
        let (baselines, compiled) = (self.baselines(), &self.outputs()[output]);
        let mut sums = vec![0.0; n_rows];
        for (feature, (numbers, categories)) in baselines.terms.iter().enumerate() {
            sums.fill(-baselines.of_features[output][feature]);
            kernel::add_numbers(&mut sums, &compiled.numbers[numbers.clone()], &columns.numbers[numbers.clone()]);
            for (term, codes) in self.categories()[categories.clone()].iter().zip(&columns.codes[categories.clone()]) {
                term.add_to(&mut sums, output, codes);
            }
            each(feature, &sums);
        }
    }

    /// The attributions of a batch, each row for one of the outputs. Shape: `(n_features, n_rows)`.
    fn attributions(&self, columns: &Columns<'_>, outputs_of_rows: &[u32]) -> Vec<Vec<f64>> {
        let n_rows = outputs_of_rows.len();
        let mut attributions = vec![vec![0.0; n_rows]; self.model().features.len()];
        let mut rows_of_outputs: Vec<Vec<usize>> = vec![Vec::new(); self.outputs().len()];
        outputs_of_rows.iter().enumerate().for_each(|(row, output)| rows_of_outputs[*output as usize].push(row));
        for (output, rows) in rows_of_outputs.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            self.attributions_of(columns, output, n_rows, |feature, sums| {
                rows.iter().for_each(|row| attributions[feature][*row] = sums[*row]);
            });
        }
        attributions
    }

    /// How much each feature moves the raw predictions of a batch, without sign: of each output one after the other, shape
    /// `(n_outputs · n_features, n_rows)`, or as a mean over the outputs, shape `(n_features, n_rows)`.
    pub(super) fn absolute_attributions(&self, columns: &Columns<'_>, n_rows: usize, by_output: bool) -> Vec<Vec<f64>> {
        let (n_outputs, n_features) = (self.outputs().len(), self.model().features.len());
        let (n_parts, share) = if by_output { (n_outputs, 1.0) } else { (1, n_outputs as f64) };
        let mut means = vec![vec![0.0; n_rows]; n_parts * n_features];
        for output in 0..n_outputs {
            let first = if by_output { output * n_features } else { 0 };
            self.attributions_of(columns, output, n_rows, |feature, sums| {
                means[first + feature].iter_mut().zip(sums).for_each(|(mean, sum)| *mean += sum.abs() / share);
            });
        }
        means
    }

    /// Per row a list of (feature, attribution), the largest first, and at its end the baseline, so that the attributions of a
    /// row add up to its raw prediction.
    pub(super) fn explain(&self, columns: &Columns<'_>, outputs_of_rows: &[u32]) -> Result<ListArray> {
        let baselines = self.baselines_of(outputs_of_rows);
        self.attribution_lists(columns, outputs_of_rows, self.model().features.len(), Some(&baselines))
    }

    /// Per row, of the predicted label where there are several: its probability, if there are labels and so a threshold, the
    /// `top_k` largest attributions, the baseline, and the raw prediction.
    pub(super) fn explanation(
        &self,
        columns: &Columns<'_>,
        raw: &[Vec<f64>],
        top_k: usize,
        threshold: Option<f64>,
    ) -> Result<ArrayRef> {
        let outputs_of_rows = largest(raw);
        let of_rows = |values: &[Vec<f64>]| -> Float64Array {
            outputs_of_rows.iter().enumerate().map(|(row, output)| values[*output as usize][row]).collect()
        };
        let mut arrays: Vec<ArrayRef> = Vec::new();
        if let Some(threshold) = threshold {
            let mut values = raw.to_vec();
            self.model().link.inverse_all(&mut values);
            if let [positive] = values.as_mut_slice() {
                // A label may be predicted that is not the likelier one.
                positive.iter_mut().filter(|p| **p < threshold).for_each(|p| *p = 1.0 - *p);
            }
            arrays.push(Arc::new(of_rows(&values)));
        }
        let top_k = top_k.min(self.model().features.len());
        arrays.push(Arc::new(self.attribution_lists(columns, &outputs_of_rows, top_k, None)?));
        arrays.push(Arc::new(Float64Array::from(self.baselines_of(&outputs_of_rows))));
        arrays.push(Arc::new(of_rows(raw)));
        Ok(Arc::new(StructArray::try_new(explanation_fields(threshold.is_some()), arrays, None)?))
    }

    fn baselines_of(&self, outputs_of_rows: &[u32]) -> Vec<f64> {
        outputs_of_rows.iter().map(|output| self.baselines().of_outputs[*output as usize]).collect()
    }

    /// Per row a list of (feature, attribution), the largest first, at most `top_k`, and at its end the baseline if one is
    /// given.
    fn attribution_lists(
        &self,
        columns: &Columns<'_>,
        outputs_of_rows: &[u32],
        top_k: usize,
        baselines: Option<&[f64]>,
    ) -> Result<ListArray> {
        let attributions = self.attributions(columns, outputs_of_rows);
        let names: Vec<&str> = self.model().features.iter().map(|feature| feature.name.as_str()).collect();
        let n_entries = top_k + usize::from(baselines.is_some());
        let mut values = Vec::with_capacity(n_entries * outputs_of_rows.len());
        let mut labels = StringBuilder::with_capacity(n_entries * outputs_of_rows.len(), 0);
        let mut order: Vec<usize> = Vec::new();
        for row in 0..outputs_of_rows.len() {
            order.clear();
            order.extend(0..names.len());
            // Stable: features that say equally much stay in the order of the arguments.
            order.sort_by(|a, b| attributions[*b][row].abs().total_cmp(&attributions[*a][row].abs()));
            for feature in order.iter().take(top_k) {
                labels.append_value(names[*feature]);
                values.push(attributions[*feature][row]);
            }
            if let Some(baselines) = baselines {
                labels.append_value(BASELINE);
                values.push(baselines[row]);
            }
        }
        let columns: Vec<ArrayRef> = vec![Arc::new(labels.finish()), Arc::new(Float64Array::from(values))];
        let entries = StructArray::try_new(fields(), columns, None)?;
        let offsets = OffsetBuffer::from_repeated_length(n_entries, outputs_of_rows.len());
        Ok(ListArray::try_new(item(), offsets, Arc::new(entries), None)?)
    }
}

fn fields() -> Fields {
    Fields::from(vec![Field::new("feature", DataType::Utf8, false), Field::new("attribution", DataType::Float64, false)])
}

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Struct(fields()), false))
}

/// The type of a list of attributions.
pub(super) fn data_type() -> DataType {
    DataType::List(item())
}

/// The fields of an explanation, in BigQuery's names and order.
pub(super) fn explanation_fields(has_labels: bool) -> Fields {
    let probability = has_labels.then(|| Field::new("probability", DataType::Float64, false));
    let others = [
        Field::new("top_feature_attributions", data_type(), false),
        Field::new("baseline_prediction_value", DataType::Float64, false),
        Field::new("prediction_value", DataType::Float64, false),
    ];
    probability.into_iter().chain(others).collect()
}
