//! The elements of a list in the order of keys.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt64Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::sync::Arc;

use super::{Elements, item, list_of};

/// `bigquery_sorted(list, keys, ...)`: the elements in the order of the keys, each an array as long as the list. Elements of equal
/// keys keep their order.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sorted {
    /// Whether each key descends, and whether its nulls come first.
    orders: Vec<(bool, bool)>,
    signature: Signature,
}

impl Sorted {
    pub(crate) fn new(orders: Vec<(bool, bool)>) -> Self {
        Self { orders, signature: Signature::user_defined(Volatility::Immutable) }
    }

    fn sorted(&self, list: &ArrayRef, keys: &[ArrayRef]) -> Result<ArrayRef> {
        let elements = Elements::of(list)?;
        let numbered = |rows: Vec<u64>| SortColumn { values: Arc::new(UInt64Array::from(rows)), options: None };
        let rows = (0_u64..).zip(&elements.lengths).flat_map(|(row, length)| std::iter::repeat_n(row, *length));
        let mut columns = vec![numbered(rows.collect())];
        for (key, (descending, nulls_first)) in keys.iter().zip(&self.orders) {
            let key = Elements::of(key)?;
            if key.lengths != elements.lengths {
                return exec_err!("{} has a key that is not as long as its array", self.name());
            }
            let options = SortOptions { descending: *descending, nulls_first: *nulls_first };
            columns.push(SortColumn { values: key.values, options: Some(options) });
        }
        columns.push(numbered((0..).take(elements.values.len()).collect()));
        let values = take(&elements.values, &lexsort_to_indices(&columns, None)?, None)?;
        let field = Field::new_list_field(values.data_type().clone(), true);
        let offsets = OffsetBuffer::from_lengths(elements.lengths);
        let nulls = list.as_list_opt::<i32>().and_then(|list| list.nulls().cloned());
        Ok(Arc::new(ListArray::try_new(Arc::new(field), offsets, values, nulls)?))
    }
}

impl ScalarUDFImpl for Sorted {
    fn name(&self) -> &'static str {
        "bigquery_sorted"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        found.iter().map(|list| Ok(list_of(item(list)?.clone()))).collect()
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        let [list, ..] = found else { return plan_err!("{} takes an array and its keys", self.name()) };
        Ok(list_of(item(list)?.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|array| array.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let [list, keys @ ..] = arrays.as_slice() else {
            return exec_err!("{} takes an array and its keys", self.name());
        };
        Ok(ColumnarValue::Array(self.sorted(list, keys)?))
    }
}
