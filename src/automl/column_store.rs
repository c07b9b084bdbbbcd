//! Encoded columns: in memory while the pool grants it, else in a temporary file, one column after the other.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::execution::memory_pool::MemoryReservation;
use pulp::bytemuck::{AnyBitPattern, NoUninit, cast_slice, cast_slice_mut};

use super::fold::Rows;
use super::memory::Memory;
use super::temporary_file::{Reader, TemporaryFile};
use crate::error::Result;
use crate::model::EncodedBatch;

/// Bytes of the rows that one thread reads at a time, if they are as few as a block.
const CHUNK_BYTES: usize = 1 << 19;

/// A column of numbers or codes, all rows in canonical order.
#[derive(Debug)]
pub(crate) enum Stored<T> {
    InMemory(Vec<T>, MemoryReservation),
    /// From this byte of the file on.
    OnDisk(u64),
}

/// The columns of the design matrix, in its order.
#[derive(Debug, Default)]
pub(crate) struct StoredColumns {
    pub dense: Vec<Stored<f64>>,
    pub codes: Vec<Stored<u32>>,
    /// Numbers in the user's own units, where they are kept.
    pub raw: Vec<Stored<f64>>,
}

/// Takes encoded columns as they are learned.
#[derive(Debug)]
pub(crate) struct ColumnStore {
    memory: Memory,
    /// Whether columns may stay in memory as long as there is room.
    has_room: bool,
    /// Made for the first column that goes to disk.
    file: Mutex<Option<Arc<TemporaryFile>>>,
}

impl ColumnStore {
    pub(crate) fn new(memory: &Memory, has_room: bool) -> Self {
        Self { memory: memory.clone(), has_room, file: Mutex::default() }
    }

    /// Keeps a column. After the first that does not fit into memory, all others go to disk as well.
    pub(crate) fn keep<T: NoUninit>(&self, column: Vec<T>) -> Result<Stored<T>> {
        let is_full = !self.has_room || self.file.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        let held = if is_full { None } else { self.memory.try_hold(size_of_val(column.as_slice())) };
        match held {
            Some(held) => Ok(Stored::InMemory(column, held)),
            None => self.write(&column).map(Stored::OnDisk),
        }
    }

    fn write<T: NoUninit>(&self, column: &[T]) -> Result<u64> {
        self.file()?.append(cast_slice(column))
    }

    /// The file, which is made now if there is none.
    fn file(&self) -> Result<Arc<TemporaryFile>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match &*file {
            Some(file) => Ok(Arc::clone(file)),
            None => Ok(Arc::clone(file.insert(Arc::new(self.memory.temporary_file()?)))),
        }
    }

    /// All columns of the design: all in memory, if that leaves so many bytes free, or all on disk.
    pub(crate) fn finish(self, n_rows: usize, columns: StoredColumns, free: usize) -> Result<Columns> {
        let StoredColumns { dense, codes, raw } = columns;
        if self.memory.hold("", n_rows, free).is_err() {
            self.file()?;
        }
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(file) = file else {
            let mut held = Vec::new();
            let dense = dense.into_iter().map(|column| in_memory(column, &mut held)).collect();
            let codes = codes.into_iter().map(|column| in_memory(column, &mut held)).collect();
            let raw = raw.into_iter().map(|column| in_memory(column, &mut held)).collect();
            return Ok(Columns::InMemory { x: EncodedBatch::new(n_rows, dense, codes), raw, held });
        };
        let dense = dense.into_iter().map(|column| self.place(column)).collect::<Result<_>>()?;
        let codes = codes.into_iter().map(|column| self.place(column)).collect::<Result<_>>()?;
        let raw = raw.into_iter().map(|column| self.place(column)).collect::<Result<_>>()?;
        Ok(Columns::OnDisk(ColumnFile { file, n_rows, dense, codes, raw }))
    }

    fn place<T: NoUninit>(&self, column: Stored<T>) -> Result<u64> {
        match column {
            Stored::OnDisk(place) => Ok(place),
            Stored::InMemory(column, _) => self.write(&column),
        }
    }
}

fn in_memory<T>(column: Stored<T>, held: &mut Vec<MemoryReservation>) -> Vec<T> {
    match column {
        Stored::InMemory(column, reservation) => {
            held.push(reservation);
            column
        }
        // There is no file.
        Stored::OnDisk(_) => Vec::new(),
    }
}

/// The columns of the design matrix.
#[derive(Debug)]
pub(crate) enum Columns {
    /// With the numbers in the user's own units, where they are kept, and the memory that all take.
    InMemory {
        x: EncodedBatch,
        raw: Vec<Vec<f64>>,
        held: Vec<MemoryReservation>,
    },
    OnDisk(ColumnFile),
}

/// Which columns a pass over the rows looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// All of the design matrix.
    All,
    /// The numbers in the user's own units as well.
    AlsoRaw,
    /// By their places; a block has nothing of the others.
    Only { dense: &'a [usize], categories: &'a [usize] },
}

/// Columns of the design matrix in a file, one after the other, all rows in canonical order.
#[derive(Debug)]
pub(crate) struct ColumnFile {
    file: Arc<TemporaryFile>,
    n_rows: usize,
    /// The first byte of each column.
    dense: Vec<u64>,
    codes: Vec<u64>,
    /// Those of numbers in the user's own units.
    raw: Vec<u64>,
}

impl ColumnFile {
    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Whether the numbers in the user's own units are kept.
    pub(super) fn has_raw(&self) -> bool {
        !self.raw.is_empty()
    }

    /// Bytes of one row.
    fn row_bytes(&self) -> usize {
        (self.dense.len() + self.raw.len()) * size_of::<f64>() + self.codes.len() * size_of::<u32>()
    }

    /// Rows to read at a time: a whole number of blocks, at least one.
    pub(super) fn chunk_rows(&self, block: usize) -> usize {
        (CHUNK_BYTES / self.row_bytes().max(1) / block).max(1) * block
    }

    /// Bytes that a chunk takes.
    pub(super) fn chunk_bytes(&self, block: usize) -> usize {
        self.chunk_rows(block).min(self.n_rows) * self.row_bytes()
    }

    /// Reads neighbouring rows as folds see them; `rows` has the targets and weights of all.
    pub(super) fn chunk(&self, rows: &Rows, range: &Range<usize>, wanted: Wanted<'_>) -> Result<Rows> {
        let mut raw = Vec::new();
        if let Wanted::AlsoRaw = wanted {
            let mut reader = self.file.reader()?;
            raw = self.raw.iter().map(|place| read(&mut reader, *place, range)).collect::<Result<_>>()?;
        }
        Ok(Rows {
            x: self.rows(range, wanted)?,
            y: rows.y[range.clone()].to_vec(),
            weight: rows.weight.as_ref().map(|weight| weight[range.clone()].to_vec()),
            raw,
        })
    }

    /// Reads the design matrix of neighbouring rows.
    fn rows(&self, range: &Range<usize>, wanted: Wanted<'_>) -> Result<EncodedBatch> {
        let mut reader = self.file.reader()?;
        let read_dense = |reader: &mut Reader, place: u64| read::<f64>(reader, place, range);
        let read_codes = |reader: &mut Reader, place: u64| read::<u32>(reader, place, range);
        let (dense, codes) = match wanted {
            Wanted::All | Wanted::AlsoRaw => (
                self.dense.iter().map(|place| read_dense(&mut reader, *place)).collect::<Result<_>>()?,
                self.codes.iter().map(|place| read_codes(&mut reader, *place)).collect::<Result<_>>()?,
            ),
            Wanted::Only { dense, categories } => {
                let (mut of_dense, mut of_codes) = (vec![Vec::new(); self.dense.len()], vec![Vec::new(); self.codes.len()]);
                for column in dense {
                    of_dense[*column] = read_dense(&mut reader, self.dense[*column])?;
                }
                for category in categories {
                    of_codes[*category] = read_codes(&mut reader, self.codes[*category])?;
                }
                (of_dense, of_codes)
            }
        };
        Ok(EncodedBatch::new(range.len(), dense, codes))
    }

    /// Reads the first rows of some dense columns.
    pub(super) fn dense(&self, columns: Range<usize>, n_rows: usize) -> Result<Vec<Vec<f64>>> {
        let mut reader = self.file.reader()?;
        self.dense[columns].iter().map(|place| read(&mut reader, *place, &(0..n_rows))).collect()
    }

    /// Reads the first codes of one category.
    pub(super) fn codes(&self, category: usize, n_rows: usize) -> Result<Vec<u32>> {
        read(&mut self.file.reader()?, self.codes[category], &(0..n_rows))
    }
}

fn read<T: NoUninit + AnyBitPattern + Default>(reader: &mut Reader, column: u64, range: &Range<usize>) -> Result<Vec<T>> {
    let mut values = vec![T::default(); range.len()];
    reader.read(column + (range.start * size_of::<T>()) as u64, cast_slice_mut(&mut values))?;
    Ok(values)
}
