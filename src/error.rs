//! The one error type: what happened, where in the statement, what would be valid, what to do.
//!
//! An [`Error`] carries an [`ErrorKind`] that callers can match on, and, where the fault lies in the text of a statement, a
//! [`Span`]. [`Error::render`] draws the statement with a caret under the fault; `Display` says the same in one paragraph.

mod host;
mod render;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::Span;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, by who can mend it.
///
/// # Examples
/// ```
/// use datafusion_ml::{Error, ErrorKind};
///
/// let error = Error::from(ErrorKind::ModelNotFound { name: "chrun".into(), similar: Some("churn".into()) });
/// assert_eq!(error.to_string(), "model chrun does not exist; did you mean churn?");
/// assert!(matches!(error.kind(), ErrorKind::ModelNotFound { .. }));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not a statement that can be read.
    #[error("{message}")]
    Syntax {
        /// What was expected and what was found.
        message: String,
    },
    /// The statement can be read, but its parts do not fit together or one is missing.
    #[error("{message}")]
    Statement {
        /// Which parts, and why not.
        message: String,
    },
    /// The statement is understood but this version cannot do it.
    #[error("{what} is not supported")]
    Unsupported {
        /// The clause, option or value.
        what: String,
    },
    /// An option, setting or hyperparameter of this name does not exist.
    #[error("unknown {place} {name}{}", did_you_mean(.name, .valid))]
    UnknownOption {
        /// Which list the name stands in, for example `setting`.
        place: &'static str,
        /// The name as written.
        name: String,
        /// All names that would be valid there.
        valid: Vec<String>,
    },
    /// An option has a value it cannot take.
    #[error("{name} cannot be {value}; expected {expected}")]
    InvalidOption {
        /// The option.
        name: String,
        /// The value as written.
        value: String,
        /// What would be valid.
        expected: String,
    },
    /// A model of this name exists and the statement did not say what to do about it.
    #[error("model {name} already exists")]
    ModelExists {
        /// The model.
        name: String,
    },
    /// No model of this name exists.
    #[error("model {name} does not exist{}", similar.as_ref().map_or_else(String::new, |s| format!("; did you mean {s}?")))]
    ModelNotFound {
        /// The model as written.
        name: String,
        /// The closest existing name.
        similar: Option<String>,
    },
    /// A function that the model would publish exists already.
    #[error("function {function} already exists ({owner})")]
    FunctionExists {
        /// The function.
        function: String,
        /// Who has it, for example `a function of model churn`.
        owner: String,
    },
    /// A column that the statement names is not in the training query.
    #[error("{role} column {column} is not in the training query{}", did_you_mean(.column, .columns))]
    ColumnNotFound {
        /// What the column was to be, for example `target`.
        role: &'static str,
        /// The name as written.
        column: String,
        /// The columns of the query.
        columns: Vec<String>,
    },
    /// A [`Scorer`](crate::Scorer) was called with what does not fit its model; SQL functions say the same when a query is
    /// planned.
    #[error("{message}")]
    Call {
        /// Which argument, what it must be, and the signature.
        message: String,
    },
    /// The rows cannot be learned from, or not scored; the message names the column and counts the rows.
    #[error("{message}")]
    Data {
        /// What is wrong with which column, and what to do.
        message: String,
    },
    /// A model file is damaged, foreign or of a version this program cannot read.
    #[error("model file {}: {reason}", path.display())]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The model store could not be read or written.
    #[error("{action} {}: {source}", path.display())]
    Store {
        /// What was being done, for example `cannot write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The host does not allow statements of this kind.
    #[error("{statement} is not allowed here: the host forbids {class}")]
    Forbidden {
        /// The statement's keywords.
        statement: String,
        /// What the host forbids: `DDL` or `DML`.
        class: &'static str,
    },
    /// Training was stopped because nobody waits for its result any more.
    #[error("training was cancelled")]
    Cancelled,
    /// A fault of this crate; please report it.
    #[error("internal error: {message}; please report it")]
    Internal {
        /// What should never have happened.
        message: String,
    },
    /// DataFusion's own error, for example from planning or running the training query.
    #[error("{}", .0.strip_backtrace())]
    DataFusion(DataFusionError),
}

/// What went wrong, and where. Cheap to return: one pointer.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// Where in `text` the fault lies; empty when it lies in no text.
    span: Span,
    hint: Option<String>,
    text: Option<Arc<str>>,
}

impl Error {
    /// What went wrong, to match on.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What to do about it, where more can be said than the message does.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Line and column of the fault in the statement, both from 1; `None` when it lies in the data.
    pub fn location(&self) -> Option<(u64, u64)> {
        let start = self.0.span.start;
        (start.line > 0).then_some((start.line, start.column))
    }

    /// Adds advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says where in the statement the fault lies; the first place said is kept.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        if self.0.span == Span::empty() {
            self.0.span = span;
        }
        self
    }

    /// Attaches the statement's text, so that [`render`](Self::render) can show it; the first text said is kept.
    #[must_use]
    pub fn in_text(mut self, text: &str) -> Self {
        if self.0.text.is_none() {
            self.0.text = Some(Arc::from(text));
        }
        self
    }

    pub(crate) fn span(&self) -> Span {
        self.0.span
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// The message alone, without place and hint.
    pub fn message(&self) -> String {
        self.0.kind.to_string()
    }

    pub(crate) fn data(message: impl Into<String>) -> Self {
        ErrorKind::Data { message: message.into() }.into()
    }

    pub(crate) fn syntax(message: impl Into<String>) -> Self {
        ErrorKind::Syntax { message: message.into() }.into()
    }

    pub(crate) fn statement(message: impl Into<String>) -> Self {
        ErrorKind::Statement { message: message.into() }.into()
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        ErrorKind::Internal { message: message.into() }.into()
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        ErrorKind::Unsupported { what: what.into() }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, span: Span::empty(), hint: None, text: None }))
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        host::from_datafusion(error)
    }
}

impl From<datafusion::arrow::error::ArrowError> for Error {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        DataFusionError::from(error).into()
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        match *error.0 {
            // What we know beyond DataFusion's error would be lost.
            Inner { kind: ErrorKind::DataFusion(inner), span, hint: None, .. } if span == Span::empty() => inner,
            inner => Self::External(Box::new(Error(Box::new(inner)))),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind)?;
        if let Some((line, column)) = self.location() {
            write!(f, " (line {line}, column {column})")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.0.kind).field("span", &self.0.span).field("hint", &self.0.hint).finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::DataFusion(inner) => Some(inner),
            ErrorKind::Store { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// The candidate that `name` is most likely a misspelling of, if any is close enough.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)
        // A third of the letters may differ: `chrun` is churn, `age` is not `fee`; of one or two letters nothing can be said.
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(lower.chars().count()) / 3)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean x?` or the list of valid names.
fn did_you_mean(name: &str, valid: &[String]) -> String {
    match closest(name, valid.iter().map(String::as_str)) {
        Some(candidate) => format!("; did you mean {candidate}?"),
        None if valid.is_empty() => String::new(),
        None => format!("; valid are {}", valid.join(", ")),
    }
}
