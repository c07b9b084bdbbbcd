//! The rows of this machine, folded in parallel with a fixed order of merging: in memory, or read from a temporary file chunk by
//! chunk. Blocks and groups are the same, so the bits of every fold are.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use datafusion::execution::memory_pool::MemoryReservation;

use super::cancel::Cancel;
use super::column_store::{ColumnFile, Columns, Wanted};
use super::fold::{Block, Fold, RowSource, Rows};
use super::memory::{ForThreads, Memory};
use super::merging::Merging;
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
    /// Targets and weights, and the columns unless they are on disk. To look at columns, use [`dense`](Self::dense),
    /// [`codes`](Self::codes), a fold or [`map_rows`](Self::map_rows).
    pub rows: Rows,
    /// The segments, in order.
    pub segments: Vec<Range<usize>>,
    /// Threads to use, at least 1.
    pub threads: usize,
    pub cancel: Cancel,
    /// The columns, where they do not fit into memory.
    on_disk: Option<ColumnFile>,
    /// What pays for states.
    memory: Option<Memory>,
    /// What the rows take.
    held: Vec<MemoryReservation>,
    /// What states took at most.
    of_states: Option<MemoryReservation>,
}

/// States that a solver keeps beside those of a pass: sums, a system and its factors.
pub(crate) const SOLVER_STATES: usize = 4;

impl InMemory {
    /// Rows that are in memory, and that nobody pays for.
    pub(crate) fn new(rows: Rows, segments: Vec<Range<usize>>, threads: usize, cancel: Cancel) -> Self {
        Self { rows, segments, threads, cancel, on_disk: None, memory: None, held: Vec::new(), of_states: None }
    }

    /// Rows whose columns may be on disk; `rows` has targets and weights.
    pub(crate) fn of_columns(
        columns: Columns,
        rows: Rows,
        segments: Vec<Range<usize>>,
        (threads, cancel): (usize, Cancel),
        memory: &Memory,
    ) -> Result<Self> {
        let mut source = Self::new(rows, segments, threads, cancel);
        match columns {
            Columns::InMemory { x, raw, held } => (source.rows.x, source.rows.raw, source.held) = (x, raw, held),
            Columns::OnDisk(file) => source.on_disk = Some(file),
        }
        source.pays_from(memory)?;
        Ok(source)
    }

    /// Threads that read rows at the same time, as many as there is memory for the chunks that they read.
    fn readers(&self) -> Result<(usize, Option<ForThreads>)> {
        let (Some(memory), Some(file)) = (&self.memory, &self.on_disk) else { return Ok((self.threads, None)) };
        let readers = memory.hold_for_threads("reading back", file.n_rows(), file.chunk_bytes(BLOCK), self.threads)?;
        Ok((readers.threads, Some(readers)))
    }

    /// Pays for states from now on.
    fn pays_from(&mut self, memory: &Memory) -> Result<()> {
        self.of_states = Some(memory.hold("fitting", self.rows.y.len(), 0)?);
        self.memory = Some(memory.clone());
        Ok(())
    }

    /// Other rows in memory, with the same means.
    pub(crate) fn with_rows(&self, rows: Rows, segments: Vec<Range<usize>>) -> Result<Self> {
        let mut source = Self::new(rows, segments, self.threads, self.cancel.clone());
        self.memory.as_ref().map(|memory| source.pays_from(memory)).transpose()?;
        Ok(source)
    }

    /// Takes memory for what grows with the rows.
    pub(crate) fn hold(&self, what: &str, bytes: usize) -> Result<Option<MemoryReservation>> {
        self.memory.as_ref().map(|memory| memory.hold(what, self.rows.y.len(), bytes)).transpose()
    }

    /// Keeps memory for as long as there are the rows.
    pub(crate) fn also_holds(&mut self, held: MemoryReservation) {
        self.held.push(held);
    }

    /// The first rows of some dense columns, one or more numbers longer than asked for if they are at hand.
    pub(crate) fn dense(&self, columns: Range<usize>, n_rows: usize) -> Result<Cow<'_, [Vec<f64>]>> {
        match &self.on_disk {
            Some(file) => Ok(Cow::Owned(file.dense(columns, n_rows)?)),
            None => Ok(Cow::Borrowed(&self.rows.x.dense()[columns])),
        }
    }

    /// The first rows' codes of a category, as [`dense`](Self::dense).
    pub(crate) fn codes(&self, category: usize, n_rows: usize) -> Result<Cow<'_, [u32]>> {
        match &self.on_disk {
            Some(file) => Ok(Cow::Owned(file.codes(category, n_rows)?)),
            None => Ok(Cow::Borrowed(&self.rows.x.codes()[category])),
        }
    }

    /// Whether folds that ask for them get the numbers in the user's own units.
    pub(crate) fn has_raw(&self) -> bool {
        self.on_disk.as_ref().map_or(!self.rows.raw.is_empty(), ColumnFile::has_raw)
    }

    /// Goes over the blocks of some rows, in order.
    fn each_block(&self, range: &Range<usize>, wanted: Wanted<'_>, mut see: impl FnMut(usize, &Block<'_>)) -> Result<()> {
        let Some(file) = &self.on_disk else {
            for start in range.clone().step_by(BLOCK) {
                self.cancel.check()?;
                see(start, &self.rows.block(start..(start + BLOCK).min(range.end)));
            }
            return Ok(());
        };
        let n_rows = file.chunk_rows(BLOCK);
        for start in range.clone().step_by(n_rows) {
            let part = start..(start + n_rows).min(range.end);
            let rows = file.chunk(&self.rows, &part, wanted)?;
            for block in (0..part.len()).step_by(BLOCK) {
                self.cancel.check()?;
                see(start + block, &rows.block(block..(block + BLOCK).min(part.len())));
            }
        }
        Ok(())
    }

    /// The rows of some segments.
    fn ranges(&self, segments: &[usize]) -> Vec<Range<usize>> {
        segments.iter().filter_map(|segment| self.segments.get(*segment)).cloned().collect()
    }

    /// Folds each of some ranges of rows.
    fn fold_ranges<F: Fold>(&self, fold: &F, ranges: &[Range<usize>]) -> Result<Vec<F::State>> {
        let tasks: Vec<(usize, Range<usize>)> =
            ranges.iter().enumerate().flat_map(|(place, range)| groups(range).map(move |group| (place, group))).collect();
        self.pay_for_states(fold, ranges.len())?;
        let (threads, _held) = self.readers()?;
        let next = AtomicUsize::new(0);
        let states = ranges.iter().map(|_| fold.start()).collect();
        let merging = Merging::new(states, 2 * self.threads);
        parallel::on_threads(threads, tasks.len(), || {
            let mut leaving = merging.leaving();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((place, group)) = tasks.get(index).filter(|_| merging.wait_for(index)) else {
                    leaving.is_done = true;
                    return Ok(());
                };
                let mut state = fold.start();
                self.each_block(group, fold.wants(), |_, block| fold.fold(&mut state, block))?;
                merging.add(fold, index, *place, state);
            }
        })?;
        Ok(merging.into_states())
    }

    /// Pays for the states of a pass, one for each range and two for each thread, and for what a solver makes of them.
    fn pay_for_states<F: Fold>(&self, fold: &F, n_ranges: usize) -> Result<()> {
        let (Some(memory), Some(held)) = (&self.memory, &self.of_states) else { return Ok(()) };
        let bytes = fold.state_bytes() * (n_ranges + 2 * self.threads + SOLVER_STATES);
        memory.grow(held, "fitting", self.rows.y.len(), bytes.saturating_sub(held.size()))
    }

    /// The first rows of each segment: this share of them. In canonical order they are as good as drawn at random.
    pub(crate) fn heads(&self, share: f64) -> Heads<'_> {
        Heads { source: self, share }
    }

    /// Computes one number per row of some segments, in parallel; `out` fits `n` rows from `start`.
    pub(crate) fn map_rows(&self, segments: &[usize], per_block: impl Fn(&Block<'_>, &mut [f64]) + Sync) -> Result<Vec<f64>> {
        self.map_columns(segments, Wanted::All, per_block)
    }

    /// The same from some of the columns.
    pub(crate) fn map_columns(
        &self,
        segments: &[usize],
        wanted: Wanted<'_>,
        per_block: impl Fn(&Block<'_>, &mut [f64]) + Sync,
    ) -> Result<Vec<f64>> {
        let (threads, _held) = self.readers()?;
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
        parallel::on_threads(threads, tasks.len(), || {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut task = task.lock().unwrap_or_else(PoisonError::into_inner);
                let (group, out) = &mut *task;
                self.each_block(group, wanted, |start, block| {
                    let start = start - group.start;
                    let end = (start + BLOCK).min(out.len());
                    per_block(block, &mut out[start..end]);
                })?;
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
