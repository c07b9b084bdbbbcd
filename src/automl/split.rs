//! Which rows are trained on and which are held out, and the canonical order of rows.
//!
//! Rows are ordered by the hash of their content, so a model does not depend on the order in which DataFusion delivered them:
//! first the training rows, cut into the segments of cross-validation, then the held-out rows. Specified in
//! `models/README.md`.

use std::ops::Range;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::row::{Row, RowConverter, Rows, SortField};
use datafusion::execution::memory_pool::MemoryReservation;

use super::cancel::Cancel;
use super::memory::Memory;
use super::sort;
use super::spec::{Split, TrainSpec, auto_ratio};
use super::table::{Column, Roles, Table};
use crate::error::{Error, ErrorKind, Result};
use crate::model::row_hash::{key_hashes, rank_hash, unit_interval};

/// Cross-validation folds of the training rows.
pub(crate) const N_FOLDS: usize = 5;

/// Rows whose hashes are written into the fingerprint at a time.
const DIGEST_ROWS: usize = 1 << 14;
/// What sorting, ranking and splitting take of each row for the time: ranks, and four lists of row numbers.
const SPLIT_BYTES: usize = size_of::<u64>() + 4 * size_of::<u32>();

/// The rows of the training query that have a target, in canonical order.
#[derive(Debug)]
pub(crate) struct Segments {
    /// Neighbouring ranges of rows: the cross-validation folds of the training rows, then the held-out rows.
    pub ranges: Vec<Range<usize>>,
    /// Whether the folds follow each other in time, so that a fold is predicted from earlier ones only.
    pub in_time: bool,
    /// BLAKE3 over the sorted row hashes, in hexadecimal.
    pub fingerprint: String,
}

impl Segments {
    /// The segments of the training rows.
    pub(crate) fn train(&self) -> Vec<usize> {
        (0..self.ranges.len().min(N_FOLDS)).collect()
    }

    /// Number of training rows; they come first.
    pub(crate) fn n_train(&self) -> usize {
        self.ranges.get(N_FOLDS).map_or(self.n_rows(), |range| range.start)
    }

    /// Number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.ranges.last().map_or(0, |range| range.end)
    }

    /// Number of held-out rows.
    pub(crate) fn n_held_out(&self) -> usize {
        self.n_rows() - self.n_train()
    }
}

/// What of a computer a computation may use.
pub(crate) type Means<'a> = (usize, &'a Cancel, &'a Memory);

/// The seed of a statement's hashes.
pub(crate) fn seed(spec: &TrainSpec) -> u64 {
    match &spec.split {
        Split::Random { seed, .. } | Split::Key { seed, .. } | Split::Auto { seed } => *seed,
        _ => Split::DEFAULT_SEED,
    }
}

/// Splits the rows by their hashes, which it uses up; `y` is NaN where the target is null, `stratify` says that its values are
/// classes. Gives the numbers of the training query's rows in canonical order beside the segments.
#[allow(clippy::too_many_arguments, reason = "each is another thing, and there is one caller")]
pub(crate) fn split(
    spec: &TrainSpec,
    table: &mut Table,
    roles: &Roles,
    y: &[f64],
    stratify: bool,
    (threads, cancel, memory): Means<'_>,
) -> Result<(Segments, Vec<u32>)> {
    if u32::try_from(table.n_rows).is_err() {
        return Err(Error::data(format!("the training query has {} rows; at most {} can be trained on", table.n_rows, u32::MAX)));
    }
    let _held = memory.hold("splitting", table.n_rows, table.n_rows * SPLIT_BYTES)?;
    let (ranked, fingerprint) = rank_rows(std::mem::take(&mut table.hashes.0), y, seed(spec), threads, cancel)?;
    table.hashes.1.free();
    cancel.check()?;
    let mut segments: Vec<Vec<u32>> = vec![Vec::new(); N_FOLDS + 1];
    match &spec.split {
        Split::Random { ratio, .. } => by_share(&ranked, y, stratify, Some(*ratio), &mut segments),
        Split::None => by_share(&ranked, y, stratify, None, &mut segments),
        // Where a number of rows is promised, not a share of each class.
        Split::Auto { .. } => {
            let promised = ranked.len() > 50_000;
            by_share(&ranked, y, stratify && !promised, auto_ratio(ranked.len()), &mut segments);
        }
        Split::Key { ratio, seed, .. } => {
            let _held = memory.hold("splitting by key", table.n_rows, table.n_rows * size_of::<f64>())?;
            let hashes = key_places(table, &roles.key, *seed, cancel)?;
            for row in ranked {
                let place = hashes[row as usize];
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of folds")]
                let fold = (place / ratio * N_FOLDS as f64) as usize;
                segments[if place >= *ratio { N_FOLDS } else { fold.min(N_FOLDS - 1) }].push(row);
            }
        }
        Split::Column { column } | Split::Custom { column } => {
            let null = matches!(spec.split, Split::Custom { .. }).then_some(true);
            let marks = roles.split.map(|split| held_out_marks(column, &table.columns[split], null));
            let marks = marks.transpose()?.unwrap_or_default();
            let (held_out, train): (Vec<u32>, Vec<u32>) = ranked.into_iter().partition(|row| marks[*row as usize]);
            by_share(&train, y, stratify, None, &mut segments);
            segments[N_FOLDS] = held_out;
        }
        Split::OrderBy { ratio, column } => {
            let column = roles.split.map(|split| &table.columns[split]).ok_or_else(|| Error::internal(column.clone()))?;
            by_time(&ranked, column, *ratio, &mut segments, (threads, cancel, memory))?;
        }
    }
    let mut order = Vec::with_capacity(y.len());
    let mut ranges = Vec::with_capacity(segments.len());
    for segment in segments {
        ranges.push(order.len()..order.len() + segment.len());
        order.extend(segment);
    }
    let segments = Segments { ranges, in_time: matches!(spec.split, Split::OrderBy { .. }), fingerprint };
    check_sides(spec, &segments, &order, y, stratify)?;
    Ok((segments, order))
}

/// The rows that have a target, by their rank hash, and the fingerprint of the data.
fn rank_rows(hashes: Vec<u128>, y: &[f64], seed: u64, threads: usize, cancel: &Cancel) -> Result<(Vec<u32>, String)> {
    let mut rows = sort::order(&hashes, threads, cancel)?;
    let mut digest = blake3::Hasher::new();
    let mut bytes = Vec::with_capacity(DIGEST_ROWS * size_of::<u128>());
    let (mut before, mut any_copy) = (None, false);
    for rows in rows.chunks(DIGEST_ROWS) {
        cancel.check()?;
        bytes.clear();
        for row in rows {
            let hash = hashes[*row as usize];
            bytes.extend_from_slice(&hash.to_le_bytes());
            any_copy |= before.replace(hash) == Some(hash);
        }
        digest.update(&bytes);
    }
    // Without copies, rows rank as their hashes do.
    if any_copy {
        let (mut copies, mut before) = (0, None);
        let rank = |row: &u32| {
            let hash = hashes[*row as usize];
            copies = if before.replace(hash) == Some(hash) { copies + 1 } else { 0 };
            rank_hash(hash, copies, seed)
        };
        let ranks: Vec<u64> = rows.iter().map(rank).collect();
        drop(hashes);
        // Copies are interchangeable, so which of them gets which number does not matter.
        let by_rank = sort::order(&ranks, threads, cancel)?;
        rows = by_rank.into_iter().map(|place| rows[place as usize]).collect();
    }
    rows.retain(|row| !y[*row as usize].is_nan());
    Ok((rows, digest.finalize().to_hex().to_string()))
}

/// Within each class (or in all), the last rows are held out and the others cut into equal folds. No ratio: none are held out.
fn by_share(ranked: &[u32], y: &[f64], stratify: bool, ratio: Option<f64>, segments: &mut [Vec<u32>]) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places of labels")]
    let class = |row: u32| if stratify { y[row as usize] as usize } else { 0 };
    let mut totals = vec![0_usize; ranked.iter().map(|row| class(*row) + 1).max().unwrap_or(0)];
    ranked.iter().for_each(|row| totals[class(*row)] += 1);
    let train: Vec<usize> = totals.iter().map(|n| n - ratio.map_or(0, |ratio| n_held_out(*n, ratio))).collect();
    let mut seen = vec![0_usize; totals.len()];
    for row in ranked {
        let class = class(*row);
        let fold = if seen[class] < train[class] { seen[class] * N_FOLDS / train[class] } else { N_FOLDS };
        segments[fold].push(*row);
        seen[class] += 1;
    }
}

/// The exact share, rounded to the nearest; at least one row on each side where there are two.
pub(crate) fn n_held_out(n: usize, ratio: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n")]
    let share = ((1.0 - ratio) * n as f64).round() as usize;
    if n < 2 { 0 } else { share.clamp(1, n - 1) }
}

fn key_places(table: &Table, key: &[usize], seed: u64, cancel: &Cancel) -> Result<Vec<f64>> {
    let n_batches = key.first().map_or(0, |column| table.columns[*column].arrays.len());
    let mut places = Vec::with_capacity(table.n_rows);
    for batch in 0..n_batches {
        cancel.check()?;
        let arrays = key.iter().map(|column| table.columns[*column].arrays.get(batch)).collect::<Result<Vec<_>>>()?;
        let n_rows = arrays.first().map_or(0, Array::len);
        places.extend(key_hashes(&arrays, n_rows, seed)?.into_iter().map(unit_interval));
    }
    Ok(places)
}

/// Reads the split column: true, 1 and `'test'` are held out, and nulls where `null` says so.
fn held_out_marks(name: &str, column: &Column, null: Option<bool>) -> Result<Vec<bool>> {
    let mut marks = Vec::new();
    for array in column.arrays.iter() {
        let texts = cast(&array?, &DataType::Utf8)?;
        let texts = datafusion::common::cast::as_string_array(&texts)?;
        for text in texts {
            let text = text.map(|text| text.trim().to_lowercase());
            marks.push(match text.as_deref() {
                Some("true" | "t" | "1" | "test" | "eval" | "evaluate" | "validation" | "holdout" | "held_out") => true,
                Some("false" | "f" | "0" | "train" | "training") => false,
                None if null.is_some() => null == Some(true),
                other => {
                    return Err(ErrorKind::InvalidOption {
                        name: format!("the split column {name}"),
                        value: other.map_or_else(|| "null".into(), |text| format!("'{text}'")),
                        expected: "true or 'test' for rows to hold out, false or 'train' for rows to train on".into(),
                    }
                    .into());
                }
            });
        }
    }
    Ok(marks)
}

/// The rows with the highest values are held out. Rows of one value stay together: the cut is the one nearest to the share.
fn by_time(
    ranked: &[u32],
    column: &Column,
    ratio: f64,
    segments: &mut [Vec<u32>],
    (threads, cancel, memory): Means<'_>,
) -> Result<()> {
    let times = Times::read(column, ranked, memory)?;
    cancel.check()?;
    // Equal times get equal numbers, so rows of one time stay in the order of their hashes.
    let keys: Vec<Row<'_>> = ranked.iter().map(|row| times.keys.row(*row as usize)).collect();
    let order = sort::order(&keys, threads, cancel)?;
    let key = |at: usize| keys[order[at] as usize];
    let wanted = order.len() - n_held_out(order.len(), ratio);
    let is_cut = |at: &usize| key(*at - 1) != key(*at);
    let cut = (1..order.len()).filter(is_cut).min_by_key(|at| at.abs_diff(wanted));
    let cut = cut.ok_or_else(|| {
        Error::data(format!("the split column {} has one value only, so no rows are later than others", column.name))
            .with_hint("split by another column, or leave SPLIT out")
    })?;
    // Folds, too, begin where the time changes.
    let mut fold = 0;
    for at in 0..order.len() {
        if at == 0 || is_cut(&at) {
            fold = if at < cut { at * N_FOLDS / cut } else { N_FOLDS };
        }
        segments[fold].push(ranked[order[at] as usize]);
    }
    Ok(())
}

/// The split column of `SPLIT (ORDER BY …)` in a form that compares fast.
struct Times {
    keys: Rows,
    _held: MemoryReservation,
}

impl Times {
    fn read(column: &Column, ranked: &[u32], memory: &Memory) -> Result<Self> {
        let n_rows = ranked.len();
        // The column itself twice, and keys of up to twice its size with their places.
        let held = memory.hold("splitting by time", n_rows, 4 * column.arrays.bytes_on_disk() + 48 * n_rows)?;
        let arrays = column.arrays.iter().collect::<Result<Vec<_>>>()?;
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        let all = concat(&arrays)?;
        let all = if all.data_type().is_floating() { cast(&all, &DataType::Float64)? } else { all };
        let numbers = all.as_primitive_opt::<Float64Type>();
        let is_missing = |row: usize| all.is_null(row) || numbers.is_some_and(|numbers| numbers.value(row).is_nan());
        let nulls = ranked.iter().filter(|row| is_missing(**row as usize)).count();
        if nulls > 0 {
            return Err(Error::data(format!(
                "the split column {} is null in {nulls} rows, so they have no place in time",
                column.name
            ))
            .with_hint("leave them out in the training query's WHERE clause"));
        }
        let converter = RowConverter::new(vec![SortField::new(all.data_type().clone())])?;
        Ok(Self { keys: converter.convert_columns(&[all])?, _held: held })
    }
}

/// Both sides need rows, and the training side both labels.
fn check_sides(spec: &TrainSpec, segments: &Segments, order: &[u32], y: &[f64], stratify: bool) -> Result<()> {
    let n_rows = order.len();
    if n_rows < 2 {
        return Err(Error::data(format!("{n_rows} row with a target; at least 2 are needed")).about("source"));
    }
    let (n_train, n_held_out) = (segments.n_train(), segments.n_held_out());
    let none_asked_for = match spec.split {
        Split::None => true,
        Split::Auto { .. } => auto_ratio(n_rows).is_none(),
        _ => false,
    };
    if n_train == 0 || (n_held_out == 0 && !none_asked_for) {
        let side = if n_train == 0 { "train on" } else { "hold out" };
        return Err(Error::data(format!("the split leaves no rows to {side}: {n_train} to train on, {n_held_out} to hold out"))
            .with_hint("choose another SPLIT, or SPLIT (NONE) to train on all rows"));
    }
    if stratify {
        let first = order.first().map(|row| y[*row as usize]);
        if order[..n_train].iter().all(|row| Some(y[*row as usize]) == first) {
            return Err(Error::data("the split leaves only one label among the training rows").with_hint("choose another SPLIT"));
        }
    }
    Ok(())
}
