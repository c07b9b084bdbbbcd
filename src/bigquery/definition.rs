//! What a function of rows is made of, and how DataFusion calls it.

use std::hash::{Hash, Hasher};

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// A function of rows.
#[derive(Debug)]
pub(super) struct Definition {
    pub name: &'static str,
    /// What it takes, for the error where the types do not fit.
    pub takes: &'static str,
    /// How many of the first arguments come from the translation, not from the user.
    pub ours: usize,
    /// The types that arguments are cast to; `None` if they do not fit.
    pub types: fn(&[DataType]) -> Option<Vec<DataType>>,
    /// The type of the result, of arguments of those types.
    pub result: fn(&[DataType]) -> DataType,
    pub evaluate: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

/// A definition as DataFusion knows it.
#[derive(Debug)]
pub(super) struct RowFunction {
    definition: &'static Definition,
    signature: Signature,
}

impl RowFunction {
    pub(super) fn new(definition: &'static Definition) -> Self {
        Self { definition, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// A type as BigQuery calls it.
fn written(found: &DataType) -> String {
    match found {
        DataType::Null => "NULL".into(),
        DataType::Boolean => "BOOL".into(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "STRING".into(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "BYTES".into(),
        DataType::Date32 | DataType::Date64 => "DATE".into(),
        DataType::Time32(_) | DataType::Time64(_) => "TIME".into(),
        DataType::Timestamp(_, None) => "DATETIME".into(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP".into(),
        DataType::List(item) | DataType::LargeList(item) => format!("ARRAY<{}>", written(item.data_type())),
        DataType::Struct(_) => "STRUCT".into(),
        other if other.is_integer() => "INT64".into(),
        other if other.is_floating() => "FLOAT64".into(),
        other if other.is_numeric() => "NUMERIC".into(),
        other => other.to_string(),
    }
}

impl PartialEq for RowFunction {
    fn eq(&self, other: &Self) -> bool {
        self.definition.name == other.definition.name
    }
}

impl Eq for RowFunction {}

impl Hash for RowFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.definition.name.hash(state);
    }
}

impl ScalarUDFImpl for RowFunction {
    fn name(&self) -> &str {
        self.definition.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        if let Some(types) = (self.definition.types)(found) {
            return Ok(types);
        }
        let found = found.iter().skip(self.definition.ours).map(written).collect::<Vec<_>>().join(", ");
        plan_err!("{}, not {found}", self.definition.takes)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok((self.definition.result)(types))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let n_rows = if is_scalar { 1 } else { args.number_rows };
        if n_rows == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(args.return_field.data_type())));
        }
        let arrays = args.args.iter().map(|argument| argument.to_array(n_rows)).collect::<Result<Vec<_>>>()?;
        let values = (self.definition.evaluate)(&arrays)?;
        Ok(if is_scalar { ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?) } else { ColumnarValue::Array(values) })
    }
}
