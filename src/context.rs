//! The entry point: a user's own `SessionContext` with models in it.

use std::fmt;
use std::sync::Arc;

use datafusion::execution::context::SQLOptions;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::error::{Error, Result};
use crate::model::ModelStore;
use crate::sql::Statement;

/// Something that happens while a statement runs and that a person may want to see.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Worth knowing, for example an option that has no meaning here.
    Notice(String),
    /// Worth acting on, for example a damaged model file.
    Warning(String),
    /// How far training is.
    Progress {
        /// What is being done, for example `reading rows`.
        phase: String,
        /// Share of the phase that is done, in [0, 1]; `None` where it is not known.
        done: Option<f64>,
    },
}

type Observer = Arc<dyn Fn(Event) + Send + Sync>;

/// A user's own `SessionContext` with models in it.
#[derive(Clone)]
pub struct MlContext {
    session: SessionContext,
    store: Arc<ModelStore>,
    observer: Observer,
}

impl fmt::Debug for MlContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MlContext").field("store", &self.store).finish_non_exhaustive()
    }
}

impl MlContext {
    /// Opens a store in a session: the functions of all its models are registered in the session.
    pub async fn new(session: SessionContext, store: ModelStore) -> Result<Self> {
        Self::with_observer(session, store, |_| {}).await
    }

    /// The same, with a function that is told of notices, warnings and progress.
    pub async fn with_observer(
        session: SessionContext,
        store: ModelStore,
        observer: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self { session, store: Arc::new(store), observer: Arc::new(observer) })
    }

    /// The user's session.
    pub fn session(&self) -> &SessionContext {
        &self.session
    }

    /// The statements of a text, in order.
    pub fn parse(&self, text: &str) -> Result<Vec<Statement>> {
        let _ = text;
        Err(Error::unsupported("parsing"))
    }

    /// Runs one statement that [`parse`](Self::parse) gave.
    pub async fn execute(&self, statement: Statement) -> Result<DataFrame> {
        self.execute_with_options(statement, SQLOptions::new()).await
    }

    /// Runs one statement within what the host allows.
    pub async fn execute_with_options(&self, statement: Statement, options: SQLOptions) -> Result<DataFrame> {
        let _ = (statement, options);
        Err(Error::unsupported("executing"))
    }

    /// Runs a text of exactly one statement.
    pub async fn sql(&self, text: &str) -> Result<DataFrame> {
        self.sql_with_options(text, SQLOptions::new()).await
    }

    /// Runs a text of exactly one statement within what the host allows.
    pub async fn sql_with_options(&self, text: &str, options: SQLOptions) -> Result<DataFrame> {
        let _ = (text, options);
        Err(Error::unsupported("sql"))
    }
}
