//! Rows on their way out: batch by batch, no faster than they are taken, and partition after partition. So the rows of a data
//! frame come out in its order where a query only computes and filters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, process};

use datafusion::arrow::array::{RecordBatch, RecordBatchIterator, StructArray};
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion_ml::{Error, ErrorKind};
use futures::StreamExt;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};
use pyo3_arrow::{PyRecordBatch, PySchema};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

use crate::border::{self, Waiter};
use crate::errors;
use crate::events::Events;
use crate::workers::Workers;

/// How many batches of each partition wait to be taken.
const AHEAD: usize = 16;

/// What a forked child hears that goes on with what its parent began.
const FORKED: &str = "the query runs in the process that began it; a forked child runs the statement itself";

type Batch = Result<RecordBatch, Error>;

/// The rows of a running query. Whoever lets go of it ends the query.
#[pyclass(frozen, module = "datafusion_ml._internal")]
pub(crate) struct Stream {
    schema: SchemaRef,
    source: Mutex<Option<Source>>,
    events: Arc<Events>,
}

/// Where the batches come from.
struct Source {
    /// Whose threads run the query: they do not survive a fork.
    process: u32,
    partitions: VecDeque<Partition>,
    workers: Arc<Workers>,
    waiter: Waiter,
}

impl Source {
    /// The next batch; `None` after the last, and after an error.
    ///
    /// `interrupted` is asked now and then.
    fn next<E>(&mut self, mut interrupted: impl FnMut() -> Result<(), E>) -> Result<Option<Batch>, E> {
        while let Some(partition) = self.partitions.front_mut() {
            match self.waiter.for_a_tick(partition.next()) {
                Some(None) => drop(self.partitions.pop_front()),
                Some(Some(Err(error))) => {
                    self.partitions.clear();
                    return Ok(Some(Err(error)));
                }
                Some(batch) => return Ok(batch),
                None => interrupted().inspect_err(|_| self.workers.leave())?,
            }
        }
        Ok(None)
    }

    fn is_of_another_process(&self) -> bool {
        self.process != process::id()
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if self.is_of_another_process() {
            // The parent's threads are not there to be told, and may have held locks.
            mem::forget(mem::take(&mut self.partitions));
            mem::forget(Arc::clone(&self.workers));
        }
    }
}

/// The batches of a partition, and the task that makes them.
struct Partition {
    batches: Receiver<Batch>,
    task: JoinHandle<()>,
}

impl Partition {
    /// The next batch; `None` after the last. Not to be asked again after that.
    async fn next(&mut self) -> Option<Batch> {
        match self.batches.recv().await {
            // A task that panics lets go of its end too: only the task itself knows whether these were all rows.
            None => (&mut self.task).await.err().map(|failed| Err(border::ended(failed))),
            batch => batch,
        }
    }
}

impl Stream {
    pub(crate) fn start(schema: SchemaRef, partitions: Vec<SendableRecordBatchStream>, events: Arc<Events>) -> PyResult<Self> {
        let (workers, waiter) = (Workers::current()?, Waiter::new()?);
        let partitions = partitions.into_iter().map(|rows| pass_on(rows, &workers)).collect();
        let source = Source { process: process::id(), partitions, workers, waiter };
        Ok(Self { schema, source: Mutex::new(Some(source)), events })
    }

    fn take(&self, py: Python<'_>) -> PyResult<Source> {
        let source = self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
        let source = source.ok_or_else(|| pyo3::exceptions::PyValueError::new_err("the rows have been read already"))?;
        if source.is_of_another_process() { Err(errors::interface(py, FORKED)) } else { Ok(source) }
    }
}

#[pymethods]
impl Stream {
    /// The columns, as a `pyarrow.Schema`.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PySchema::new(Arc::clone(&self.schema)).into_pyarrow(py)
    }

    /// The next batch as a `pyarrow.RecordBatch`, or `None` after the last.
    fn next_batch<'py>(&self, py: Python<'py>, observer: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut source = self.take(py)?;
        let next = py.detach(|| source.next(border::check_signals))?;
        self.events.pass_on(observer)?;
        match next {
            Some(Ok(batch)) => {
                *self.source.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
                PyRecordBatch::new(batch).into_pyarrow(py).map(Some)
            }
            Some(Err(error)) => Err(errors::to_python(py, error, false)),
            None => Ok(None),
        }
    }

    /// Ends the query.
    fn close(&self) {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// The rest of the rows for whoever reads Arrow. An error that comes before the first batch is raised here, as ours.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let mut source = self.take(py)?;
        let first = match py.detach(|| source.next(border::check_signals))? {
            Some(Err(error)) => return Err(errors::to_python(py, error, false).into()),
            Some(Ok(batch)) => Some(batch),
            None => None,
        };
        let rest = std::iter::from_fn(move || {
            if source.is_of_another_process() {
                return Some(Err(ArrowError::InvalidArgumentError(FORKED.into())));
            }
            match source.next(interrupted) {
                Ok(batch) => batch.map(|batch| batch.map_err(to_arrow)),
                Err(error) => Some(Err(to_arrow(error))),
            }
        });
        let batches = RecordBatchIterator::new(first.map(Ok).into_iter().chain(rest), Arc::clone(&self.schema));
        let arrays = batches.map(|batch| Ok(Arc::new(StructArray::from(batch?)) as _));
        let field = Field::new_struct("", self.schema.fields().clone(), false).with_metadata(self.schema.metadata().clone());
        to_stream_pycapsule(py, Box::new(ArrayIterator::new(arrays, field.into())), requested_schema)
    }
}

/// Runs a partition; it ends when nobody takes its batches any more.
fn pass_on(mut rows: SendableRecordBatchStream, workers: &Workers) -> Partition {
    let (sender, batches) = channel(AHEAD);
    let task = workers.handle().spawn(async move {
        let pass_on = async {
            while let Some(batch) = rows.next().await {
                if sender.send(batch.map_err(Error::from)).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = sender.closed() => {}
            () = pass_on => {}
        }
    });
    Partition { batches, task }
}

/// Whether Ctrl-C was pressed, for readers that cannot raise: Python is told again, and raises it as soon as it can.
fn interrupted() -> Result<(), Error> {
    // Other threads never get signals, and whoever holds the interpreter may be waiting for them.
    if !border::is_main_thread() {
        return Ok(());
    }
    Python::attach(|py| {
        py.check_signals().map_err(|_| {
            let _ = py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
            ErrorKind::Cancelled.into()
        })
    })
}

fn to_arrow(error: Error) -> ArrowError {
    ArrowError::ExternalError(Box::new(error))
}
