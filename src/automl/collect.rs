//! Runs the training query: reads its rows, hashes them, and keeps them in memory or in a temporary file.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::runtime::JoinSet;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::DataFrame;
use futures::StreamExt;

use super::array_file::ArrayFileWriter;
use super::memory::Memory;
use super::table::{Arrays, Column, Table};
use crate::error::{Error, Result};
use crate::model::row_hash::row_hashes;

/// What reading the target and splitting take of each row.
const PREPARING_BYTES: usize = 48;

/// Runs the training query, all partitions at once, and keeps its rows with their hashes by a seed: in memory as long as the
/// session's pool grants it, from then on all of them in a temporary file.
///
/// Dropping the future stops the query.
pub(crate) async fn collect(query: DataFrame, seed: u64, memory: &Memory, seen: impl Fn(usize)) -> Result<Table> {
    let task_context = Arc::new(query.task_ctx());
    let plan = query.create_physical_plan().await?;
    let schema = plan.schema();
    let by_name = Arc::new(columns_by_name(&schema));
    let streams = execute_stream_partitioned(plan, task_context)?;
    let (sender, mut receiver) = tokio::sync::mpsc::channel(streams.len().max(1));
    // Dropping the set, with this future, aborts the tasks.
    let mut tasks = JoinSet::new();
    for mut stream in streams {
        let (sender, by_name) = (sender.clone(), Arc::clone(&by_name));
        tasks.spawn(async move {
            while let Some(batch) = stream.next().await {
                // Here rather than later: the batch is still in the cache, and every reader hashes its own.
                let hashed = batch.map_err(Error::from).and_then(|batch| {
                    let columns: Vec<ArrayRef> = by_name.iter().map(|i| ArrayRef::clone(batch.column(*i))).collect();
                    Ok((row_hashes(&columns, batch.num_rows(), seed)?, batch))
                });
                if sender.send(hashed).await.is_err() {
                    break;
                }
            }
        });
    }
    drop(sender);
    let mut rows = Collected::new(memory, schema.fields().len())?;
    while let Some(hashed) = receiver.recv().await {
        let (hashes, batch) = hashed?;
        if batch.num_rows() > 0 {
            rows.add(hashes, batch).await?;
            seen(rows.n_rows);
        }
    }
    while let Some(joined) = tasks.join_next().await {
        joined.map_err(|error| Error::internal(format!("a reader of the training query failed: {error}")))?;
    }
    rows.finish(&schema)
}

/// Rows are hashed by the order of their columns' names.
fn columns_by_name(schema: &SchemaRef) -> Vec<usize> {
    let mut columns: Vec<usize> = (0..schema.fields().len()).collect();
    columns.sort_by_key(|i| schema.field(*i).name());
    columns
}

/// The rows that were read so far.
struct Collected<'a> {
    memory: &'a Memory,
    n_rows: usize,
    n_columns: usize,
    hashes: Vec<Vec<u128>>,
    of_hashes: MemoryReservation,
    /// Empty from the first refusal on.
    batches: Vec<RecordBatch>,
    of_batches: MemoryReservation,
    on_disk: Option<ArrayFileWriter>,
}

impl<'a> Collected<'a> {
    fn new(memory: &'a Memory, n_columns: usize) -> Result<Self> {
        Ok(Self {
            memory,
            n_rows: 0,
            n_columns,
            hashes: Vec::new(),
            of_hashes: memory.hold("hashing", 0, 0)?,
            batches: Vec::new(),
            of_batches: memory.nothing(),
            on_disk: None,
        })
    }

    async fn add(&mut self, hashes: Vec<u128>, batch: RecordBatch) -> Result<()> {
        self.n_rows += batch.num_rows();
        // What comes next must find room beside the rows.
        let bytes = batch.get_array_memory_size() + batch.num_rows() * PREPARING_BYTES;
        if self.on_disk.is_none() && !self.memory.try_grow(&self.of_batches, bytes) {
            self.leave_memory().await?;
        }
        match &mut self.on_disk {
            Some(file) => file.add(batch)?,
            None => self.batches.push(batch),
        }
        // After the rows have made room, if they had to.
        let bytes = size_of_val(hashes.as_slice());
        if self.of_hashes.try_grow(bytes).is_err() {
            if self.on_disk.is_none() {
                self.leave_memory().await?;
            }
            self.memory.grow(&self.of_hashes, "hashing", self.n_rows, bytes)?;
        }
        self.hashes.push(hashes);
        Ok(())
    }

    /// Writes all rows to a temporary file.
    async fn leave_memory(&mut self) -> Result<()> {
        let mut file = ArrayFileWriter::new(self.memory.temporary_file()?, self.n_columns);
        for batch in std::mem::take(&mut self.batches) {
            file.add(batch)?;
            // Others run, and whoever dropped the future is heard.
            tokio::task::yield_now().await;
        }
        self.of_batches.free();
        self.on_disk = Some(file);
        Ok(())
    }

    fn finish(self, schema: &SchemaRef) -> Result<Table> {
        let Self { n_rows, hashes, of_hashes, batches, of_batches, on_disk, .. } = self;
        let arrays: Vec<Arrays> = match on_disk {
            Some(file) => file.finish()?.into_iter().map(Arrays::OnDisk).collect(),
            None => (0..schema.fields().len())
                .map(|i| {
                    let arrays: Vec<ArrayRef> = batches.iter().map(|batch| ArrayRef::clone(batch.column(i))).collect();
                    let bytes = arrays.iter().map(Array::get_array_memory_size).sum();
                    let held = of_batches.size().checked_sub(bytes).map(|_| of_batches.split(bytes));
                    Arrays::InMemory { arrays, _held: held }
                })
                .collect(),
        };
        let columns = schema.fields().iter().zip(arrays);
        let columns = columns
            .map(|(field, arrays)| Column {
                name: field.name().clone(),
                data_type: field.data_type().clone(),
                is_category: false,
                arrays,
            })
            .collect();
        let mut flat = Vec::with_capacity(n_rows);
        hashes.into_iter().for_each(|hashes| flat.extend(hashes));
        Ok(Table { columns, n_rows, hashes: (flat, of_hashes) })
    }
}
