//! Statements with values for their parameters, run.

use datafusion::common::ScalarValue;
use datafusion::execution::context::SQLOptions;

use super::*;
use crate::ErrorKind;

const CREATE: &str =
    "CREATE MODEL m FROM (SELECT value AS x, $kind AS kind, value * 2 AS y FROM t WHERE value > $low) TARGET y SPLIT NONE";

async fn with_table() -> MlContext {
    let ml = context().await;
    rows(&ml, "CREATE TABLE t AS SELECT value FROM generate_series(1, 100)").await;
    ml
}

fn values() -> Vec<(&'static str, ScalarValue)> {
    vec![("low", ScalarValue::from(20_i32)), ("kind", ScalarValue::from("it's"))]
}

/// The stored statement is complete: it needs no values to run again, in this session or in another.
#[tokio::test]
async fn a_model_keeps_the_values_it_was_trained_with() {
    let ml = with_table().await;
    ml.sql_with_params(CREATE, values()).await.unwrap();
    let model = ml.store().models().remove(0);
    let written = "CREATE MODEL m FROM (SELECT value AS x, 'it''s' AS kind, value * 2 AS y FROM t WHERE value > CAST(20 AS INTEGER)) TARGET y SPLIT (NONE)";
    assert_eq!(model.statement, written);
    assert_eq!(model.evaluation.n_rows, 80);

    // Written by hand it is the same model.
    let by_hand = with_table().await;
    rows(&by_hand, written).await;
    assert_eq!(model.fingerprint().unwrap(), by_hand.store().models()[0].fingerprint().unwrap());

    rows(&ml, "REFRESH MODEL m").await;
    assert_eq!(ml.store().models()[0].version, 1);
    rows(&ml, "INSERT INTO t VALUES (5), (101)").await;
    rows(&ml, "REFRESH MODEL m").await;
    assert_eq!((ml.store().models()[0].version, ml.store().models()[0].evaluation.n_rows), (2, 81));
}

#[tokio::test]
async fn every_statement_takes_values() {
    let ml = with_table().await;
    let explain = format!("EXPLAIN {CREATE}");
    let found = ml.sql_with_params(&explain, values()).await.unwrap().collect().await.unwrap();
    assert!(datafusion::arrow::util::pretty::pretty_format_batches(&found).unwrap().to_string().contains("80"));
    ml.sql_with_params(CREATE, values()).await.unwrap();

    let one = |value: i64| vec![ScalarValue::from(value)];
    for (sql, value, expected) in [
        ("SELECT round(predict_m($1, 'x'))", 30, 60.0),
        ("SELECT count(*) FROM t WHERE round(predict_m(value, 'x')) > $1", 100, 50.0),
        ("SELECT round(predict_m(*, kind => 'x')) FROM (SELECT $1 AS x)", 7, 14.0),
        ("SELECT count(*) FROM ml_models() WHERE version = $1", 1, 1.0),
    ] {
        let batches = ml.sql_with_params(sql, one(value)).await.unwrap().collect().await.unwrap();
        let found =
            datafusion::arrow::compute::cast(batches[0].column(0), &datafusion::arrow::datatypes::DataType::Float64).unwrap();
        assert_eq!(found.as_primitive::<Float64Type>().value(0), expected, "{sql}");
    }
    // Statements that run at once get them in time.
    ml.sql_with_params("CREATE TABLE few AS SELECT * FROM t WHERE value <= $1", one(3)).await.unwrap();
    ml.sql_with_params("INSERT INTO few VALUES ($1)", one(9)).await.unwrap().collect().await.unwrap();
    assert_eq!(number(&ml, "SELECT sum(value) FROM few").await, 15.0);

    let statement = ml.parse("CREATE TABLE z AS SELECT $1 AS z").unwrap().remove(0);
    let readers = SQLOptions::new().with_allow_ddl(false);
    assert!(ml.execute_with_params(statement, readers, one(1)).await.is_err(), "what the host forbids stays forbidden");
}

/// What DataFusion does with parameters goes on as it was.
#[tokio::test]
async fn prepared_statements_and_plans_are_left_alone() {
    let ml = with_table().await;
    ml.sql_with_params(CREATE, values()).await.unwrap();
    rows(&ml, "PREPARE p(BIGINT) AS SELECT round(predict_m($1, 'x'))").await;
    assert_eq!(number(&ml, "EXECUTE p(30)").await, 60.0);
    rows(&ml, "PREPARE q AS SELECT count(*) FROM t WHERE round(predict_m(value, 'x')) > $1 AND value < $2").await;
    assert_eq!(number(&ml, "EXECUTE q(100, 61)").await, 10.0);
    rows(&ml, "DEALLOCATE q").await;

    let later = ml.sql("SELECT round(predict_m($1, 'x'))").await.unwrap();
    let batches = later.with_param_values(vec![ScalarValue::from(4_i64)]).unwrap().collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Float64Type>().value(0), 8.0);
}

#[tokio::test]
async fn what_has_no_value_is_said_before_anything_runs() {
    let ml = with_table().await;
    for statement in [CREATE.to_owned(), format!("EXPLAIN {CREATE}")] {
        let error = ml.sql(&statement).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Statement { .. }), "{error}");
        assert!(error.to_string().starts_with("the parameter $kind has no value (line 1, column "), "{error}");
    }
    rows(&ml, "CREATE MODEL m FROM (SELECT value AS x, value * 2 AS y FROM t) TARGET y").await;
    for statement in ["REFRESH MODEL m", "ALTER MODEL m SET (description = 'x')", "DROP MODEL m", "SHOW MODELS"] {
        let error = ml.sql_with_params(statement, vec![ScalarValue::from(1_i64)]).await.unwrap_err();
        assert!(error.to_string().starts_with("a value is given for $1"), "{statement}: {error}");
    }
    assert_eq!(ml.store().models().len(), 1);
}
