//! Rows: in which order, how often, with which weight.

use super::*;

#[tokio::test]
async fn the_order_of_rows_changes_no_byte() {
    every(async |trial| {
        let before = file(trial.train(FEATURES).await.as_ref());
        trial.run("CREATE OR REPLACE TABLE t AS SELECT * FROM t ORDER BY (n * 101) % 241").await;
        assert!(file(trial.train(FEATURES).await.as_ref()) == before, "rows in another order give another file");
    })
    .await;
}

#[tokio::test]
async fn partitions_and_batches_change_no_byte() {
    every(async |trial| {
        let before = file(trial.train(FEATURES).await.as_ref());
        for (partitions, batch_size) in [(1, 8192), (3, 7), (8, 50)] {
            let other = Trial::over(trial.of, partitions, batch_size).await;
            let after = file(other.train(FEATURES).await.as_ref());
            assert!(after == before, "{partitions} partitions of batches of {batch_size} rows give another file");
        }
    })
    .await;
}

#[tokio::test]
async fn all_rows_twice_change_no_fit_without_a_penalty() {
    every(async |trial| {
        let trial = trial.unpenalised();
        trial.train_on_all(FEATURES).await;
        let once = trial.predictions("t").await;
        trial.train_on_all(&format!("{FEATURES} UNION ALL {FEATURES}")).await;
        assert_same(&trial.predictions("t").await, &once, 1e-7);
    })
    .await;
}

#[tokio::test]
async fn a_weight_is_a_repetition() {
    every(async |trial| {
        let weighted = "SELECT a, b, colour, flag, y, 1 + n % 3 AS w FROM t";
        trial.train_with(weighted, "SPLIT NONE", &["WEIGHT w"]).await;
        let expected = trial.predictions("t").await;
        trial.train_on_all("SELECT a, b, colour, flag, y FROM t JOIN generate_series(1, 3) s ON s.value <= 1 + t.n % 3").await;
        assert_same(&trial.predictions("t").await, &expected, 1e-7);
    })
    .await;
}

/// Even where the row is far from all others.
#[tokio::test]
async fn a_weight_of_zero_leaves_a_row_out() {
    every(async |trial| {
        let weighted = "SELECT CASE WHEN n % 5 = 0 THEN a * 1e9 ELSE a END AS a, CASE WHEN n % 5 = 0 THEN NULL ELSE b END AS b,
            colour, flag, y, CASE WHEN n % 5 = 0 THEN 0.0 ELSE 1.0 END AS w FROM t";
        trial.train_with(weighted, "SPLIT NONE", &["WEIGHT w"]).await;
        let found = trial.predictions("t").await;
        trial.train_on_all(&format!("{FEATURES} WHERE n % 5 <> 0")).await;
        assert_same(&found, &trial.predictions("t").await, 1e-9);
    })
    .await;
}

#[tokio::test]
async fn a_row_without_a_target_is_left_out() {
    every(async |trial| {
        let with = trial.train("SELECT a, b, colour, flag, CASE WHEN n % 7 <> 0 THEN y END AS y FROM t").await;
        let without = trial.train(&format!("{FEATURES} WHERE n % 7 <> 0")).await;
        assert!(with.predictor == without.predictor, "rows without a target change the model");
        assert_eq!(with.evaluation.n_rows, without.evaluation.n_rows);
        let left_out = with.report.lines().iter().find(|line| line.item == "left out").unwrap();
        assert_eq!((left_out.value.as_str(), left_out.detail.as_str()), ("34", "y is null"));
    })
    .await;
}

/// Without a penalty, which the weights would otherwise be weighed against on another scale.
#[tokio::test]
async fn a_class_weight_is_the_weight_of_its_rows() {
    every_classifier(async |trial| {
        let trial = trial.unpenalised();
        let (label, of_model) = match trial.of.task {
            TwoLabels => ("yes", "yes"),
            OneOfSeveral => ("high", "true"),
            _ => ("middle", "middle"),
        };
        trial.train_with(FEATURES, "SPLIT NONE", &[&format!("CLASS_WEIGHTS ('{of_model}' 3)")]).await;
        let of_class = trial.predictions("t").await;
        let weighted = format!("SELECT a, b, colour, flag, y, CASE WHEN y = '{label}' THEN 3 ELSE 1 END AS w FROM t");
        trial.train_with(&weighted, "SPLIT NONE", &["WEIGHT w"]).await;
        assert_same(&trial.predictions("t").await, &of_class, 1e-6);
    })
    .await;
}
