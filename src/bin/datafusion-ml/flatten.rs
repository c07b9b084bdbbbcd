//! Batches for formats that know only flat text: nested values as JSON, and for TSV the escapes it needs.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{EncoderOptions, make_encoder};

/// The batch with every nested column as JSON text and, if `escape`, every text without tabs and line ends.
pub(crate) fn flatten(batch: &RecordBatch, escape: bool) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let (fields, columns): (Vec<_>, Vec<_>) = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| {
            let mut column = if field.data_type().is_nested() { json(field, column)? } else { Arc::clone(column) };
            if escape && is_text(column.data_type()) {
                column = escaped(&column)?;
            }
            let name = if escape { escape_text(field.name()) } else { Cow::from(field.name()) };
            Ok((Field::new(name, column.data_type().clone(), true), column))
        })
        .collect::<Result<Vec<_>, ArrowError>>()?
        .into_iter()
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn json(field: &FieldRef, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let options = EncoderOptions::default().with_explicit_nulls(true);
    let mut encoder = make_encoder(field, column.as_ref(), &options)?;
    let mut texts = StringBuilder::with_capacity(column.len(), 0);
    let mut text = Vec::new();
    for row in 0..column.len() {
        if encoder.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        encoder.encode(row, &mut text);
        texts.append_value(str::from_utf8(&text).map_err(|error| ArrowError::JsonError(error.to_string()))?);
    }
    Ok(Arc::new(texts.finish()))
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, value) => is_text(value),
        DataType::RunEndEncoded(_, value) => is_text(value.data_type()),
        other => other.is_string(),
    }
}

fn escaped(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let texts = cast(column, &DataType::Utf8)?;
    Ok(Arc::new(texts.as_string::<i32>().iter().map(|text| text.map(escape_text)).collect::<StringArray>()))
}

fn escape_text(text: &str) -> Cow<'_, str> {
    if !text.contains(['\t', '\n', '\r', '\\']) {
        return Cow::from(text);
    }
    Cow::from(text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"))
}

#[cfg(test)]
mod tests {
    use super::escape_text;

    #[test]
    fn escapes() {
        assert_eq!(escape_text("plain \"text\""), "plain \"text\"");
        assert_eq!(escape_text("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e");
    }
}
