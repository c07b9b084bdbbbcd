//! The session that a connection's statements run in.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::{CatalogProviderList, DynamicFileCatalog};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_ml::Result;

use crate::variables::Variables;

/// A session that also finds tables in Python's variables and, by their quoted names, in files.
pub(crate) fn open(settings: &BTreeMap<String, String>, memory_limit: Option<usize>) -> Result<SessionContext> {
    let mut config = SessionConfig::new().with_information_schema(true);
    // So that what the planner complains of has a place in the text.
    config.options_mut().sql_parser.collect_spans = true;
    for (key, value) in settings {
        config.options_mut().set(key, value)?;
    }
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = memory_limit {
        runtime = runtime.with_memory_limit(bytes, 1.0);
    }
    let session = SessionContext::new_with_config_rt(config, runtime.build_arc()?);
    let catalogs = Arc::clone(session.state().catalog_list());
    let catalogs: Arc<dyn CatalogProviderList> = Arc::new(DynamicFileCatalog::new(catalogs, Arc::new(Variables)));
    let session: SessionContext = session.into_state_builder().with_catalog_list(catalogs).build().into();
    // A variable comes before a file of its name.
    Ok(session.enable_url_table())
}
