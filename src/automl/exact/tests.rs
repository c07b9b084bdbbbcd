use std::sync::Arc;

use super::super::cancel::Cancel;
use super::super::fold::{Fold, RowSource};
use super::super::statistics::Moments;
use super::super::tests::example_rows::{layout, noise, source};
use super::cholesky::Cholesky;
use super::double_double::DoubleDouble;
use super::products::Doubles;
use super::solution::Solution;
use super::sums::{ResidualsFold, SumsFold};
use super::units::Units;
use crate::model::{ColumnLayout, ColumnType, Encoder, Feature, FeatureSummary, NumberEncoder, NumberSource};

const ROWS: usize = 300;

fn number(column_type: ColumnType, values: &[f64]) -> Feature {
    let moments = Moments::new(values, None);
    let (mean, std_dev) = (moments.mean, moments.std_dev);
    let encoder = Encoder::Number(NumberEncoder { source: NumberSource::Numeric, mean, std_dev, missing_indicator: false });
    Feature { name: "x".into(), column_type, encoder, summary: FeatureSummary::default() }
}

/// The solution of raw columns of a type.
fn solve(column_type: &ColumnType, columns: &[Vec<f64>], y: &[f64]) -> Solution {
    let features: Vec<Feature> = columns.iter().map(|values| number(column_type.clone(), values)).collect();
    let layout = Arc::new(ColumnLayout::new(&features));
    let mut source = source(columns.to_vec(), Vec::new(), y.to_vec(), None);
    source.rows.raw = columns.to_vec();
    let units = Units::new((&features, &layout), &Moments::new(y, None), 1.0, true);
    Solution::new(&SumsFold { layout, units }, &source, &[0]).unwrap()
}

/// A state written as numbers and read again is the same, and merging is the same as reading on.
#[test]
fn states_can_be_sent_and_merged() {
    let dense: Vec<Vec<f64>> = (0..2).map(|j| (0..ROWS).map(|i| noise(i, j)).collect()).collect();
    let codes: Vec<Vec<u32>> = [3, 4].map(|k| (0_u32..).map(|i| i % k).take(ROWS).collect()).to_vec();
    let y: Vec<f64> = (0..ROWS).map(|i| noise(i, 7)).collect();
    let layout = layout(2, &[3, 4]);
    let weight = (0..ROWS).map(|i| (i % 3) as f64).collect();
    let source = source(dense, codes, y.clone(), Some(weight));
    let units = Units::new((&[], &layout), &Moments::new(&y, None), 2.0, false);
    let fold = SumsFold { layout: Arc::clone(&layout), units };
    let all = source.run(&fold, &[0]).unwrap();
    assert_eq!(fold.read(&fold.write(&all)).unwrap(), all);
    assert!(fold.read(&fold.write(&all)[1..]).is_none());
    assert_eq!(all.n_rows, 200);

    let mut halves = [fold.start(), fold.start()];
    for (half, rows) in halves.iter_mut().zip([0..100, 100..ROWS]) {
        fold.fold(half, &source.rows.block(rows));
    }
    let [mut merged, second] = halves;
    fold.merge(&mut merged, second);
    let (merged, all) = (fold.write(&merged), fold.write(&all));
    let half = all.len() / 2 + 1;
    assert!(merged[..half].iter().zip(&all).all(|(a, b)| (a - b).abs() <= 1e-14 * b.abs()), "{merged:?}\n{all:?}");

    let zeros = vec![DoubleDouble::ZERO; layout.n_columns()];
    let residuals = ResidualsFold { layout: &layout, units: &fold.units, intercept: DoubleDouble::ZERO, coefficients: &zeros };
    let state = source.run(&residuals, &[0]).unwrap();
    assert_eq!(residuals.read(&residuals.write(&state)).unwrap(), state);
}

/// A column that is the sum of two others to the last bit of its type depends on them, whatever their offset; one that differs by
/// a thousand roundings does not.
#[test]
fn dependent_is_what_rounding_cannot_tell_from_it() {
    #[allow(clippy::cast_possible_truncation, reason = "rounding is meant")]
    let single = |x: f64| f64::from(x as f32);
    for (column_type, offset) in [(ColumnType::Float64, 0.0), (ColumnType::Float64, 1e6), (ColumnType::Float32, 0.0)] {
        let round = |x: f64| if column_type == ColumnType::Float32 { single(x) } else { x };
        let a: Vec<f64> = (0..ROWS).map(|i| round(offset + noise(i, 1))).collect();
        let b: Vec<f64> = (0..ROWS).map(|i| round(noise(i, 2) / 3.0)).collect();
        let y: Vec<f64> = (0..ROWS).map(|i| noise(i, 3)).collect();
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| round(a + b)).collect();
            let columns = [a.clone(), b.clone(), sum];
            let solution = solve(&column_type, &order.map(|i| columns[i].clone()), &y);
            assert_eq!(solution.cholesky.dependent.len(), 1, "{column_type:?} {offset} {order:?}");
        }
        // Doubles have digits enough to tell.
        if column_type == ColumnType::Float64 {
            let size = 1e5 * f64::EPSILON * offset.max(1.0);
            let near: Vec<f64> = (0..ROWS).map(|i| a[i] + b[i] + size * noise(i, 5)).collect();
            let solution = solve(&column_type, &[a, b, near], &y);
            assert!(solution.cholesky.dependent.is_empty(), "{offset}");
        }
    }
}

/// Where the user's own numbers are not kept, standardised ones lose digits by the condition number only, not by its square.
#[test]
fn standardised_numbers_serve_too() {
    let x: Vec<f64> = (0..ROWS).map(|i| i as f64 / 100.0 + 1.0).collect();
    let columns: Vec<Vec<f64>> = (1..=6).map(|k| x.iter().map(|x| x.powi(k)).collect()).collect();
    let y: Vec<f64> = (0..ROWS).map(|i| 1.0 + columns.iter().map(|column| column[i]).sum::<f64>()).collect();
    let features: Vec<Feature> = columns.iter().map(|values| number(ColumnType::Float64, values)).collect();
    let layout = Arc::new(ColumnLayout::new(&features));
    let standardised = columns.iter().zip(&features).map(|(values, feature)| match &feature.encoder {
        Encoder::Number(number) => values.iter().map(|value| number.standardize(*value)).collect(),
        other => panic!("{other:?}"),
    });
    let source = source(standardised.collect(), Vec::new(), y.clone(), None);
    let units = Units::new((&features, &layout), &Moments::new(&y, None), 1.0, false);
    let fold = SumsFold { layout, units };
    let solution = Solution::new(&fold, &source, &[0]).unwrap();
    let condition = solution.cholesky.smallest.sqrt().recip();
    assert!((1e3..1e6).contains(&condition), "{condition}");
    for estimate in solution.estimates(&fold) {
        assert!((estimate - 1.0).abs() < condition * 1e-15, "{estimate} at {condition}");
    }
    let exact = solve(&ColumnType::Float64, &columns, &y);
    assert!((exact.cholesky.smallest / solution.cholesky.smallest - 1.0).abs() < condition * 1e-14);
}

/// Hilbert's matrix of order 8, condition number 1.5e10, whose inverse is known: `x = (1, …, 1)` comes back.
#[test]
fn factoring_keeps_its_digits() {
    let n = 8;
    let entry = |i: usize, j: usize| DoubleDouble::ONE / ((i + j + 1) as f64).into();
    let mut matrix = vec![Doubles::zeros(n); n];
    let mut right = vec![DoubleDouble::ZERO; n];
    for i in 0..n {
        for j in 0..n {
            matrix[i].set(j, entry(i, j));
            right[i] = right[i] + entry(i, j);
        }
    }
    let factored = Cholesky::new(&matrix, &vec![1e-30; n], &Cancel::default()).unwrap();
    assert!(factored.dependent.is_empty());
    for x in factored.solve(&right) {
        assert!((x - DoubleDouble::ONE).high.abs() < 1e-19, "{x:?}");
    }
    // The last entry of the inverse, which is a whole number.
    let inverse = factored.inverse(&Cancel::default()).unwrap();
    let last = factored.pivots.iter().position(|pivot| *pivot == n - 1).unwrap();
    let square: f64 = inverse[last].high.iter().map(|v| v * v).sum();
    assert!((square / 176_679_360.0 - 1.0).abs() < 1e-14, "{square}");
}

/// 700,000 rows of 28 numbers: `cargo test --release -- --ignored --nocapture exact_sums_of_many_rows`.
#[test]
#[ignore = "prints a time, checks nothing"]
#[allow(clippy::disallowed_methods, reason = "a measurement")]
fn exact_sums_of_many_rows() {
    let n = 700_000;
    let columns: Vec<Vec<f64>> = (0..28).map(|j| (0..n).map(|i| noise(i, j)).collect()).collect();
    let y: Vec<f64> = (0..n).map(|i| noise(i, 40)).collect();
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let solution = solve(&ColumnType::Float64, &columns, &y);
        println!("{:?} for {} pivots", start.elapsed(), solution.cholesky.pivots.len());
    }
}
