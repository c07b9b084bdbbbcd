//! Training: the whole statement, its fit alone, and linfa on the same rows.
//!
//! One million rows of 28 numbers in memory, so 700,000 to train on. Prints the medians of five runs; `peers.py` times
//! scikit-learn on such rows. linfa gets a tenth of the rows: with all of them it needs minutes.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that fails panics, its purpose is to print and it looks at the clock"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use datafusion::prelude::SessionContext;
use datafusion_ml::{Event, MlContext, ModelStore};
use datafusion_ml_benches::{FEATURES, feature_list, features, label, session};
use linfa::prelude::Fit;
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;
const RUNS: usize = 5;

/// The whole statement, and its phase `fitting`.
async fn train(session: &SessionContext, target: &str) -> (Duration, Duration) {
    let phases: Arc<Mutex<Vec<(String, Instant)>>> = Arc::default();
    let seen = Arc::clone(&phases);
    let observer = move |event| {
        if let Event::Progress { phase, .. } = event {
            seen.lock().expect("no panic").push((phase, Instant::now()));
        }
    };
    let ml = MlContext::with_observer(session.clone(), ModelStore::in_memory(), observer).await.expect("a context");
    let start = Instant::now();
    let query = format!("SELECT {}, {target} FROM t", feature_list());
    ml.sql(&format!("CREATE MODEL bench FROM ({query}) TARGET {target}")).await.expect("it trains");
    let whole = start.elapsed();
    let phases = phases.lock().expect("no panic");
    let begin = phases.iter().position(|(phase, _)| phase == "fitting").expect("a fit");
    for window in phases.windows(2).filter(|window| !window[0].0.starts_with("reading")) {
        println!("    {:25} {:7.1?}", window[0].0, window[1].1 - window[0].1);
    }
    (whole, phases[begin + 1].1 - phases[begin].1)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let rows = session(ROWS).expect("a table");
    for (name, target) in [("logistic regression", "y"), ("multinomial, 5 classes", "yc"), ("least squares", "yr")] {
        let (whole, fit): (Vec<_>, Vec<_>) = (0..RUNS).map(|_| runtime.block_on(train(&rows, target))).unzip();
        println!("{name}, {ROWS} x {FEATURES}: whole statement {:.1?}, fit alone {:.1?}", median(whole), median(fit));
    }

    let few = session(ROWS / 10).expect("a table");
    let (_, ours): (Vec<_>, Vec<_>) = (0..RUNS).map(|_| runtime.block_on(train(&few, "y"))).unzip();
    let ours = median(ours);
    let n_train = ROWS / 10 * 7 / 10;
    let x: Vec<[f64; FEATURES]> = (0..n_train).map(features).collect();
    let y: Vec<bool> = x.iter().enumerate().map(|(row, x)| label(row, x)).collect();
    let records = ndarray::Array2::from_shape_fn((n_train, FEATURES), |(i, j)| x[i][j]);
    let dataset = linfa::Dataset::new(records, ndarray::Array1::from(y));
    let start = Instant::now();
    linfa_logistic::LogisticRegression::default().alpha(1.0).fit(&dataset).expect("it fits");
    let theirs = start.elapsed();
    println!(
        "logistic regression, {n_train} x {FEATURES}: fit {ours:.1?}, linfa {theirs:.1?}, linfa / ours = {:.1}",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}
