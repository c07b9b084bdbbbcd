//! The report that a statement returns: nobody has to ask a second question.

use datafusion::arrow::array::AsArray;

use super::*;
use crate::tests::rows as batches;

/// The lines of the report that a statement returns: section, item, value, detail.
pub(super) async fn lines(trial: &Trial, statement: &str) -> Vec<Vec<String>> {
    let batches = batches(&trial.ml, statement).await;
    let mut lines = Vec::new();
    for batch in batches {
        let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, ["section", "item", "value", "detail"]);
        let text = |column: usize, row| batch.column(column).as_string::<i32>().value(row).to_owned();
        lines.extend((0..batch.num_rows()).map(|row| (0..4).map(|column| text(column, row)).collect()));
    }
    lines
}

#[tokio::test]
async fn a_report_has_all_that_is_asked_for() {
    every(async |trial| {
        let query = "SELECT a, CASE WHEN n % 9 <> 0 THEN b END AS b, colour, flag, 5 AS five, n AS row_id,
            CASE WHEN n % 8 <> 0 THEN y END AS y FROM t";
        let lines = lines(&trial, &trial.statement(query, "", &[])).await;
        let line = |section: &str, item: &str| {
            let found = lines.iter().find(|line| line[0] == section && line[1] == item);
            found.unwrap_or_else(|| panic!("{section} {item} is missing of {lines:#?}"))
        };
        let has = |section: &str, item: &str, word: &str| {
            let line = line(section, item);
            assert!(line.iter().skip(2).any(|text| text.contains(word)), "{line:?} does not say {word}");
        };
        has("model", "name", "m");
        has("model", "name", "version 1");
        has("model", "function", "predict_m");
        has("model", "target", "y");
        let problem = match trial.of.task {
            Number => "REGRESSION",
            SeveralLabels => "MULTICLASS_CLASSIFICATION",
            _ => "BINARY_CLASSIFICATION",
        };
        assert_eq!(line("model", "problem type")[2].to_uppercase().replace(' ', "_"), problem);
        has("rows", "in the query", "240");
        has("rows", "left out", "30");
        let (n_train, n_held_out) = (&line("rows", "training")[2], &line("rows", "held out")[2]);
        assert!(
            ["146", "147"].contains(&n_train.as_str()) && ["63", "64"].contains(&n_held_out.as_str()),
            "{n_train}, {n_held_out}"
        );
        has("rows", "split", "seed 42");
        for feature in ["a", "b", "colour", "flag", "five", "row_id"] {
            line("features", feature);
        }
        has("features", "colour", "4 values");
        has("features", "five", "same value");
        line("training", "algorithm");
        has("warnings", "five", "same value");
        has("warnings", "row_id", "identifier");
        has("warnings", "b", "nulls");
        line("time", "seconds");

        let metrics: Vec<&Vec<String>> = lines.iter().filter(|line| line[0] == "metrics").collect();
        assert!(metrics.len() >= 4, "{metrics:?}");
        assert!(metrics.iter().all(|metric| metric[3].contains(&format!("held-out n={n_held_out}"))), "{metrics:?}");
        assert!(metrics.iter().filter(|metric| metric[3].contains("95 % interval")).count() >= 2, "{metrics:?}");
        assert!(metrics.iter().filter(|metric| metric[3].contains("baseline")).count() >= 3, "{metrics:?}");
        match trial.of.task {
            Number => {
                has("metrics", "r2_score", "0.");
                line("model", "target mean");
            }
            SeveralLabels => {
                for label in trial.of.task.labels() {
                    has("labels", label, "%");
                    has("labels measured", label, "precision");
                }
            }
            TwoLabels | OneOfSeveral => {
                has("model", "positive label", if trial.of.task == TwoLabels { "yes" } else { "high" });
                has("metrics at 0.5", "accuracy", "baseline");
                let threshold = &line("threshold", "chosen")[2];
                has(&format!("metrics at {threshold}"), "f1_score", "interval");
            }
        }
        // What SHOW MODEL says later is the same.
        let shown = self::lines(&trial, "SHOW MODEL m").await;
        let kept = |line: &&Vec<String>| !["time", "model"].contains(&line[0].as_str());
        assert!(lines.iter().filter(kept).all(|line| shown.contains(line)), "SHOW MODEL forgets a line");
    })
    .await;
}
