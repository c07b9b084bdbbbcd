//! Which rows are held out.

use super::*;

#[tokio::test]
async fn rows_of_a_key_stay_together() {
    every(async |trial| {
        let query = "SELECT n % 40 AS customer, a, b, colour, flag, y FROM t";
        let model = trial.train_with(query, "SPLIT (KEY (customer), SEED 5)", &[]).await;
        let held_out = trial.number("SELECT count(*) FROM t WHERE ml_split(5, n % 40) = 'test'").await;
        assert_eq!(model.evaluation.n_rows as f64, held_out);
        assert!((30.0..120.0).contains(&held_out), "{held_out} of 240 rows are held out");
        assert!(model.features.iter().all(|feature| feature.name != "customer"), "the key is a feature");
    })
    .await;
}

/// The model is the one of a column that says the same.
#[tokio::test]
async fn the_latest_rows_are_held_out() {
    every(async |trial| {
        let query = "SELECT n, a, b, colour, flag, y FROM t";
        let model = trial.train_with(query, "SPLIT (ORDER BY n)", &[]).await;
        assert_eq!(model.evaluation.n_rows, 72);
        let by_time = trial.predictions("t").await;
        let query = "SELECT a, b, colour, flag, y, n > 168 AS late FROM t";
        trial.train_with(query, "SPLIT (COLUMN late)", &[]).await;
        assert_same(&by_time, &trial.predictions("t").await, 1e-8);
    })
    .await;
}

#[tokio::test]
async fn a_seed_changes_the_split_and_hardly_the_quality() {
    every(async |trial| {
        let metric = if trial.of.task == Number { "r2_score" } else { "roc_auc" };
        let mut found: Vec<(f64, Vec<Vec<f64>>)> = Vec::new();
        for seed in 1..=3 {
            let model = trial.train_with(FEATURES, &format!("SPLIT (SEED {seed})"), &[]).await;
            let (n_rows, quality) = (model.evaluation.n_rows, model.evaluation.metric(metric).unwrap().value);
            assert!((71..=73).contains(&n_rows), "{n_rows} rows are held out");
            assert!(quality > 0.5, "{metric} {quality}");
            let predictions = trial.predictions("t").await;
            for (other, other_predictions) in &found {
                assert!((quality - other).abs() < 0.2, "{metric} {quality} and {other}");
                assert!(*other_predictions != predictions, "another seed gives the same model");
            }
            found.push((quality, predictions));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_held_out_teaches_nothing() {
    every(async |trial| {
        let query = |a: &str| format!("SELECT {a} AS a, b, colour, flag, is_test, y FROM t");
        let before = trial.train_with(&query("a"), "SPLIT (COLUMN is_test)", &[]).await;
        let far = query("CASE WHEN is_test THEN a * 1000 - 7 ELSE a END");
        let after = trial.train_with(&far, "SPLIT (COLUMN is_test)", &[]).await;
        assert!(before.predictor == after.predictor, "held-out rows change the model");
        assert!(before.features == after.features, "held-out rows change the encoders");
    })
    .await;
}
