//! The threads that statements run on.

use std::io;
use std::mem;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

/// The threads of this process, and which process it is: threads do not survive a fork.
static CURRENT: Mutex<Option<(u32, Arc<Workers>)>> = Mutex::new(None);

/// Threads that run statements. Whoever waits for a statement holds them; they are never waited for.
#[derive(Debug)]
pub(crate) struct Workers {
    handle: Handle,
    /// `None` only while it is being dropped.
    runtime: Option<Runtime>,
}

impl Workers {
    /// The threads that all connections of this process share; started when first asked for, and again in a forked child.
    pub(crate) fn current() -> io::Result<Arc<Self>> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        match current.take() {
            Some((process, workers)) if process == process::id() => Ok(Arc::clone(&current.insert((process, workers)).1)),
            other => {
                // The parent's threads are not there to be stopped.
                mem::forget(other);
                let runtime = Builder::new_multi_thread().enable_all().thread_name("datafusion-ml").build()?;
                let workers = Arc::new(Self { handle: runtime.handle().clone(), runtime: Some(runtime) });
                Ok(Arc::clone(&current.insert((process::id(), workers)).1))
            }
        }
    }

    /// Lets the next statement begin on new threads: one that was cancelled may keep these from it for a while.
    pub(crate) fn leave(self: &Arc<Self>) {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|(_, workers)| Arc::ptr_eq(workers, self));
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
