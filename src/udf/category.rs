//! Category features: their term of the raw prediction.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArrayType};
use datafusion::arrow::datatypes::DataType;
use xxhash_rust::xxh3::xxh3_64;

use super::compile::Argument;
use crate::error::{Error, Result};
use crate::model::CategoryEncoder;

/// The term of a category: the coefficient of its value.
///
/// A hash table with open addressing from text to coefficient: what [`CategoryEncoder::code`] followed by a look-up gives,
/// in one step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CategoryTerm {
    /// Index of the feature.
    pub(super) feature: usize,
    /// Per slot the place in `entries`; at least half of the slots are [`EMPTY`], so every search ends.
    slots: Vec<u32>,
    /// The values that have a column of their own, with their hash and coefficient.
    entries: Vec<(u64, Arc<str>, f64)>,
    /// The coefficient of all other values.
    other: f64,
    /// The coefficient of null.
    null: f64,
}

const EMPTY: u32 = u32::MAX;

impl CategoryTerm {
    /// The term of a feature with these coefficients, one per code of the encoder; `None` if their number is wrong.
    pub(super) fn new(feature: usize, encoder: &CategoryEncoder, coefficients: &[f64]) -> Option<Self> {
        let (of_values, [other, null]) = coefficients.split_last_chunk::<2>()?;
        if of_values.len() != encoder.values().len() {
            return None;
        }
        let mut term = Self {
            feature,
            slots: vec![EMPTY; (2 * of_values.len()).next_power_of_two()],
            entries: Vec::with_capacity(of_values.len()),
            other: *other,
            null: *null,
        };
        for (value, coefficient) in encoder.values().iter().zip(of_values) {
            let hash = xxh3_64(value.as_bytes());
            let slot = term.find(hash, value);
            term.slots[slot] = u32::try_from(term.entries.len()).ok()?;
            term.entries.push((hash, Arc::clone(value), *coefficient));
        }
        Some(term)
    }

    /// The slot of a value: where it stands, or else the empty slot where it would.
    fn find(&self, hash: u64, value: &str) -> usize {
        let mask = self.slots.len() - 1;
        // The lowest bits choose the slot, so cutting the hash down loses nothing.
        #[allow(clippy::cast_possible_truncation, reason = "only the lowest bits count")]
        let mut slot = hash as usize & mask;
        while let Some((other, text, _)) = self.entries.get(self.slots[slot] as usize) {
            if *other == hash && **text == *value {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The coefficient of a value.
    fn coefficient(&self, value: &str) -> f64 {
        let slot = self.find(xxh3_64(value.as_bytes()), value);
        self.entries.get(self.slots[slot] as usize).map_or(self.other, |(_, _, coefficient)| *coefficient)
    }

    /// Adds the term of every row to `raw`.
    pub(super) fn add_to(&self, raw: &mut [f64], argument: Argument<'_>) -> Result<()> {
        match argument {
            Argument::Rows(array) => self.add_array(raw, array),
            Argument::One(scalar) => {
                let mut one = [0.0];
                self.add_array(&mut one, &scalar.to_array_of_size(1)?)?;
                add_to_all(raw, one[0]);
                Ok(())
            }
        }
    }

    fn add_array(&self, raw: &mut [f64], array: &ArrayRef) -> Result<()> {
        match array.data_type() {
            DataType::Null => add_to_all(raw, self.null),
            DataType::Utf8 => self.add_text(raw, array.as_string::<i32>()),
            DataType::LargeUtf8 => self.add_text(raw, array.as_string::<i64>()),
            DataType::Utf8View => self.add_text(raw, array.as_string_view()),
            DataType::Dictionary(_, _) => self.add_dictionary(raw, array)?,
            other => return Err(Error::internal(format!("a category cannot be read from {other}"))),
        }
        Ok(())
    }

    #[allow(clippy::needless_pass_by_value, reason = "Arrow's trait is implemented for references to arrays")]
    fn add_text<'a>(&self, raw: &mut [f64], array: impl StringArrayType<'a>) {
        // Neighbouring rows often have the same value: comparing is cheaper than hashing.
        let mut last = ("", self.coefficient(""));
        for (row, raw) in raw.iter_mut().enumerate() {
            *raw += if array.is_null(row) {
                self.null
            } else {
                let value = array.value(row);
                if value != last.0 {
                    last = (value, self.coefficient(value));
                }
                last.1
            };
        }
    }

    fn add_dictionary(&self, raw: &mut [f64], array: &ArrayRef) -> Result<()> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().is_empty() {
            // Arrow cannot give the keys of a dictionary without values; then all rows are null.
            add_to_all(raw, self.null);
            return Ok(());
        }
        let keys = dictionary.normalized_keys();
        if dictionary.values().len() > 4 * raw.len() {
            // A batch cut out of a larger one keeps the whole dictionary: look up only the values that occur.
            let values = dictionary.values();
            for (row, (raw, key)) in raw.iter_mut().zip(keys).enumerate() {
                let mut one = [0.0];
                if array.is_null(row) {
                    one[0] = self.null;
                } else {
                    self.add_array(&mut one, &values.slice(key, 1))?;
                }
                *raw += one[0];
            }
            return Ok(());
        }
        let mut of_values = vec![0.0; dictionary.values().len()];
        self.add_array(&mut of_values, dictionary.values())?;
        match array.nulls() {
            None => raw.iter_mut().zip(keys).for_each(|(raw, key)| *raw += of_values[key]),
            Some(nulls) => {
                for ((raw, key), valid) in raw.iter_mut().zip(keys).zip(nulls) {
                    *raw += if valid { of_values[key] } else { self.null };
                }
            }
        }
        Ok(())
    }
}

fn add_to_all(raw: &mut [f64], term: f64) {
    for raw in raw {
        *raw += term;
    }
}
