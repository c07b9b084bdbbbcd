//! Scoring in a query beside the same formula written out in SQL, and beside plain sums of the same columns; and one row at a
//! time.
//!
//! One million rows of 28 numbers in memory, two partitions. Each is one query: what differs is only the expression. Then single
//! rows of 28 values, and beside them the query that scores one row of literals. Prints the times and their ratios before the
//! usual figures.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that fails panics, and its purpose is to print; criterion's macros make undocumented functions"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use datafusion::prelude::SessionContext;
use datafusion_ml::{MlContext, ModelStore, Scorer, Value};
use datafusion_ml_benches::{FEATURES, feature_list, features, session};
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;
/// Single rows that are scored in turn.
const DIFFERENT_ROWS: usize = 1_000;

async fn run(session: &SessionContext, sql: &str) {
    session.sql(sql).await.expect("it plans").collect().await.expect("it runs");
}

fn scoring(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let session = session(ROWS).expect("a table");
    let names: Vec<_> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    let scorer = runtime.block_on(async {
        let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await.expect("a context");
        let query = session.sql(&format!("SELECT {}, y FROM t LIMIT 20000", feature_list())).await.expect("it plans");
        Scorer::new(ml.train("bench", query).target("y").function("score").await.expect("it trains")).expect("it compiles")
    });
    one_row(criterion, &runtime, &session, &scorer);

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

/// Single rows without SQL, each another one, and the same by a query of literals.
fn one_row(criterion: &mut Criterion, runtime: &Runtime, session: &SessionContext, scorer: &Scorer) {
    let rows: Vec<_> = (0..DIFFERENT_ROWS).map(|row| features(row).map(Value::Number)).collect();
    let score = || rows.iter().map(|row| scorer.score_row(black_box(row)).expect("it scores")).sum::<f64>();
    let mut best = Duration::MAX;
    for _ in 0..200 {
        let start = Instant::now();
        black_box(score());
        best = start.elapsed().min(best);
    }
    let literals = features(0).map(|x| format!("CAST({x} AS DOUBLE)")).join(", ");
    let sql = format!("SELECT score_probability({literals})");
    let mut best_query = Duration::MAX;
    for _ in 0..50 {
        let start = Instant::now();
        runtime.block_on(run(session, &sql));
        best_query = start.elapsed().min(best_query);
    }
    let ns = best.as_nanos() as f64 / DIFFERENT_ROWS as f64;
    println!(
        "one row x {FEATURES}: {ns:.0} ns without SQL, {best_query:.1?} by a query of literals, ratio {:.0}",
        best_query.as_nanos() as f64 / ns
    );
    let mut group = criterion.benchmark_group(format!("one row/{FEATURES}"));
    let mut next = rows.iter().cycle();
    group.bench_function("score_row", |bencher| {
        bencher.iter(|| scorer.score_row(black_box(next.next().expect("there are rows"))));
    });
    group.finish();
}

criterion_group!(benches, scoring);
criterion_main!(benches);
