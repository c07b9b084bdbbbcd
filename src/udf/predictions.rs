//! What raw predictions become: numbers, labels, probabilities, explanations.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, ListArray, StructArray};

use super::compile::{Argument, CompiledModel};
use super::probability;
use crate::error::{Error, Result};
use crate::model::{ProblemType, largest};

impl CompiledModel {
    /// Of each row the predicted number or label; of two labels the positive one from this threshold on. Shape: `(n_rows,)`.
    pub(super) fn predictions(&self, arguments: &[Argument<'_>], n_rows: usize, threshold: f64) -> Result<ArrayRef> {
        let Some(labels) = self.labels() else {
            return Ok(Arc::new(Float64Array::from(self.numbers(arguments, n_rows)?)));
        };
        if self.model().problem_type == ProblemType::Multiclass {
            return labels.of_rows(largest(&self.raw_predictions_of(arguments, n_rows)?).into_iter(), None);
        }
        labels.of_rows(self.numbers(arguments, n_rows)?.into_iter().map(|p| u32::from(p >= threshold)), None)
    }

    /// Of each row the label at its threshold, null where that is null. Two labels only.
    pub(super) fn predictions_at(&self, arguments: &[Argument<'_>], thresholds: &Float64Array) -> Result<ArrayRef> {
        let probabilities = self.numbers(arguments, thresholds.len())?;
        let positive = probabilities.iter().zip(thresholds.values()).map(|(p, threshold)| u32::from(p >= threshold));
        match self.labels() {
            Some(labels) => labels.of_rows(positive, thresholds.nulls().cloned()),
            None => Ok(Arc::new(Float64Array::from(probabilities))),
        }
    }

    /// Of each row the predicted number, or the probability of the positive one of two labels. Shape: `(n_rows,)`.
    pub(super) fn numbers(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<Vec<f64>> {
        Ok(self.inverse(arguments, n_rows)?.pop().unwrap_or_default())
    }

    /// Of each row the probability of each label, in the target's order.
    pub(super) fn probabilities(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<StructArray> {
        probability::by_label(&self.model().target, self.inverse(arguments, n_rows)?)
    }

    /// Of each row the labels with their probabilities, the likeliest first.
    pub(super) fn ranked_probabilities(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<ArrayRef> {
        let labels = self.labels().ok_or_else(|| Error::internal("a number has no labels to rank"))?;
        probability::ranked(labels, self.inverse(arguments, n_rows)?)
    }

    /// The predictions of all outputs. Shape: `(n_outputs, n_rows)`.
    fn inverse(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<Vec<Vec<f64>>> {
        let mut values = self.raw_predictions_of(arguments, n_rows)?;
        self.model().link.inverse_all(&mut values);
        Ok(values)
    }

    /// Of each row how much each feature moves the raw prediction; of the predicted label, where there are several outputs.
    pub(super) fn explanations(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<ListArray> {
        let labels = largest(&self.raw_predictions_of(arguments, n_rows)?);
        self.with_columns(arguments, n_rows, |columns| self.explain(columns, &labels))
    }

    /// The probability from which on a row gets the positive label.
    pub(super) fn threshold(&self) -> f64 {
        self.model().threshold.as_ref().map_or(0.5, |threshold| threshold.value)
    }
}
