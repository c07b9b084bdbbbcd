//! Tables that Python reads when a query does, and only the columns that it needs: those of another engine.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, RecordBatchReader};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatchReader, PySchema};

/// How many batches wait to be taken.
const AHEAD: usize = 2;

/// A table whose rows `scan(columns)` gives, as something that speaks Arrow.
pub(crate) struct ScannedTable {
    schema: SchemaRef,
    scan: Arc<Py<PyAny>>,
}

impl ScannedTable {
    /// The table that an object with `schema` and `scan` is; `None` for other objects.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if !object.hasattr("__datafusion_ml_scan__")? {
            return Ok(None);
        }
        let schema = object.getattr("schema")?.extract::<PySchema>()?.into_inner();
        Ok(Some(Self { schema, scan: Arc::new(object.getattr("__datafusion_ml_scan__")?.unbind()) }))
    }
}

impl fmt::Debug for ScannedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScannedTable").field("schema", &self.schema).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for ScannedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let rows =
            Scan { schema: Arc::clone(&schema), table: Self { schema: Arc::clone(&self.schema), scan: Arc::clone(&self.scan) } };
        Ok(Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(rows)], None, [], false, limit)?))
    }
}

/// One reading of a table.
#[derive(Debug)]
struct Scan {
    /// The columns that are wanted.
    schema: SchemaRef,
    table: ScannedTable,
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut channel = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), AHEAD);
        let (sender, schema, scan) = (channel.tx(), Arc::clone(&self.schema), Arc::clone(&self.table.scan));
        // Rows are counted by a column, whichever.
        let columns = if schema.fields().is_empty() { self.table.schema.fields() } else { schema.fields() };
        let wanted = schema.fields().len().max(1);
        let columns: Vec<String> = columns.iter().take(wanted).map(|field| field.name().clone()).collect();
        channel.spawn_blocking(move || {
            let reader = Python::attach(|py| scan.bind(py).call1((columns,))?.extract::<PyRecordBatchReader>()?.into_reader());
            let reader: Box<dyn RecordBatchReader + Send> = reader.map_err(|error| DataFusionError::External(Box::new(error)))?;
            for batch in reader {
                let batch = batch.map_err(DataFusionError::from).and_then(|batch| fit(&batch, &schema));
                if sender.blocking_send(batch).is_err() {
                    break;
                }
            }
            Ok(())
        });
        channel.build()
    }
}

/// The batch with exactly these columns.
fn fit(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch.columns().iter().take(schema.fields().len()).cloned().collect();
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &rows)?)
}
