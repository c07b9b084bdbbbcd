//! Scoring in a query beside the same formula written out in SQL and beside plain sums of the columns; and one row at a time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use datafusion_ml::{MlContext, ModelStore, Scorer, Value};
use datafusion_ml_benches::{FEATURES, data_folder, dense_session, feature_list, features};
use tokio::runtime::Runtime;

use super::{Figures, ROWS};

/// Single rows that are scored in turn.
const DIFFERENT_ROWS: usize = 1_000;

async fn run(session: &SessionContext, sql: &str) {
    session.sql(sql).await.expect("it plans").collect().await.expect("it runs");
}

/// The best times of some queries, taken in turns, so that a disturbance of the machine falls on all of them.
fn best<const N: usize>(runtime: &Runtime, session: &SessionContext, times: usize, queries: [&str; N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..times {
        for (best, sql) in best.iter_mut().zip(&queries) {
            let start = Instant::now();
            runtime.block_on(run(session, sql));
            *best = start.elapsed().min(*best);
        }
    }
    best
}

/// The formula of a logistic model; any coefficients do, the work is the same.
fn formula(arguments: &[String]) -> String {
    let terms: Vec<String> = arguments.iter().map(|argument| format!("({argument} - 0.001) * 0.731")).collect();
    format!("1.0 / (1.0 + exp(-(0.2 + {})))", terms.join(" + "))
}

pub(super) fn measure(runtime: &Runtime, figures: &mut Figures) {
    let session = dense_session(ROWS).expect("a table");
    let path = data_folder().join("dense.parquet");
    let scorer = runtime.block_on(async {
        session.register_parquet("pq", path.to_string_lossy(), ParquetReadOptions::default()).await.expect("a file");
        let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await.expect("a context");
        let query = session.sql(&format!("SELECT {}, y FROM t LIMIT 20000", feature_list())).await.expect("it plans");
        Scorer::new(ml.train("bench", query).target("y").function("score").await.expect("it trains")).expect("it compiles")
    });
    let names: Vec<String> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    let model = format!("SELECT sum(score_probability({})) FROM t", names.join(", "));
    let written_out = format!("SELECT sum({}) FROM t", formula(&names));
    let sums = format!("SELECT {} FROM t", names.iter().map(|name| format!("sum({name})")).collect::<Vec<_>>().join(", "));
    let [ours, theirs, floor] = best(runtime, &session, 10, [&model, &written_out, &sums]);
    figures.beside("score_1m", ours, &[("the formula in SQL", theirs), ("plain sums of the columns", floor)]);

    let [model, sums] = [model, sums].map(|query| query.replace("FROM t", "FROM pq"));
    let [ours, floor] = best(runtime, &session, 5, [&model, &sums]);
    figures.beside("score_1m_parquet", ours, &[("the scan with plain sums", floor)]);

    let rows: Vec<_> = (0..DIFFERENT_ROWS).map(|row| features(row).map(Value::Number)).collect();
    let mut one_row = Duration::MAX;
    for _ in 0..200 {
        let start = Instant::now();
        black_box(rows.iter().map(|row| scorer.score_row(black_box(row)).expect("it scores")).sum::<f64>());
        one_row = start.elapsed().min(one_row);
    }
    let literals = features(0).map(|x| format!("CAST({x} AS DOUBLE)"));
    let model = format!("SELECT score_probability({})", literals.join(", "));
    let written_out = format!("SELECT {}", formula(&literals));
    let [ours, theirs] = best(runtime, &session, 100, [&model, &written_out]);
    figures.beside("one_row_sql", ours, &[("the formula of literals", theirs)]);
    #[allow(clippy::cast_possible_truncation, reason = "a thousand")]
    let one_row = one_row / DIFFERENT_ROWS as u32;
    figures.beside("one_row", one_row, &[("a query", ours)]);
}
