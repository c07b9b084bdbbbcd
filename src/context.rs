//! The entry point: a user's own `SessionContext` with models in it.

mod adopt;
mod language;
mod refresh;
mod train;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::ParamValues;
use datafusion::execution::context::SQLOptions;
use datafusion::prelude::{DataFrame, SessionContext};

pub use self::train::TrainBuilder;
use crate::automl::TrainSpec;
use crate::bigquery;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelName, ModelStore, ProblemType, Report};
use crate::preprocess;
use crate::sql::{self, Statement};
use crate::training::{Progress, Training};
use crate::udf::{self, Scorer};

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
///
/// The context is never replaced, only added to: the functions of every model, table functions such as `ml_evaluate`, the
/// preprocessing functions such as `ml_bucketize`, and the scalar functions `ml_split` and `ml_assert`. Plain `SessionContext::sql` sees them all; the statements themselves, and
/// `f(*)`, need [`MlContext::sql`]. Clones share the session and the store.
///
/// # Examples
/// ```
/// use datafusion::prelude::SessionContext;
/// use datafusion_ml::{MlContext, ModelStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let session = SessionContext::new();
/// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
/// ml.sql("CREATE MODEL line FROM (SELECT value AS x, 3.0 * value AS y FROM generate_series(1, 50)) TARGET y").await?;
/// let rows = session.sql("SELECT round(predict_line(100)) AS y").await?.collect().await?;
/// assert!(datafusion::arrow::util::pretty::pretty_format_batches(&rows)?.to_string().contains("300.0"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MlContext {
    session: SessionContext,
    store: Arc<ModelStore>,
    observer: Observer,
    /// Held while functions are registered, so that the newest version of a model is what stays registered.
    publishing: Arc<Mutex<()>>,
}

impl fmt::Debug for MlContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MlContext").field("store", &self.store).finish_non_exhaustive()
    }
}

/// What to do if a model of the name exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfExists {
    /// Fail.
    #[default]
    Fail,
    /// Keep it, and do nothing.
    Keep,
    /// Make the next version.
    Replace,
}

impl MlContext {
    /// Opens a store in a session: the functions of all its models are registered in the session.
    pub async fn new(session: SessionContext, store: ModelStore) -> Result<Self> {
        Self::with_observer(session, store, |_| {}).await
    }

    /// The same, with a function that is told of notices, warnings and progress.
    #[allow(clippy::unused_async, reason = "opening may have to read from far away later")]
    pub async fn with_observer(
        session: SessionContext,
        store: ModelStore,
        observer: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self> {
        let context = Self { session, store: Arc::new(store), observer: Arc::new(observer), publishing: Arc::default() };
        context.session.register_udf(udf::ml_assert().as_ref().clone());
        context.session.register_udf(udf::ml_split().as_ref().clone());
        for function in preprocess::scalar_functions().into_iter().chain(bigquery::functions()) {
            context.session.register_udf(function.as_ref().clone());
        }
        for function in preprocess::window_functions() {
            context.session.register_udwf(function.as_ref().clone());
        }
        context.session.register_udf(sql::explain_model(Arc::clone(&context.store)));
        context.session.register_udf(sql::replaced_column());
        let tables = sql::TableFunctions::new(Arc::clone(&context.store), &context.session);
        context.session.register_relation_planner(Arc::new(tables))?;
        context.session.register_relation_planner(Arc::new(sql::ArraysInFrom))?;
        for damaged in context.store.damaged() {
            context.tell(Event::Warning(format!("{}; the other models are available", damaged.error())));
        }
        for model in context.store.models() {
            if let Err(error) = context.publish(&model.name, None) {
                context.tell(Event::Warning(format!("model {} has no functions: {error}", model.name)));
            }
        }
        Ok(context)
    }

    /// The user's session.
    pub fn session(&self) -> &SessionContext {
        &self.session
    }

    /// The models.
    pub fn store(&self) -> &ModelStore {
        &self.store
    }

    /// A scorer of a model's current version, for rows that come from no query. It keeps that version whatever happens later.
    ///
    /// # Errors
    /// [`ModelNotFound`](ErrorKind::ModelNotFound) with the most similar name, [`Artifact`](ErrorKind::Artifact) if the model's
    /// newest version is damaged.
    pub fn scorer(&self, name: impl Into<ModelName>) -> Result<Scorer> {
        Scorer::new(self.store.get(&name.into())?)
    }

    /// The statements of a text, in order.
    ///
    /// # Errors
    /// [`Syntax`](ErrorKind::Syntax) and the like, with line and column.
    pub fn parse(&self, text: &str) -> Result<Vec<Statement>> {
        sql::parse_with_session(text, &self.session).map_err(|error| error.in_text(text))
    }

    /// Runs one statement that [`parse`](Self::parse) gave.
    pub async fn execute(&self, statement: Statement) -> Result<DataFrame> {
        self.execute_with_options(statement, SQLOptions::new()).await
    }

    /// Runs one statement within what the host allows: statements that make, change or drop models count as DDL, `EXPORT MODEL`
    /// as DML, as `COPY` does.
    pub async fn execute_with_options(&self, statement: Statement, options: SQLOptions) -> Result<DataFrame> {
        sql::execute(self, statement, options, None).await
    }

    /// The same with values for the statement's parameters; see [`sql_with_params`](Self::sql_with_params).
    pub async fn execute_with_params(
        &self,
        statement: Statement,
        options: SQLOptions,
        params: impl Into<ParamValues>,
    ) -> Result<DataFrame> {
        sql::execute(self, statement, options, Some(params.into())).await
    }

    /// Runs a text of exactly one statement: ours, or any of DataFusion's.
    pub async fn sql(&self, text: &str) -> Result<DataFrame> {
        self.sql_with_options(text, SQLOptions::new()).await
    }

    /// Runs a text of exactly one statement within what the host allows.
    pub async fn sql_with_options(&self, text: &str, options: SQLOptions) -> Result<DataFrame> {
        let statement = self.parse_one(text)?;
        self.execute_with_options(statement, options).await.map_err(|error| error.in_text(text))
    }

    /// Runs a text of exactly one statement with values for its parameters, `$1`, `$2`, … or `$name`.
    ///
    /// In the training query of `CREATE MODEL` the values are written into the statement as literals, so that the model's stored
    /// statement is complete and `REFRESH MODEL` can run it again. Every other statement gets them as DataFusion does it.
    ///
    /// # Errors
    /// [`Statement`](ErrorKind::Statement) for a parameter without a value, a value without a parameter, a parameter
    /// without a name (`?`), and a value that SQL cannot write.
    ///
    /// # Examples
    /// ```
    /// use datafusion::common::ScalarValue;
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
    /// let create = "CREATE MODEL line FROM (SELECT value AS x, 3 * value AS y FROM generate_series(1, 90) WHERE value > $low) TARGET y";
    /// ml.sql_with_params(create, vec![("low", ScalarValue::from(10_i64))]).await?;
    /// assert!(ml.store().models()[0].statement.contains("WHERE value > 10"));
    ///
    /// let query = "SELECT predict_line($1)";
    /// let rows = ml.sql_with_params(query, vec![ScalarValue::from(2.5)]).await?.collect().await?;
    /// assert_eq!(rows[0].num_rows(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn sql_with_params(&self, text: &str, params: impl Into<ParamValues>) -> Result<DataFrame> {
        let statement = self.parse_one(text)?;
        self.execute_with_params(statement, SQLOptions::new(), params).await.map_err(|error| error.in_text(text))
    }

    fn parse_one(&self, text: &str) -> Result<Statement> {
        let mut statements = self.parse(text)?;
        match (statements.pop(), statements.len()) {
            (Some(statement), 0) => Ok(statement),
            (None, _) => Err(Error::syntax("the text has no statement")),
            (Some(_), more) => Err(Error::syntax(format!("the text has {} statements", more + 1))
                .with_hint("run one at a time, or all that parse() gives")),
        }
    }

    /// Trains a model on the rows of a query and publishes its functions. Returns `None` where one exists and is to be kept.
    ///
    /// Dropping the future stops training; the store is then as it was.
    pub async fn create_model(&self, spec: TrainSpec, query: DataFrame, if_exists: IfExists) -> Result<Option<Arc<Model>>> {
        let name = spec.name.clone();
        if !self.is_wanted(&name, if_exists)? {
            return Ok(None);
        }
        self.check_functions(&name, &spec.function)?;
        let model = Training { spec, query, progress: self.progress() }.train(&self.session).await?;
        // Training takes time: somebody else may have made the model, or one with its functions, meanwhile.
        let saved = self.save_and_publish(model, |before| match (before, if_exists) {
            (None, _) | (_, IfExists::Replace) => Ok(()),
            (Some(_), IfExists::Fail | IfExists::Keep) => Err(exists_already(&name)),
        });
        match saved {
            Err(error) if if_exists == IfExists::Keep && matches!(error.kind(), ErrorKind::ModelExists { .. }) => Ok(None),
            saved => saved.map(Some),
        }
    }

    /// Says what [`create_model`](Self::create_model) would find, without training: nothing is saved or registered. Returns `None`
    /// where a model exists and is to be kept.
    ///
    /// # Errors
    /// Those that `create_model` would end with before it trains.
    pub async fn dry_run(&self, spec: TrainSpec, query: DataFrame, if_exists: IfExists) -> Result<Option<Report>> {
        let name = spec.name.clone();
        if !self.is_wanted(&name, if_exists)? {
            return Ok(None);
        }
        self.check_functions(&name, &spec.function)?;
        let found = Training { spec, query, progress: self.progress() }.dry_run(&self.session).await?;
        let next = self.store.next_version(&name);
        let replaced =
            self.store.current(&name).map_or_else(String::new, |old| format!(", would replace version {}", old.version));
        let mut report = Report::default();
        report.push("model", "name", name.to_string(), format!("version {next}{replaced}"));
        report.append(&found);
        Ok(Some(report))
    }

    /// Whether a model is to be trained, by what is there of its name.
    fn is_wanted(&self, name: &ModelName, if_exists: IfExists) -> Result<bool> {
        self.store.check_name(name)?;
        let exists = self.store.current(name).is_some() || self.store.damage_of(name).is_some();
        match if_exists {
            IfExists::Fail if exists => Err(exists_already(name)),
            _ => Ok(!exists || if_exists == IfExists::Replace),
        }
    }

    /// Saves a model as the newest version of its name and makes the session's functions its own, if `check` agrees, which is
    /// shown the version that is current until then. All of it happens, or nothing.
    pub(crate) fn save_and_publish(
        &self,
        model: Model,
        check: impl FnOnce(Option<&Arc<Model>>) -> Result<()>,
    ) -> Result<Arc<Model>> {
        // What cannot be compiled must not be saved: it would be in the way at every opening of the store.
        udf::functions(Arc::new(model.clone()))?;
        let _guard = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.store.current(&model.name);
        check(before.as_ref())?;
        self.check_functions(&model.name, &model.function)?;
        let model = self.store.save(model)?;
        if let Some(before) = before {
            self.deregister_all_but(&before, Some(&model));
        }
        self.register(&model)?;
        Ok(model)
    }

    pub(crate) fn tell(&self, event: Event) {
        (self.observer)(event);
    }

    fn progress(&self) -> Progress {
        let observer = Arc::clone(&self.observer);
        Arc::new(move |phase, done| observer(Event::Progress { phase: phase.to_owned(), done }))
    }

    /// Makes the session's functions those of a model's current version, where `before` was the current one.
    ///
    /// # Errors
    /// [`FunctionExists`](ErrorKind::FunctionExists) if one of them belongs to somebody else; the model then has none.
    pub(crate) fn publish(&self, name: &ModelName, before: Option<&Model>) -> Result<()> {
        let _guard = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let model = self.store.current(name);
        if let Some(before) = before {
            self.deregister_all_but(before, model.as_deref());
        }
        let Some(model) = model else { return Ok(()) };
        self.check_functions(name, &model.function)?;
        self.register(&model)
    }

    fn register(&self, model: &Arc<Model>) -> Result<()> {
        for function in udf::functions(Arc::clone(model))? {
            self.session.register_udf(function.as_ref().clone());
        }
        Ok(())
    }

    /// Takes the functions of a model out of the session that another does not publish; plans that use them already go on.
    fn deregister_all_but(&self, model: &Model, kept: Option<&Model>) {
        let kept = kept.map_or_else(Vec::new, udf::published_names);
        for function in udf::published_names(model).into_iter().filter(|function| !kept.contains(function)) {
            self.session.deregister_udf(&function);
        }
    }

    /// Fails if a function that the model may publish belongs to somebody else.
    fn check_functions(&self, name: &ModelName, base: &str) -> Result<()> {
        let state = self.session.state();
        // The problem type is not known before the rows are: the names of every type must be free.
        let mut functions = udf::function_names(base, ProblemType::Binary);
        functions.extend(udf::function_names(base, ProblemType::Regression));
        let models = self.store.models();
        for function in functions {
            let publishes = |model: &&Arc<Model>| udf::published_names(model).contains(&function);
            let registered = state.scalar_functions().get(&function);
            let owner = match models.iter().filter(|model| model.name != *name).find(publishes) {
                Some(other) => format!("a function of model {}", other.name),
                // What models register is theirs; this model's own functions are what it replaces.
                None if registered.is_some_and(|function| udf::is_model_function(function)) => continue,
                None if registered.is_some()
                    || state.aggregate_functions().contains_key(&function)
                    || state.window_functions().contains_key(&function)
                    || state.table_functions().contains_key(&function)
                    || sql::is_table_function(&function) =>
                {
                    "a function of the session".to_owned()
                }
                None => continue,
            };
            return Err(Error::from(ErrorKind::FunctionExists { function, owner }).with_hint("choose another name with FUNCTION"));
        }
        Ok(())
    }
}

fn exists_already(name: &ModelName) -> Error {
    Error::from(ErrorKind::ModelExists { name: name.to_string() })
        .with_hint("use CREATE OR REPLACE MODEL for a new version, or IF NOT EXISTS to keep it")
}
