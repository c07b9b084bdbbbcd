//! Table functions: what models know of themselves, as tables.
//!
//! They are planned by a `RelationPlanner`, so plain `SessionContext::sql` sees them, named arguments work, and a model is
//! looked up when the query is planned.

mod arguments;
mod curves;
mod evaluate;
mod models;
mod versions;
mod weights;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::Result as DataFusionResult;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::logical_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion::sql::sqlparser::ast::{FunctionArg, ObjectName, TableFactor};

use self::arguments::Arguments;
use crate::error::Result;
use crate::model::{Model, ModelStore};

pub(crate) use self::models::{model_rows, report_rows, signature_rows};

/// A table function: its name, its arguments, and its rows.
struct TableFunction {
    name: &'static str,
    /// How to call it, shown in errors.
    usage: &'static str,
    rows: fn(&Model, &mut Arguments) -> Result<RecordBatch>,
}

/// The table functions of one model.
const FUNCTIONS: [TableFunction; 5] = [
    TableFunction { name: "ml_evaluate", usage: "ml_evaluate('model' [, threshold => 0.5])", rows: evaluate::evaluate },
    TableFunction { name: "ml_roc_curve", usage: "ml_roc_curve('model')", rows: curves::roc_curve },
    TableFunction {
        name: "ml_confusion_matrix",
        usage: "ml_confusion_matrix('model' [, threshold => 0.5])",
        rows: evaluate::confusion_matrix,
    },
    TableFunction {
        name: "ml_threshold_curve",
        usage: "ml_threshold_curve('model' [, held_out => true])",
        rows: curves::threshold_curve,
    },
    TableFunction { name: "ml_weights", usage: "ml_weights('model')", rows: weights::weights },
];
/// All models.
const MODELS: &str = "ml_models";
/// All versions, of one model or of all.
const VERSIONS: &str = "ml_model_versions";

/// Whether a function of this name is one of the table functions.
pub(crate) fn is_table_function(name: &str) -> bool {
    [MODELS, VERSIONS].iter().any(|of_the_store| name.eq_ignore_ascii_case(of_the_store))
        || FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function.name))
}

/// Plans the table functions over a store.
pub(crate) struct TableFunctions {
    store: Arc<ModelStore>,
}

impl fmt::Debug for TableFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableFunctions").finish_non_exhaustive()
    }
}

impl TableFunctions {
    pub(crate) fn new(store: Arc<ModelStore>) -> Self {
        Self { store }
    }

    /// The rows of a call; `None` if it is none of ours.
    fn rows(&self, name: &ObjectName, args: &[FunctionArg]) -> Option<Result<(&'static str, RecordBatch)>> {
        let [part] = name.0.as_slice() else { return None };
        let ident = part.as_ident()?;
        if ident.value.eq_ignore_ascii_case(MODELS) {
            let rows = Arguments::read(args, "ml_models()").and_then(|arguments| {
                arguments.finish()?;
                models::models(&self.store)
            });
            return Some(rows.map(|rows| (MODELS, rows)));
        }
        if ident.value.eq_ignore_ascii_case(VERSIONS) {
            let rows = Arguments::read(args, "ml_model_versions(['model'])").and_then(|mut arguments| {
                let name = arguments.name(|name| !self.store.versions(name).is_empty())?;
                arguments.finish()?;
                versions::versions(&self.store, name.as_ref())
            });
            return Some(rows.map(|rows| (VERSIONS, rows)).map_err(|error| error.at(ident.span)));
        }
        let function = FUNCTIONS.iter().find(|function| ident.value.eq_ignore_ascii_case(function.name))?;
        let rows = Arguments::read(args, function.usage).and_then(|mut arguments| {
            let model = arguments.model(&self.store)?;
            let rows = (function.rows)(&model, &mut arguments)?;
            arguments.finish()?;
            Ok((function.name, rows))
        });
        Some(rows.map_err(|error| error.at(ident.span)))
    }
}

impl RelationPlanner for TableFunctions {
    fn plan_relation(&self, relation: TableFactor, _: &mut dyn RelationPlannerContext) -> DataFusionResult<RelationPlanning> {
        let (rows, alias) = match &relation {
            TableFactor::Table { name, args: Some(arguments), alias, .. } => (self.rows(name, &arguments.args), alias.clone()),
            // LATERAL comes this way.
            TableFactor::Function { name, args, alias, .. } => (self.rows(name, args), alias.clone()),
            _ => (None, None),
        };
        let Some(rows) = rows else { return Ok(RelationPlanning::Original(Box::new(relation))) };
        let (name, batch) = rows?;
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        let plan = LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?.build()?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
    }
}
