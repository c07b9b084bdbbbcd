//! `ml_assert`: stops a query that finds what must not be.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::compile::rows;

/// The function `ml_assert(condition BOOLEAN, message VARCHAR) -> BOOLEAN`.
///
/// True for every row; a row whose condition is false or null ends the query with the message of the first such row and
/// the number of such rows in its batch. It is volatile: the optimiser neither computes it beforehand nor merges two
/// of them. A call whose result nobody asks for is still left out, as any column is: put it into the outermost `SELECT`, or
/// into `WHERE`.
///
/// ```sql
/// SELECT ml_assert(f1_score > 0.6, 'churn has become worse') FROM ml_evaluate('churn')
/// ```
pub(crate) fn ml_assert() -> Arc<ScalarUDF> {
    let mut signature = Signature::exact(vec![DataType::Boolean, DataType::Utf8], Volatility::Volatile);
    signature.parameter_names = Some(vec!["condition".into(), "message".into()]);
    Arc::new(ScalarUDF::new_from_impl(MlAssert { signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MlAssert {
    signature: Signature,
}

impl ScalarUDFImpl for MlAssert {
    fn name(&self) -> &'static str {
        "ml_assert"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), DataType::Boolean, false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [condition, message] = arrays.as_slice() else {
            return exec_err!("ml_assert takes 2 arguments, not {}", arrays.len());
        };
        // The signature has the planner cast to these types; a plan that was made by hand may not.
        let (Some(condition), Some(message)) = (condition.as_boolean_opt(), message.as_string_opt::<i32>()) else {
            return exec_err!("ml_assert takes a BOOLEAN and a VARCHAR");
        };
        let holds = |row: usize| condition.is_valid(row) && condition.value(row);
        let n_rows = condition.len().min(args.number_rows);
        let mut failing = (0..n_rows).filter(|row| !holds(*row));
        match failing.next() {
            None => Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true)))),
            Some(first) => {
                let message = if message.is_valid(first) { message.value(first) } else { "the condition does not hold" };
                exec_err!("ml_assert failed in {}: {message}", rows(1 + failing.count()))
            }
        }
    }
}
