//! Labels: their types and names, and how many rows they have.

use super::*;

/// The target with other labels in place of its own, in their order.
fn relabelled(trial: &Trial, labels: &[&str]) -> String {
    let cases: Vec<String> =
        trial.of.task.labels().iter().zip(labels).map(|(old, new)| format!("WHEN '{old}' THEN {new}")).collect();
    format!("CASE y {} END", cases.join(" "))
}

#[tokio::test]
async fn labels_come_back_in_the_type_of_the_target() {
    for_those(
        |task| matches!(task, TwoLabels | SeveralLabels),
        async |trial| {
            let several = trial.of.task == SeveralLabels;
            let numbers = relabelled(&trial, &["3", "5", "9"]);
            let mut cases = Vec::new();
            for (sql, arrow) in [("TINYINT", "Int8"), ("INT", "Int32"), ("BIGINT", "Int64"), ("BIGINT UNSIGNED", "UInt64")] {
                cases.push((format!("CAST({numbers} AS {sql})"), arrow));
            }
            for (sql, arrow) in [("REAL", "Float32"), ("DOUBLE", "Float64"), ("DECIMAL(5, 1)", "Float64")] {
                cases.push((format!("CAST({numbers} / 2.0 AS {sql})"), arrow));
            }
            for (arrow, returned) in
                [("Utf8", "Utf8"), ("LargeUtf8", "LargeUtf8"), ("Utf8View", "Utf8View"), ("Dictionary(Int32, Utf8)", "Utf8")]
            {
                cases.push((format!("arrow_cast(y, '{arrow}')"), returned));
            }
            if !several {
                cases.push(("y = 'yes'".into(), "Boolean"));
            }
            let clause = if several { "PROBLEM_TYPE MULTICLASS_CLASSIFICATION" } else { "" };
            for (target, returned) in cases {
                let typed = format!("CREATE OR REPLACE TABLE typed AS SELECT * EXCEPT (y), {target} AS y FROM t");
                trial.run(&typed).await;
                trial.train_with("SELECT a, b, colour, flag, y FROM typed", clause, &[]).await;
                assert_eq!(trial.texts("SELECT DISTINCT arrow_typeof(predict_m(*)) FROM typed").await, [returned], "{target}");
                let right = trial.number("SELECT count(*) FROM typed WHERE predict_m(*) = y").await;
                assert!(right > 150.0, "{target}: only {right} of 240 labels are right");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn one_against_the_rest_answers_true_or_false() {
    for_those(
        |task| task == OneOfSeveral,
        async |trial| {
            trial.train(FEATURES).await;
            assert_eq!(trial.texts("SELECT DISTINCT arrow_typeof(predict_m(*)) FROM t").await, ["Boolean"]);
            let right = trial.number("SELECT count(*) FROM t WHERE predict_m(*) = (y = 'high')").await;
            assert!(right > 150.0, "only {right} of 240 labels are right");
        },
    )
    .await;
}

#[tokio::test]
async fn labels_may_have_any_name() {
    for_those(
        |task| matches!(task, TwoLabels | SeveralLabels),
        async |trial| {
            trial.train_on_all(FEATURES).await;
            let expected = trial.predictions("t").await;
            for labels in
                [["a b", "ä", "it's"], ["", "_", " "], ["A", "a", "b"], ["0", "1x", "_0"], ["expected_label", "\"", "%"]]
            {
                let quoted: Vec<String> = labels.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
                let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
                let target = relabelled(&trial, &quoted);
                let settings = [format!("POSITIVE {}", quoted[1])];
                let settings: Vec<&str> = settings.iter().map(String::as_str).filter(|_| trial.of.task == TwoLabels).collect();
                let renamed = format!("SELECT a, b, colour, flag, {target} AS y FROM t");
                let model = trial.train_with(&renamed, "SPLIT NONE", &settings).await;
                let found = trial.predictions("t").await;
                // The outputs of several labels are in the order of the labels.
                let expected: Vec<Vec<f64>> = if trial.of.task == SeveralLabels {
                    let place = |label: &crate::Label| labels.iter().position(|other| *other == label.to_string()).unwrap();
                    model.target.labels.iter().map(|label| expected[place(label)].clone()).collect()
                } else {
                    expected.clone()
                };
                assert_same(&found, &expected, 1e-8);
                let right = trial.number(&format!("SELECT count(*) FROM t WHERE predict_m(*) = {target}")).await;
                assert!(right > 150.0, "{labels:?}: only {right} of 240 labels are right");
                for table in ["ml_confusion_matrix", "ml_evaluate", "ml_weights"] {
                    trial.run(&format!("SELECT * FROM {table}('m')")).await;
                }
            }
        },
    )
    .await;
}

/// Nothing to tell apart is an error; a number that never changes is predicted, and warned of.
#[tokio::test]
async fn a_target_of_one_value() {
    every(async |trial| {
        let one = trial.of.task.labels().first().map_or("7.5".to_owned(), |label| format!("'{label}'"));
        let query = format!("SELECT a, b, {one} AS y FROM t");
        if trial.of.task == Number {
            let model = trial.train(&query).await;
            assert_same(&trial.predictions("t").await, &[vec![7.5; 240]], 1e-9);
            let warned = model.report.lines().iter().any(|line| line.section == "warnings" && line.value.contains("the same"));
            assert!(warned, "no warning of a target that is the same in every row");
            trial.run("SELECT * FROM ml_evaluate('m')").await;
        } else {
            let error = trial.failure(&trial.statement(&query, "", &[])).await;
            assert!(error.contains("y has one label only"), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_label_that_only_held_out_rows_have() {
    every_classifier(async |trial| {
        let (labels, clause) = (trial.of.task.labels(), "SPLIT (COLUMN is_test)");
        if trial.of.task == TwoLabels {
            let query = "SELECT a, b, is_test, CASE WHEN is_test THEN y ELSE 'no' END AS y FROM t";
            let error = trial.failure(&trial.statement(query, clause, &[])).await;
            assert!(error.contains("only one label among the training rows"), "{error}");
            return;
        }
        let query = "SELECT a, b, colour, flag, is_test, CASE WHEN is_test AND n % 20 = 1 THEN 'new' ELSE y END AS y FROM t";
        let model = trial.train_with(query, clause, &[]).await;
        assert!(model.evaluation.metric("log_loss").unwrap().value.is_finite());
        let found = trial.predictions("t").await;
        if trial.of.task == SeveralLabels {
            assert_eq!(model.target.labels.len(), labels.len() + 1);
            assert!(found[3].iter().all(|p| (0.0..1e-9).contains(p)), "a label that training never saw is likely");
        }
    })
    .await;
}

#[tokio::test]
async fn one_row_in_a_thousand() {
    every_classifier(async |trial| {
        let [rare, other, third] = if trial.of.task == TwoLabels { ["yes", "no", "no"] } else { ["high", "low", "middle"] };
        let target = format!("CASE WHEN n % 1000 = 500 THEN '{rare}' WHEN a > 3 AND n % 3 > 0 THEN '{other}' ELSE '{third}' END");
        let query = format!("SELECT a, b, colour, flag, {target} AS y FROM ({})", trial.rows(1, 3000));
        let model = trial.train_with(&query, "SPLIT NONE", &[]).await;
        let warned = |line: &crate::ReportLine| line.section == "warnings" && line.value.contains(rare);
        assert!(model.report.lines().iter().any(warned), "no warning of a rare label");
        // The rare label is the positive one, or the first of several.
        let of_rare = trial.predictions("t").await.swap_remove(0);
        let mean = of_rare.iter().sum::<f64>() / of_rare.len() as f64;
        assert!((0.0002..0.005).contains(&mean), "a label of one row in a thousand has the mean probability {mean}");
    })
    .await;
}

/// With a penalty or without, the parameters end somewhere, and the report says what happened.
#[tokio::test]
async fn perfectly_separated_classes_end_in_a_finite_model() {
    every_classifier(async |trial| {
        let target = relabelled_by_thirds(&trial);
        trial.run("CREATE TABLE gap AS SELECT * FROM t WHERE a < 3 OR a BETWEEN 4 AND 6 OR a > 7").await;
        let early = trial.with_hyperparameters(&["L2 '0'", "EARLY_STOP true", "MIN_REL_PROGRESS 0.3"]);
        for trial in [trial.unpenalised(), early, trial] {
            let model = trial.train_on_all(&format!("SELECT a, b, {target} AS y FROM gap")).await;
            trial.predictions("t").await;
            let warned = model.report.lines().iter().any(|line| line.section == "warnings" && line.value.contains("separated"));
            assert!(warned, "no warning of separated classes");
            assert!(model.training_losses.len() < 30, "{} iterations", model.training_losses.len());
            let target = if trial.of.task == OneOfSeveral { "a > 7" } else { &target };
            let wrong = trial.number(&format!("SELECT count(*) FROM gap WHERE predict_m(*) <> ({target})")).await;
            assert_eq!(wrong, 0.0);
        }
    })
    .await;
}

/// Two columns that add up to the target leak it, though neither does alone.
#[tokio::test]
async fn a_number_that_follows_from_the_features_is_warned_of() {
    for_those(
        |task| task == Number,
        async |trial| {
            let trial = trial.unpenalised();
            let leaks = |model: &crate::Model| {
                model.report.lines().iter().any(|line| line.section == "warnings" && line.detail.contains("leak"))
            };
            let y = if trial.of.has_log_link() { "exp((3 * a - b) / 30.0)" } else { "3 * a - b" };
            assert!(leaks(trial.train(&format!("SELECT a, b, colour, {y} AS y FROM t")).await.as_ref()), "no warning of a leak");
            assert!(!leaks(trial.train(FEATURES).await.as_ref()), "a warning without reason");
        },
    )
    .await;
}

fn relabelled_by_thirds(trial: &Trial) -> String {
    match trial.of.task {
        TwoLabels => "CASE WHEN a > 7 THEN 'yes' ELSE 'no' END".into(),
        _ => "CASE WHEN a > 7 THEN 'high' WHEN a > 3.5 THEN 'middle' ELSE 'low' END".into(),
    }
}
