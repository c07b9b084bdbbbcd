//! Tests of fits without an intercept: every solver finds the same solution, and it is the right one.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use super::super::in_memory::InMemory;
use super::super::least_squares::LeastSquares;
use super::super::limited_memory::{LimitedMemory, Loss};
use super::super::linear::{self, Penalty};
use super::super::multinomial::Multinomial;
use super::super::newton::{Newton, raw_predictions};
use super::super::row_loss::RowLoss;
use super::super::row_space::RowSpace;
use super::super::stopping::Stopping;
use super::example_rows::{assert_close, flat, mixed};
use crate::model::{ColumnLayout, LinearPredictor};

const ROWS: usize = 400;

/// Rows of two numbers and a category, without an intercept; the target is 0 or 1.
fn rows() -> (Arc<ColumnLayout>, InMemory) {
    let (layout, mut source) = mixed(ROWS, true);
    source.rows.y.iter_mut().for_each(|y| *y = y.min(1.0));
    (Arc::new(Arc::unwrap_or_clone(layout).with_intercept(false)), source)
}

fn logistic(layout: &Arc<ColumnLayout>, penalty: Penalty) -> Newton {
    Newton { layout: Arc::clone(layout), loss: RowLoss::Logistic, penalty, stopping: Stopping::new(100, 1e-20) }
}

/// `Σ w (y - p) x - l2 β` over all columns, expanded: 0 at the minimum.
fn slope(layout: &ColumnLayout, source: &InMemory, predictor: &LinearPredictor, l2: f64, link: fn(f64) -> f64) -> Vec<f64> {
    let block = source.rows.block(0..ROWS);
    let mut raw = vec![0.0; ROWS];
    raw_predictions(layout, predictor, &block, &mut raw);
    let mut slope: Vec<f64> = predictor.coefficients.iter().map(|b| -l2 * b).collect();
    for row in 0..ROWS {
        let rest = block.weight().map_or(1.0, |w| w[row]) * (block.y()[row] - link(raw[row]));
        block.dense().iter().enumerate().for_each(|(j, column)| slope[j] += rest * column[row]);
        for ((_, _, start), codes) in layout.categories().iter().zip(block.codes()) {
            slope[start + codes[row] as usize] += rest;
        }
    }
    slope
}

#[test]
fn two_classes_by_every_solver() {
    let (layout, source) = rows();
    for l2 in [0.0, 2.0] {
        let penalty = Penalty::ridge(l2);
        let newton = logistic(&layout, penalty).fit(&source, &[0], linear::zero(&layout)).unwrap().predictor;
        assert_eq!(newton.intercept, 0.0);
        // The first category keeps all its levels, so no slope is left anywhere.
        let slope = slope(&layout, &source, &newton, l2, |raw| 1.0 / (1.0 + (-raw).exp()));
        assert!(slope.iter().all(|slope| slope.abs() < 1e-8), "{slope:?}");

        let limited = LimitedMemory {
            layout: Arc::clone(&layout),
            loss: Loss::Rows(RowLoss::Logistic),
            penalty,
            stopping: Stopping::new(1000, 1e-14),
        };
        let limited = limited.fit(&source, &[0], None).unwrap().predictors;
        assert_close(&flat(&limited), &flat(std::slice::from_ref(&newton)), 1e-5);

        let multinomial = Multinomial {
            layout: Arc::clone(&layout),
            n_classes: 2,
            // Two predictors that add up to 0 share the difference, and its penalty.
            penalty: Penalty::ridge(2.0 * l2),
            stopping: Stopping::new(100, 1e-20),
            reference: 0,
        };
        let [negative, positive] = multinomial.fit(&source, &[0], None).unwrap().predictors.try_into().unwrap();
        let differences: Vec<f64> = flat(&[positive]).iter().zip(flat(&[negative])).map(|(a, b)| a - b).collect();
        assert_close(&differences, &flat(&[newton]), 1e-6);
    }
}

#[test]
fn squares_by_every_solver() {
    let (layout, source) = rows();
    for l2 in [0.0, 2.0] {
        let penalty = Penalty::ridge(l2);
        let squares = LeastSquares { layout: Arc::clone(&layout), penalty, target_mean: 0.0, target_std_dev: 0.5 };
        let (predictor, _) = squares.fit(&source, &[0]).unwrap();
        assert_eq!(predictor.intercept, 0.0);
        let slope = slope(&layout, &source, &predictor, l2, |raw| raw);
        assert!(slope.iter().all(|slope| slope.abs() < 1e-9), "{slope:?}");

        let loss = Loss::Squared { mean: 0.0, std_dev: 0.5 };
        let limited = LimitedMemory { layout: Arc::clone(&layout), loss, penalty, stopping: Stopping::new(1000, 1e-14) };
        let limited = limited.fit(&source, &[0], None).unwrap().predictors;
        assert_close(&flat(&limited), &flat(&[predictor]), 1e-5);
    }
}

/// More columns than rows, in the space of the rows and column by column.
#[test]
fn wide_rows() {
    let n_columns = 300;
    let dense: Vec<Vec<f64>> =
        (0..n_columns).map(|j| (0..20).map(|i| ((i * (j + 3) + j * j) % 17) as f64 / 4.0 - 1.0).collect()).collect();
    let y: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
    let source = super::example_rows::source(dense, Vec::new(), y, None);
    let layout = Arc::new(ColumnLayout::of_numbers(n_columns).with_intercept(false));
    let space = RowSpace::of_wide(&source, &layout, &[0]).unwrap().unwrap();
    assert!(!space.layout.has_intercept());
    let penalty = Penalty::ridge(3.0);
    let rotated = logistic(&space.layout, penalty).fit(&space.source, &[0], linear::zero(&space.layout)).unwrap();
    let direct = logistic(&layout, penalty).fit(&source, &[0], linear::zero(&layout)).unwrap();
    assert_close(&flat(&[space.predictor(&rotated.predictor).unwrap()]), &flat(&[direct.predictor]), 1e-9);
}

/// Several categories: all levels of the first, and of the others differences from their most frequent values.
#[test]
fn recoding_keeps_every_raw_prediction() {
    let layout = super::example_rows::layout(1, &[3, 4]);
    let layout = Arc::unwrap_or_clone(layout).with_intercept(false);
    let weights = [10.0, 0.0, 5.0, 4.0, 1.0, 2.0, 6.0, 2.0, 0.0];
    assert_eq!(linear::active_columns(&layout, &weights, Penalty::NONE), vec![0, 1, 2, 3, 4, 6]);
    let coefficients = vec![7.0, 1.0, 2.0, 3.0, 10.0, 20.0, 30.0, 40.0];
    let mut recoded = LinearPredictor { intercept: 0.0, coefficients };
    linear::recode(&mut recoded, &layout, &weights, Penalty::NONE);
    let expected = vec![7.0, 21.0, 22.0, 23.0, -10.0, 0.0, 10.0, 0.0];
    assert_eq!(recoded, LinearPredictor { intercept: 0.0, coefficients: expected });
}
