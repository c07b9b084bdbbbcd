//! Arrays of numbers, dates and times at equal distances.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, PrimitiveArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};

use super::calendar::shift;
use super::compute::{micros, times};
use super::definition::Definition;
use super::{GENERATE_ARRAY, GENERATE_TIMES, is_whole, read_part, time};

/// More would be a mistake; BigQuery stops far below.
const MOST: usize = 16_777_216;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: GENERATE_ARRAY,
        ours: 0,
        takes: "GENERATE_ARRAY takes INT64 or FLOAT64",
        types: |found| {
            let is_known = |found: &DataType| is_whole(found) || found.is_floating();
            let common = if found.iter().all(is_whole) { DataType::Int64 } else { DataType::Float64 };
            (found.len() == 3 && found.iter().all(is_known)).then(|| vec![common; 3])
        },
        result: |types| list_of(types.first()),
        evaluate: numbers,
    },
    Definition {
        name: GENERATE_TIMES,
        ours: 1,
        takes: "two DATEs or two TIMESTAMPs are expected",
        types: |found| match found {
            [_, first, last, step] if is_whole(step) => {
                let common = time(if first.is_null() { last } else { first })?;
                Some(vec![DataType::Utf8, common.clone(), common, DataType::Int64])
            }
            _ => None,
        },
        result: |types| list_of(types.get(1)),
        evaluate: moments,
    },
];

fn list_of(item: Option<&DataType>) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item.cloned().unwrap_or(DataType::Null), true)))
}

/// The elements of all rows; a row without a list is null.
#[derive(Default)]
struct Lists<T> {
    elements: Vec<T>,
    lengths: Vec<usize>,
    valid: Vec<bool>,
}

impl<T> Lists<T> {
    /// Adds the elements up to the first that is none.
    fn push(&mut self, elements: Option<impl Iterator<Item = T>>) -> Result<()> {
        let before = self.elements.len();
        self.valid.push(elements.is_some());
        self.elements.extend(elements.into_iter().flatten().take(MOST + 1));
        self.lengths.push(self.elements.len() - before);
        if self.elements.len() - before > MOST {
            return exec_err!("an array of more than {MOST} elements would be generated");
        }
        Ok(())
    }

    fn finish(self, values: impl FnOnce(Vec<T>) -> Result<ArrayRef>) -> Result<ArrayRef> {
        let values = values(self.elements)?;
        let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(field, offsets, values, Some(NullBuffer::from(self.valid)))?))
    }
}

fn numbers(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [first, last, step] = arrays else { return exec_err!("GENERATE_ARRAY takes three numbers") };
    if let (Some(first), Some(last), Some(step)) =
        (first.as_primitive_opt::<Int64Type>(), last.as_primitive_opt(), step.as_primitive_opt())
    {
        return whole(first, last, step);
    }
    let float = |array: &ArrayRef| array.as_primitive::<Float64Type>().clone();
    let (first, last, step) = (float(first), float(last), float(step));
    let mut lists = Lists::default();
    for row in 0..first.len() {
        if first.is_null(row) || last.is_null(row) || step.is_null(row) {
            lists.push(None::<std::iter::Empty<f64>>)?;
            continue;
        }
        let (first, last, step) = (first.value(row), last.value(row), step.value(row));
        if step == 0.0 || !(first.is_finite() && last.is_finite() && step.is_finite()) {
            return exec_err!("GENERATE_ARRAY takes finite numbers and a step that is not 0");
        }
        let element = move |n: u32| first + f64::from(n) * step;
        let is_within = move |x: &f64| if step > 0.0 { *x <= last } else { *x >= last };
        lists.push(Some((0..=u32::MAX).map(element).take_while(is_within)))?;
    }
    lists.finish(|elements| Ok(Arc::new(Float64Array::from(elements))))
}

fn whole(
    first: &PrimitiveArray<Int64Type>,
    last: &PrimitiveArray<Int64Type>,
    step: &PrimitiveArray<Int64Type>,
) -> Result<ArrayRef> {
    let mut lists = Lists::default();
    for row in 0..first.len() {
        if first.is_null(row) || last.is_null(row) || step.is_null(row) {
            lists.push(None::<std::iter::Empty<i64>>)?;
            continue;
        }
        let (last, step) = (last.value(row), step.value(row));
        if step == 0 {
            return exec_err!("GENERATE_ARRAY takes a step that is not 0");
        }
        let is_within = move |x: &i64| if step > 0 { *x <= last } else { *x >= last };
        let elements = std::iter::successors(Some(first.value(row)), move |x| x.checked_add(step));
        lists.push(Some(elements.take_while(is_within)))?;
    }
    lists.finish(|elements| Ok(Arc::new(Int64Array::from(elements))))
}

/// `GENERATE_DATE_ARRAY`, `GENERATE_TIMESTAMP_ARRAY`.
fn moments(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [part, first, last, step] = arrays else { return exec_err!("GENERATE_DATE_ARRAY takes two dates and an interval") };
    let part = read_part(part)?;
    let (data_type, step) = (first.data_type(), step.as_primitive::<Int64Type>());
    let (first, last) = (micros(first)?, micros(last)?);
    let mut lists = Lists::default();
    for row in 0..first.len() {
        if first.is_null(row) || last.is_null(row) || step.is_null(row) {
            lists.push(None::<std::iter::Empty<i64>>)?;
            continue;
        }
        let (first, last, step) = (first.value(row), last.value(row), step.value(row));
        if step == 0 {
            return exec_err!("an array of dates takes an interval that is not 0");
        }
        let is_within = move |time: &i64| if step > 0 { *time <= last } else { *time >= last };
        let element = move |n: i64| shift(first, n.checked_mul(step)?, part);
        lists.push(Some((0..i64::MAX).map_while(element).take_while(is_within)))?;
    }
    lists.finish(|elements| times(Int64Array::from(elements), data_type))
}
