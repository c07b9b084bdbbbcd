//! `ml_split`: on which side of `SPLIT (KEY …)` a row falls.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::model::row_hash::{key_hashes, unit_interval};

/// Share of the keys on the training side.
const RATIO: f64 = 0.7;

/// The function `ml_split(seed BIGINT, key …) -> VARCHAR`: `'train'` or `'test'`.
///
/// The same as `SPLIT (SEED seed, KEY (key, …))` with its ratio of 0.7: the seeded hash of the key alone decides, so a key
/// stays on its side as the table grows. The seed is a literal.
///
/// ```sql
/// SELECT ml_split(42, customer_id), count(*) FROM orders GROUP BY 1
/// ```
pub(crate) fn ml_split() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::new_from_impl(MlSplit { signature: Signature::variadic_any(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MlSplit {
    signature: Signature,
}

/// The seed of a literal, if it is one.
fn seed(value: &ScalarValue) -> Option<u64> {
    match value.cast_to(&DataType::UInt64) {
        Ok(ScalarValue::UInt64(seed)) if value.data_type().is_integer() => seed,
        _ => None,
    }
}

impl ScalarUDFImpl for MlSplit {
    fn name(&self) -> &'static str {
        "ml_split"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        if args.arg_fields.len() < 2 {
            return plan_err!("ml_split needs a seed and at least one key: ml_split(42, customer_id)");
        }
        if args.scalar_arguments.first().copied().flatten().is_none_or(|value| seed(value).is_none()) {
            return plan_err!("the first argument of ml_split is the seed, a whole number from 0: ml_split(42, customer_id)");
        }
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some((ColumnarValue::Scalar(first), keys)) = args.args.split_first() else {
            return exec_err!("the first argument of ml_split is the seed, a whole number from 0");
        };
        let Some(seed) = seed(first) else { return exec_err!("the seed of ml_split is a whole number from 0, not {first}") };
        let scalar = keys.iter().all(|key| matches!(key, ColumnarValue::Scalar(_)));
        let n_rows = if scalar { 1 } else { args.number_rows };
        let keys = keys.iter().map(|key| key.to_array(n_rows)).collect::<Result<Vec<ArrayRef>>>()?;
        let hashes = key_hashes(&keys, n_rows, seed)?;
        let sides = hashes.into_iter().map(|hash| Some(if unit_interval(hash) >= RATIO { "test" } else { "train" }));
        let sides: ArrayRef = Arc::new(sides.collect::<StringArray>());
        Ok(if scalar { ColumnarValue::Scalar(ScalarValue::try_from_array(&sides, 0)?) } else { ColumnarValue::Array(sides) })
    }
}
