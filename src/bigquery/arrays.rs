//! Functions of arrays.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, make_comparator};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{ARRAY_LENGTH, RANGE_BUCKET, is_whole, places, string};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: RANGE_BUCKET,
        ours: 0,
        takes: "RANGE_BUCKET takes a value and an array of such values",
        types: |found| match found {
            [point, DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)] => {
                let common = common(point, item.data_type())?;
                Some(vec![common.clone(), DataType::List(Arc::new(Field::new_list_field(common, true)))])
            }
            [point, DataType::Null] => {
                let common = common(point, point)?;
                Some(vec![common.clone(), DataType::List(Arc::new(Field::new_list_field(common, true)))])
            }
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: range_bucket,
    },
    Definition {
        name: ARRAY_LENGTH,
        ours: 0,
        takes: "ARRAY_LENGTH takes an array",
        types: |found| match found {
            [DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _)] => {
                Some(vec![DataType::List(Arc::clone(item))])
            }
            [DataType::Null] => Some(vec![DataType::List(Arc::new(Field::new_list_field(DataType::Null, true)))]),
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: length,
    },
];

/// The type in which two values are compared.
fn common(a: &DataType, b: &DataType) -> Option<DataType> {
    match (a, b) {
        (DataType::Null, other) | (other, DataType::Null) if !other.is_null() => common(other, other),
        _ if is_whole(a) && is_whole(b) => Some(DataType::Int64),
        _ if a.is_numeric() && b.is_numeric() => Some(DataType::Float64),
        _ if string(a).is_some() && string(b).is_some() => Some(DataType::Utf8),
        (DataType::Date32 | DataType::Timestamp(..), _) if a == b => Some(a.clone()),
        _ => None,
    }
}

fn length(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let Some(lists) = arrays.first().and_then(|array| array.as_list_opt::<i32>()) else {
        return exec_err!("ARRAY_LENGTH takes an array");
    };
    let length = |row| lists.is_valid(row).then(|| i64::try_from(places(lists.value_offsets(), row).len()).unwrap_or(i64::MAX));
    Ok(Arc::new((0..lists.len()).map(length).collect::<Int64Array>()))
}

/// How many bounds of an ascending array are not above the point.
fn range_bucket(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [points, bounds] = arrays else { return exec_err!("RANGE_BUCKET takes a value and an array") };
    let Some(lists) = bounds.as_list_opt::<i32>() else { return exec_err!("RANGE_BUCKET takes an array") };
    let with_bound = make_comparator(points.as_ref(), lists.values().as_ref(), SortOptions::default())?;
    let between = make_comparator(lists.values().as_ref(), lists.values().as_ref(), SortOptions::default())?;
    let numbers = points.as_primitive_opt::<Float64Type>();
    let mut buckets = Vec::with_capacity(points.len());
    for row in 0..points.len() {
        let is_nan = numbers.is_some_and(|numbers| numbers.value(row).is_nan());
        if points.is_null(row) || lists.is_null(row) || is_nan {
            buckets.push(None);
            continue;
        }
        let bounds = places(lists.value_offsets(), row);
        if bounds.clone().any(|bound| lists.values().is_null(bound)) {
            return exec_err!("the array of RANGE_BUCKET has a NULL");
        }
        if bounds.clone().skip(1).any(|bound| between(bound - 1, bound) == Ordering::Greater) {
            return exec_err!("the array of RANGE_BUCKET is not in ascending order");
        }
        let n_below = bounds.filter(|bound| with_bound(row, *bound) != Ordering::Less).count();
        buckets.push(i64::try_from(n_below).ok());
    }
    Ok(Arc::new(Int64Array::from(buckets)))
}
