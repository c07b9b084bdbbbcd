//! The values of one column of the training query, brought together and put in order.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArrayType};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::HashMap;

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
    /// Reads the arrays of a column.
    pub(crate) fn read(column_type: &ColumnType, arrays: &[ArrayRef]) -> Result<Self> {
        if column_type.is_text() {
            let mut texts = Interner::default();
            arrays.iter().try_for_each(|array| texts.add(array))?;
            return Ok(Self::Texts { distinct: texts.distinct, codes: texts.codes });
        }
        let source = match column_type {
            ColumnType::Boolean => NumberSource::Boolean,
            ColumnType::Duration | ColumnType::Interval => NumberSource::Seconds,
            _ => NumberSource::Numeric,
        };
        let mut numbers = Vec::with_capacity(arrays.iter().map(Array::len).sum());
        for array in arrays {
            append(&mut numbers, &source.read(array)?);
        }
        Ok(Self::Numbers(numbers))
    }

    /// The values of some rows, in the order given.
    pub(crate) fn in_order(self, rows: &[u32]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(rows.iter().map(|row| numbers[*row as usize]).collect()),
            Self::Texts { distinct, codes } => {
                Self::Texts { distinct, codes: rows.iter().map(|row| codes[*row as usize]).collect() }
            }
        }
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

/// Gives each distinct text a number.
#[derive(Default)]
struct Interner {
    distinct: Vec<Arc<str>>,
    // The hasher is seeded by chance, but only look-ups are made: its order never shows.
    numbers: HashMap<Arc<str>, u32>,
    codes: Vec<u32>,
}

impl Interner {
    fn number(&mut self, text: &str) -> Result<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        let number = u32::try_from(self.distinct.len()).ok().filter(|number| *number < NULL);
        let number = number.ok_or_else(|| Error::data("a text column has more than four billion distinct values"))?;
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
                let mut values = Self { distinct: Vec::new(), numbers: HashMap::default(), codes: Vec::new() };
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
