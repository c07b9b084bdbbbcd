//! Functions of text whose edges differ: what is white, what a negative length is, what an empty delimiter does.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListBuilder, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{INITCAP, INSTR, LEFT, RIGHT, SPLIT, TO_HEX, TRIM, bytes, constant, is_whole, string, strings};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: TRIM,
        ours: 1,
        takes: "TRIM takes STRING",
        types: all_strings,
        result: |_| DataType::Utf8,
        evaluate: trim,
    },
    Definition {
        name: LEFT,
        ours: 0,
        takes: "LEFT takes STRING and a length",
        types: string_and_length,
        result: |_| DataType::Utf8,
        evaluate: |arrays| end(arrays, "LEFT"),
    },
    Definition {
        name: RIGHT,
        ours: 0,
        takes: "RIGHT takes STRING and a length",
        types: string_and_length,
        result: |_| DataType::Utf8,
        evaluate: |arrays| end(arrays, "RIGHT"),
    },
    Definition {
        name: INITCAP,
        ours: 0,
        takes: "INITCAP takes STRING",
        types: all_strings,
        result: |_| DataType::Utf8,
        evaluate: initcap,
    },
    Definition {
        name: INSTR,
        ours: 0,
        takes: "INSTR takes two STRINGs, a position and an occurrence",
        types: |found| match found {
            [value, part, position, occurrence] if is_whole(position) && is_whole(occurrence) => {
                Some(vec![string(value)?, string(part)?, DataType::Int64, DataType::Int64])
            }
            _ => None,
        },
        result: |_| DataType::Int64,
        evaluate: instr,
    },
    Definition {
        name: SPLIT,
        ours: 0,
        takes: "SPLIT takes STRING",
        types: all_strings,
        result: |_| DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        evaluate: split,
    },
    Definition {
        name: TO_HEX,
        ours: 0,
        takes: "TO_HEX takes BYTES",
        types: |found| match found {
            [x] if *x != DataType::Null => bytes(x).filter(|found| *found == DataType::Binary).map(|bytes| vec![bytes]),
            _ => None,
        },
        result: |_| DataType::Utf8,
        evaluate: to_hex,
    },
];

fn all_strings(found: &[DataType]) -> Option<Vec<DataType>> {
    found.iter().map(string).collect()
}

fn string_and_length(found: &[DataType]) -> Option<Vec<DataType>> {
    match found {
        [value, length] if is_whole(length) => Some(vec![string(value)?, DataType::Int64]),
        _ => None,
    }
}

/// `TRIM`, `LTRIM`, `RTRIM`: the side, the text, and the characters that go; all white ones without.
fn trim(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (side, value, characters) = match arrays {
        [side, value] => (constant(side), strings(value)?, None),
        [side, value, characters] => (constant(side), strings(value)?, Some(strings(characters)?)),
        _ => return exec_err!("TRIM takes STRING"),
    };
    let trimmed = |text: &str, characters: Option<&str>| {
        let goes = |c: char| characters.map_or_else(|| c.is_whitespace(), |characters| characters.contains(c));
        match side {
            Some("LTRIM") => text.trim_start_matches(goes),
            Some("RTRIM") => text.trim_end_matches(goes),
            _ => text.trim_matches(goes),
        }
        .to_owned()
    };
    let row = |(row, text): (usize, Option<&str>)| match characters {
        Some(characters) => text.filter(|_| characters.is_valid(row)).map(|text| trimmed(text, Some(characters.value(row)))),
        None => text.map(|text| trimmed(text, None)),
    };
    Ok(Arc::new(value.iter().enumerate().map(row).collect::<StringArray>()))
}

/// `LEFT`, `RIGHT`.
fn end(arrays: &[ArrayRef], name: &str) -> Result<ArrayRef> {
    let [value, length] = arrays else { return exec_err!("{name} takes STRING and a length") };
    let row = |(text, length): (Option<&str>, Option<i64>)| {
        let Some((text, length)) = text.zip(length) else { return Ok(None) };
        let Ok(length) = usize::try_from(length) else { return exec_err!("{name} takes a length of 0 or more, not {length}") };
        let skipped = if name == "LEFT" { 0 } else { text.chars().count().saturating_sub(length) };
        Ok(Some(text.chars().skip(skipped).take(length).collect::<String>()))
    };
    let rows = strings(value)?.iter().zip(length.as_primitive::<Int64Type>());
    Ok(Arc::new(rows.map(row).collect::<Result<StringArray>>()?))
}

/// What parts words, beside white space.
const DELIMITERS: &str = r#"[](){}/|<>!?@"^#$&~_,.:;*%+-"#;

fn initcap(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let (value, delimiters) = match arrays {
        [value] => (strings(value)?, None),
        [value, delimiters] => (strings(value)?, Some(strings(delimiters)?)),
        _ => return exec_err!("INITCAP takes STRING and delimiters"),
    };
    let capitalised = |text: &str, delimiters: Option<&str>| {
        let parts = |c: char| match delimiters {
            Some(delimiters) => delimiters.contains(c),
            None => c.is_whitespace() || DELIMITERS.contains(c),
        };
        let (mut written, mut begins) = (String::new(), true);
        for c in text.chars() {
            if begins {
                written.extend(c.to_uppercase());
            } else {
                written.extend(c.to_lowercase());
            }
            begins = parts(c);
        }
        written
    };
    let row = |(row, text): (usize, Option<&str>)| match delimiters {
        Some(delimiters) => text.filter(|_| delimiters.is_valid(row)).map(|text| capitalised(text, Some(delimiters.value(row)))),
        None => text.map(|text| capitalised(text, None)),
    };
    Ok(Arc::new(value.iter().enumerate().map(row).collect::<StringArray>()))
}

fn instr(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [value, part, position, occurrence] = arrays else { return exec_err!("INSTR takes four arguments") };
    let (value, part) = (strings(value)?, strings(part)?);
    let (position, occurrence) = (position.as_primitive::<Int64Type>(), occurrence.as_primitive::<Int64Type>());
    let mut places = Vec::with_capacity(value.len());
    for (((value, part), position), occurrence) in value.iter().zip(part).zip(position).zip(occurrence) {
        let (Some(value), Some(part), Some(position), Some(occurrence)) = (value, part, position, occurrence) else {
            places.push(None);
            continue;
        };
        let nth = usize::try_from(occurrence).ok().and_then(|nth| nth.checked_sub(1));
        let Some(nth) = nth.filter(|_| position != 0) else {
            return exec_err!("INSTR takes a position that is not 0 and an occurrence of 1 or more");
        };
        places.push(Some(find(value, part, position, nth)));
    }
    Ok(Arc::new(Int64Array::from(places)))
}

/// The place, from 1, of the `nth` match from a position on; 0 without one. Matches may overlap; a negative position counts from
/// the end and goes backwards.
fn find(value: &str, part: &str, position: i64, nth: usize) -> i64 {
    if part.is_empty() {
        return 0;
    }
    let begins = |(_, (byte, _)): &(usize, (usize, char))| value.get(*byte..).is_some_and(|rest| rest.starts_with(part));
    let matches = value.char_indices().enumerate().filter(begins).map(|(place, _)| place);
    let count = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
    let found = if position > 0 {
        let mut after = matches.skip_while(|place| *place < count - 1);
        after.nth(nth)
    } else {
        let last = value.chars().count().checked_sub(count);
        let before: Vec<usize> = matches.filter(|place| last.is_some_and(|last| *place <= last)).collect();
        before.into_iter().rev().nth(nth)
    };
    found.and_then(|place| i64::try_from(place + 1).ok()).unwrap_or(0)
}

fn split(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [value, delimiter] = arrays else { return exec_err!("SPLIT takes STRING and a delimiter") };
    let mut lists = ListBuilder::new(StringBuilder::new());
    for pair in strings(value)?.iter().zip(strings(delimiter)?) {
        let (Some(text), Some(delimiter)) = pair else {
            lists.append(false);
            continue;
        };
        if text.is_empty() {
            lists.values().append_value("");
        } else if delimiter.is_empty() {
            text.chars().for_each(|c| lists.values().append_value(c.to_string()));
        } else {
            text.split(delimiter).for_each(|part| lists.values().append_value(part));
        }
        lists.append(true);
    }
    Ok(Arc::new(lists.finish()))
}

fn to_hex(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let Some(values) = arrays.first().and_then(|array| array.as_binary_opt::<i32>()) else {
        return exec_err!("TO_HEX takes BYTES");
    };
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    Ok(Arc::new(values.iter().map(|bytes| bytes.map(hex)).collect::<StringArray>()))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn matches_overlap_and_count_from_both_ends() {
        for (value, part, position, nth, place) in [
            ("banana", "an", 1, 0, 2),
            ("banana", "an", 3, 0, 4),
            ("banana", "an", 1, 2, 0),
            ("banana", "an", -1, 0, 4),
            ("banana", "an", -3, 0, 4),
            ("banana", "an", -4, 0, 2),
            ("helloooo", "oo", 1, 1, 6),
            ("helloooo", "oo", -1, 0, 7),
            ("helloooo", "oo", -1, 1, 6),
            ("äbäb", "b", 1, 1, 4),
            ("ab", "b", -5, 0, 0),
            ("ab", "", 1, 0, 0),
        ] {
            assert_eq!(find(value, part, position, nth), place, "{value} {part} {position} {nth}");
        }
    }
}
