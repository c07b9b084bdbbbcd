//! Scripts of BigQuery's and Redshift's form, run: what they mean, beyond how they read.

use std::sync::Mutex;

use super::*;
use crate::Event;

/// Trains a model in BigQuery's form on a query and gives it.
async fn trained(ml: &MlContext, options: &str, query: &str) -> Arc<Model> {
    rows(ml, &format!("CREATE OR REPLACE MODEL m OPTIONS ({options}) AS {query}")).await;
    ml.store().get(&ModelName::from("m")).unwrap()
}

fn held_out(model: &Model) -> (&str, &str) {
    (model.report.value("rows", "training").unwrap(), model.report.value("rows", "held out").unwrap_or("0"))
}

#[tokio::test]
async fn auto_split_goes_by_the_number_of_rows() {
    let ml = context().await;
    for (n, expected) in [(499, ("499", "0")), (500, ("400", "100")), (50_000, ("40000", "10000")), (50_003, ("40003", "10000"))]
    {
        let query = format!("SELECT value % 7 AS x, 0.5 * value AS label FROM generate_series(1, {n})");
        assert_eq!(held_out(&*trained(&ml, "model_type = 'linear_reg'", &query).await), expected, "{n} rows");
    }
    let query = "SELECT value % 7 AS x, value % 3 = 0 AS label FROM generate_series(1, 60000)";
    assert_eq!(held_out(&*trained(&ml, "model_type = 'logistic_reg'", query).await), ("50000", "10000"));
}

/// `TRUE` and `NULL` are evaluation, `FALSE` is training.
#[tokio::test]
async fn a_custom_split_holds_nulls_out() {
    let ml = context().await;
    let query = "SELECT value AS x, 2.0 * value + value % 3 AS label, CASE value % 4 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS e
                 FROM generate_series(1, 100)";
    let options = "model_type = 'linear_reg', data_split_method = 'CUSTOM', data_split_col = 'e'";
    let model = trained(&ml, options, query).await;
    assert_eq!(held_out(&model), ("50", "50"));
    assert!(model.features.iter().all(|feature| feature.name == "x"));
}

#[tokio::test]
async fn the_higher_label_is_positive_at_one_half() {
    let ml = context().await;
    let of = async |label: &str| {
        let query = format!("SELECT value % 10 AS x, {label} AS label FROM generate_series(1, 400)");
        trained(&ml, "model_type = 'logistic_reg'", &query).await
    };
    let noisy = "(value % 10) + (value * 7) % 11 > 12";
    for (yes, no, highest) in
        [("'churned'", "'retained'", "retained"), ("1", "7", "7"), ("0.5", "-3.5", "0.5"), ("'no'", "'yes'", "yes")]
    {
        let model = of(&format!("CASE WHEN {noisy} THEN {yes} ELSE {no} END")).await;
        assert_eq!(model.report.value("model", "positive label"), Some(highest));
        assert_eq!(model.threshold.as_ref().map(|threshold| threshold.value), Some(0.5));
    }
    // Integers are labels, however many there are.
    let model = of("value % 30").await;
    assert_eq!(model.report.value("model", "problem type"), Some("MULTICLASS_CLASSIFICATION"));
}

/// The statement is kept in BigQuery's form and run again in it, whatever the session reads.
#[tokio::test]
async fn a_refresh_reads_the_form_again() {
    let ml = context().await;
    rows(&ml, "CREATE TABLE t AS SELECT value AS x, 3.0 * value + value % 5 AS y, 'it''s' AS k FROM generate_series(1, 90)")
        .await;
    rows(
        &ml,
        "CREATE MODEL `shop.Line` OPTIONS (model_type = \"linear_reg\", labels = ['y']) AS SELECT x, y FROM t WHERE k = 'it\\'s'",
    )
    .await;
    let name = ModelName::from("shop.line");
    let statement = ml.store().get(&name).unwrap().statement.clone();
    assert_eq!(
        statement,
        "CREATE MODEL shop.line OPTIONS (MODEL_TYPE = 'linear_reg', LABELS = ['y']) AS SELECT x, y FROM t WHERE k = 'it\\'s'"
    );
    rows(&ml, "INSERT INTO t VALUES (1000, 1.0, 'it''s')").await;
    rows(&ml, "ALTER MODEL shop.line RENAME TO \"Other Line\"").await;
    rows(&ml, "REFRESH MODEL \"Other Line\"").await;
    let again = ml.store().get(&ModelName::new(["Other Line"])).unwrap();
    assert_eq!((again.version, again.function.as_str()), (2, "predict_line"));
    rows(&ml, "INSERT INTO t VALUES (1001, 2.0, 'it''s')").await;
    rows(&ml, "REFRESH MODEL \"Other Line\"").await;
    assert_eq!(ml.store().get(&ModelName::new(["Other Line"])).unwrap().version, 3);
}

#[tokio::test]
async fn names_with_dashes_and_backticks_are_one() {
    let ml = context().await;
    let query = "SELECT value AS x, 3.0 * value AS label FROM generate_series(1, 90)";
    rows(&ml, &format!("CREATE MODEL `my-proj.ds.m` OPTIONS (model_type = 'linear_reg') AS {query}")).await;
    for written in ["`my-proj.ds.m`", "my-proj.ds.m", "`my-proj`.ds.m", "`My-Proj.ds`.m"] {
        rows(&ml, &format!("SHOW MODEL {written}")).await;
    }
    for written in ["`my-proj.ds.m`", "my-proj.ds.m"] {
        assert_eq!(rows(&ml, &format!("SELECT r2_score FROM ML.EVALUATE(MODEL {written})")).await[0].num_rows(), 1);
    }
    rows(&ml, "DROP MODEL IF EXISTS my-proj.ds.m").await;
    assert!(ml.store().models().is_empty());
}

#[tokio::test]
async fn a_label_that_is_missing_is_pointed_at() {
    let ml = context().await;
    let fault = async |options: &str| {
        let text = format!("CREATE MODEL m OPTIONS (model_type = 'linear_reg'{options}) AS SELECT 1 AS x, 2 AS y");
        ml.sql(&text).await.unwrap_err()
    };
    let unnamed = fault("").await;
    assert_eq!(
        (unnamed.location(), unnamed.hint()),
        (Some((1, 14)), Some("name the column to learn: INPUT_LABEL_COLS = ['column']"))
    );
    assert_eq!(fault(", labels = ['z']").await.location(), Some((1, 61)));
}

/// Rights and what belongs to the cloud are named in notices, and change nothing.
#[tokio::test]
async fn what_has_no_meaning_is_named() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&told);
    let observer = move |event| {
        if let Event::Notice(notice) = event {
            heard.lock().unwrap().push(notice);
        }
    };
    let ml = MlContext::with_observer(SessionContext::new(), ModelStore::in_memory(), observer).await.unwrap();
    let query = "SELECT value AS x, 3.0 * value AS label FROM generate_series(1, 90)";
    trained(&ml, "model_type = 'linear_reg', model_registry = 'vertex_ai'", query).await;
    rows(&ml, "GRANT EXECUTE ON MODEL m TO PUBLIC").await;
    rows(&ml, "ALTER MODEL m SET OPTIONS (labels = [('a', 'b')], description = \"a line\")").await;
    assert_eq!(
        *told.lock().unwrap(),
        [
            "without effect here: MODEL_REGISTRY (models stay on this machine)",
            "GRANT has no effect: models have no owners here; who may use which function is for the host to decide",
            "without effect here: LABELS (models stay on this machine)",
        ]
    );
    assert_eq!(ml.store().get(&ModelName::from("m")).unwrap().description, "a line");
    let unknown = ml.sql("REVOKE ALL ON MODEL n FROM PUBLIC").await.unwrap_err();
    assert_eq!(unknown.location(), Some((1, 21)));
}
