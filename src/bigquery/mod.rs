//! Functions that BigQuery has and DataFusion does not, or has with another meaning.
//!
//! Queries of its dialect and `TRANSFORM` are translated to them. Each is a [`definition`] in the list of its file. This module knows
//! nothing of models.

mod arrays;
mod calendar;
mod clock;
mod compute;
mod definition;
mod element;
mod elements;
mod farm_hash;
mod geography;
mod json;
mod json_path;
mod math;
mod numbers;
mod printf;
mod ranges;
mod regexp;
mod strftime;
mod strings;
mod strptime;
mod text;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarUDF;

pub(crate) use self::calendar::Part;
use self::definition::RowFunction;
pub(crate) use self::elements::{ForEach, Kind as QueryKind, OfElements, Only, Query as ElementQuery, Sorted, Use};
pub(crate) use self::json_path::is_path;
pub(crate) use self::math::is_math;
pub(crate) use self::printf::Spec;
pub(crate) use self::strftime::{Moment, unwritten};
pub(crate) use self::strptime::unread;

/// The names by which translated calls find them. `farm_fingerprint` is there in every dialect.
pub(crate) const FARM_FINGERPRINT: &str = "farm_fingerprint";
pub(crate) const DIVIDE: &str = "bigquery_divide";
pub(crate) const SAFE_DIVIDE: &str = "bigquery_safe_divide";
pub(crate) const WHOLE: &str = "bigquery_whole";
pub(crate) const TEXT: &str = "bigquery_text";
pub(crate) const EXTRACT: &str = "bigquery_extract";
pub(crate) const CROSSED: &str = "bigquery_crossed";
pub(crate) const ELAPSED: &str = "bigquery_elapsed";
pub(crate) const TRUNCATE: &str = "bigquery_truncate";
pub(crate) const SHIFT: &str = "bigquery_shift";
pub(crate) const DATETIME: &str = "bigquery_datetime";
pub(crate) const FORMAT_TIME: &str = "bigquery_format_time";
pub(crate) const PARSE_TIME: &str = "bigquery_parse_time";
pub(crate) const SAFE_PARSE_TIME: &str = "bigquery_safe_parse_time";
pub(crate) const JSON: &str = "bigquery_json";
pub(crate) const JSON_SCALAR: &str = "bigquery_json_scalar";
pub(crate) const JSON_PART: &str = "bigquery_json_part";
pub(crate) const FORMAT_WHOLE: &str = "bigquery_format_whole";
pub(crate) const FORMAT_NUMBER: &str = "bigquery_format_number";
pub(crate) const FORMAT_TEXT: &str = "bigquery_format_text";
pub(crate) const DISTANCE: &str = "bigquery_distance";
pub(crate) const ELEMENT: &str = "bigquery_element";
pub(crate) const MATH: &str = "bigquery_math";
pub(crate) const SAFE_MATH: &str = "bigquery_safe_math";
pub(crate) const SAFE_ARITHMETIC: &str = "bigquery_safe_arithmetic";
pub(crate) const QUOTIENT: &str = "bigquery_quotient";
pub(crate) const SIGN: &str = "bigquery_sign";
pub(crate) const FRACTION: &str = "bigquery_fraction";
pub(crate) const IS_INF: &str = "bigquery_is_inf";
pub(crate) const BIT_COUNT: &str = "bigquery_bit_count";
pub(crate) const TRIM: &str = "bigquery_trim";
pub(crate) const LEFT: &str = "bigquery_left";
pub(crate) const RIGHT: &str = "bigquery_right";
pub(crate) const INITCAP: &str = "bigquery_initcap";
pub(crate) const INSTR: &str = "bigquery_instr";
pub(crate) const SPLIT: &str = "bigquery_split";
pub(crate) const TO_HEX: &str = "bigquery_to_hex";
pub(crate) const MARKED: &str = "bigquery_marked";
pub(crate) const RANGE_BUCKET: &str = "bigquery_range_bucket";
pub(crate) const ARRAY_LENGTH: &str = "bigquery_array_length";
pub(crate) const GENERATE_ARRAY: &str = "bigquery_generate_array";
pub(crate) const GENERATE_TIMES: &str = "bigquery_generate_times";

/// What opens and closes a match in a text whose matches are marked: characters that Unicode keeps out of texts.
pub(crate) const MARKS: [char; 2] = ['\u{FDD0}', '\u{FDD1}'];

/// All of them.
pub(crate) fn functions() -> Vec<Arc<ScalarUDF>> {
    let lists = [
        compute::FUNCTIONS,
        text::FUNCTIONS,
        json::FUNCTIONS,
        json_path::FUNCTIONS,
        math::FUNCTIONS,
        numbers::FUNCTIONS,
        clock::FUNCTIONS,
        printf::FUNCTIONS,
        strings::FUNCTIONS,
        regexp::FUNCTIONS,
        arrays::FUNCTIONS,
        ranges::FUNCTIONS,
        geography::FUNCTIONS,
    ];
    let definitions = lists.into_iter().flatten();
    let function = |definition| Arc::new(ScalarUDF::new_from_impl(RowFunction::new(definition)));
    let element = Arc::new(ScalarUDF::new_from_impl(element::Element::new()));
    let query = Arc::new(ScalarUDF::new_from_impl(ElementQuery::new()));
    definitions.map(function).chain([element, query]).collect()
}

/// The part of a call, which is the same in every row.
fn read_part(part: &ArrayRef) -> Result<Part> {
    let name = constant(part);
    let Some(part) = name.and_then(Part::read) else {
        return exec_err!("the part of a date must be a name such as DAY, not {}", name.unwrap_or("nothing"));
    };
    Ok(part)
}

/// A text that is the same in every row.
fn constant(texts: &ArrayRef) -> Option<&str> {
    texts.as_string_opt::<i32>().filter(|texts| !texts.is_empty() && texts.is_valid(0)).map(|texts| texts.value(0))
}

fn is_number(found: &DataType) -> bool {
    found.is_numeric() || found.is_null()
}

fn is_whole(found: &DataType) -> bool {
    found.is_integer() || found.is_null()
}

/// Text as the functions read it.
fn string(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Some(DataType::Utf8),
        DataType::Dictionary(_, values) => string(values),
        _ => None,
    }
}

/// Text or bytes.
fn bytes(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Some(DataType::Binary),
        DataType::Dictionary(_, values) => bytes(values),
        other => string(other),
    }
}

/// Dates, times of the day, and moments in microseconds.
fn time(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Date32 | DataType::Date64 | DataType::Null => Some(DataType::Date32),
        DataType::Time32(_) | DataType::Time64(_) => Some(DataType::Time64(TimeUnit::Microsecond)),
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone())),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        _ => None,
    }
}

/// Texts that were cast to such.
fn strings(array: &ArrayRef) -> Result<&StringArray> {
    let Some(texts) = array.as_string_opt::<i32>() else { return exec_err!("STRING is expected, not {}", array.data_type()) };
    Ok(texts)
}

/// The places of a list's elements among all elements.
fn places(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let place = |row: usize| offsets.get(row).and_then(|offset| usize::try_from(*offset).ok()).unwrap_or_default();
    place(row)..place(row + 1)
}

/// Casts, where the planner has already cast to what was asked for.
fn cast_to(array: &ArrayRef, data_type: &DataType) -> Result<ArrayRef> {
    if array.data_type() == data_type { Ok(Arc::clone(array)) } else { Ok(datafusion::arrow::compute::cast(array, data_type)?) }
}
