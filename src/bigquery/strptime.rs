//! `PARSE_DATE` and the like: texts as times, by a format.
//!
//! Source: the format elements of C's `strptime` as BigQuery has them. Parts that a format leaves out are those of 1970-01-01 00:00:00.

use super::calendar::{self, DAY};
use super::strftime::{MONTHS, Moment, Piece, WEEKDAYS, digits_of_second, first_unknown, pieces};

/// The first element that is not read of such a value. Weeks are not: with them a day can be said in several ways.
pub(crate) fn unread(format: &str, of: Moment) -> Option<String> {
    let (of_date, of_time) = (of != Moment::Time, of != Moment::Date);
    first_unknown(format, |element| match element {
        "%" | "n" | "t" => true,
        "A" | "a" | "B" | "b" | "D" | "d" | "e" | "F" | "h" | "j" | "m" | "x" | "Y" | "y" | "E4Y" => of_date,
        "H" | "I" | "k" | "l" | "M" | "P" | "p" | "R" | "S" | "T" | "X" => of_time,
        "c" | "s" => of_date && of_time,
        "z" | "Ez" => of == Moment::Timestamp,
        other => of_time && digits_of_second(other).is_some(),
    })
}

/// The time of a text in microseconds; `None` if it has not the form.
pub(super) fn read(format: &str, text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.trim(), found: Found::default() };
    reader.pieces(format.trim())?;
    if !reader.rest.is_empty() {
        return None;
    }
    reader.found.time()
}

/// What has been read.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    hour_of_12: Option<i64>,
    is_afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    micros: i64,
    /// Seconds since 1970: nothing else counts then.
    epoch: Option<i64>,
    /// How much later a clock there is than one in UTC, in minutes.
    offset: i64,
}

impl Found {
    fn time(&self) -> Option<i64> {
        if let Some(epoch) = self.epoch {
            return epoch.checked_mul(1_000_000);
        }
        let year = self.year.unwrap_or(1970);
        let days = match self.day_of_year {
            Some(day) => {
                let first = calendar::days_of(year, 1, 1);
                let is_there = (1..=calendar::days_of(year + 1, 1, 1) - first).contains(&day);
                is_there.then_some(first + day - 1)?
            }
            None => calendar::date(year, self.month.unwrap_or(1), self.day.unwrap_or(1))?,
        };
        let hour = match (self.hour, self.hour_of_12) {
            (Some(hour), _) => hour,
            (None, Some(hour)) => hour % 12 + if self.is_afternoon.unwrap_or(false) { 12 } else { 0 },
            (None, None) => 0,
        };
        let minutes = hour * 60 + self.minute.unwrap_or(0) - self.offset;
        Some(days * DAY + (minutes * 60 + self.second.unwrap_or(0)) * 1_000_000 + self.micros)
    }
}

struct Reader<'a> {
    rest: &'a str,
    found: Found,
}

impl Reader<'_> {
    fn pieces(&mut self, format: &str) -> Option<()> {
        pieces(format).into_iter().try_for_each(|piece| match piece {
            Piece::Text(text) => self.text(text),
            Piece::Element(element) => self.element(element),
        })
    }

    /// Takes a text; white space stands for as much of it as there is, also none.
    fn text(&mut self, text: &str) -> Option<()> {
        for c in text.chars() {
            self.rest = if c.is_whitespace() { self.rest.trim_start() } else { self.rest.strip_prefix(c)? };
        }
        Some(())
    }

    fn element(&mut self, element: &str) -> Option<()> {
        match element {
            "A" | "a" => self.name(&WEEKDAYS).map(|_| ()),
            "B" | "b" | "h" => self.name(&MONTHS).map(|month| self.found.month = Some(month + 1)),
            "c" => self.pieces("%a %b %e %H:%M:%S %Y"),
            "D" | "x" => self.pieces("%m/%d/%y"),
            "F" => self.pieces("%Y-%m-%d"),
            "R" => self.pieces("%H:%M"),
            "T" | "X" => self.pieces("%H:%M:%S"),
            "d" | "e" => self.number(2, 1..=31).map(|day| self.found.day = Some(day)),
            "H" | "k" => self.number(2, 0..=23).map(|hour| self.found.hour = Some(hour)),
            "I" | "l" => self.number(2, 1..=12).map(|hour| self.found.hour_of_12 = Some(hour)),
            "j" => self.number(3, 1..=366).map(|day| self.found.day_of_year = Some(day)),
            "M" => self.number(2, 0..=59).map(|minute| self.found.minute = Some(minute)),
            "m" => self.number(2, 1..=12).map(|month| self.found.month = Some(month)),
            "n" | "t" => {
                self.rest = self.rest.trim_start();
                Some(())
            }
            "P" | "p" => self.half_of_day(),
            "S" => self.number(2, 0..=59).map(|second| self.found.second = Some(second)),
            "s" => self.signed().map(|seconds| self.found.epoch = Some(seconds)),
            "Y" | "E4Y" => self.number(4, 1..=9999).map(|year| self.found.year = Some(year)),
            "y" => self.number(2, 0..=99).map(|year| self.found.year = Some(if year < 69 { 2000 + year } else { 1900 + year })),
            "z" | "Ez" => self.offset(),
            "%" => self.text("%"),
            other => self.second(digits_of_second(other)?),
        }
    }

    /// A name in full or by its first three letters, without regard to case.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let starts = |name: &str| self.rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        let place = names.iter().position(|name| name.get(..3).is_some_and(starts))?;
        let full = names.get(place)?;
        let length = if starts(full) { full.len() } else { 3 };
        self.rest = self.rest.get(length..)?;
        i64::try_from(place).ok()
    }

    /// A number of at most so many digits.
    fn number(&mut self, most: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let rest = self.rest.trim_start();
        let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, behind) = rest.split_at_checked(length)?;
        let number = digits.parse().ok().filter(|number| range.contains(number))?;
        self.rest = behind;
        Some(number)
    }

    fn signed(&mut self) -> Option<i64> {
        let length = self.rest.bytes().enumerate().take_while(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == b'-')).count();
        let (digits, behind) = self.rest.split_at_checked(length)?;
        self.rest = behind;
        digits.parse().ok()
    }

    fn half_of_day(&mut self) -> Option<()> {
        let half = self.rest.get(..2)?.to_lowercase();
        self.found.is_afternoon = Some(match half.as_str() {
            "am" => false,
            "pm" => true,
            _ => return None,
        });
        self.rest = self.rest.get(2..)?;
        Some(())
    }

    /// A second with its fraction.
    fn second(&mut self, digits: usize) -> Option<()> {
        self.found.second = Some(self.number(2, 0..=59)?);
        let Some(fraction) = self.rest.strip_prefix('.').filter(|_| digits != 0) else { return Some(()) };
        let length = fraction.bytes().take(digits.min(6)).take_while(u8::is_ascii_digit).count();
        let (written, behind) = fraction.split_at_checked(length)?;
        self.found.micros = format!("{written:0<6}").parse().ok()?;
        self.rest = behind;
        Some(())
    }

    /// `+0200`, `-08:00`, `Z`.
    fn offset(&mut self) -> Option<()> {
        if let Some(behind) = self.rest.strip_prefix(['Z', 'z']) {
            self.rest = behind;
            return Some(());
        }
        let sign = if self.rest.starts_with('-') { -1 } else { 1 };
        self.rest = self.rest.strip_prefix(['+', '-'])?;
        let hours = self.number(2, 0..=14)?;
        self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
        self.found.offset = sign * (hours * 60 + self.number(2, 0..=59)?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::bigquery::strftime::write;

    #[test]
    fn texts() {
        for (format, text, expected) in [
            ("%Y%m%d", "20081225", "2008-12-25 00:00:00"),
            ("%x", "12/25/08", "2008-12-25 00:00:00"),
            ("%F", "  2000-12-30 ", "2000-12-30 00:00:00"),
            ("%b %e, %Y", "Jan 5, 2020", "2020-01-05 00:00:00"),
            ("%A %B %d %Y", "thursday december 25 2008", "2008-12-25 00:00:00"),
            ("%Y", "2020", "2020-01-01 00:00:00"),
            ("%y", "69", "1969-01-01 00:00:00"),
            ("%Y-%j", "2020-366", "2020-12-31 00:00:00"),
            ("%m/%d/%Y %I:%M:%S %p", "8/30/2018 2:23:38 pm", "2018-08-30 14:23:38"),
            ("%I %p", "12 AM", "1970-01-01 00:00:00"),
            ("%c", "Thu Dec 25 07:30:00 2008", "2008-12-25 07:30:00"),
            ("%s", "-1", "1969-12-31 23:59:59"),
            ("%FT%T%Ez", "2020-01-01T00:00:00-08:00", "2020-01-01 08:00:00"),
            ("%F %E*S", "2020-01-01 07.25", "2020-01-01 00:00:07.25"),
        ] {
            let time = read(format, text).unwrap_or_else(|| panic!("{format} {text}"));
            assert_eq!(write("%F %H:%M:%E*S", time), expected, "{format} {text}");
        }
        for (format, text) in [
            ("%Y-%m-%d", "2021-02-29"),
            ("%Y-%m-%d", "2021-13-01"),
            ("%Y-%m-%d", "2021-01-01x"),
            ("%Y-%m-%d", "20210101"),
            ("%H:%M", "24:00"),
            ("%b", "Foo"),
            ("%Y-%j", "2021-366"),
        ] {
            assert_eq!(read(format, text), None, "{format} {text}");
        }
    }
}
