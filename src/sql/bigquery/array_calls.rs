//! Calls about arrays.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr};

use super::build::{binary, call, case, cast, null, number, text};
use super::calls::{Call, element, literal, nested, written_text};
use super::{dates, functions};
use crate::error::Result;

/// The translation of a call; `None` if it is no such function.
pub(super) fn translate(function: &Call) -> Result<Option<Expr>> {
    Ok(Some(match (function.name, function.arguments) {
        ("ARRAY_CONCAT", arrays @ [first, rest @ ..]) => {
            let is_null = |array: &Expr| Expr::IsNull(Box::new(nested(array)));
            let known = arrays.iter().filter(|array| !matches!(array, Expr::Array(_)));
            let any = known.map(is_null).reduce(|a, b| binary(a, BinaryOperator::Or, b));
            let joined = if rest.is_empty() { first.clone() } else { function.to("array_concat") };
            any.map_or(joined.clone(), |any| case(any, null(), Some(joined)))
        }
        ("ARRAY_FIRST", [array]) => element(array.clone(), number(1)),
        ("ARRAY_LAST", [array]) => element(array.clone(), number(-1)),
        ("ARRAY_SLICE", [array, first, last]) => {
            let (Some(first), Some(last)) = (literal(first), literal(last)) else {
                return Err(function.unsupported("ARRAY_SLICE from and to places that are not whole numbers"));
            };
            // From the end both count the same way.
            let from_one = |place: i64| number(if place < 0 { place } else { place.saturating_add(1) });
            call("array_slice", vec![array.clone(), from_one(first), from_one(last)])
        }
        ("GENERATE_ARRAY", [first, last]) => call(functions::GENERATE_ARRAY, vec![first.clone(), last.clone(), number(1)]),
        ("GENERATE_ARRAY", [_, _, _]) => function.to(functions::GENERATE_ARRAY),
        ("GENERATE_DATE_ARRAY", [first, last]) => times(text("DAY"), &date(first), &date(last), number(1)),
        ("GENERATE_DATE_ARRAY", [first, last, Expr::Interval(interval)]) => {
            let (part, count) = dates::interval(function, interval)?;
            times(part, &date(first), &date(last), count)
        }
        ("GENERATE_TIMESTAMP_ARRAY", [first, last, Expr::Interval(interval)]) => {
            let (part, count) = dates::interval(function, interval)?;
            times(part, &moment(first), &moment(last), count)
        }
        ("GENERATE_ARRAY", _) => return Err(function.wrong("GENERATE_ARRAY(first, last, step)")),
        ("GENERATE_DATE_ARRAY" | "GENERATE_TIMESTAMP_ARRAY", _) => {
            return Err(function.wrong(&format!("{}(first, last, INTERVAL 1 DAY)", function.name)));
        }
        _ => return Ok(None),
    }))
}

fn times(part: Expr, first: &Expr, last: &Expr, count: Expr) -> Expr {
    call(functions::GENERATE_TIMES, vec![part, first.clone(), last.clone(), count])
}

fn date(value: &Expr) -> Expr {
    if written_text(value).is_some() { cast(value.clone(), DataType::Date) } else { value.clone() }
}

fn moment(value: &Expr) -> Expr {
    if written_text(value).is_some() { dates::timestamp(value.clone(), false) } else { value.clone() }
}
