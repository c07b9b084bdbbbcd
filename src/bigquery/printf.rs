//! `FORMAT`: one value as its specifier says.
//!
//! Source: C's `printf`, of which BigQuery's specifiers are, with `'` for thousands.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{FORMAT_NUMBER, FORMAT_TEXT, FORMAT_WHOLE, constant, is_number, is_whole, string, strings, text};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: FORMAT_WHOLE,
        ours: 1,
        takes: "%d, %i, %x, %X and %o in FORMAT take a whole number",
        types: |found| matches!(found, [_, value] if is_whole(value)).then(|| vec![DataType::Utf8, DataType::Int64]),
        result: |_| DataType::Utf8,
        evaluate: whole,
    },
    Definition {
        name: FORMAT_NUMBER,
        ours: 1,
        takes: "%f, %e and %g in FORMAT take a number",
        types: |found| matches!(found, [_, value] if is_number(value)).then(|| vec![DataType::Utf8, DataType::Float64]),
        result: |_| DataType::Utf8,
        evaluate: number,
    },
    Definition {
        name: FORMAT_TEXT,
        ours: 1,
        takes: "%s in FORMAT takes STRING (%t takes any value)",
        types: |found| match found {
            [_, value] => Some(vec![DataType::Utf8, string(value)?]),
            _ => None,
        },
        result: |_| DataType::Utf8,
        evaluate: |arrays| {
            let (spec, values) = specified(arrays)?;
            let cut = |text: &str| text.chars().take(spec.precision.unwrap_or(usize::MAX)).collect::<String>();
            Ok(Arc::new(
                strings(values)?.iter().map(|text| text.map(|text| spec.padded("", &cut(text)))).collect::<StringArray>(),
            ))
        },
    },
];

/// How a value is written: the flags, width and precision of a specifier, and its letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the five flags may stand together")]
pub(crate) struct Spec {
    is_left: bool,
    has_plus: bool,
    has_space: bool,
    has_zeros: bool,
    has_thousands: bool,
    width: usize,
    precision: Option<usize>,
    pub(crate) letter: char,
}

impl Spec {
    /// The specifier that a text behind `%` begins with, and its length; `None` of what is not one of these.
    pub(crate) fn read(text: &str) -> Option<(Self, usize)> {
        const MOST: usize = 100;
        let mut spec = Self::default();
        let flags = text.find(|c| !"-+ 0'".contains(c))?;
        for flag in text.get(..flags)?.chars() {
            match flag {
                '-' => spec.is_left = true,
                '+' => spec.has_plus = true,
                ' ' => spec.has_space = true,
                '0' => spec.has_zeros = true,
                _ => spec.has_thousands = true,
            }
        }
        let rest = text.get(flags..)?;
        let width = rest.find(|c: char| !c.is_ascii_digit())?;
        if width > 0 {
            spec.width = rest.get(..width)?.parse().ok().filter(|width| *width <= MOST)?;
        }
        let rest = rest.get(width..)?;
        let precision = match rest.strip_prefix('.') {
            Some(digits) => {
                let end = digits.find(|c: char| !c.is_ascii_digit())?;
                let digits = digits.get(..end)?;
                let digits = if digits.is_empty() { 0 } else { digits.parse().ok().filter(|digits| *digits <= MOST)? };
                spec.precision = Some(digits);
                end + 1
            }
            None => 0,
        };
        spec.letter = rest.get(precision..)?.chars().next()?;
        let fits = match spec.letter {
            'd' | 'i' => spec.precision.is_none(),
            'x' | 'X' | 'o' => spec.precision.is_none() && !spec.has_thousands && !spec.has_plus && !spec.has_space,
            'f' | 'F' => true,
            'e' | 'E' | 'g' | 'G' => !spec.has_thousands,
            's' | 't' => !(spec.has_plus || spec.has_space || spec.has_zeros || spec.has_thousands),
            _ => false,
        };
        fits.then_some((spec, flags + width + precision + 1))
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.has_plus, self.has_space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        }
    }

    /// Sign and digits in the width of the specifier.
    fn padded(&self, sign: &str, written: &str) -> String {
        let missing = self.width.saturating_sub(sign.len() + written.chars().count());
        if self.is_left {
            format!("{sign}{written}{}", " ".repeat(missing))
        } else if self.has_zeros && written.starts_with(|c: char| c.is_ascii_hexdigit()) {
            format!("{sign}{}{written}", "0".repeat(missing))
        } else {
            format!("{}{sign}{written}", " ".repeat(missing))
        }
    }

    /// A number of 0 or more.
    fn unsigned(&self, value: f64) -> String {
        let precision = self.precision.unwrap_or(6);
        let written = if value.is_nan() {
            "nan".to_owned()
        } else if value.is_infinite() {
            "inf".to_owned()
        } else {
            match self.letter.to_ascii_lowercase() {
                'e' => scientific(value, precision),
                'g' if value == 0.0 => "0".to_owned(),
                'g' => text::significant(value, precision.max(1)),
                _ => format!("{value:.precision$}"),
            }
        };
        if self.letter.is_uppercase() { written.to_uppercase() } else { written }
    }
}

/// `1.500000e+00`.
fn scientific(value: f64, precision: usize) -> String {
    let written = format!("{value:.precision$e}");
    let Some((mantissa, exponent)) = written.split_once('e') else { return written };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// Commas between groups of three digits before the point.
fn grouped(written: &str) -> String {
    let (whole, fraction) = written.split_at(written.find('.').unwrap_or(written.len()));
    if !whole.bytes().all(|c| c.is_ascii_digit()) {
        return written.to_owned();
    }
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

fn specified(arrays: &[ArrayRef]) -> Result<(Spec, &ArrayRef)> {
    let [spec, values] = arrays else { return exec_err!("FORMAT takes a specifier and a value") };
    let Some((spec, _)) = constant(spec).and_then(Spec::read) else { return exec_err!("a specifier of FORMAT is expected") };
    Ok((spec, values))
}

fn whole(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (spec, values) = specified(arrays)?;
    let written = |value: i64| {
        let size = value.unsigned_abs();
        let digits = match spec.letter {
            'x' => format!("{size:x}"),
            'X' => format!("{size:X}"),
            'o' => format!("{size:o}"),
            _ if spec.has_thousands => grouped(&size.to_string()),
            _ => size.to_string(),
        };
        spec.padded(spec.sign(value < 0), &digits)
    };
    Ok(Arc::new(values.as_primitive::<Int64Type>().iter().map(|value| value.map(written)).collect::<StringArray>()))
}

fn number(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (spec, values) = specified(arrays)?;
    let written = |value: f64| {
        let digits = spec.unsigned(value.abs());
        let digits = if spec.has_thousands { grouped(&digits) } else { digits };
        spec.padded(spec.sign(value.is_sign_negative() && !value.is_nan()), &digits)
    };
    Ok(Arc::new(values.as_primitive::<Float64Type>().iter().map(|value| value.map(written)).collect::<StringArray>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As C writes them.
    #[test]
    fn numbers() {
        for (spec, value, expected) in [
            (".2f", 1.005, "1.00"),
            ("f", -2.5, "-2.500000"),
            ("8.1f", 2.55, "     2.5"),
            ("-8.1f|", 2.0, "2.0     "),
            ("08.2f", -3.25, "-0003.25"),
            ("+.0f", 1.0, "+1"),
            ("'.1f", 1_234_567.25, "1,234,567.2"),
            ("e", 1234.5, "1.234500e+03"),
            (".1E", 0.000_012, "1.2E-05"),
            ("g", 1_234_567.0, "1.23457e+06"),
            ("g", 0.0001, "0.0001"),
            ("g", 0.0, "0"),
            ("05f", f64::INFINITY, "  inf"),
            ("F", f64::NAN, "NAN"),
        ] {
            let values: ArrayRef = Arc::new(datafusion::arrow::array::Float64Array::from(vec![value]));
            let specs: ArrayRef = Arc::new(StringArray::from(vec![spec]));
            assert_eq!(number(&[specs, values]).unwrap().as_string::<i32>().value(0), expected, "{spec} {value}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (spec, value, expected) in [
            ("d", i64::MIN, "-9223372036854775808"),
            ("5d", 7, "    7"),
            ("-5i", 7, "7    "),
            ("05d", -7, "-0007"),
            ("'d", 1_234_567, "1,234,567"),
            ("'d", 123, "123"),
            ("x", 255, "ff"),
            ("04X", 255, "00FF"),
            ("o", 8, "10"),
            ("x", -255, "-ff"),
        ] {
            let values: ArrayRef = Arc::new(datafusion::arrow::array::Int64Array::from(vec![value]));
            let specs: ArrayRef = Arc::new(StringArray::from(vec![spec]));
            assert_eq!(whole(&[specs, values]).unwrap().as_string::<i32>().value(0), expected, "{spec} {value}");
        }
        for spec in ["", "q", "*d", ".2d", "'x", "5", "999d", "+s"] {
            assert_eq!(Spec::read(spec), None, "{spec}");
        }
    }
}
