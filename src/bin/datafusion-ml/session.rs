//! The session that the statements run in.

use std::sync::Arc;

use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_ml::{MlContext, ModelStore};

use crate::args::Args;
use crate::failure::Failure;
use crate::progress::Progress;

/// Opens the models in a session that also reads quoted file names as tables.
pub(crate) async fn open(args: &Args, progress: Arc<Progress>) -> Result<MlContext, Failure> {
    // Reading alone leaves no trace on disk.
    let store = if args.check { ModelStore::in_memory() } else { ModelStore::open(&args.models)? };
    let mut config = SessionConfig::from_env()?.with_information_schema(true);
    // So that what the planner complains of has a place in the text.
    config.options_mut().sql_parser.collect_spans = true;
    if let Some(partitions) = args.partitions {
        config = config.with_target_partitions(partitions.get());
    }
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = args.memory_limit {
        runtime = runtime.with_memory_limit(bytes, 1.0);
    }
    let session = SessionContext::new_with_config_rt(config, runtime.build_arc()?).enable_url_table();
    Ok(MlContext::with_observer(session, store, move |event| progress.observe(event)).await?)
}
