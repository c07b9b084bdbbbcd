//! BigQuery's types as DataFusion's.

use datafusion::sql::sqlparser::ast::{ArrayElemTypeDef, CreateTableOptions, DataType, ExactNumberInfo, Spanned as _, Statement};

use super::dates;
use crate::error::{Error, Result};

/// All of BigQuery's integers are `INT64`.
pub(super) fn is_integer(data_type: &DataType) -> bool {
    let written = data_type.to_string().to_uppercase();
    ["INT64", "INT", "INTEGER", "SMALLINT", "BIGINT", "TINYINT", "BYTEINT"].contains(&written.as_str())
}

/// Translates a type, with the types in it. An error has no place: types have none.
pub(super) fn translate(data_type: &mut DataType) -> Result<()> {
    let translated = match data_type {
        DataType::Float64 => DataType::DoublePrecision,
        DataType::Bytes(_) => DataType::Bytea,
        DataType::Bool => DataType::Boolean,
        DataType::Datetime(_) => dates::datetime(),
        DataType::Numeric(ExactNumberInfo::None) | DataType::Decimal(ExactNumberInfo::None) => {
            DataType::Numeric(ExactNumberInfo::PrecisionAndScale(38, 9))
        }
        DataType::Array(ArrayElemTypeDef::AngleBracket(inner)) => {
            let mut inner = inner.as_ref().clone();
            translate(&mut inner)?;
            DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(inner), None))
        }
        DataType::Struct(fields, _) => {
            return fields.iter_mut().try_for_each(|field| translate(&mut field.field_type));
        }
        DataType::BigNumeric(_) | DataType::BigDecimal(_) => {
            let error = Error::unsupported(format!("the type {data_type}"));
            return Err(error.with_hint("NUMERIC has 29 digits before the point and 9 behind it"));
        }
        DataType::JSON => {
            let error = Error::unsupported("the type JSON");
            return Err(error.with_hint("JSON_VALUE and JSON_QUERY read JSON in STRING"));
        }
        DataType::Custom(name, _) => {
            let error = Error::unsupported(format!("the type {name}"));
            return Err(error.with_hint(
                "there are INT64, FLOAT64, NUMERIC, BOOL, STRING, BYTES, DATE, DATETIME, TIMESTAMP, TIME, ARRAY<...> and STRUCT<...>",
            ));
        }
        _ if is_integer(data_type) => DataType::BigInt(None),
        _ => return Ok(()),
    };
    *data_type = translated;
    Ok(())
}

/// The types of a new table's columns; a temporary table is one of the session, which all tables in memory are. What is no statement
/// of this language is an error.
pub(super) fn of_statement(statement: &mut Statement) -> Result<()> {
    match statement {
        Statement::CreateTable(table) => {
            // How BigQuery stores rows does not change what they are.
            (table.temporary, table.partition_by, table.cluster_by) = (false, None, None);
            if table.table_options != CreateTableOptions::None {
                let error = Error::unsupported("OPTIONS of a table").at(table.name.span());
                return Err(error.with_hint("leave them out: tables of the session have none"));
            }
            table
                .columns
                .iter_mut()
                .try_for_each(|column| translate(&mut column.data_type).map_err(|error| error.at(column.name.span)))
        }
        Statement::CreateFunction(function) => {
            let error = Error::unsupported("CREATE FUNCTION").at(function.name.span());
            Err(error.with_hint("write the expression where the function is called; programs register functions in the session"))
        }
        _ => Ok(()),
    }
}
