//! Python's variables as tables: `SELECT * FROM customers`, where `customers` is a data frame.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{TableProvider, UrlTableFactory};
use datafusion::error::{DataFusionError, Result};
use pyo3::prelude::*;
use tokio::task::block_in_place;

use crate::tables;

tokio::task_local! {
    static LOOKUP: Lookup;
}

/// Finds the variables that a statement can see.
pub(crate) struct Lookup {
    /// `find(name)` gives an object, or `None`.
    pub(crate) find: Py<PyAny>,
    /// How many partitions the session runs at a time.
    pub(crate) partitions: usize,
}

/// Runs a future whose tables may be variables.
pub(crate) async fn with_variables<T>(lookup: Lookup, future: impl Future<Output = T>) -> T {
    LOOKUP.scope(lookup, future).await
}

/// Tables that are in no catalog.
#[derive(Debug)]
pub(crate) struct Variables;

#[async_trait]
impl UrlTableFactory for Variables {
    async fn try_new(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let find = || {
            Python::attach(|py| {
                let lookup = LOOKUP.try_with(|lookup| (lookup.find.clone_ref(py), lookup.partitions));
                let Ok((find, partitions)) = lookup else { return Ok(None) };
                let found = find.bind(py).call1((name,))?;
                if found.is_none() { Ok(None) } else { tables::provider(&found, partitions).map(Some) }
            })
        };
        // Reading an object may run any code, also a query on these very threads.
        block_in_place(find).map_err(|error: PyErr| DataFusionError::External(Box::new(error)))
    }
}
