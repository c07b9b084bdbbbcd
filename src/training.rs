//! Runs training for a session: the query on DataFusion's runtime, the computing on threads of its own.

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::prelude::{DataFrame, SessionContext};

use crate::automl::{self, Cancel, Memory, Prepared, Request, Roles, Table, TrainSpec};
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
        let model = self.run(session, None, automl::train).await?;
        model.ok_or_else(|| Error::internal("training ended without a model"))
    }

    /// Trains, unless the data has this fingerprint: then it stops once the rows are read, and gives `None`.
    pub(crate) async fn train_unless(self, session: &SessionContext, fingerprint: String) -> Result<Option<Model>> {
        self.run(session, Some(fingerprint), automl::train).await
    }

    /// Only looks at the rows, and says what training would find.
    pub(crate) async fn dry_run(self, session: &SessionContext) -> Result<Report> {
        let report = self.run(session, None, |request| {
            let spec = request.spec;
            Ok(Prepared::new(request)?.map(|prepared| automl::dry_run(spec, &prepared)))
        });
        report.await?.ok_or_else(|| Error::internal("a dry run ended without a report"))
    }

    async fn run<R: Send + 'static>(
        self,
        session: &SessionContext,
        unless: Option<String>,
        compute: impl FnOnce(Request<'_>) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let Self { spec, query, progress } = self;
        // What is asked for wrongly is said before a row is read.
        spec.validate()?;
        let schema = Arc::new(query.schema().as_arrow().clone());
        let roles = Roles::new(&spec, &automl::column_names(&schema))?;
        // What TRANSFORM gives was checked when it was read.
        if spec.transform.is_none() {
            automl::check_feature_types(&schema, &roles)?;
        }

        let memory = Memory::new(&format!("CREATE MODEL {}", spec.name), session.runtime_env());
        let seen = |n_rows: usize| progress(&format!("reading rows: {n_rows}"), None);
        let table: Table = automl::collect(query, automl::seed(&spec), &memory, seen).await?;
        let threads = session.state().config().target_partitions();
        let threads = threads.min(std::thread::available_parallelism().map_or(1, usize::from)).max(1);
        let cancel = Cancel::default();
        let stop = cancel.on_drop();
        let task = SpawnedTask::spawn_blocking(move || {
            let progress = |phase: &str, done| progress(phase, done);
            let unless = unless.as_deref();
            let _entered = automl::enter(&cancel, threads);
            compute(Request { spec: &spec, table, roles, unless, threads, cancel, memory, progress: &progress })
        });
        let result = task.join().await.map_err(|error| Error::internal(format!("training stopped: {error}")))?;
        drop(stop);
        result
    }
}
