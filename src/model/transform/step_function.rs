//! What was learned, as a function that expressions call.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use crate::preprocess::Learned;

/// A function of one argument.
#[derive(Debug)]
pub(super) struct StepFunction {
    name: String,
    learned: Arc<Learned>,
    signature: Signature,
}

impl StepFunction {
    pub(super) fn new(name: &str, learned: Learned) -> Self {
        let signature = Signature::any(1, Volatility::Immutable);
        Self { name: name.to_owned(), learned: Arc::new(learned), signature }
    }
}

impl ScalarUDFImpl for StepFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.learned.result_type())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [argument] = args.args.as_slice() else { return plan_err!("{} takes 1 argument", self.name) };
        let is_scalar = matches!(argument, ColumnarValue::Scalar(_));
        let array = argument.to_array(if is_scalar { 1 } else { args.number_rows })?;
        let result = self.learned.apply(&cast(&array, &self.learned.input_type())?)?;
        Ok(if is_scalar { ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?) } else { ColumnarValue::Array(result) })
    }
}

// Steps are the same if they are the same step of the same transform.
impl PartialEq for StepFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.learned, &other.learned)
    }
}

impl Eq for StepFunction {}

impl Hash for StepFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
