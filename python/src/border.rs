//! The border between Python and the engine: waiting without the interpreter's lock, Ctrl-C, and panics that must not cross.

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::thread::{self, ThreadId};
use std::time::Duration;

use datafusion_ml::{Error, ErrorKind, Result};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use crate::errors;
use crate::events::Events;
use crate::workers::Workers;

/// How long nobody looks whether Ctrl-C was pressed, or has news of progress.
const TICK: Duration = Duration::from_millis(50);

/// The thread on which Python handles signals.
static MAIN_THREAD: OnceLock<ThreadId> = OnceLock::new();

/// Remembers the thread if it is Python's main one.
pub(crate) fn remember_main_thread(py: Python<'_>) -> PyResult<()> {
    let threading = py.import("threading")?;
    if threading.call_method0("current_thread")?.is(&threading.call_method0("main_thread")?) {
        MAIN_THREAD.get_or_init(|| thread::current().id());
    }
    Ok(())
}

/// Whether this is the thread on which Python handles signals.
pub(crate) fn is_main_thread() -> bool {
    MAIN_THREAD.get().is_some_and(|main| *main == thread::current().id())
}

/// Raises what the user pressed meanwhile; on a thread that has let go of the interpreter.
#[allow(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough in its lifetime")]
pub(crate) fn check_signals() -> PyResult<()> {
    Python::attach(|py| py.check_signals())
}

/// Runs a future on the workers and waits for it; Ctrl-C drops it, and so cancels what it does.
///
/// Meanwhile the interpreter belongs to others, and what the library tells goes to `observer(kind, text, done)`.
pub(crate) fn wait<T: Send + 'static>(
    py: Python<'_>,
    events: &Events,
    observer: &Bound<'_, PyAny>,
    training: bool,
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> PyResult<T> {
    let (workers, waiter) = (Workers::current()?, Waiter::new()?);
    let mut task = Task(workers.handle().spawn(future));
    loop {
        let finished = py.detach(|| waiter.for_a_tick(&mut task.0));
        if finished.is_none() {
            py.check_signals().inspect_err(|_| workers.leave())?;
        }
        events.pass_on(observer)?;
        match finished {
            Some(Ok(result)) => return result.map_err(|error| errors::to_python(py, error, training)),
            Some(Err(failed)) => return Err(errors::to_python(py, ended(failed), training)),
            None => {}
        }
    }
}

/// Waits on a thread that has nothing else to do. It keeps its own time: workers that are all busy look at no clock.
#[derive(Debug)]
pub(crate) struct Waiter(Runtime);

impl Waiter {
    pub(crate) fn new() -> io::Result<Self> {
        Builder::new_current_thread().enable_time().build().map(Self)
    }

    /// What a future gives, or `None` if it takes longer than that.
    pub(crate) fn for_a_tick<F: Future>(&self, future: F) -> Option<F::Output> {
        self.0.block_on(async { timeout(TICK, future).await.ok() })
    }
}

/// Computes something on this thread, without the interpreter's lock.
pub(crate) fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    // What a panic leaves half done is dropped with it.
    let result = py.detach(|| panic::catch_unwind(AssertUnwindSafe(work)));
    result.unwrap_or_else(|panic| Err(panicked(&*panic))).map_err(|error| errors::to_python(py, error, false))
}

/// A task that ends when nobody waits for it any more.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why a task ended before its work did.
pub(crate) fn ended(failed: JoinError) -> Error {
    match failed.try_into_panic() {
        Ok(panic) => panicked(&*panic),
        Err(_) => ErrorKind::Cancelled.into(),
    }
}

/// A panic as an error, with what it said.
fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    ErrorKind::Internal { message: text.unwrap_or("a thread panicked").to_owned() }.into()
}
