//! Tables from Python: whatever speaks the Arrow C interface, without a copy.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, RecordBatchReader};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::input::{AnyArray, AnyRecordBatch};

use crate::rows::Rows;
use crate::scanned::ScannedTable;

/// How many rows go through a plan at a time.
const BATCH_ROWS: usize = 8192;

/// An object as a table, for a session of this many partitions. The result of a query stays a query; everything else is read now
/// and lies where it lay before.
pub(crate) fn provider(object: &Bound<'_, PyAny>, count: usize) -> PyResult<Arc<dyn TableProvider>> {
    if let Ok(rows) = object.cast::<Rows>() {
        return Ok(rows.get().frame().clone().into_view());
    }
    if let Some(table) = ScannedTable::of(object)? {
        return Ok(Arc::new(table));
    }
    let (schema, batches) = read(object)?;
    let table =
        MemTable::try_new(schema, partitions(&batches, count)).map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(Arc::new(table))
}

/// All batches of an object.
pub(crate) fn read(object: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let py = object.py();
    if !object.hasattr("__arrow_c_stream__")? && !object.hasattr("__arrow_c_array__")? {
        let found = object.get_type().name()?;
        let message = format!(
            "{found} is no table: it has neither __arrow_c_stream__ nor __arrow_c_array__; what is lazy has to be collected"
        );
        return Err(PyTypeError::new_err(message));
    }
    let mut reader = object.extract::<AnyRecordBatch>().map_err(|error| unreadable(object, error))?.into_reader()?;
    // What pandas writes about its index would mislead whoever reads a result.
    let schema: SchemaRef = Arc::new(Schema::new(reader.schema().fields().clone()));
    let mut batches = Vec::new();
    while let Some(batch) = py.detach(|| reader.next()) {
        let batch = batch.and_then(|batch| {
            let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(Arc::clone(&schema), batch.columns().to_vec(), &rows)
        });
        batches.push(batch.map_err(|error| PyValueError::new_err(error.to_string()))?);
        py.check_signals()?;
    }
    Ok((schema, batches))
}

/// Why an object that speaks Arrow is no table for us. An error that its own Python code raised stays what it is.
fn unreadable(object: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = object.py();
    let ours = error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py);
    if error.traceback(py).is_some() || !ours {
        return error;
    }
    let Ok(found) = object.get_type().name() else { return error };
    let message = if object.extract::<AnyArray>().is_ok() {
        format!("{found} is one column, not a table; pyarrow.table({{\"x\": ...}}) makes it one")
    } else {
        format!("{found} cannot be read as a table: {}", error.value(py))
    };
    let wrong = PyTypeError::new_err(message);
    wrong.set_cause(py, Some(error));
    wrong
}

/// A batch as batches of an ordinary size, without a copy; none of an empty one.
pub(crate) fn slices(batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> {
    let rows = batch.num_rows();
    (0..rows).step_by(BATCH_ROWS).map(move |start| batch.slice(start, BATCH_ROWS.min(rows - start)))
}

/// The rows in this many partitions of neighbours, each of batches of an ordinary size, without a copy.
///
/// With exactly as many as the session runs at a time, nothing deals the batches out anew: rows come out in their order.
fn partitions(batches: &[RecordBatch], count: usize) -> Vec<Vec<RecordBatch>> {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let each = rows.div_ceil(count.max(1)).max(1);
    let mut partitions = vec![Vec::new(); count.max(1)];
    let mut before = 0;
    for batch in batches {
        let mut start = 0;
        while start < batch.num_rows() {
            let place = before + start;
            let length = BATCH_ROWS.min(batch.num_rows() - start).min(each - place % each);
            if let Some(partition) = partitions.get_mut(place / each) {
                partition.push(batch.slice(start, length));
            }
            start += length;
        }
        before += batch.num_rows();
    }
    partitions
}
