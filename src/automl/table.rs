//! The rows of the training query as DataFusion gave them, and what each column is for.

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::runtime::JoinSet;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use super::spec::{TrainSpec, find_column, two_roles};
use crate::error::{Error, Result};
use crate::model::ColumnType;

/// One column of the training query, in as many arrays as there were batches.
#[derive(Debug)]
pub(crate) struct Column {
    pub name: String,
    pub data_type: DataType,
    pub arrays: Vec<ArrayRef>,
}

/// The training query's result.
#[derive(Debug)]
pub(crate) struct Table {
    pub columns: Vec<Column>,
    pub n_rows: usize,
}

/// What the columns of the training query are for, by their indexes.
#[derive(Debug)]
pub(crate) struct Roles {
    pub target: usize,
    pub weight: Option<usize>,
    pub key: Vec<usize>,
    /// The column of `SPLIT (COLUMN …)` or `SPLIT (ORDER BY …)`.
    pub split: Option<usize>,
    /// Everything else, in the query's order.
    pub features: Vec<usize>,
}

impl Roles {
    /// Finds the columns that the statement names.
    pub(crate) fn new(spec: &TrainSpec, names: &[String]) -> Result<Self> {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if let Some([name, _]) = sorted.array_windows().find(|[a, b]| a == b) {
            return Err(Error::data(format!("the training query has two columns called {name}; give one an alias")));
        }
        let mut reserved: Vec<(&str, usize)> = Vec::new();
        for (role, written) in spec.reserved_columns() {
            let column = find_column(role, written, names)?;
            // Names that differ in case can still be one column.
            if let Some((earlier, _)) = reserved.iter().find(|(_, other)| *other == column) {
                return Err(two_roles(earlier, role, &names[column]));
            }
            reserved.push((role, column));
        }
        let find = |role: &str| reserved.iter().find(|(other, _)| *other == role).map(|(_, column)| *column);
        let target = find("target").ok_or_else(|| Error::internal("a model without a target"))?;
        let (weight, split) = (find("weight"), find("split"));
        let key: Vec<usize> = reserved.iter().filter(|(role, _)| *role == "key").map(|(_, column)| *column).collect();
        let features: Vec<usize> = (0..names.len()).filter(|i| reserved.iter().all(|(_, column)| column != i)).collect();
        if features.is_empty() {
            return Err(Error::data("the training query has no feature: it needs at least one column beside the target")
                .with_hint("add columns to its SELECT list"));
        }
        Ok(Self { target, weight, key, split, features })
    }
}

/// The names of a schema's columns.
pub(crate) fn column_names(schema: &SchemaRef) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// Checks that the type of each feature is one that models can learn from.
pub(crate) fn check_feature_types(schema: &SchemaRef, roles: &Roles) -> Result<()> {
    for feature in &roles.features {
        let field = schema.field(*feature);
        if let DataType::Timestamp(_, Some(zone)) = field.data_type()
            && zone.parse::<Tz>().is_err()
        {
            return Err(Error::data(format!("column {} has the unknown time zone {zone}", field.name()))
                .with_hint("zones are names such as Europe/Berlin, or offsets such as +02:00"));
        }
        if !ColumnType::from_arrow(field.data_type()).is_some_and(|column_type| column_type.can_be_feature()) {
            return Err(Error::data(format!(
                "column {} has type {}, which cannot be a feature",
                field.name(),
                field.data_type()
            ))
            .with_hint(
                "leave it out of the query, or turn it into numbers, booleans, text, times, lists of numbers, or structs of these",
            ));
        }
    }
    Ok(())
}

/// Runs the training query, all partitions at once, and keeps its rows. Memory is taken from the session's pool.
///
/// Dropping the future stops the query.
pub(crate) async fn collect(query: DataFrame, reservation: &MemoryReservation, seen: impl Fn(usize)) -> Result<Table> {
    let task_context = std::sync::Arc::new(query.task_ctx());
    let plan = query.create_physical_plan().await?;
    let schema = plan.schema();
    let streams = execute_stream_partitioned(plan, task_context)?;
    let (sender, mut receiver) = tokio::sync::mpsc::channel(streams.len().max(1));
    // Dropping the set, with this future, aborts the tasks.
    let mut tasks = JoinSet::new();
    for mut stream in streams {
        let sender = sender.clone();
        tasks.spawn(async move {
            while let Some(batch) = stream.next().await {
                if sender.send(batch).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut batches: Vec<RecordBatch> = Vec::new();
    let mut n_rows = 0;
    while let Some(batch) = receiver.recv().await {
        let batch = batch?;
        if batch.num_rows() > 0 {
            reservation.try_grow(batch.get_array_memory_size())?;
            n_rows += batch.num_rows();
            seen(n_rows);
            batches.push(batch);
        }
    }
    while let Some(joined) = tasks.join_next().await {
        joined.map_err(|error| Error::internal(format!("a reader of the training query failed: {error}")))?;
    }
    let columns = schema.fields().iter().enumerate().map(|(i, field)| Column {
        name: field.name().clone(),
        data_type: field.data_type().clone(),
        arrays: batches.iter().map(|batch| ArrayRef::clone(batch.column(i))).collect(),
    });
    Ok(Table { columns: columns.collect(), n_rows })
}
