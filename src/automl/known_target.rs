//! What the values of a column mean to a model that is trained: the target of new rows.

use std::collections::BTreeMap;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;

use super::values::{NULL, Values};
use crate::error::{Error, Result};
use crate::model::{ColumnType, Label, Target, parse_number};

/// Labels that training never saw are told apart up to this many; more are a column of something else.
const MAX_UNSEEN: usize = 1000;

/// How a column is read as the target of a model. Its type may differ from the training column's in width: text stays text,
/// numbers stay numbers, booleans stay booleans.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KnownTarget {
    name: String,
    column_type: ColumnType,
    meaning: Meaning,
    /// What any other value means; of a model that tells one label from the rest, the rest.
    others: Option<f64>,
    /// One side has single precision, so values are compared in it.
    single: bool,
}

/// What a value means: a number for what is learned.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// Itself.
    Number,
    /// The place of its label; sorted by the label.
    LabelsOfNumbers(Vec<(f64, f64)>),
    /// The place of its label.
    LabelsOfTexts(BTreeMap<String, f64>),
}

/// Labels that training never saw, in the order in which they were met. Their places follow those of the known labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Unseen(pub Vec<String>);

impl KnownTarget {
    /// Reads a column of a type as a model's target.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) if values of the type cannot be compared with those that the model was trained on.
    pub(crate) fn new(target: &Target, data_type: &DataType) -> Result<Self> {
        let trained = &target.column_type;
        let fits = |found: &ColumnType| {
            *found == ColumnType::Null
                || (found.is_text() && trained.is_text())
                || (found.is_number() && trained.is_number())
                || found == trained
        };
        let column_type = ColumnType::from_arrow(data_type).filter(fits).ok_or_else(|| {
            let found = ColumnType::from_arrow(data_type).map_or_else(|| data_type.to_string(), |found| found.sql_name());
            let trained = trained.sql_name();
            Error::data(format!("the target {} has type {found}, but the model was trained on {trained}", target.name))
                .with_hint(format!("CAST it to {trained} in the data"))
        })?;
        let single = (column_type == ColumnType::Float32) != (*trained == ColumnType::Float32);
        let places: Vec<(&Label, f64)> = match &target.one_against_rest {
            Some(positive) => vec![(positive, 1.0)],
            None => target.labels.iter().zip((0_u32..).map(f64::from)).collect(),
        };
        let meaning = if places.is_empty() {
            Meaning::Number
        } else if trained.is_text() {
            Meaning::LabelsOfTexts(places.into_iter().map(|(label, place)| (label.to_string(), place)).collect())
        } else {
            let number = |label: &Label| comparable(label.as_number(), single);
            let mut places: Vec<(f64, f64)> = places.into_iter().map(|(label, place)| (number(label), place)).collect();
            places.sort_by(|a, b| a.0.total_cmp(&b.0));
            Meaning::LabelsOfNumbers(places)
        };
        let others = target.one_against_rest.is_some().then_some(0.0);
        Ok(Self { name: target.name.clone(), column_type, meaning, others, single })
    }

    /// Reads an array: numbers, or places of labels, those of labels that training never saw from `n_labels` on; NaN is null.
    /// Shape: `(n_rows,)`.
    pub(crate) fn read(&self, array: &ArrayRef, n_labels: usize, unseen: &mut Unseen) -> Result<Vec<f64>> {
        let mut other = |label: &dyn Fn() -> String| match self.others {
            Some(place) => Ok(place),
            None => unseen.place(label(), &self.name).map(|place| (n_labels + place) as f64),
        };
        match (&self.meaning, Values::read(&self.column_type, [Ok(ArrayRef::clone(array))])?) {
            (Meaning::Number, Values::Numbers(numbers)) => Ok(numbers),
            // Numbers kept as text.
            (Meaning::Number, Values::Texts { distinct, codes }) => {
                let number = |text: &std::sync::Arc<str>| parse_number(text).ok().flatten().unwrap_or(f64::NAN);
                let of_text: Vec<f64> = distinct.iter().map(number).collect();
                Ok(codes.into_iter().map(|code| of_text.get(code as usize).copied().unwrap_or(f64::NAN)).collect())
            }
            (Meaning::LabelsOfNumbers(places), Values::Numbers(numbers)) => {
                let place = |value: f64| {
                    if value.is_nan() {
                        return Ok(f64::NAN);
                    }
                    let value = comparable(value, self.single);
                    match places.binary_search_by(|(known, _)| known.total_cmp(&value)) {
                        Ok(found) => Ok(places[found].1),
                        Err(_) => other(&|| self.label(value).to_string()),
                    }
                };
                numbers.into_iter().map(place).collect()
            }
            (Meaning::LabelsOfTexts(places), Values::Texts { distinct, codes }) => {
                let place = |text: &std::sync::Arc<str>| match places.get(text.as_ref()) {
                    Some(place) => Ok(*place),
                    None => other(&|| text.to_string()),
                };
                let of_texts = distinct.iter().map(place).collect::<Result<Vec<f64>>>()?;
                let of_row = |code: u32| if code == NULL { f64::NAN } else { of_texts[code as usize] };
                Ok(codes.into_iter().map(of_row).collect())
            }
            // A column of nulls alone is read as numbers.
            (Meaning::LabelsOfTexts(_), Values::Numbers(nulls)) if self.column_type == ColumnType::Null => Ok(nulls),
            _ => Err(Error::internal(format!("the target {} cannot be read", self.name))),
        }
    }

    fn label(&self, value: f64) -> Label {
        #[allow(clippy::cast_possible_truncation, reason = "integers that came from an integer column")]
        match self.column_type {
            ColumnType::Boolean => Label::Boolean(value != 0.0),
            ref column_type if column_type.is_integer() => Label::Integer(value as i128),
            _ => Label::Float(value),
        }
    }
}

impl Unseen {
    /// The place of a label among them.
    pub(crate) fn place(&mut self, label: String, target: &str) -> Result<usize> {
        if let Some(place) = self.0.iter().position(|known| *known == label) {
            return Ok(place);
        }
        if self.0.len() == MAX_UNSEEN {
            return Err(Error::data(format!("the target {target} has more than {MAX_UNSEEN} labels that training never saw"))
                .with_hint("check that it is the right column"));
        }
        self.0.push(label);
        Ok(self.0.len() - 1)
    }
}

/// -0.0 and 0.0 are one value; values of single and double precision are compared in single precision.
fn comparable(value: f64, single: bool) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "that is what single precision is")]
    let value = if single { f64::from(value as f32) } else { value };
    value + 0.0
}
