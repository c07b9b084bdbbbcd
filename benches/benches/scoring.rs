//! Scoring with criterion's statistics: one million rows in a query, and one row at a time. `scorecard` shows it beside rivals.
#![allow(missing_docs, clippy::expect_used, reason = "a bench that fails panics; criterion's macros make undocumented functions")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use datafusion_ml::{MlContext, ModelStore, Scorer, Value};
use datafusion_ml_benches::{FEATURES, dense_session, feature_list, features};
use tokio::runtime::Runtime;

const ROWS: usize = 1_000_000;
/// Single rows that are scored in turn.
const DIFFERENT_ROWS: usize = 1_000;

fn scoring(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let session = dense_session(ROWS).expect("a table");
    let scorer = runtime.block_on(async {
        let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await.expect("a context");
        let query = session.sql(&format!("SELECT {}, y FROM t LIMIT 20000", feature_list())).await.expect("it plans");
        Scorer::new(ml.train("bench", query).target("y").function("score").await.expect("it trains")).expect("it compiles")
    });
    let rows: Vec<_> = (0..DIFFERENT_ROWS).map(|row| features(row).map(Value::Number)).collect();
    let mut next = rows.iter().cycle();
    let mut group = criterion.benchmark_group(format!("scoring/{FEATURES}"));
    group.bench_function("one row", |bencher| {
        bencher.iter(|| scorer.score_row(black_box(next.next().expect("there are rows"))));
    });
    let sql = format!("SELECT sum(score_probability({})) FROM t", feature_list());
    group.sample_size(10);
    group.bench_function("query", |bencher| {
        bencher.iter(|| runtime.block_on(async { session.sql(&sql).await.expect("it plans").collect().await.expect("it runs") }));
    });
    group.finish();
}

criterion_group!(benches, scoring);
criterion_main!(benches);
