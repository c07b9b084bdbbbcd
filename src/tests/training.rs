//! What training finds and says.

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array};

use super::*;
use crate::{Encoder, IgnoredReason, Label, NumberSource, ProblemType};

fn warned(model: &Model, item: &str, what: &str) -> bool {
    let warnings = model.report.lines().iter().filter(|line| line.section == "warnings");
    warnings.into_iter().any(|line| line.item == item && line.value.contains(what))
}

/// A row of weight 2 is a row twice: the same coefficients, for both kinds of problem.
#[tokio::test]
async fn weights_are_repetitions() {
    let rows_once =
        "SELECT value % 13 AS x, (value * 7) % 10 AS z, value % 3 = 0 AS y, 1 + value % 3 AS w FROM generate_series(1, 300)";
    let repeated = format!("SELECT x, z, y FROM ({rows_once}) a JOIN generate_series(1, 3) s ON s.value <= a.w");
    for (target, of) in [("y", "y"), ("y", "CAST(y AS INT) * 2.5 + x AS y")] {
        let weighted = format!(
            "CREATE OR REPLACE MODEL m FROM (SELECT x, z, w, {of} FROM ({rows_once})) TARGET {target} SPLIT NONE SETTINGS (WEIGHT w)"
        );
        let unweighted =
            format!("CREATE OR REPLACE MODEL m FROM (SELECT x, z, {of} FROM ({repeated})) TARGET {target} SPLIT NONE");
        let ml = context().await;
        let (a, b) = (train(&ml, &weighted).await, train(&ml, &unweighted).await);
        let (crate::Predictor::Linear(a), crate::Predictor::Linear(b)) = (&a.predictor, &b.predictor);
        let (a, b) = (&a[0], &b[0]);
        assert_close(a.intercept, b.intercept, 1e-9);
        a.coefficients.iter().zip(&b.coefficients).for_each(|(a, b)| assert_close(*a, *b, 1e-9));
    }
}

#[tokio::test]
async fn columns_are_known_for_what_they_are() {
    let ml = context().await;
    let query = "SELECT value AS customer_id, 5 AS five, CAST(NULL AS INT) AS nothing, 'u' || value AS code,
            CASE WHEN value % 50 = 0 THEN ' ' ELSE CAST(value % 17 AS VARCHAR) END AS amount,
            CASE WHEN value % 9 = 0 THEN NULL ELSE value % 23 END AS gaps, value % 2 = 0 AS flag,
            CASE value % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'south' WHEN 2 THEN NULL ELSE 'east' END AS region,
            CAST(value % 31 AS DECIMAL(10, 2)) AS price,
            arrow_cast(CASE WHEN value % 3 = 0 THEN 'x' ELSE 'y' END, 'Dictionary(Int32, Utf8)') AS kind,
            value % 5 = 0 AND value % 7 < 5 OR value % 11 = 0 AS y
        FROM generate_series(1, 1000)";
    let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y")).await;
    let encoder = |name: &str| &model.features.iter().find(|feature| feature.name == name).unwrap().encoder;
    assert_eq!(*encoder("customer_id"), Encoder::Ignored(IgnoredReason::Identifier));
    assert_eq!(*encoder("five"), Encoder::Ignored(IgnoredReason::Constant));
    assert_eq!(*encoder("nothing"), Encoder::Ignored(IgnoredReason::AllNull));
    assert_eq!(*encoder("code"), Encoder::Ignored(IgnoredReason::Identifier));
    let is_number = |name: &str, source, indicator| matches!(encoder(name), Encoder::Number(n) if n.source == source && n.missing_indicator == indicator);
    assert!(is_number("amount", NumberSource::Text, true));
    assert!(is_number("gaps", NumberSource::Numeric, true));
    assert!(is_number("flag", NumberSource::Boolean, false));
    assert!(is_number("price", NumberSource::Numeric, false));
    let Encoder::Category(region) = encoder("region") else { panic!("region is a category") };
    assert_eq!(region.values().len(), 3);
    assert!(matches!(encoder("kind"), Encoder::Category(kind) if kind.values().len() == 2));
    for (item, what) in [
        ("customer_id", "identifier"),
        ("five", "same value"),
        ("nothing", "null in every"),
        ("amount", "numbers kept as text"),
        ("gaps", "nulls"),
    ] {
        assert!(warned(&model, item, what), "{item}");
    }
    // Ignored columns stay arguments, of any type.
    assert_eq!(number(&ml, "SELECT count(predict_m('any', NULL, 1, 'u', '3', 4, true, 'north', 2.5, 'x'))").await, 1.0);
}

#[tokio::test]
async fn labels_come_back_in_the_targets_type() {
    for (target, sql_type) in [
        ("value % 2 = 0", "Boolean"),
        ("CAST(value % 2 AS SMALLINT)", "Int16"),
        ("CAST(value % 2 AS BIGINT UNSIGNED)", "UInt64"),
        ("CAST(value % 2 AS DOUBLE)", "Float64"),
        ("CASE value % 2 WHEN 0 THEN 'Nein' ELSE 'Ja' END", "Utf8"),
        ("arrow_cast(CASE value % 2 WHEN 0 THEN 'no' ELSE 'yes' END, 'Utf8View')", "Utf8View"),
    ] {
        let ml = context().await;
        let statement =
            format!("CREATE MODEL m FROM (SELECT value % 2 AS x, {target} AS y FROM generate_series(1, 200)) TARGET y");
        rows(&ml, &statement).await;
        let sql = format!(
            "SELECT count(*) FROM generate_series(1, 200) WHERE arrow_typeof(predict_m(value % 2)) = '{sql_type}' AND predict_m(value % 2) = ({target})"
        );
        assert_eq!(number(&ml, &sql).await, 200.0, "{target}");
    }
}

#[tokio::test]
async fn the_positive_label_follows_conventions() {
    for (values, positive, setting) in [
        ("'no', 'yes'", "yes", ""),
        ("'True.', 'False.'", "True.", ""),
        ("'good', 'bad'", "bad", ""),
        ("'good', 'bad'", "good", "SETTINGS (POSITIVE 'good')"),
        ("-1, 1", "1", ""),
        ("2, 1", "1", ""),
        ("1.5, 0.5", "0.5", ""),
    ] {
        let (first, second) = values.split_once(", ").unwrap();
        let ml = context().await;
        // The second value is the rarer one.
        let query = format!(
            "SELECT value % 10 AS x, CASE WHEN value % 3 = 0 THEN {second} ELSE {first} END AS y FROM generate_series(1, 100)"
        );
        let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y {setting}")).await;
        assert_eq!(model.problem_type, ProblemType::Binary);
        assert_eq!(model.target.labels[1].to_string(), positive, "{values}");
        assert_ne!(model.target.labels[0], Label::Text(String::new()));
    }
}

#[tokio::test]
async fn careful_colleagues_warn() {
    let ml = context().await;
    let query =
        "SELECT value % 10 AS a, 2 * (value % 10) + 1 AS b, value % 3 AS c, CASE WHEN value % 100 = 0 THEN 1 ELSE 0 END AS y,
        CASE WHEN value % 100 = 0 THEN 9.5 ELSE 1.5 END + value % 3 AS leak FROM generate_series(1, 3000)";
    let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SETTINGS (CLASS_WEIGHTS 'balanced')")).await;
    for (item, what) in [
        ("b", "b follows from a"),
        ("leak", "almost perfectly"),
        ("y", "is rare"),
        ("model", "class weights"),
        ("model", "perfectly separated"),
    ] {
        assert!(warned(&model, item, what), "{item} {what}: {:#?}", model.report);
    }
    let few =
        train(&ml, "CREATE OR REPLACE MODEL m FROM (SELECT value AS x, sin(value) AS y FROM generate_series(1, 20)) TARGET y")
            .await;
    assert!(warned(&few, "model", "only 6 held-out rows"));
    let early =
        "CREATE OR REPLACE MODEL m FROM (SELECT value % 10 AS x, value % 7 > 3 AS y FROM generate_series(1, 200)) TARGET y
        HYPERPARAMETERS DEFAULT EXCEPT (MAX_ITERATIONS '1', TOLERANCE '1e-14')";
    assert!(warned(train(&ml, early).await.as_ref(), "model", "not converged after 1 iterations"));
}

/// Linear regression without a penalty: of all solutions the one of least norm, and predictions that do not suffer.
#[tokio::test]
async fn dependent_columns_share_their_effect() {
    let ml = context().await;
    let query = "SELECT value % 10 AS a, value % 10 AS b, 6.0 * (value % 10) + 1 AS y FROM generate_series(1, 100)";
    rows(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT NONE")).await;
    for input in ["a", "b"] {
        let weight = number(&ml, &format!("SELECT weight FROM ml_weights('m') WHERE processed_input = '{input}'")).await;
        assert_close(weight, 3.0, 1e-12);
    }
    assert_close(number(&ml, "SELECT predict_m(5, 5)").await, 31.0, 1e-12);
}

#[tokio::test]
async fn thresholds_follow_costs_and_alter() {
    let ml = context_over("german_credit", 2, 8192).await;
    let cost = "SETTINGS (POSITIVE '2', THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5)";
    let model = train(&ml, &format!("CREATE MODEL m FROM t TARGET credit_risk {cost}")).await;
    let chosen = model.threshold.as_ref().unwrap().value;
    // Five to one puts the threshold near 1/6.
    assert!((0.05..0.3).contains(&chosen), "{chosen}");
    let best = number(&ml, "SELECT min(cost) FROM ml_threshold_curve('m')").await;
    let at =
        number(&ml, &format!("SELECT cost FROM ml_threshold_curve('m') WHERE threshold >= {chosen} ORDER BY threshold LIMIT 1"))
            .await;
    assert_close(at, best, 0.0);
    let positive = "SELECT count(*) FROM t WHERE predict_m(*) = 2";
    let before = number(&ml, positive).await;
    rows(&ml, "ALTER MODEL m SET (threshold = 0.9, description = 'strict')").await;
    assert!(number(&ml, positive).await < before);
    assert_eq!(ml.store().models()[0].description, "strict");
}

/// More columns than rows: the fit in the space of the rows is the optimum of the columns' own problem.
#[tokio::test]
async fn wide_tables_are_fitted_exactly() {
    const ROWS: usize = 60;
    const COLUMNS: usize = 500;
    let x = |i: usize, k: usize| ((i * (k + 3) + 7 * k) as f64 * 0.37).sin();
    let label = |i: usize| x(i, 0) + x(i, 1) > 0.3;
    let mut columns: Vec<(String, ArrayRef)> = (0..COLUMNS)
        .map(|k| (format!("x{k}"), Arc::new(Float64Array::from_iter_values((0..ROWS).map(|i| x(i, k)))) as ArrayRef))
        .collect();
    columns.push(("y".into(), Arc::new((0..ROWS).map(|i| Some(label(i))).collect::<BooleanArray>())));
    columns.push(("yr".into(), Arc::new(Float64Array::from_iter_values((0..ROWS).map(|i| 5.0 + x(i, 2) * x(i, 3))))));
    let ml = context().await;
    ml.session().register_batch("t", RecordBatch::try_from_iter(columns).unwrap()).unwrap();

    let model = train(&ml, "CREATE MODEL m FROM (SELECT * EXCEPT (yr) FROM t) TARGET y SPLIT NONE").await;
    let crate::Predictor::Linear(outputs) = &model.predictor;
    let linear = &outputs[0];
    let standardised = |i: usize| -> Vec<f64> {
        let encode = |(k, feature): (usize, &crate::Feature)| match &feature.encoder {
            Encoder::Number(number) => number.standardize(x(i, k)),
            other => panic!("{} is {other:?}", feature.name),
        };
        model.features.iter().enumerate().map(encode).collect()
    };
    let rows_of_design: Vec<Vec<f64>> = (0..ROWS).map(standardised).collect();
    let residual = |i: usize| {
        let raw: f64 = linear.intercept + rows_of_design[i].iter().zip(&linear.coefficients).map(|(x, b)| x * b).sum::<f64>();
        f64::from(u8::from(label(i))) - 1.0 / (1.0 + (-raw).exp())
    };
    // The gradient vanishes: l2 · β = Σ (y - p) x with l2 = 1, and the intercept is free.
    assert_close((0..ROWS).map(residual).sum(), 0.0, 1e-6);
    for (k, coefficient) in linear.coefficients.iter().enumerate() {
        assert_close(*coefficient, (0..ROWS).map(|i| residual(i) * rows_of_design[i][k]).sum(), 1e-6);
    }
    let line = |item: &str| model.report.lines().iter().find(|line| line.section == "training" && line.item == item).unwrap();
    assert_eq!(line("algorithm").detail, "Newton steps in the space of the rows");
    assert!(warned(&model, "model", "more columns (500) than training rows (60)"));

    let model = train(&ml, "CREATE OR REPLACE MODEL m FROM (SELECT * EXCEPT (y) FROM t) TARGET yr SPLIT NONE").await;
    assert!(warned(&model, "model", "more columns (500) than training rows (60)"));
    let worst = number(&ml, "SELECT max(abs(predict_m(*) - yr)) FROM t").await;
    assert!(worst < 1e-9, "60 rows of 500 numbers are fitted to {worst:e}");
}

/// Weights of any size mean the same where there is no penalty.
#[tokio::test]
async fn small_weights_are_weights_too() {
    let rows =
        "SELECT value % 13 AS x, (value * 7) % 10 AS z, (value * 31 % 17 + value % 13) % 3 AS y FROM generate_series(1, 300)";
    for problem in ["y", "y > 1 AS y"] {
        let ml = context().await;
        let mut fits = Vec::new();
        for weight in ["1e-9", "1e9"] {
            let statement = format!(
                "CREATE OR REPLACE MODEL m FROM (SELECT x, z, {weight} AS w, {problem} FROM ({rows})) TARGET y SPLIT NONE SETTINGS (WEIGHT w) \
                 HYPERPARAMETERS DEFAULT EXCEPT (L2 0)"
            );
            fits.push(train(&ml, &statement).await);
        }
        let [small, large] = fits.as_slice() else { panic!("two fits") };
        let (crate::Predictor::Linear(a), crate::Predictor::Linear(b)) = (&small.predictor, &large.predictor);
        for (a, b) in a.iter().zip(b) {
            a.coefficients.iter().zip(&b.coefficients).for_each(|(a, b)| assert_close(*a, *b, 1e-6));
        }
        assert!(a.iter().flat_map(|output| &output.coefficients).any(|b| b.abs() > 1e-6));
    }
}

/// A category says nothing of a target that is nearly always the same.
#[tokio::test]
async fn a_frequent_label_is_no_leak() {
    let ml = context().await;
    let query = "SELECT 'g' || (value % 5) AS g, CASE WHEN value % 1000 = 0 THEN 'rare' WHEN value % 1001 = 0 THEN 'other' ELSE 'common' END AS y FROM generate_series(1, 20000)";
    assert!(!warned(train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y")).await.as_ref(), "g", "almost perfectly"));
    let query = "SELECT 'g' || (value % 5) AS g, 'label ' || (value % 5) AS y FROM generate_series(1, 2000)";
    assert!(warned(
        train(&ml, &format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y")).await.as_ref(),
        "g",
        "almost perfectly"
    ));
}

/// A fit that is stopped early has not forgotten the rows that it began with: out-of-fold predictions must not begin there.
#[tokio::test]
async fn out_of_fold_predictions_do_not_know_their_rows() {
    let ml = context().await;
    // Noise, in so many columns and rows that a limited memory learns it.
    let noise = |k: usize| format!("sin(value * value * {} + value * {}) AS x{k}", 12.9898 + k as f64 * 0.7311, k * 37 + 11);
    let columns: Vec<String> = (1..=360).map(noise).collect();
    let query = format!("SELECT {}, sin(value * value * 78.233) > 0 AS y FROM generate_series(1, 480)", columns.join(", "));
    for iterations in [1, 2, 100] {
        let settings = format!("HYPERPARAMETERS DEFAULT EXCEPT (MAX_ITERATIONS {iterations})");
        let model = train(&ml, &format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y {settings}")).await;
        assert!(model.report.lines().iter().any(|line| line.detail.starts_with("limited-memory BFGS")), "{:?}", model.report);
        let best = number(&ml, "SELECT max(accuracy) FROM ml_threshold_curve('m')").await;
        assert!(best < 0.63, "{best} after {iterations} iterations");
    }
}
