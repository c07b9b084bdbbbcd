//! One element of a list of structs, by one of its fields.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use datafusion::arrow::compute::{cast, kernels::cmp::eq, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};

/// `bigquery_lookup(list, 'key', wanted, 'field')`: the field of the only element whose key is what is wanted; null if there is none.
/// That is `(SELECT field FROM UNNEST(list) WHERE key = wanted)`, where more than one is an error too.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Lookup {
    signature: Signature,
}

impl Lookup {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The fields of a list's elements.
fn fields(list: &DataType) -> Result<&Fields> {
    match list {
        DataType::List(item) => match item.data_type() {
            DataType::Struct(fields) => Ok(fields),
            other => plan_err!("the elements of the array are {other} and have no fields"),
        },
        other => plan_err!("UNNEST takes an array, not {other}"),
    }
}

fn find<'a>(fields: &'a Fields, name: &str) -> Result<(usize, &'a FieldRef)> {
    if let Some(found) = fields.iter().enumerate().find(|(_, field)| field.name().eq_ignore_ascii_case(name)) {
        return Ok(found);
    }
    let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
    plan_err!("the elements of the array have no field {name}; they have {}", names.join(", "))
}

fn name(value: Option<&ScalarValue>) -> Result<&str> {
    let name = value.and_then(|value| value.try_as_str().flatten());
    name.map_or_else(|| plan_err!("{} takes the names of two fields", super::LOOKUP), Ok)
}

impl ScalarUDFImpl for Lookup {
    fn name(&self) -> &'static str {
        super::LOOKUP
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [list, _, wanted, _] = found else { return plan_err!("{} takes 4 arguments", super::LOOKUP) };
        Ok(vec![list.clone(), DataType::Utf8, wanted.clone(), DataType::Utf8])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("the type of {} depends on its arguments", super::LOOKUP)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let [list, _, wanted, _] = args.arg_fields else { return plan_err!("{} takes 4 arguments", super::LOOKUP) };
        let constant = |place: usize| args.scalar_arguments.get(place).copied().flatten();
        let fields = fields(list.data_type())?;
        let (_, key) = find(fields, name(constant(1))?)?;
        if comparable(key.data_type(), wanted.data_type()).is_none() {
            return plan_err!("{} is {} and cannot be compared with {}", key.name(), key.data_type(), wanted.data_type());
        }
        let (_, field) = find(fields, name(constant(3))?)?;
        Ok(Arc::new(Field::new(super::LOOKUP, field.data_type().clone(), true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [list, key, wanted, field] = args.args.as_slice() else { return plan_err!("{} takes 4 arguments", super::LOOKUP) };
        let (ColumnarValue::Scalar(key), ColumnarValue::Scalar(field)) = (key, field) else {
            return plan_err!("{} takes the names of two fields", super::LOOKUP);
        };
        let list = list.to_array(args.number_rows)?;
        let wanted = wanted.to_array(args.number_rows)?;
        let fields = fields(list.data_type())?;
        let (key, field) = (find(fields, name(Some(key))?)?.0, find(fields, name(Some(field))?)?.0);
        Ok(ColumnarValue::Array(look_up(&list, key, &wanted, field)?))
    }
}

/// The type that two values are compared in: truth values, texts and numbers are compared with their own kind only.
fn comparable(a: &DataType, b: &DataType) -> Option<DataType> {
    let kinds = |found: &DataType| (found.is_string(), matches!(found, DataType::Boolean));
    if b.is_null() {
        return Some(a.clone());
    }
    if kinds(a) == kinds(b) { comparison_coercion(a, b) } else { None }
}

fn look_up(list: &ArrayRef, key: usize, wanted: &ArrayRef, field: usize) -> Result<ArrayRef> {
    let list = list.as_list::<i32>();
    let elements = list.values().as_struct();
    let mut rows: Vec<Option<u64>> = vec![None; elements.len()];
    for row in (0..list.len()).filter(|row| !list.is_null(*row)) {
        for place in super::places(list.value_offsets(), row) {
            if let Some(of_element) = rows.get_mut(place) {
                *of_element = u64::try_from(row).ok();
            }
        }
    }
    let keys = elements.column(key);
    let Some(compared) = comparable(keys.data_type(), wanted.data_type()) else {
        return exec_err!("{} cannot be compared with {}", keys.data_type(), wanted.data_type());
    };
    let wanted = take(&cast(wanted, &compared)?, &UInt64Array::from(rows), None)?;
    let is_it = eq(&cast(keys, &compared)?, &wanted)?;
    let mut found: Vec<Option<u64>> = Vec::with_capacity(list.len());
    for row in 0..list.len() {
        let places = if list.is_null(row) { 0..0 } else { super::places(list.value_offsets(), row) };
        let mut those = places.filter(|place| !elements.is_null(*place) && !is_it.is_null(*place) && is_it.value(*place));
        let first = those.next();
        if those.next().is_some() {
            return exec_err!("a query in the place of a value found more than one element of an array");
        }
        found.push(first.and_then(|place| u64::try_from(place).ok()));
    }
    Ok(take(elements.column(field), &UInt64Array::from(found), None)?)
}
