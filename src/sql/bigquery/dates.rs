//! Calls about dates and times.

use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Interval, TimezoneInfo, UnaryOperator, Value,
    ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::build::{call, cast, number, text, try_cast};
use super::calls::{Call, nested, written_text};
use super::functions::{self, Moment, Part};
use crate::bigquery::{unread, unwritten};
use crate::error::{Error, Result};

/// The translation of a call; `None` if it is no such function.
pub(super) fn translate(function: &Call) -> Result<Option<Expr>> {
    let name = function.name;
    Ok(Some(match (name, function.arguments) {
        ("CURRENT_DATE", []) => return Ok(None),
        ("CURRENT_DATE", [zone]) => cast(local(now(), zoned(function, zone)?), DataType::Date),
        ("CURRENT_TIME", []) => cast(timestamp(now(), false), time_of_day()),
        ("CURRENT_TIME", [zone]) => cast(local(now(), zoned(function, zone)?), time_of_day()),
        ("CURRENT_DATETIME", []) => cast(now(), datetime()),
        ("CURRENT_DATETIME", [zone]) => local(now(), zoned(function, zone)?),
        ("CURRENT_TIMESTAMP", []) => timestamp(now(), false),
        ("TIMESTAMP_SECONDS" | "TIMESTAMP_MILLIS" | "TIMESTAMP_MICROS", [value]) => {
            timestamp(call(&format!("to_{}", name.to_lowercase()), vec![value.clone()]), false)
        }
        ("DATE", [value]) if function.is_safe => try_cast(value.clone(), DataType::Date),
        ("DATE", [value]) => cast(value.clone(), DataType::Date),
        ("DATE", [time, zone]) => cast(local(time.clone(), zoned(function, zone)?), DataType::Date),
        ("DATE", [year, month, day]) => call("make_date", vec![year.clone(), month.clone(), day.clone()]),
        ("DATETIME", [value]) if function.is_safe => try_cast(value.clone(), datetime()),
        ("DATETIME", [value]) => cast(value.clone(), datetime()),
        ("DATETIME", [time, zone]) if written_text(zone).is_some() => local(time.clone(), zone.clone()),
        ("DATETIME", [_, _] | [_, _, _, _, _, _]) => function.to(functions::DATETIME),
        ("TIMESTAMP", [value]) => timestamp(value.clone(), function.is_safe),
        ("TIMESTAMP", [value, zone]) => there(cast(value.clone(), datetime()), zoned(function, zone)?),
        ("TIME", [value]) => cast(value.clone(), time_of_day()),
        ("TIME", [time, zone]) => cast(local(time.clone(), zoned(function, zone)?), time_of_day()),
        ("TIME", [_, _, _]) => function.to("make_time"),
        (
            "CURRENT_DATE" | "CURRENT_DATETIME" | "CURRENT_TIMESTAMP" | "CURRENT_TIME" | "DATE" | "DATETIME" | "TIMESTAMP"
            | "TIME",
            _,
        ) => {
            return Err(function.unsupported(format!("{name} of {} arguments", function.arguments.len())));
        }
        ("UNIX_SECONDS" | "UNIX_MILLIS" | "UNIX_MICROS", [value]) => call(functions::EXTRACT, vec![text(name), value.clone()]),
        ("UNIX_DATE", [value]) => call(functions::CROSSED, vec![text("DAY"), cast(value.clone(), DataType::Date), first_day()]),
        ("DATE_FROM_UNIX_DATE", [count]) => call(functions::SHIFT, vec![text("DAY"), first_day(), count.clone()]),
        ("LAST_DAY", [value]) => last_day(value, text("MONTH"), Part::Month),
        ("LAST_DAY", [value, part]) => {
            let named = written_part(part);
            let found = part_of(function, &named, |part| part.is_span() && !part.is_time() && part != Part::Day)?;
            last_day(value, found, Part::read(&named).unwrap_or(Part::Month))
        }
        ("DATE_ADD" | "DATETIME_ADD" | "TIMESTAMP_ADD" | "TIME_ADD", [value, Expr::Interval(interval)]) => {
            shift(function, value, interval, false)?
        }
        ("DATE_SUB" | "DATETIME_SUB" | "TIMESTAMP_SUB" | "TIME_SUB", [value, Expr::Interval(interval)]) => {
            shift(function, value, interval, true)?
        }
        ("DATE_DIFF" | "DATETIME_DIFF" | "TIMESTAMP_DIFF" | "TIME_DIFF", [later, earlier, part]) => {
            difference(function, later, earlier, part)?
        }
        ("DATE_TRUNC" | "DATETIME_TRUNC" | "TIMESTAMP_TRUNC" | "TIME_TRUNC", [value, part]) => {
            truncate(function, time(function, value), part)?
        }
        ("TIMESTAMP_TRUNC", [value, part, zone]) => {
            let zone = zoned(function, zone)?;
            there(truncate(function, local(value.clone(), zone.clone()), part)?, zone)
        }
        ("FORMAT_DATE" | "FORMAT_DATETIME" | "FORMAT_TIMESTAMP" | "FORMAT_TIME", [format, value]) => {
            check_format(function, format, unwritten)?;
            call(functions::FORMAT_TIME, vec![format.clone(), time(function, value)])
        }
        ("FORMAT_TIMESTAMP", [format, value, zone]) => {
            let zone = zoned(function, zone)?;
            // Of a time elsewhere there is no zone to write, and no seconds since 1970.
            check_format(function, format, |format, _| unwritten(&format.replace("%s", "%Z"), Moment::Datetime))?;
            call(functions::FORMAT_TIME, vec![format.clone(), local(value.clone(), zone)])
        }
        ("PARSE_DATE" | "PARSE_DATETIME" | "PARSE_TIMESTAMP" | "PARSE_TIME", [format, value]) => {
            check_format(function, format, unread)?;
            let reads = if function.is_safe { functions::SAFE_PARSE_TIME } else { functions::PARSE_TIME };
            let parsed = call(reads, vec![format.clone(), value.clone()]);
            match moment_of(name) {
                Moment::Date => cast(parsed, DataType::Date),
                Moment::Datetime => parsed,
                Moment::Timestamp => timestamp(parsed, false),
                Moment::Time => cast(parsed, time_of_day()),
            }
        }
        ("PARSE_TIMESTAMP", [format, value, zone]) => {
            let zone = zoned(function, zone)?;
            check_format(function, format, |format, _| unread(&format.replace("%s", "%Z"), Moment::Datetime))?;
            let reads = if function.is_safe { functions::SAFE_PARSE_TIME } else { functions::PARSE_TIME };
            there(call(reads, vec![format.clone(), value.clone()]), zone)
        }
        _ => match form(name) {
            Some(form) => return Err(function.wrong(form)),
            None => return Ok(None),
        },
    }))
}

fn now() -> Expr {
    call("now", Vec::new())
}

/// 1970-01-01.
fn first_day() -> Expr {
    cast(text("1970-01-01"), DataType::Date)
}

fn time_of_day() -> DataType {
    DataType::Time(None, TimezoneInfo::None)
}

/// The day before the next part begins.
fn last_day(value: &Expr, part: Expr, read: Part) -> Expr {
    let cut = |part: &Expr, date: Expr| call(functions::TRUNCATE, vec![part.clone(), date]);
    let shifted = |part: Expr, date: Expr, count: i64| call(functions::SHIFT, vec![part, date, number(count)]);
    let begins = cut(&part, cast(value.clone(), DataType::Date));
    let next = match read {
        // 53 weeks after its beginning the next year is running.
        Part::IsoYear => cut(&part, shifted(text("DAY"), begins, 53 * 7)),
        Part::Week(_) | Part::IsoWeek => shifted(text("DAY"), begins, 7),
        _ => shifted(part, begins, 1),
    };
    shifted(text("DAY"), next, -1)
}

/// A time zone, which the host reads when it plans.
fn zoned(function: &Call, zone: &Expr) -> Result<Expr> {
    if written_text(zone).is_some() {
        return Ok(zone.clone());
    }
    let error = function.unsupported(format!("{} with a time zone that is not written out", function.name));
    Err(error.with_hint("for example 'America/New_York' or '+01:00'"))
}

/// How a function is called.
fn form(name: &str) -> Option<&'static str> {
    Some(match name {
        "DATE_ADD" | "DATETIME_ADD" | "TIMESTAMP_ADD" | "TIME_ADD" | "DATE_SUB" | "DATETIME_SUB" | "TIMESTAMP_SUB"
        | "TIME_SUB" => "DATE_ADD(date, INTERVAL 1 DAY)",
        "DATE_DIFF" | "DATETIME_DIFF" | "TIMESTAMP_DIFF" | "TIME_DIFF" => "DATE_DIFF(later, earlier, DAY)",
        "DATE_TRUNC" | "DATETIME_TRUNC" | "TIMESTAMP_TRUNC" | "TIME_TRUNC" => "DATE_TRUNC(date, MONTH)",
        "FORMAT_DATE" | "FORMAT_DATETIME" | "FORMAT_TIMESTAMP" | "FORMAT_TIME" => "FORMAT_DATE('%Y-%m', date)",
        "PARSE_DATE" | "PARSE_DATETIME" | "PARSE_TIMESTAMP" | "PARSE_TIME" => "PARSE_DATE('%Y%m%d', text)",
        "LAST_DAY" => "LAST_DAY(date, MONTH)",
        _ => return None,
    })
}

/// `EXTRACT(part FROM value)`.
pub(super) fn extract(field: &str, value: &Expr, place: Span) -> Result<Expr> {
    match field {
        "DATE" => return Ok(cast(value.clone(), DataType::Date)),
        "DATETIME" => return Ok(cast(value.clone(), datetime())),
        "TIME" => return Ok(cast(value.clone(), time_of_day())),
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

/// What a function takes or gives.
fn moment_of(name: &str) -> Moment {
    let is = |kind: &str| name.split('_').any(|word| word == kind);
    if is("DATETIME") {
        Moment::Datetime
    } else if is("TIMESTAMP") {
        Moment::Timestamp
    } else if is("TIME") {
        Moment::Time
    } else {
        Moment::Date
    }
}

/// A part of a name that fits.
fn part_of(function: &Call, name: &str, fits: impl Fn(Part) -> bool) -> Result<Expr> {
    let unknown = || unknown_part(name, function.name).at(function.place);
    let part = Part::read(name).filter(|part| fits(*part)).ok_or_else(unknown)?;
    let error = function.unsupported(format!("the part {name} in {}", function.name));
    match moment_of(function.name) {
        Moment::Date if part.is_time() => {
            Err(error.with_hint(format!("{} takes it", function.name.replacen("DATE_", "DATETIME_", 1))))
        }
        Moment::Time if !part.is_time() => Err(error.with_hint("a TIME has hours, minutes, seconds and parts of them")),
        _ => Ok(text(name)),
    }
}

/// What stands as text is a date or a time.
fn time(function: &Call, value: &Expr) -> Expr {
    let is_text = matches!(value, Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_), .. }));
    match moment_of(function.name) {
        Moment::Date if is_text => cast(value.clone(), DataType::Date),
        Moment::Time if is_text => cast(value.clone(), time_of_day()),
        Moment::Timestamp if is_text => timestamp(value.clone(), false),
        _ if is_text => cast(value.clone(), datetime()),
        // A time is cut to its day.
        _ if function.name == "DATE_DIFF" => cast(value.clone(), DataType::Date),
        _ => value.clone(),
    }
}

/// The part of an interval, and how many of it there are.
pub(super) fn interval(function: &Call, interval: &Interval) -> Result<(Expr, Expr)> {
    let field = interval.leading_field.as_ref().map(ToString::to_string).unwrap_or_default().to_uppercase();
    let part = part_of(function, field.strip_suffix('S').unwrap_or(&field), Part::is_step)?;
    let count = match interval.value.as_ref() {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(count), .. }) => {
            Expr::value(Value::Number(count.clone(), false))
        }
        other => other.clone(),
    };
    Ok((part, count))
}

fn shift(function: &Call, value: &Expr, by: &Interval, is_back: bool) -> Result<Expr> {
    let (part, count) = interval(function, by)?;
    let count = if is_back { Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(nested(&count)) } } else { count };
    Ok(call(functions::SHIFT, vec![part, time(function, value), count]))
}

fn difference(function: &Call, later: &Expr, earlier: &Expr, part: &Expr) -> Result<Expr> {
    let name = written_part(part);
    let is_elapsed = function.name == "TIMESTAMP_DIFF";
    let part = part_of(function, &name, |part| part.is_span() && (!is_elapsed || part.is_time() || part == Part::Day))?;
    let counts = if is_elapsed { functions::ELAPSED } else { functions::CROSSED };
    Ok(call(counts, vec![part, time(function, later), time(function, earlier)]))
}

fn truncate(function: &Call, value: Expr, part: &Expr) -> Result<Expr> {
    Ok(call(functions::TRUNCATE, vec![part_of(function, &written_part(part), Part::is_span)?, value]))
}

/// Refuses a format that is not written out or has an element that is not known.
fn check_format(function: &Call, format: &Expr, unknown: impl Fn(&str, Moment) -> Option<String>) -> Result<()> {
    let Some(format) = written_text(format) else {
        return Err(function.unsupported(format!("{} with a format that is not a string", function.name)));
    };
    match unknown(format, moment_of(function.name)) {
        Some(element) => {
            let error = function.unsupported(format!("{element} in {}", function.name));
            Err(error.with_hint("EXTRACT gives the parts of a date as numbers"))
        }
        None => Ok(()),
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

/// The time at which a clock in a zone shows this.
fn there(shown: Expr, zone: Expr) -> Expr {
    timestamp(Expr::AtTimeZone { timestamp: Box::new(shown), time_zone: Box::new(zone) }, false)
}

/// A time in UTC, whatever the time zone of the session is; null instead of an error where that is asked for.
pub(super) fn timestamp(value: Expr, is_safe: bool) -> Expr {
    let function = if is_safe { "arrow_try_cast" } else { "arrow_cast" };
    call(function, vec![value, text(r#"Timestamp(Microsecond, Some("+00:00"))"#)])
}
