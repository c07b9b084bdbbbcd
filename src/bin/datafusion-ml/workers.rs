//! The threads that statements run on.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

/// The threads that statements run on. They are never waited for: what was cancelled may still be on its way to noticing.
#[derive(Debug)]
pub(crate) struct Workers {
    handle: Handle,
    /// `None` only while it is being dropped.
    runtime: Option<Runtime>,
}

impl Workers {
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
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
