//! `TRANSFORM` and `PREPROCESSORS`: learned from the training rows, applied to all rows.

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{concat, take};

use super::cancel::Cancel;
use super::memory::Memory;
use super::spec::TrainSpec;
use super::table::{Arrays, Column, Roles, Table};
use crate::error::{Error, Result};
use crate::model::Transform;

/// Learns the transform that is asked for from the training rows, and makes what it computes the features of the table.
///
/// The rows are split before: nothing of what is learned comes from held-out rows. What is learned does not depend on the order
/// of rows.
pub(super) fn apply(
    spec: &TrainSpec,
    table: &mut Table,
    roles: &mut Roles,
    train: &[u32],
    (cancel, memory): (&Cancel, &Memory),
) -> Result<Option<Transform>> {
    let Some(plan) = &spec.transform else { return Ok(None) };
    let columns = plan.inputs().iter().map(|input| {
        let place = table.columns.iter().position(|column| column.name == input.name);
        place.ok_or_else(|| Error::internal(format!("TRANSFORM takes {}, which is gone", input.name)))
    });
    let columns = columns.collect::<Result<Vec<usize>>>()?;
    let held = memory.hold("TRANSFORM", table.n_rows, 0)?;

    let rows = UInt32Array::from(train.to_vec());
    let mut transform = plan.unlearned();
    for stage in 0..plan.n_stages() {
        let arguments = plan.arguments(stage, &transform)?;
        let mut learned_from: Vec<Vec<ArrayRef>> = vec![Vec::new(); arguments.types().count()];
        for batch in 0..n_batches(table, &columns) {
            cancel.check()?;
            let (inputs, n_rows) = inputs(table, &columns, batch)?;
            for (arrays, array) in learned_from.iter_mut().zip(arguments.evaluate(&inputs, n_rows)?) {
                memory.grow(&held, "TRANSFORM", table.n_rows, array.get_array_memory_size())?;
                arrays.push(array);
            }
        }
        let mut training_rows = Vec::with_capacity(learned_from.len());
        for arrays in learned_from {
            cancel.check()?;
            let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
            training_rows.push(take(&concat(&arrays)?, &rows, None)?);
        }
        plan.learn(stage, &mut transform, &training_rows)?;
        held.free();
    }

    let compiled = transform.compile()?;
    let mut results: Vec<Vec<ArrayRef>> = vec![Vec::new(); plan.features().len()];
    for batch in 0..n_batches(table, &columns) {
        cancel.check()?;
        let (inputs, n_rows) = inputs(table, &columns, batch)?;
        for (arrays, array) in results.iter_mut().zip(compiled.evaluate(&inputs, n_rows)?) {
            memory.grow(&held, "TRANSFORM", table.n_rows, array.get_array_memory_size())?;
            arrays.push(array);
        }
    }
    roles.features.clear();
    let features = plan.features().iter().zip(compiled.types()).zip(plan.categories());
    for (((name, data_type), is_category), arrays) in features.zip(results) {
        roles.features.push(table.columns.len());
        let bytes = arrays.iter().map(Array::get_array_memory_size).sum();
        let arrays = Arrays::InMemory { arrays, _held: held.size().checked_sub(bytes).map(|_| held.split(bytes)) };
        table.columns.push(Column { name: name.clone(), data_type: data_type.clone(), is_category: *is_category, arrays });
    }
    Ok(Some(transform))
}

/// Every column has as many arrays.
fn n_batches(table: &Table, columns: &[usize]) -> usize {
    columns.first().map_or(0, |column| table.columns[*column].arrays.len())
}

fn inputs(table: &Table, columns: &[usize], batch: usize) -> Result<(Vec<ArrayRef>, usize)> {
    let inputs = columns.iter().map(|column| table.columns[*column].arrays.get(batch)).collect::<Result<Vec<_>>>()?;
    let n_rows = inputs.first().map_or(0, Array::len);
    Ok((inputs, n_rows))
}
