//! Values: nulls, NaN, infinities, and what training never saw.

use super::*;
use crate::Encoder;

#[tokio::test]
async fn nulls_have_predictions() {
    every(async |trial| {
        let gaps = "SELECT n, CASE WHEN n % 6 <> 0 THEN a END AS a, CASE WHEN n % 7 <> 0 THEN b END AS b,
            CASE WHEN n % 5 <> 0 THEN colour END AS colour, CASE WHEN n % 4 <> 0 THEN flag END AS flag, y FROM t";
        trial.train(&format!("SELECT a, b, colour, flag, y FROM ({gaps})")).await;
        assert_eq!(trial.predictions(&format!("({gaps})")).await[0].len(), 240);
        let nothing = "(SELECT 1 AS n, NULL AS a, NULL AS b, NULL AS colour, NULL AS flag)";
        assert_eq!(trial.predictions(nothing).await[0].len(), 1);
        let labels = trial.texts(&format!("SELECT predict_m(*) FROM {nothing}")).await;
        assert_ne!(labels, ["NULL"]);
    })
    .await;
}

#[tokio::test]
async fn nan_is_null() {
    every(async |trial| {
        let gaps = |gap: &str| {
            format!("CREATE OR REPLACE TABLE gaps AS SELECT * EXCEPT (a), CASE WHEN n % 6 = 0 THEN {gap} ELSE a END AS a FROM t")
        };
        let query = "SELECT a, b, colour, flag, y FROM gaps";
        trial.run(&gaps("NULL")).await;
        let of_null = file(trial.train(query).await.as_ref());
        let predictions = trial.predictions("gaps").await;
        trial.run(&gaps("CAST('NaN' AS DOUBLE)")).await;
        assert!(file(trial.train(query).await.as_ref()) == of_null, "NaN gives another file than null");
        assert!(trial.predictions("gaps").await == predictions, "NaN gives another prediction than null");
    })
    .await;
}

#[tokio::test]
async fn infinity_is_refused_by_name() {
    every(async |trial| {
        for infinity in ["CAST('inf' AS DOUBLE)", "CAST('-inf' AS DOUBLE)"] {
            let query = format!("SELECT CASE WHEN n < 4 THEN {infinity} ELSE a END AS a, b, y FROM t");
            let error = trial.failure(&trial.statement(&query, "", &[])).await;
            assert!(error.contains("the feature a is infinite in 3 of 240 rows"), "{error}");
            if trial.of.task == Number {
                let query = format!("SELECT a, b, CASE WHEN n < 4 THEN {infinity} ELSE y END AS y FROM t");
                let error = trial.failure(&trial.statement(&query, "", &[])).await;
                assert!(error.contains("the target y is infinite in 3 of 240 rows"), "{error}");
            }
            trial.train(FEATURES).await;
            let error = trial.failure(&format!("SELECT predict_m(*, a => {infinity}) FROM t")).await;
            assert!(error.contains("infinite") && error.contains(" a "), "{error}");
        }
    })
    .await;
}

/// All of them get the same prediction, as the rare values of the training rows do.
#[tokio::test]
async fn a_category_that_training_never_saw_is_predicted() {
    every(async |trial| {
        for rare in ["colour", "CASE WHEN n < 5 THEN 'rare ' || n ELSE colour END"] {
            trial.train_on_all(&format!("SELECT a, b, {rare} AS colour, flag, y FROM t")).await;
            let mut found = Vec::new();
            for value in ["'never seen'", "''", "'rare 1'", "'RED'"] {
                found.push(trial.predictions(&format!("(SELECT * EXCEPT (colour), {value} AS colour FROM t)")).await);
            }
            assert!(found.iter().all(|predictions| *predictions == found[0]), "unseen values differ from each other");
        }
    })
    .await;
}

/// A number that is null where training saw none is the mean of training.
#[tokio::test]
async fn a_null_that_training_never_saw_is_predicted() {
    every(async |trial| {
        let model = trial.train(FEATURES).await;
        let Encoder::Number(encoder) = &model.features[0].encoder else { panic!("a is not encoded as a number") };
        let of_null = trial.predictions("(SELECT * EXCEPT (a), NULL AS a FROM t)").await;
        let of_mean = trial.predictions(&format!("(SELECT * EXCEPT (a), {:?} AS a FROM t)", encoder.mean)).await;
        assert_same(&of_null, &of_mean, 1e-9);
        for feature in ["b", "colour", "flag"] {
            trial.predictions(&format!("(SELECT * EXCEPT ({feature}), NULL AS {feature} FROM t)")).await;
        }
    })
    .await;
}

#[tokio::test]
async fn values_far_from_training_are_predicted() {
    every(async |trial| {
        trial.train(FEATURES).await;
        for a in ["1e300", "-1e300", "1e-300", "0"] {
            let scored = format!("(SELECT * EXCEPT (a), {a} AS a FROM t)");
            if trial.of.has_log_link() {
                // A number whose logarithm is beyond 709.78 is infinite.
                let found = trial.columns(&format!("SELECT predict_m(*) FROM {scored}")).await;
                assert!(found[0].iter().all(|number| *number >= 0.0), "a prediction is no number, or below 0");
            } else {
                trial.predictions(&scored).await;
            }
        }
    })
    .await;
}
