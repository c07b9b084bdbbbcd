//! Every figure of speed that does not need Python: ours, and beside it linfa, smartcore and the same formula written out in SQL.
//!
//! All are taken in one run; a ratio above 1 means that ours is faster. The figures are also written to
//! `target/bench-data/ours.json`, where `scorecard.py` finds them; so are the Parquet files that both read.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that fails panics, its purpose is to print and it looks at the clock"
)]

mod fits;
mod rivals;
mod scoring;

use std::time::{Duration, Instant};

use datafusion_ml_benches::{Wide, data_folder, dense_table, mixed_table, parquet_file, wide_table};
use tokio::runtime::Runtime;

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows of the dense and the mixed table; 70 % of them are trained on.
const ROWS: usize = 1_000_000;
/// Runs whose median counts.
const RUNS: usize = 5;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The median time of some runs.
fn timed(runs: usize, mut run: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    median(times.collect())
}

/// What was measured, by name.
#[derive(Default)]
struct Figures(Vec<(&'static str, Duration)>);

impl Figures {
    fn add(&mut self, name: &'static str, time: Duration) -> Duration {
        self.0.push((name, time));
        time
    }

    /// Prints ours beside a rival.
    fn beside(&mut self, name: &'static str, ours: Duration, rivals: &[(&str, Duration)]) {
        self.add(name, ours);
        let ratio = |theirs: Duration| theirs.as_secs_f64() / ours.as_secs_f64();
        let rivals: Vec<String> =
            rivals.iter().map(|(rival, theirs)| format!("{rival} {theirs:.2?}, ratio {:.2}", ratio(*theirs))).collect();
        println!("{name}: ours {ours:.2?}; {}", rivals.join("; "));
    }

    fn write(&self) -> std::io::Result<()> {
        let lines: Vec<String> = self.0.iter().map(|(name, time)| format!("  \"{name}\": {}", time.as_secs_f64())).collect();
        std::fs::write(data_folder().join("ours.json"), format!("{{\n{}\n}}\n", lines.join(",\n")))
    }
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    std::fs::create_dir_all(data_folder()).expect("a folder");
    runtime.block_on(async {
        parquet_file("dense", || dense_table(ROWS)).await.expect("a file");
        parquet_file("mixed", || mixed_table(ROWS)).await.expect("a file");
        parquet_file("faces", || wide_table(Wide::FACES)).await.expect("a file");
        parquet_file("digits", || wide_table(Wide::DIGITS)).await.expect("a file");
    });
    let mut figures = Figures::default();
    scoring::measure(&runtime, &mut figures);
    fits::measure(&runtime, &mut figures);
    rivals::measure(&runtime, &mut figures);
    figures.write().expect("the figures are kept");
}
