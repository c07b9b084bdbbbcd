//! Scoring in a query beside the same formula written out in SQL, and beside plain sums of the same columns.
//!
//! One million rows of 28 numbers in memory, two partitions. Each is one query: what differs is only the expression. Prints the three times and their ratios before the usual figures.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that fails panics, and its purpose is to print; criterion's macros make undocumented functions"
)]

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use datafusion::prelude::SessionContext;
use datafusion_ml::{MlContext, ModelStore};
use datafusion_ml_benches::{FEATURES, feature_list, session};
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;

async fn run(session: &SessionContext, sql: &str) {
    session.sql(sql).await.expect("it plans").collect().await.expect("it runs");
}

fn scoring(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let session = session(ROWS).expect("a table");
    let names: Vec<_> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    runtime.block_on(async {
        let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await.expect("a context");
        let query = format!("SELECT {}, y FROM t LIMIT 20000", feature_list());
        let frame = ml.sql(&format!("CREATE MODEL bench FROM ({query}) TARGET y FUNCTION score")).await;
        frame.expect("it trains").collect().await.expect("it reports");
    });

    // Any coefficients do: the work is the same.
    let terms: Vec<_> = names.iter().map(|name| format!("({name} - 0.001) * 0.731")).collect();
    let queries = [
        ("model", format!("SELECT sum(score_probability({})) FROM t", feature_list())),
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
}

criterion_group!(benches, scoring);
criterion_main!(benches);
