//! One call of a table function, while the query is planned.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{FunctionArg, ObjectName};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::TableFunctions;
use super::arguments::Arguments;
use super::data::Data;
use super::list::{self, TableFunction};
use crate::error::{Error, Result, Subject};
use crate::model::{Model, ModelStore};
use crate::udf::{self, CompiledModel};

/// One call: what it was given, and what it needs to become a plan.
pub(super) struct Call<'a> {
    function: &'static TableFunction,
    place: Span,
    functions: &'a TableFunctions,
    planner: &'a mut dyn RelationPlannerContext,
    pub arguments: Arguments<'a>,
    /// Where the arguments by name stand.
    named: Vec<(String, Span)>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        function: &'static TableFunction,
        name: &ObjectName,
        args: &'a [FunctionArg],
        functions: &'a TableFunctions,
        planner: &'a mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let place = list::place(name);
        let arguments = Arguments::read(args, function, place)?;
        let named = arguments.places();
        Ok(Self { function, place, functions, planner, arguments, named })
    }

    /// Where the function's name stands.
    pub(super) fn place(&self) -> Span {
        self.place
    }

    /// The error at the argument that it is about, or at the function's name.
    pub(super) fn at_fault(&self, error: Error) -> Error {
        let is_about = |subject: Subject| self.named.iter().find(|(name, _)| name == subject.option).map(|(_, span)| *span);
        let place = error.subject().and_then(is_about).unwrap_or(self.place);
        error.at(place)
    }

    pub(super) fn name(&self) -> &'static str {
        self.function.name
    }

    pub(super) fn store(&self) -> &'a ModelStore {
        &self.functions.store
    }

    /// The model that the call names.
    pub(super) fn model(&mut self) -> Result<Arc<Model>> {
        let model = self.arguments.model(&self.functions.store)?;
        self.arguments.bigquery_options(&model)?;
        Ok(model)
    }

    /// The data that the call gives, if it gives any; all other arguments must have been taken before.
    pub(super) fn data(&mut self) -> Result<Option<Data>> {
        let Some(expr) = self.arguments.data() else {
            self.arguments.finish()?;
            return Ok(None);
        };
        self.arguments.finish()?;
        let place = self.arguments.place(expr);
        Data::plan(expr, place, &self.arguments, self.planner, &self.functions.tables).map(Some)
    }

    /// The data of a function that cannot do without.
    pub(super) fn required_data(&mut self) -> Result<Data> {
        match self.data()? {
            Some(data) => Ok(data),
            None => Err(self.arguments.wrong("needs data", self.place)),
        }
    }

    /// The model as its published functions have it; compiled anew only where the session has other ones.
    pub(super) fn compiled(&self, model: &Arc<Model>) -> Result<Arc<CompiledModel>> {
        let published = self.planner.context_provider().get_function_meta(&model.function);
        let compiled = published.as_deref().and_then(udf::compiled_model).filter(|compiled| Arc::ptr_eq(compiled.model(), model));
        match compiled {
            Some(compiled) => Ok(Arc::clone(compiled)),
            None => Ok(Arc::new(CompiledModel::new(Arc::clone(model))?)),
        }
    }

    /// Rows that are known already.
    pub(super) fn rows(&self, batch: RecordBatch) -> Result<LogicalPlan> {
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        Ok(LogicalPlanBuilder::scan(self.name(), provider_as_source(Arc::new(table)), None)?.build()?)
    }
}
