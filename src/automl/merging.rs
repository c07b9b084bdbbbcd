//! States of groups of rows, merged in the order of the rows by threads that are done in any order.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::fold::Fold;

/// The states of ranges, merged so far. A group that is done before its predecessor waits, so the order of merging is that of
/// the rows; a thread that is too far ahead does not begin, so that few groups wait.
#[derive(Debug)]
pub(crate) struct Merging<S> {
    merged: Mutex<Merged<S>>,
    /// Wakes who is too far ahead.
    moved: Condvar,
    /// Groups from the next to merge on that may be begun, at least one.
    reach: usize,
}

#[derive(Debug)]
struct Merged<S> {
    states: Vec<S>,
    /// The group to merge next.
    next: usize,
    waiting: BTreeMap<usize, (usize, S)>,
    /// A thread has left before the end: the group that it had begun will never be merged.
    has_failed: bool,
}

impl<S: Send> Merging<S> {
    /// Merges into these states.
    pub(crate) fn new(states: Vec<S>, reach: usize) -> Self {
        let merged = Merged { states, next: 0, waiting: BTreeMap::new(), has_failed: false };
        Self { merged: Mutex::new(merged), moved: Condvar::new(), reach: reach.max(1) }
    }

    /// Waits until a group may be begun; `false` if it need not be, because another thread has failed.
    ///
    /// The next group to merge never waits, so that one thread always goes on.
    pub(crate) fn wait_for(&self, index: usize) -> bool {
        let is_too_far = |merged: &mut Merged<S>| !merged.has_failed && index >= merged.next + self.reach;
        let merged = self.moved.wait_while(self.lock(), is_too_far).unwrap_or_else(PoisonError::into_inner);
        !merged.has_failed
    }

    /// Merges the state of a group into that of a range as soon as all groups before it are merged.
    pub(crate) fn add<F: Fold<State = S>>(&self, fold: &F, index: usize, place: usize, state: S) {
        let mut merged = self.lock();
        merged.waiting.insert(index, (place, state));
        loop {
            let Merged { states, next, waiting, .. } = &mut *merged;
            let Some((place, state)) = waiting.remove(next) else { break };
            if let Some(merged) = states.get_mut(place) {
                fold.merge(merged, state);
            }
            *next += 1;
        }
        drop(merged);
        self.moved.notify_all();
    }

    /// What a thread holds while it works.
    pub(crate) fn leaving(&self) -> Leaving<'_, S> {
        Leaving { merging: self, is_done: false }
    }

    pub(crate) fn into_states(self) -> Vec<S> {
        self.merged.into_inner().unwrap_or_else(PoisonError::into_inner).states
    }

    fn lock(&self) -> MutexGuard<'_, Merged<S>> {
        self.merged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the others when a thread ends early, by an error or a panic: nobody must wait for its group.
#[derive(Debug)]
pub(crate) struct Leaving<'a, S: Send> {
    merging: &'a Merging<S>,
    /// Whether there is nothing left to begin.
    pub is_done: bool,
}

impl<S: Send> Drop for Leaving<'_, S> {
    fn drop(&mut self) {
        if !self.is_done {
            self.merging.lock().has_failed = true;
            self.merging.moved.notify_all();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::super::cancel::Cancel;
    use super::super::fold::{Block, RowSource, Rows};
    use super::super::in_memory::InMemory;
    use crate::model::EncodedBatch;

    use super::*;

    const THREADS: usize = 4;
    /// Rows of thirty groups and a bit.
    const ROWS: usize = 1_000_000;

    fn source(cancel: Cancel) -> InMemory {
        let y = (0..ROWS).map(|row| row as f64).collect();
        let rows = Rows { x: EncodedBatch::new(ROWS, Vec::new(), Vec::new()), y, weight: None, raw: Vec::new() };
        InMemory::new(rows, std::iter::once(0..ROWS).collect(), THREADS, cancel)
    }

    /// Collects the first target of each group, and does something at the first row of all.
    struct Slow<'a, A: Fn() + Sync> {
        alive: &'a AtomicUsize,
        most: &'a AtomicUsize,
        at_first: A,
    }

    struct Counted<'a>(&'a AtomicUsize, Vec<f64>);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    impl<'a, A: Fn() + Sync> Fold for Slow<'a, A> {
        type State = Counted<'a>;

        fn start(&self) -> Counted<'a> {
            self.most.fetch_max(self.alive.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Counted(self.alive, Vec::new())
        }

        fn fold(&self, state: &mut Counted<'a>, block: &Block<'_>) {
            if block.y()[0] == 0.0 {
                (self.at_first)();
            }
            if state.1.is_empty() {
                state.1.push(block.y()[0]);
            }
        }

        fn merge(&self, state: &mut Counted<'a>, other: Counted<'a>) {
            state.1.extend(&other.1);
        }

        fn write(&self, state: &Counted<'a>) -> Vec<f64> {
            state.1.clone()
        }

        fn read(&self, _: &[f64]) -> Option<Counted<'a>> {
            None
        }
    }

    #[test]
    fn few_states_wait_for_a_slow_group() {
        let (alive, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let fold = Slow { alive: &alive, most: &most, at_first: || thread::sleep(Duration::from_millis(300)) };
        let merged = source(Cancel::default()).run(&fold, &[0]).unwrap();
        assert!(merged.1.len() > 30 && merged.1.is_sorted(), "{:?}", merged.1);
        // One for each range and the result, and two for each thread.
        let most = most.load(Ordering::SeqCst);
        assert!(most <= 2 + 2 * THREADS, "{most} states at once");
    }

    #[test]
    fn nobody_waits_for_a_group_that_panics() {
        let (alive, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let at_first = || {
            // Until the others are as far ahead as they may be.
            thread::sleep(Duration::from_millis(100));
            panic!("a bug in a fold");
        };
        let fold = Slow { alive: &alive, most: &most, at_first };
        let source = source(Cancel::default());
        assert!(catch_unwind(AssertUnwindSafe(|| source.run(&fold, &[0]).map(drop))).is_err());
    }

    #[test]
    fn nobody_waits_for_a_group_that_is_cancelled() {
        let (alive, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let cancel = Cancel::default();
        let at_first = || {
            thread::sleep(Duration::from_millis(100));
            drop(cancel.on_drop());
        };
        let fold = Slow { alive: &alive, most: &most, at_first };
        assert!(source(cancel.clone()).run(&fold, &[0]).is_err());
    }
}
