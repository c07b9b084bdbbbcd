//! Runs training for a session: the query on DataFusion's runtime, the computing on threads of its own.

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::automl::{self, Cancel, Prepared, Request, Roles, Table, TrainSpec};
use crate::error::{Error, Result};
use crate::model::{Model, Report};

/// Is told the phase and the share of it that is done.
pub(crate) type Progress = Arc<dyn Fn(&str, Option<f64>) + Send + Sync>;

/// One training run: what to train, on which rows.
pub(crate) struct Training {
    pub spec: TrainSpec,
    pub query: DataFrame,
    pub progress: Progress,
}

impl Training {
    /// Trains. Dropping the future stops the query and the computing.
    pub(crate) async fn train(self, session: &SessionContext) -> Result<Model> {
        self.run(session, automl::train).await
    }

    /// Only looks at the rows, and says what training would find.
    pub(crate) async fn dry_run(self, session: &SessionContext) -> Result<Report> {
        self.run(session, |request| {
            let spec = request.spec;
            Ok(automl::dry_run(spec, &Prepared::new(request)?))
        })
        .await
    }

    async fn run<R: Send + 'static>(
        self,
        session: &SessionContext,
        compute: impl FnOnce(Request<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let Self { spec, query, progress } = self;
        // What is asked for wrongly is said before a row is read.
        spec.validate()?;
        let schema = Arc::new(query.schema().as_arrow().clone());
        let roles = Roles::new(&spec, &automl::column_names(&schema))?;
        automl::check_feature_types(&schema, &roles)?;

        let reservation = MemoryConsumer::new(format!("CREATE MODEL {}", spec.name)).register(&session.runtime_env().memory_pool);
        let seen = |n_rows: usize| progress(&format!("reading rows: {n_rows}"), None);
        let table: Table = automl::collect(query, &reservation, seen).await?;
        let threads = session.state().config().target_partitions();
        let threads = threads.min(std::thread::available_parallelism().map_or(1, usize::from)).max(1);
        let cancel = Cancel::default();
        let stop = cancel.on_drop();
        let task = SpawnedTask::spawn_blocking(move || {
            let request = Request { spec: &spec, table, roles, threads, cancel, progress: &|phase, done| progress(phase, done) };
            let result = compute(request);
            drop(reservation);
            result
        });
        let result = task.join().await.map_err(|error| Error::internal(format!("training stopped: {error}")))?;
        drop(stop);
        result
    }
}
