//! Columns of Arrow arrays in a temporary file, each of which can be read alone.
//!
//! Every array is a small Arrow IPC stream of its own; the places of a column's arrays are kept in memory.

use std::io::Cursor;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;

use super::temporary_file::TemporaryFile;
use crate::error::{Error, Result};

/// Small batches are brought together until they have so many rows or bytes.
const ROWS: usize = 16_384;
const BYTES: usize = 4 << 20;

/// The arrays of one column.
#[derive(Debug)]
pub(crate) struct ArrayFile {
    file: Arc<TemporaryFile>,
    /// Per array, its place and its bytes.
    arrays: Vec<(u64, usize)>,
}

impl ArrayFile {
    /// Number of arrays.
    pub(super) fn len(&self) -> usize {
        self.arrays.len()
    }

    /// Bytes of all arrays.
    pub(super) fn bytes(&self) -> usize {
        self.arrays.iter().map(|(_, length)| length).sum()
    }

    /// Reads one of the arrays.
    pub(super) fn read(&self, place: usize) -> Result<ArrayRef> {
        let (start, length) = self.arrays.get(place).ok_or_else(|| Error::internal("an array that was never written"))?;
        let mut bytes = vec![0; *length];
        self.file.reader()?.read(*start, &mut bytes)?;
        let batch = StreamReader::try_new(Cursor::new(bytes), None)?.next().transpose()?;
        batch.map(|batch| ArrayRef::clone(batch.column(0))).ok_or_else(|| Error::internal("an array without rows was written"))
    }
}

/// Writes batches as columns.
#[derive(Debug)]
pub(super) struct ArrayFileWriter {
    file: Arc<TemporaryFile>,
    columns: Vec<Vec<(u64, usize)>>,
    waiting: Vec<RecordBatch>,
}

impl ArrayFileWriter {
    pub(super) fn new(file: TemporaryFile, n_columns: usize) -> Self {
        Self { file: Arc::new(file), columns: vec![Vec::new(); n_columns], waiting: Vec::new() }
    }

    /// Adds a batch behind all others.
    pub(super) fn add(&mut self, batch: RecordBatch) -> Result<()> {
        self.waiting.push(batch);
        let rows: usize = self.waiting.iter().map(RecordBatch::num_rows).sum();
        let bytes: usize = self.waiting.iter().map(RecordBatch::get_array_memory_size).sum();
        if rows >= ROWS || bytes >= BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let batches = std::mem::take(&mut self.waiting);
        for (i, places) in self.columns.iter_mut().enumerate() {
            let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(i).as_ref()).collect();
            if arrays.is_empty() {
                continue;
            }
            let bytes = encode(compact(concat(&arrays)?))?;
            places.push((self.file.append(&bytes)?, bytes.len()));
        }
        Ok(())
    }

    /// Writes what still waits, and gives the columns.
    pub(super) fn finish(mut self) -> Result<Vec<ArrayFile>> {
        self.write()?;
        let Self { file, columns, .. } = self;
        Ok(columns.into_iter().map(|arrays| ArrayFile { file: Arc::clone(&file), arrays }).collect())
    }
}

/// A view of texts may hold on to much more than its own.
fn compact(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()),
        _ => array,
    }
}

fn encode(array: ArrayRef) -> Result<Vec<u8>> {
    let schema = Arc::new(Schema::new(vec![Field::new("", array.data_type().clone(), true)]));
    let mut writer = StreamWriter::try_new(Vec::with_capacity(array.get_array_memory_size() + 1024), &schema)?;
    writer.write(&RecordBatch::try_new(schema, vec![array])?)?;
    Ok(writer.into_inner()?)
}
