//! An aggregate function over the elements of each list.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    AggregateUDF, ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};

use super::{Elements, item, list_of};

/// Any aggregate function, with an array in the place of each column: `(SELECT AVG(x) FROM UNNEST(list) AS x)`. No elements give
/// what no rows give.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct OfElements {
    aggregate: Arc<AggregateUDF>,
    /// The aggregate's arguments: constants, and the arrays in their order where there is none.
    constants: Vec<Option<ScalarValue>>,
    name: String,
    signature: Signature,
}

impl OfElements {
    pub(crate) fn new(aggregate: Arc<AggregateUDF>, constants: Vec<Option<ScalarValue>>) -> Self {
        let name = format!("{}_of_elements", aggregate.name());
        Self { aggregate, constants, name, signature: Signature::user_defined(Volatility::Immutable) }
    }

    /// The aggregate's arguments, as it takes them.
    fn arguments(&self, lists: &[DataType]) -> Result<Vec<FieldRef>> {
        let mut lists = lists.iter();
        let mut found = Vec::with_capacity(self.constants.len());
        for constant in &self.constants {
            let data_type = match constant {
                Some(constant) => constant.data_type(),
                None => match lists.next() {
                    Some(list) => item(list)?.clone(),
                    None => return exec_err!("{} has too few arguments", self.name),
                },
            };
            found.push(Arc::new(Field::new("element", data_type, true)));
        }
        fields_with_udf(&found, self.aggregate.as_ref())
    }

    fn evaluate(&self, lists: &[ArrayRef], result: &FieldRef, n_rows: usize) -> Result<ArrayRef> {
        let types: Vec<DataType> = lists.iter().map(|list| list.data_type().clone()).collect();
        let fields = self.arguments(&types)?;
        let lists = lists.iter().map(Elements::of).collect::<Result<Vec<_>>>()?;
        let schema = Schema::new(fields.clone());
        let mut exprs: Vec<Arc<dyn PhysicalExpr>> = Vec::with_capacity(fields.len());
        for (place, (constant, field)) in self.constants.iter().zip(&fields).enumerate() {
            exprs.push(match constant {
                Some(constant) => Arc::new(Literal::new(constant.cast_to(field.data_type())?)),
                None => Arc::new(Column::new(field.name(), place)),
            });
        }
        let mut firsts = vec![0; lists.len()];
        let mut values = Vec::with_capacity(n_rows);
        for row in 0..n_rows {
            let mut lengths = lists.iter().map(|list| list.lengths.get(row).copied().unwrap_or_default());
            let length = lengths.next().unwrap_or_default();
            if lengths.any(|other| other != length) {
                return exec_err!("{} has arrays of several lengths", self.name);
            }
            let mut elements = lists.iter().zip(&firsts).map(|(list, first)| list.values.slice(*first, length));
            let mut columns = Vec::with_capacity(fields.len());
            for (constant, field) in self.constants.iter().zip(&fields) {
                columns.extend(match constant {
                    Some(constant) => Some(constant.cast_to(field.data_type())?.to_array_of_size(length)?),
                    None => elements.next(),
                });
            }
            let mut accumulator = self.aggregate.accumulator(AccumulatorArgs {
                return_field: Arc::clone(result),
                schema: &schema,
                ignore_nulls: false,
                order_bys: &[],
                is_reversed: false,
                name: &self.name,
                is_distinct: false,
                exprs: &exprs,
                expr_fields: &fields,
            })?;
            accumulator.update_batch(&columns)?;
            values.push(accumulator.evaluate()?);
            firsts.iter_mut().for_each(|first| *first += length);
        }
        if values.is_empty() {
            return Ok(new_empty_array(result.data_type()));
        }
        ScalarValue::iter_to_array(values)
    }
}

impl ScalarUDFImpl for OfElements {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let arguments = self.arguments(found)?;
        let of_arrays = self.constants.iter().zip(arguments).filter(|(constant, _)| constant.is_none());
        Ok(of_arrays.map(|(_, field)| list_of(field.data_type().clone())).collect())
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        Ok(self.aggregate.return_field(&self.arguments(found)?)?.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let found: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(&self.name, self.return_type(&found)?, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let lists = args.args.iter().map(|list| list.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        Ok(ColumnarValue::Array(self.evaluate(&lists, &args.return_field, args.number_rows)?))
    }
}
