//! `ml_evaluate` says what plain SQL computes from the predictions of the held-out rows.

use super::*;

/// Trains on rows with nulls and rare categories, which training and scoring must take alike.
async fn trained(trial: &Trial) {
    let gaps = "CREATE OR REPLACE TABLE t AS SELECT * EXCEPT (a, colour), CASE WHEN n % 9 <> 0 THEN a END AS a,
        CASE WHEN n % 8 = 0 THEN 'rare ' || n WHEN n % 13 <> 0 THEN colour END AS colour FROM t";
    trial.run(gaps).await;
    trial.train_with("SELECT a, b, colour, flag, is_test, y FROM t", "SPLIT (COLUMN is_test)", &[]).await;
}

#[tokio::test]
async fn figures_of_numbers_are_those_of_plain_sql() {
    for_those(
        |task| task == Number,
        async |trial| {
            trained(&trial).await;
            let plain =
                "SELECT avg(abs(y - p)), avg((y - p) * (y - p)), avg(power(ln(1 + y) - ln(1 + p), 2)), median(abs(y - p)),
            1 - avg((y - p) * (y - p)) / var_pop(y), 1 - var_pop(y - p) / var_pop(y)
            FROM (SELECT y, predict_m(*) AS p FROM t WHERE is_test)";
            let mut expected = trial.columns(plain).await;
            if trial.of.has_log_link() {
                let deviance = |of: &str| match trial.of.name {
                    "Poisson regression" => format!("avg(2 * (y * ln(y / {of}) - y + {of}))"),
                    "gamma regression" => format!("avg(2 * (y / {of} - 1 - ln(y / {of})))"),
                    _ => format!("avg(2 * (-power(y, 0.7) / 0.21 + y * power({of}, -0.3) / 0.3 + power({of}, 0.7) / 0.7))"),
                };
                let (of_model, of_mean) = (deviance("p"), deviance("mean"));
                let plain = format!(
                    "SELECT {of_model}, 1 - {of_model} / {of_mean} FROM (SELECT y, predict_m(*) AS p,
                        (SELECT avg(y) FROM t WHERE is_test) AS mean FROM t WHERE is_test)"
                );
                expected.extend(trial.columns(&plain).await);
            }
            assert_same(&trial.columns("SELECT * FROM ml_evaluate('m')").await, &expected, 1e-9);
            // The same rows as data, and as slices of it.
            let data = "(SELECT * FROM t WHERE is_test)";
            let of_data = trial.columns(&format!("SELECT * FROM ml_evaluate('m', {data})")).await;
            assert_same(&of_data, &expected, 1e-9);
        },
    )
    .await;
}

/// The area under the curve is the share of pairs of a positive and a negative row that are in the right order.
const AREA: &str =
    "SELECT avg(CASE WHEN a.p > b.p THEN 1.0 WHEN a.p = b.p THEN 0.5 ELSE 0 END) FROM s a JOIN s b ON a.is AND NOT b.is";

#[tokio::test]
async fn figures_of_two_labels_are_those_of_plain_sql() {
    for_those(|task| matches!(task, TwoLabels | OneOfSeveral), async |trial| {
        trained(&trial).await;
        let positive = if trial.of.task == TwoLabels { "yes" } else { "high" };
        for (threshold, called) in [("", "predict_m(*)"), (", threshold => 0.4", "predict_m_at(0.4, *)")] {
            let plain = format!(
                "WITH s AS (SELECT y = '{positive}' AS is, predict_m_probability(*) AS p, CAST({called} AS VARCHAR) IN ('yes', 'true') AS said
                    FROM t WHERE is_test),
                c AS (SELECT sum(CASE WHEN is AND said THEN 1.0 ELSE 0 END) AS tp, sum(CASE WHEN said THEN 1.0 ELSE 0 END) AS given,
                    sum(CASE WHEN is THEN 1.0 ELSE 0 END) AS rows, avg(CASE WHEN is = said THEN 1.0 ELSE 0 END) AS accuracy FROM s)
                SELECT tp / given, tp / rows, accuracy, 2 * tp / (given + rows),
                    (SELECT avg(-ln(CASE WHEN is THEN p ELSE 1 - p END)) FROM s), ({AREA}) FROM c"
            );
            let found = trial.columns(&format!("SELECT * FROM ml_evaluate('m'{threshold})")).await;
            assert_same(&found, &trial.columns(&plain).await, 1e-9);
        }
    })
    .await;
}

/// Precision, recall and F1 are means over labels.
#[tokio::test]
async fn figures_of_several_labels_are_those_of_plain_sql() {
    for_those(|task| task == SeveralLabels, async |trial| {
        trained(&trial).await;
        let labels = trial.of.task.labels();
        let of_y: Vec<String> = labels.iter().map(|label| format!("WHEN '{label}' THEN p['{label}']")).collect();
        let areas: Vec<String> = labels
            .iter()
            .map(|label| format!("({})", AREA.replace("FROM s a JOIN s b", &format!("FROM (SELECT p['{label}'] AS p, y = '{label}' AS is FROM r) a JOIN (SELECT p['{label}'] AS p, y = '{label}' AS is FROM r) b"))))
            .collect();
        let values: Vec<String> = labels.iter().map(|label| format!("('{label}')")).collect();
        let plain = format!(
            "WITH r AS (SELECT y, predict_m(*) AS said, predict_m_probabilities(*) AS p FROM t WHERE is_test),
            c AS (SELECT label, sum(CASE WHEN y = label AND said = label THEN 1.0 ELSE 0 END) AS tp,
                sum(CASE WHEN said = label THEN 1.0 ELSE 0 END) AS given, sum(CASE WHEN y = label THEN 1.0 ELSE 0 END) AS rows
                FROM r CROSS JOIN (VALUES {}) v(label) GROUP BY label)
            SELECT avg(tp / given), avg(tp / rows), sum(tp) / sum(rows), avg(2 * tp / (given + rows)),
                (SELECT avg(-ln(CASE y {} END)) FROM r), ({}) / {} FROM c",
            values.join(", "),
            of_y.join(" "),
            areas.join(" + "),
            labels.len()
        );
        assert_same(&trial.columns("SELECT * FROM ml_evaluate('m')").await, &trial.columns(&plain).await, 1e-9);
    })
    .await;
}

#[tokio::test]
async fn the_confusion_matrix_counts_the_held_out_rows() {
    every_classifier(async |trial| {
        trained(&trial).await;
        let (labels, truth) = match trial.of.task {
            TwoLabels => (vec!["no", "yes"], "y"),
            OneOfSeveral => (vec!["false", "true"], "CAST(y = 'high' AS VARCHAR)"),
            _ => (vec!["high", "low", "middle"], "y"),
        };
        for label in &labels {
            let count = |of: &&str| {
                let rows = format!("is_test AND {truth} = '{of}' AND CAST(predict_m(*) AS VARCHAR) = '{label}'");
                format!("(SELECT count(*) FROM t WHERE {rows}) AS \"{of}\"")
            };
            let counts: Vec<String> = labels.iter().map(count).collect();
            let expected = trial.columns(&format!("SELECT {}", counts.join(", "))).await.concat();
            let found = trial.columns(&format!("SELECT \"{label}\" FROM ml_confusion_matrix('m')")).await;
            assert_same(&found, &[expected], 0.0);
        }
    })
    .await;
}
