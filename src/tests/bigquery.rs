//! BigQuery's functions: those that are listed run, those that are not translated say so.

use super::*;
use crate::sql;

#[tokio::test]
async fn every_function_that_is_listed_runs() {
    let ml = context().await;
    run(&ml, "SET datafusion.sql_parser.dialect = 'bigquery'").await.unwrap();
    let mut faults = Vec::new();
    for query in sql::bigquery_examples() {
        if let Err(fault) = run(&ml, &query).await {
            faults.push(format!("{query}\n{fault}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

async fn run(ml: &MlContext, query: &str) -> Result<(), String> {
    let frame = ml.sql(query).await.map_err(|error| error.render())?;
    frame.collect().await.map(|_| ()).map_err(|error| error.to_string())
}
