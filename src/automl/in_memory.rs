//! Rows in memory, folded in parallel with a fixed order of merging.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::cancel::Cancel;
use super::fold::{Block, Fold, RowSource, Rows};
use super::parallel;
use crate::error::Result;

/// Rows of a block: with 28 dense columns it just fits the second-level cache.
const BLOCK: usize = 1024;
/// Rows of a group, the unit that one thread folds into one state. Part of the result's definition: another number rounds
/// otherwise.
const GROUP: usize = 32 * BLOCK;

/// Encoded rows in canonical order, in segments: the cross-validation folds of the training rows, then the held-out rows.
#[derive(Debug)]
pub(crate) struct InMemory {
    pub rows: Rows,
    /// The segments, in order.
    pub segments: Vec<Range<usize>>,
    /// Threads to use, at least 1.
    pub threads: usize,
    pub cancel: Cancel,
}

impl InMemory {
    /// The rows of some segments, cut into groups that never cross a segment's end.
    fn groups(&self, segments: &[usize]) -> Vec<Range<usize>> {
        segments
            .iter()
            .filter_map(|segment| self.segments.get(*segment))
            .flat_map(|range| range.clone().step_by(GROUP).map(|start| start..(start + GROUP).min(range.end)))
            .collect()
    }

    /// Computes one number per row of some segments, in parallel; `out` fits `n` rows from `start`.
    pub(crate) fn map_rows(&self, segments: &[usize], per_block: impl Fn(&Block<'_>, &mut [f64]) + Sync) -> Result<Vec<f64>> {
        let groups = self.groups(segments);
        let mut out = vec![0.0; groups.iter().map(Range::len).sum()];
        let mut rest = out.as_mut_slice();
        let mut tasks = Vec::with_capacity(groups.len());
        for group in groups {
            let (mine, others) = rest.split_at_mut(group.len());
            rest = others;
            tasks.push(Mutex::new((group, mine)));
        }
        let next = AtomicUsize::new(0);
        parallel::on_threads(self.threads, tasks.len(), || {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut task = task.lock().unwrap_or_else(PoisonError::into_inner);
                let (group, out) = &mut *task;
                for (start, out) in group.clone().step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
                    per_block(&self.rows.block(start..start + out.len()), out);
                }
                self.cancel.check()?;
            }
            Ok(())
        })?;
        drop(tasks);
        Ok(out)
    }
}

impl RowSource for InMemory {
    fn run<F: Fold>(&self, fold: &F, segments: &[usize]) -> Result<F::State> {
        let groups = self.groups(segments);
        let next = AtomicUsize::new(0);
        let merged = Mutex::new(Merged { state: fold.start(), next: 0, waiting: BTreeMap::new() });
        parallel::on_threads(self.threads, groups.len(), || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(group) = groups.get(index) else { return Ok(()) };
                let mut state = fold.start();
                for start in group.clone().step_by(BLOCK) {
                    fold.fold(&mut state, &self.rows.block(start..(start + BLOCK).min(group.end)));
                }
                self.cancel.check()?;
                merged.lock().unwrap_or_else(PoisonError::into_inner).add(fold, index, state);
            }
        })?;
        Ok(merged.into_inner().unwrap_or_else(PoisonError::into_inner).state)
    }
}

/// States merged so far. A group that is done before its predecessor waits, so the order of merging is that of the rows.
struct Merged<S> {
    state: S,
    next: usize,
    waiting: BTreeMap<usize, S>,
}

impl<S: Send> Merged<S> {
    fn add<F: Fold<State = S>>(&mut self, fold: &F, index: usize, state: S) {
        self.waiting.insert(index, state);
        while let Some(state) = self.waiting.remove(&self.next) {
            fold.merge(&mut self.state, state);
            self.next += 1;
        }
    }
}
