//! Which rows are trained on and which are held out, and the canonical order of rows.
//!
//! Rows are ordered by the hash of their content, so a model does not depend on the order in which DataFusion delivered them:
//! first the training rows, cut into the segments of cross-validation, then the held-out rows. Specified in
//! `models/README.md`.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::{cast, concat};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::row::{RowConverter, SortField};

use super::cancel::Cancel;
use super::parallel;
use super::spec::{Split, TrainSpec, auto_ratio};
use super::table::{Column, Roles, Table};
use crate::error::{Error, ErrorKind, Result};
use crate::model::row_hash::{key_hashes, rank_hash, row_hashes, unit_interval, upper_half};

/// Cross-validation folds of the training rows.
pub(crate) const N_FOLDS: usize = 5;

/// The rows of the training query in canonical order.
#[derive(Debug)]
pub(crate) struct Segments {
    /// Row numbers of the training query; rows without a target are left out.
    pub order: Vec<u32>,
    /// Neighbouring ranges of `order`: the cross-validation folds of the training rows, then the held-out rows.
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
        self.ranges.get(N_FOLDS).map_or(self.order.len(), |range| range.start)
    }

    /// Number of held-out rows.
    pub(crate) fn n_held_out(&self) -> usize {
        self.order.len() - self.n_train()
    }
}

/// A row's content hash and its number in the training query.
type Hashed = (u128, u32);

/// Splits the rows; `y` is NaN where the target is null, `stratify` says that its values are classes.
#[allow(clippy::too_many_arguments, reason = "each is another thing, and there is one caller")]
pub(crate) fn split(
    spec: &TrainSpec,
    table: &Table,
    roles: &Roles,
    y: &[f64],
    stratify: bool,
    threads: usize,
    cancel: &Cancel,
) -> Result<Segments> {
    let seed = match &spec.split {
        Split::Random { seed, .. } | Split::Key { seed, .. } | Split::Auto { seed } => *seed,
        _ => Split::DEFAULT_SEED,
    };
    let (ranked, fingerprint) = rank_rows(table, y, seed, threads, cancel)?;
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
            let hashes = key_places(table, &roles.key, *seed)?;
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
            by_time(&ranked, column, *ratio, &mut segments)?;
        }
    }
    let mut order = Vec::with_capacity(y.len());
    let mut ranges = Vec::with_capacity(segments.len());
    for segment in segments {
        ranges.push(order.len()..order.len() + segment.len());
        order.extend(segment);
    }
    let segments = Segments { order, ranges, in_time: matches!(spec.split, Split::OrderBy { .. }), fingerprint };
    check_sides(spec, &segments, y, stratify)?;
    Ok(segments)
}

/// The rows that have a target, by their rank hash, and the fingerprint of the data.
fn rank_rows(table: &Table, y: &[f64], seed: u64, threads: usize, cancel: &Cancel) -> Result<(Vec<u32>, String)> {
    if u32::try_from(table.n_rows).is_err() {
        return Err(Error::data(format!("the training query has {} rows; at most {} can be trained on", table.n_rows, u32::MAX)));
    }
    let mut columns: Vec<&Column> = table.columns.iter().collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let n_batches = columns.first().map_or(0, |column| column.arrays.len());
    let hashes = parallel::map(threads, (0..n_batches).collect(), |batch| {
        cancel.check()?;
        let arrays: Vec<ArrayRef> = columns.iter().map(|column| ArrayRef::clone(&column.arrays[batch])).collect();
        row_hashes(&arrays, arrays.first().map_or(0, Array::len), seed)
    })?;
    let mut rows: Vec<Hashed> = (0_u32..).zip(hashes.into_iter().flatten()).map(|(row, hash)| (hash, row)).collect();
    rows.sort_unstable();

    let mut digest = blake3::Hasher::new();
    let mut ranked: Vec<(u64, u32)> = Vec::with_capacity(rows.len());
    let (mut copies, mut before) = (0, None);
    let mut any_copy = false;
    for (hash, row) in rows {
        digest.update(&hash.to_le_bytes());
        copies = if before == Some(hash) { copies + 1 } else { 0 };
        any_copy |= copies > 0;
        before = Some(hash);
        if !y[row as usize].is_nan() {
            ranked.push((if copies == 0 { upper_half(hash) } else { rank_hash(hash, copies, seed) }, row));
        }
    }
    if any_copy {
        // Copies are interchangeable, so which of them gets which number does not matter.
        ranked.sort_by_key(|(rank, _)| *rank);
    }
    Ok((ranked.into_iter().map(|(_, row)| row).collect(), digest.finalize().to_hex().to_string()))
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

fn key_places(table: &Table, key: &[usize], seed: u64) -> Result<Vec<f64>> {
    let n_batches = key.first().map_or(0, |column| table.columns[*column].arrays.len());
    let mut places = Vec::with_capacity(table.n_rows);
    for batch in 0..n_batches {
        let arrays: Vec<ArrayRef> = key.iter().map(|column| ArrayRef::clone(&table.columns[*column].arrays[batch])).collect();
        let n_rows = arrays.first().map_or(0, Array::len);
        places.extend(key_hashes(&arrays, n_rows, seed)?.into_iter().map(unit_interval));
    }
    Ok(places)
}

/// Reads the split column: true, 1 and `'test'` are held out, and nulls where `null` says so.
fn held_out_marks(name: &str, column: &Column, null: Option<bool>) -> Result<Vec<bool>> {
    let mut marks = Vec::new();
    for array in &column.arrays {
        let texts = cast(array, &DataType::Utf8)?;
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
fn by_time(ranked: &[u32], column: &Column, ratio: f64, segments: &mut [Vec<u32>]) -> Result<()> {
    let arrays: Vec<&dyn Array> = column.arrays.iter().map(AsRef::as_ref).collect();
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
    let keys = converter.convert_columns(&[all])?;
    let key = |row: u32| keys.row(row as usize);
    let mut sorted = ranked.to_vec();
    // Stable: rows of one time stay in the order of their hashes.
    sorted.sort_by(|a, b| key(*a).cmp(&key(*b)));
    let wanted = sorted.len() - n_held_out(sorted.len(), ratio);
    let is_cut = |at: &usize| key(sorted[*at - 1]) != key(sorted[*at]);
    let cut = (1..sorted.len()).filter(is_cut).min_by_key(|at| at.abs_diff(wanted));
    let cut = cut.ok_or_else(|| {
        Error::data(format!("the split column {} has one value only, so no rows are later than others", column.name))
            .with_hint("split by another column, or leave SPLIT out")
    })?;
    // Folds, too, begin where the time changes.
    let starts_fold: Vec<bool> = (0..sorted.len()).map(|i| i == 0 || is_cut(&i)).collect();
    let mut fold = 0;
    for (i, row) in sorted.into_iter().enumerate() {
        if starts_fold[i] {
            fold = if i < cut { i * N_FOLDS / cut } else { N_FOLDS };
        }
        segments[fold].push(row);
    }
    Ok(())
}

/// Both sides need rows, and the training side both labels.
fn check_sides(spec: &TrainSpec, segments: &Segments, y: &[f64], stratify: bool) -> Result<()> {
    let n_rows = segments.order.len();
    if n_rows < 2 {
        return Err(Error::data(format!("{n_rows} row with a target; at least 2 are needed")));
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
        let first = segments.order.first().map(|row| y[*row as usize]);
        if segments.order[..n_train].iter().all(|row| Some(y[*row as usize]) == first) {
            return Err(Error::data("the split leaves only one label among the training rows").with_hint("choose another SPLIT"));
        }
    }
    Ok(())
}
