//! Fits without an intercept: the raw prediction is 0 where all features are.

use super::*;
use crate::Predictor;

const NO_INTERCEPT: &str = "FIT_INTERCEPT 'false'";

async fn fitted(ml: &MlContext, query: &str, target: &str, hyperparameters: &[&str]) -> Arc<Model> {
    let hyperparameters = [&[NO_INTERCEPT], hyperparameters].concat().join(", ");
    let statement = format!(
        "CREATE OR REPLACE MODEL m FROM ({query}) TARGET y PROBLEM_TYPE {target} HYPERPARAMETERS DEFAULT EXCEPT ({hyperparameters}) SPLIT NONE"
    );
    train(ml, &statement).await
}

/// All predictors are 0 at 0.
fn assert_no_intercept(model: &Model) {
    let Predictor::Linear(outputs) = &model.predictor;
    assert!(outputs.iter().all(|output| output.intercept == 0.0), "{outputs:?}");
    let said = model.report.lines().iter().find(|line| line.item == "intercept").unwrap();
    assert_eq!((said.section.as_str(), said.value.as_str()), ("training", "none"));
}

/// NIST's `NoInt1`: R² is measured from 0.
#[tokio::test]
async fn r_squared_is_measured_from_zero() {
    let ml = context().await;
    let model = fitted(&ml, "SELECT value AS x, value + 70 AS y FROM generate_series(60, 70)", "REGRESSION", &[]).await;
    assert_no_intercept(&model);
    let goodness = model.goodness.unwrap();
    assert_close(goodness.r_squared(), 0.999_365_492_298_663, 1e-14);
    assert_eq!((goodness.n_rows, goodness.n_parameters, goodness.n_null_parameters), (11, 1, 0));
    // As R's lm has it: 1 - (1 - R²) · 11 / 10.
    assert_close(goodness.adjusted_r_squared(), 0.999_302_041_528_529, 1e-14);
    assert_close(number(&ml, "SELECT predict_m(1)").await, 2.074_380_165_289_26, 1e-14);
    assert_eq!(number(&ml, "SELECT predict_m(0)").await, 0.0);
    // The intercept is still there for those who look for it, and is 0.
    let intercept = "SELECT weight FROM ml_weights('m') WHERE processed_input = '__INTERCEPT__'";
    assert_eq!(number(&ml, intercept).await, 0.0);
    let estimate = model.inference.as_ref().unwrap().estimates[0][0];
    assert_eq!((estimate.value, estimate.standard_error), (0.0, None));
}

/// Least squares of a category alone are its means; of two, all levels of the first and differences of the second.
#[tokio::test]
async fn the_first_category_keeps_all_its_levels() {
    let ml = context().await;
    let query = "SELECT CASE value % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END AS kind,
        CASE WHEN value % 5 < 3 THEN 'often' ELSE 'seldom' END AS how, value % 3 * 10 + 4.0 + CASE WHEN value % 5 < 3 THEN 0 ELSE 2 END AS y
        FROM generate_series(1, 90)";
    let model = fitted(&ml, query, "REGRESSION", &[]).await;
    assert_no_intercept(&model);
    let weight = |feature: &str, category: &str| {
        format!(
            "SELECT c['weight'] FROM (SELECT unnest(category_weights) AS c FROM ml_weights('m') WHERE processed_input = '{feature}') WHERE c['category'] = '{category}'"
        )
    };
    for (feature, category, expected) in
        [("kind", "a", 4.0), ("kind", "b", 14.0), ("kind", "c", 24.0), ("how", "often", 0.0), ("how", "seldom", 2.0)]
    {
        assert_close(number(&ml, &weight(feature, category)).await, expected, 1e-13);
    }
    let errors: Vec<bool> =
        model.inference.as_ref().unwrap().estimates[0].iter().map(|estimate| estimate.standard_error.is_some()).collect();
    assert_eq!(errors.iter().filter(|has_error| **has_error).count(), 4, "{errors:?}");
}

/// A null is 0, and what nulls have in common is the weight of their indicator.
#[tokio::test]
async fn nulls_are_zero_and_marked() {
    let ml = context().await;
    let query = "SELECT CASE WHEN value % 4 = 0 THEN NULL ELSE value + 100.0 END AS x,
        CASE WHEN value % 4 = 0 THEN 7.0 ELSE 3 * (value + 100.0) END AS y FROM generate_series(1, 40)";
    for hyperparameters in [&[][..], &["L2 '0.000000001'"]] {
        fitted(&ml, query, "REGRESSION", hyperparameters).await;
        assert_close(number(&ml, "SELECT predict_m(NULL)").await, 7.0, 1e-7);
        assert_close(number(&ml, "SELECT predict_m(50)").await, 150.0, 1e-7);
        let null =
            "SELECT c['weight'] FROM (SELECT unnest(category_weights) AS c FROM ml_weights('m') WHERE processed_input = 'x')";
        assert_close(number(&ml, null).await, 7.0, 1e-7);
    }
}

/// A column of ones is an intercept after all.
#[tokio::test]
async fn a_constant_column_says_something() {
    let ml = context().await;
    let model = fitted(
        &ml,
        "SELECT 2 AS two, 0 AS zero, value AS x, 5.0 + 3 * value AS y FROM generate_series(1, 30)",
        "REGRESSION",
        &[],
    )
    .await;
    assert_close(number(&ml, "SELECT predict_m(2, 0, 10)").await, 35.0, 1e-13);
    assert_close(number(&ml, "SELECT predict_m(0, 0, 10)").await, 30.0, 1e-13);
    assert!(model.report.lines().iter().any(|line| line.section == "warnings" && line.item == "zero"));
}

/// Labels: even odds at 0, and no slope is left along any number in the user's own units.
#[tokio::test]
async fn labels_have_even_odds_at_zero() {
    let ml = context().await;
    let rows_of = "SELECT value % 17 + 3.0 AS a, value * 7 % 11 - 8.0 AS b, value * value % 13 AS v FROM generate_series(1, 400)";
    let two = format!("SELECT a, b, CASE WHEN a + b * 0.7 + v > 14 THEN 'yes' ELSE 'no' END AS y FROM ({rows_of})");
    let model = fitted(&ml, &two, "BINARY_CLASSIFICATION", &["L2 '0'", "TOLERANCE '1e-20'"]).await;
    assert_no_intercept(&model);
    assert_eq!(number(&ml, "SELECT predict_m_probability(0, 0)").await, 0.5);
    for column in ["a", "b"] {
        let slope =
            format!("SELECT sum({column} * (CASE y WHEN 'yes' THEN 1 ELSE 0 END - predict_m_probability(a, b))) FROM ({two})");
        let slope = number(&ml, &slope).await;
        assert!(slope.abs() < 1e-6, "{slope}");
    }
    let several =
        format!("SELECT a, b, CASE WHEN a + v > 18 THEN 'x' WHEN b + v > 0 THEN 'y' ELSE 'z' END AS y FROM ({rows_of})");
    for hyperparameters in [&["L2 '0'", "TOLERANCE '1e-20'"][..], &["L2 '1'"]] {
        let model = fitted(&ml, &several, "MULTICLASS_CLASSIFICATION", hyperparameters).await;
        assert_no_intercept(&model);
        assert_close(number(&ml, "SELECT predict_m_probabilities(0, 0)['x']").await, 1.0 / 3.0, 1e-15);
    }
}

/// Nothing at all gives two labels even odds; a level with as many of either has the coefficient 0, and an error all the same.
#[tokio::test]
async fn labels_of_levels() {
    let ml = context().await;
    let query = "SELECT CASE WHEN value < 70 THEN 'a' ELSE 'b' END AS k, CASE WHEN value < 70 THEN value % 2 = 0 ELSE value % 4 = 0 END AS y
        FROM generate_series(0, 169)";
    let model = fitted(&ml, query, "BINARY_CLASSIFICATION", &["L2 '0'", "TOLERANCE '1e-20'"]).await;
    let goodness = model.goodness.unwrap();
    assert_close(goodness.null_deviance, 340.0 * 2_f64.ln(), 1e-13);
    assert_eq!((goodness.n_parameters, goodness.n_null_parameters), (2, 0));
    let of =
        |category: &str, column: &str| format!("SELECT {column} FROM ml_advanced_weights('m') WHERE category = '{category}'");
    assert!(number(&ml, &of("a", "weight")).await.abs() < 1e-9);
    assert_close(number(&ml, &of("a", "standard_error")).await, 2.0 / 70_f64.sqrt(), 1e-9);
    assert_close(number(&ml, &of("b", "weight")).await, (1.0 / 3.0_f64).ln(), 1e-9);
}

/// Attributions are measured from the training means, which are not 0 here.
#[tokio::test]
async fn explanations_add_up() {
    let ml = context().await;
    let query = "SELECT value + 20.0 AS a, value % 7 - 30.0 AS b, 2 * (value + 20.0) - (value % 7) + sin(value) AS y FROM generate_series(1, 60)";
    fitted(&ml, query, "REGRESSION", &["L2 '1'"]).await;
    let sum = "SELECT sum(e['attribution']) FROM (SELECT unnest(predict_m_explain(25, -28)) AS e)";
    assert_close(number(&ml, sum).await, number(&ml, "SELECT predict_m(25, -28)").await, 1e-12);
    let of_a = "SELECT e['attribution'] FROM (SELECT unnest(predict_m_explain(50.5, -28)) AS e) WHERE e['feature'] = 'a'";
    assert!(number(&ml, of_a).await.abs() < 1e-12);
}

/// Where training is not finished, models for the threshold begin anew: without an intercept not at the share of positive rows.
#[tokio::test]
async fn out_of_fold_predictions_have_no_intercept_either() {
    let ml = context().await;
    let query = "SELECT sin(value * 12.9) AS a, cos(value * 7.7) AS b, value % 10 > 0 AS y FROM generate_series(1, 400)";
    for iterations in [1, 100] {
        let iterations = format!("MAX_ITERATIONS {iterations}, TOLERANCE 1e-14");
        let model = fitted(&ml, query, "BINARY_CLASSIFICATION", &[&iterations]).await;
        assert_no_intercept(&model);
        let [low, high] = ["min", "max"].map(|of| format!("SELECT {of}(threshold) FROM ml_threshold_curve('m')"));
        let (low, high) = (number(&ml, &low).await, number(&ml, &high).await);
        // Noise says nothing: about as many are above a half as below, although nine of ten are positive.
        assert!(low < 0.5 && high > 0.5 && low > 0.2 && high < 0.8, "{low} to {high}");
    }
}
