//! A transform that runs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::physical_expr::PhysicalExpr;

use super::planner::Planner;
use crate::error::{Error, Result};
use crate::model::quote_identifier;

/// Expressions over the inputs.
#[derive(Debug)]
pub(crate) struct CompiledTransform {
    schema: SchemaRef,
    expressions: Vec<(Arc<dyn PhysicalExpr>, DataType)>,
}

impl CompiledTransform {
    pub(super) fn new<'a>(planner: &Planner, expressions: impl Iterator<Item = &'a str>) -> Result<Self> {
        let plan = |text: &str| planner.plan(text).map(|planned| (planned.physical, planned.data_type));
        Ok(Self { schema: planner.schema(), expressions: expressions.map(plan).collect::<Result<_>>()? })
    }

    /// Number of inputs.
    pub(crate) fn n_inputs(&self) -> usize {
        self.schema.fields().len()
    }

    /// The type of each result.
    pub(crate) fn types(&self) -> impl Iterator<Item = &DataType> {
        self.expressions.iter().map(|(_, data_type)| data_type)
    }

    /// The results of a batch, one array for each expression: inputs are brought to the types of the training query first.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) for a value that its input's type cannot hold, and what the expressions fail with.
    pub(crate) fn evaluate(&self, inputs: &[ArrayRef], n_rows: usize) -> Result<Vec<ArrayRef>> {
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let mut columns = Vec::with_capacity(inputs.len());
        for (field, input) in self.schema.fields().iter().zip(inputs) {
            columns.push(if input.data_type() == field.data_type() {
                ArrayRef::clone(input)
            } else {
                cast_with_options(input, field.data_type(), &options).map_err(|error| {
                    Error::data(format!("a value of {} does not fit: {error}", quote_identifier(field.name())))
                })?
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch = RecordBatch::try_new_with_options(SchemaRef::clone(&self.schema), columns, &options)?;
        self.expressions.iter().map(|(expr, _)| Ok(expr.evaluate(&batch)?.into_array(n_rows)?)).collect()
    }
}
