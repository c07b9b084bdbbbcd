//! Lists and structs: one leaf per element or field.

use std::sync::Arc;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::{cast, nullif};
use datafusion::arrow::datatypes::{DataType, Float64Type};

use crate::error::{Error, Result};

/// The elements of lists of numbers, all of one length: per element a number for each row, NaN where the list or the element
/// is null. Shape: `(length, n_rows)`.
///
/// # Errors
/// [`Data`](crate::ErrorKind::Data) where a list has another length.
pub(crate) fn list_elements(name: &str, array: &ArrayRef, length: usize) -> Result<Vec<ArrayRef>> {
    if array.data_type().is_null() {
        return Ok((0..length).map(|_| Arc::new(Float64Array::from(vec![f64::NAN; array.len()])) as ArrayRef).collect());
    }
    let Lists { places, values } = Lists::read(array)?;
    let other = places.iter().flatten().filter(|(_, found)| *found != length).count();
    if other > 0 {
        let found = places.iter().flatten().find(|(_, found)| *found != length).map_or(0, |(_, found)| *found);
        return Err(wrong_length(name, length, other, array.len(), found));
    }
    let element = |i: usize| {
        let value = |place: &Option<(usize, usize)>| place.map_or(f64::NAN, |(start, _)| values[start + i]);
        Float64Array::from_iter_values(places.iter().map(value))
    };
    Ok((0..length).map(|i| Arc::new(element(i)) as ArrayRef).collect())
}

/// The error of lists of another length than `length`, such as `found`: so many of the rows.
#[cold]
pub(crate) fn wrong_length(name: &str, length: usize, other: usize, n_rows: usize, found: usize) -> Error {
    let plural = if length == 1 { "" } else { "s" };
    let lists = format!("the lists of {name} must all have {length} element{plural}");
    Error::data(format!("{lists}; {other} of {n_rows} rows have another length, such as {found}"))
        .with_hint("cut or fill them to one length, for example with array_resize")
}

/// The length of the first list that is not null, or none if all are.
pub(crate) fn list_length(array: &ArrayRef) -> Result<Option<usize>> {
    if array.data_type().is_null() {
        return Ok(None);
    }
    Ok(Lists::read(array)?.places.into_iter().flatten().next().map(|(_, length)| length))
}

/// Lists of numbers.
struct Lists {
    /// Per row the place and length of its list among the values; none for null.
    places: Vec<Option<(usize, usize)>>,
    values: Vec<f64>,
}

impl Lists {
    /// Reads the part of the values that the array stands for: batches are often slices of a larger one.
    #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "offsets are places in memory")]
    fn read(array: &ArrayRef) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                let (first, end) = (list.value_offsets()[0] as usize, list.value_offsets()[list.len()] as usize);
                let place = |row: usize| (list.value_offsets()[row] as usize - first, list.value_length(row) as usize);
                Self::new(array, &list.values().slice(first, end - first), place)?
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                let (first, end) = (list.value_offsets()[0] as usize, list.value_offsets()[list.len()] as usize);
                let place = |row: usize| (list.value_offsets()[row] as usize - first, list.value_length(row) as usize);
                Self::new(array, &list.values().slice(first, end - first), place)?
            }
            DataType::FixedSizeList(_, _) => {
                let list = array.as_fixed_size_list();
                Self::new(array, list.values(), |row| (list.value_offset(row) as usize, list.value_length() as usize))?
            }
            other => return Err(Error::internal(format!("a list cannot be read from {other}"))),
        })
    }

    fn new(array: &ArrayRef, values: &ArrayRef, place: impl Fn(usize) -> (usize, usize)) -> Result<Self> {
        let values = cast(values, &DataType::Float64)?;
        let values = values.as_primitive::<Float64Type>();
        let values = match values.null_count() {
            0 => values.values().to_vec(),
            _ => values.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
        };
        Ok(Self { places: (0..array.len()).map(|row| (!array.is_null(row)).then(|| place(row))).collect(), values })
    }
}

/// The field of a struct, null where the struct is.
///
/// # Errors
/// [`Data`](crate::ErrorKind::Data) where there is no such field.
pub(crate) fn struct_field(name: &str, array: &ArrayRef, field: &str) -> Result<ArrayRef> {
    if array.data_type().is_null() {
        return Ok(ArrayRef::clone(array));
    }
    let fields =
        array.as_struct_opt().ok_or_else(|| Error::internal(format!("a struct cannot be read from {}", array.data_type())))?;
    let Some(column) = fields.column_by_name(field) else {
        return Err(Error::data(format!("the struct {name} has no field {field}; it has {}", fields.column_names().join(", "))));
    };
    Ok(match fields.nulls() {
        Some(nulls) if nulls.null_count() > 0 => nullif(column, &BooleanArray::new(!nulls.inner(), None))?,
        _ => ArrayRef::clone(column),
    })
}
