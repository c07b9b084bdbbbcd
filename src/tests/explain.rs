//! `EXPLAIN CREATE MODEL`: a dry run that leaves everything as it was.

use std::path::Path;
use std::time::{Duration, SystemTime};

use datafusion::execution::runtime_env::RuntimeEnvBuilder;

use super::*;

fn lines(batches: &[RecordBatch]) -> Vec<[String; 4]> {
    let text = |batch: &RecordBatch, column: usize, row: usize| batch.column(column).as_string::<i32>().value(row).to_owned();
    batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).map(move |row| [0, 1, 2, 3].map(|column| text(batch, column, row))))
        .collect()
}

fn files(folder: &Path) -> Vec<(std::ffi::OsString, SystemTime, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name(), entry.metadata().unwrap().modified().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn functions(ml: &MlContext) -> Vec<String> {
    let mut names: Vec<_> = ml.session().state().scalar_functions().keys().cloned().collect();
    names.sort();
    names
}

/// Everything that can be known without training, and no trace of it afterwards.
#[tokio::test]
async fn a_dry_run_says_all_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ml = MlContext::new(SessionContext::new(), ModelStore::open(folder.path()).unwrap()).await.unwrap();
    let table = "CREATE TABLE t AS SELECT value AS customer_id, value % 10 AS a, 'k' AS k,
        CASE value % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'green' END AS colour, value % 10 > 4 AS y FROM generate_series(1, 200)";
    rows(&ml, table).await;
    let before = (files(folder.path()), functions(&ml));
    let found = lines(&rows(&ml, "EXPLAIN CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.8)").await);
    let line = |section: &str, item: &str| {
        let line = found.iter().find(|line| line[0] == section && line[1] == item);
        line.map_or_else(|| panic!("{section} {item} is not in {found:#?}"), |line| (line[2].as_str(), line[3].as_str()))
    };
    assert_eq!(line("model", "name"), ("m", "version 1"));
    assert_eq!(line("model", "function").0, "predict_m");
    assert_eq!(line("model", "problem type").0, "BINARY_CLASSIFICATION");
    assert_eq!(line("model", "positive label").0, "true");
    assert_eq!((line("rows", "training").0, line("rows", "held out").0), ("160", "40"));
    assert_eq!(line("features", "a").0, "BIGINT");
    assert_eq!(line("features", "colour").0, "VARCHAR");
    assert_eq!(line("features", "customer_id").0, "left out");
    assert!(line("training", "algorithm").1.contains("dry run"));
    assert!(line("training", "columns").0.parse::<usize>().unwrap() >= 4, "a, and the colours");
    assert!(line("warnings", "customer_id").0.contains("identifier"));
    assert!(line("warnings", "k").0.contains("same value"));
    assert!(line("plan", "logical_plan").0.contains("TableScan: t"));
    assert!(line("plan", "physical_plan").0.contains("DataSourceExec"));
    assert!(!found.iter().any(|line| line[0].starts_with("metrics")), "nothing was trained");
    assert_eq!((files(folder.path()), functions(&ml)), before);

    // Beside a model of the name, too.
    rows(&ml, "CREATE MODEL m FROM t TARGET y").await;
    let before = (files(folder.path()), functions(&ml));
    for (statement, name) in [
        ("EXPLAIN CREATE OR REPLACE MODEL m FROM t TARGET y", "version 2, would replace version 1"),
        ("EXPLAIN ANALYZE VERBOSE CREATE OR REPLACE MODEL m FROM t TARGET y", "version 2, would replace version 1"),
        ("EXPLAIN CREATE MODEL IF NOT EXISTS m FROM t TARGET y", "exists already, version 1; nothing would be trained"),
    ] {
        assert_eq!(lines(&rows(&ml, statement).await)[0][3], name);
    }
    assert!(failure(&ml, "EXPLAIN CREATE MODEL m FROM t TARGET y").await.starts_with("error: model m already exists"));
    assert_eq!((files(folder.path()), functions(&ml)), before);
}

/// Waits until nothing reserves memory any more: whoever did has stopped.
async fn all_is_given_back(ml: &MlContext) {
    while ml.session().runtime_env().memory_pool.reserved() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A dry run reads the same rows as training, from the same memory.
#[tokio::test]
async fn a_dry_run_takes_the_memory_that_training_takes() {
    let statement = "CREATE MODEL m FROM (SELECT value AS x, value % 3 = 0 AS y FROM generate_series(1, 200000)) TARGET y";
    for explain in ["", "EXPLAIN "] {
        let runtime = RuntimeEnvBuilder::new().with_memory_limit(1 << 20, 1.0).build_arc().unwrap();
        let session = SessionContext::new_with_config_rt(SessionConfig::new(), runtime);
        let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
        let error = ml.sql(&format!("{explain}{statement}")).await.unwrap_err();
        assert!(error.to_string().contains("Resources exhausted"), "{explain}: {error}");
        all_is_given_back(&ml).await;
    }
}

/// Dropping the future stops whatever runs, and gives its memory back.
#[tokio::test(flavor = "multi_thread")]
async fn dry_runs_and_refreshing_stop_like_training() {
    let ml = context().await;
    rows(&ml, "CREATE VIEW t AS SELECT value % 1001 AS a, sin(value) AS b, value % 3 = 0 AS y FROM generate_series(1, 300)")
        .await;
    rows(&ml, "CREATE MODEL m FROM t TARGET y").await;
    rows(&ml, "CREATE OR REPLACE VIEW t AS SELECT value % 1001 AS a, sin(value) AS b, value % 3 = 0 AS y FROM generate_series(1, 3000000)").await;
    for statement in ["EXPLAIN CREATE OR REPLACE MODEL m FROM t TARGET y", "REFRESH MODEL m"] {
        let run = tokio::time::timeout(Duration::from_millis(30), ml.sql(statement)).await;
        assert!(run.is_err(), "{statement} was done before it could be stopped");
        all_is_given_back(&ml).await;
        assert_eq!(ml.store().models()[0].version, 1);
    }
}
