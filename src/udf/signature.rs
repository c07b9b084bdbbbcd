//! The arguments of a model's function, and what is said about a call that does not fit them.
//!
//! The planner wraps an error of `coerce_types` into two of its own. So types that do not fit pass through there, and
//! [`CallSignature::check`] refuses them where the type of the result is asked for, still while the query is planned.

use std::fmt::Display;

use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{DocSection, Documentation};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnType, Encoder, Model, NumberSource, quote_identifier};

/// What stands before the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leading {
    /// The probability from which on a row gets the positive label, in [0, 1].
    Threshold,
    /// The probability that an interval holds the number, in (0, 1).
    Level,
}

impl Leading {
    /// Its name, but for one that a feature has, which gets this before it.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Threshold => ("threshold", "decision_"),
            Self::Level => ("level", "interval_"),
        }
    }

    /// One that errors may show.
    fn example(self) -> &'static str {
        match self {
            Self::Threshold => "0.5",
            Self::Level => "0.9",
        }
    }
}

/// What values an argument takes; null always.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// Numbers of any type.
    Number,
    /// Numbers, which are brought to `DOUBLE` before the function sees them.
    Leading(Leading),
    /// Booleans.
    Boolean,
    /// Text, or numbers.
    TextOrNumber,
    /// Text.
    Text,
    /// Dates and timestamps.
    Date,
    /// Times of day.
    Time,
    /// Durations and intervals.
    Seconds,
    /// Lists of so many numbers or booleans.
    List(usize),
    /// Structs with these fields, in any order and beside others.
    Struct(Vec<(String, Wanted)>),
    /// What `TRANSFORM` was trained on: this type, or one whose values it holds.
    Input(ColumnType),
    /// Anything: the argument is ignored.
    Anything,
}

impl Wanted {
    fn of(encoder: &Encoder, column_type: &ColumnType) -> Self {
        match encoder {
            Encoder::Ignored(_) => Self::Anything,
            Encoder::Category(_) => Self::Text,
            Encoder::Calendar(_) if *column_type == ColumnType::Time => Self::Time,
            Encoder::Calendar(_) => Self::Date,
            Encoder::List(elements) => Self::List(elements.len()),
            Encoder::Struct(fields) => {
                let wanted = |(name, encoder): &(String, Encoder)| {
                    (name.clone(), Self::of(encoder, column_type.field(name).unwrap_or(&ColumnType::Null)))
                };
                Self::Struct(fields.iter().map(wanted).collect())
            }
            Encoder::Number(number) => match number.source {
                NumberSource::Numeric => Self::Number,
                NumberSource::Boolean => Self::Boolean,
                NumberSource::Text => Self::TextOrNumber,
                NumberSource::Seconds => Self::Seconds,
            },
        }
    }

    /// Whether values of a type are taken. Dictionaries count as their value type.
    fn takes(&self, found: &DataType) -> bool {
        match ColumnType::from_arrow(found) {
            Some(found) => self.takes_type(&found),
            None => *self == Self::Anything,
        }
    }

    fn takes_type(&self, found: &ColumnType) -> bool {
        if *found == ColumnType::Null {
            return true;
        }
        match self {
            Self::Number | Self::Leading(_) => found.is_number(),
            Self::Boolean => *found == ColumnType::Boolean,
            Self::TextOrNumber => found.is_text() || found.is_number(),
            Self::Text => found.is_text(),
            Self::Date => matches!(found, ColumnType::Date | ColumnType::Timestamp { .. }),
            Self::Time => *found == ColumnType::Time,
            Self::Seconds => matches!(found, ColumnType::Duration | ColumnType::Interval),
            Self::List(_) => matches!(found, ColumnType::List(_)) && found.can_be_feature(),
            Self::Struct(wanted) => {
                let ColumnType::Struct(fields) = found else { return false };
                wanted.iter().all(|(name, wanted)| {
                    fields.iter().find(|(other, _)| other == name).is_some_and(|(_, field)| wanted.takes_type(field))
                })
            }
            Self::Input(wanted) => is_held_by(found, wanted),
            Self::Anything => true,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Number => "a number".into(),
            Self::Leading(_) => "a number between 0 and 1".into(),
            Self::Boolean => "a BOOLEAN".into(),
            Self::TextOrNumber => "text or a number".into(),
            Self::Text => "text".into(),
            Self::Date => "a DATE or TIMESTAMP".into(),
            Self::Time => "a TIME".into(),
            Self::Seconds => "an INTERVAL or a duration".into(),
            Self::List(length) => format!("a list of {length} numbers"),
            Self::Struct(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, wanted)| format!("{name} ({})", wanted.describe())).collect();
                format!("a struct with {}", fields.join(", "))
            }
            Self::Input(wanted) if wanted.is_text() => "text".into(),
            Self::Input(wanted) if wanted.is_integer() => "a whole number".into(),
            Self::Input(wanted) if wanted.is_number() => "a number".into(),
            Self::Input(wanted) => format!("of type {}", wanted.sql_name()),
            Self::Anything => "anything".into(),
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
    /// The signature of a function of a model, with something before its arguments or not.
    pub(super) fn new(function: &str, model: &Model, leading: Option<Leading>) -> Self {
        let leading = leading.map(|leading| Parameter {
            name: leading_name(leading, &model.arguments()),
            sql_type: "DOUBLE".into(),
            wanted: Wanted::Leading(leading),
        });
        let mut parameters: Vec<Parameter> = leading.into_iter().collect();
        match &model.transform {
            Some(transform) => parameters.extend(transform.inputs().iter().map(|input| Parameter {
                name: input.name.clone(),
                sql_type: input.column_type.sql_name(),
                wanted: Wanted::Input(input.column_type.clone()),
            })),
            None => parameters.extend(model.features.iter().map(|feature| Parameter {
                name: feature.name.clone(),
                sql_type: feature.column_type.sql_name(),
                wanted: Wanted::of(&feature.encoder, &feature.column_type),
            })),
        }
        Self { function: function.into(), parameters }
    }

    /// The names to call the arguments by.
    pub(super) fn parameter_names(&self) -> Vec<String> {
        self.parameters.iter().map(|parameter| parameter.name.clone()).collect()
    }

    /// The types that arguments of these types are cast to; types that do not fit stay as they are.
    pub(super) fn coerce(&self, found: &[DataType]) -> Vec<DataType> {
        let mut types = found.to_vec();
        for (parameter, found) in self.parameters.iter().zip(&mut types) {
            if matches!(parameter.wanted, Wanted::Leading(_)) && parameter.wanted.takes(found) && !found.is_null() {
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
            Some((i, (parameter, field))) => Err(self.error(self.wrong_type(i, parameter, &sql_name(field.data_type())))),
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

    /// The columns of a schema that are the arguments, in their order: those of the same name, else the only ones that agree
    /// without case.
    ///
    /// # Errors
    /// [`Call`](ErrorKind::Call) that names all missing columns, or one that is there twice or of the wrong type, and shows the
    /// signature.
    pub(super) fn find_columns(&self, schema: &Schema) -> Result<Vec<usize>> {
        let fields = schema.fields();
        let (mut found, mut missing) = (Vec::with_capacity(self.parameters.len()), Vec::new());
        for parameter in &self.parameters {
            let exact = |column: &usize| *fields[*column].name() == parameter.name;
            let without_case = |column: &usize| fields[*column].name().eq_ignore_ascii_case(&parameter.name);
            let mut columns: Vec<usize> = (0..fields.len()).filter(exact).collect();
            if columns.is_empty() {
                columns = (0..fields.len()).filter(without_case).collect();
            }
            let name = quote_identifier(&parameter.name);
            match columns.as_slice() {
                [] => missing.push(name),
                [column] if parameter.wanted.takes(fields[*column].data_type()) => found.push(*column),
                [column] => {
                    let (wanted, type_found) = (parameter.wanted.describe(), sql_name(fields[*column].data_type()));
                    return Err(self.call_error(format!("column {name} must be {wanted}, not {type_found}")));
                }
                several => {
                    let names: Vec<_> = several.iter().map(|column| quote_identifier(fields[*column].name())).collect();
                    return Err(self.call_error(format!("column {name} could be each of {} in the batch", names.join(", "))));
                }
            }
        }
        match missing.as_slice() {
            [] => Ok(found),
            [one] => Err(self.call_error(format!("column {one} is missing from the batch"))),
            several => Err(self.call_error(format!("columns {} are missing from the batch", several.join(", ")))),
        }
    }

    /// The error of a row with so many values.
    pub(super) fn wrong_length(&self, found: usize) -> Error {
        self.call_error(self.wrong_number(found))
    }

    /// The error of a value that an argument does not take.
    pub(super) fn wrong_value(&self, argument: usize, found: &str) -> Error {
        match self.parameters.get(argument) {
            Some(parameter) => self.call_error(self.wrong_type(argument, parameter, found)),
            None => Error::internal("an argument that is none"),
        }
    }

    fn wrong_type(&self, argument: usize, parameter: &Parameter, found: &str) -> String {
        format!(
            "argument {} of {}, {}, must be {}, not {found}",
            argument + 1,
            quote_identifier(&self.function),
            quote_identifier(&parameter.name),
            parameter.wanted.describe(),
        )
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
        DataFusionError::Plan(self.with_signature(message))
    }

    fn call_error(&self, message: impl Display) -> Error {
        ErrorKind::Call { message: self.with_signature(message) }.into()
    }

    fn with_signature(&self, message: impl Display) -> String {
        format!("{message}; the signature is {}", self.text())
    }

    /// `predict_churn(tenure BIGINT, "Contract" VARCHAR)`.
    pub(super) fn text(&self) -> String {
        self.list(|parameter| format!("{} {}", quote_identifier(&parameter.name), parameter.sql_type))
    }

    /// `predict_churn(tenure => tenure, "Contract" => "Contract")`.
    fn named_form(&self) -> String {
        self.list(|parameter| {
            let name = quote_identifier(&parameter.name);
            match parameter.wanted {
                Wanted::Leading(leading) => format!("{name} => {}", leading.example()),
                _ => format!("{name} => {name}"),
            }
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

/// Whether a type holds the values of another: a number of the same kind, text as text, everything else as it is.
fn is_held_by(found: &ColumnType, wanted: &ColumnType) -> bool {
    match (found, wanted) {
        (ColumnType::Null, _) => true,
        (ColumnType::List(found), ColumnType::List(wanted)) => is_held_by(found, wanted),
        _ if wanted.is_integer() => found.is_integer(),
        _ if wanted.is_number() => found.is_number(),
        _ if wanted.is_text() => found.is_text(),
        _ => found == wanted,
    }
}

/// A name that no argument has.
fn leading_name(leading: Leading, arguments: &[(&str, &ColumnType)]) -> String {
    let (name, before) = leading.name();
    let mut name = name.to_owned();
    while arguments.iter().any(|(argument, _)| argument.eq_ignore_ascii_case(&name)) {
        name.insert_str(0, before);
    }
    name
}

/// The SQL name of a type, or Arrow's where SQL has none.
fn sql_name(data_type: &DataType) -> String {
    ColumnType::from_arrow(data_type).map_or_else(|| data_type.to_string(), |column_type| column_type.sql_name())
}
