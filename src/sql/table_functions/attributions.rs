//! Averages how much each feature moves the predictions of data.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result as DataFusionResult, ScalarValue, exec_err};
use datafusion::logical_expr::Accumulator;

use super::aggregate::{numbers_as_value, numbers_type, rows_as_value};
use super::figures::{Figures, Shown};
use crate::error::Result;
use crate::model::Model;

/// Sums by feature, or by output and feature, and the number of rows.
#[derive(Debug)]
pub(super) struct AttributionMeans {
    model: Arc<Model>,
    shown: Shown,
    sums: Vec<f64>,
    n_rows: u64,
}

impl AttributionMeans {
    pub(super) fn new(model: Arc<Model>, shown: Shown) -> Self {
        let n_outputs = if shown.by_output(&model) { model.target.labels.len() } else { 1 };
        let sums = vec![0.0; n_outputs * model.features.len()];
        Self { model, shown, sums, n_rows: 0 }
    }

    pub(super) fn state_types() -> Vec<(&'static str, DataType)> {
        vec![("sums", numbers_type()), ("rows", DataType::UInt64)]
    }

    fn add(&mut self, sums: impl IntoIterator<Item = f64>, n_rows: u64) {
        self.sums.iter_mut().zip(sums).for_each(|(sum, more)| *sum += more);
        self.n_rows += n_rows;
    }

    fn figures(&self) -> Result<ScalarValue> {
        // Of no rows it is not defined.
        let of_output = |sums: &[f64]| sums.iter().map(|sum| sum / self.n_rows as f64).collect();
        let means: Vec<Vec<f64>> = self.sums.chunks(self.model.features.len().max(1)).map(of_output).collect();
        rows_as_value(self.shown.rows(&Figures { attributions: &means, ..Figures::none(&self.model, true) })?)
    }
}

impl Accumulator for AttributionMeans {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let [attributions] = values else { return exec_err!("attributions are one argument") };
        let of_features = attributions.as_struct().columns().iter();
        let sums: Vec<f64> = of_features.map(|of_rows| of_rows.as_primitive::<Float64Type>().values().iter().sum()).collect();
        self.add(sums, attributions.len() as u64);
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let [sums, n_rows] = states else { return exec_err!("a state of attributions has two parts") };
        for part in 0..sums.len() {
            let of_part = sums.as_list::<i64>().value(part);
            let n_rows = n_rows.as_primitive::<datafusion::arrow::datatypes::UInt64Type>().value(part);
            self.add(of_part.as_primitive::<Float64Type>().values().iter().copied(), n_rows);
        }
        Ok(())
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        Ok(vec![numbers_as_value(std::mem::take(&mut self.sums))?, ScalarValue::UInt64(Some(self.n_rows))])
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(self.figures()?)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.sums.capacity() * size_of::<f64>()
    }
}
