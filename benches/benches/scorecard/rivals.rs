//! linfa and smartcore, which have the same models in Rust, on a tenth of the rows: with all of them they need minutes.

use std::time::Duration;

use datafusion_ml_benches::{FEATURES, dense_session, feature_list, features, label, signal};
use linfa::prelude::Fit;
use smartcore::linalg::basic::matrix::DenseMatrix;
use tokio::runtime::Runtime;

use super::fits::train;
use super::{Figures, ROWS, RUNS, median, timed};

const TENTH: usize = ROWS / 10;
/// Rows that are trained on.
const TRAINED: usize = TENTH * 7 / 10;

pub(super) fn measure(runtime: &Runtime, figures: &mut Figures) {
    let table = dense_session(TENTH).expect("a table");
    let query = |target: &str| format!("SELECT {}, {target} FROM t", feature_list());
    let fit = |target: &str| -> Duration {
        let runs = (0..RUNS).map(|_| runtime.block_on(train(&table, &query(target), target, "")).fit());
        median(runs.collect())
    };
    let (logistic, squares) = (fit("y"), fit("yr"));

    let x: Vec<[f64; FEATURES]> = (0..TRAINED).map(features).collect();
    let labels: Vec<bool> = x.iter().enumerate().map(|(row, x)| label(row, x)).collect();
    let numbers: Vec<f64> = x.iter().map(signal).collect();
    let records = ndarray::Array2::from_shape_fn((TRAINED, FEATURES), |(i, j)| x[i][j]);

    let labelled = linfa::Dataset::new(records.clone(), ndarray::Array1::from(labels.clone()));
    let linfa_logistic = timed(1, || {
        linfa_logistic::LogisticRegression::default().alpha(1.0).fit(&labelled).expect("it fits");
    });
    let numbered = linfa::Dataset::new(records, ndarray::Array1::from(numbers.clone()));
    let linfa_squares = timed(RUNS, || {
        linfa_linear::LinearRegression::default().fit(&numbered).expect("it fits");
    });

    let rows: Vec<Vec<f64>> = x.iter().map(|row| row.to_vec()).collect();
    let matrix = DenseMatrix::from_2d_vec(&rows).expect("a matrix");
    let classes: Vec<i32> = labels.iter().map(|label| i32::from(*label)).collect();
    let smartcore_logistic = timed(1, || {
        use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};
        LogisticRegression::fit(&matrix, &classes, LogisticRegressionParameters::default().with_alpha(1.0)).expect("it fits");
    });
    let smartcore_squares = timed(1, || {
        use smartcore::linear::linear_regression::{LinearRegression, LinearRegressionParameters};
        LinearRegression::fit(&matrix, &numbers, LinearRegressionParameters::default()).expect("it fits");
    });
    figures.beside("logistic_fit_70k", logistic, &[("linfa", linfa_logistic), ("smartcore", smartcore_logistic)]);
    figures.beside("squares_fit_70k", squares, &[("linfa", linfa_squares), ("smartcore", smartcore_squares)]);
}
