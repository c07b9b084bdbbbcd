//! Numbers with nulls beside texts with few, some and very many values.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::{in_batches, normal, uniform};

/// Numbers whose scales are powers of ten.
const NUMBERS: usize = 6;
/// Texts of `c_small`, `c_mid` and `c_big`.
const SMALL: [&str; 5] = ["a", "b", "c", "d", "e"];
const MID: usize = 200;
const BIG: u64 = 20_000;

/// Columns `c_small`, `c_mid`, `c_big`, `n0` to `n5` (one null in twenty) and `y` (`'yes'` or `'no'`) of so many rows.
pub fn mixed_table(n_rows: usize) -> Result<MemTable> {
    in_batches(n_rows, |start, n_rows| {
        let rows = start..start + n_rows;
        let text = |value: &dyn Fn(usize) -> String| Arc::new(StringArray::from_iter_values(rows.clone().map(value))) as ArrayRef;
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("c_small".into(), text(&|row| SMALL[small(row)].to_owned())),
            ("c_mid".into(), text(&|row| format!("city{}", mid(row)))),
            ("c_big".into(), text(&|row| format!("zip{}", big(row)))),
        ];
        for k in 0..NUMBERS {
            let scale = 10_f64.powi(i32::try_from(k).unwrap_or(0));
            let value = |row: usize| (uniform(row, 40 + k) >= 0.05).then(|| number(row, k) * scale);
            columns.push((format!("n{k}"), Arc::new(rows.clone().map(value).collect::<Float64Array>())));
        }
        columns.push(("y".into(), text(&|row| if signal(row) > 0.0 { "yes".into() } else { "no".into() })));
        RecordBatch::try_from_iter(columns)
    })
}

fn number(row: usize, k: usize) -> f64 {
    normal(row, k)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
fn small(row: usize) -> usize {
    (uniform(row, 50) * SMALL.len() as f64) as usize
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
fn mid(row: usize) -> usize {
    (uniform(row, 51) * MID as f64) as usize
}

/// Zipf's law with exponent 1.3, wrapped round: a few texts are frequent, most are rare.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "capped before")]
fn big(row: usize) -> u64 {
    uniform(row, 52).powf(-1.0 / 0.3).min(1e15) as u64 % BIG
}

/// What there is to learn: both short categories, the first number, and logistic noise.
fn signal(row: usize) -> f64 {
    let noise = uniform(row, 53);
    let effect = |place: usize| normal(usize::MAX / 128 - place, 3);
    effect(small(row)) + effect(100 + mid(row)) + number(row, 0) + (noise / (1.0 - noise)).ln()
}
