//! The session's memory pool and temporary files, as training uses them.
//!
//! What can go to disk is [kept](Memory::try_hold) in memory only while the pool grants it. What cannot is
//! [held](Memory::hold), and where the pool refuses it, one error says what would help.

use std::sync::Arc;

use datafusion::common::{DataFusionError, human_readable_size};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use datafusion::execution::runtime_env::RuntimeEnv;

use super::temporary_file::TemporaryFile;
use crate::error::{Error, ErrorKind, Result};

/// What would help where memory is short.
const RAISE: &str = "raise the limit (--memory-limit of the program, datafusion.runtime.memory_limit, or the memory pool of the \
    session's RuntimeEnv), or train on fewer rows or columns";

/// Memory and temporary files of one training run. Clones share the run's account.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    runtime: Arc<RuntimeEnv>,
    /// Stands in the pool for what cannot go to disk, and for what can.
    fixed: Arc<MemoryReservation>,
    spillable: Arc<MemoryReservation>,
}

/// Threads that there is memory for.
#[derive(Debug)]
pub(crate) struct ForThreads {
    pub threads: usize,
    _held: [MemoryReservation; 2],
}

impl Memory {
    /// The account of a training run.
    pub(crate) fn new(name: &str, runtime: Arc<RuntimeEnv>) -> Self {
        let consumer = |spills| MemoryConsumer::new(name).with_can_spill(spills).register(&runtime.memory_pool);
        Self { fixed: Arc::new(consumer(false)), spillable: Arc::new(consumer(true)), runtime }
    }

    fn pool(&self) -> &dyn MemoryPool {
        self.runtime.memory_pool.as_ref()
    }

    /// The pool's limit, where it has one.
    fn limit(&self) -> Option<usize> {
        match self.pool().memory_limit() {
            MemoryLimit::Finite(bytes) => Some(bytes),
            MemoryLimit::Infinite | MemoryLimit::Unknown => None,
        }
    }

    /// Takes memory for `what` until the reservation is dropped, because nothing goes on without it.
    ///
    /// # Errors
    /// [`DataFusion`](ErrorKind::DataFusion) with `ResourcesExhausted` where the pool refuses it.
    pub(crate) fn hold(&self, what: &str, n_rows: usize, bytes: usize) -> Result<MemoryReservation> {
        let reservation = self.fixed.new_empty();
        self.grow(&reservation, what, n_rows, bytes)?;
        Ok(reservation)
    }

    /// Takes more memory for what is held already.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub(crate) fn grow(&self, held: &MemoryReservation, what: &str, n_rows: usize, bytes: usize) -> Result<()> {
        held.try_grow(bytes).map_err(|_| self.exhausted(what, n_rows, bytes))
    }

    /// Takes memory for something that can go to disk instead; `None` where the pool refuses it. A quarter of the pool is left
    /// to what cannot, and to the query's own operators.
    pub(crate) fn try_hold(&self, bytes: usize) -> Option<MemoryReservation> {
        let reservation = self.spillable.new_empty();
        self.try_grow(&reservation, bytes).then_some(reservation)
    }

    /// Nothing yet of what can go to disk.
    pub(crate) fn nothing(&self) -> MemoryReservation {
        self.spillable.new_empty()
    }

    /// Takes more of it, if the pool grants it.
    pub(crate) fn try_grow(&self, kept: &MemoryReservation, bytes: usize) -> bool {
        let is_much = |limit| self.pool().reserved().saturating_add(bytes) > limit / 4 * 3;
        !self.limit().is_some_and(is_much) && kept.try_grow(bytes).is_ok()
    }

    /// Takes memory for one thread, and for as many more of them as the pool grants.
    ///
    /// # Errors
    /// As [`hold`](Self::hold), where there is not enough for one.
    pub(crate) fn hold_for_threads(&self, what: &str, n_rows: usize, bytes: usize, threads: usize) -> Result<ForThreads> {
        let first = self.hold(what, n_rows, bytes)?;
        let others = self.nothing();
        let threads = 1 + (1..threads).take_while(|_| self.try_grow(&others, bytes)).count();
        Ok(ForThreads { threads, _held: [first, others] })
    }

    /// The error of a refusal.
    fn exhausted(&self, what: &str, n_rows: usize, bytes: usize) -> Error {
        let of_limit = match self.limit() {
            Some(limit) => format!(
                "the memory limit of {} has {} left",
                human_readable_size(limit),
                human_readable_size(limit.saturating_sub(self.pool().reserved()))
            ),
            None => format!("the memory pool refuses it with {} in use", human_readable_size(self.pool().reserved())),
        };
        let need = human_readable_size(bytes);
        let message =
            format!("training on {n_rows} rows needs {need} of memory for {what}, which cannot go to disk, but {of_limit}");
        Error::from(ErrorKind::DataFusion(DataFusionError::ResourcesExhausted(message))).with_hint(RAISE)
    }

    /// A temporary file of the session's disk manager.
    ///
    /// # Errors
    /// [`DataFusion`](ErrorKind::DataFusion) with `ResourcesExhausted` where the disk manager makes none.
    pub(crate) fn temporary_file(&self) -> Result<TemporaryFile> {
        let disk = &self.runtime.disk_manager;
        if !disk.tmp_files_enabled() {
            let limit = self.limit().map_or_else(String::new, |limit| format!(" of {}", human_readable_size(limit)));
            let message = format!("the rows do not fit into the memory limit{limit}, and temporary files are disabled");
            return Err(Error::from(ErrorKind::DataFusion(DataFusionError::ResourcesExhausted(message))).with_hint(format!(
                "let the DiskManager of the session's RuntimeEnv make temporary files (datafusion.runtime.temp_directory), or {RAISE}"
            )));
        }
        TemporaryFile::new(disk.create_tmp_file("CREATE MODEL")?)
    }
}

#[cfg(test)]
impl Default for Memory {
    /// Memory without limit.
    fn default() -> Self {
        Self::new("test", Arc::default())
    }
}
