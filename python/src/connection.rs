//! A connection: an engine of its own, with models in it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::{ParamValues, TableReference};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::DataFrame;
use datafusion::sql::parser::Statement as HostStatement;
use datafusion::sql::sqlparser::ast;
use datafusion_ml::{Error, ErrorKind, MlContext, ModelName, ModelStore, Result, Scorer, Statement};
use futures::TryStreamExt;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::events::Events;
use crate::model::Model;
use crate::parameters;
use crate::positions::{Parameters, by_position};
use crate::rows::Rows;
use crate::variables::{Lookup, with_variables};
use crate::{border, errors, session, tables};

/// An engine of its own, with the models of a folder, or of memory where none is named.
#[pyclass(frozen, module = "datafusion_ml._internal")]
pub(crate) struct Connection {
    ml: MlContext,
    events: Arc<Events>,
}

#[pymethods]
impl Connection {
    #[new]
    #[pyo3(signature = (models, settings, memory_limit, observer))]
    fn new(
        py: Python<'_>,
        models: Option<PathBuf>,
        settings: BTreeMap<String, String>,
        memory_limit: Option<Bound<'_, PyAny>>,
        observer: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let memory_limit = memory_limit.as_ref().map(bytes).transpose()?;
        let store = move || models.map_or_else(|| Ok(ModelStore::in_memory()), ModelStore::open);
        Self::open(py, store, settings, memory_limit, observer)
    }

    /// An engine that knows one model, from wherever it comes.
    #[staticmethod]
    fn of_model(py: Python<'_>, model: &Model, observer: &Bound<'_, PyAny>) -> PyResult<Self> {
        let model = model.model().as_ref().clone();
        let store = move || {
            let store = ModelStore::in_memory();
            store.save(model)?;
            Ok(store)
        };
        Self::open(py, store, BTreeMap::new(), None, observer)
    }

    /// Runs the statements of a text and gives the rows of the last one. Tables that are in no catalog are asked of
    /// `lookup(name)`.
    #[allow(clippy::too_many_arguments, reason = "the interpreter is no argument for who calls")]
    fn execute(
        &self,
        py: Python<'_>,
        text: String,
        parameters: Option<parameters::Parameters>,
        lookup: Py<PyAny>,
        observer: &Bound<'_, PyAny>,
    ) -> PyResult<Rows> {
        let params = parameters.map(parameters::Parameters::into_values).transpose()?;
        let ml = self.ml.clone();
        let statements = border::compute(py, || parse(&ml, &text, params.is_some()))?;
        let training = statements.iter().any(|statement| {
            matches!(statement, Statement::CreateModel(_) | Statement::ExplainCreateModel { .. } | Statement::RefreshModel { .. })
        });
        let lookup = Lookup { find: lookup, partitions: self.partitions() };
        let run = async move { run(&ml, &text, statements, params).await };
        let frame = border::wait(py, &self.events, observer, training, with_variables(lookup, run))?;
        Ok(Rows::new(frame, Arc::clone(&self.events)))
    }

    /// The statements of a text, each with who runs it: `model` for ours, `query` for what only reads, `session` for the rest.
    ///
    /// A session of another engine knows functions by position: the statements for it call them so.
    fn statements(&self, py: Python<'_>, text: &str) -> PyResult<Vec<(&'static str, String)>> {
        border::compute(py, || {
            let texts = parse(&self.ml, text, false)?.into_iter().map(|mut statement| {
                let who = who(&statement);
                if let Statement::DataFusion(host) = &mut statement
                    && who == "session"
                {
                    by_position(host, &|function| self.parameters_of(function))?;
                }
                Ok((who, statement.to_string()))
            });
            texts.collect()
        })
    }

    /// Makes an object a table, in place of one that has the name.
    fn register(&self, py: Python<'_>, name: &str, table: &Bound<'_, PyAny>) -> PyResult<()> {
        let table = tables::provider(table, self.partitions())?;
        border::compute(py, || {
            let name = TableReference::bare(name);
            self.ml.session().deregister_table(name.clone())?;
            self.ml.session().register_table(name, table)?;
            Ok(())
        })
    }

    /// Makes a file or folder a table, in place of one that has the name. It is read when it is queried.
    fn register_file(&self, py: Python<'_>, name: String, path: String, observer: &Bound<'_, PyAny>) -> PyResult<()> {
        let session = self.ml.session().clone();
        let register = async move {
            // Files are tables by their names, also where a dialect has no quotes for them.
            let rows = session.table(TableReference::bare(path)).await?;
            session.deregister_table(TableReference::bare(name.clone()))?;
            session.register_table(TableReference::bare(name), rows.into_view())?;
            Ok(())
        };
        border::wait(py, &self.events, observer, false, register)
    }

    /// Forgets a table; `False` if there is none of the name.
    fn deregister(&self, py: Python<'_>, name: &str) -> PyResult<bool> {
        border::compute(py, || Ok(self.ml.session().deregister_table(TableReference::bare(name))?.is_some()))
    }

    /// A model: its current version, or one of them.
    fn model(&self, py: Python<'_>, name: &str, version: Option<u32>) -> PyResult<Model> {
        let name = ModelName::from(name);
        border::compute(py, || {
            let store = self.ml.store();
            let model = match version {
                Some(version) => store.get_version(&name, version)?,
                None => store.get(&name)?,
            };
            Model::of(model)
        })
    }

    /// The names of all models.
    fn models(&self) -> Vec<String> {
        self.ml.store().names().iter().map(ToString::to_string).collect()
    }
}

impl Connection {
    fn partitions(&self) -> usize {
        self.ml.session().state().config().target_partitions()
    }

    /// What a function takes, if it is one of a model. Nothing is known of a model that cannot be read.
    fn parameters_of(&self, function: &str) -> Option<Parameters> {
        let store = self.ml.store();
        let models = store.names().into_iter().filter_map(|name| store.get(&name).ok());
        let mut models = models.filter(|model| function.starts_with(&*model.function));
        models.find_map(|model| {
            let scorer = Scorer::new(Arc::clone(&model)).ok()?;
            let first = match function.strip_prefix(&*model.function)? {
                "_at" => Some("threshold"),
                "_interval" => Some("level"),
                _ => None,
            };
            let features = model.features.iter().map(|feature| feature.name.clone()).collect();
            scorer.functions().iter().any(|published| published == function).then_some(Parameters { first, features })
        })
    }

    fn open(
        py: Python<'_>,
        store: impl FnOnce() -> Result<ModelStore> + Send + 'static,
        settings: BTreeMap<String, String>,
        memory_limit: Option<usize>,
        observer: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let events = Arc::new(Events::default());
        let told = Arc::clone(&events);
        let open = async move {
            let session = session::open(&settings, memory_limit)?;
            MlContext::with_observer(session, store()?, move |event| told.observe(event)).await
        };
        let ml = border::wait(py, &events, observer, false, open)?;
        Ok(Self { ml, events })
    }
}

/// The statements of a text, at least one; exactly one if it has parameters.
fn parse(ml: &MlContext, text: &str, parameters: bool) -> Result<Vec<Statement>> {
    let statements = ml.parse(text)?;
    match statements.len() {
        0 => Err(ErrorKind::Syntax { message: "the text has no statement".into() }.into()),
        more @ 2.. if parameters => {
            let message = format!("the text has {more} statements, and parameters belong to one");
            Err(Error::from(ErrorKind::Statement { message }).with_hint("run them one at a time"))
        }
        _ => Ok(statements),
    }
}

async fn run(ml: &MlContext, text: &str, statements: Vec<Statement>, params: Option<ParamValues>) -> Result<DataFrame> {
    let last = statements.len().saturating_sub(1);
    let mut result = None;
    for (i, statement) in statements.into_iter().enumerate() {
        let params = match &params {
            // Nobody can give the plan of a query its values later.
            None if who(&statement) == "query" => Some(ParamValues::List(Vec::new())),
            params => params.clone(),
        };
        let frame = match params {
            Some(params) => ml.execute_with_params(statement, SQLOptions::new(), params).await,
            None => ml.execute(statement).await,
        };
        let frame = frame.map_err(|error| in_python(error).in_text(text))?;
        // What writes or is not the last has to run now; a query may wait until its rows are read.
        if i < last {
            let mut rows = frame.execute_stream().await?;
            while rows.try_next().await?.is_some() {}
        } else {
            result = Some(if writes(frame.logical_plan()) { frame.cache().await? } else { frame });
        }
    }
    result.ok_or_else(|| ErrorKind::Internal { message: "a text without a statement was run".into() }.into())
}

/// The error with a hint for Python, where the library's names a function of its own.
fn in_python(error: Error) -> Error {
    if error.hint().is_some_and(|hint| hint.starts_with("MlContext::sql_with_params")) {
        return error.with_hint("values are the second argument: a sequence for $1, $2, ..., a mapping for $name");
    }
    error
}

/// A number of bytes; `True` is none, though Python counts it among the integers.
fn bytes(limit: &Bound<'_, PyAny>) -> PyResult<usize> {
    let number = if limit.is_instance_of::<PyBool>() { None } else { limit.extract().ok() };
    number.map_or_else(
        || {
            let message = format!("memory_limit must be a number of bytes, such as 1_000_000_000, not {}", limit.repr()?);
            Err(errors::to_python(limit.py(), ErrorKind::Call { message }.into(), false))
        },
        Ok,
    )
}

fn who(statement: &Statement) -> &'static str {
    match statement {
        Statement::DataFusion(host) => match host.as_ref() {
            HostStatement::Statement(inner) if matches!(**inner, ast::Statement::Query(_)) => "query",
            HostStatement::Explain(_) => "query",
            _ => "session",
        },
        _ => "model",
    }
}

fn writes(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Dml(_) | LogicalPlan::Copy(_))
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}
