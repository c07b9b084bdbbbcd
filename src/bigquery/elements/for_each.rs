//! An expression for each element of a list.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, RecordBatchOptions, UInt64Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{cast, filter, prep_null_mask_filter, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use datafusion::physical_expr::PhysicalExpr;

use super::{Elements, list_of};

/// What becomes of the values of the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    /// They are the elements of the new list.
    Take,
    /// The new list has the elements where it is true.
    Choose,
}

/// `for each(list, columns...)`: an expression of the element and of columns of the row that has the list.
///
/// DataFusion's functions with lambdas do the same, but the physical plan of 55 loses track of a lambda's variable where an
/// optimiser's rule changes which columns its input has.
pub(crate) struct ForEach {
    name: String,
    /// The element, and the columns of the row.
    variables: Vec<FieldRef>,
    /// The expression, as it is known by.
    expr: Expr,
    /// The same, as it is run.
    physical: Arc<dyn PhysicalExpr>,
    value: DataType,
    how: Use,
    signature: Signature,
}

impl ForEach {
    /// `variables` are the element and the columns that the expression is made of, in the order of its schema.
    pub(crate) fn new(variables: Vec<FieldRef>, expr: Expr, physical: Arc<dyn PhysicalExpr>, how: Use) -> Result<Self> {
        let value = physical.data_type(&Schema::new(variables.clone()))?;
        let name = match how {
            Use::Take => format!("each[{expr}]"),
            Use::Choose => format!("where[{expr}]"),
        };
        let volatility = if expr.is_volatile() { Volatility::Volatile } else { Volatility::Immutable };
        let signature = Signature::user_defined(volatility);
        Ok(Self { name, variables, expr, physical, value, how, signature })
    }

    fn types(&self) -> Vec<DataType> {
        let place = |(place, field): (usize, &FieldRef)| {
            if place == 0 { list_of(field.data_type().clone()) } else { field.data_type().clone() }
        };
        self.variables.iter().enumerate().map(place).collect()
    }

    fn evaluate(&self, list: &ArrayRef, columns: &[ArrayRef]) -> Result<ArrayRef> {
        let elements = Elements::of(list)?;
        let rows = (0_u64..).zip(&elements.lengths).flat_map(|(row, length)| std::iter::repeat_n(row, *length));
        let rows = UInt64Array::from_iter_values(rows);
        let n_elements = elements.values.len();
        let mut arrays = vec![Arc::clone(&elements.values)];
        for column in columns {
            arrays.push(take(column, &rows, None)?);
        }
        let field = |(array, variable): (&ArrayRef, &FieldRef)| Field::new(variable.name(), array.data_type().clone(), true);
        let schema = Schema::new(arrays.iter().zip(&self.variables).map(field).collect::<Vec<_>>());
        let options = RecordBatchOptions::new().with_row_count(Some(n_elements));
        let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)?;
        let values = self.physical.evaluate(&batch)?.into_array(n_elements)?;
        let (lengths, values) = match self.how {
            Use::Take => (elements.lengths, values),
            Use::Choose => {
                let values = cast(&values, &DataType::Boolean)?;
                let Some(chosen) = values.as_boolean_opt() else { return exec_err!("a condition is not true or false") };
                let chosen = if chosen.null_count() > 0 { prep_null_mask_filter(chosen) } else { chosen.clone() };
                let mut first = 0;
                let mut lengths = Vec::with_capacity(elements.lengths.len());
                for length in elements.lengths {
                    lengths.push(chosen.slice(first, length).true_count());
                    first += length;
                }
                (lengths, filter(&elements.values, &chosen)?)
            }
        };
        let field = Field::new_list_field(values.data_type().clone(), true);
        let nulls = list.as_list_opt::<i32>().and_then(|list| list.nulls().cloned());
        Ok(Arc::new(ListArray::try_new(Arc::new(field), OffsetBuffer::from_lengths(lengths), values, nulls)?))
    }
}

impl fmt::Debug for ForEach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForEach").field("name", &self.name).finish_non_exhaustive()
    }
}

impl PartialEq for ForEach {
    fn eq(&self, other: &Self) -> bool {
        self.how == other.how && self.variables == other.variables && self.expr == other.expr
    }
}

impl Eq for ForEach {}

impl Hash for ForEach {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.how, &self.expr).hash(state);
    }
}

impl ScalarUDFImpl for ForEach {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        if found.len() == self.variables.len() { Ok(self.types()) } else { plan_err!("{} has other arguments", self.name) }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match (self.how, self.variables.first()) {
            (Use::Choose, Some(element)) => list_of(element.data_type().clone()),
            _ => list_of(self.value.clone()),
        })
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let is_nullable = args.arg_fields.first().is_none_or(|list| list.is_nullable());
        Ok(Arc::new(Field::new("list", self.return_type(&[])?, is_nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|array| array.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let [list, columns @ ..] = arrays.as_slice() else { return exec_err!("{} takes an array", self.name) };
        Ok(ColumnarValue::Array(self.evaluate(list, columns)?))
    }
}
