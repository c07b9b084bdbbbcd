//! BigQuery's literals that DataFusion writes in another way.

use std::fmt::Write;

use datafusion::sql::sqlparser::ast::{Value, ValueWithSpan};

use crate::error::{Error, Result};
use crate::sql::parser::unescaped_bytes;

/// `b'ab'` in hexadecimal digits.
pub(super) fn bytes(literal: &mut ValueWithSpan) -> Result<()> {
    let (Value::SingleQuotedByteStringLiteral(written)
    | Value::DoubleQuotedByteStringLiteral(written)
    | Value::TripleSingleQuotedByteStringLiteral(written)
    | Value::TripleDoubleQuotedByteStringLiteral(written)) = &literal.value
    else {
        return Ok(());
    };
    let bytes =
        unescaped_bytes(written).map_err(|escape| Error::syntax(format!("there is no escape {escape}")).at(literal.span))?;
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    literal.value = Value::HexStringLiteral(hex);
    Ok(())
}
