//! Categories to their place in the order of all categories.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use serde::{Deserialize, Serialize};

/// The categories that were seen, ascending: texts by their bytes, numbers by their size.
///
/// The first one has the place 0, and what was never seen has a place of its own behind the last one. What is missing stays
/// missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Ordinals {
    Texts(Vec<String>),
    Numbers(Vec<f64>),
}

impl Ordinals {
    pub(super) fn of_texts(texts: &StringArray) -> Self {
        let mut seen: Vec<&str> = texts.iter().flatten().collect();
        seen.sort_unstable();
        seen.dedup();
        Self::Texts(seen.into_iter().map(ToOwned::to_owned).collect())
    }

    /// Infinite numbers are categories too.
    pub(super) fn of_numbers(numbers: &Float64Array) -> Self {
        // A negative zero is zero.
        let mut seen: Vec<f64> = numbers.iter().flatten().filter(|x| !x.is_nan()).map(|x| x + 0.0).collect();
        seen.sort_unstable_by(f64::total_cmp);
        seen.dedup();
        Self::Numbers(seen)
    }

    pub(super) fn input_type(&self) -> DataType {
        match self {
            Self::Texts(_) => DataType::Utf8,
            Self::Numbers(_) => DataType::Float64,
        }
    }

    pub(super) fn apply(&self, values: &ArrayRef) -> ArrayRef {
        let places: Float64Array = match self {
            Self::Texts(seen) => {
                let place = |text: &str| seen.binary_search_by(|known| known.as_str().cmp(text)).unwrap_or(seen.len()) as f64;
                values.as_string::<i32>().iter().map(|text| text.map(place)).collect()
            }
            Self::Numbers(seen) => {
                let place = |x: f64| seen.binary_search_by(|known| known.total_cmp(&(x + 0.0))).unwrap_or(seen.len()) as f64;
                let numbers = values.as_primitive::<Float64Type>().iter();
                numbers.map(|x| x.filter(|x| !x.is_nan()).map(place)).collect()
            }
        };
        Arc::new(places)
    }

    /// What does not hold of what was read.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let sound = match self {
            Self::Texts(seen) => seen.is_sorted_by(|a, b| a < b),
            Self::Numbers(seen) => seen.iter().all(|x| !x.is_nan()) && seen.is_sorted_by(|a, b| a < b),
        };
        (!sound).then_some("categories are not in order, or one is there twice")
    }
}
