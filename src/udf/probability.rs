//! Probabilities of labels.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::label::Labels;
use crate::error::Result;
use crate::model::Target;

/// One field per label, in the target's order.
pub(super) fn fields(target: &Target) -> Fields {
    target.labels.iter().map(|label| Field::new(label.to_string(), DataType::Float64, false)).collect()
}

/// The probabilities of all labels, from those of a model's outputs. A model with one output gives that of its second label,
/// the positive one. Shape: `(n_labels, n_rows)`.
pub(super) fn of_labels(mut values: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    if let [positive] = values.as_slice() {
        let negative = positive.iter().map(|p| 1.0 - p).collect();
        values.insert(0, negative);
    }
    values
}

/// Per row a struct with one field per label.
pub(super) fn by_label(target: &Target, values: Vec<Vec<f64>>) -> Result<StructArray> {
    let columns = of_labels(values).into_iter().map(|values| Arc::new(Float64Array::from(values)) as ArrayRef).collect();
    Ok(StructArray::try_new(fields(target), columns, None)?)
}

/// Per row a list of (label, prob), the likeliest label first; equally likely ones in the target's order.
pub(super) fn ranked(labels: &Labels, values: Vec<Vec<f64>>) -> Result<ArrayRef> {
    let values = of_labels(values);
    let n_rows = values.first().map_or(0, Vec::len);
    let mut order: Vec<(u32, f64)> = Vec::with_capacity(values.len());
    let (mut places, mut probabilities) = (Vec::new(), Vec::new());
    for row in 0..n_rows {
        order.clear();
        order.extend((0_u32..).zip(&values).map(|(label, values)| (label, values[row])));
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        places.extend(order.iter().map(|(label, _)| *label));
        probabilities.extend(order.iter().map(|(_, p)| *p));
    }
    let columns = vec![labels.of_rows(places.into_iter(), None)?, Arc::new(Float64Array::from(probabilities))];
    let entries = StructArray::try_new(ranked_fields(labels), columns, None)?;
    let offsets = OffsetBuffer::from_repeated_length(values.len(), n_rows);
    let item = Arc::new(Field::new_list_field(DataType::Struct(ranked_fields(labels)), false));
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(entries), None)?))
}

/// The type of [`ranked`].
pub(super) fn ranked_type(labels: &Labels) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(ranked_fields(labels)), false)))
}

/// BigQuery's names.
fn ranked_fields(labels: &Labels) -> Fields {
    Fields::from(vec![Field::new("label", labels.data_type().clone(), false), Field::new("prob", DataType::Float64, false)])
}
