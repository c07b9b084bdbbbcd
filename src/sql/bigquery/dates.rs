//! Calls about dates and times.

use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Interval, TimezoneInfo, UnaryOperator, Value,
    ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{call, cast, text};
use super::calls::nested;
use super::functions::{self, Part};
use crate::error::{Error, Result};

/// What `FORMAT_DATE` and the like write the same way in both systems.
const WRITTEN: &str = "YmdBbhAaejyHMSTFpIuwUWVGnt%";
/// What `PARSE_DATE` and the like read the same way.
const READ: &str = "YmdBbyHMSTFj%";

/// The translation of a call; `None` if it is no such function.
pub(super) fn translate(name: &str, arguments: &[Expr], place: Span) -> Result<Option<Expr>> {
    let call = Call { name, place };
    Ok(Some(match (name, arguments) {
        ("CURRENT_DATE", []) => return Ok(None),
        ("CURRENT_TIMESTAMP", []) => timestamp(super::build::call("now", Vec::new()), false),
        ("TIMESTAMP_SECONDS" | "TIMESTAMP_MILLIS" | "TIMESTAMP_MICROS", [value]) => {
            timestamp(super::build::call(&format!("to_{}", name.to_lowercase()), vec![value.clone()]), false)
        }
        ("CURRENT_DATETIME", []) => cast(super::build::call("now", Vec::new()), datetime()),
        ("DATE", [value]) => cast(value.clone(), DataType::Date),
        ("DATE", [year, month, day]) => super::build::call("make_date", vec![year.clone(), month.clone(), day.clone()]),
        ("DATETIME", [value]) => cast(value.clone(), datetime()),
        ("TIMESTAMP", [value]) => timestamp(value.clone(), false),
        ("CURRENT_DATE" | "CURRENT_DATETIME" | "CURRENT_TIMESTAMP" | "DATE" | "DATETIME" | "TIMESTAMP", _) => {
            let what = format!("{name} of {} arguments", arguments.len());
            return Err(Error::unsupported(what).at(place).with_hint("time zones other than UTC are not known here"));
        }
        ("UNIX_SECONDS" | "UNIX_MILLIS" | "UNIX_MICROS", [value]) => {
            super::build::call(functions::EXTRACT, vec![text(name), value.clone()])
        }
        ("DATE_ADD" | "DATETIME_ADD" | "TIMESTAMP_ADD", [value, Expr::Interval(interval)]) => {
            call.shift(value, interval, false)?
        }
        ("DATE_SUB" | "DATETIME_SUB" | "TIMESTAMP_SUB", [value, Expr::Interval(interval)]) => {
            call.shift(value, interval, true)?
        }
        ("DATE_DIFF" | "DATETIME_DIFF" | "TIMESTAMP_DIFF", [later, earlier, part]) => call.difference(later, earlier, part)?,
        ("DATE_TRUNC" | "DATETIME_TRUNC" | "TIMESTAMP_TRUNC", [value, part]) => call.truncate(value, part)?,
        ("FORMAT_DATE" | "FORMAT_DATETIME" | "FORMAT_TIMESTAMP", [format, value]) => {
            call.check_format(format, WRITTEN)?;
            super::build::call("to_char", vec![call.time(value), format.clone()])
        }
        ("PARSE_DATE", [format, value]) => {
            call.check_format(format, READ)?;
            cast(super::build::call("to_date", vec![value.clone(), format.clone()]), DataType::Date)
        }
        ("PARSE_DATETIME" | "PARSE_TIMESTAMP", [format, value]) => {
            call.check_format(format, READ)?;
            let parsed = super::build::call("to_timestamp", vec![value.clone(), format.clone()]);
            if name == "PARSE_DATETIME" { cast(parsed, datetime()) } else { timestamp(parsed, false) }
        }
        _ => match form(name) {
            Some(form) => return Err(Error::syntax(format!("{name} is called as {form}")).at(place)),
            None => return Ok(None),
        },
    }))
}

/// How a function is called.
fn form(name: &str) -> Option<&'static str> {
    Some(match name {
        "DATE_ADD" | "DATETIME_ADD" | "TIMESTAMP_ADD" | "DATE_SUB" | "DATETIME_SUB" | "TIMESTAMP_SUB" => {
            "DATE_ADD(date, INTERVAL 1 DAY)"
        }
        "DATE_DIFF" | "DATETIME_DIFF" | "TIMESTAMP_DIFF" => "DATE_DIFF(later, earlier, DAY)",
        "DATE_TRUNC" | "DATETIME_TRUNC" | "TIMESTAMP_TRUNC" => "DATE_TRUNC(date, MONTH); time zones are not known here",
        "FORMAT_DATE" | "FORMAT_DATETIME" | "FORMAT_TIMESTAMP" => "FORMAT_DATE('%Y-%m', date); time zones are not known here",
        "PARSE_DATE" | "PARSE_DATETIME" | "PARSE_TIMESTAMP" => "PARSE_DATE('%Y%m%d', text)",
        _ => return None,
    })
}

/// `EXTRACT(part FROM value)`.
pub(super) fn extract(field: &str, value: &Expr, place: Span) -> Result<Expr> {
    match field {
        "DATE" => return Ok(cast(value.clone(), DataType::Date)),
        "DATETIME" => return Ok(cast(value.clone(), datetime())),
        "TIME" => return Ok(cast(value.clone(), DataType::Time(None, TimezoneInfo::None))),
        _ => {}
    }
    if field.starts_with("UNIX") || Part::read(field).is_none() {
        return Err(unknown_part(field, "EXTRACT").at(place));
    }
    Ok(call(functions::EXTRACT, vec![text(field), value.clone()]))
}

fn unknown_part(part: &str, name: &str) -> Error {
    Error::unsupported(format!("the part {part} in {name}"))
        .with_hint("parts are YEAR, QUARTER, MONTH, WEEK, ISOWEEK, DAY, HOUR, MINUTE, SECOND and the like")
}

struct Call<'a> {
    name: &'a str,
    place: Span,
}

impl Call<'_> {
    fn is_of_dates(&self) -> bool {
        self.name.starts_with("DATE_") || self.name.ends_with("_DATE")
    }

    /// A part of a name that fits.
    fn part(&self, name: &str, fits: impl Fn(Part) -> bool) -> Result<Expr> {
        let part = Part::read(name).filter(|part| fits(*part)).ok_or_else(|| unknown_part(name, self.name).at(self.place))?;
        if part.is_time() && self.is_of_dates() {
            let hint = format!("{} takes it", self.name.replacen("DATE_", "DATETIME_", 1));
            return Err(Error::unsupported(format!("the part {name} in {}", self.name)).at(self.place).with_hint(hint));
        }
        Ok(text(name))
    }

    /// What stands as text is a date or a time.
    fn time(&self, value: &Expr) -> Expr {
        match value {
            Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), .. }) if self.is_of_dates() => {
                cast(value.clone(), DataType::Date)
            }
            Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), .. }) => cast(value.clone(), datetime()),
            // A time is cut to its day.
            value if self.name == "DATE_DIFF" => cast(value.clone(), DataType::Date),
            value => value.clone(),
        }
    }

    fn shift(&self, value: &Expr, interval: &Interval, is_back: bool) -> Result<Expr> {
        let field = interval.leading_field.as_ref().map(ToString::to_string).unwrap_or_default().to_uppercase();
        let part = self.part(field.strip_suffix('S').unwrap_or(&field), Part::is_step)?;
        let count = match interval.value.as_ref() {
            Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(count), .. }) => {
                Expr::value(Value::Number(count.clone(), false))
            }
            other => other.clone(),
        };
        let count = if is_back { Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(nested(&count)) } } else { count };
        Ok(call(functions::SHIFT, vec![part, self.time(value), count]))
    }

    fn difference(&self, later: &Expr, earlier: &Expr, part: &Expr) -> Result<Expr> {
        let name = written_part(part);
        let is_elapsed = self.name == "TIMESTAMP_DIFF";
        let part = self.part(&name, |part| part.is_span() && (!is_elapsed || part.is_time() || part == Part::Day))?;
        let function = if is_elapsed { functions::ELAPSED } else { functions::CROSSED };
        Ok(call(function, vec![part, self.time(later), self.time(earlier)]))
    }

    fn truncate(&self, value: &Expr, part: &Expr) -> Result<Expr> {
        let part = self.part(&written_part(part), Part::is_span)?;
        Ok(call(functions::TRUNCATE, vec![part, self.time(value)]))
    }

    /// Refuses what the two systems write or read in different ways.
    fn check_format(&self, format: &Expr, known: &str) -> Result<()> {
        let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(format), .. }) = format else {
            let error = Error::unsupported(format!("{} with a format that is not a string", self.name));
            return Err(error.at(self.place));
        };
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                continue;
            }
            let element = chars.next().unwrap_or(' ');
            if !known.contains(element) {
                let error = Error::unsupported(format!("%{element} in {}", self.name));
                return Err(error.at(self.place).with_hint("EXTRACT gives the parts of a date as numbers"));
            }
        }
        Ok(())
    }
}

/// `MONTH`, `WEEK(MONDAY)`.
fn written_part(expr: &Expr) -> String {
    let of_week = |function: &Function| match &function.args {
        FunctionArguments::List(list) => match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(day))] => Some(format!("{}({day})", function.name)),
            _ => None,
        },
        _ => None,
    };
    let written = match expr {
        Expr::Function(function) => of_week(function),
        _ => None,
    };
    written.unwrap_or_else(|| expr.to_string()).replace(['"', '`'], "").to_uppercase()
}

/// A time without a zone.
pub(super) fn datetime() -> DataType {
    DataType::Timestamp(Some(6), TimezoneInfo::None)
}

/// `time AT TIME ZONE zone`: what a clock there shows at that time.
pub(super) fn local(time: Expr, zone: Expr) -> Expr {
    let there = Expr::AtTimeZone { timestamp: Box::new(timestamp(time, false)), time_zone: Box::new(zone) };
    call("to_local_time", vec![there])
}

/// A time in UTC, whatever the time zone of the session is; null instead of an error where that is asked for.
pub(super) fn timestamp(value: Expr, is_safe: bool) -> Expr {
    let function = if is_safe { "arrow_try_cast" } else { "arrow_cast" };
    call(function, vec![value, text(r#"Timestamp(Microsecond, Some("+00:00"))"#)])
}
