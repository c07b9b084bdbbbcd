//! Training: whole statements, and their fits alone.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use datafusion_ml::{Event, MlContext, ModelStore};
use datafusion_ml_benches::{Wide, data_folder, dense_session, feature_list, session};
use tokio::runtime::Runtime;

use super::{Figures, ROWS, RUNS, median};

/// Times of one training: the whole statement, and each of its phases.
pub(super) struct Trained {
    pub whole: Duration,
    phases: Vec<(String, Duration)>,
}

impl Trained {
    /// The fit, from encoded rows to coefficients.
    pub(super) fn fit(&self) -> Duration {
        self.phases.iter().filter(|(phase, _)| phase == "fitting").map(|(_, time)| *time).sum()
    }
}

/// Trains once; `options` follow the target.
pub(super) async fn train(session: &SessionContext, query: &str, target: &str, options: &str) -> Trained {
    let seen: Arc<Mutex<Vec<(String, Instant)>>> = Arc::default();
    let observed = Arc::clone(&seen);
    let observer = move |event| {
        if let Event::Progress { phase, .. } = event {
            observed.lock().expect("no panic").push((phase, Instant::now()));
        }
    };
    let ml = MlContext::with_observer(session.clone(), ModelStore::in_memory(), observer).await.expect("a context");
    let start = Instant::now();
    ml.sql(&format!("CREATE MODEL bench FROM ({query}) TARGET {target} {options}")).await.expect("it trains");
    let end = Instant::now();
    let seen = seen.lock().expect("no panic");
    let ends = seen.iter().skip(1).map(|(_, next)| *next).chain([end]);
    let phases = seen.iter().zip(ends).map(|((phase, begin), end)| (phase.clone(), end - *begin)).collect();
    Trained { whole: end - start, phases }
}

/// Medians of the whole statement and of the fit; prints the phases of the last run.
fn medians(runtime: &Runtime, session: &SessionContext, query: &str, target: &str, options: &str) -> (Duration, Duration) {
    let runs: Vec<Trained> = (0..RUNS).map(|_| runtime.block_on(train(session, query, target, options))).collect();
    if let Some(last) = runs.last() {
        for (phase, time) in last.phases.iter().filter(|(phase, _)| !phase.starts_with("reading")) {
            println!("    {phase:25} {time:7.1?}");
        }
    }
    (median(runs.iter().map(|run| run.whole).collect()), median(runs.iter().map(Trained::fit).collect()))
}

pub(super) fn measure(runtime: &Runtime, figures: &mut Figures) {
    let rows = dense_session(ROWS).expect("a table");
    for (whole_name, fit_name, target, options) in [
        ("logistic_statement", "logistic_fit", "y", ""),
        ("multinomial_statement", "multinomial_fit", "yc", ""),
        ("squares_statement", "squares_fit", "yr", ""),
        ("ridge_path_statement", "ridge_path_fit", "yr", "HYPERPARAMETERS DEFAULT EXCEPT (L2 'auto')"),
        ("lasso_path_statement", "lasso_path_fit", "yr", "HYPERPARAMETERS DEFAULT EXCEPT (L1 'auto')"),
    ] {
        let query = format!("SELECT {}, {target} FROM t", feature_list());
        let (whole, fit) = medians(runtime, &rows, &query, target, options);
        println!("{target} {options} {ROWS} x 28: statement {whole:.1?}, fit alone {fit:.1?}");
        figures.add(whole_name, whole);
        figures.add(fit_name, fit);
    }
    drop(rows);
    for (name, file, shape, options) in [
        ("faces_fit", "faces", Wide::FACES, "PROBLEM_TYPE BINARY_CLASSIFICATION"),
        ("digits_fit", "digits", Wide::DIGITS, "PROBLEM_TYPE MULTICLASS_CLASSIFICATION"),
    ] {
        let session = session();
        let path = data_folder().join(format!("{file}.parquet"));
        let table = runtime.block_on(async {
            let frame =
                session.read_parquet(path.to_string_lossy().as_ref(), ParquetReadOptions::default()).await.expect("a file");
            frame.cache().await.expect("its rows")
        });
        session.register_table("t", table.into_view()).expect("a table");
        let (whole, fit) = medians(runtime, &session, &format!("SELECT {} FROM t", shape.columns()), "y", options);
        println!("{shape:?}: statement {whole:.1?}, fit alone {fit:.1?}");
        figures.add(name, fit);
    }
    ten_times_the_rows(runtime, figures);
}

/// One million rows, then ten.
fn ten_times_the_rows(runtime: &Runtime, figures: &mut Figures) {
    let query = format!("SELECT {}, y FROM t", feature_list());
    let times = [("rows_1m", ROWS, RUNS), ("rows_10m", 10 * ROWS, 3)].map(|(name, n_rows, runs)| {
        let rows = dense_session(n_rows).expect("a table");
        let runs = (0..runs).map(|_| runtime.block_on(train(&rows, &query, "y", "")).whole);
        figures.add(name, median(runs.collect()))
    });
    println!(
        "10 times the rows: {:.1?} and {:.1?}, ratio {:.2}",
        times[0],
        times[1],
        times[1].as_secs_f64() / times[0].as_secs_f64()
    );
}
