//! A host with a session of its own: it trains from a `DataFrame`, keeps its models in a folder, and its plain SQL sees them.
//!
//! Run it from the root of the project: `cargo run --features cli --example embed`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example prints, and ends where something is wrong")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::common::ScalarValue;
use datafusion::execution::FunctionRegistry;
use datafusion::functions_aggregate::expr_fn::avg;
use datafusion::prelude::{CsvReadOptions, SessionContext, col, lit};
use datafusion_ml::{Error, ErrorKind, MlContext, ModelStore, Split, ThresholdChoice};

const CUSTOMERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/telco_churn.csv");

/// What the host would do anyway: a session with its tables.
async fn host() -> Result<SessionContext, Box<dyn std::error::Error>> {
    let session = SessionContext::new();
    session.register_csv("customers", CUSTOMERS, CsvReadOptions::new()).await?;
    Ok(session)
}

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    train(folder.path()).await?;
    use_it(folder.path()).await
}

/// One program trains.
async fn train(models: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let session = host().await?;
    let ml = MlContext::new(session.clone(), ModelStore::open(models)?).await?;

    // Any DataFrame will do: a query, a file, a plan that the host has built.
    let customers = session.table("customers").await?.drop_columns(&["\"customerID\""])?;

    // Before training: what would it find?
    let report = ml.train("churn", customers.clone()).target("Churn").dry_run().await?;
    assert_eq!(report.value("model", "problem type"), Some("BINARY_CLASSIFICATION"));

    // Losing a customer costs five times as much as a call for nothing.
    let phases = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&phases);
    let model = ml
        .train("churn", customers.clone())
        .target("Churn")
        .split(Split::random(0.8))
        .threshold(ThresholdChoice::Cost { false_positive: 1.0, false_negative: 5.0 })
        .description("who leaves, for the campaign of this quarter")
        .on_progress(move |phase, _done| {
            seen.fetch_add(1, Ordering::Relaxed);
            println!("  {phase}");
        })
        .await?;
    assert!(phases.load(Ordering::Relaxed) > 0);

    // The report is data; so are the figures on the customers that it never saw.
    let roc_auc = model.evaluation.metric("roc_auc").unwrap();
    println!("{} version {}: ROC AUC {:.3} on {} customers", model.name, model.version, roc_auc.value, model.evaluation.n_rows);
    assert!(roc_auc.value > 0.82, "the model tells leavers from stayers worse than it did");
    assert!(model.threshold.as_ref().unwrap().value < 0.4, "calls are cheap");

    // Errors are there to be matched on.
    let again = ml.train("churn", customers.clone()).target("Churn").await;
    assert_eq!(what_to_do(&again.unwrap_err()), "replace it?");
    let misspelt = ml.train("churn_2", customers.clone()).target("Chrun").await;
    assert_eq!(what_to_do(&misspelt.unwrap_err()), "choose one of 20 columns");
    let impossible = ml.train("churn_2", customers.clone()).target("Churn").split(Split::random(1.5)).await;
    assert_eq!(what_to_do(&impossible.unwrap_err()), "change RATIO");
    let empty = ml.train("churn_2", customers.clone().filter(lit(false))?).target("Churn").await;
    assert_eq!(what_to_do(&empty.unwrap_err()), "look at the data");

    // A new version in one step; queries that run keep the one they were planned with.
    let next = ml.train("churn", customers).target("Churn").l2(10.0).or_replace().await?;
    assert_eq!((next.version, ml.store().versions(&next.name).len()), (2, 2));
    Ok(())
}

/// What a program could show instead of the message.
fn what_to_do(error: &Error) -> String {
    println!("  refused: {error}");
    match error.kind() {
        ErrorKind::ModelExists { .. } => "replace it?".into(),
        ErrorKind::ColumnNotFound { columns, .. } => format!("choose one of {} columns", columns.len()),
        ErrorKind::InvalidOption { name, .. } => format!("change {name}"),
        ErrorKind::Data { .. } => "look at the data".into(),
        _ => "ask for help".into(),
    }
}

/// Another program, another day: it opens the folder, and plain SQL has the functions.
async fn use_it(models: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let session = host().await?;
    let store = ModelStore::open(models)?;
    assert!(store.damaged().is_empty());
    let ml = MlContext::new(session.clone(), store).await?;
    let model = &ml.store().models()[0];
    assert_eq!((model.name.to_string().as_str(), model.version), ("churn", 2));

    // `f(*)` picks the arguments by name.
    let likeliest = r#"SELECT "customerID", predict_churn(*) AS label, round(predict_churn_probability(*), 3) AS p
        FROM customers WHERE "Churn" = 'No' ORDER BY p DESC, "customerID" LIMIT 3"#;
    println!("{}", pretty_format_batches(&ml.sql(likeliest).await?.collect().await?)?);

    // Everything that knows the session knows the function: SQL of its own, views, and the DataFrame API.
    let arguments: Vec<_> = model.features.iter().map(|feature| feature.name.clone()).collect();
    let function = session.udf(&format!("{}_probability", model.function))?;
    let call = function.call(arguments.iter().map(|name| col(format!("\"{name}\""))).collect());
    let mean = session.table("customers").await?.aggregate(vec![], vec![avg(call).alias("p")])?.collect().await?;
    let mean = ScalarValue::try_from_array(mean[0].column(0), 0)?;
    println!("{mean} of all customers are expected to leave");
    let ScalarValue::Float64(Some(mean)) = mean else { return Err("no number".into()) };
    assert!((mean - 0.265).abs() < 0.02, "the probabilities do not add up to the leavers");

    // Old versions can be removed, one by one or all at once.
    let name = model.name.clone();
    ml.store().remove(&name, Some(1))?;
    assert_eq!(ml.store().versions(&name).len(), 1);
    Ok(())
}
