//! Errors of DataFusion and its parser as ours.

use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use super::{Error, ErrorKind};

impl From<ParserError> for Error {
    fn from(error: ParserError) -> Self {
        let message = match error {
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
            ParserError::RecursionLimitExceeded => {
                let message = "the statement is nested too deeply".into();
                let hint = "the setting datafusion.sql_parser.recursion_limit says how deep is allowed";
                return Self::from(ErrorKind::Syntax { message }).with_hint(hint);
            }
        };
        let (message, place) = split_place(&message);
        Self::from(ErrorKind::Syntax { message: in_our_words(message) }).at(place)
    }
}

/// Takes our own error out again where DataFusion only carried it, and keeps the place of the fault where DataFusion knows it.
pub(super) fn from_datafusion(error: DataFusionError) -> Error {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => ErrorKind::DataFusion(DataFusionError::External(other)).into(),
        },
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) if is_ours(&inner) => from_datafusion(*inner),
        DataFusionError::Diagnostic(_, inner) if matches!(*inner, DataFusionError::SQL(..)) => from_datafusion(*inner),
        DataFusionError::SQL(parser, _) => (*parser).into(),
        DataFusionError::NotImplemented(message) if is_dump(&message) => {
            let what = message.split_once(['{', ':']).map_or("this form", |(before, _)| before).trim().to_lowercase();
            Error::unsupported(format!("a form that DataFusion does not plan ({what})"))
        }
        other if is_ambiguous(&other) => ambiguous(&other),
        other => {
            let place = other.diagnostic().and_then(|diagnostic| diagnostic.span);
            let error = Error::from(ErrorKind::DataFusion(other));
            match place {
                Some(span) => error.at(in_text(span)),
                None => error,
            }
        }
    }
}

fn in_text(span: datafusion::common::Span) -> Span {
    Span::new(Location::new(span.start.line, span.start.column), Location::new(span.end.line, span.end.column))
}

fn is_ambiguous(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::SchemaError(kind, _) if matches!(**kind, SchemaError::AmbiguousReference { .. }))
}

/// A name that several tables have.
fn ambiguous(error: &DataFusionError) -> Error {
    let name = match error.find_root() {
        DataFusionError::SchemaError(kind, _) => match kind.as_ref() {
            SchemaError::AmbiguousReference { field } => field.name.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let diagnostic = error.diagnostic();
    let notes = diagnostic.into_iter().flat_map(|diagnostic| &diagnostic.notes);
    let candidates: Vec<&str> = notes.filter_map(|note| note.message.strip_prefix("possible column ")).collect();
    let ours = if candidates.is_empty() {
        Error::statement(format!("{name} is ambiguous")).with_hint("write the table's name before it")
    } else {
        Error::statement(format!("{name} is ambiguous: {}", candidates.join(" or ")))
    };
    match diagnostic.and_then(|diagnostic| diagnostic.span) {
        Some(span) => ours.at(in_text(span)),
        None => ours,
    }
}

/// Whether a message holds the inside of a syntax tree.
fn is_dump(message: &str) -> bool {
    ["span: Span(", "Span(Location(", "Ident {", "ObjectName("].iter().any(|part| message.contains(part))
}

fn is_ours(error: &DataFusionError) -> bool {
    match error {
        DataFusionError::External(inner) => inner.is::<Error>(),
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => is_ours(inner),
        _ => false,
    }
}

/// The parser writes the place at the end of its message: ` at Line: 1, Column: 8`.
fn split_place(message: &str) -> (&str, Span) {
    let place = |text: &str| -> Option<Location> {
        let (line, column) = text.split_once(", Column: ")?;
        Some(Location::new(line.parse().ok()?, column.trim_end().parse().ok()?))
    };
    let Some((rest, found)) = message.rsplit_once(" at Line: ") else { return (message, Span::empty()) };
    place(found).map_or((message, Span::empty()), |location| (rest, Span::new(location, location)))
}

fn in_our_words(message: &str) -> String {
    let Some((expected, found)) = message.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: ")) else {
        // A few messages begin with a capital letter, ours do not; abbreviations stay.
        let mut letters = message.chars();
        return match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(message.chars().skip(1)).collect(),
            _ => message.into(),
        };
    };
    let found = if matches!(found, "EOF" | ";") { "the end of the statement" } else { found };
    format!("expected {expected}, found {found}")
}
