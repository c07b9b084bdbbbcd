//! Rows in memory, folded in parallel with a fixed order of merging.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::cancel::Cancel;
use super::fold::{Block, Fold, RowSource, Rows};
use super::parallel;
use crate::error::Result;

/// Rows of a block: a few hundred dense columns of it fit the second-level cache.
const BLOCK: usize = 256;
/// Rows of a group, the unit that one thread folds into one state. Part of the result's definition: another number rounds
/// otherwise.
const GROUP: usize = 128 * BLOCK;

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
    /// The rows of some segments.
    fn ranges(&self, segments: &[usize]) -> Vec<Range<usize>> {
        segments.iter().filter_map(|segment| self.segments.get(*segment)).cloned().collect()
    }

    /// Folds each of some ranges of rows.
    fn fold_ranges<F: Fold>(&self, fold: &F, ranges: &[Range<usize>]) -> Result<Vec<F::State>> {
        let tasks: Vec<(usize, Range<usize>)> =
            ranges.iter().enumerate().flat_map(|(place, range)| groups(range).map(move |group| (place, group))).collect();
        let next = AtomicUsize::new(0);
        let states = ranges.iter().map(|_| fold.start()).collect();
        let merged = Mutex::new(Merged { states, next: 0, waiting: BTreeMap::new() });
        parallel::on_threads(self.threads, tasks.len(), || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((place, group)) = tasks.get(index) else { return Ok(()) };
                let mut state = fold.start();
                for start in group.clone().step_by(BLOCK) {
                    fold.fold(&mut state, &self.rows.block(start..(start + BLOCK).min(group.end)));
                }
                self.cancel.check()?;
                merged.lock().unwrap_or_else(PoisonError::into_inner).add(fold, index, *place, state);
            }
        })?;
        Ok(merged.into_inner().unwrap_or_else(PoisonError::into_inner).states)
    }

    /// The first rows of each segment: this share of them. In canonical order they are as good as drawn at random.
    pub(crate) fn heads(&self, share: f64) -> Heads<'_> {
        Heads { source: self, share }
    }

    /// Computes one number per row of some segments, in parallel; `out` fits `n` rows from `start`.
    pub(crate) fn map_rows(&self, segments: &[usize], per_block: impl Fn(&Block<'_>, &mut [f64]) + Sync) -> Result<Vec<f64>> {
        let groups: Vec<Range<usize>> = self.ranges(segments).iter().flat_map(groups).collect();
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
    fn run_each<F: Fold>(&self, fold: &F, segments: &[usize]) -> Result<Vec<F::State>> {
        self.fold_ranges(fold, &self.ranges(segments))
    }
}

/// The first rows of each segment as a source of their own.
#[derive(Debug)]
pub(crate) struct Heads<'a> {
    source: &'a InMemory,
    share: f64,
}

impl Heads<'_> {
    /// The rows of some segments.
    pub(crate) fn ranges(&self, segments: &[usize]) -> Vec<Range<usize>> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a number of rows")]
        let n_rows = |range: &Range<usize>| (range.len() as f64 * self.share).ceil() as usize;
        let ranges = self.source.ranges(segments).into_iter();
        ranges.map(|range| range.start..(range.start + n_rows(&range)).min(range.end)).collect()
    }
}

impl RowSource for Heads<'_> {
    fn run_each<F: Fold>(&self, fold: &F, segments: &[usize]) -> Result<Vec<F::State>> {
        self.source.fold_ranges(fold, &self.ranges(segments))
    }
}

/// A range of rows cut into groups.
fn groups(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = range.end;
    range.clone().step_by(GROUP).map(move |start| start..(start + GROUP).min(end))
}

/// The states of ranges, merged so far. A group that is done before its predecessor waits, so the order of merging is that of
/// the rows.
struct Merged<S> {
    states: Vec<S>,
    next: usize,
    waiting: BTreeMap<usize, (usize, S)>,
}

impl<S: Send> Merged<S> {
    fn add<F: Fold<State = S>>(&mut self, fold: &F, index: usize, place: usize, state: S) {
        self.waiting.insert(index, (place, state));
        while let Some((place, state)) = self.waiting.remove(&self.next) {
            if let Some(merged) = self.states.get_mut(place) {
                fold.merge(merged, state);
            }
            self.next += 1;
        }
    }
}
