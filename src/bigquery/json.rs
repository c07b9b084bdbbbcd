//! `TO_JSON_STRING`: values as BigQuery writes them in JSON.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{JSON, cast_to, places, text};

pub(super) const FUNCTIONS: &[Definition] = &[Definition {
    name: JSON,
    ours: 0,
    takes: "TO_JSON_STRING takes what CAST(x AS STRING) takes, and arrays and structs of that",
    types: |found| match found {
        [value] => source(value).map(|source| vec![source]),
        _ => None,
    },
    result: |_| DataType::Utf8,
    evaluate: |arrays| {
        let [values] = arrays else { return exec_err!("TO_JSON_STRING takes one value") };
        json(values)
    },
}];

/// Whole numbers from this size on stand in quotes: readers of JSON take numbers for doubles.
const EXACT: i128 = 1 << 53;

/// The type that values are brought to; none for what has another form in JSON than BigQuery's text.
fn source(found: &DataType) -> Option<DataType> {
    Some(match found {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            DataType::List(Arc::new(Field::new_list_field(source(item.data_type())?, true)))
        }
        DataType::Struct(fields) => {
            let field = |field: &Arc<Field>| Some(Field::new(field.name(), source(field.data_type())?, true));
            DataType::Struct(fields.iter().map(field).collect::<Option<_>>()?)
        }
        DataType::Timestamp(..) | DataType::Time64(_) | DataType::Time32(_) | DataType::Interval(_) | DataType::Duration(_) => {
            return None;
        }
        other => text::source(other)?,
    })
}

/// The JSON of each value; `null` of null.
fn json(values: &ArrayRef) -> Result<ArrayRef> {
    Ok(Arc::new(StringArray::from_iter_values(written(values)?)))
}

fn written(values: &ArrayRef) -> Result<Vec<String>> {
    let n_rows = values.len();
    let mut rows: Vec<String> = match values.data_type() {
        DataType::List(_) => {
            let list = values.as_list::<i32>();
            let items = written(list.values())?;
            let row = |row| format!("[{}]", items.get(places(list.value_offsets(), row)).unwrap_or_default().join(","));
            (0..n_rows).map(row).collect()
        }
        DataType::Struct(fields) => {
            let structs = values.as_struct();
            let columns = structs.columns().iter().map(written).collect::<Result<Vec<_>>>()?;
            let names: Vec<String> = fields.iter().map(|field| quoted(field.name())).collect();
            let field = |row: usize, (name, column): (&String, &Vec<String>)| {
                format!("{name}:{}", column.get(row).map_or("null", String::as_str))
            };
            let row = |row| names.iter().zip(&columns).map(|entry| field(row, entry)).collect::<Vec<_>>().join(",");
            (0..n_rows).map(|place| format!("{{{}}}", row(place))).collect()
        }
        found => {
            let is_bare = found.is_numeric() || *found == DataType::Boolean;
            let texts = cast_to(&text::text(values)?, &DataType::Utf8)?;
            let row = |value: Option<&str>| match value {
                Some("nan") if is_bare => quoted("NaN"),
                Some("inf") if is_bare => quoted("Infinity"),
                Some("-inf") if is_bare => quoted("-Infinity"),
                Some(value) if is_bare && fits(value) => value.to_owned(),
                value => quoted(value.unwrap_or_default()),
            };
            texts.as_string::<i32>().iter().map(row).collect()
        }
    };
    for (row, written) in rows.iter_mut().enumerate() {
        if values.is_null(row) || values.data_type().is_null() {
            "null".clone_into(written);
        }
    }
    Ok(rows)
}

/// Whether a number or boolean stands without quotes: a double holds it.
fn fits(value: &str) -> bool {
    value.parse::<i128>().map_or(true, |whole| whole.abs() <= EXACT)
}

fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}
