//! Columns: their order, their names, their scales, and those that say nothing.

use super::*;
use crate::{Encoder, IgnoredReason};

#[tokio::test]
async fn the_order_of_columns_changes_no_prediction() {
    every(async |trial| {
        trial.train(FEATURES).await;
        let before = trial.predictions("t").await;
        trial.train("SELECT flag, y, colour, b, a FROM t").await;
        assert_same(&trial.predictions("t").await, &before, 1e-9);
    })
    .await;
}

#[tokio::test]
async fn names_of_columns_mean_nothing() {
    every(async |trial| {
        trial.train_on_all(FEATURES).await;
        let before = trial.predictions("t").await;
        for names in [["select", "Two words", "ä.b", "threshold"], ["A", "a", "\"\"", "it's"], ["__BASELINE__", "n", "*", "y."]]
        {
            let [a, b, colour, flag] = names;
            let renamed = format!(r#"SELECT a AS "{a}", b AS "{b}", colour AS "{colour}", flag AS "{flag}", y FROM t"#);
            trial.train_on_all(&renamed).await;
            let scored = format!(r#"(SELECT n AS nth, a AS "{a}", b AS "{b}", colour AS "{colour}", flag AS "{flag}" FROM t)"#);
            let sql = format!("SELECT {} FROM {scored} ORDER BY nth", trial.output());
            assert_same(&trial.columns(&sql).await, &before, 1e-9);
        }
    })
    .await;
}

/// A column that training must leave out changes no prediction, and stays an argument that takes anything.
async fn is_ignored(trial: &Trial, column: &str, reason: IgnoredReason) {
    trial.train_on_all(FEATURES).await;
    let before = trial.predictions("t").await;
    let model = trial.train_on_all(&format!("SELECT a, {column} AS extra_id, b, colour, flag, y FROM t")).await;
    let extra = model.features.iter().find(|feature| feature.name == "extra_id").unwrap();
    assert_eq!(extra.encoder, Encoder::Ignored(reason), "{column}");
    let warned = |line: &&crate::ReportLine| line.section == "warnings" && line.item == "extra_id";
    assert!(model.report.lines().iter().any(|line| warned(&line)), "no warning of {column}");
    for value in [column, "'anything'", "NULL", "[1, 2]"] {
        let scored = format!("(SELECT *, {value} AS extra_id FROM t)");
        assert_same(&trial.predictions(&scored).await, &before, 1e-9);
    }
}

#[tokio::test]
async fn a_constant_column_is_ignored() {
    every(async |trial| {
        is_ignored(&trial, "5", IgnoredReason::Constant).await;
        is_ignored(&trial, "'k'", IgnoredReason::Constant).await;
    })
    .await;
}

#[tokio::test]
async fn a_column_of_nulls_is_ignored() {
    every(async |trial| {
        is_ignored(&trial, "CAST(NULL AS DOUBLE)", IgnoredReason::AllNull).await;
        is_ignored(&trial, "CAST(NULL AS VARCHAR)", IgnoredReason::AllNull).await;
        is_ignored(&trial, "NULL", IgnoredReason::AllNull).await;
    })
    .await;
}

#[tokio::test]
async fn an_identifier_is_ignored() {
    every(async |trial| {
        is_ignored(&trial, "n", IgnoredReason::Identifier).await;
        is_ignored(&trial, "'row ' || n", IgnoredReason::Identifier).await;
    })
    .await;
}

#[tokio::test]
async fn only_ignored_columns_are_an_error() {
    every(async |trial| {
        let statement = trial.statement("SELECT n AS row_id, 5 AS five, CAST(NULL AS INT) AS nothing, y FROM t", "", &[]);
        let error = trial.failure(&statement).await;
        for column in ["row_id", "five", "nothing"] {
            assert!(error.contains(column), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn scale_and_offset_of_a_feature_change_no_prediction() {
    every(async |trial| {
        trial.train_on_all(FEATURES).await;
        let before = trial.predictions("t").await;
        for (a, b) in [("a * 1e6", "b + 1000000"), ("a + 1e6", "b * 1000000"), ("-a", "7 - b"), ("a * 1e-12", "b * 1e12")] {
            trial.train_on_all(&format!("SELECT {a} AS a, {b} AS b, colour, flag, y FROM t")).await;
            let scored = format!("(SELECT n, {a} AS a, {b} AS b, colour, flag FROM t)");
            assert_same(&trial.predictions(&scored).await, &before, 1e-6);
        }
    })
    .await;
}

#[tokio::test]
async fn a_copy_of_a_feature_changes_no_fit_without_a_penalty() {
    every(async |trial| {
        let trial = trial.unpenalised();
        trial.train_on_all(FEATURES).await;
        let before = trial.predictions("t").await;
        trial.train_on_all("SELECT a, 2 * a + 1 AS a2, b, b AS b2, colour, colour AS colour2, flag, y FROM t").await;
        let scored = "(SELECT *, 2 * a + 1 AS a2, b AS b2, colour AS colour2 FROM t)";
        assert_same(&trial.predictions(scored).await, &before, 1e-6);
    })
    .await;
}
