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
        other if is_ambiguous(&other) => ambiguous(&other),
        other => {
            let place = other.diagnostic().and_then(|diagnostic| diagnostic.span);
            let message = other.strip_backtrace();
            let error = readable(&message).or_else(|| not_implemented(&other));
            let error = error.unwrap_or_else(|| ErrorKind::DataFusion(other).into());
            match place {
                Some(span) => error.at(in_text(span)),
                None => error,
            }
        }
    }
}

/// What DataFusion writes before a message to say which of its parts gave it.
const PARTS: [&str; 9] = [
    "Error during planning: ",
    "Execution error: ",
    "External error: ",
    "Schema error: ",
    "Arrow error: ",
    "Invalid argument error: ",
    "Cast error: ",
    "Internal error: ",
    "type_coercion\ncaused by\n",
];

/// The message of an error without the names of DataFusion's parts.
pub(super) fn plain(error: &DataFusionError) -> String {
    without_parts(&error.strip_backtrace()).to_owned()
}

/// Characters of DataFusion's own words in a hint.
const SHOWN: usize = 200;

fn without_parts(message: &str) -> &str {
    let mut rest = message;
    loop {
        let of_rule = || rest.strip_prefix("Optimizer rule '")?.split_once("' failed\ncaused by\n").map(|(_, inner)| inner);
        match PARTS.iter().find_map(|part| rest.strip_prefix(part)).or_else(of_rule) {
            Some(inner) => rest = inner,
            None => return rest,
        }
    }
}

/// `ANY in LIKE expression`, `Unsupported SQL type DATETIME`.
fn not_implemented(error: &DataFusionError) -> Option<Error> {
    let DataFusionError::NotImplemented(what) = error else { return None };
    let what = what.strip_prefix("Unsupported ").unwrap_or(what);
    let says_so = [" support", "implemented", "annot "].iter().any(|word| what.contains(word));
    (!says_so).then(|| Error::unsupported(what.trim_end_matches('.')))
}

/// An error in place of a message that is not for people: a syntax tree, a report for DataFusion's developers, a list of all types
/// that a function takes.
fn readable(message: &str) -> Option<Error> {
    if message.contains("Candidate functions:") {
        return Some(types_do_not_fit(message).unwrap_or_else(|| Error::unsupported("a call with arguments of these types")));
    }
    if ["Internal error: ", "likely caused by a bug in DataFusion"].iter().any(|part| message.contains(part)) {
        let said = message.split_once("Internal error: ").map_or(message, |(_, said)| said);
        let said = said.split(['\n', '.']).next().unwrap_or_default().trim();
        let said: String = said.chars().take(SHOWN).collect();
        return Some(Error::unsupported("this form").at(place_in_dump(message)).with_hint(format!("DataFusion says: {said}")));
    }
    if !is_dump(message) {
        return None;
    }
    let what = without_parts(message).trim_start_matches("This feature is not implemented: ");
    let what = what.split(['{', '(', ':', '\'']).next().unwrap_or_default().trim();
    let what = ["Unsupported ast node", "Unsupported"].iter().find_map(|word| what.strip_prefix(word)).unwrap_or(what).trim();
    let what = if message.contains("ByteStringLiteral") { "a string of bytes" } else { what };
    let error = match what {
        "" => Error::unsupported("this form"),
        what => Error::unsupported(format!("this form ({})", what.to_lowercase())),
    };
    Some(error.at(place_in_dump(message)))
}

/// `... argument types 'sum(Utf8)'. ... Candidate functions: sum(Int8), sum(Int16), ...`.
fn types_do_not_fit(message: &str) -> Option<Error> {
    // Some functions say themselves what they take.
    if let Some((_, said)) = message.split_once("coercion failed with: ") {
        let said = said.split(" No function matches").next().unwrap_or_default();
        return Some(Error::statement(without_parts(said).trim_end_matches('.')));
    }
    let (_, call) = message.split_once("argument types '")?;
    let (call, _) = call.split_once('\'')?;
    let (function, types) = call.split_once('(')?;
    let types = types.strip_suffix(')')?;
    let error = Error::statement(format!("{function} does not take arguments of the types ({types})"));
    Some(error.with_hint("CAST them to types that it takes"))
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
    const MARKS: [&str; 6] =
        ["span: Span(", "Span(Location(", "Ident {", "ObjectName(", "StringLiteral(", "Unsupported ast node"];
    MARKS.iter().any(|mark| message.contains(mark))
}

/// The first place that stands in a syntax tree.
fn place_in_dump(message: &str) -> Span {
    let location = |text: &str| -> Option<Location> {
        let (line, column) = text.split_once(')')?.0.split_once(',')?;
        Some(Location::new(line.parse().ok()?, column.parse().ok()?))
    };
    let span = |text: &str| -> Option<Span> {
        let (start, rest) = text.split_once("..Location(")?;
        Some(Span::new(location(start)?, location(rest)?)).filter(|span| span.start.line > 0)
    };
    message.split("Span(Location(").skip(1).find_map(span).unwrap_or(Span::empty())
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
