//! The values of one column of the training query, brought together and put in order.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArrayType};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::HashMap;
use datafusion::execution::memory_pool::MemoryReservation;

use super::features::TrainingRows;
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
        if column_type.is_text() {
            let (mut texts, mut all) = (Interner::default(), Vec::new());
            for array in arrays {
                texts.add(&array?)?;
                all.append(&mut texts.codes);
            }
            return Ok(Self::Texts { distinct: texts.distinct, codes: all });
        }
        let source = source(column_type);
        let mut numbers = Vec::new();
        for array in arrays {
            let array = source.read(&array?)?;
            numbers.reserve(array.len());
            each(&array, |number| numbers.push(number));
        }
        Ok(Self::Numbers(numbers))
    }
}

/// The values of a column in canonical order.
#[derive(Debug)]
pub(crate) struct OrderedValues {
    pub values: Values,
    /// Infinite numbers among all rows of the query, also those that have no place.
    pub infinite: usize,
    /// What the distinct texts take.
    _held: MemoryReservation,
}

impl OrderedValues {
    /// Reads arrays and puts each row at its place at once.
    pub(crate) fn read(
        column_type: &ColumnType,
        arrays: impl IntoIterator<Item = Result<ArrayRef>>,
        rows: TrainingRows<'_>,
    ) -> Result<Self> {
        let n_places = rows.y.len();
        let held = rows.memory.hold("reading texts", n_places, 0)?;
        let mut places = rows.places.iter();
        if column_type.is_text() {
            let (mut texts, mut codes) = (Interner::default(), vec![NULL; n_places]);
            for array in arrays {
                rows.cancel.check()?;
                texts.add(&array?)?;
                let more = texts.bytes.saturating_sub(held.size());
                rows.memory.grow(&held, "telling texts apart", n_places, more)?;
                texts.codes.drain(..).for_each(|code| put(&mut codes, places.next(), code));
            }
            let values = Values::Texts { distinct: texts.distinct, codes };
            return Ok(Self { values, infinite: 0, _held: held });
        }
        let source = source(column_type);
        let (mut numbers, mut infinite) = (vec![f64::NAN; n_places], 0);
        for array in arrays {
            rows.cancel.check()?;
            each(&source.read(&array?)?, |number| {
                infinite += usize::from(number.is_infinite());
                put(&mut numbers, places.next(), number);
            });
        }
        Ok(Self { values: Values::Numbers(numbers), infinite, _held: held })
    }
}

/// Rows that are left out have a place behind all others.
fn put<T>(ordered: &mut [T], place: Option<&u32>, value: T) {
    if let Some(slot) = place.and_then(|place| ordered.get_mut(*place as usize)) {
        *slot = value;
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

/// Goes over numbers; nulls are NaN.
fn each(array: &Float64Array, mut see: impl FnMut(f64)) {
    if array.null_count() == 0 {
        array.values().iter().for_each(|number| see(*number));
    } else {
        array.iter().for_each(|number| see(number.unwrap_or(f64::NAN)));
    }
}

/// Gives each distinct text a number.
#[derive(Default)]
struct Interner {
    distinct: Vec<Arc<str>>,
    // The hasher is seeded by chance, but only look-ups are made: its order never shows.
    numbers: HashMap<Arc<str>, u32>,
    /// Of the rows that were added last.
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
