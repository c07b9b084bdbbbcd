//! The values of one column of the training query, brought together and put in order.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArrayType};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::HashMap;
use datafusion::execution::memory_pool::MemoryReservation;

use super::features::TrainingRows;
use super::target::check_finite;
use crate::error::{Error, Result};
use crate::model::{ColumnType, NumberSource};

/// The code of null in [`Values::Texts`].
pub(crate) const NULL: u32 = u32::MAX;

/// The values of a column.
#[derive(Debug)]
pub(crate) enum Values {
    /// Numbers; NaN is null. Booleans are 0 and 1.
    Numbers(Vec<f64>),
    /// Texts: the distinct ones in order of appearance, and per row the index of its text or [`NULL`].
    Texts { distinct: Vec<Arc<str>>, codes: Vec<u32> },
}

impl Values {
    /// Reads arrays, in the order of their rows.
    pub(crate) fn read(column_type: &ColumnType, arrays: impl IntoIterator<Item = Result<ArrayRef>>) -> Result<Self> {
        Self::read_with(column_type, arrays, Vec::new(), 0, |_| Ok(()))
    }

    /// The same of about so many rows; `check` hears after every array what the distinct texts take. Numbers are kept in a vector that
    /// is given.
    fn read_with(
        column_type: &ColumnType,
        arrays: impl IntoIterator<Item = Result<ArrayRef>>,
        mut numbers: Vec<f64>,
        n_rows: usize,
        mut check: impl FnMut(usize) -> Result<()>,
    ) -> Result<Self> {
        if column_type.is_text() {
            let mut texts = Interner { codes: Vec::with_capacity(n_rows), ..Interner::default() };
            for array in arrays {
                texts.add(&array?)?;
                check(texts.bytes)?;
            }
            return Ok(Self::Texts { distinct: texts.distinct, codes: texts.codes });
        }
        let source = source(column_type);
        numbers.clear();
        numbers.reserve_exact(n_rows);
        for array in arrays {
            append(&mut numbers, &source.read(&array?)?);
            check(0)?;
        }
        Ok(Self::Numbers(numbers))
    }
}

/// Vectors that columns are read into before they are brought into order: one for each thread, used again for every column, because
/// memory that is new to a process costs more than what is done with it here.
#[derive(Debug, Default)]
pub(crate) struct ReadBuffers(Mutex<Vec<Vec<f64>>>);

impl ReadBuffers {
    fn take(&self) -> Vec<f64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, buffer: Vec<f64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

/// The values of a feature in canonical order.
#[derive(Debug)]
pub(crate) struct OrderedValues {
    pub values: Values,
    /// What the distinct texts take.
    _held: MemoryReservation,
}

impl OrderedValues {
    /// Reads the arrays of a feature.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) where a number is infinite, also in a row that is left out.
    pub(crate) fn read(
        name: &str,
        column_type: &ColumnType,
        arrays: impl IntoIterator<Item = Result<ArrayRef>>,
        rows: TrainingRows<'_>,
    ) -> Result<Self> {
        let held = rows.memory.hold("telling texts apart", rows.n_rows, 0)?;
        let buffer = if column_type.is_text() { Vec::new() } else { rows.buffers.take() };
        let values = Values::read_with(column_type, arrays, buffer, rows.n_rows, |bytes| {
            rows.cancel.check()?;
            rows.memory.grow(&held, "telling texts apart", rows.n_rows, bytes.saturating_sub(held.size()))
        })?;
        let values = match values {
            Values::Numbers(numbers) => {
                check_finite("feature", name, &numbers)?;
                rows.cancel.check()?;
                let ordered = rows.order.iter().map(|row| numbers[*row as usize]).collect();
                rows.buffers.give_back(numbers);
                Values::Numbers(ordered)
            }
            Values::Texts { distinct, codes } => {
                rows.cancel.check()?;
                Values::Texts { distinct, codes: rows.order.iter().map(|row| codes[*row as usize]).collect() }
            }
        };
        Ok(Self { values, _held: held })
    }
}

/// Appends numbers, nulls as NaN.
fn append(numbers: &mut Vec<f64>, array: &Float64Array) {
    if array.null_count() == 0 {
        numbers.extend_from_slice(array.values());
    } else {
        numbers.extend(array.iter().map(|value| value.unwrap_or(f64::NAN)));
    }
}

/// How numbers of a type are read.
pub(crate) fn source(column_type: &ColumnType) -> NumberSource {
    match column_type {
        ColumnType::Boolean => NumberSource::Boolean,
        ColumnType::Duration | ColumnType::Interval => NumberSource::Seconds,
        _ => NumberSource::Numeric,
    }
}

/// Gives each distinct text a number.
#[derive(Default)]
struct Interner {
    distinct: Vec<Arc<str>>,
    // The hasher is seeded by chance, but only look-ups are made: its order never shows.
    numbers: HashMap<Arc<str>, u32>,
    codes: Vec<u32>,
    /// What the distinct texts take.
    bytes: usize,
}

/// What a distinct text takes beside its bytes: its two counts, two pointers to it with its length, its number, and the share of
/// a table that is not full.
const TEXT_BYTES: usize = 80;

impl Interner {
    fn number(&mut self, text: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number = u32::try_from(self.distinct.len()).ok().filter(|number| *number < NULL);
        let number = number.ok_or_else(|| Error::data("a text column has more than four billion distinct values"))?;
        self.bytes += text.len() + TEXT_BYTES;
        let text: Arc<str> = Arc::from(text);
        self.distinct.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        Ok(number)
    }

    fn add(&mut self, array: &ArrayRef) -> Result<()> {
        match array.data_type() {
            DataType::Utf8 => self.add_texts(array.as_string::<i32>()),
            DataType::LargeUtf8 => self.add_texts(array.as_string::<i64>()),
            DataType::Utf8View => self.add_texts(array.as_string_view()),
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                if dictionary.values().is_empty() {
                    // All rows are null, and Arrow does not normalise keys of nothing.
                    self.codes.extend(std::iter::repeat_n(NULL, array.len()));
                    return Ok(());
                }
                let mut values = Self::default();
                values.add(dictionary.values())?;
                // Only values that rows use become known.
                let mut numbers = vec![None; values.distinct.len()];
                for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
                    let local = if array.is_null(row) { NULL } else { values.codes[key] };
                    let code = match numbers.get(local as usize) {
                        None => NULL,
                        Some(Some(number)) => *number,
                        Some(None) => {
                            let number = self.number(&values.distinct[local as usize])?;
                            numbers[local as usize] = Some(number);
                            number
                        }
                    };
                    self.codes.push(code);
                }
                Ok(())
            }
            other => Err(Error::internal(format!("text cannot be read from {other}"))),
        }
    }

    fn add_texts<'a>(&mut self, array: impl StringArrayType<'a>) -> Result<()> {
        for row in 0..array.len() {
            let code = if array.is_null(row) { NULL } else { self.number(array.value(row))? };
            self.codes.push(code);
        }
        Ok(())
    }
}
