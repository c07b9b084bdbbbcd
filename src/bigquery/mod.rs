//! Functions that BigQuery has and DataFusion does not, or has with another meaning.
//!
//! Queries of its dialect and `TRANSFORM` are translated to them. This module knows nothing of models.

mod calendar;
mod compute;
mod elements;
mod farm_hash;
mod json;
mod text;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

pub(crate) use self::calendar::Part;
pub(crate) use self::elements::{ForEach, Kind as QueryKind, OfElements, Only, Query as ElementQuery, Sorted, Use};

/// What a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// `FARM_FINGERPRINT(text)`.
    FarmFingerprint,
    /// `a / b`; an error where `b` is 0.
    Divide,
    /// The same, null where it would be an error.
    SafeDivide,
    /// What a cast to `INT64` rounds to.
    Whole,
    /// `CAST(x AS STRING)`.
    Text,
    /// `EXTRACT(part FROM time)`.
    Extract,
    /// `DATE_DIFF(later, earlier, part)`.
    Crossed,
    /// `TIMESTAMP_DIFF(later, earlier, part)`.
    Elapsed,
    /// `DATE_TRUNC(time, part)`.
    Truncate,
    /// `DATE_ADD(time, INTERVAL count part)`.
    Shift,
    /// `TO_JSON_STRING(x)`.
    Json,
    /// `FORMAT('%.2f', x)`.
    Fixed,
}

const KINDS: [Kind; 12] = [
    Kind::FarmFingerprint,
    Kind::Divide,
    Kind::SafeDivide,
    Kind::Whole,
    Kind::Text,
    Kind::Extract,
    Kind::Crossed,
    Kind::Elapsed,
    Kind::Truncate,
    Kind::Shift,
    Kind::Json,
    Kind::Fixed,
];

/// The names by which translated calls find them. `farm_fingerprint` is there in every dialect.
pub(crate) const DIVIDE: &str = "bigquery_divide";
pub(crate) const SAFE_DIVIDE: &str = "bigquery_safe_divide";
pub(crate) const WHOLE: &str = "bigquery_whole";
pub(crate) const TEXT: &str = "bigquery_text";
pub(crate) const EXTRACT: &str = "bigquery_extract";
pub(crate) const CROSSED: &str = "bigquery_crossed";
pub(crate) const ELAPSED: &str = "bigquery_elapsed";
pub(crate) const TRUNCATE: &str = "bigquery_truncate";
pub(crate) const SHIFT: &str = "bigquery_shift";
pub(crate) const JSON: &str = "bigquery_json";
pub(crate) const FIXED: &str = "bigquery_fixed";

/// All of them.
pub(crate) fn functions() -> Vec<Arc<ScalarUDF>> {
    let signature = Signature::user_defined(Volatility::Immutable);
    let function = |kind| Arc::new(ScalarUDF::new_from_impl(Function { kind, signature: signature.clone() }));
    let query = Arc::new(ScalarUDF::new_from_impl(ElementQuery::new()));
    KINDS.into_iter().map(function).chain([query]).collect()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function {
    kind: Kind,
    signature: Signature,
}

impl Function {
    /// The types that arguments are cast to.
    fn types(&self, found: &[DataType]) -> Option<Vec<DataType>> {
        Some(match (self.kind, found) {
            (Kind::FarmFingerprint, [value]) => vec![bytes(value)?],
            (Kind::Divide | Kind::SafeDivide, [a, b]) if is_number(a) && is_number(b) => vec![DataType::Float64; 2],
            (Kind::Whole, [value]) => vec![value.clone()],
            (Kind::Text, [value]) => vec![text::source(value)?],
            (Kind::Extract | Kind::Truncate, [_, value]) => vec![DataType::Utf8, time(value)?],
            (Kind::Crossed | Kind::Elapsed, [_, later, earlier]) => vec![DataType::Utf8, time(later)?, time(earlier)?],
            (Kind::Shift, [_, value, count]) if is_number(count) => vec![DataType::Utf8, time(value)?, DataType::Int64],
            (Kind::Json, [value]) => vec![json::source(value)?],
            (Kind::Fixed, [value, digits]) if is_number(value) && is_number(digits) => vec![DataType::Float64, DataType::Int64],
            _ => return None,
        })
    }

    fn evaluate(&self, arrays: &[ArrayRef]) -> Result<ArrayRef> {
        match (self.kind, arrays) {
            (Kind::FarmFingerprint, [value]) => compute::fingerprints(value),
            (Kind::Divide, [a, b]) => compute::quotients(a, b, false),
            (Kind::SafeDivide, [a, b]) => compute::quotients(a, b, true),
            (Kind::Whole, [value]) => compute::whole(value),
            (Kind::Text, [value]) => text::text(value),
            (Kind::Extract, [part, value]) => compute::extract(read_part(part)?, value),
            (Kind::Crossed, [part, later, earlier]) => {
                let part = read_part(part)?;
                compute::difference(later, earlier, |a, b| Some(calendar::crossed(a, b, part)))
            }
            (Kind::Elapsed, [part, later, earlier]) => {
                let part = read_part(part)?;
                compute::difference(later, earlier, |a, b| calendar::elapsed(a, b, part))
            }
            (Kind::Truncate, [part, value]) => compute::truncate(read_part(part)?, value),
            (Kind::Shift, [part, value, count]) => compute::shift(read_part(part)?, value, count),
            (Kind::Json, [value]) => json::json(value),
            (Kind::Fixed, [value, digits]) => Ok(text::fixed(value, digits)),
            _ => exec_err!("{} has other arguments than it was planned with", self.name()),
        }
    }
}

/// The part of a call, which is the same in every row.
fn read_part(part: &ArrayRef) -> Result<Part> {
    let name = part.as_string_opt::<i32>().filter(|names| !names.is_empty()).map(|names| names.value(0));
    let Some(part) = name.and_then(Part::read) else {
        return exec_err!("the part of a date must be a name such as DAY, not {}", name.unwrap_or("nothing"));
    };
    Ok(part)
}

fn is_number(found: &DataType) -> bool {
    found.is_numeric() || found.is_null()
}

fn bytes(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Some(DataType::Utf8),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Some(DataType::Binary),
        DataType::Dictionary(_, values) => bytes(values),
        _ => None,
    }
}

fn time(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Date32 | DataType::Date64 | DataType::Null => Some(DataType::Date32),
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone())),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        _ => None,
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::FarmFingerprint => "farm_fingerprint",
            Kind::Divide => DIVIDE,
            Kind::SafeDivide => SAFE_DIVIDE,
            Kind::Whole => WHOLE,
            Kind::Text => TEXT,
            Kind::Extract => EXTRACT,
            Kind::Crossed => CROSSED,
            Kind::Elapsed => ELAPSED,
            Kind::Truncate => TRUNCATE,
            Kind::Shift => SHIFT,
            Kind::Json => JSON,
            Kind::Fixed => FIXED,
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        if let Some(types) = self.types(found) {
            return Ok(types);
        }
        let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self.kind {
            Kind::FarmFingerprint => {
                plan_err!("FARM_FINGERPRINT takes STRING or BYTES, not {found}; CAST(x AS STRING) makes one")
            }
            Kind::Divide | Kind::SafeDivide => plan_err!("only numbers can be divided, not {found}"),
            Kind::Json => plan_err!("TO_JSON_STRING of {found} is not supported; CAST(x AS STRING) makes text"),
            Kind::Fixed => plan_err!("%f in FORMAT takes a number, not {found}"),
            Kind::Text => plan_err!("{found} cannot be cast to STRING as BigQuery writes it"),
            _ => plan_err!("a DATE, DATETIME or TIMESTAMP is expected, not {found}"),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(match (self.kind, types) {
            (Kind::Divide | Kind::SafeDivide, _) => DataType::Float64,
            (Kind::Text | Kind::Json | Kind::Fixed, _) => DataType::Utf8,
            (Kind::Whole, [value]) => compute::whole_type(value),
            (Kind::Truncate | Kind::Shift, [_, value, ..]) => value.clone(),
            _ => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_scalar = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let n_rows = if is_scalar { 1 } else { args.number_rows };
        if n_rows == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(args.return_field.data_type())));
        }
        let arrays = args.args.iter().map(|argument| argument.to_array(n_rows)).collect::<Result<Vec<_>>>()?;
        let values = self.evaluate(&arrays)?;
        Ok(if is_scalar { ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?) } else { ColumnarValue::Array(values) })
    }
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
