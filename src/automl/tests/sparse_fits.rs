//! Every fit with L1 against the conditions of a minimum, and against each other.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use super::super::coordinate_descent::SparseQuadratic;
use super::super::fold::RowSource;
use super::super::in_memory::InMemory;
use super::super::least_squares::LeastSquares;
use super::super::limited_memory::{LimitedMemory, Loss, gradient_at};
use super::super::linear::{self, Penalty};
use super::super::multinomial::Multinomial;
use super::super::newton::Newton;
use super::super::normal_equations::NormalEquations;
use super::super::row_loss::RowLoss;
use super::super::stopping::Stopping;
use super::super::warm_start::warm_start;
use super::example_rows::{assert_close, flat, mixed, noise};
use crate::model::{ColumnLayout, LinearPredictor};

const PENALTIES: [Penalty; 4] =
    [Penalty { l1: 3.0, l2: 0.0 }, Penalty { l1: 0.2, l2: 0.0 }, Penalty { l1: 4.0, l2: 5.0 }, Penalty { l1: 1e-3, l2: 0.0 }];

/// Rows of two numbers and a category, with weights, and a target for each loss.
fn rows(n: usize, loss: &Loss) -> (Arc<ColumnLayout>, InMemory) {
    let (layout, mut source) = mixed(n, true);
    source.rows.y.iter_mut().enumerate().for_each(|(row, y)| match loss {
        Loss::Squared { .. } => *y = 20.0 + *y + 9.0 * noise(row, 8),
        Loss::Rows(_) => *y = y.min(1.0),
        Loss::Softmax { .. } => {}
    });
    (layout, source)
}

fn losses() -> [Loss; 4] {
    [
        Loss::Squared { mean: 21.0, std_dev: 4.0 },
        Loss::Rows(RowLoss::Logistic),
        Loss::Rows(RowLoss::Poisson { mean: 0.6 }),
        Loss::Softmax { places: vec![0, 1, 2] },
    ]
}

/// What the slopes of intercepts and coefficients miss the conditions of a minimum by, of the original target.
fn missed(layout: &Arc<ColumnLayout>, source: &InMemory, loss: &Loss, penalty: Penalty, predictors: &[LinearPredictor]) -> f64 {
    // Half the square of the original target.
    let loss = if matches!(loss, Loss::Squared { .. }) { Loss::Squared { mean: 0.0, std_dev: 1.0 } } else { loss.clone() };
    let sums = gradient_at(source, &[0], layout, &loss, predictors).unwrap();
    let mut worst = 0.0_f64;
    for (slopes, predictor) in sums.descent.chunks_exact(layout.n_columns() + 1).zip(predictors) {
        worst = worst.max(slopes[0].abs());
        for (slope, b) in slopes[1..].iter().zip(&predictor.coefficients) {
            let slope = slope - penalty.l2 * b;
            let miss = if *b == 0.0 { slope.abs() - penalty.l1 } else { (slope - penalty.l1 * b.signum()).abs() };
            worst = worst.max(miss);
        }
    }
    worst
}

fn exact(layout: &Arc<ColumnLayout>, source: &InMemory, loss: &Loss, penalty: Penalty) -> Vec<LinearPredictor> {
    let layout = Arc::clone(layout);
    match loss {
        Loss::Squared { mean, std_dev } => {
            vec![LeastSquares { layout, penalty, target_mean: *mean, target_std_dev: *std_dev }.fit(source, &[0]).unwrap().0]
        }
        Loss::Rows(loss) => {
            let start = linear::zero(&layout);
            let newton = Newton { layout, loss: *loss, penalty, stopping: Stopping::new(50, 1e-16) };
            let fitted = newton.fit(source, &[0], start).unwrap();
            assert!(fitted.end.is_converged() && fitted.iterations < 15, "{} steps", fitted.iterations);
            vec![fitted.predictor]
        }
        Loss::Softmax { .. } => {
            let estimator = Multinomial { layout, n_classes: 3, penalty, stopping: Stopping::new(50, 1e-16), reference: 0 };
            let fitted = estimator.fit(source, &[0], None).unwrap();
            assert!(fitted.end.is_converged() && fitted.iterations < 20, "{} steps", fitted.iterations);
            assert_eq!(fitted.solver, "Newton steps");
            fitted.predictors
        }
    }
}

#[test]
fn the_conditions_of_a_minimum_hold() {
    for (loss, has_intercept) in losses().into_iter().flat_map(|loss| [(loss.clone(), true), (loss, false)]) {
        let loss = match loss {
            // Without an intercept nothing may be subtracted.
            Loss::Squared { std_dev, .. } if !has_intercept => Loss::Squared { mean: 0.0, std_dev },
            loss => loss,
        };
        for n in [30, 500] {
            let (layout, source) = rows(n, &loss);
            let layout = Arc::new(Arc::unwrap_or_clone(layout).with_intercept(has_intercept));
            for penalty in PENALTIES {
                let predictors = exact(&layout, &source, &loss, penalty);
                let missed = missed(&layout, &source, &loss, penalty, &predictors);
                assert!(missed < 1e-7, "{loss:?} of {n} rows with {penalty:?}: {missed} at {predictors:?}");
                // A code without rows.
                assert!(predictors.iter().all(|predictor| predictor.coefficients[4] == 0.0));
            }
            let strong = exact(&layout, &source, &loss, Penalty { l1: 1e6, l2: 0.0 });
            assert!(strong.iter().all(|predictor| predictor.coefficients.iter().all(|b| *b == 0.0)), "{strong:?}");
        }
    }
}

#[test]
fn a_limited_memory_finds_the_same() {
    for loss in losses() {
        let (layout, source) = rows(300, &loss);
        for penalty in PENALTIES {
            let exact = exact(&layout, &source, &loss, penalty);
            let limited =
                LimitedMemory { layout: Arc::clone(&layout), loss: loss.clone(), penalty, stopping: Stopping::new(500, 1e-13) };
            let found = if let Loss::Softmax { .. } = loss {
                let start = vec![linear::zero(&layout); 3];
                limited.fit_from(&source, &[0], &start, |_| {}).unwrap()
            } else {
                limited.fit(&source, &[0], None).unwrap()
            };
            assert!(
                found.end.is_converged() && found.iterations < 200,
                "{loss:?} with {penalty:?}: {} iterations",
                found.iterations
            );
            let missed = missed(&layout, &source, &loss, penalty, &found.predictors);
            assert!(missed < 1e-4, "{loss:?} with {penalty:?}: {missed}");
            // Without L2 some combinations of the categories' coefficients cost the same, and mean the same, for all labels.
            if !matches!(loss, Loss::Softmax { .. }) || penalty.l2 > 0.0 {
                assert_close(&flat(&found.predictors), &flat(&exact), 1e-4);
                let zeros = |predictors: &[LinearPredictor]| flat(predictors).iter().map(|b| *b == 0.0).collect::<Vec<bool>>();
                assert_eq!(zeros(&found.predictors), zeros(&exact), "{loss:?} with {penalty:?}");
            }
        }
    }
}

/// The start of a limited memory is of the original target, whatever it is scaled by.
#[test]
fn a_limited_memory_that_starts_at_the_end_is_done() {
    for loss in losses().into_iter().take(2) {
        let (layout, source) = rows(300, &loss);
        let penalty = PENALTIES[0];
        let exact = exact(&layout, &source, &loss, penalty);
        let limited = LimitedMemory { layout, loss, penalty, stopping: Stopping::new(100, 1e-9) };
        let found = limited.fit(&source, &[0], exact.first()).unwrap();
        assert_eq!((found.end.is_converged(), found.iterations), (true, 1));
    }
}

#[test]
fn a_sample_to_start_from_changes_nothing() {
    let (layout, source) = rows(20_000, &Loss::Rows(RowLoss::Logistic));
    let logistic =
        Newton { layout, loss: RowLoss::Logistic, penalty: Penalty { l1: 50.0, l2: 0.0 }, stopping: Stopping::new(50, 1e-14) };
    let zero = linear::zero(&logistic.layout);
    let start = warm_start(&logistic, &source, &[0], &zero).unwrap().unwrap();
    let (warm, cold) = (logistic.fit(&source, &[0], start).unwrap(), logistic.fit(&source, &[0], zero).unwrap());
    assert!(warm.end.is_converged() && warm.iterations < cold.iterations);
    assert_close(&flat(&[warm.predictor]), &flat(&[cold.predictor]), 1e-9);
}

/// The squared error as a quadratic form is that of the rows.
#[test]
fn equations_know_the_error_of_any_predictor() {
    let loss = Loss::Squared { mean: 21.0, std_dev: 4.0 };
    let (layout, source) = rows(200, &loss);
    let squares = LeastSquares { layout: Arc::clone(&layout), penalty: Penalty::NONE, target_mean: 21.0, target_std_dev: 4.0 };
    let equations: NormalEquations = source.run(&squares, &[0]).unwrap();
    let predictor = LinearPredictor { intercept: 0.3, coefficients: vec![0.5, 0.0, -0.2, 0.1, 0.0, 0.7] };
    let sums = gradient_at(&source, &[0], &layout, &loss, std::slice::from_ref(&predictor)).unwrap();
    assert_close(&[equations.squared_error(&layout, &predictor)], &[2.0 * sums.loss], 1e-11);
}

/// Of many columns, most of them noise.
#[test]
fn many_columns_are_swept() {
    let (n_rows, n) = (60, 200);
    let x = ndarray::Array2::from_shape_fn((n_rows, n), |(i, j)| noise(i, j) - 0.5);
    let y = ndarray::Array1::from_shape_fn(n_rows, |i| 4.0 * x[[i, 3]] - 2.0 * x[[i, 150]] + 0.2 * noise(i, 777));
    let (matrix, c) = (x.t().dot(&x), x.t().dot(&y));
    let l1 = vec![0.05 * c.iter().map(|c| c.abs()).fold(0.0, f64::max); n];
    let (mut at, mut slope) = (vec![0.0; n], c.to_vec());
    SparseQuadratic::new(&matrix).minimise(&l1, &mut at, &mut slope);
    assert!(at[3] > 3.0 && at[150] < -1.0);
    assert!(at.iter().filter(|b| **b != 0.0).count() < n_rows, "{at:?}");
}
