//! The one error type: what happened, where in the statement, what would be valid, what to do.
//!
//! An [`Error`] carries an [`ErrorKind`] that callers can match on, and, where the fault lies in the text of a statement, a
//! [`Span`]. [`Error::render`] draws the statement with a caret under the fault; `Display` says the same in one paragraph.

mod host;
mod render;
mod similar;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::DataFusionError;
use datafusion::sql::sqlparser::tokenizer::Span;

pub(crate) use self::similar::closest;
use self::similar::did_you_mean;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, by who can mend it.
///
/// Kinds are for programs, which can match on them and use their fields; messages and [hints](Error::hint) are for people and
/// may change. Who can mend it:
///
/// * whoever wrote the statement or the options: [`Syntax`](Self::Syntax), [`Statement`](Self::Statement),
///   [`Unsupported`](Self::Unsupported), [`UnknownOption`](Self::UnknownOption), [`InvalidOption`](Self::InvalidOption),
///   [`ColumnNotFound`](Self::ColumnNotFound), [`Call`](Self::Call);
/// * whoever chose the names: [`ModelExists`](Self::ModelExists), [`ModelNotFound`](Self::ModelNotFound),
///   [`FunctionExists`](Self::FunctionExists);
/// * whoever knows the rows: [`Data`](Self::Data), often [`DataFusion`](Self::DataFusion);
/// * whoever runs the program: [`Artifact`](Self::Artifact), [`Store`](Self::Store), [`Forbidden`](Self::Forbidden);
/// * the program itself: [`InvalidModel`](Self::InvalidModel), [`Cancelled`](Self::Cancelled); and we, [`Internal`](Self::Internal).
///
/// # Examples
/// ```
/// use datafusion::prelude::SessionContext;
/// use datafusion_ml::{Error, ErrorKind, MlContext, ModelStore};
///
/// /// What a program could offer beside the message.
/// fn offer(error: &Error) -> String {
///     match error.kind() {
///         ErrorKind::ModelNotFound { similar: Some(similar), .. } => format!("use {similar}"),
///         ErrorKind::ModelExists { name } => format!("replace {name}"),
///         ErrorKind::ColumnNotFound { columns, .. } => format!("choose one of {}", columns.join(", ")),
///         ErrorKind::InvalidOption { name, .. } => format!("change {name}"),
///         _ => "nothing".into(),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
/// ml.sql("CREATE TABLE t AS SELECT value AS x, 2 * value AS y FROM generate_series(1, 50)").await?;
/// ml.sql("CREATE MODEL line FROM t TARGET y").await?;
///
/// let offered = async |statement: &str| offer(&ml.sql(statement).await.unwrap_err());
/// assert_eq!(offered("SHOW MODEL lime").await, "use line");
/// assert_eq!(offered("CREATE MODEL line FROM t TARGET y").await, "replace line");
/// assert_eq!(offered("CREATE MODEL other FROM t TARGET z").await, "choose one of x, y");
/// assert_eq!(offered("ALTER MODEL line SET (threshold = 2)").await, "change THRESHOLD");
/// assert_eq!(offered("CREATE MODLE other FROM t TARGET y").await, "nothing");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not a statement that can be read: `CREATE MODLE churn …`.
    #[error("{message}")]
    Syntax {
        /// What was expected and what was found.
        message: String,
    },
    /// The statement can be read, but its parts do not fit together or one is missing: `TARGET y … SETTINGS (WEIGHT y)`. The
    /// same of the options of [`MlContext::train`](crate::MlContext::train).
    #[error("{message}")]
    Statement {
        /// Which parts, and why not.
        message: String,
    },
    /// The statement is understood but this version cannot do it: `MODEL_TYPE XGBOOST`.
    #[error("{what} is not supported")]
    Unsupported {
        /// The clause, option or value.
        what: String,
    },
    /// An option, setting or hyperparameter of this name does not exist: `SETTINGS (TRESHOLD 0.5)`.
    #[error("unknown {place} {name}{}", did_you_mean(.name, .valid))]
    UnknownOption {
        /// Which list the name stands in, for example `setting`.
        place: &'static str,
        /// The name as written.
        name: String,
        /// All names that would be valid there.
        valid: Vec<String>,
    },
    /// An option has a value it cannot take: `SPLIT (RATIO 70)`, or a label that the target does not have.
    #[error("{name} cannot be {value}; expected {expected}")]
    InvalidOption {
        /// The option as statements call it, for example `RATIO`.
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
    /// A function that the model would publish exists already, in the session or with another model.
    #[error("function {function} already exists ({owner})")]
    FunctionExists {
        /// The function.
        function: String,
        /// Who has it, for example `a function of model churn`.
        owner: String,
    },
    /// A column that the statement or an option names is not in the training query: `TARGET chrun`.
    #[error("{role} column {column} is not in the training query{}", did_you_mean(.column, .columns))]
    ColumnNotFound {
        /// What the column was to be: `target`, `weight`, `key` or `split`.
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
    /// The rows cannot be learned from, or not scored: a target with one label, infinite numbers, too few rows. The message names
    /// the column and counts the rows.
    #[error("{message}")]
    Data {
        /// What is wrong with which column, and what to do.
        message: String,
    },
    /// A model that was made or changed by hand is none that could have been trained, so it cannot be saved or run: a threshold
    /// of 2.
    #[error("model {name} is not valid: {reason}")]
    InvalidModel {
        /// The model.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// A model file is damaged, foreign or of a version this program cannot read. The store's other models can be used.
    #[error("model file {}: {reason}", path.display())]
    Artifact {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The model store could not be read or written: no space, no permission.
    #[error("{action} {}: {source}", path.display())]
    Store {
        /// What was being done, for example `cannot write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The host does not allow statements of this kind; it has set so with `SQLOptions`.
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
    #[error("{}", host::plain(.0))]
    DataFusion(DataFusionError),
}

/// What went wrong, and where. Cheap to return: one pointer.
pub struct Error(Box<Inner>);

/// The option of a statement that an error is about, so that whoever has the statement can point at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject {
    /// An option's key in lower case, or the role of a column: `target`, `weight`, `key`, `split`.
    pub(crate) option: &'static str,
    /// The place in the option's list, where it is about one element of it.
    pub(crate) item: Option<usize>,
}

struct Inner {
    kind: ErrorKind,
    subject: Option<Subject>,
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

    /// Says which option it is about; the first one said is kept.
    #[must_use]
    pub(crate) fn about(mut self, option: &'static str) -> Self {
        self.0.subject.get_or_insert(Subject { option, item: None });
        self
    }

    /// The same of an element of the option's list.
    #[must_use]
    pub(crate) fn about_item(mut self, option: &'static str, item: usize) -> Self {
        self.0.subject.get_or_insert(Subject { option, item: Some(item) });
        self
    }

    /// The option that it is about, if that is known.
    pub(crate) fn subject(&self) -> Option<Subject> {
        match self.kind() {
            ErrorKind::ColumnNotFound { role, .. } => Some(Subject { option: role, item: None }),
            _ => self.0.subject,
        }
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
        Self(Box::new(Inner { kind, subject: None, span: Span::empty(), hint: None, text: None }))
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
