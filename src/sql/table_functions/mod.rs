//! Table functions: what models know of themselves, and what they make of data, as tables.
//!
//! They are planned by a `RelationPlanner`, so plain `SessionContext::sql` sees them, named arguments work, and a model is
//! looked up when the query is planned. [`list`] has them all; a [`Call`] is one of them in a query. Without data they show
//! what was measured when the model was trained; with data they become ordinary plans over it: [`predict`] a projection,
//! [`measured`] an aggregate. Nothing runs before the query does.

mod advanced_weights;
mod aggregate;
mod arguments;
mod attributions;
mod call;
mod check;
mod curves;
mod data;
mod elsewhere;
mod evaluate;
mod figures;
mod info;
mod list;
mod measured;
mod models;
mod predict;
#[cfg(test)]
mod reference;
mod rewrite;
mod scored;
mod thresholds;
mod trials;
mod versions;
mod weights;

use std::fmt;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, Result as DataFusionResult, TableReference};
use datafusion::logical_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{FunctionArg, ObjectName, TableAlias, TableFactor};
use futures::FutureExt;

use self::call::Call;
use crate::error::{Error, Result};
use crate::model::ModelStore;

pub(crate) use self::check::check_call;
pub(crate) use self::elsewhere::explain as of_other_models;
pub(crate) use self::list::is_table_function;
pub(crate) use self::models::{created, model_rows, report_rows, signature_rows};
#[cfg(test)]
pub(super) use self::reference::reference;
pub(crate) use self::rewrite::write_out_tables;

/// Looks a table up, if that can be done at once.
type Tables = dyn Fn(&TableReference) -> Option<Arc<dyn TableProvider>> + Send + Sync;

/// Plans the table functions over a store.
pub(crate) struct TableFunctions {
    store: Arc<ModelStore>,
    tables: Box<Tables>,
}

impl fmt::Debug for TableFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableFunctions").finish_non_exhaustive()
    }
}

impl TableFunctions {
    /// The table functions of a session.
    pub(crate) fn new(store: Arc<ModelStore>, session: &SessionContext) -> Self {
        // The session owns the planner, so the planner must not own the session.
        let state = session.state_weak_ref();
        let tables = move |table: &TableReference| {
            let state = state.upgrade()?;
            // Whoever plans may hold the lock.
            let schema = state.try_read()?.schema_for_ref(table.clone()).ok()?;
            // A planner cannot wait; most catalogs need not.
            schema.table(table.table()).now_or_never()?.ok()?
        };
        Self { store, tables: Box::new(tables) }
    }

    fn plan(
        &self,
        function: &'static list::TableFunction,
        name: &ObjectName,
        args: &[FunctionArg],
        planner: &mut dyn RelationPlannerContext,
    ) -> Result<datafusion::logical_expr::LogicalPlan> {
        let mut call = Call::new(function, name, args, self, planner)?;
        (function.plan)(&mut call).map_err(|error| call.at_fault(error))
    }
}

impl RelationPlanner for TableFunctions {
    fn plan_relation(
        &self,
        relation: TableFactor,
        planner: &mut dyn RelationPlannerContext,
    ) -> DataFusionResult<RelationPlanning> {
        let Some((name, args, alias)) = called(&relation) else { return Ok(RelationPlanning::Original(Box::new(relation))) };
        let Some(function) = list::find(name) else {
            let is_known = |function: &str| match planner.context_provider().get_table_function_source(function, Vec::new()) {
                Ok(_) => true,
                Err(error) => !error.strip_backtrace().ends_with("not found"),
            };
            return match list::misspelt(name, &is_known) {
                Some(error) => Err(error.into()),
                None => Ok(RelationPlanning::Original(Box::new(relation))),
            };
        };
        refuse_beside(&relation, name)?;
        let plan = self.plan(function, name, args, planner).map_err(DataFusionError::from)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.cloned()))))
    }
}

/// The name, the arguments and the alias, if a relation is a call.
fn called(relation: &TableFactor) -> Option<(&ObjectName, &[FunctionArg], Option<&TableAlias>)> {
    match relation {
        TableFactor::Table { name, args: Some(arguments), alias, .. } => Some((name, &arguments.args, alias.as_ref())),
        // LATERAL comes this way.
        TableFactor::Function { name, args, alias, .. } => Some((name, args, alias.as_ref())),
        _ => None,
    }
}

/// Refuses what stands beside the arguments and would be passed over.
fn refuse_beside(relation: &TableFactor, name: &ObjectName) -> Result<()> {
    let extra = match relation {
        TableFactor::Table { args: Some(arguments), .. } if arguments.settings.is_some() => "SETTINGS",
        TableFactor::Table { with_ordinality: true, .. } | TableFactor::Function { with_ordinality: true, .. } => {
            "WITH ORDINALITY"
        }
        TableFactor::Table { sample: Some(_), .. } => "TABLESAMPLE",
        TableFactor::Table { version: Some(_), .. } => "FOR SYSTEM_TIME",
        _ => return Ok(()),
    };
    Err(Error::unsupported(format!("{extra} of a table function")).at(list::place(name)))
}
