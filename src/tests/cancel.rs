//! Dropping the future of a training run, whenever that is, stops it and leaves nothing behind.

use std::path::Path;
use std::time::Duration;

use datafusion::arrow::array::BooleanArray;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::Event;

/// Longer than anything takes that is on its way to stopping, also on a machine with other work and in a build that nobody optimised:
/// there everything takes many times the fifth of a second that is promised.
const FAR_TOO_LONG: Duration = Duration::from_secs(5);

/// A context in little memory, so that rows go to disk, and the phases that it passes through.
async fn small(folder: &Path, bytes: usize) -> (MlContext, UnboundedReceiver<String>) {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![folder.to_owned()]));
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(bytes, 1.0).with_disk_manager_builder(disk);
    let config = SessionConfig::new().with_target_partitions(2).with_batch_size(2000);
    let session = SessionContext::new_with_config_rt(config, runtime.build_arc().unwrap());
    let (sender, receiver) = unbounded_channel();
    let observer = move |event| {
        if let Event::Progress { phase, .. } = event {
            sender.send(phase).ok();
        }
    };
    (MlContext::with_observer(session, ModelStore::in_memory(), observer).await.unwrap(), receiver)
}

/// Waits until the run has stopped: all through it, it holds memory.
async fn assert_stops(ml: &MlContext, folder: &Path, what: &str) {
    let runtime = ml.session().runtime_env();
    let stopped = async {
        while runtime.memory_pool.reserved() > 0 || runtime.disk_manager.spilling_progress().active_files_count > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(tokio::time::timeout(FAR_TOO_LONG, stopped).await.is_ok(), "{what}: it still runs");
    assert!(ml.store().models().is_empty(), "{what}: a model is there");
    let entries = std::fs::read_dir(folder).unwrap().flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap());
    assert_eq!(entries.count(), 0, "{what}: files are left");
}

const ROWS: &str = "SELECT value % 1009 AS whole, sin(value) AS a, cos(value * 1.7) AS b, sin(value * 0.3) AS c,
        CASE WHEN value % 13 = 0 THEN NULL ELSE sin(value * 2.1) END AS gaps, 'kind ' || (value * 7919 % 23) AS kind,
        sin(value) + cos(value * 1.7) + sin(value * 12.9) > 0.2 AS y FROM generate_series(1, 20000)";

/// Stops at each of the events of a run, and at times between them, with rows in memory and on disk.
#[tokio::test(flavor = "multi_thread")]
async fn training_stops_wherever_it_is() {
    let statement = format!("CREATE MODEL m FROM ({ROWS}) TARGET y");
    for bytes in [4 << 20, 1 << 30] {
        let folder = tempfile::tempdir().unwrap();
        let (ml, mut phases) = small(folder.path(), bytes).await;
        let mut seen: Vec<String> = Vec::new();
        for n in 0.. {
            let reached = async {
                for _ in 0..=n {
                    seen.push(phases.recv().await.unwrap());
                }
            };
            let is_done = tokio::select! {
                biased;
                () = reached => false,
                result = ml.sql(&statement) => result.map(|_| true).unwrap(),
            };
            if is_done {
                break;
            }
            // Not at once, so that the phase is in full swing.
            assert_stops(&ml, folder.path(), &format!("event {n}, {:?}, of {bytes} bytes", seen.last())).await;
            while phases.try_recv().is_ok() {}
        }
        for phase in ["splitting rows", "learning features", "fitting", "choosing the threshold", "evaluating"] {
            assert!(seen.iter().any(|name| name == phase), "it was never stopped at {phase}");
        }
        rows(&ml, "DROP MODEL m").await;
        for step in 0..30 {
            let run = tokio::time::timeout(Duration::from_micros(3700 * step), ml.sql(&statement)).await;
            if run.is_err() {
                assert_stops(&ml, folder.path(), &format!("after {step} steps of time, of {bytes} bytes")).await;
            } else {
                rows(&ml, "DROP MODEL m").await;
            }
        }
    }
}

/// Every solver stops, whenever it is asked to: coordinate descent, paths of penalties, limited memory, the space of the rows.
#[tokio::test(flavor = "multi_thread")]
async fn every_solver_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (ml, mut phases) = small(folder.path(), 1 << 30).await;
    for (name, n_rows, n_columns) in [("long", 600, 250), ("many", 500, 1010), ("wide", 100, 1010)] {
        let label: ArrayRef = Arc::new((0..n_rows).map(|i| Some(wave(i, 0) + wave(i, 1) > 0.3)).collect::<BooleanArray>());
        let number = numbers(n_rows, |i| wave(i, 2) - wave(i, 3) + 0.5 * wave(i, 9999));
        ml.session().register_batch(name, wide(n_rows, n_columns, [("y", label), ("n", number)])).unwrap();
    }
    let labels = format!("({ROWS}) TARGET y");
    let of = |table: &str, unused: &str, target: &str| format!("(SELECT * EXCEPT ({unused}) FROM {table}) TARGET {target}");
    let cases = [
        (labels.clone(), "L1 0.1", "fitting"),
        (labels, "L1 'auto'", "choosing the penalty"),
        (of("long", "y", "n"), "L1 1e-6", "fitting"),
        (of("long", "y", "n"), "L1 'auto', L2 'auto'", "choosing the penalty"),
        (of("many", "n", "y"), "L1 0.01", "fitting"),
        (of("wide", "n", "y"), "L2 0.001", "fitting"),
        (of("wide", "n", "y"), "L1 'auto'", "choosing the penalty"),
    ];
    for (rows, penalty, phase) in cases {
        let statement = format!("CREATE MODEL m FROM {rows} HYPERPARAMETERS DEFAULT EXCEPT ({penalty})");
        for pause in [0, 40, 400] {
            let stopped = async {
                while phases.recv().await.unwrap() != phase {}
                tokio::time::sleep(Duration::from_millis(pause)).await;
            };
            let is_done = tokio::select! {
                biased;
                () = stopped => false,
                result = ml.sql(&statement) => result.map(|_| true).unwrap(),
            };
            if is_done {
                super::rows(&ml, "DROP MODEL m").await;
            } else {
                assert_stops(&ml, folder.path(), &format!("{statement:.60} … {penalty}, {pause} ms into {phase}")).await;
            }
            while phases.try_recv().is_ok() {}
        }
    }
}
