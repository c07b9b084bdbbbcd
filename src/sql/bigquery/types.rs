//! BigQuery's types as DataFusion's.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CreateTableOptions, DataType, ExactNumberInfo, Expr, Spanned as _, Statement, VisitMut,
    VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::cast;
use super::dates;
use crate::error::{Error, Result};

/// All of BigQuery's integers are `INT64`.
pub(super) fn is_integer(data_type: &DataType) -> bool {
    let written = data_type.to_string().to_uppercase();
    ["INT64", "INT", "INTEGER", "SMALLINT", "BIGINT", "TINYINT", "BYTEINT"].contains(&written.as_str())
}

/// Translates a type that stands at a place, with the types in it.
pub(super) fn translate(data_type: &mut DataType, place: Span) -> Result<()> {
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
            translate(&mut inner, place)?;
            DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(inner), None))
        }
        DataType::Struct(fields, _) => {
            return fields.iter_mut().try_for_each(|field| translate(&mut field.field_type, place));
        }
        DataType::BigNumeric(_) | DataType::BigDecimal(_) => {
            let error = Error::unsupported(format!("the type {data_type}")).at(place);
            return Err(error.with_hint("NUMERIC has 29 digits before the point and 9 behind it"));
        }
        DataType::JSON => {
            let error = Error::unsupported("the type JSON").at(place);
            return Err(error.with_hint("JSON_VALUE and JSON_QUERY read JSON in STRING"));
        }
        DataType::Custom(name, _) => {
            let error = Error::unsupported(format!("the type {name}")).at(place);
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

/// Writes `ARRAY<INT64>[1, 2]`, which the host's parser takes for two comparisons, as arrays that are cast.
pub(super) fn write_arrays<V: VisitMut>(query: &mut V) -> Result<()> {
    match query.visit(&mut Arrays) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Arrays;

impl VisitorMut for Arrays {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match typed_array(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

fn typed_array(expr: &mut Expr) -> Result<()> {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(()) };
    if *op == BinaryOperator::Lt
        && let Expr::Identifier(name) = left.as_ref()
        && name.quote_style.is_none()
        && name.value.eq_ignore_ascii_case("array")
    {
        let error = Error::unsupported("ARRAY<...> before anything but an array in brackets").at(name.span);
        return Err(error.with_hint("for example ARRAY<INT64>[1, 2]"));
    }
    let (BinaryOperator::Gt, Expr::BinaryOp { left: word, op: BinaryOperator::Lt, right: item }, Expr::Array(_)) =
        (&*op, left.as_ref(), right.as_ref())
    else {
        return Ok(());
    };
    let (Expr::Identifier(word), Expr::Identifier(item)) = (word.as_ref(), item.as_ref()) else { return Ok(()) };
    if word.quote_style.is_some() || !word.value.eq_ignore_ascii_case("array") {
        return Ok(());
    }
    let item = match item.value.to_uppercase().as_str() {
        "FLOAT64" => DataType::Float64,
        "NUMERIC" => DataType::Numeric(ExactNumberInfo::None),
        "BOOL" => DataType::Bool,
        "STRING" => DataType::String(None),
        "DATE" => DataType::Date,
        "INT64" => DataType::BigInt(None),
        other => {
            let error = Error::unsupported(format!("ARRAY<{other}>[...]")).at(item.span);
            return Err(error.with_hint(
                "there are ARRAY<INT64>, FLOAT64, NUMERIC, BOOL, STRING and DATE; [...] takes the type of its elements",
            ));
        }
    };
    let data_type = DataType::Array(ArrayElemTypeDef::AngleBracket(Box::new(item)));
    *expr = cast(right.as_ref().clone(), data_type);
    Ok(())
}

/// The types of a new table's columns; a temporary table is one of the session, which all tables in memory are. What is no statement
/// of this language is an error.
pub(super) fn of_statement(statement: &mut Statement) -> Result<()> {
    let place = statement.span();
    match statement {
        Statement::CreateTable(table) => {
            // How BigQuery stores rows does not change what they are.
            (table.temporary, table.partition_by, table.cluster_by) = (false, None, None);
            if table.table_options != CreateTableOptions::None {
                let error = Error::unsupported("OPTIONS of a table").at(table.name.span());
                return Err(error.with_hint("leave them out: tables of the session have none"));
            }
            table.columns.iter_mut().try_for_each(|column| translate(&mut column.data_type, column.name.span))
        }
        Statement::CreateFunction(function) => {
            let error = Error::unsupported("CREATE FUNCTION").at(function.name.span());
            Err(error.with_hint("write the expression where the function is called; programs register functions in the session"))
        }
        Statement::Declare { stmts } => {
            let name = stmts.iter().flat_map(|declared| &declared.names).next();
            let error = Error::unsupported("DECLARE").at(name.map_or(place, |name| name.span));
            Err(error.with_hint("write the value where the variable is used, or pass it as a parameter ($1)"))
        }
        _ => Ok(()),
    }
}
