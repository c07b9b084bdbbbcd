//! Encoders: how the values of one column become columns of the design matrix.
//!
//! There is one encoder, used by training and by scoring: both call [`Encoder::read`], so they cannot drift apart.

mod calendar;
mod nested;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArrayType, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

pub(crate) use self::calendar::calendar_part;
pub use self::calendar::{CalendarEncoder, CalendarPart};
pub(crate) use self::nested::{list_elements, list_length, struct_field, wrong_length};
use super::Feature;
use super::depth::nested;
use crate::error::{Error, Result};

/// Why training left a column out; it stays an argument of the published functions and is ignored there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum IgnoredReason {
    /// All training rows have the same value.
    Constant,
    /// All training rows are null.
    AllNull,
    /// Nearly all values are distinct: a name or number of the row, not a property.
    Identifier,
}

impl IgnoredReason {
    /// The reason in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Constant => "the same value in every training row",
            Self::AllNull => "null in every training row",
            Self::Identifier => "looks like an identifier: nearly every value is different",
        }
    }
}

/// How a column's values are read as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum NumberSource {
    /// A numeric column.
    Numeric,
    /// A boolean column: false 0, true 1.
    Boolean,
    /// Numbers kept as text; blanks, `NA`, `?`, `null` and the like are nulls.
    Text,
    /// A duration or interval: its seconds, where a month has 2,629,746 of them.
    Seconds,
}

/// Standardises a number: `(x - mean) / std_dev`; a null becomes the mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberEncoder {
    /// How values are read.
    pub source: NumberSource,
    /// Mean of the training rows that are not null; 0 where the model has no intercept.
    pub mean: f64,
    /// Standard deviation (divisor n) of the training rows that are not null; never 0. Where the model has no intercept and the
    /// number is constant, its size.
    pub std_dev: f64,
    /// Whether training saw nulls: then a second column is 1 where the value is null.
    pub missing_indicator: bool,
}

impl NumberEncoder {
    /// The standardised value of a number that is not missing.
    #[inline]
    pub fn standardize(&self, value: f64) -> f64 {
        (value - self.mean) / self.std_dev
    }
}

/// One-hot encoding: one column of zeros and ones per value, one for everything else, one for null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryEncoder {
    /// The values that have a column of their own, most frequent first. `Arc` because the look-up table shares them.
    values: Vec<Arc<str>>,
    /// From value to code. Made from `values`, not stored.
    #[serde(skip)]
    codes: HashMap<Arc<str>, u32>,
}

impl CategoryEncoder {
    /// An encoder of these values, most frequent first.
    pub fn new(values: impl IntoIterator<Item = Arc<str>>) -> Self {
        let mut encoder = Self { values: values.into_iter().collect(), codes: HashMap::new() };
        encoder.index();
        encoder
    }

    /// Builds the look-up table; needed once after reading the encoder from a file.
    pub(crate) fn index(&mut self) {
        self.codes = (0_u32..).zip(&self.values).map(|(code, value)| (Arc::clone(value), code)).collect();
    }

    /// Whether the look-up table is built and every value has a code of its own: false if a value appears twice.
    pub(crate) fn is_indexed(&self) -> bool {
        self.codes.len() == self.values.len()
    }

    /// The values that have a column of their own, most frequent first.
    pub fn values(&self) -> &[Arc<str>] {
        &self.values
    }

    /// The code of every value that has no column of its own.
    pub fn other(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX - 1)
    }

    /// The code of null.
    pub fn null(&self) -> u32 {
        self.other() + 1
    }

    /// Number of codes: the values, `other`, null.
    pub fn n_codes(&self) -> usize {
        self.values.len() + 2
    }

    /// The code of a value.
    pub fn code(&self, value: Option<&str>) -> u32 {
        match value {
            None => self.null(),
            Some(value) => self.codes.get(value).copied().unwrap_or_else(|| self.other()),
        }
    }

    /// The codes of an array of text, of any string layout or a dictionary of one.
    fn codes(&self, array: &ArrayRef) -> Result<Vec<u32>> {
        if let DataType::Dictionary(_, _) = array.data_type() {
            let dictionary = array.as_any_dictionary();
            // Arrow cannot give the keys of a dictionary without values; then all rows are null.
            if dictionary.values().is_empty() {
                return Ok(vec![self.null(); array.len()]);
            }
            let of_values = self.codes(dictionary.values())?;
            let keys = dictionary.normalized_keys();
            return Ok((0..array.len())
                .map(|row| {
                    if array.is_null(row) {
                        self.null()
                    } else {
                        of_values.get(keys[row]).copied().unwrap_or_else(|| self.null())
                    }
                })
                .collect());
        }
        Ok(match array.data_type() {
            DataType::Utf8 => self.codes_of(array.as_string::<i32>()),
            DataType::LargeUtf8 => self.codes_of(array.as_string::<i64>()),
            DataType::Utf8View => self.codes_of(array.as_string_view()),
            DataType::Null => vec![self.null(); array.len()],
            other => return Err(Error::internal(format!("a category cannot be read from {other}"))),
        })
    }

    fn codes_of<'a>(&self, array: impl StringArrayType<'a>) -> Vec<u32> {
        (0..array.len()).map(|row| self.code((!array.is_null(row)).then(|| array.value(row)))).collect()
    }
}

/// How the values of one column become columns of the design matrix. Learned from training rows only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Encoder {
    /// Left out by training: no column.
    Ignored(IgnoredReason),
    /// A standardised number, and an indicator of nulls where training saw some.
    Number(NumberEncoder),
    /// One-hot.
    Category(CategoryEncoder),
    /// The parts of a date or time.
    Calendar(CalendarEncoder),
    /// The elements of a list of numbers, each with a [`Number`](Self::Number) or [`Ignored`](Self::Ignored) encoder.
    List(#[serde(deserialize_with = "nested")] Vec<Encoder>),
    /// The fields of a struct, each with its name.
    Struct(#[serde(deserialize_with = "nested")] Vec<(String, Encoder)>),
}

/// One column of numbers or categories inside a feature: a feature of numbers or categories itself, a part of a date or time,
/// an element of a list, a field of a struct.
#[derive(Debug, Clone)]
pub struct Leaf<'a> {
    /// Index of the feature.
    pub feature: usize,
    /// For example `tenure`, `day.month`, `pixels[3]` or `address.city`.
    pub name: String,
    /// [`Ignored`](Encoder::Ignored), [`Number`](Encoder::Number) or [`Category`](Encoder::Category).
    pub encoder: &'a Encoder,
}

/// The leaves of all features, in order.
pub fn leaves(features: &[Feature]) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::with_capacity(features.len());
    for (feature, f) in features.iter().enumerate() {
        f.encoder.add_leaves(feature, f.name.clone(), &mut leaves);
    }
    leaves
}

/// The values of a column as its encoder reads them, before they become columns of the design matrix.
#[derive(Debug, Clone)]
pub enum FeatureValues {
    /// Nothing to read: the column is ignored.
    Nothing,
    /// Numbers in the user's units; NaN stands for null.
    Numbers(Float64Array),
    /// Codes of categories.
    Codes(Vec<u32>),
}

impl Encoder {
    /// Reads an array the way training did. Shape: one value per row.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the array's type cannot be read by this encoder; callers check types
    /// when they plan.
    pub fn read(&self, array: &ArrayRef) -> Result<FeatureValues> {
        Ok(match self {
            Self::Ignored(_) => FeatureValues::Nothing,
            Self::Number(number) => FeatureValues::Numbers(number.source.read(array)?),
            Self::Category(category) => FeatureValues::Codes(category.codes(array)?),
            Self::Calendar(_) | Self::List(_) | Self::Struct(_) => {
                return Err(Error::internal("a composite is read leaf by leaf"));
            }
        })
    }

    /// Builds the look-up tables of all categories; needed once after reading the encoder from a file.
    pub(crate) fn index(&mut self) {
        match self {
            Self::Category(category) => category.index(),
            Self::Calendar(calendar) => calendar.parts.iter_mut().for_each(|(_, encoder)| encoder.index()),
            Self::List(elements) => elements.iter_mut().for_each(Self::index),
            Self::Struct(fields) => fields.iter_mut().for_each(|(_, encoder)| encoder.index()),
            Self::Ignored(_) | Self::Number(_) => {}
        }
    }

    /// Whether the feature has leaves other than itself.
    pub fn is_composite(&self) -> bool {
        matches!(self, Self::Calendar(_) | Self::List(_) | Self::Struct(_))
    }

    fn add_leaves<'a>(&'a self, feature: usize, name: String, leaves: &mut Vec<Leaf<'a>>) {
        match self {
            Self::Calendar(calendar) => {
                for (part, encoder) in &calendar.parts {
                    encoder.add_leaves(feature, format!("{name}.{}", part.name()), leaves);
                }
            }
            Self::List(elements) => {
                for (i, encoder) in elements.iter().enumerate() {
                    encoder.add_leaves(feature, format!("{name}[{}]", i + 1), leaves);
                }
            }
            Self::Struct(fields) => {
                for (field, encoder) in fields {
                    encoder.add_leaves(feature, format!("{name}.{field}"), leaves);
                }
            }
            _ => leaves.push(Leaf { feature, name, encoder: self }),
        }
    }

    /// Adds the arrays of this feature's leaves, in order, each as long as the array.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) where a list has another length than in training or a struct lacks a field.
    pub(crate) fn expand(&self, name: &str, array: &ArrayRef, leaves: &mut Vec<ArrayRef>) -> Result<()> {
        match self {
            Self::Calendar(calendar) => {
                for (part, encoder) in &calendar.parts {
                    leaves.push(match encoder {
                        Self::Ignored(_) => nothing(array),
                        _ => calendar_part(array, calendar.zone.as_deref(), *part)?,
                    });
                }
            }
            Self::List(elements) => leaves.extend(list_elements(name, array, elements.len())?),
            Self::Struct(fields) => {
                for (field, encoder) in fields {
                    let inner = format!("{name}.{field}");
                    encoder.expand(&inner, &struct_field(name, array, field)?, leaves)?;
                }
            }
            _ => leaves.push(ArrayRef::clone(array)),
        }
        Ok(())
    }
}

/// An array for a leaf that nobody reads.
fn nothing(array: &ArrayRef) -> ArrayRef {
    new_null_array(&DataType::Null, array.len())
}

impl NumberSource {
    /// Reads an array as numbers; nulls and blanks become null, NaN stays NaN (both mean missing).
    pub fn read(self, array: &ArrayRef) -> Result<Float64Array> {
        if let DataType::Dictionary(_, value_type) = array.data_type() {
            return self.read(&cast(array, value_type)?);
        }
        match (self, array.data_type()) {
            (Self::Seconds, DataType::Duration(_) | DataType::Interval(_)) => calendar::seconds(array),
            (_, DataType::Float64) => Ok(array.as_primitive().clone()),
            (Self::Text, DataType::Utf8) => Ok(parse_numbers(array.as_string::<i32>())),
            (Self::Text, DataType::LargeUtf8) => Ok(parse_numbers(array.as_string::<i64>())),
            (Self::Text, DataType::Utf8View) => Ok(parse_numbers(array.as_string_view())),
            _ => Ok(cast(array, &DataType::Float64)?.as_primitive().clone()),
        }
    }
}

fn parse_numbers<'a>(array: impl StringArrayType<'a>) -> Float64Array {
    (0..array.len()).map(|row| if array.is_null(row) { None } else { parse_number(array.value(row)).ok().flatten() }).collect()
}

/// Reads a number kept as text: `Ok(None)` for the usual spellings of nothing, `Err` for text that is no number.
pub(crate) fn parse_number(text: &str) -> std::result::Result<Option<f64>, ()> {
    let text = text.trim();
    if is_blank(text) {
        return Ok(None);
    }
    // Rust also reads `inf` and `nan`; in data they are more often names than numbers, so only digits make a number.
    let digits = text.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit());
    if digits { text.parse().map(Some).map_err(|_| ()) } else { Err(()) }
}

/// The usual spellings of a missing value.
fn is_blank(text: &str) -> bool {
    const BLANKS: [&str; 11] = ["", "?", "-", ".", "na", "n/a", "#n/a", "nan", "null", "none", "missing"];
    BLANKS.iter().any(|blank| text.eq_ignore_ascii_case(blank))
}
