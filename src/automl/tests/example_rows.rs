//! Rows that tests of estimators share.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests, whose rows are made from small numbers"
)]

use std::sync::Arc;

use super::super::cancel::Cancel;
use super::super::fold::Rows;
use super::super::in_memory::InMemory;
use crate::model::{
    CategoryEncoder, ColumnLayout, ColumnType, EncodedBatch, Encoder, Feature, FeatureSummary, LinearPredictor, NumberEncoder,
    NumberSource,
};

/// A layout of some numbers, then of categories of so many codes each.
pub(crate) fn layout(n_dense: usize, n_codes: &[usize]) -> Arc<ColumnLayout> {
    let number = NumberEncoder { source: NumberSource::Numeric, mean: 0.0, std_dev: 1.0, missing_indicator: false };
    let numbers = (0..n_dense).map(|_| Encoder::Number(number.clone()));
    // The other two codes stand for everything else and for null.
    let categories =
        n_codes.iter().map(|n| Encoder::Category(CategoryEncoder::new((2..*n).map(|code| Arc::from(code.to_string())))));
    let features: Vec<Feature> = numbers
        .chain(categories)
        .map(|encoder| Feature {
            name: "x".into(),
            column_type: ColumnType::Float64,
            encoder,
            summary: FeatureSummary::default(),
        })
        .collect();
    Arc::new(ColumnLayout::new(&features))
}

/// Rows of one segment.
pub(crate) fn source(dense: Vec<Vec<f64>>, codes: Vec<Vec<u32>>, y: Vec<f64>, weight: Option<Vec<f64>>) -> InMemory {
    let n = y.len();
    let rows = Rows { x: EncodedBatch::new(n, dense, codes), y, weight, raw: Vec::new() };
    InMemory::new(rows, std::iter::once(0..n).collect(), 2, Cancel::default())
}

/// Numbers between 0 and 1 that look random.
pub(crate) fn noise(i: usize, seed: usize) -> f64 {
    let x = (i as f64 * 0.618_033_988 + seed as f64 * 0.414_213_562).fract();
    (1e4 * (1.0 + x) * (2.0 + seed as f64).sqrt()).fract()
}

/// Rows of two numbers and a category of four codes, one of them unused, in three classes, with weights.
pub(crate) fn mixed(n: usize, weighted: bool) -> (Arc<ColumnLayout>, InMemory) {
    let dense: Vec<Vec<f64>> = (0..2).map(|j| (0..n).map(|i| 3.4 * noise(i, j) - 1.7).collect()).collect();
    let codes: Vec<u32> = (0..n).map(|i| [0, 1, 1, 3][(4.0 * noise(i, 2)) as usize]).collect();
    let class =
        |i: usize| (0.9 + dense[0][i] * 0.5 + f64::from(codes[i]) * 0.2 + 4.0 * noise(i, 3) - 2.0).clamp(0.0, 2.0).round();
    let y = (0..n).map(class).collect();
    let weight = weighted.then(|| (0..n).map(|i| (3.0 * noise(i, 4)).floor()).collect());
    (layout(2, &[4]), source(dense, vec![codes], y, weight))
}

/// The rows of a file of `tests/data`, without the header.
pub(crate) fn csv(file: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Fisher's irises, standardised.
pub(crate) fn iris() -> (Arc<ColumnLayout>, InMemory) {
    let rows = csv("iris");
    let dense = (0..4).map(|j| {
        let values: Vec<f64> = rows.iter().map(|row| row[j].parse().unwrap()).collect();
        let mean = values.iter().sum::<f64>() / 150.0;
        let std_dev = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 150.0).sqrt();
        values.iter().map(|x| (x - mean) / std_dev).collect()
    });
    let species = ["setosa", "versicolor", "virginica"];
    let y = rows.iter().map(|row| species.iter().position(|name| *name == row[4]).unwrap() as f64).collect();
    (layout(4, &[]), source(dense.collect(), Vec::new(), y, None))
}

/// All parameters, one predictor after the other.
pub(crate) fn flat(predictors: &[LinearPredictor]) -> Vec<f64> {
    predictors.iter().flat_map(|p| std::iter::once(p.intercept).chain(p.coefficients.iter().copied())).collect()
}

#[track_caller]
pub(crate) fn assert_close(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    let close = ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() <= tolerance * b.abs().max(1.0));
    assert!(close, "{ours:?}\nis not\n{theirs:?}");
}
