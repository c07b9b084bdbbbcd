//! Names and types of the fields of `STRUCT(...)`.

use datafusion::sql::sqlparser::ast::{Array, ArrayElemTypeDef, DataType, Expr, Ident, Spanned as _, StructField};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{cast, null};
use super::calls::plain_arguments;
use super::types;
use crate::error::{Error, Result};
use crate::sql::parser::TYPED_ARRAY;

/// `STRUCT(column, x)`: a field that is a column goes by the column's name.
pub(super) fn name_fields(values: &mut [Expr]) {
    for value in values {
        let name = match value {
            Expr::Identifier(column) => Some(column.clone()),
            Expr::CompoundIdentifier(parts) => parts.last().cloned(),
            _ => None,
        };
        if let Some(name) = name {
            called(value, name);
        }
    }
}

/// `STRUCT<a INT64, b STRING>(1, 'x')` as `STRUCT(CAST(1 AS INT64) AS a, ...)`.
pub(super) fn cast_fields(values: &mut [Expr], fields: &mut Vec<StructField>) -> Result<()> {
    check_count(values, fields.len(), "its type has")?;
    for (value, field) in values.iter_mut().zip(fields.drain(..)) {
        let mut data_type = field.field_type;
        types::translate(&mut data_type).map_err(|error| error.at(value.span()))?;
        *value = cast(std::mem::replace(value, null()), data_type);
        if let Some(name) = field.field_name {
            called(value, name);
        }
    }
    Ok(())
}

/// `[STRUCT(1 AS a, 'x' AS b), STRUCT(2, 'y'), (3, 'z')]`: all have the names of the first.
pub(super) fn name_like_first(array: &mut Array) -> Result<()> {
    let Some((Expr::Struct { values, fields }, others)) = array.elem.split_first_mut() else { return Ok(()) };
    let name = |value: &Expr| match value {
        Expr::Named { name, .. } => Some(name.clone()),
        _ => None,
    };
    let names: Vec<Option<Ident>> = values.iter().map(name).collect();
    let types = fields.clone();
    if types.is_empty() && names.iter().all(Option::is_none) {
        return Ok(());
    }
    for other in others {
        if let Expr::Tuple(values) = other {
            *other = Expr::Struct { values: std::mem::take(values), fields: Vec::new() };
        }
        let Expr::Struct { values, fields } = other else { continue };
        check_count(values, names.len(), "the first of the array has")?;
        if fields.is_empty() && values.iter().all(|value| !matches!(value, Expr::Named { .. })) {
            fields.clone_from(&types);
        }
        for (value, name) in values.iter_mut().zip(&names) {
            if let (false, Some(name)) = (matches!(value, Expr::Named { .. }), name) {
                called(value, name.clone());
            }
        }
    }
    Ok(())
}

/// `ARRAY<STRUCT<a INT64>>[(1), ...]`, as the parser hands it on: every element gets the type.
pub(super) fn type_array(expr: &mut Expr) {
    let Expr::Function(function) = &*expr else { return };
    if function.name.to_string() != TYPED_ARRAY {
        return;
    }
    let arguments = plain_arguments(function).unwrap_or_default();
    let [Expr::Struct { fields, .. }, Expr::Array(array)] = arguments.as_slice() else { return };
    let Some(data_type) = fields.first().map(|field| field.field_type.clone()) else { return };
    if array.elem.is_empty() {
        *expr = cast(Expr::Array(array.clone()), DataType::Array(ArrayElemTypeDef::AngleBracket(Box::new(data_type))));
        return;
    }
    let mut array = array.clone();
    for element in &mut array.elem {
        let taken = std::mem::replace(element, null());
        *element = match (&data_type, taken) {
            (DataType::Struct(fields, _), Expr::Tuple(values) | Expr::Struct { values, .. }) => {
                Expr::Struct { values, fields: fields.clone() }
            }
            (DataType::Struct(fields, _), Expr::Nested(value)) => Expr::Struct { values: vec![*value], fields: fields.clone() },
            (_, value) => cast(value, data_type.clone()),
        };
    }
    *expr = Expr::Array(array);
}

fn check_count(values: &[Expr], expected: usize, whose: &str) -> Result<()> {
    if values.len() == expected {
        return Ok(());
    }
    // A struct has no place of its own.
    let place = values.iter().map(Expr::span).reduce(|all, value| all.union(&value)).unwrap_or(Span::empty());
    let values = if values.len() == 1 { "1 value".to_owned() } else { format!("{} values", values.len()) };
    Err(Error::statement(format!("a STRUCT has {values}, and {whose} {expected}")).at(place))
}

fn called(value: &mut Expr, name: Ident) {
    *value = Expr::Named { expr: Box::new(std::mem::replace(value, null())), name };
}
