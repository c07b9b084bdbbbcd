//! Data for the benches: made from a seed, the same on every machine.

mod files;
mod mixed;
mod wide;

pub use files::{data_folder, parquet_file};
pub use mixed::mixed_table;
pub use wide::{Wide, wide_table};

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::error::ArrowError;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};

/// Numeric columns of the table.
pub const FEATURES: usize = 28;
/// Rows of a batch.
const BATCH: usize = 8_192;

/// A number in (0, 1) that depends on its place only (`SplitMix64`, Steele, Lea and Flood 2014).
fn uniform(row: usize, column: usize) -> f64 {
    seeded((row * 64 + column) as u64)
}

/// A number in (0, 1) that depends on this one only.
fn seeded(place: u64) -> f64 {
    let mut z = place.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A standard normal number (Box and Muller 1958).
fn normal(row: usize, column: usize) -> f64 {
    (-2.0 * uniform(row, 2 * column).ln()).sqrt() * (std::f64::consts::TAU * uniform(row, 2 * column + 1)).cos()
}

/// The features of one row.
pub fn features(row: usize) -> [f64; FEATURES] {
    std::array::from_fn(|column| normal(row, column))
}

/// What there is to learn: linear in most features, with a product and a bend that a linear model cannot see.
pub fn signal(x: &[f64; FEATURES]) -> f64 {
    let linear: f64 = x.iter().enumerate().map(|(j, x)| ((j * 7 % 11) as f64 / 10.0 - 0.5) * x).sum();
    linear + 0.7 * x[0] * x[1] - 0.5 * x[2].abs()
}

/// The label of a row: the signal with logistic noise is positive.
pub fn label(row: usize, x: &[f64; FEATURES]) -> bool {
    let u = uniform(row, 63);
    signal(x) + (u / (1.0 - u)).ln() > 0.0
}

/// One of five classes: the largest of five signals with Gumbel noise, so that a multinomial model is the right one.
pub fn class(row: usize, x: &[f64; FEATURES]) -> i64 {
    let raw = |k: usize| {
        let signal: f64 = x[..5].iter().enumerate().map(|(j, x)| (((3 * j + 5 * k) % 7) as f64 / 3.0 - 1.0) * x).sum();
        signal - (-uniform(row, 56 + k).ln()).ln()
    };
    let largest = (1..5).fold(0, |best, k| if raw(k) > raw(best) { k } else { best });
    i64::try_from(largest).unwrap_or(0)
}

/// Columns `x0` to `x27`, `y` (boolean), `yr` (number) and `yc` (class) of some rows.
fn batch(start: usize, n_rows: usize) -> std::result::Result<RecordBatch, ArrowError> {
    let rows: Vec<[f64; FEATURES]> = (start..start + n_rows).map(features).collect();
    let number = |values: Vec<f64>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let columns = (0..FEATURES).map(|j| (format!("x{j}"), number(rows.iter().map(|row| row[j]).collect())));
    let y: BooleanArray = rows.iter().enumerate().map(|(i, x)| Some(label(start + i, x))).collect();
    let yr = rows.iter().enumerate().map(|(i, x)| signal(x) + normal(start + i, 31)).collect();
    let yc: Int64Array = rows.iter().enumerate().map(|(i, x)| Some(class(start + i, x))).collect();
    let targets: [(&str, ArrayRef); 3] = [("y", Arc::new(y)), ("yr", number(yr)), ("yc", Arc::new(yc))];
    RecordBatch::try_from_iter(columns.chain(targets.map(|(name, column)| (name.to_owned(), column))))
}

/// So many rows in two partitions: columns `x0` to `x27`, `y` (boolean), `yr` (number) and `yc` (class).
pub fn dense_table(n_rows: usize) -> Result<MemTable> {
    in_batches(n_rows, batch)
}

/// A table of two partitions, made batch by batch.
fn in_batches(n_rows: usize, batch: impl Fn(usize, usize) -> std::result::Result<RecordBatch, ArrowError>) -> Result<MemTable> {
    let starts = (0..n_rows).step_by(BATCH);
    let batches = starts.map(|start| batch(start, BATCH.min(n_rows - start))).collect::<std::result::Result<Vec<_>, _>>()?;
    let schema = batches[0].schema();
    let (left, right) = batches.split_at(batches.len() / 2);
    MemTable::try_new(schema, vec![left.to_vec(), right.to_vec()])
}

/// A session of two partitions.
pub fn session() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2))
}

/// A session with the table `t` of so many rows in memory.
pub fn dense_session(n_rows: usize) -> Result<SessionContext> {
    let session = session();
    session.register_table("t", Arc::new(dense_table(n_rows)?))?;
    Ok(session)
}

/// `x0, …, x27`.
pub fn feature_list() -> String {
    (0..FEATURES).map(|j| format!("x{j}")).collect::<Vec<_>>().join(", ")
}
