//! What an analytic function has learned, and how it is applied to rows.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int64Array, Int64Builder, ListArray, StringArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::Result;
use serde::{Deserialize, Serialize};

use super::buckets::Buckets;
use super::ordinals::Ordinals;
use super::vectors::{Components, directions, vector_type};
use super::vocabulary::{Vocabulary, offset};

/// What was learned from the rows of a query.
///
/// Numbers that are null or NaN count as missing and give null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Learned {
    /// `(x - shift) / scale`, in [0, 1] if clipped.
    Scale {
        /// What is taken off.
        shift: f64,
        /// What is divided by; above 0.
        scale: f64,
        /// Whether what is below 0 becomes 0, and what is above 1 becomes 1.
        clip: bool,
    },
    /// Numbers to buckets.
    Buckets(Buckets),
    /// Texts to a list of one index with the value 1.
    OneHot {
        /// The texts with an index.
        vocabulary: Vocabulary,
        /// Whether the most frequent text has the value 0.
        drops: bool,
    },
    /// Texts to their index.
    Label(Vocabulary),
    /// Lists of texts to a list of indexes with the value 1.
    MultiHot(Vocabulary),
    /// A number in the place of null.
    Number(Option<f64>),
    /// A text in the place of null.
    Text(Option<String>),
    /// Texts of a vocabulary as they are, others to null: what `ML.ONE_HOT_ENCODER` is to a model, which encodes categories
    /// itself.
    Category(Vocabulary),
    /// Lists of texts to a 0 or 1 for each index from 0: what `ML.MULTI_HOT_ENCODER` is to a model.
    Indicators(Vocabulary),
    /// Categories to their place in their order, as a number.
    Ordinals(Ordinals),
    /// Vectors to vectors of length 1; the names of their numbers.
    Directions(Vec<String>),
    /// Vectors to their principal components.
    Components(Components),
}

impl Learned {
    /// The type that values are brought to before it is applied.
    pub(crate) fn input_type(&self) -> DataType {
        match self {
            Self::Scale { .. } | Self::Buckets(_) | Self::Number(_) => DataType::Float64,
            Self::OneHot { .. } | Self::Label(_) | Self::Text(_) | Self::Category(_) => DataType::Utf8,
            Self::MultiHot(_) | Self::Indicators(_) => DataType::new_list(DataType::Utf8, true),
            Self::Ordinals(ordinals) => ordinals.input_type(),
            Self::Directions(names) => vector_type(names),
            Self::Components(components) => components.input_type(),
        }
    }

    /// The type of the results.
    pub(crate) fn result_type(&self) -> DataType {
        match self {
            Self::Scale { .. } | Self::Number(_) | Self::Ordinals(_) => DataType::Float64,
            Self::Buckets(_) | Self::Text(_) | Self::Category(_) => DataType::Utf8,
            Self::OneHot { .. } | Self::MultiHot(_) => DataType::new_list(DataType::Struct(index_and_value()), false),
            Self::Label(_) => DataType::Int64,
            Self::Indicators(_) => DataType::new_list(DataType::Float64, false),
            Self::Directions(names) => vector_type(names),
            Self::Components(components) => components.result_type(),
        }
    }

    /// The same in the form that models learn from.
    #[must_use]
    pub(crate) fn for_models(self) -> Self {
        match self {
            Self::OneHot { vocabulary, .. } => Self::Category(vocabulary),
            Self::MultiHot(vocabulary) => Self::Indicators(vocabulary),
            other => other,
        }
    }

    /// What does not hold of something that was read from a file.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Scale { shift, scale, .. } => {
                (!shift.is_finite() || !scale.is_finite() || *scale <= 0.0).then_some("a scale is not finite and positive")
            }
            Self::Buckets(buckets) => (!buckets.are_sound()).then_some("the points between buckets are not in order"),
            Self::Number(number) => number.is_some_and(|number| !number.is_finite()).then_some("a filling is not finite"),
            Self::Text(_) | Self::Directions(_) => None,
            Self::Ordinals(ordinals) => ordinals.fault(),
            Self::Components(components) => components.fault(),
            Self::OneHot { vocabulary, .. }
            | Self::Label(vocabulary)
            | Self::MultiHot(vocabulary)
            | Self::Category(vocabulary)
            | Self::Indicators(vocabulary) => vocabulary.fault(),
        }
    }

    /// The results for values of the [input type](Self::input_type).
    pub(crate) fn apply(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let numbers = || values.as_primitive::<Float64Type>();
        let texts = || values.as_string::<i32>();
        Ok(match self {
            Self::Scale { shift, scale, clip } => {
                let scaled = |x: f64| (x - shift) / scale;
                let scaled = |x: f64| if *clip { scaled(x).clamp(0.0, 1.0) } else { scaled(x) };
                let results = numbers().iter().map(|x| x.filter(|x| !x.is_nan()).map(scaled));
                Arc::new(results.collect::<Float64Array>())
            }
            Self::Buckets(buckets) => buckets.apply(numbers()),
            Self::OneHot { vocabulary, drops } => {
                let indexes: Vec<usize> = texts().iter().map(|text| vocabulary.index(text)).collect();
                let dropped = if *drops { vocabulary.most_frequent() } else { 0 };
                let value = |index: &usize| if *index > 0 && *index == dropped { 0.0 } else { 1.0 };
                let counts = std::iter::repeat_n(1, indexes.len());
                sparse(&indexes, indexes.iter().map(value).collect(), OffsetBuffer::from_lengths(counts))?
            }
            Self::Label(vocabulary) => {
                let index = |text| i64::try_from(vocabulary.index(text)).unwrap_or_default();
                Arc::new(Int64Array::from_iter_values(texts().iter().map(index)))
            }
            Self::MultiHot(vocabulary) => {
                let rows = indexes(vocabulary, values.as_list::<i32>());
                let offsets = OffsetBuffer::from_lengths(rows.iter().map(Vec::len));
                let indexes = rows.concat();
                sparse(&indexes, vec![1.0; indexes.len()].into(), offsets)?
            }
            Self::Number(filling) => {
                let filled = |x: Option<f64>| x.filter(|x| !x.is_nan()).or(*filling);
                Arc::new(numbers().iter().map(filled).collect::<Float64Array>())
            }
            Self::Text(filling) => Arc::new(texts().iter().map(|text| text.or(filling.as_deref())).collect::<StringArray>()),
            Self::Category(vocabulary) => {
                let known = |text: Option<&str>| vocabulary.index(text) > 0;
                Arc::new(texts().iter().map(|text| text.filter(|text| known(Some(text)))).collect::<StringArray>())
            }
            Self::Indicators(vocabulary) => {
                let width = vocabulary.values().len() + 1;
                let mut indicators = Float64Builder::new();
                for row in indexes(vocabulary, values.as_list::<i32>()) {
                    (0..width).for_each(|index| indicators.append_value(f64::from(u8::from(row.contains(&index)))));
                }
                let offsets = OffsetBuffer::from_repeated_length(width, values.len());
                let item = Arc::new(Field::new_list_field(DataType::Float64, false));
                Arc::new(ListArray::try_new(item, offsets, Arc::new(indicators.finish()), None)?)
            }
            Self::Ordinals(ordinals) => ordinals.apply(values),
            Self::Directions(names) => directions(names, values)?,
            Self::Components(components) => components.apply(values)?,
        })
    }
}

/// The indexes of each list in the order in which they come up, each once. A list that is null has the index 0.
fn indexes(vocabulary: &Vocabulary, lists: &ListArray) -> Vec<Vec<usize>> {
    let texts = lists.values().as_string::<i32>();
    let of_row = |row: usize| {
        if lists.is_null(row) {
            return vec![0];
        }
        let mut found = Vec::new();
        for place in offset(lists.value_offsets(), row)..offset(lists.value_offsets(), row + 1) {
            let index = vocabulary.index((!texts.is_null(place)).then(|| texts.value(place)));
            if !found.contains(&index) {
                found.push(index);
            }
        }
        found
    };
    (0..lists.len()).map(of_row).collect()
}

fn index_and_value() -> Fields {
    Fields::from(vec![Field::new("index", DataType::Int64, false), Field::new("value", DataType::Float64, false)])
}

/// Lists of indexes with values.
fn sparse(indexes: &[usize], values: Float64Array, offsets: OffsetBuffer<i32>) -> Result<ArrayRef> {
    let mut builder = Int64Builder::with_capacity(indexes.len());
    indexes.iter().for_each(|index| builder.append_value(i64::try_from(*index).unwrap_or_default()));
    let entries = StructArray::try_new(index_and_value(), vec![Arc::new(builder.finish()), Arc::new(values)], None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(index_and_value()), false));
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(entries), None)?))
}
