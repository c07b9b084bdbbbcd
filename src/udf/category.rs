//! Categories: their term of the raw predictions.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArrayType};
use datafusion::arrow::datatypes::DataType;
use xxhash_rust::xxh3::xxh3_64;

use super::compile::Argument;
use crate::error::{Error, Result};
use crate::model::CategoryEncoder;

/// The term of a category: the coefficient of its value, for each output.
///
/// A hash table with open addressing from text to code: what [`CategoryEncoder::code`] gives, faster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CategoryTerm {
    /// Index of the leaf.
    pub(super) leaf: usize,
    /// Per slot the place in `entries`; at least half of the slots are [`EMPTY`], so every search ends.
    slots: Vec<u32>,
    /// The values that have a column of their own, by code, with their hash.
    entries: Vec<(u64, Arc<str>)>,
    /// The code of all other values.
    other: u32,
    /// The code of null.
    null: u32,
    /// By output and code. Shape: `(n_outputs, n_codes)`.
    coefficients: Vec<Vec<f64>>,
}

const EMPTY: u32 = u32::MAX;

/// The codes of one leaf in one batch.
pub(super) enum Codes {
    /// One code for all rows.
    All(u32),
    /// One code per row.
    Rows(Vec<u32>),
}

impl CategoryTerm {
    /// The term of a leaf with these coefficients, per output one for each code of the encoder; `None` if their number is
    /// wrong.
    pub(super) fn new(leaf: usize, encoder: &CategoryEncoder, coefficients: Vec<Vec<f64>>) -> Option<Self> {
        if coefficients.iter().any(|of_output| of_output.len() != encoder.n_codes()) {
            return None;
        }
        let n_values = encoder.values().len();
        let mut term = Self {
            leaf,
            slots: vec![EMPTY; (2 * n_values).next_power_of_two()],
            entries: Vec::with_capacity(n_values),
            other: encoder.other(),
            null: encoder.null(),
            coefficients,
        };
        for value in encoder.values() {
            let hash = xxh3_64(value.as_bytes());
            let slot = term.find(hash, value);
            term.slots[slot] = u32::try_from(term.entries.len()).ok()?;
            term.entries.push((hash, Arc::clone(value)));
        }
        Some(term)
    }

    /// The slot of a value: where it stands, or else the empty slot where it would.
    fn find(&self, hash: u64, value: &str) -> usize {
        let mask = self.slots.len() - 1;
        // The lowest bits choose the slot, so cutting the hash down loses nothing.
        #[allow(clippy::cast_possible_truncation, reason = "only the lowest bits count")]
        let mut slot = hash as usize & mask;
        while let Some((other, text)) = self.entries.get(self.slots[slot] as usize) {
            if *other == hash && **text == *value {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The coefficient of a code.
    #[inline]
    pub(super) fn coefficient(&self, output: usize, code: u32) -> f64 {
        self.coefficients[output][code as usize]
    }

    /// The code of a value.
    pub(super) fn code(&self, value: Option<&str>) -> u32 {
        let Some(value) = value else { return self.null };
        let place = self.slots[self.find(xxh3_64(value.as_bytes()), value)];
        if place == EMPTY { self.other } else { place }
    }

    /// Adds the term of every row to the raw predictions of an output.
    pub(super) fn add_to(&self, raw: &mut [f64], output: usize, codes: &Codes) {
        let coefficients = &self.coefficients[output];
        match codes {
            Codes::All(code) => {
                let term = coefficients[*code as usize];
                raw.iter_mut().for_each(|raw| *raw += term);
            }
            Codes::Rows(codes) => raw.iter_mut().zip(codes).for_each(|(raw, code)| *raw += coefficients[*code as usize]),
        }
    }

    /// The codes of a batch.
    pub(super) fn codes(&self, argument: Argument<'_>) -> Result<Codes> {
        match argument {
            Argument::Rows(array) if array.data_type().is_null() => Ok(Codes::All(self.null)),
            Argument::Rows(array) => Ok(Codes::Rows(self.codes_of(array)?)),
            Argument::One(scalar) => {
                Ok(Codes::All(self.codes_of(&scalar.to_array_of_size(1)?)?.first().copied().unwrap_or(self.null)))
            }
        }
    }

    fn codes_of(&self, array: &ArrayRef) -> Result<Vec<u32>> {
        Ok(match array.data_type() {
            DataType::Null => vec![self.null; array.len()],
            DataType::Utf8 => self.codes_of_text(array.as_string::<i32>()),
            DataType::LargeUtf8 => self.codes_of_text(array.as_string::<i64>()),
            DataType::Utf8View => self.codes_of_text(array.as_string_view()),
            DataType::Dictionary(_, _) => self.codes_of_dictionary(array)?,
            other => return Err(Error::internal(format!("a category cannot be read from {other}"))),
        })
    }

    #[allow(clippy::needless_pass_by_value, reason = "Arrow's trait is implemented for references to arrays")]
    fn codes_of_text<'a>(&self, array: impl StringArrayType<'a>) -> Vec<u32> {
        // Neighbouring rows often have the same value: comparing is cheaper than hashing.
        let mut last = ("", self.code(Some("")));
        let code = |row: usize| {
            if array.is_null(row) {
                return self.null;
            }
            let value = array.value(row);
            if value != last.0 {
                last = (value, self.code(Some(value)));
            }
            last.1
        };
        (0..array.len()).map(code).collect()
    }

    fn codes_of_dictionary(&self, array: &ArrayRef) -> Result<Vec<u32>> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().is_empty() {
            // Arrow cannot give the keys of a dictionary without values; then all rows are null.
            return Ok(vec![self.null; array.len()]);
        }
        let keys = dictionary.normalized_keys();
        let values = dictionary.values();
        if values.len() > 4 * array.len() {
            // A batch cut out of a larger one keeps the whole dictionary: look up only the values that occur.
            let code = |(row, key): (usize, usize)| {
                if array.is_null(row) {
                    return Ok(self.null);
                }
                Ok(self.codes_of(&values.slice(key, 1))?.first().copied().unwrap_or(self.null))
            };
            return keys.into_iter().enumerate().map(code).collect();
        }
        let of_values = self.codes_of(values)?;
        Ok(match array.nulls() {
            None => keys.into_iter().map(|key| of_values[key]).collect(),
            Some(nulls) => {
                keys.into_iter().zip(nulls).map(|(key, valid)| if valid { of_values[key] } else { self.null }).collect()
            }
        })
    }
}
