//! The training run that this thread computes for: whom to ask whether to go on, and how many threads it may use.
//!
//! Factorisations and metrics are also used where nobody trains, and know no request. Outside of a training run nothing is
//! cancelled, and there is one thread.

use std::cell::RefCell;

use super::cancel::Cancel;

#[derive(Default)]
struct Run {
    cancel: Cancel,
    threads: usize,
}

thread_local! {
    static CURRENT: RefCell<Run> = RefCell::default();
}

/// Leaves the training run when it is dropped.
#[derive(Debug)]
#[must_use = "the run is left when this is dropped"]
pub(crate) struct Entered(());

/// Makes a training run that of this thread.
pub(crate) fn enter(cancel: &Cancel, threads: usize) -> Entered {
    CURRENT.set(Run { cancel: cancel.clone(), threads });
    Entered(())
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(Run::default());
    }
}

/// The flag of this thread's run.
pub(crate) fn cancel() -> Cancel {
    CURRENT.with_borrow(|run| run.cancel.clone())
}

/// Whether nobody waits for this thread's result any more.
pub(crate) fn is_cancelled() -> bool {
    CURRENT.with_borrow(|run| run.cancel.check().is_err())
}

/// The numbers of so many rows, for as long as somebody waits for the result: whoever computes something of each of them shortly
/// stops, with a result that nobody looks at.
pub(crate) fn rows(n_rows: usize) -> impl Iterator<Item = usize> {
    /// A few milliseconds of work.
    const GROUP: usize = 1 << 14;
    let groups = (0..n_rows).step_by(GROUP).take_while(|_| !is_cancelled());
    groups.flat_map(move |first| first..(first + GROUP).min(n_rows))
}

/// Threads that this thread's run may use, at least 1.
pub(crate) fn threads() -> usize {
    CURRENT.with_borrow(|run| run.threads.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_when_nobody_waits() {
        assert_eq!(rows(0).count(), 0);
        assert!(rows(50_000).eq(0..50_000));
        let cancel = Cancel::default();
        let _entered = enter(&cancel, 1);
        let mut rows = rows(50_000);
        assert_eq!(rows.next(), Some(0));
        drop(cancel.on_drop());
        assert!(rows.count() < 20_000);
    }

    #[test]
    fn a_run_ends_with_its_guard() {
        let cancel = Cancel::default();
        let entered = enter(&cancel, 3);
        assert_eq!((threads(), is_cancelled()), (3, false));
        drop(cancel.on_drop());
        assert!(is_cancelled() && super::cancel().check().is_err());
        drop(entered);
        assert_eq!((threads(), is_cancelled()), (1, false));
    }
}
