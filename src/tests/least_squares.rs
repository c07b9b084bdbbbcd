//! Least squares on awkward rows: the answer is known, and so is what must be said of it.

use super::*;
use crate::Inference;

async fn fitted(query: &str, settings: &str) -> (MlContext, Arc<Model>) {
    let ml = context().await;
    let statement = format!("CREATE MODEL m FROM ({query}) TARGET y PROBLEM_TYPE REGRESSION {settings} SPLIT NONE");
    let model = train(&ml, &statement).await;
    (ml, model)
}

/// Weights in the user's own units: the intercept, then one per number.
async fn weights(ml: &MlContext) -> Vec<f64> {
    let batches = rows(ml, "SELECT weight FROM ml_weights('m') ORDER BY processed_input").await;
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Float64Type>().values().to_vec()).collect()
}

fn inference(model: &Model) -> &Inference {
    model.inference.as_ref().unwrap()
}

fn errors(model: &Model) -> Vec<Option<f64>> {
    inference(model).estimates[0].iter().map(|estimate| estimate.standard_error).collect()
}

fn warnings(model: &Model) -> Vec<(&str, &str)> {
    let warnings = model.report.lines().iter().filter(|line| line.section == "warnings");
    warnings.map(|line| (line.item.as_str(), line.value.as_str())).collect()
}

fn assert_all_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    let close = found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= tolerance * b.abs().max(f64::MIN_POSITIVE));
    assert!(close, "{found:?} is not {expected:?}");
}

#[tokio::test]
async fn two_rows_make_a_line() {
    let (ml, model) = fitted("SELECT column1 AS x, column2 AS y FROM (VALUES (1, 5), (3, 9))", "").await;
    assert_all_close(&weights(&ml).await, &[3.0, 2.0], 1e-15);
    // No row is left to judge by.
    assert!(model.inference.is_none());
    let goodness = model.goodness.unwrap();
    assert_eq!((goodness.n_rows, goodness.n_parameters, goodness.null_deviance), (2, 2, 8.0));
    assert!(goodness.deviance < 1e-30, "{goodness:?}");
}

/// y = 0.6 + 0.8 x with squares of 3.6 around it and 10 around the mean.
#[tokio::test]
async fn one_column_by_hand() {
    let query = "SELECT column1 AS x, column2 AS y FROM (VALUES (1, 1), (2, 3), (3, 2), (4, 5), (5, 4))";
    let (ml, model) = fitted(query, "").await;
    assert_all_close(&weights(&ml).await, &[0.6, 0.8], 1e-15);
    let found: Vec<f64> = errors(&model).into_iter().map(Option::unwrap).collect();
    assert_all_close(&found, &[1.32_f64.sqrt(), 0.12_f64.sqrt()], 1e-14);
    let Inference { degrees_of_freedom, dispersion, unscaled_covariance, .. } = inference(&model);
    assert_eq!(*degrees_of_freedom, Some(3.0));
    assert_all_close(&[*dispersion], &[1.2], 1e-14);
    // Standardised, x has mean 0 and variance 1.
    assert_all_close(unscaled_covariance, &[0.2, 0.0, 0.2], 1e-15);
    let goodness = model.goodness.unwrap();
    assert_all_close(&[goodness.deviance, goodness.null_deviance, goodness.r_squared()], &[3.6, 10.0, 0.64], 1e-14);
    let log_likelihood = -2.5 * ((2.0 * std::f64::consts::PI * 3.6 / 5.0).ln() + 1.0);
    assert_all_close(&[goodness.log_likelihood.unwrap()], &[log_likelihood], 1e-14);
}

/// Every column is a number of ten digits of which the last few count.
#[tokio::test]
async fn offsets_cost_nothing() {
    let query = "SELECT 1e9 + value AS a, 1e9 + value * value % 7 AS b, 1e9 + 7 + 3 * value - 2 * (value * value % 7) AS y
        FROM generate_series(1, 40)";
    let (ml, model) = fitted(query, "").await;
    assert_all_close(&weights(&ml).await, &[7.0, 3.0, -2.0], 1e-14);
    assert!(model.goodness.unwrap().deviance < 1e-25);
    let worst = number(&ml, &format!("SELECT max(abs(predict_m(a, b) - y)) FROM ({query})")).await;
    assert!(worst <= 3e-7, "{worst}");
}

#[tokio::test]
async fn scales_cost_nothing() {
    let query = "SELECT value * 1e-12 AS a, (value * value % 7) * 1e12 AS b, 5.0 + 2 * value + 3 * (value * value % 7) AS y
        FROM generate_series(1, 40)";
    let (ml, model) = fitted(query, "").await;
    assert_all_close(&weights(&ml).await, &[5.0, 2e12, 3e-12], 1e-14);
    assert!(errors(&model).iter().all(Option::is_some));
}

#[tokio::test]
async fn one_row_that_counts() {
    let query = "SELECT value AS x, value * value AS y, CASE value WHEN 4 THEN 2 ELSE 0 END AS w FROM generate_series(1, 9)";
    let (ml, model) = fitted(query, "SETTINGS (WEIGHT w)").await;
    assert_eq!(number(&ml, "SELECT predict_m(4)").await, 16.0);
    assert_eq!(number(&ml, "SELECT predict_m(100)").await, 16.0);
    assert!(model.inference.is_none());
    assert_eq!(model.goodness.unwrap().n_rows, 1);
}

/// A row of weight 2 is no row twice: with the same coefficients there is less to judge by, as in R's `lm`.
#[tokio::test]
async fn weights_are_those_of_precision() {
    let query =
        "SELECT column1 AS x, column2 AS y, column3 AS w FROM (VALUES (1, 1, 1), (2, 3, 2), (3, 2, 1), (4, 5, 3), (7, 7, 0))";
    let (ml, model) = fitted(query, "SETTINGS (WEIGHT w)").await;
    let twice = query.replace("(2, 3, 2)", "(2, 3, 1), (2, 3, 1)").replace("(4, 5, 3)", "(4, 5, 1), (4, 5, 1), (4, 5, 1)");
    let (repeated, _) = fitted(&twice.replace(", (7, 7, 0)", "").replace(", column3 AS w", ""), "").await;
    assert_all_close(&weights(&ml).await, &weights(&repeated).await, 1e-14);
    // Weighted means 20/7 and 24/7; weighted squares of x 62/7, products 73/7.
    let (slope, squares) = (73.0 / 62.0, 62.0 / 7.0);
    assert_all_close(&weights(&ml).await[1..], &[slope], 1e-14);
    let goodness = model.goodness.unwrap();
    let left = (1.0 + 18.0 + 4.0 + 75.0) - 24.0 * 24.0 / 7.0 - slope * slope * squares;
    assert_all_close(&[goodness.deviance], &[left], 1e-13);
    assert_eq!((goodness.n_rows, inference(&model).degrees_of_freedom), (4, Some(2.0)));
    assert_all_close(&[errors(&model)[1].unwrap()], &[(left / 2.0 / squares).sqrt()], 1e-13);
    let log_likelihood = 0.5 * 6.0_f64.ln() - 2.0 * ((2.0 * std::f64::consts::PI * left / 4.0).ln() + 1.0);
    assert_all_close(&[goodness.log_likelihood.unwrap()], &[log_likelihood], 1e-13);
}

/// The third column is the sum of two others, which are far from 0: rounding leaves a little of it that means nothing.
#[tokio::test]
async fn collinear_columns_share() {
    let columns = "1e6 + value * 0.1 AS a, sqrt(value) AS b, value % 3 AS d";
    let target = "2 * a - b + d + sin(value) AS y";
    let inner = format!("(SELECT value, {columns} FROM generate_series(1, 60))");
    let (ml, model) = fitted(&format!("SELECT a, b, a + b AS c, d, {target} FROM {inner}"), "").await;
    let (without, reduced) = fitted(&format!("SELECT a, b, d, {target} FROM {inner}"), "").await;
    let about_c = warnings(&model).into_iter().find(|(_, what)| what.contains("follows from"));
    assert_eq!(about_c, Some(("c", "c follows from a, b")));

    // The same predictions, and the same knowledge of what is not shared.
    let worst = format!("SELECT max(abs(predict_m(a, b, a + b, d) - 2 * a)) FROM {inner}");
    let of_reduced = format!("SELECT max(abs(predict_m(a, b, d) - 2 * a)) FROM {inner}");
    assert_all_close(&[number(&ml, &worst).await], &[number(&without, &of_reduced).await], 1e-8);
    let (shared, alone) = (errors(&model), errors(&reduced));
    assert_eq!((shared[1], shared[2], shared[3]), (None, None, None));
    assert_all_close(&[shared[0].unwrap(), shared[4].unwrap()], &[alone[0].unwrap(), alone[3].unwrap()], 1e-8);
    assert_eq!(model.goodness.unwrap().n_parameters, 4);

    // Least norm on the standardised scale: orthogonal to what changes nothing, a + b - c.
    let crate::Predictor::Linear(outputs) = &model.predictor;
    let std_devs: Vec<f64> = (model.features.iter())
        .map(|feature| match &feature.encoder {
            crate::Encoder::Number(number) => number.std_dev,
            other => panic!("{other:?}"),
        })
        .collect();
    let b = &outputs[0].coefficients;
    let along = b[0] * std_devs[0] + b[1] * std_devs[1] - b[2] * std_devs[2];
    assert!(along.abs() < 1e-9 * b[0].abs(), "{along}");
}

/// More columns than rows: the least norm again, and an exact fit.
#[tokio::test]
async fn more_columns_than_rows() {
    let columns: Vec<String> = (1..=12).map(|j| format!("sin({j} * value) AS x{j}")).collect();
    let query = format!("SELECT {}, value * 1.0 AS y FROM generate_series(1, 5)", columns.join(", "));
    let (ml, model) = fitted(&query, "").await;
    let names: Vec<String> = (1..=12).map(|j| format!("x{j}")).collect();
    let worst = format!("SELECT max(abs(predict_m({}) - y)) FROM ({query})", names.join(", "));
    assert!(number(&ml, &worst).await < 1e-12);
    assert!(model.inference.is_none());
    assert!(warnings(&model).iter().any(|(_, what)| what.contains("more columns (12) than training rows (5)")));
}

/// Squares of such targets are no doubles, so nothing could be measured.
#[tokio::test]
async fn targets_at_the_ends_of_the_range_are_an_error() {
    for (scale, what) in [("1e300", "is so large"), ("1e-300", "varies so little")] {
        let ml = context().await;
        let query = format!("SELECT value AS x, {scale} * (10 + value) AS y FROM generate_series(1, 50)");
        let error = failure(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT NONE")).await;
        assert!(error.contains(&format!("the target y {what} that its squares are beyond the range of doubles")), "{error}");
        assert!(error.contains("multiply it by a power of ten"), "{error}");
    }
    // Well within, and with columns at both ends.
    for (of_a, of_b, of_y) in [("1e-290", "1e290", "1"), ("1e-150", "1e300", "1e140"), ("1e300", "1e150", "1e-140")] {
        let query = format!(
            "SELECT value * {of_a} AS a, (value * value % 7) * {of_b} AS b, (5.0 + 2 * value + 3 * (value * value % 7)) * {of_y} AS y
            FROM generate_series(1, 40)"
        );
        let (ml, model) = fitted(&query, "").await;
        let [a, b, y] = [of_a, of_b, of_y].map(|scale| scale.parse::<f64>().unwrap());
        assert_all_close(&weights(&ml).await, &[5.0 * y, 2.0 * y / a, 3.0 * y / b], 1e-13);
        assert!(errors(&model).iter().all(Option::is_some), "{of_a} {of_b} {of_y}");
    }
}

/// So many columns are first solved in doubles, and again in double-double only where two of them are nearly the same.
#[tokio::test]
async fn many_columns_are_exact_where_they_must_be() {
    for (nearness, solver) in [("0.5", "normal equations"), ("1e-6", "normal equations in double-double")] {
        let columns: Vec<String> = (1..=110).map(|j| format!("sin({j} * pi() / 120 * value + {j}) AS x{j}")).collect();
        let inner = format!("SELECT value, {} FROM generate_series(1, 240)", columns.join(", "));
        let names: Vec<String> = (1..=110).map(|j| format!("x{j}")).collect();
        let query = format!(
            "SELECT {names}, near, 3 + 2 * x1 - near + x7 AS y FROM (SELECT {names}, x1 + {nearness} * cos(value) AS near FROM ({inner}))",
            names = names.join(", ")
        );
        let (ml, model) = fitted(&query, "").await;
        let line = model.report.lines().iter().find(|line| line.item == "algorithm").unwrap();
        assert_eq!(line.detail, solver);
        assert!(model.report.lines().iter().any(|line| line.item == "condition number"));
        let near = number(&ml, "SELECT weight FROM ml_weights('m') WHERE processed_input = 'near'").await;
        assert_close(near, -1.0, 1e-8);
    }
}
