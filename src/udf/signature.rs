//! The arguments of a model's function, and what is said about a call that does not fit them.
//!
//! The planner wraps an error of `coerce_types` into two of its own. So types that do not fit pass through there, and
//! [`CallSignature::check`] refuses them where the type of the result is asked for, still while the query is planned.

use std::fmt::Display;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{DocSection, Documentation};

use crate::model::{ColumnType, Encoder, Feature, NumberSource, quote_identifier};

/// What values an argument takes; null always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Numbers of any type.
    Number,
    /// Numbers, which are brought to `DOUBLE` before the function sees them.
    Threshold,
    /// Booleans.
    Boolean,
    /// Text, or numbers.
    TextOrNumber,
    /// Text.
    Text,
    /// Anything: the argument is ignored.
    Anything,
}

impl Wanted {
    fn of(encoder: &Encoder) -> Self {
        match encoder {
            Encoder::Ignored(_) => Self::Anything,
            Encoder::Category(_) => Self::Text,
            Encoder::Number(number) => match number.source {
                NumberSource::Numeric => Self::Number,
                NumberSource::Boolean => Self::Boolean,
                NumberSource::Text => Self::TextOrNumber,
            },
        }
    }

    /// Whether values of a type are taken. Dictionaries count as their value type.
    fn takes(self, found: &DataType) -> bool {
        let Some(found) = ColumnType::from_arrow(found) else { return self == Self::Anything };
        found == ColumnType::Null
            || match self {
                Self::Number | Self::Threshold => found.is_number(),
                Self::Boolean => found == ColumnType::Boolean,
                Self::TextOrNumber => found.is_text() || found.is_number(),
                Self::Text => found.is_text(),
                Self::Anything => true,
            }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Threshold => "a number between 0 and 1",
            Self::Boolean => "a BOOLEAN",
            Self::TextOrNumber => "text or a number",
            Self::Text => "text",
            Self::Anything => "anything",
        }
    }
}

#[derive(Debug, Clone)]
struct Parameter {
    name: String,
    sql_type: String,
    wanted: Wanted,
}

/// The name and the parameters of a function.
#[derive(Debug, Clone)]
pub(super) struct CallSignature {
    function: String,
    parameters: Vec<Parameter>,
}

impl CallSignature {
    /// The signature of a function of these features, with a threshold before them or not.
    pub(super) fn new(function: &str, features: &[Feature], with_threshold: bool) -> Self {
        let threshold = with_threshold.then(|| Parameter {
            name: threshold_name(features),
            sql_type: "DOUBLE".into(),
            wanted: Wanted::Threshold,
        });
        let features = features.iter().map(|feature| Parameter {
            name: feature.name.clone(),
            sql_type: feature.column_type.sql_name(),
            wanted: Wanted::of(&feature.encoder),
        });
        Self { function: function.into(), parameters: threshold.into_iter().chain(features).collect() }
    }

    /// The names to call the arguments by.
    pub(super) fn parameter_names(&self) -> Vec<String> {
        self.parameters.iter().map(|parameter| parameter.name.clone()).collect()
    }

    /// The types that arguments of these types are cast to; types that do not fit stay as they are.
    pub(super) fn coerce(&self, found: &[DataType]) -> Vec<DataType> {
        let mut types = found.to_vec();
        for (parameter, found) in self.parameters.iter().zip(&mut types) {
            if parameter.wanted == Wanted::Threshold && parameter.wanted.takes(found) && !found.is_null() {
                *found = DataType::Float64;
            }
        }
        types
    }

    /// Checks the arguments of a call.
    ///
    /// # Errors
    /// [`DataFusionError::Plan`] that names the argument and shows the signature.
    pub(super) fn check(&self, arguments: &[FieldRef]) -> Result<(), DataFusionError> {
        // The planner hands over `*` as an argument that is of type null and yet never null.
        if arguments.iter().any(|field| field.data_type().is_null() && !field.is_nullable()) {
            return Err(self.wildcard());
        }
        if arguments.len() != self.parameters.len() {
            return Err(self.error(self.wrong_number(arguments.len())));
        }
        let wrong = self.parameters.iter().zip(arguments).enumerate();
        match wrong.into_iter().find(|(_, (parameter, field))| !parameter.wanted.takes(field.data_type())) {
            Some((i, (parameter, field))) => Err(self.error(format!(
                "argument {} of {}, {}, must be {}, not {}",
                i + 1,
                quote_identifier(&self.function),
                quote_identifier(&parameter.name),
                parameter.wanted.describe(),
                sql_name(field.data_type()),
            ))),
            None => Ok(()),
        }
    }

    /// The error of a call with `*`.
    pub(super) fn wildcard(&self) -> DataFusionError {
        self.error(format!(
            "{}(*) is understood by MlContext::sql only; here name the arguments: {}",
            quote_identifier(&self.function),
            self.named_form()
        ))
    }

    fn wrong_number(&self, found: usize) -> String {
        let expected = self.parameters.len();
        let plural = if expected == 1 { "" } else { "s" };
        let mut message = format!("{} takes {expected} argument{plural}, not {found}", quote_identifier(&self.function));
        let missing: Vec<_> = self.parameters.iter().skip(found).map(|parameter| quote_identifier(&parameter.name)).collect();
        match missing.as_slice() {
            [] => {}
            [one] => message = format!("{message}: {one} is missing"),
            several => message = format!("{message}: {} are missing", several.join(", ")),
        }
        message
    }

    fn error(&self, message: impl Display) -> DataFusionError {
        DataFusionError::Plan(format!("{message}; the signature is {}", self.text()))
    }

    /// `predict_churn(tenure BIGINT, "Contract" VARCHAR)`.
    pub(super) fn text(&self) -> String {
        self.list(|parameter| format!("{} {}", quote_identifier(&parameter.name), parameter.sql_type))
    }

    /// `predict_churn(tenure => tenure, "Contract" => "Contract")`.
    fn named_form(&self) -> String {
        self.list(|parameter| {
            let name = quote_identifier(&parameter.name);
            if parameter.wanted == Wanted::Threshold { format!("{name} => 0.5") } else { format!("{name} => {name}") }
        })
    }

    fn list(&self, argument: impl Fn(&Parameter) -> String) -> String {
        let arguments: Vec<_> = self.parameters.iter().map(argument).collect();
        format!("{}({})", quote_identifier(&self.function), arguments.join(", "))
    }

    /// What `SHOW FUNCTIONS` says.
    pub(super) fn document(&self, description: String) -> Documentation {
        let section = DocSection { include: false, label: "Models", description: None };
        let start = Documentation::builder(section, description, self.text());
        let described = self.parameters.iter().fold(start, |document, parameter| {
            document.with_argument(parameter.name.clone(), format!("{}: {}", parameter.sql_type, parameter.wanted.describe()))
        });
        described.build()
    }
}

/// A name for the threshold that no feature has.
fn threshold_name(features: &[Feature]) -> String {
    let mut name = String::from("threshold");
    while features.iter().any(|feature| feature.name.eq_ignore_ascii_case(&name)) {
        name.insert_str(0, "decision_");
    }
    name
}

/// The SQL name of a type, or Arrow's where SQL has none.
fn sql_name(data_type: &DataType) -> String {
    ColumnType::from_arrow(data_type).map_or_else(|| data_type.to_string(), |column_type| column_type.sql_name())
}
