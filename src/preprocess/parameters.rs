//! What a function takes, and what is said about a call that does not fit.
//!
//! The planner wraps an error about types into two of its own. So types that do not fit pass through [`Call::coerce`], and
//! [`Call::check`] refuses them where the type of the result is asked for, still while the query is planned.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, plan_err};

/// A function with its parameters, as BigQuery documents it.
#[derive(Debug)]
pub(super) struct Call {
    /// `ML.BUCKETIZE`.
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// Parameters that must be given; they come first.
    pub(super) required: usize,
    pub(super) is_analytic: bool,
}

/// A parameter's name and what it takes.
#[derive(Debug)]
pub(super) struct Parameter(pub(super) &'static str, pub(super) Wanted);

/// What values a parameter takes; null always.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    Number,
    Text,
    NumberOrText,
    Whole,
    Flag,
    Numbers,
    Texts,
    /// One whole number or a list of them.
    WholeOrList,
    StructOfNumbers,
    StructOfTexts,
}

impl Wanted {
    /// The type that values of a type are brought to; `None` where they are not taken.
    fn coerce(self, found: &DataType) -> Option<DataType> {
        let found = match found {
            DataType::Dictionary(_, value) => value,
            other => other,
        };
        let is_text = |found: &DataType| matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let item = match found {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item.data_type()),
            _ => None,
        };
        let nothing = found.is_null();
        let list = |of: DataType| DataType::List(Arc::new(Field::new_list_field(of, true)));
        let fits_fields = |fits: &dyn Fn(&DataType) -> bool| match found {
            DataType::Struct(fields) => fields.iter().all(|field| fits(field.data_type()) || field.data_type().is_null()),
            _ => false,
        };
        match self {
            Self::Number | Self::NumberOrText if nothing || found.is_numeric() => Some(DataType::Float64),
            Self::Text | Self::NumberOrText if nothing || is_text(found) => Some(DataType::Utf8),
            Self::Whole if nothing || found.is_integer() => Some(DataType::Int64),
            Self::Flag if nothing || *found == DataType::Boolean => Some(DataType::Boolean),
            Self::Numbers if nothing || item.is_some_and(|item| item.is_numeric() || item.is_null()) => {
                Some(list(DataType::Float64))
            }
            Self::Texts if nothing || item.is_some_and(|item| is_text(item) || item.is_null()) => Some(list(DataType::Utf8)),
            Self::WholeOrList if found.is_integer() => Some(DataType::Int64),
            Self::WholeOrList if item.is_some_and(DataType::is_integer) => Some(list(DataType::Int64)),
            // Fields are brought to their type one by one.
            Self::StructOfNumbers if fits_fields(&DataType::is_numeric) => Some(found.clone()),
            Self::StructOfTexts if fits_fields(&is_text) => Some(found.clone()),
            _ => None,
        }
    }

    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "text",
            Self::NumberOrText => "a number or text",
            Self::Whole => "a whole number",
            Self::Flag => "TRUE or FALSE",
            Self::Numbers => "an array of numbers",
            Self::Texts => "an array of texts",
            Self::WholeOrList => "a whole number, or an array of two",
            Self::StructOfNumbers => "a STRUCT of numbers",
            Self::StructOfTexts => "a STRUCT of texts",
        }
    }
}

impl Call {
    /// The types that arguments are brought to; those that do not fit stay as they are.
    pub(super) fn coerce(&self, found: &[DataType]) -> Vec<DataType> {
        let mut types = found.to_vec();
        for (Parameter(_, wanted), found) in self.parameters.iter().zip(&mut types) {
            if let Some(wanted) = wanted.coerce(found) {
                *found = wanted;
            }
        }
        types
    }

    /// Checks number and types of arguments.
    pub(super) fn check(&self, arguments: &[DataType]) -> Result<()> {
        if let Some(wrong) = self.wrong_number(arguments.len()) {
            return plan_err!("{wrong}");
        }
        let wrong = |(place, found)| self.wrong_type(place, found);
        match arguments.iter().enumerate().find_map(wrong) {
            Some(wrong) => plan_err!("{wrong}"),
            None => Ok(()),
        }
    }

    /// What is said of a call with so many arguments, if it cannot have them.
    pub(super) fn wrong_number(&self, n: usize) -> Option<String> {
        if (self.required..=self.parameters.len()).contains(&n) {
            return None;
        }
        let takes = match (self.required, self.parameters.len()) {
            (one, most) if one == most => format!("{one} argument{}", if one == 1 { "" } else { "s" }),
            (least, most) => format!("{least} to {most} arguments"),
        };
        Some(format!("{} takes {takes}, not {n}; the call is {}", self.name, self.text()))
    }

    /// What is said of an argument, if it cannot have values of this type.
    pub(super) fn wrong_type(&self, place: usize, found: &DataType) -> Option<String> {
        let Parameter(name, wanted) = self.parameters.get(place)?;
        if wanted.coerce(found).is_some() {
            return None;
        }
        let cast = if matches!(wanted, Wanted::Text | Wanted::StructOfTexts) { "; CAST(… AS STRING) makes text" } else { "" };
        let (place, wanted) = (place + 1, wanted.describe());
        Some(format!(
            "argument {place} of {}, {name}, must be {wanted}, not {found}{cast}; the call is {}",
            self.name,
            self.text()
        ))
    }

    /// `ML.BUCKETIZE(numerical_expression, array_split_points [, exclude_boundaries] [, output_format])`.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}(", self.name);
        for (place, Parameter(name, _)) in self.parameters.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            if place < self.required {
                text.push_str(&format!("{comma}{name}"));
            } else {
                text.push_str(&format!(" [, {name}]"));
            }
        }
        text.push_str(if self.is_analytic { ") OVER ()" } else { ")" });
        text
    }
}
