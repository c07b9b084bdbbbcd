//! Work spread over a few threads; the order of results is that of the items.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::current;
use crate::error::{Error, Result};

/// Runs a worker on as many threads as there is work for, this one included; the first error wins.
pub(crate) fn on_threads(threads: usize, n_tasks: usize, worker: impl Fn() -> Result<()> + Sync) -> Result<()> {
    let extra = threads.min(n_tasks).saturating_sub(1);
    // The other threads work for the same training run.
    let cancel = current::cancel();
    let other = || {
        let _entered = current::enter(&cancel, 1);
        worker()
    };
    thread::scope(|scope| {
        let others: Vec<_> = (0..extra).map(|_| scope.spawn(other)).collect();
        let mine = worker();
        others.into_iter().fold(mine, |result, other| {
            let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result.and(other)
        })
    })
}

/// Applies a function to each item. Items are taken by value, so that each is freed as soon as it is done.
pub(crate) fn map<T: Send, R: Send>(threads: usize, items: Vec<T>, f: impl Fn(T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let tasks: Vec<Mutex<(Option<T>, Option<R>)>> = items.into_iter().map(|item| Mutex::new((Some(item), None))).collect();
    let next = AtomicUsize::new(0);
    on_threads(threads, tasks.len(), || {
        while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut task = task.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(item) = task.0.take() {
                // After an error nobody begins anything more.
                task.1 = Some(f(item).inspect_err(|_| next.store(tasks.len(), Ordering::Relaxed))?);
            }
        }
        Ok(())
    })?;
    tasks
        .into_iter()
        .map(|task| {
            let (_, result) = task.into_inner().unwrap_or_else(PoisonError::into_inner);
            result.ok_or_else(|| Error::internal("a task was left undone"))
        })
        .collect()
}
