//! One element of a list, by its place.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// `bigquery_element(list, index, 'OFFSET')`: `list[OFFSET(index)]`, and so with `ORDINAL`, `SAFE_OFFSET` and `SAFE_ORDINAL`.
///
/// Offsets count from 0, ordinals from 1. An index outside the list is an error, or null with `SAFE_`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Element {
    signature: Signature,
}

impl Element {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// How places are counted, and what is outside.
fn read_way(way: Option<&ScalarValue>) -> Result<(i64, bool)> {
    match way.and_then(|way| way.try_as_str().flatten()) {
        Some("OFFSET") => Ok((0, false)),
        Some("ORDINAL") => Ok((1, false)),
        Some("SAFE_OFFSET") => Ok((0, true)),
        Some("SAFE_ORDINAL") => Ok((1, true)),
        _ => plan_err!("{} takes OFFSET, ORDINAL, SAFE_OFFSET or SAFE_ORDINAL", super::ELEMENT),
    }
}

impl ScalarUDFImpl for Element {
    fn name(&self) -> &'static str {
        super::ELEMENT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [list, index, _] = found else { return plan_err!("{} takes 3 arguments", super::ELEMENT) };
        if !index.is_integer() && !index.is_null() {
            return plan_err!("the index of an array is a whole number, not {index}");
        }
        let list = match list {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                DataType::List(Arc::clone(item))
            }
            other => return plan_err!("only an array has elements to be read by [OFFSET(n)], not {other}"),
        };
        Ok(vec![list, DataType::Int64, DataType::Utf8])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("the type of {} depends on its arguments", super::ELEMENT)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        match args.arg_fields {
            [list, _, _] if let DataType::List(item) = list.data_type() => {
                Ok(Arc::new(Field::new(super::ELEMENT, item.data_type().clone(), true)))
            }
            _ => plan_err!("{} takes an array, an index and how it counts", super::ELEMENT),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [list, index, ColumnarValue::Scalar(way)] = args.args.as_slice() else {
            return plan_err!("{} takes an array, an index and how it counts", super::ELEMENT);
        };
        let (first, is_safe) = read_way(Some(way))?;
        let (list, index) = (list.to_array(args.number_rows)?, index.to_array(args.number_rows)?);
        Ok(ColumnarValue::Array(elements(&list, &index, first, is_safe)?))
    }
}

fn elements(list: &ArrayRef, index: &ArrayRef, first: i64, is_safe: bool) -> Result<ArrayRef> {
    let (list, index) = (list.as_list::<i32>(), index.as_primitive::<Int64Type>());
    let mut found: Vec<Option<u64>> = Vec::with_capacity(list.len());
    for row in 0..list.len() {
        if list.is_null(row) || index.is_null(row) {
            found.push(None);
            continue;
        }
        let mut places = super::places(list.value_offsets(), row);
        let n_elements = places.len();
        let place = index.value(row).checked_sub(first).and_then(|skipped| usize::try_from(skipped).ok());
        let place = place.and_then(|skipped| places.nth(skipped)).and_then(|place| u64::try_from(place).ok());
        if place.is_none() && !is_safe {
            let (index, way) = (index.value(row), if first == 0 { "OFFSET" } else { "ORDINAL" });
            return exec_err!(
                "the array has {n_elements} elements, so [{way}({index})] is outside it; [SAFE_{way}(...)] is null there"
            );
        }
        found.push(place);
    }
    Ok(take(list.values(), &UInt64Array::from(found), None)?)
}
