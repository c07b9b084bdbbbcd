//! Cancelling: how long a training run still computes after its future was dropped.
//!
//! A run is dropped at fifty evenly spaced times; it has stopped when it has given its memory back. Words behind `--` choose cases
//! by their names.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that fails panics, its purpose is to print and it looks at the clock"
)]

use std::time::{Duration, Instant};

use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_ml::{MlContext, ModelStore};
use tokio::runtime::Runtime;

const DROPS: u32 = 50;
const STATEMENT: &str = "CREATE OR REPLACE MODEL m FROM t TARGET y";

async fn measure(name: &str, n_columns: usize, n_rows: usize, target: &str, limit: usize) {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
    if words.peek().is_some() && !words.any(|word| name.contains(&word)) {
        return;
    }
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(limit, 1.0).build_arc().expect("a runtime");
    let session = SessionContext::new_with_config_rt(SessionConfig::new(), runtime);
    let ml = MlContext::new(session, ModelStore::in_memory()).await.expect("a context");
    let columns: Vec<String> = (1..=n_columns).map(|k| format!("sin(value * {k}.37) AS x{k}")).collect();
    let table = format!("CREATE TABLE t AS SELECT {}, {target} AS y FROM generate_series(1, {n_rows})", columns.join(", "));
    ml.sql(&table).await.expect("a table");
    let reserved = || ml.session().runtime_env().memory_pool.reserved();

    let start = Instant::now();
    ml.sql(STATEMENT).await.expect("it trains");
    let whole = start.elapsed();
    let mut times: Vec<(Duration, Duration)> = Vec::new();
    for step in 0..DROPS {
        let after = whole.mul_f64(f64::from(step) / f64::from(DROPS));
        if tokio::time::timeout(after, ml.sql(STATEMENT)).await.is_err() {
            let dropped = Instant::now();
            while reserved() > 0 {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            times.push((dropped.elapsed(), after));
        }
    }
    times.sort_unstable();
    let at = |hundredth: usize| times.get((times.len() - 1) * hundredth / 100).map_or(Duration::ZERO, |(time, _)| *time);
    let latest = times.last().map_or(Duration::ZERO, |(_, after)| *after);
    println!(
        "{name}: whole {whole:.1?}; of {} drops stopped after p50 {:.1?}, p99 {:.1?}, at most {:.1?} (dropped after {latest:.1?})",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let (label, number) = ("sin(value * 0.73) > 0.3", "sin(value * 0.73)");
    runtime.block_on(async {
        measure("1,000,000 x 28, two labels", 28, 1_000_000, label, 1 << 34).await;
        measure("1,000,000 x 28, two labels, in 128 MB", 28, 1_000_000, label, 1 << 27).await;
        measure("1,000,000 x 28, a number", 28, 1_000_000, number, 1 << 34).await;
        measure("5,000 x 2,000, two labels", 2000, 5000, label, 1 << 34).await;
        measure("5,000 x 2,000, a number", 2000, 5000, number, 1 << 34).await;
        measure("1,500 x 2,000, a number", 2000, 1500, number, 1 << 34).await;
    });
}
