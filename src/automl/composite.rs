//! Features that hold several columns: dates and times, lists, structs. Each of their leaves is learned like a feature.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::execution::memory_pool::MemoryReservation;

use super::exact::MAX_RAW;
use super::features::{PreparedFeature, TrainingRows};
use super::table::{Arrays, Column};
use super::values::OrderedValues;
use crate::error::{Error, Result};
use crate::model::{
    CalendarEncoder, CalendarPart, ColumnType, Encoder, IgnoredReason, calendar_part, list_elements, list_length, struct_field,
};

/// Leaves that are named in the report; more are counted.
const NAMED: usize = 10;

/// Learns a feature of any type and encodes its values.
pub(crate) fn prepare(column: Column, rows: TrainingRows<'_>) -> Result<PreparedFeature> {
    let column_type = ColumnType::from_arrow(&column.data_type).ok_or_else(|| Error::internal("an unchecked feature type"))?;
    let Column { name, arrays, is_category, .. } = column;
    match &column_type {
        ColumnType::Date | ColumnType::Time | ColumnType::Timestamp { .. } => calendar(name, column_type, &arrays, rows),
        ColumnType::List(_) => list(name, column_type, &arrays, rows),
        ColumnType::Struct(_) => structure(name, column_type, &arrays, rows),
        _ => {
            let values = OrderedValues::read(&name, &column_type, arrays.iter(), rows)?;
            // The raw values are not needed any more.
            drop(arrays);
            if is_category && column_type.is_text() {
                PreparedFeature::category(name, column_type, values, rows)
            } else {
                PreparedFeature::new(name, column_type, values, rows)
            }
        }
    }
}

fn calendar(name: String, column_type: ColumnType, arrays: &Arrays, rows: TrainingRows<'_>) -> Result<PreparedFeature> {
    let zone = match &column_type {
        ColumnType::Timestamp { zone } => zone.clone(),
        _ => None,
    };
    let parts = CalendarPart::of(&column_type);
    let mut leaves = Vec::with_capacity(parts.len());
    for part in parts {
        let values = arrays.iter().map(|array| calendar_part(&array?, zone.as_deref(), *part));
        let leaf = format!("{name}.{}", part.name());
        leaves.push(if part.is_category() {
            let values = OrderedValues::read(&leaf, &ColumnType::Utf8, values, rows)?;
            PreparedFeature::category(leaf, ColumnType::Utf8, values, rows)?
        } else {
            let values = OrderedValues::read(&leaf, &ColumnType::Float64, values, rows)?;
            PreparedFeature::new(leaf, ColumnType::Float64, values, rows)?
        });
    }
    let kind = column_type.sql_name().to_lowercase();
    Ok(combine((name, column_type), &kind, nulls(arrays, rows)?, leaves, |encoders| {
        Encoder::Calendar(CalendarEncoder { zone, parts: parts.iter().copied().zip(encoders).collect() })
    }))
}

fn list(name: String, column_type: ColumnType, arrays: &Arrays, rows: TrainingRows<'_>) -> Result<PreparedFeature> {
    let mut length = None;
    for array in arrays.iter() {
        length = list_length(&array?)?;
        if length.is_some() {
            break;
        }
    }
    // All lists are null, or there is nothing in them.
    let Some(length) = length.filter(|length| *length > 0) else { return Ok(PreparedFeature::nothing(name, column_type)) };
    // One list can hold more numbers than all other features.
    let rows = TrainingRows { keep_raw: rows.keep_raw && length * rows.y.len() <= MAX_RAW, ..rows };
    let mut leaves = Vec::with_capacity(length);
    while leaves.len() < length {
        let first = leaves.len();
        let (elements, _held) = elements(&name, arrays, first..length, length, rows)?;
        for (i, arrays) in (first..).zip(elements) {
            let leaf = format!("{name}[{}]", i + 1);
            let values = OrderedValues::read(&leaf, &ColumnType::Float64, arrays.into_iter().map(Ok), rows)?;
            leaves.push(PreparedFeature::new(leaf, ColumnType::Float64, values, rows)?);
        }
    }
    let kind = format!("list of {length} numbers");
    Ok(combine((name, column_type), &kind, nulls(arrays, rows)?, leaves, Encoder::List))
}

/// The arrays of some elements of a list, with the memory that they take: of all that are wanted if the lists are in memory, else
/// of as many as the pool grants at a time.
fn elements(
    name: &str,
    arrays: &Arrays,
    wanted: Range<usize>,
    length: usize,
    rows: TrainingRows<'_>,
) -> Result<(Vec<Vec<ArrayRef>>, MemoryReservation)> {
    let of_one = arrays.bytes_on_disk() / length;
    let held = rows.memory.hold("reading a list's elements", rows.n_rows, 2 * of_one)?;
    let mut n = 1;
    while n < wanted.len() && (of_one == 0 || rows.memory.try_grow(&held, 2 * of_one)) {
        n += 1;
    }
    let mut elements: Vec<Vec<ArrayRef>> = vec![Vec::with_capacity(arrays.len()); n];
    for array in arrays.iter() {
        rows.cancel.check()?;
        let all = list_elements(name, &array?, length)?;
        elements.iter_mut().zip(all.into_iter().skip(wanted.start)).for_each(|(element, array)| element.push(array));
    }
    Ok((elements, held))
}

fn structure(name: String, column_type: ColumnType, arrays: &Arrays, rows: TrainingRows<'_>) -> Result<PreparedFeature> {
    let ColumnType::Struct(fields) = &column_type else { return Err(Error::internal("a struct without fields")) };
    let names: Vec<String> = fields.iter().map(|(field, _)| field.clone()).collect();
    let mut leaves = Vec::with_capacity(names.len());
    let _held = rows.memory.hold("reading a struct", rows.n_rows, arrays.bytes_on_disk())?;
    let structs = arrays.iter().collect::<Result<Vec<_>>>()?;
    for field in &names {
        let arrays = structs.iter().map(|array| struct_field(&name, array, field)).collect::<Result<Vec<_>>>()?;
        let Some(first) = arrays.first() else { return Ok(PreparedFeature::nothing(name, column_type)) };
        let data_type = first.data_type().clone();
        leaves.push(prepare(
            Column {
                name: format!("{name}.{field}"),
                data_type,
                is_category: false,
                arrays: Arrays::InMemory { arrays, _held: None },
            },
            rows,
        )?);
    }
    Ok(combine((name, column_type), "struct", nulls(arrays, rows)?, leaves, |encoders| {
        Encoder::Struct(names.into_iter().zip(encoders).collect())
    }))
}

/// One feature of several leaves.
fn combine(
    (name, column_type): (String, ColumnType),
    kind: &str,
    nulls: usize,
    leaves: Vec<PreparedFeature>,
    encoder: impl FnOnce(Vec<Encoder>) -> Encoder,
) -> PreparedFeature {
    let mut feature = PreparedFeature::nothing(name, column_type);
    feature.nulls = nulls;
    feature.summary.nulls = feature.nulls as u64;
    let used = leaves.iter().filter(|leaf| !matches!(leaf.encoder, Encoder::Ignored(_))).count();
    let reason = leaves.iter().find_map(|leaf| match leaf.encoder {
        Encoder::Ignored(reason) => Some(reason),
        _ => None,
    });
    let mut found: Vec<String> = Vec::new();
    let mut encoders = Vec::with_capacity(leaves.len());
    let n_leaves = leaves.len();
    for leaf in leaves {
        let part = leaf.name.strip_prefix(&feature.name).unwrap_or(&leaf.name).trim_start_matches('.');
        match &leaf.encoder {
            Encoder::Ignored(reason) => found.push(format!("{part} left out ({})", reason.describe())),
            _ => found.push(format!("{part} {}", leaf.found.split(',').next().unwrap_or_default())),
        }
        feature.dense.extend(leaf.dense);
        feature.raw.extend(leaf.raw);
        feature.codes.extend(leaf.codes);
        feature.rare_rows += leaf.rare_rows;
        feature.leak = feature.leak.or_else(|| leaf.leak.map(|leak| format!("{}: {leak}", leaf.name)));
        encoders.push(leaf.encoder);
    }
    if used == 0 {
        feature.encoder = Encoder::Ignored(reason.unwrap_or(IgnoredReason::AllNull));
        return feature;
    }
    feature.found = if n_leaves <= NAMED {
        format!("{kind}: {}", found.join("; "))
    } else {
        format!("{kind}, {used} with a column of their own, {} left out", n_leaves - used)
    };
    if feature.nulls > 0 {
        feature.found += &format!("; {} nulls", feature.nulls);
    }
    feature.encoder = encoder(encoders);
    feature
}

/// Training rows that are null.
fn nulls(arrays: &Arrays, rows: TrainingRows<'_>) -> Result<usize> {
    let mut null = Vec::with_capacity(rows.n_rows);
    for array in arrays.iter() {
        let array = array?;
        null.extend((0..array.len()).map(|row| array.is_null(row)));
    }
    Ok(rows.order[..rows.n_train].iter().filter(|row| null.get(**row as usize).is_some_and(|null| *null)).count())
}
