//! Few rows, and more columns than rows.

use super::*;

#[tokio::test]
async fn too_few_rows_are_an_error() {
    every(async |trial| {
        let of_one = if trial.of.task == Number { "at least 2 are needed" } else { "one label only" };
        for (n_rows, expected) in [(0, "the training query has no rows"), (1, of_one)] {
            let query = format!("{FEATURES} WHERE n <= {n_rows}");
            for clause in ["", "SPLIT NONE"] {
                let error = trial.failure(&trial.statement(&query, clause, &[])).await;
                assert!(error.contains(expected), "{error}");
            }
        }
        let error = trial.failure("SELECT predict_m(1, 2, 'red', true)").await;
        assert!(error.contains("predict_m"), "{error}");
    })
    .await;
}

/// As many rows as labels, and two for a number.
#[tokio::test]
async fn the_fewest_rows_that_can_be_learned_from() {
    every(async |trial| {
        let one_of_each = match trial.of.task {
            Number => "SELECT 1 AS n, 0 AS a, 5.0 AS y UNION ALL SELECT 2, 10, 7.0",
            TwoLabels => "SELECT 1 AS n, 0 AS a, 'no' AS y UNION ALL SELECT 2, 10, 'yes'",
            _ => "SELECT 1 AS n, 0 AS a, 'low' AS y UNION ALL SELECT 2, 5, 'middle' UNION ALL SELECT 3, 10, 'high'",
        };
        // Two values are two labels unless the statement says otherwise.
        let problem = if trial.of.task == Number { "PROBLEM_TYPE REGRESSION" } else { "" };
        let query = format!("SELECT a, y FROM ({one_of_each})");
        trial.train_with(&query, &format!("{problem} SPLIT NONE"), &[]).await;
        let found = trial.predictions(&format!("({one_of_each})")).await;
        match trial.of.task {
            Number => assert!(found[0][0] < found[0][1], "{found:?}"),
            SeveralLabels => assert!(found[0][2] > found[0][0], "{found:?}"),
            _ => assert!(found[0][found[0].len() - 1] > found[0][0], "{found:?}"),
        }
        // Where rows are held out too few are left, which is said; of one label against the rest there are enough.
        if trial.of.task != OneOfSeveral {
            let error = trial.failure(&trial.statement(&query, problem, &[])).await;
            let expected = if trial.of.task == Number { "a: the same value in every training row" } else { "SPLIT (NONE)" };
            assert!(error.contains(expected), "{error}");
        }
    })
    .await;
}

/// Twenty rows of fifty columns, which have many exact solutions without a penalty.
#[tokio::test]
async fn more_columns_than_rows() {
    every(async |trial| {
        let target = match trial.of.task {
            Number => "100 + wave",
            TwoLabels => "CASE WHEN wave > 0 THEN 'yes' ELSE 'no' END",
            _ => "CASE WHEN wave > 0.5 THEN 'high' WHEN wave > -0.5 THEN 'middle' ELSE 'low' END",
        };
        let names: Vec<String> = (1..=50).map(|j| format!("x{j}")).collect();
        let columns: Vec<String> = (1..=50).map(|j| format!("sin(n * {j} + {j} * {j} / 7.0) AS x{j}")).collect();
        let waves = "SELECT value AS n, sin(value * 3.0) + cos(value * 1.7) AS wave FROM generate_series(1, 60)";
        trial.run(&format!("CREATE TABLE wide AS SELECT n, {}, {target} AS y FROM ({waves})", columns.join(", "))).await;
        let query = format!("SELECT {}, y FROM wide WHERE n <= 20", names.join(", "));
        let unseen = "(SELECT * FROM wide WHERE n > 20)";
        trial.train_on_all(&query).await;
        trial.predictions(unseen).await;
        if trial.of.task != Number {
            return;
        }
        // Least squares goes through all rows, and is the limit of ever smaller penalties: the solution of least norm.
        trial.unpenalised().train_on_all(&query).await;
        let rows = trial.columns("SELECT predict_m(*) - y FROM wide WHERE n <= 20").await;
        assert_same(&rows, &[vec![0.0; 20]], 1e-8);
        let exact = trial.predictions(unseen).await;
        trial.with_hyperparameters(&["L2 '1e-6'"]).train_on_all(&query).await;
        assert_same(&trial.predictions(unseen).await, &exact, 1e-5);
    })
    .await;
}
