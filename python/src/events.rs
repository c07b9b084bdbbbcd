//! What the library tells while statements run. Workers never call Python: they leave a note, and the thread that waits for
//! the statement passes it on.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use datafusion_ml::Event;
use pyo3::prelude::*;

/// Notes that wait to be passed on to Python.
#[derive(Debug, Default)]
pub(crate) struct Events(Mutex<Notes>);

#[derive(Debug, Default)]
struct Notes {
    /// Notices and warnings: what kind, and the text.
    texts: Vec<(&'static str, String)>,
    /// The latest news of progress; older ones are of no interest.
    progress: Option<(String, Option<f64>)>,
}

impl Events {
    /// Takes what the library tells.
    pub(crate) fn observe(&self, event: Event) {
        match event {
            Event::Notice(text) => self.notes().texts.push(("notice", text)),
            Event::Warning(text) => self.notes().texts.push(("warning", text)),
            Event::Progress { phase, done } => self.notes().progress = Some((phase, done)),
            // More kinds may come; there is nothing to show for those that are not known.
            _ => {}
        }
    }

    /// Calls `observer(kind, text, done)` for all that has been told since the last time.
    pub(crate) fn pass_on(&self, observer: &Bound<'_, PyAny>) -> PyResult<()> {
        let Notes { texts, progress } = mem::take(&mut *self.notes());
        for (kind, text) in texts {
            observer.call1((kind, text, None::<f64>))?;
        }
        if let Some((phase, done)) = progress {
            observer.call1(("progress", phase, done))?;
        }
        Ok(())
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        // A note cannot be left half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
