//! Scoring in a query beside the same formula written out in SQL, and beside plain sums of the same columns.
//!
//! One million rows of 28 numbers in memory, two partitions. Each is one query: what differs is only the expression. Prints the three times and their ratios before the usual figures.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that fails panics, and its purpose is to print; criterion's macros make undocumented functions"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_ml::{MlContext, ModelStore};
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;
const BATCH: usize = 8_192;
const FEATURES: usize = 28;

/// A number in [-1, 1) that depends on its place only (`SplitMix64`).
fn noise(row: usize, column: usize) -> f64 {
    let mut z = ((row * 64 + column) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

fn batch(start: usize, rows: usize) -> RecordBatch {
    let columns: Vec<Vec<f64>> =
        (0..FEATURES).map(|column| (start..start + rows).map(|row| noise(row, column)).collect()).collect();
    let labels = (0..rows).map(|row| {
        let sum: f64 = columns.iter().enumerate().map(|(column, values)| values[row] * (column % 5) as f64).sum();
        i64::from(sum + 3.0 * noise(start + row, 63) > 0.0)
    });
    let labels: ArrayRef = Arc::new(labels.collect::<Int64Array>());
    let columns = columns.into_iter().enumerate().map(|(i, values)| {
        let array: ArrayRef = Arc::new(Float64Array::from(values));
        (format!("x{i}"), array)
    });
    RecordBatch::try_from_iter(columns.chain([("y".to_owned(), labels)])).expect("columns of one length")
}

fn session() -> SessionContext {
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    let batches: Vec<_> = (0..ROWS).step_by(BATCH).map(|start| batch(start, BATCH.min(ROWS - start))).collect();
    let schema = batches[0].schema();
    let (left, right) = batches.split_at(batches.len() / 2);
    let table = MemTable::try_new(schema, vec![left.to_vec(), right.to_vec()]).expect("batches of one schema");
    session.register_table("t", Arc::new(table)).expect("a new name");
    session
}

async fn run(session: &SessionContext, sql: &str) {
    session.sql(sql).await.expect("it plans").collect().await.expect("it runs");
}

fn scoring(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = std::env::temp_dir().join(format!("datafusion-ml-scoring-{}", std::process::id()));
    let session = session();
    let names: Vec<_> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    runtime.block_on(async {
        let store = ModelStore::open(&folder).expect("a folder");
        let ml = MlContext::new(session.clone(), store).await.expect("a context");
        let frame = ml.sql("CREATE MODEL bench FROM (SELECT * FROM t LIMIT 20000) TARGET y FUNCTION score").await;
        frame.expect("it trains").collect().await.expect("it reports");
    });

    // Any coefficients do: the work is the same.
    let terms: Vec<_> = names.iter().map(|name| format!("({name} - 0.001) * 0.731")).collect();
    let queries = [
        ("model", format!("SELECT sum(score_probability({})) FROM t", names.join(", "))),
        ("formula", format!("SELECT sum(1.0 / (1.0 + exp(-(0.2 + {})))) FROM t", terms.join(" + "))),
        ("sums", format!("SELECT {} FROM t", names.iter().map(|name| format!("sum({name})")).collect::<Vec<_>>().join(", "))),
    ];
    // Taken in turns, so that a disturbance of the machine falls on all three; the best of each is compared.
    let mut best = [Duration::MAX; 3];
    for _ in 0..10 {
        for (best, (_, sql)) in best.iter_mut().zip(&queries) {
            let start = Instant::now();
            runtime.block_on(run(&session, sql));
            *best = start.elapsed().min(*best);
        }
    }
    let [model, formula, sums] = best;
    println!("{ROWS} rows x {FEATURES}: model {model:.1?}, formula in SQL {formula:.1?}, plain sums {sums:.1?}");
    println!(
        "formula / model = {:.2}, model / sums = {:.2}",
        formula.as_secs_f64() / model.as_secs_f64(),
        model.as_secs_f64() / sums.as_secs_f64()
    );

    let mut group = criterion.benchmark_group(format!("scoring/{ROWS}x{FEATURES}"));
    group.sample_size(10);
    for (name, sql) in &queries {
        group.bench_function(*name, |bencher| bencher.iter(|| runtime.block_on(run(&session, sql))));
    }
    group.finish();
    // The folder lies among temporary files: it does no harm if it stays.
    let _ = std::fs::remove_dir_all(folder);
}

criterion_group!(benches, scoring);
criterion_main!(benches);
