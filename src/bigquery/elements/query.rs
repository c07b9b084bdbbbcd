//! A query over elements, as it stands in a plan until it is written out.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

use super::list_of;

/// What a query in the place of an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `(SELECT ...)`.
    Value,
    /// `ARRAY(SELECT ...)`.
    Array,
    /// `EXISTS (SELECT ...)`.
    Exists,
    /// `x IN (SELECT ...)`.
    In,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Value, Self::Array, Self::Exists, Self::In];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Array => "array",
            Self::Exists => "exists",
            Self::In => "in",
        }
    }

    pub(crate) fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// `bigquery_elements(kind, line, column, query [, x])`: a place for a query over the array of an outer row. The planner resolves its
/// names and types; then an expression takes its place. It is never run.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Query {
    signature: Signature,
}

impl Query {
    pub(crate) const NAME: &'static str = "bigquery_elements";

    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Query {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        Ok(found.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("the type of {} depends on its arguments", Self::NAME)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let kind = args.scalar_arguments.first().copied().flatten().and_then(|kind| kind.try_as_str().flatten());
        let value = args.arg_fields.get(3).map(|field| field.data_type().clone());
        let data_type = match (kind.and_then(Kind::read), value) {
            (Some(Kind::Value), Some(value)) => value,
            (Some(Kind::Array), Some(value)) => list_of(value),
            (Some(Kind::Exists | Kind::In), Some(_)) => DataType::Boolean,
            _ => return plan_err!("{} takes a query", Self::NAME),
        };
        Ok(Arc::new(Field::new(Self::NAME, data_type, true)))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        exec_err!("{} is no function of its own", Self::NAME)
    }
}
