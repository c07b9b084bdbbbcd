//! Every file of `tests/sql`, each with a session and a store of its own.
//!
//! The files are sqllogictest: a statement or query, then what it gives. Floats are compared with 12 significant digits, nulls
//! are `NULL`, empty text is `(empty)`. `UPDATE_SLT=1` writes what the statements give into the files; read the difference.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_ml::{Error, MlContext, ModelStore};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn sql_files() {
    let files = files();
    assert!(!files.is_empty());
    let mut running = JoinSet::new();
    let handle = tokio::runtime::Handle::current();
    for file in files {
        // The runner's futures cannot move between threads, so every file gets a thread.
        let handle = handle.clone();
        running.spawn_blocking(move || handle.block_on(run(&file)).map_err(|failure| format!("{}\n{failure}", file.display())));
    }
    let failures: Vec<_> = running.join_all().await.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{} of the files failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "slt")).collect();
    files.sort();
    files
}

async fn run(file: &Path) -> Result<(), String> {
    let mut runner = Runner::new(|| async { Database::open().await });
    if std::env::var_os("UPDATE_SLT").is_some() {
        let compare = sqllogictest::default_validator;
        let types = sqllogictest::default_column_validator;
        let result = runner.update_test_file(file, "\t", compare, sqllogictest::default_normalizer, types).await;
        return result.map_err(|error| error.to_string());
    }
    runner.run_file_async(file).await.map_err(|error| error.display(false).to_string())
}

/// One session; files that set its batch size or partitions do not disturb each other.
struct Database(MlContext);

impl Database {
    async fn open() -> Result<Self, Error> {
        // The same plans everywhere, whatever the machine.
        let config = SessionConfig::new().with_target_partitions(4).with_information_schema(true);
        Ok(Self(MlContext::new(SessionContext::new_with_config(config), ModelStore::in_memory()).await?))
    }
}

#[async_trait]
impl AsyncDB for Database {
    type Error = Error;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Error> {
        let checked = self.0.parse(sql)?.into_iter().try_for_each(|statement| self.0.check(statement));
        let frame = self.0.sql(sql).await?;
        let types: Vec<_> = frame.schema().fields().iter().map(|field| column_type(field.data_type())).collect();
        let batches = frame.collect().await?;
        // What runs passes the check.
        checked?;
        if types.is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        let mut rows = vec![];
        for batch in &batches {
            rows.extend(text(batch)?);
        }
        Ok(DBOutput::Rows { types, rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &'static str {
        "datafusion-ml"
    }
}

fn column_type(data_type: &DataType) -> DefaultColumnType {
    match data_type {
        integer if integer.is_integer() => DefaultColumnType::Integer,
        number if number.is_numeric() => DefaultColumnType::FloatingPoint,
        text if text.is_string() => DefaultColumnType::Text,
        _ => DefaultColumnType::Any,
    }
}

fn text(batch: &RecordBatch) -> Result<Vec<Vec<String>>, Error> {
    let columns: Vec<_> = batch.columns().iter().map(column).collect::<Result<_, _>>()?;
    Ok((0..batch.num_rows()).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect())
}

fn column(values: &ArrayRef) -> Result<Vec<String>, Error> {
    let options = FormatOptions::new().with_null("NULL");
    if values.data_type().is_floating() {
        let values = cast(values, &DataType::Float64)?;
        let values = values.as_primitive::<Float64Type>();
        return Ok(values.iter().map(|value| value.map_or_else(|| "NULL".to_owned(), significant)).collect());
    }
    let formatter = ArrayFormatter::try_new(values.as_ref(), &options)?;
    let text = |row| match formatter.value(row).to_string() {
        text if text.is_empty() => "(empty)".to_owned(),
        text => text,
    };
    Ok((0..values.len()).map(text).collect())
}

/// Twelve significant digits: what two machines agree on.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    format!("{value:.11e}").parse::<f64>().map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}
