//! `REFRESH MODEL` beyond what its answer shows.

use std::sync::Mutex;

use super::*;
use crate::{Error, ErrorKind, Event, IfExists, TrainSpec};

const CREATE: &str = "CREATE MODEL m FROM (SELECT x, y FROM t) TARGET y";

type Events = Arc<Mutex<Vec<Event>>>;

/// A context over a table `t` with a model `m`, and what it tells.
async fn with_model() -> (MlContext, Events) {
    let events = Events::default();
    let told = Arc::clone(&events);
    let tell = move |event| told.lock().unwrap().push(event);
    let ml = MlContext::with_observer(SessionContext::new(), ModelStore::in_memory(), tell).await.unwrap();
    rows(&ml, "CREATE TABLE t AS SELECT value % 10 AS x, value % 10 > 4 AS y FROM generate_series(1, 100)").await;
    rows(&ml, CREATE).await;
    events.lock().unwrap().clear();
    (ml, events)
}

fn phases(events: &Events) -> Vec<String> {
    let events = events.lock().unwrap();
    events.iter().filter_map(|event| if let Event::Progress { phase, .. } = event { Some(phase.clone()) } else { None }).collect()
}

fn item(batches: &[RecordBatch], section: &str, item: &str) -> Option<(String, String)> {
    batches.iter().find_map(|batch| {
        let text = |column: usize, row: usize| batch.column(column).as_string::<i32>().value(row).to_owned();
        let row = (0..batch.num_rows()).find(|row| text(0, *row) == section && text(1, *row) == item)?;
        Some((text(2, row), text(3, row)))
    })
}

/// Unchanged rows are read and hashed, and that is all.
#[tokio::test]
async fn unchanged_data_trains_nothing() {
    let (ml, events) = with_model().await;
    let before = ml.store().models().remove(0);
    let answer = rows(&ml, "REFRESH MODEL m").await;
    assert!(Arc::ptr_eq(&before, &ml.store().models()[0]), "not even written again");
    let notice = "the data of model m has not changed since version 1; nothing was trained";
    assert!(events.lock().unwrap().contains(&Event::Notice(notice.into())), "{events:?}");
    let phases = phases(&events);
    assert!(phases.contains(&"splitting rows".to_owned()) && !phases.contains(&"fitting".to_owned()), "{phases:?}");
    assert_eq!(item(&answer, "current", "model").unwrap(), ("m".into(), "version 1".into()));
    assert!(item(&answer, "metrics", "roc_auc").is_some(), "the answer is the report of the version that is current");

    rows(&ml, "INSERT INTO t VALUES (3, false)").await;
    let answer = rows(&ml, "REFRESH MODEL m").await;
    assert_eq!(item(&answer, "model", "name").unwrap(), ("m".into(), "version 2".into()));
    assert_eq!(item(&answer, "model", "problem type").unwrap().1, "kept from version 1");
    let (positive, reason) = item(&answer, "model", "positive label").unwrap();
    assert!(positive == "true" && reason.starts_with("kept from version 1; "), "{positive}: {reason}");
    assert!(item(&answer, "time", "seconds").is_some());
}

/// A threshold set by hand stays, over any number of versions; one that training chose is chosen again.
#[tokio::test]
async fn a_threshold_set_by_hand_is_kept() {
    let (ml, _) = with_model().await;
    rows(&ml, "INSERT INTO t VALUES (3, false)").await;
    rows(&ml, "REFRESH MODEL m").await;
    assert!(ml.store().models()[0].threshold.as_ref().unwrap().chosen_by.contains("F1"));
    rows(&ml, "ALTER MODEL m SET (threshold = 0.125)").await;
    for (version, row) in [(3, "(4, false)"), (4, "(5, true)")] {
        rows(&ml, &format!("INSERT INTO t VALUES {row}")).await;
        let answer = rows(&ml, "REFRESH MODEL m").await;
        let model = ml.store().models().remove(0);
        assert_eq!((model.version, model.threshold.as_ref().unwrap().value), (version, 0.125));
        let detail = format!("kept from version {}, as set by ALTER MODEL", version - 1);
        assert_eq!(item(&answer, "threshold", "in use").unwrap(), ("0.125".into(), detail));
    }
    assert!(item(&rows(&ml, "SHOW MODEL m").await, "threshold", "in use").is_some(), "the model keeps its report");
    // Whoever writes the statement again wants what it says.
    rows(&ml, &CREATE.replace("CREATE", "CREATE OR REPLACE")).await;
    assert_ne!(ml.store().models()[0].threshold.as_ref().unwrap().value, 0.125);
}

/// What the statement says itself is not kept but said.
#[tokio::test]
async fn what_the_statement_says_is_not_called_kept() {
    let (ml, _) = with_model().await;
    rows(&ml, "CREATE OR REPLACE MODEL m FROM t TARGET y PROBLEM_TYPE BINARY_CLASSIFICATION SETTINGS (POSITIVE 'false')").await;
    rows(&ml, "INSERT INTO t VALUES (3, false)").await;
    let answer = rows(&ml, "REFRESH MODEL m").await;
    assert!(!item(&answer, "model", "problem type").unwrap().1.contains("kept"));
    let (positive, reason) = item(&answer, "model", "positive label").unwrap();
    assert!(positive == "false" && !reason.contains("kept"), "{positive}: {reason}");
}

/// Refreshing gives the coefficients that the statement would give.
#[tokio::test]
async fn a_refreshed_model_is_the_one_the_statement_makes() {
    let (ml, _) = with_model().await;
    rows(&ml, "INSERT INTO t SELECT value % 10, value % 7 > 3 FROM generate_series(1, 100)").await;
    rows(&ml, "REFRESH MODEL m").await;
    let refreshed = ml.store().models().remove(0);
    let again = train(&ml, &CREATE.replace("CREATE", "CREATE OR REPLACE")).await;
    assert_eq!(refreshed.predictor, again.predictor);
    assert_eq!(refreshed.threshold, again.threshold);
    assert_eq!(refreshed.data_fingerprint, again.data_fingerprint);
    assert_eq!(refreshed.statement, CREATE);
}

/// Somebody who changes the model while it is being trained again loses nothing.
#[tokio::test]
async fn a_model_changed_meanwhile_stays_as_it_was_changed() {
    for change in [
        "ALTER MODEL m SET (threshold = 0.25)",
        "DROP MODEL m",
        "CREATE OR REPLACE MODEL m FROM (SELECT 2 * x AS x, y FROM t) TARGET y",
    ] {
        let context: Arc<Mutex<Option<MlContext>>> = Arc::default();
        let other = Arc::clone(&context);
        let meanwhile = move |event| {
            // The first time that anything is fitted for REFRESH.
            let fitting = matches!(&event, Event::Progress { phase, .. } if phase == "fitting");
            if let Some(ml) = fitting.then(|| other.lock().unwrap().take()).flatten() {
                std::thread::spawn(move || {
                    tokio::runtime::Builder::new_current_thread()
                        .build()
                        .unwrap()
                        .block_on(async { ml.sql(change).await.unwrap() });
                })
                .join()
                .unwrap();
            }
        };
        let ml = MlContext::with_observer(SessionContext::new(), ModelStore::in_memory(), meanwhile).await.unwrap();
        rows(&ml, "CREATE TABLE t AS SELECT value % 10 AS x, value % 10 > 4 AS y FROM generate_series(1, 100)").await;
        rows(&ml, CREATE).await;
        rows(&ml, "INSERT INTO t VALUES (3, false)").await;
        *context.lock().unwrap() = Some(ml.clone());
        let error = ml.sql("REFRESH MODEL m").await.unwrap_err();
        assert!(error.to_string().starts_with("model m was changed while it was being refreshed"), "{change}: {error}");
        let left = ml.store().models();
        match change.split(' ').next().unwrap() {
            "ALTER" => assert_eq!(left[0].threshold.as_ref().unwrap().value, 0.25),
            "DROP" => assert!(left.is_empty()),
            _ => assert_eq!((left[0].version, left[0].statement.contains("2 * x")), (2, true)),
        }
    }
}

#[tokio::test]
async fn models_without_a_statement_that_can_be_read_say_so() {
    let (ml, _) = with_model().await;
    let query = ml.session().sql("SELECT x, y FROM t").await.unwrap();
    ml.create_model(TrainSpec::new(ModelName::new(["rust"]), "y"), query, IfExists::Fail).await.unwrap();
    insta::assert_snapshot!(failure(&ml, "REFRESH MODEL rust").await, @"
    error: model rust was made without a statement, so there is none to run again
     --> statement:1:15
      |
    1 | REFRESH MODEL rust
      |               ^^^^
      |
      = help: train it again the way it was made
    ");
    // A file from elsewhere may hold anything.
    for (statement, expected) in [
        ("DROP TABLE t", "what is stored in model m is not the statement that made it"),
        ("CREATE MODEL m FROM t TARGET y; DROP TABLE t", "what is stored in model m is not the statement that made it"),
        ("REFRESH MODEL m", "what is stored in model m is not the statement that made it"),
        ("CREATE MODEL m FROM `t` AS OF 1", "this is the statement stored in model m"),
        ("CREATE MODEL m FROM (SELECT x, y FROM t WHERE x > $1) TARGET y", "the parameter $1 has no value"),
    ] {
        let set = |model: &mut Model| -> Result<(), Error> {
            model.statement = statement.into();
            Ok(())
        };
        ml.store().update(&ModelName::new(["m"]), set).unwrap();
        let error = ml.sql("REFRESH MODEL m").await.unwrap_err();
        assert!(error.to_string().contains(expected), "{statement}: {error}");
    }
    assert_eq!(number(&ml, "SELECT count(*) FROM t").await, 100.0);
}

/// The place of a fault is shown in the stored statement, where it lies.
#[tokio::test]
async fn faults_are_shown_in_the_stored_statement() {
    let (ml, _) = with_model().await;
    rows(&ml, "DROP TABLE t").await;
    insta::assert_snapshot!(failure(&ml, "REFRESH MODEL m").await, @r"
        error: table 'datafusion.public.t' not found
         --> statement:1:39
          |
        1 | CREATE MODEL m FROM (SELECT x, y FROM t) TARGET y
          |                                       ^
        ");
    rows(&ml, "CREATE TABLE t AS SELECT 'a' AS x, true AS y").await;
    insta::assert_snapshot!(failure(&ml, "REFRESH MODEL m").await, @"
    error: the query of model m no longer fits the arguments and the result of predict_m: x is VARCHAR, not BIGINT
     --> statement:1:15
      |
    1 | REFRESH MODEL m
      |               ^
      |
      = help: CREATE OR REPLACE MODEL makes a version whose functions take other arguments
    ");
    insta::assert_snapshot!(failure(&ml, "REFRESH MODEL n").await, @"
    error: model n does not exist
     --> statement:1:15
      |
    1 | REFRESH MODEL n
      |               ^
    ");
}

/// The dialect is the session's.
#[tokio::test]
async fn statements_are_read_in_the_sessions_dialect() {
    let (ml, _) = with_model().await;
    rows(&ml, "SET datafusion.sql_parser.dialect = 'MySQL'").await;
    rows(&ml, "CREATE OR REPLACE MODEL m FROM (SELECT x AS `The X`, y AS `Why` FROM t) TARGET `Why` FUNCTION `F`").await;
    rows(&ml, "INSERT INTO t VALUES (3, false)").await;
    rows(&ml, "REFRESH MODEL m").await;
    assert_eq!(ml.store().models()[0].version, 3);
    rows(&ml, "SET datafusion.sql_parser.dialect = 'PostgreSQL'").await;
    let error = ml.sql("REFRESH MODEL m").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Syntax { .. }), "{error}");
    assert!(error.to_string().contains("datafusion.sql_parser.dialect"), "{error}");
}
