//! The only element of a list.

use datafusion::arrow::array::UInt64Array;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::{Elements, item, list_of};

/// `bigquery_only(list)`: the only element, null if there is none; more than one is an error, as of a query for one value.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Only {
    signature: Signature,
}

impl Only {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Only {
    fn name(&self) -> &'static str {
        "bigquery_only"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        found.iter().map(|list| Ok(list_of(item(list)?.clone()))).collect()
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        let [list] = found else { return plan_err!("{} takes an array", self.name()) };
        item(list).cloned()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [list] = args.args.as_slice() else { return exec_err!("{} takes an array", self.name()) };
        let elements = Elements::of(&list.to_array(args.number_rows)?)?;
        let mut first = 0;
        let mut found = Vec::with_capacity(elements.lengths.len());
        for length in elements.lengths {
            if length > 1 {
                return exec_err!("a query in the place of a value found more than one element of an array");
            }
            found.push((length == 1).then_some(first));
            first += u64::from(length == 1);
        }
        Ok(ColumnarValue::Array(take(&elements.values, &UInt64Array::from(found), None)?))
    }
}
