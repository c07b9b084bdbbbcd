//! What the published functions answer, in every place where they may stand.

use super::*;

#[tokio::test]
async fn probabilities_are_shares_of_one() {
    every_classifier(async |trial| {
        let model = trial.train(FEATURES).await;
        let of_labels: Vec<String> =
            model.target.labels.iter().map(|label| format!("predict_m_probabilities(*)['{label}']")).collect();
        let scored = "(SELECT * FROM t UNION ALL SELECT 0, 1e6, -100000, NULL, NULL, NULL, NULL)";
        let found = trial.columns(&format!("SELECT {} FROM {scored} ORDER BY n", of_labels.join(", "))).await;
        assert_finite(&found);
        assert!(found.concat().iter().all(|p| (0.0..=1.0).contains(p)), "a probability beyond 0 and 1");
        let sums = (0..found[0].len()).map(|row| found.iter().map(|label| label[row]).sum()).collect();
        assert_same(&[sums], &[vec![1.0; 241]], 1e-12);
        if trial.of.task != SeveralLabels {
            assert!(trial.predictions(scored).await[0] == found[1], "the probability is not that of the positive label");
        }
    })
    .await;
}

#[tokio::test]
async fn the_label_follows_the_probabilities() {
    every_classifier(async |trial| {
        let model = trial.train(FEATURES).await;
        let labels = &model.target.labels;
        if let Some(threshold) = &model.threshold {
            for (function, threshold) in [("predict_m(*)".to_owned(), threshold.value), ("predict_m_at(0.3, *)".into(), 0.3)] {
                let expected =
                    format!("CASE WHEN predict_m_probability(*) >= {threshold:?} THEN '{}' ELSE '{}' END", labels[1], labels[0]);
                let wrong = format!("SELECT count(*) FROM t WHERE CAST({function} AS VARCHAR) <> {expected}");
                assert_eq!(trial.number(&wrong).await, 0.0, "{function}");
                let positive = format!("SELECT count(*) FROM t WHERE CAST({function} AS VARCHAR) = '{}'", labels[1]);
                assert!((1.0..240.0).contains(&trial.number(&positive).await), "{function} gives one label only");
            }
            return;
        }
        let found = trial.predictions("t").await;
        let likeliest = |row: usize| (0..labels.len()).max_by(|a, b| found[*a][row].total_cmp(&found[*b][row])).unwrap();
        let expected: Vec<String> = (0..240).map(|row| labels[likeliest(row)].to_string()).collect();
        assert_eq!(trial.texts("SELECT predict_m(*) FROM t ORDER BY n").await, expected);
    })
    .await;
}

/// To the log-odds, to the number, or to how much likelier the predicted label is than labels are on average, in logarithms.
#[tokio::test]
async fn an_explanation_adds_up_to_the_raw_prediction() {
    every(async |trial| {
        let gaps =
            "SELECT n, CASE WHEN n % 6 <> 0 THEN a END AS a, b, CASE WHEN n % 7 <> 0 THEN colour END AS colour, flag, y FROM t";
        let model = trial.train(&format!("SELECT a, b, colour, flag, y FROM ({gaps})")).await;
        let entries = format!("SELECT n, unnest(predict_m_explain(*)) AS e FROM ({gaps})");
        let sums = format!("SELECT sum(e['attribution']) AS attribution FROM ({entries}) GROUP BY n ORDER BY n");
        let found = trial.columns(&sums).await.swap_remove(0);
        let outputs = trial.predictions(&format!("({gaps})")).await;
        let raw = |row: usize| match trial.of.task {
            Number if trial.of.has_log_link() => outputs[0][row].ln(),
            Number => outputs[0][row],
            TwoLabels | OneOfSeveral => (outputs[0][row] / (1.0 - outputs[0][row])).ln(),
            SeveralLabels => {
                let logs: Vec<f64> = outputs.iter().map(|output| output[row].ln()).collect();
                logs.iter().copied().fold(f64::NEG_INFINITY, f64::max) - logs.iter().sum::<f64>() / logs.len() as f64
            }
        };
        assert_same(&[found], &[(0..240).map(raw).collect()], 1e-9);

        let mut names = trial.texts(&format!("SELECT DISTINCT e['feature'] AS feature FROM ({entries}) ORDER BY feature")).await;
        names.retain(|name| name != "__BASELINE__");
        assert_eq!(names, ["a", "b", "colour", "flag"]);
        let entries_of_a_row = trial.number(&format!("SELECT count(*) FROM ({entries}) WHERE n = 1")).await;
        assert_eq!(entries_of_a_row, model.features.len() as f64 + 1.0);
        // The largest first: no entry but the baseline, which comes last, is larger than the one before.
        let sizes = "SELECT e['feature'] AS feature, abs(e['attribution']) AS size, row_number() OVER () AS place";
        let sizes =
            format!("SELECT size FROM ({sizes} FROM ({entries} WHERE n = 7)) WHERE feature <> '__BASELINE__' ORDER BY place");
        let sizes = trial.columns(&sizes).await.swap_remove(0);
        assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]), "{sizes:?}");
    })
    .await;
}

#[tokio::test]
async fn one_row_is_predicted_as_many_are() {
    every(async |trial| {
        trial.train(FEATURES).await;
        let together = trial.predictions("t").await;
        let apart = Trial::over(trial.of, 1, 1).await;
        apart.train(FEATURES).await;
        assert!(apart.predictions("t").await == together, "batches of one row have other predictions");
        for n in [1, 17, 240] {
            let found = trial.predictions(&format!("(SELECT * FROM t WHERE n = {n})")).await;
            assert!(found.concat() == together.iter().map(|output| output[n - 1]).collect::<Vec<_>>(), "row {n} alone differs");
        }
        // Literals only, which the planner computes: row 17.
        let (a, b, colour, flag) = ("2.3", "11", "'grey'", "false");
        let is_row = format!("n = 17 AND a = {a} AND b = {b} AND colour = {colour} AND flag = {flag}");
        assert_eq!(trial.number(&format!("SELECT count(*) FROM t WHERE {is_row}")).await, 1.0, "the literals are not row 17");
        let output = trial.output().replace('*', &format!("{a}, {b}, {colour}, {flag}"));
        let found = trial.columns(&format!("SELECT {output}")).await;
        assert!(found.concat() == together.iter().map(|output| output[16]).collect::<Vec<_>>(), "literals differ from the row");
    })
    .await;
}

#[tokio::test]
async fn arguments_go_by_name_or_by_position() {
    every(async |trial| {
        trial.train(FEATURES).await;
        let expected = trial.predictions("t").await;
        for arguments in [
            "a, b, colour, flag",
            "flag => flag, b => b, colour => colour, a => a",
            "t.*",
            "*, b => b",
            "a, b, flag => flag, colour => colour",
        ] {
            let output = trial.output().replace('*', arguments);
            let found = trial.columns(&format!("SELECT {output} FROM t ORDER BY n")).await;
            assert!(found == expected, "predict_m({arguments}) differs from predict_m(*)");
        }
    })
    .await;
}

#[tokio::test]
async fn views_prepared_statements_and_clauses() {
    every(async |trial| {
        trial.train(FEATURES).await;
        let expected = trial.predictions("t").await;
        let output = trial.output();
        let of_row = |n: usize| expected.iter().map(|output| vec![output[n - 1]]).collect::<Vec<_>>();

        trial.run(&format!("CREATE VIEW scored AS SELECT n, {output} AS p FROM t")).await;
        assert!(trial.columns("SELECT p FROM scored ORDER BY n").await == expected, "a view differs");
        trial.run(&format!("PREPARE one(BIGINT) AS SELECT {output} FROM t WHERE n = $1")).await;
        assert!(trial.columns("EXECUTE one(5)").await == of_row(5), "a prepared statement differs");
        trial.run(&format!("PREPARE given(BIGINT) AS SELECT {} FROM t WHERE n = 5", output.replace('*', "*, b => $1"))).await;
        let b = trial.number("SELECT b FROM t WHERE n = 5").await;
        assert!(trial.columns(&format!("EXECUTE given({b})")).await == of_row(5), "a prepared argument differs");

        // One number of each row, in every place where an expression may stand.
        let number = if trial.of.task == SeveralLabels { format!("{output}['high']") } else { output.to_owned() };
        let groups =
            format!("SELECT {number} AS p, count(*) AS rows FROM t GROUP BY {number} HAVING max({number}) > 0 ORDER BY {number}");
        let mut sorted = expected[0].clone();
        sorted.sort_by(f64::total_cmp);
        assert!(trial.columns(&groups).await == [sorted, vec![1.0; 240]], "groups differ");
        let mean = expected[0].iter().sum::<f64>() / 240.0;
        let above = trial.number(&format!("SELECT count(*) FROM t WHERE {number} > {mean:?}")).await;
        assert_eq!(above, expected[0].iter().filter(|p| **p > mean).count() as f64);
        let joined =
            format!("SELECT count(*) FROM t JOIN scored ON t.n = scored.n AND {} = scored.p", output.replace('*', "t.*"));
        assert_eq!(trial.number(&joined).await, 240.0);
    })
    .await;
}
