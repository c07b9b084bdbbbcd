//! `FORMAT_DATE` and the like: times as texts, by a format.
//!
//! Source: the format elements of C's `strftime` as BigQuery has them, in English and in UTC.

use std::fmt::Write;

use super::calendar::{self, DAY, Part};

/// What is written or read, which decides on the elements that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Date,
    Datetime,
    Timestamp,
    Time,
}

pub(super) const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
pub(super) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A piece of a format.
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// Without its `%`.
    Element(&'a str),
}

/// The pieces of a format: `%Y`, `%E4Y`, and what stands between them.
pub(super) fn pieces(format: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), format);
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Text(before));
        let is_inside = |(at, c): (usize, char)| match at {
            0 => c != 'E',
            _ => !(c.is_ascii_digit() || c == '*'),
        };
        let end = after.char_indices().find(|place| is_inside(*place)).map_or(after.len(), |(at, c)| at + c.len_utf8());
        let (element, behind) = after.split_at(end);
        pieces.push(Piece::Element(element));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The first element that is not written of such a value.
pub(crate) fn unwritten(format: &str, of: Moment) -> Option<String> {
    first_unknown(format, |element| is_known(element, of))
}

pub(super) fn first_unknown(format: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    pieces(format).into_iter().find_map(|piece| match piece {
        Piece::Element(element) if !is_known(element) => Some(format!("%{element}")),
        _ => None,
    })
}

fn is_known(element: &str, of: Moment) -> bool {
    let (of_date, of_time) = (of != Moment::Time, of != Moment::Date);
    match element {
        "%" | "n" | "t" => true,
        "A" | "a" | "B" | "b" | "C" | "D" | "d" | "e" | "F" | "G" | "g" | "h" | "j" | "m" | "Q" | "U" | "u" | "V" | "W" | "w"
        | "x" | "Y" | "y" | "E4Y" => of_date,
        "H" | "I" | "k" | "l" | "M" | "P" | "p" | "R" | "S" | "T" | "X" => of_time,
        "c" | "s" => of_date && of_time,
        "Z" | "z" | "Ez" => of == Moment::Timestamp,
        _ => of_time && digits_of_second(element).is_some(),
    }
}

/// As many digits behind the point of a second as there are.
pub(super) const ALL_DIGITS: usize = usize::MAX;

/// The digits behind the point of a second: 3 of `E3S`, all of `E*S`.
pub(super) fn digits_of_second(element: &str) -> Option<usize> {
    match element.strip_prefix('E')?.strip_suffix('S')? {
        "*" => Some(ALL_DIGITS),
        digits => digits.parse().ok().filter(|digits| *digits <= 6),
    }
}

/// A time in microseconds by a format.
pub(super) fn write(format: &str, time: i64) -> String {
    let mut text = String::new();
    for piece in pieces(format) {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Element(element) => write_element(element, time, &mut text),
        }
    }
    text
}

fn write_element(element: &str, time: i64, text: &mut String) {
    let part = |part| calendar::extract(time, part);
    let (year, month, day) = (part(Part::Year), part(Part::Month), part(Part::Day));
    let seconds = time.rem_euclid(DAY) / 1_000_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let hour_of_12 = (hour + 11) % 12 + 1;
    let weekday = part(Part::DayOfWeek) - 1;
    let named =
        |names: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default();
    let short = |name: &'static str| name.get(..3).unwrap_or(name);
    // Writing to a String cannot fail.
    let _ = match element {
        "A" => write!(text, "{}", named(&WEEKDAYS, weekday)),
        "a" => write!(text, "{}", short(named(&WEEKDAYS, weekday))),
        "B" => write!(text, "{}", named(&MONTHS, month - 1)),
        "b" | "h" => write!(text, "{}", short(named(&MONTHS, month - 1))),
        "C" => write!(text, "{:02}", year / 100),
        "c" => {
            text.push_str(&write("%a %b %e %H:%M:%S %Y", time));
            Ok(())
        }
        "D" | "x" => write!(text, "{month:02}/{day:02}/{:02}", year % 100),
        "d" => write!(text, "{day:02}"),
        "e" => write!(text, "{day:2}"),
        "F" => write!(text, "{year:04}-{month:02}-{day:02}"),
        "G" => write!(text, "{}", part(Part::IsoYear)),
        "g" => write!(text, "{:02}", part(Part::IsoYear) % 100),
        "H" => write!(text, "{hour:02}"),
        "I" => write!(text, "{hour_of_12:02}"),
        "j" => write!(text, "{:03}", part(Part::DayOfYear)),
        "k" => write!(text, "{hour:2}"),
        "l" => write!(text, "{hour_of_12:2}"),
        "M" => write!(text, "{minute:02}"),
        "m" => write!(text, "{month:02}"),
        "n" => writeln!(text),
        "P" => write!(text, "{}", if hour < 12 { "am" } else { "pm" }),
        "p" => write!(text, "{}", if hour < 12 { "AM" } else { "PM" }),
        "Q" => write!(text, "{}", part(Part::Quarter)),
        "R" => write!(text, "{hour:02}:{minute:02}"),
        "S" => write!(text, "{second:02}"),
        "s" => write!(text, "{}", time.div_euclid(1_000_000)),
        "T" | "X" => write!(text, "{hour:02}:{minute:02}:{second:02}"),
        "t" => write!(text, "\t"),
        "U" => write!(text, "{:02}", part(Part::Week(0))),
        "u" => write!(text, "{}", (weekday + 6) % 7 + 1),
        "V" => write!(text, "{:02}", part(Part::IsoWeek)),
        "W" => write!(text, "{:02}", part(Part::Week(1))),
        "w" => write!(text, "{weekday}"),
        "Y" => write!(text, "{year}"),
        "E4Y" => write!(text, "{year:04}"),
        "y" => write!(text, "{:02}", year % 100),
        "Z" => write!(text, "UTC"),
        "z" => write!(text, "+0000"),
        "Ez" => write!(text, "+00:00"),
        "%" => write!(text, "%"),
        other => match digits_of_second(other) {
            Some(digits) => write_second(second, time.rem_euclid(1_000_000), digits, text),
            None => Ok(()),
        },
    };
}

/// A second with so many digits behind the point, or those that are not 0.
fn write_second(second: i64, micros: i64, digits: usize, text: &mut String) -> std::fmt::Result {
    write!(text, "{second:02}")?;
    let fraction = format!("{micros:06}");
    let fraction = match digits {
        ALL_DIGITS => fraction.trim_end_matches('0'),
        _ => fraction.get(..digits).unwrap_or_default(),
    };
    if fraction.is_empty() { Ok(()) } else { write!(text, ".{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::{Moment, unwritten, write};

    /// 2024-02-07 was a Wednesday.
    #[test]
    fn elements() {
        let time = 1_707_264_000_000_000 + 15 * 3_600_000_000 + 4 * 60_000_000 + 5_670_000;
        let dates = "%A,%a,%B,%b,%C,%D,%d,%e,%F,%G,%g,%h,%j,%m,%Q,%U,%u,%V,%W,%w,%x,%Y,%y,%%";
        assert_eq!(unwritten(dates, Moment::Date), None);
        assert_eq!(
            write(dates, time),
            "Wednesday,Wed,February,Feb,20,02/07/24,07, 7,2024-02-07,2024,24,Feb,038,02,1,05,3,06,06,3,02/07/24,2024,24,%"
        );
        let times = "%H %I %k %l %M %P %p %R %S %T %X %E3S %E*S %E0S";
        assert_eq!(unwritten(times, Moment::Time), None);
        assert_eq!(write(times, time), "15 03 15  3 04 pm PM 15:04 05 15:04:05 15:04:05 05.670 05.67 05");
        assert_eq!(write("%c|%s|%Z%z%Ez", time), "Wed Feb  7 15:04:05 2024|1707318245|UTC+0000+00:00");
        assert_eq!(unwritten("%Y %H", Moment::Date).as_deref(), Some("%H"));
        assert_eq!(unwritten("%E9S", Moment::Time).as_deref(), Some("%E9S"));
        assert_eq!(unwritten("100%", Moment::Date).as_deref(), Some("%"));
    }
}
