//! BigQuery's parts of dates and times: which there are, where they begin, and how many lie between two times.
//!
//! Times are microseconds since 1970 in UTC, dates are days. Source of the two conversions: Hinnant, *chrono-compatible low-level
//! date algorithms* (2014).

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// A part of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// So many microseconds: a second, a minute, an hour.
    Time(i64),
    Day,
    DayOfWeek,
    DayOfYear,
    /// Weeks that begin on this day, Sunday being 0.
    Week(i64),
    IsoWeek,
    Month,
    Quarter,
    Year,
    IsoYear,
    /// So many microseconds, since 1970.
    Unix(i64),
}

impl Part {
    /// The part of a name.
    pub(crate) fn read(name: &str) -> Option<Self> {
        const DAYS: [&str; 7] = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
        let name = name.to_uppercase();
        if let Some(day) = name.strip_prefix("WEEK(").and_then(|rest| rest.strip_suffix(')')) {
            let first = DAYS.iter().position(|known| *known == day)?;
            return Some(Self::Week(i64::try_from(first).ok()?));
        }
        Some(match name.as_str() {
            "MICROSECOND" => Self::Time(1),
            "MILLISECOND" => Self::Time(1_000),
            "SECOND" => Self::Time(1_000_000),
            "MINUTE" => Self::Time(60_000_000),
            "HOUR" => Self::Time(3_600_000_000),
            "DAY" => Self::Day,
            "DAYOFWEEK" => Self::DayOfWeek,
            "DAYOFYEAR" => Self::DayOfYear,
            "WEEK" => Self::Week(0),
            "ISOWEEK" => Self::IsoWeek,
            "MONTH" => Self::Month,
            "QUARTER" => Self::Quarter,
            "YEAR" => Self::Year,
            "ISOYEAR" => Self::IsoYear,
            "UNIX_MICROS" => Self::Unix(1),
            "UNIX_MILLIS" => Self::Unix(1_000),
            "UNIX_SECONDS" => Self::Unix(1_000_000),
            _ => return None,
        })
    }

    /// Whether it is smaller than a day.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::Time(_) | Self::Unix(_))
    }

    /// Whether times can be cut to it and counted in it.
    pub(crate) fn is_span(self) -> bool {
        !matches!(self, Self::DayOfWeek | Self::DayOfYear | Self::Unix(_))
    }

    /// Whether so many of it can be added.
    pub(crate) fn is_step(self) -> bool {
        matches!(self, Self::Time(_) | Self::Day | Self::Week(0) | Self::Month | Self::Quarter | Self::Year)
    }
}

/// Year, month from 1, and day from 1.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970 of a date that there is, in the years that BigQuery has.
pub(super) fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_there = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    is_there.then(|| days_of(year, month, day))
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_of(next_year, next_month, 1) - days_of(year, month, 1)
}

/// Days since 1970.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day of the week, Sunday being 0.
fn day_of_week(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// The day on which the week of a day began.
fn week(days: i64, first: i64) -> i64 {
    days - (day_of_week(days) - first).rem_euclid(7)
}

/// The ISO year of a day, and the day on which it began.
fn iso_year(days: i64) -> (i64, i64) {
    // A week belongs to the year that has its Thursday.
    let (year, _, _) = civil(week(days, 1) + 3);
    (year, week(days_of(year, 1, 4), 1))
}

/// `EXTRACT`.
pub(super) fn extract(time: i64, part: Part) -> i64 {
    let days = time.div_euclid(DAY);
    let (year, month, day) = civil(days);
    let day_of_year = days - days_of(year, 1, 1);
    match part {
        Part::Time(unit) => {
            let whole = match unit {
                1 | 1_000 => 1_000_000,
                1_000_000 => 60_000_000,
                60_000_000 => 3_600_000_000,
                _ => DAY,
            };
            time.rem_euclid(whole) / unit
        }
        Part::Day => day,
        Part::DayOfWeek => day_of_week(days) + 1,
        Part::DayOfYear => day_of_year + 1,
        Part::Week(first) => (day_of_year + 7 - (day_of_week(days) - first).rem_euclid(7)) / 7,
        Part::IsoWeek => (week(days, 1) - iso_year(days).1) / 7 + 1,
        Part::Month => month,
        Part::Quarter => (month + 2) / 3,
        Part::Year => year,
        Part::IsoYear => iso_year(days).0,
        Part::Unix(unit) => time.div_euclid(unit),
    }
}

/// Where the part that holds a time begins.
pub(super) fn truncate(time: i64, part: Part) -> i64 {
    let days = time.div_euclid(DAY);
    let (year, month, _) = civil(days);
    let begins = match part {
        Part::Time(unit) | Part::Unix(unit) => return time.div_euclid(unit) * unit,
        Part::Day | Part::DayOfWeek | Part::DayOfYear => days,
        Part::Week(first) => week(days, first),
        Part::IsoWeek => week(days, 1),
        Part::Month => days_of(year, month, 1),
        Part::Quarter => days_of(year, (month - 1) / 3 * 3 + 1, 1),
        Part::Year => days_of(year, 1, 1),
        Part::IsoYear => iso_year(days).1,
    };
    begins * DAY
}

/// How many beginnings of the part lie between two times: `DATE_DIFF`, `DATETIME_DIFF`.
pub(super) fn crossed(later: i64, earlier: i64, part: Part) -> i64 {
    number(later, part) - number(earlier, part)
}

/// How many whole parts lie between two times: `TIMESTAMP_DIFF`.
pub(super) fn elapsed(later: i64, earlier: i64, part: Part) -> Option<i64> {
    let unit = match part {
        Part::Time(unit) => unit,
        Part::Day => DAY,
        _ => return None,
    };
    Some(later.checked_sub(earlier)? / unit)
}

/// The number of the part that holds a time, counted from some one.
fn number(time: i64, part: Part) -> i64 {
    let days = time.div_euclid(DAY);
    let (year, month, _) = civil(days);
    match part {
        Part::Time(unit) | Part::Unix(unit) => time.div_euclid(unit),
        Part::Day | Part::DayOfWeek | Part::DayOfYear => days,
        Part::Week(first) => (days + 4 - first).div_euclid(7),
        Part::IsoWeek => (days + 3).div_euclid(7),
        Part::Month => year * 12 + month,
        Part::Quarter => year * 4 + (month - 1) / 3,
        Part::Year => year,
        Part::IsoYear => iso_year(days).0,
    }
}

/// A time so many parts later; the last day of a month that is shorter. `None` if that is too far.
pub(super) fn shift(time: i64, count: i64, part: Part) -> Option<i64> {
    let months = match part {
        Part::Time(unit) | Part::Unix(unit) => return time.checked_add(count.checked_mul(unit)?),
        Part::Day | Part::DayOfWeek | Part::DayOfYear => return time.checked_add(count.checked_mul(DAY)?),
        Part::Week(_) | Part::IsoWeek => return time.checked_add(count.checked_mul(7 * DAY)?),
        Part::Month => count,
        Part::Quarter => count.checked_mul(3)?,
        Part::Year | Part::IsoYear => count.checked_mul(12)?,
    };
    let (year, month, day) = civil(time.div_euclid(DAY));
    let months = months.checked_add(year * 12 + month - 1)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // The years that BigQuery has.
    if !(1..=9999).contains(&year) {
        return None;
    }
    days_of(year, month, day.min(days_in(year, month))).checked_mul(DAY)?.checked_add(time.rem_euclid(DAY))
}
