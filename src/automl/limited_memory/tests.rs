//! The limited memory against functions with known minima, and against exact solvers.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::cell::Cell;
use std::sync::Arc;

use super::super::fold::{Fold, RowSource};
use super::super::in_memory::InMemory;
use super::super::least_squares::LeastSquares;
use super::super::linear::{self, Penalty};
use super::super::newton::Newton;
use super::super::row_loss::RowLoss;
use super::super::stopping::{End, Stopping};
use super::super::tests::example_rows::{assert_close, flat, mixed, noise};
use super::gradient::{GradientFold, Loss};
use super::lbfgs::{Minimum, Value, minimise};
use super::{FittedLimitedMemory, LimitedMemory};
use crate::ErrorKind;
use crate::model::{ColumnLayout, Family, LinearPredictor};

const STRICT: Stopping = Stopping { max_iterations: 200, tolerance: 1e-20, min_rel_progress: None };

fn value(objective: f64, gradient: Vec<f64>) -> Value {
    Value { objective, loss: objective, gradient, is_enough: false }
}

fn search(start: Vec<f64>, evaluate: impl Fn(&[f64]) -> Value) -> Minimum {
    minimise(start, |at| Ok(evaluate(at)), |_| {}, STRICT).unwrap()
}

/// Rosenbrock's curved valley, raised by 1 so that the tolerance is one of the objective.
#[test]
fn a_curved_valley_is_followed_to_its_lowest_point() {
    let valley = |at: &[f64]| {
        let (a, b) = (1.0 - at[0], at[1] - at[0] * at[0]);
        value(1.0 + a * a + 100.0 * b * b, vec![-2.0 * a - 400.0 * at[0] * b, 200.0 * b])
    };
    let minimum = search(vec![-1.2, 1.0], valley);
    assert!(minimum.end.is_converged() && minimum.iterations < 60, "{} iterations", minimum.iterations);
    assert_close(&minimum.at, &[1.0, 1.0], 1e-8);
    assert!(minimum.losses.windows(2).all(|pair| pair[1] <= pair[0]), "{:?}", minimum.losses);
}

#[test]
fn the_exact_inverse_hessian_leads_there_in_one_step() {
    let curvature = [1.0, 1e3, 1e6, 1e-3];
    let bowl = |at: &[f64]| {
        let gradient: Vec<f64> = at.iter().zip(curvature).map(|(x, c)| c * (x - 1.0)).collect();
        value(1.0 + at.iter().zip(curvature).map(|(x, c)| 0.5 * c * (x - 1.0).powi(2)).sum::<f64>(), gradient)
    };
    let exact = |vector: &mut [f64]| vector.iter_mut().zip(curvature).for_each(|(v, c)| *v /= c);
    let minimum = minimise(vec![0.0; 4], |at| Ok(bowl(at)), exact, STRICT).unwrap();
    assert_eq!((minimum.end.is_converged(), minimum.iterations), (true, 2));
    assert_close(&minimum.at, &[1.0; 4], 1e-12);
    // Without it, many steps lead there as well.
    let minimum = search(vec![0.0; 4], bowl);
    assert!(minimum.iterations > 5);
    assert_close(&minimum.at, &[1.0; 4], 1e-6);
}

/// The first step of length 100 ends where the function is not defined.
#[test]
fn a_step_over_the_edge_is_shortened() {
    let well = |at: &[f64]| value(100.0 * at[0] - 100.0 * at[0].ln(), vec![100.0 - 100.0 / at[0]]);
    let minimum = search(vec![3.0], well);
    assert!(minimum.end.is_converged());
    assert_close(&minimum.at, &[1.0], 1e-9);
}

/// A gradient that points the wrong way: no step lowers the value, and the search says so.
#[test]
fn a_search_that_finds_nothing_lower_ends() {
    let evaluations = Cell::new(0);
    let minimum = search(vec![1.0], |at| {
        evaluations.set(evaluations.get() + 1);
        value(1.0 + at[0] * at[0], vec![-2.0 * at[0]])
    });
    assert!(!minimum.end.is_converged() && evaluations.get() < 40);
    assert_close(&minimum.at, &[1.0], 0.0);
}

/// The three losses over rows of two numbers and a category, with weights.
fn losses() -> [(Loss, InMemory, usize); 3] {
    let rows = |y: fn(f64, usize) -> f64| {
        let (_, mut source) = mixed(300, true);
        source.rows.y.iter_mut().enumerate().for_each(|(row, y_of_row)| *y_of_row = y(*y_of_row, row));
        source
    };
    [
        (Loss::Squared { mean: 21.0, std_dev: 4.0 }, rows(|y, row| 20.0 + y + 9.0 * noise(row, 8)), 1),
        (Loss::Rows(RowLoss::Logistic), rows(|y, _| y.min(1.0)), 1),
        (Loss::Softmax { places: vec![2, 0, 1] }, rows(|y, _| y), 3),
    ]
}

fn estimator(loss: &Loss, l2: f64) -> LimitedMemory {
    let (layout, _) = mixed(1, false);
    LimitedMemory { layout, loss: loss.clone(), penalty: Penalty::ridge(l2), stopping: Stopping::new(500, 1e-16) }
}

#[test]
fn gradients_are_the_derivatives_of_the_objective() {
    for (loss, source, n_predictors) in losses() {
        let estimator = estimator(&loss, 1.5);
        let at: Vec<f64> = (0..7 * n_predictors).map(|i| noise(i, 7) - 0.5).collect();
        let objective = |i: usize, h: f64| {
            let mut at = at.clone();
            at[i] += h;
            estimator.value(&source, &[0], &at).unwrap().objective
        };
        let h = 1e-5;
        let slopes: Vec<f64> = (0..at.len()).map(|i| (objective(i, h) - objective(i, -h)) / (2.0 * h)).collect();
        assert_close(&estimator.value(&source, &[0], &at).unwrap().gradient, &slopes, 1e-7);
    }
}

#[test]
fn a_state_survives_being_written() {
    for (loss, source, n_predictors) in losses() {
        let (layout, _) = mixed(1, false);
        let at = vec![LinearPredictor { intercept: 0.3, ..linear::zero(&layout) }; n_predictors];
        let fold = GradientFold { layout: &layout, loss: &loss, at: &at };
        let sums = source.run(&fold, &[0]).unwrap();
        assert_eq!(fold.read(&fold.write(&sums)).unwrap(), sums);
        assert!(fold.read(&fold.write(&sums)[1..]).is_none());
    }
}

fn fit(estimator: &LimitedMemory, source: &InMemory) -> FittedLimitedMemory {
    estimator.fit(source, &[0], None).unwrap()
}

#[test]
fn regression_is_that_of_normal_equations() {
    let [(loss, source, _), ..] = losses();
    for l2 in [0.0, 2.0] {
        let estimator = estimator(&loss, l2);
        let found = fit(&estimator, &source);
        let exact = LeastSquares {
            layout: Arc::clone(&estimator.layout),
            penalty: Penalty::ridge(l2),
            target_mean: 21.0,
            target_std_dev: 4.0,
        };
        let (exact, _) = exact.fit(&source, &[0]).unwrap();
        assert!(found.end.is_converged());
        assert_close(&flat(&found.predictors), &flat(&[exact]), 1e-6);
    }
}

#[test]
fn a_line_through_all_points_is_found_and_said_to_be() {
    let [(loss, mut source, _), ..] = losses();
    source.rows.y = (0..300).map(|row| 21.0 + 3.0 * source.rows.x.dense()[0][row]).collect();
    let found = fit(&estimator(&loss, 0.0), &source);
    assert!(found.end.is_converged() && found.iterations < 100, "{} iterations", found.iterations);
    let (layout, _): (Arc<ColumnLayout>, _) = mixed(1, false);
    let mut line = linear::zero(&layout);
    (line.intercept, line.coefficients[0]) = (21.0, 3.0);
    assert_close(&flat(&found.predictors), &flat(&[line]), 1e-8);
}

#[test]
fn logistic_regression_is_that_of_newton_s_method() {
    let [_, (loss, source, _), _] = losses();
    for l2 in [0.0, 2.0] {
        let estimator = estimator(&loss, l2);
        let found = fit(&estimator, &source);
        let layout = Arc::clone(&estimator.layout);
        let exact = Newton { layout, loss: RowLoss::Logistic, penalty: Penalty::ridge(l2), stopping: Stopping::new(50, 1e-14) };
        let exact = exact.fit(&source, &[0], linear::zero(&estimator.layout)).unwrap();
        assert!(found.end.is_converged());
        assert_eq!(found.losses.len(), found.iterations as usize);
        assert_close(&flat(&found.predictors), &flat(&[exact.predictor]), 1e-6);
    }
}

/// Poisson, gamma and Tweedie regression, with and without a penalty, of a unit that is far from 1.
#[test]
fn families_are_those_of_newton_s_method() {
    for (family, unit) in [(Family::Poisson, 1.0), (Family::Gamma, 1e5), (Family::Tweedie(1.4), 1e-3)] {
        let (layout, mut source) = mixed(300, true);
        let zeros = if family == Family::Gamma { 0.5 } else { 0.0 };
        source.rows.y.iter_mut().for_each(|y| *y = unit * (*y + zeros));
        let loss = RowLoss::of_log_link(family, unit).unwrap();
        for l2 in [0.0, 2.0 * loss.scale()] {
            let start = LinearPredictor { intercept: unit.ln(), ..linear::zero(&layout) };
            let limited = LimitedMemory { stopping: Stopping::new(500, 1e-13), ..estimator(&Loss::Rows(loss), l2) };
            let found = limited.fit(&source, &[0], Some(&start)).unwrap();
            let newton =
                Newton { layout: Arc::clone(&layout), loss, penalty: Penalty::ridge(l2), stopping: Stopping::new(50, 1e-14) };
            let exact = newton.fit(&source, &[0], start).unwrap();
            assert!(found.end.is_converged() && exact.end.is_converged(), "{family:?}");
            assert_close(&flat(&found.predictors), &flat(&[exact.predictor]), 1e-6);
        }
    }
}

/// A number that follows from the features exactly is found, and said to be.
#[test]
fn an_exact_family_is_found() {
    let (layout, mut source) = mixed(300, false);
    source.rows.y = (0..300).map(|row| (2.0 - source.rows.x.dense()[0][row]).exp()).collect();
    let mut exact = linear::zero(&layout);
    (exact.intercept, exact.coefficients[0]) = (2.0, -1.0);
    for family in [Family::Poisson, Family::Gamma, Family::Tweedie(1.6)] {
        let loss = RowLoss::of_log_link(family, 10.0).unwrap();
        let found = fit(&estimator(&Loss::Rows(loss), 0.0), &source);
        assert!(found.end.is_converged() && found.iterations < 100, "{} iterations", found.iterations);
        assert_close(&flat(&found.predictors), &flat(&[exact.clone()]), 1e-8);
        let newton = Newton { layout: Arc::clone(&layout), loss, penalty: Penalty::NONE, stopping: Stopping::new(50, 1e-8) };
        let start = LinearPredictor { intercept: 10.0_f64.ln(), ..linear::zero(&layout) };
        let found = newton.fit(&source, &[0], start).unwrap();
        assert!(found.end.is_converged() && found.iterations < 20, "{} steps", found.iterations);
        assert_close(&flat(&[found.predictor]), &flat(&[exact.clone()]), 1e-11);
    }
}

/// The search ends after the first iteration that gains too little, and not before.
#[test]
fn whoever_asks_stops_early() {
    for (loss, source, _) in losses().into_iter().take(2) {
        let long = fit(&estimator(&loss, 1.0), &source);
        let stopping = Stopping { min_rel_progress: Some(0.01), ..Stopping::new(500, 1e-16) };
        let short = fit(&LimitedMemory { stopping, ..estimator(&loss, 1.0) }, &source);
        assert_eq!(short.end, End::Early);
        assert!(short.iterations < long.iterations);
        assert_eq!(short.losses, long.losses[..short.losses.len()]);
    }
}

#[test]
fn separated_classes_end_in_finite_predictors() {
    let [_, (loss, mut source, _), _] = losses();
    source.rows.y = source.rows.x.dense()[0].iter().map(|x| f64::from(u8::from(*x > 0.0))).collect();
    let found = fit(&estimator(&loss, 0.0), &source);
    assert!(!found.end.is_converged() && flat(&found.predictors).iter().all(|b| b.is_finite()));
    // One label only, and no penalty on the intercept: as far as it makes sense, and no further.
    source.rows.y.fill(0.0);
    assert!(flat(&fit(&estimator(&loss, 1.0), &source).predictors).iter().all(|b| b.is_finite()));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let (_, mut source) = mixed(70_000, true);
    source.rows.y.iter_mut().for_each(|y| *y = y.min(1.0));
    let estimator = LimitedMemory { stopping: Stopping::new(500, 1e-3), ..estimator(&Loss::Rows(RowLoss::Logistic), 1.0) };
    let bits = |source: &InMemory| flat(&fit(&estimator, source).predictors).iter().map(|b| b.to_bits()).collect::<Vec<u64>>();
    source.threads = 1;
    let one = bits(&source);
    source.threads = 4;
    assert_eq!(one, bits(&source));
}

#[test]
fn fitting_stops_when_it_is_cancelled() {
    let [(loss, source, _), ..] = losses();
    drop(source.cancel.on_drop());
    let error = estimator(&loss, 1.0).fit(&source, &[0], None).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled));
}
