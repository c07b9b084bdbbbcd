//! Tests of the whole: statements in, models and results out.

mod api;
mod architecture;
mod bad_input;
mod battery;
mod bigquery;
mod cancel;
mod compat;
mod damaged;
mod determinism;
mod docs;
mod explain;
mod families;
mod inference;
mod intercept;
mod least_squares;
mod memory;
mod nist;
mod parameters;
mod parity;
mod places;
mod preprocessors;
mod refresh;
mod sources;
mod sparse;
mod split;
mod table_functions;
mod training;
mod transform;
mod tuning;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};

use crate::{MlContext, Model, ModelName, ModelStore};

/// Numbers between -1 and 1 that look random.
fn wave(row: usize, column: usize) -> f64 {
    ((row * row * (column + 3) + 7 * column) as f64 * 0.37).sin()
}

/// A column of numbers.
fn numbers(n_rows: usize, of: impl Fn(usize) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values((0..n_rows).map(of)))
}

/// Columns `x0`, `x1`, … of [`wave`]s, and further ones.
fn wide<const N: usize>(n_rows: usize, n_columns: usize, further: [(&str, ArrayRef); N]) -> RecordBatch {
    let waves = (0..n_columns).map(|k| (format!("x{k}"), numbers(n_rows, |i| wave(i, k))));
    let columns = waves.chain(further.map(|(name, column)| (name.to_owned(), column)));
    RecordBatch::try_from_iter(columns.collect::<Vec<_>>()).unwrap()
}

/// A context with an empty store in memory.
async fn context() -> MlContext {
    MlContext::new(SessionContext::new(), ModelStore::in_memory()).await.unwrap()
}

/// A context of some partitions and batch size over one of the test tables, which is called `t`.
async fn context_over(file: &str, partitions: usize, batch_size: usize) -> MlContext {
    let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch_size);
    let session = SessionContext::new_with_config(config);
    let path = format!("{}/tests/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    session.register_csv("t", &path, CsvReadOptions::new()).await.unwrap();
    MlContext::new(session, ModelStore::in_memory()).await.unwrap()
}

/// Runs a statement and gives its rows.
async fn rows(ml: &MlContext, sql: &str) -> Vec<RecordBatch> {
    ml.sql(sql).await.unwrap_or_else(|error| panic!("{}", error.render())).collect().await.unwrap()
}

/// Runs a statement that gives one number.
async fn number(ml: &MlContext, sql: &str) -> f64 {
    let batches = rows(ml, sql).await;
    let column =
        datafusion::arrow::compute::cast(batches[0].column(0), &datafusion::arrow::datatypes::DataType::Float64).unwrap();
    assert_eq!((batches.len(), column.len()), (1, 1), "{sql}");
    column.as_primitive::<Float64Type>().value(0)
}

/// Trains a model and gives it.
async fn train(ml: &MlContext, statement: &str) -> Arc<Model> {
    rows(ml, statement).await;
    ml.store().current(&ModelName::new(["m"])).unwrap()
}

/// What a statement that must fail says, drawn with its caret.
async fn failure(ml: &MlContext, sql: &str) -> String {
    match ml.sql(sql).await {
        Err(error) => error.in_text(sql).render(),
        Ok(frame) => match frame.collect().await {
            Err(error) => crate::Error::from(error).in_text(sql).render(),
            Ok(rows) => panic!("{sql} gave {} rows", rows.iter().map(RecordBatch::num_rows).sum::<usize>()),
        },
    }
}

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}
