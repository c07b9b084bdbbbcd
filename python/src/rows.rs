//! The result of a statement.

use std::sync::Arc;

use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::DataFrame;
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};

use crate::events::Events;
use crate::stream::Stream;
use crate::{border, errors};

/// The rows of a statement. A query runs when its rows are read, each time anew.
#[pyclass(frozen, module = "datafusion_ml._internal")]
pub(crate) struct Rows {
    frame: DataFrame,
    events: Arc<Events>,
}

impl Rows {
    pub(crate) fn new(frame: DataFrame, events: Arc<Events>) -> Self {
        Self { frame, events }
    }

    pub(crate) fn frame(&self) -> &DataFrame {
        &self.frame
    }
}

#[pymethods]
impl Rows {
    /// The columns, as a `pyarrow.Schema`.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PySchema::new(Arc::new(self.frame.schema().as_arrow().clone())).into_pyarrow(py)
    }

    /// The first rows.
    fn head(&self, py: Python<'_>, n: usize) -> PyResult<Self> {
        let frame = self.frame.clone().limit(0, Some(n)).map_err(|error| errors::to_python(py, error.into(), false))?;
        Ok(Self::new(frame, Arc::clone(&self.events)))
    }

    /// Begins to run.
    fn stream(&self, py: Python<'_>, observer: &Bound<'_, PyAny>) -> PyResult<Stream> {
        let frame = self.frame.clone();
        let start = async move {
            let (task, plan) = (frame.task_ctx(), frame.create_physical_plan().await?);
            Ok((plan.schema(), execute_stream_partitioned(plan, Arc::new(task))?))
        };
        let (schema, partitions) = border::wait(py, &self.events, observer, false, start)?;
        Stream::start(schema, partitions, Arc::clone(&self.events))
    }

    /// Runs, and gives all rows as `pyarrow.RecordBatch`es, in the order in which they would stream.
    fn collect<'py>(&self, py: Python<'py>, observer: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let frame = self.frame.clone();
        let partitions = border::wait(py, &self.events, observer, false, async move { Ok(frame.collect_partitioned().await?) })?;
        partitions.into_iter().flatten().map(|batch| PyRecordBatch::new(batch).into_pyarrow(py)).collect()
    }
}
