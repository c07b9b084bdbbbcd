//! Which rows are held out.

use super::*;
use crate::Sample;

/// Two categorical columns: whole groups of rows are equal, and the split must still cut them at the exact share.
#[tokio::test]
async fn groups_of_equal_rows_are_cut() {
    let mut aucs = Vec::new();
    for seed in 0..20 {
        let ml = context_over("german_credit", 2, 8192).await;
        let statement = format!(
            "CREATE MODEL m FROM (SELECT checking_status, savings, credit_risk FROM t) TARGET credit_risk SPLIT (SEED {seed})"
        );
        let model = train(&ml, &statement).await;
        assert_eq!(model.evaluation.n_rows, 300);
        aucs.push(model.evaluation.metric("roc_auc").unwrap().value);
    }
    let ml = context_over("german_credit", 2, 8192).await;
    let in_sample =
        train(&ml, "CREATE MODEL m FROM (SELECT checking_status, savings, credit_risk FROM t) TARGET credit_risk SPLIT NONE")
            .await;
    assert_eq!(in_sample.evaluation.sample, Sample::Training);
    let mean = aucs.iter().sum::<f64>() / 20.0;
    assert!((mean - in_sample.evaluation.metric("roc_auc").unwrap().value).abs() < 0.02, "{mean}");
    assert!(aucs.iter().all(|auc| (auc - mean).abs() < 0.1), "{aucs:?}");
}

/// `SPLIT (KEY …)` and `ml_split` agree, and all rows of a key are on one side.
#[tokio::test]
async fn a_key_stays_on_one_side() {
    let ml = context().await;
    let query = "SELECT value % 97 AS customer, value AS x, value * 2.0 + value % 5 AS y FROM generate_series(1, 2000)";
    let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT (KEY (customer), SEED 9)")).await;
    let held_out = number(&ml, &format!("SELECT count(*) FROM ({query}) WHERE ml_split(9, customer) = 'test'")).await;
    assert_close(model.evaluation.n_rows as f64, held_out, 0.0);
    assert!(model.features.iter().all(|feature| feature.name != "customer"));
}

/// The latest rows are held out, and rows of one time stay together.
#[tokio::test]
async fn the_latest_rows_are_held_out() {
    let ml = context().await;
    let query = "SELECT value / 10 AS day, value % 7 AS x, value * 1.0 AS y FROM generate_series(0, 999)";
    let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT (ORDER BY day)")).await;
    assert_eq!(model.evaluation.n_rows, 300);
    // The training rows are the days 0 to 69, so their mean is 349.5, which the baseline predicts.
    let baseline = model.evaluation.metric("mean_absolute_error").unwrap().baseline.unwrap();
    assert_close(baseline, 849.5 - 349.5, 1e-12);
}

#[tokio::test]
async fn a_column_can_say_which_rows_are_held_out() {
    let ml = context().await;
    let query = "SELECT value % 4 = 0 AS is_test, value % 7 AS x, value * 1.0 AS y FROM generate_series(1, 400)";
    let model = train(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT (COLUMN is_test)")).await;
    assert_eq!(model.evaluation.n_rows, 100);
    assert_eq!(model.features.len(), 1);
}
