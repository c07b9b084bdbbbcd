//! Rows of thousands of pixels: neighbours are alike, as in pictures of faces and digits.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::seeded;

/// The shape of a wide table.
#[derive(Debug, Clone, Copy)]
pub struct Wide {
    /// Rows.
    pub rows: usize,
    /// Pixels, columns `p0`, `p1` and so on.
    pub pixels: usize,
    /// Labels of the column `y`.
    pub labels: usize,
}

impl Wide {
    /// As many as there are of faces.
    pub const FACES: Self = Self { rows: 400, pixels: 10_304, labels: 2 };
    /// As many as there are of digits.
    pub const DIGITS: Self = Self { rows: 5_000, pixels: 784, labels: 10 };

    /// `p0, p1, …, y`.
    pub fn columns(self) -> String {
        (0..self.pixels).map(|p| format!("p{p}")).chain(["y".to_owned()]).collect::<Vec<_>>().join(", ")
    }
}

/// Pixels from 0 to 255, and the likeliest of some labels by random weights.
pub fn wide_table(shape: Wide) -> Result<MemTable> {
    let Wide { rows, pixels, labels } = shape;
    let normal = |stream: u64, place: usize| {
        let place = (stream << 40) + 2 * place as u64;
        (-2.0 * seeded(place).ln()).sqrt() * (std::f64::consts::TAU * seeded(place + 1)).cos()
    };
    let pixel = |row: usize, p: usize| {
        let shared = normal(1, row * (pixels / 8 + 1) + p / 8);
        (128.0 + 40.0 * shared + 10.0 * normal(2, row * pixels + p)).clamp(0.0, 255.0).round()
    };
    let columns: Vec<Vec<f64>> = (0..pixels).map(|p| (0..rows).map(|row| pixel(row, p)).collect()).collect();
    let mut raw = vec![vec![0.0; rows]; labels];
    for (k, raw) in raw.iter_mut().enumerate() {
        for (p, column) in columns.iter().enumerate() {
            let weight = normal(3, p * labels + k) / 40.0;
            raw.iter_mut().zip(column).for_each(|(raw, x)| *raw += weight * (x - 128.0));
        }
        raw.iter_mut().enumerate().for_each(|(row, raw)| *raw -= (-seeded((4 << 40) + (row * labels + k) as u64).ln()).ln());
    }
    let label = |row: usize| (1..labels).fold(0, |best, k| if raw[k][row] > raw[best][row] { k } else { best });
    let y: Int64Array = (0..rows).map(|row| i64::try_from(label(row)).ok()).collect();
    let columns =
        columns.into_iter().enumerate().map(|(p, column)| (format!("p{p}"), Arc::new(Float64Array::from(column)) as ArrayRef));
    let batch = RecordBatch::try_from_iter(columns.chain([("y".to_owned(), Arc::new(y) as ArrayRef)]))?;
    MemTable::try_new(batch.schema(), vec![vec![batch]])
}
