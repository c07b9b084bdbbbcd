//! Dropping the future of a training run, whenever that is, stops it and leaves nothing behind.

use std::path::Path;
use std::time::Duration;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::Event;

/// Longer than anything takes that is on its way to stopping, also in a build that nobody optimised.
const FAR_TOO_LONG: Duration = Duration::from_secs(30);

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

/// Prints how long it takes to stop: `cargo test -- --ignored --nocapture how_long_stopping_takes`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
#[allow(clippy::print_stdout, clippy::disallowed_methods, reason = "that is its purpose")]
async fn how_long_stopping_takes() {
    let wide: Vec<String> = (1..2000).map(|k| format!("sin(value * {k}.3) AS x{k}")).collect();
    let tall: Vec<String> = (1..28).map(|k| format!("sin(value * {k}.3) AS x{k}")).collect();
    for (name, columns, n_rows) in [("1M x 28", tall, 1_000_000), ("5,000 x 2,000", wide, 5000)] {
        for target in ["sin(value * 0.7) > 0.3", "sin(value * 0.7)"] {
            let folder = tempfile::tempdir().unwrap();
            let (ml, _phases) = small(folder.path(), 1 << 33).await;
            let table =
                format!("CREATE TABLE t AS SELECT {}, {target} AS y FROM generate_series(1, {n_rows})", columns.join(", "));
            rows(&ml, &table).await;
            let resting = ml.session().runtime_env().memory_pool.reserved();
            let start = std::time::Instant::now();
            rows(&ml, "CREATE MODEL m FROM t TARGET y").await;
            let whole = start.elapsed();
            rows(&ml, "DROP MODEL m").await;
            let mut times = Vec::new();
            for step in 0..100 {
                let after = whole.mul_f64(f64::from(step) / 100.0);
                if tokio::time::timeout(after, ml.sql("CREATE MODEL m FROM t TARGET y")).await.is_ok() {
                    rows(&ml, "DROP MODEL m").await;
                    continue;
                }
                let dropped = std::time::Instant::now();
                while ml.session().runtime_env().memory_pool.reserved() > resting {
                    tokio::time::sleep(Duration::from_micros(200)).await;
                }
                times.push((dropped.elapsed(), after));
            }
            times.sort_unstable();
            let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100];
            println!(
                "{name}, {target}: whole {whole:?}; stopped after p50 {:?}, p99 {:?}, longest {:?}",
                at(50).0,
                at(99).0,
                at(100)
            );
        }
    }
}
