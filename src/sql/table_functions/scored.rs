//! Collects the rows that figures are computed from.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result as DataFusionResult, ScalarValue, exec_err};
use datafusion::logical_expr::Accumulator;

use super::aggregate::{numbers_as_value, numbers_type, rows_as_value};
use super::figures::{Figures, Shown};
use crate::automl::{KnownTarget, ScoredRows, Unseen, thin};
use crate::error::Result;
use crate::model::Model;

/// What sorting and measuring take for each row beside two copies of its numbers, one in order and one of probabilities: its
/// place, its losses, squares and keys, points of curves.
const WORKING_BYTES: usize = 128;

/// All rows are kept until the end, 8 bytes for each output, the target and the weight.
#[derive(Debug)]
pub(super) struct ScoredRowsAccumulator {
    model: Arc<Model>,
    target: KnownTarget,
    weight: Option<String>,
    shown: Shown,
    rows: ScoredRows,
}

impl ScoredRowsAccumulator {
    pub(super) fn new(model: Arc<Model>, target: KnownTarget, weight: Option<String>, shown: Shown) -> Self {
        Self { model, target, weight, shown, rows: ScoredRows::default() }
    }

    /// The raw predictions of all outputs behind each other, the target, the weights, and the labels that training never saw.
    pub(super) fn state_types() -> Vec<(&'static str, DataType)> {
        let texts = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, false)));
        vec![("raw", numbers_type()), ("target", numbers_type()), ("weight", numbers_type()), ("unseen", texts)]
    }

    fn figures(&mut self) -> Result<ScalarValue> {
        let (mut measured, unseen) = std::mem::take(&mut self.rows).measure(&self.model, self.weight.as_deref())?;
        let own = self.model.threshold.as_ref().map(|threshold| threshold.value);
        let keep: Vec<f64> = [Some(0.5), own].into_iter().flatten().chain(self.shown.thresholds().iter().copied()).collect();
        measured.curve = thin(&measured.curve, &keep);
        let figures = Figures::of_rows(&self.model, &measured, &unseen, self.weight.is_none());
        rows_as_value(self.shown.rows(&figures)?)
    }
}

impl Accumulator for ScoredRowsAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        let [raw, target, weight @ ..] = values else { return exec_err!("figures need raw predictions and a target") };
        let y = self.target.read(target, self.model.target.labels.len(), &mut self.rows.unseen)?;
        let raw: Vec<&[f64]> =
            raw.as_struct().columns().iter().map(|raw| raw.as_primitive::<Float64Type>().values().as_ref()).collect();
        let weight: Option<Vec<f64>> = weight
            .first()
            .map(|weight| weight.as_primitive::<Float64Type>().iter().map(|weight| weight.unwrap_or(f64::NAN)).collect());
        self.rows.push(&raw, &y, weight.as_deref());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let [raw, y, weight, unseen] = states else { return exec_err!("a state of figures has four parts") };
        for part in 0..y.len() {
            let numbers = |state: &ArrayRef| state.as_list::<i64>().value(part).as_primitive::<Float64Type>().values().to_vec();
            let (raw, y, unseen) = (numbers(raw), numbers(y), unseen.as_list::<i32>().value(part));
            let raw = if y.is_empty() { Vec::new() } else { raw.chunks(y.len()).map(<[f64]>::to_vec).collect() };
            let unseen = Unseen(unseen.as_string::<i32>().iter().flatten().map(ToOwned::to_owned).collect());
            self.rows.append(ScoredRows { raw, y, weight: numbers(weight), unseen }, &self.model)?;
        }
        Ok(())
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let ScoredRows { raw, y, weight, unseen } = std::mem::take(&mut self.rows);
        let item = Arc::new(Field::new_list_field(DataType::Utf8, false));
        let offsets = OffsetBuffer::from_lengths([unseen.0.len()]);
        let unseen = ListArray::try_new(item, offsets, Arc::new(StringArray::from(unseen.0)), None)?;
        Ok(vec![
            numbers_as_value(raw.concat())?,
            numbers_as_value(y)?,
            numbers_as_value(weight)?,
            ScalarValue::List(Arc::new(unseen)),
        ])
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(self.figures()?)
    }

    fn size(&self) -> usize {
        let numbers =
            self.rows.raw.iter().map(Vec::capacity).sum::<usize>() + self.rows.y.capacity() + self.rows.weight.capacity();
        let rows = 3 * numbers * size_of::<f64>() + self.rows.y.len() * WORKING_BYTES;
        size_of_val(self) + rows + self.rows.unseen.0.iter().map(String::capacity).sum::<usize>()
    }
}
