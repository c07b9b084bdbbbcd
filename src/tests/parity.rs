//! Published results, to the digits that can be recomputed, and agreement with independent programs.

use linfa::prelude::{Fit, Predict};

use super::*;

async fn weight(ml: &MlContext, input: &str) -> f64 {
    number(ml, &format!("SELECT weight FROM ml_weights('m') WHERE processed_input = '{input}'")).await
}

/// Apache MADlib's documentation of `linregr_train`.
#[tokio::test]
async fn houses_of_madlib() {
    let ml = context_over("houses", 1, 8192).await;
    rows(&ml, "CREATE MODEL m FROM (SELECT tax, bath, size, price FROM t) TARGET price PROBLEM_TYPE REGRESSION SPLIT NONE").await;
    assert_close(weight(&ml, "__INTERCEPT__").await, -12_849.416_895_987_2, 1e-11);
    assert_close(weight(&ml, "tax").await, 28.961_392_265_176_5, 1e-11);
    assert_close(weight(&ml, "bath").await, 10_181.629_071_264_8, 1e-11);
    assert_close(weight(&ml, "size").await, 50.516_894_915_354, 1e-11);
    assert_close(number(&ml, "SELECT r2_score FROM ml_evaluate('m')").await, 0.768_577_580_597_443, 1e-12);
    assert_close(number(&ml, "SELECT predict_m(590, 1, 770)").await, 53_317.442_696_554_2, 1e-11);
}

/// Apache MADlib's documentation of `logregr_train`; the printed table stops an iteration early, recomputed digits are used.
#[tokio::test]
async fn patients_of_madlib() {
    let ml = context_over("patients", 1, 8192).await;
    let statement = "CREATE MODEL m FROM (SELECT treatment, trait_anxiety, second_attack FROM t) TARGET second_attack
        SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L2 '0')";
    rows(&ml, statement).await;
    assert_close(weight(&ml, "__INTERCEPT__").await, -6.363_469_941_846, 1e-10);
    assert_close(weight(&ml, "treatment").await, -1.024_106_052_408, 1e-10);
    assert_close(weight(&ml, "trait_anxiety").await, 0.119_044_916_670, 1e-10);
    assert_close(number(&ml, "SELECT predict_m_probability(1, 70)").await, 0.720_223_028_941_527, 1e-9);
}

/// BigQuery's tutorial "Use BigQuery ML to predict penguin weight"; its median is approximate, the exact one is used.
#[tokio::test]
async fn penguins_of_bigquery() {
    let ml = context_over("penguins", 1, 8192).await;
    let query = "SELECT * FROM (SELECT * EXCEPT (body_mass_g), TRY_CAST(body_mass_g AS INT) AS body_mass_g FROM t) WHERE body_mass_g IS NOT NULL";
    rows(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET body_mass_g SPLIT NONE")).await;
    let figures = [
        ("mean_absolute_error", 227.012_236_674_472_18),
        ("mean_squared_error", 81_838.159_892_167_68),
        ("mean_squared_log_error", 0.005_070_447_373_501_3),
        ("median_absolute_error", 174.998_646_947_400_63),
        ("r2_score", 0.872_377_253_425_344_1),
        ("explained_variance", 0.872_377_253_425_344_1),
    ];
    for (name, published) in figures {
        let found = number(&ml, &format!("SELECT {name} FROM ml_evaluate('m')")).await;
        assert!((found / published - 1.0).abs() < 1e-12, "{name}: {found} is not {published}");
    }
}

/// The features of a data set as the oracles take them: standardised numbers, row by row.
fn standardized() -> (Vec<[f64; 3]>, Vec<f64>) {
    let raw: Vec<[f64; 3]> = (0..400_u32).map(|i| [f64::from(i * 37 % 101), f64::from(i * 53 % 89), f64::from(i % 7)]).collect();
    let columns: Vec<(f64, f64)> = (0..3)
        .map(|j| {
            let mean = raw.iter().map(|row| row[j]).sum::<f64>() / 400.0;
            (mean, (raw.iter().map(|row| (row[j] - mean).powi(2)).sum::<f64>() / 400.0).sqrt())
        })
        .collect();
    let y = raw
        .iter()
        .enumerate()
        .map(|(i, row)| 0.02 * row[0] - 0.03 * row[1] + 0.2 * row[2] + f64::from(u8::try_from(i % 5).unwrap()) - 2.0);
    let y = y.collect();
    (raw.iter().map(|row| std::array::from_fn(|j| (row[j] - columns[j].0) / columns[j].1)).collect(), y)
}

/// The same rows for a statement.
const ROWS: &str = "SELECT (value * 37) % 101 AS a, (value * 53) % 89 AS b, value % 7 AS c,
    0.02 * ((value * 37) % 101) - 0.03 * ((value * 53) % 89) + 0.2 * (value % 7) + value % 5 - 2.0 AS y FROM generate_series(0, 399)";

#[tokio::test]
async fn linfa_and_smartcore_agree() {
    let (x, y) = standardized();
    let ml = context().await;
    let linear = train(&ml, &format!("CREATE MODEL m FROM ({ROWS}) TARGET y SPLIT NONE")).await;
    let crate::Predictor::Linear(outputs) = &linear.predictor;
    let ours = &outputs[0];

    let records = ndarray16::Array2::from_shape_fn((400, 3), |(i, j)| x[i][j]);
    let dataset = linfa::Dataset::new(records.clone(), ndarray16::Array1::from(y.clone()));
    let theirs = linfa_linear::LinearRegression::new().fit(&dataset).unwrap();
    assert_close(ours.intercept, theirs.intercept(), 1e-10);
    for (ours, theirs) in ours.coefficients.iter().zip(theirs.params()) {
        assert_close(*ours, *theirs, 1e-10);
    }

    let logistic =
        train(&ml, &format!("CREATE OR REPLACE MODEL m FROM (SELECT a, b, c, y > 0 AS y FROM ({ROWS})) TARGET y SPLIT NONE"))
            .await;
    let crate::Predictor::Linear(outputs) = &logistic.predictor;
    let ours = &outputs[0];
    let labels: Vec<bool> = y.iter().map(|y| *y > 0.0).collect();
    let dataset = linfa::Dataset::new(records.clone(), ndarray16::Array1::from(labels.clone()));
    let theirs = linfa_logistic::LogisticRegression::default()
        .alpha(1.0)
        .gradient_tolerance(1e-10)
        .max_iterations(500)
        .fit(&dataset)
        .unwrap();
    for (ours, theirs) in ours.coefficients.iter().zip(theirs.params()) {
        assert_close(ours.abs(), theirs.abs(), 1e-6);
    }
    let disagree = theirs.predict(&records).iter().zip(&labels).filter(|(a, b)| a != b).count();
    let accuracy = number(&ml, "SELECT accuracy FROM ml_evaluate('m', threshold => 0.5)").await;
    assert_close(accuracy, 1.0 - disagree as f64 / 400.0, 1e-12);

    let matrix = smartcore::linalg::basic::matrix::DenseMatrix::from_2d_vec(&x.iter().map(|row| row.to_vec()).collect()).unwrap();
    let parameters = smartcore::linear::logistic_regression::LogisticRegressionParameters::default().with_alpha(1.0);
    let labels: Vec<i32> = labels.into_iter().map(i32::from).collect();
    let theirs = smartcore::linear::logistic_regression::LogisticRegression::fit(&matrix, &labels, parameters).unwrap();
    let coefficients = theirs.coefficients();
    let coefficients: Vec<f64> = smartcore::linalg::basic::arrays::Array::iterator(coefficients, 0).copied().collect();
    for (ours, theirs) in ours.coefficients.iter().zip(&coefficients) {
        assert_close(ours.abs(), theirs.abs(), 1e-3);
    }
}
