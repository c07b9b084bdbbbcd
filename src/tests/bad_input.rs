//! Bad input: every case ends in one clear error.

use datafusion::execution::context::SQLOptions;
use insta::assert_snapshot;

use super::*;
use crate::ErrorKind;

/// A context with a model `m` of `x` and `colour`, and a table `rows` to train on.
async fn with_model() -> MlContext {
    let ml = context().await;
    let table = "CREATE TABLE rows AS SELECT value AS x, CASE WHEN value % 2 = 0 THEN 'red' ELSE 'blue' END AS colour,
        value % 3 = 0 AS y, value * 1.5 AS amount FROM generate_series(1, 100)";
    rows(&ml, table).await;
    rows(&ml, "CREATE MODEL m FROM (SELECT x, colour, y FROM rows) TARGET y").await;
    ml
}

#[tokio::test]
async fn statements_that_name_wrong_things() {
    let ml = with_model().await;
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET yy").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y FUNCTION predict_m").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y FUNCTION sqrt").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y FUNCTION ml_evaluate").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL m FROM rows TARGET y").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM row TARGET y").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM (SELECT z, y FROM rows) TARGET y").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y SETTINGS (WEIGHT wight)").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y SPLIT (KEY (customer))").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y SETTINGS (THRESHHOLD 0.5)").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y SETTINGS (POSITIVE 'maybe')").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGET y SETTINGS (CLASS_WEIGHTS ('maybe' 2.0))").await);
    assert_snapshot!(failure(&ml, "CREATE MODLE n FROM rows TARGET y").await);
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM rows TARGT y").await);
    assert_snapshot!(failure(&ml, "DROP MODEL n").await);
    assert_snapshot!(failure(&ml, "ALTER MODEL mm SET (threshold = 0.5)").await);
    assert_snapshot!(failure(&ml, "ALTER MODEL m SET (threshold = 1.5)").await);
    assert_snapshot!(failure(&ml, "SHOW MODEL nn").await);
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_evaluate('mm')").await);
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_evaluate('m', treshold => 0.4)").await);
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_evaluate(7)").await);
}

#[tokio::test]
async fn rows_that_cannot_be_learned_from() {
    let ml = with_model().await;
    let create = |select: &str| format!("CREATE MODEL n FROM ({select}) TARGET y");
    for (name, select) in [
        ("one class", "SELECT x, 'a' AS y FROM rows"),
        ("null target", "SELECT x, CAST(NULL AS INT) AS y FROM rows"),
        ("no rows", "SELECT x, y FROM rows WHERE x > 1000"),
        ("one row", "SELECT x, amount AS y FROM rows LIMIT 1"),
        ("null column", "SELECT CAST(NULL AS DOUBLE) AS x, y FROM rows"),
        ("constant columns", "SELECT 1 AS a, 'k' AS b, y FROM rows"),
        ("infinite feature", "SELECT CASE WHEN x < 4 THEN CAST('inf' AS DOUBLE) ELSE x END AS x, y FROM rows"),
        ("infinite target", "SELECT x, CASE WHEN x < 4 THEN CAST('inf' AS DOUBLE) ELSE x END AS y FROM rows"),
        ("many labels", "SELECT x, 'label ' || x AS y FROM generate_series(1, 1200) s(x)"),
        ("nested feature", "SELECT make_array(make_array(amount)) AS x, y FROM rows"),
        ("only the target", "SELECT y FROM rows"),
        ("two columns of a name", "SELECT a.x, b.x, a.y FROM rows a JOIN rows b ON a.x = b.x"),
        ("binary feature", "SELECT CAST('ab' AS BYTEA) AS b, y FROM rows"),
        ("lists of lengths", "SELECT CASE WHEN x > 9 THEN make_array(x) ELSE make_array(x, 2) END AS x, y FROM rows"),
        ("list target", "SELECT x, make_array(x) AS y FROM rows"),
    ] {
        assert_snapshot!(name.replace(' ', "_"), failure(&ml, &create(select)).await);
    }
    for (name, tail) in [
        ("text_as_number", "FROM (SELECT x, colour AS y FROM rows) TARGET y PROBLEM_TYPE REGRESSION"),
        ("boolean_as_number", "FROM rows TARGET y PROBLEM_TYPE REGRESSION"),
        ("number_as_classes", "FROM rows TARGET amount PROBLEM_TYPE BINARY_CLASSIFICATION"),
        ("weights_of_a_number", "FROM rows TARGET amount SETTINGS (CLASS_WEIGHTS 'balanced')"),
        ("null_weights", "FROM (SELECT x, y, CASE WHEN x > 9 THEN 1 END AS w FROM rows) TARGET y SETTINGS (WEIGHT w)"),
        ("negative_weights", "FROM (SELECT x, y, -amount AS w FROM rows) TARGET y SETTINGS (WEIGHT w)"),
        ("zero_weights", "FROM (SELECT x, y, 0 AS w FROM rows) TARGET y SETTINGS (WEIGHT w)"),
        (
            "weights_of_one_label",
            "FROM (SELECT x, x > 5 AS y, CASE WHEN x > 5 THEN 1 ELSE 0 END AS w FROM rows) TARGET y SETTINGS (WEIGHT w)",
        ),
        ("text_weights", "FROM (SELECT x, y, colour AS w FROM rows) TARGET y SETTINGS (WEIGHT w)"),
        ("one_time", "FROM (SELECT x, amount, 1 AS at FROM rows) TARGET amount SPLIT (ORDER BY at)"),
        ("null_time", "FROM (SELECT x, amount, CASE WHEN x > 5 THEN x END AS at FROM rows) TARGET amount SPLIT (ORDER BY at)"),
        ("marks", "FROM (SELECT x, amount, colour FROM rows) TARGET amount SPLIT (COLUMN colour)"),
        ("all_held_out", "FROM (SELECT x, amount, true AS t FROM rows) TARGET amount SPLIT (COLUMN t)"),
        ("target_as_key", "FROM rows TARGET y SPLIT (KEY (y))"),
    ] {
        assert_snapshot!(name, failure(&ml, &format!("CREATE MODEL n {tail}")).await);
    }
    assert!(ml.store().models().len() == 1, "a failed statement leaves nothing behind");
    assert!(ml.sql("SELECT predict_n(1)").await.is_err());
}

#[tokio::test]
async fn calls_that_do_not_fit() {
    let ml = with_model().await;
    assert_snapshot!(failure(&ml, "SELECT predict_m(1)").await);
    assert_snapshot!(failure(&ml, "SELECT predict_m('1', 'red')").await);
    assert_snapshot!(failure(&ml, "SELECT predict_m(x => 1, color => 'red')").await);
    assert_snapshot!(failure(&ml, "SELECT predict_m_at(1.5, 1, 'red')").await);
    assert_snapshot!(failure(&ml, "SELECT predict_m(*) FROM (SELECT colour FROM rows)").await);
    assert_snapshot!(failure(&ml, "SELECT predict_m(CAST('inf' AS DOUBLE), colour) FROM rows").await);
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_threshold_curve('m', held_out => 3)").await);
}

/// A host that forbids DDL forbids statements that change models, and no others.
#[tokio::test]
async fn hosts_forbid() {
    let ml = with_model().await;
    let options = || SQLOptions::new().with_allow_ddl(false);
    for statement in [
        "CREATE MODEL n FROM rows TARGET y",
        "CREATE OR REPLACE MODEL m FROM rows TARGET y",
        "DROP MODEL m",
        "ALTER MODEL m SET (threshold = 0.5)",
        "ALTER MODEL m RENAME TO n",
        "ALTER MODEL m SET VERSION 1",
        "REFRESH MODEL m",
        "IMPORT MODEL n FROM 'models/golden/v1.dfml'",
    ] {
        let error = ml.sql_with_options(statement, options()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Forbidden { class: "DDL", .. }), "{statement}: {error}");
    }
    // To write a file is to copy, and a host that forbids the one forbids the other.
    let folder = tempfile::tempdir().unwrap();
    let export = format!("EXPORT MODEL m TO '{}'", folder.path().join("m.dfml").display());
    let error = ml.sql_with_options(&export, SQLOptions::new().with_allow_dml(false)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Forbidden { class: "DML", .. }), "{error}");
    ml.sql_with_options(&export, options()).await.unwrap();
    for statement in [
        "SHOW MODELS",
        "SHOW MODEL m",
        "DESCRIBE MODEL m",
        "SELECT predict_m(*) FROM rows",
        "EXPLAIN CREATE MODEL n FROM rows TARGET y",
        "SELECT * FROM ml_model_versions()",
    ] {
        ml.sql_with_options(statement, options()).await.unwrap();
    }
    assert!(ml.sql_with_options("CREATE TABLE z AS SELECT 1", options()).await.is_err());
}

/// Dropping the future of a training run stops it, and leaves nothing behind.
#[tokio::test(flavor = "multi_thread")]
async fn cancelled_training_leaves_nothing() {
    let ml = context().await;
    let statement = "CREATE MODEL n FROM (SELECT value % 1001 AS a, sin(value) AS b, value % 3 = 0 AS y FROM generate_series(1, 3000000)) TARGET y";
    let run = tokio::time::timeout(std::time::Duration::from_millis(30), ml.sql(statement)).await;
    assert!(run.is_err(), "training was done before it could be stopped");
    assert!(ml.store().models().is_empty());
    assert!(ml.sql("SELECT predict_n(1, 2)").await.is_err());
}
