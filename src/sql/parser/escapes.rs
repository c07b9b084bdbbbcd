//! The escapes in BigQuery's strings: `\n`, `\x41`, `\u00e9`, `\101`.

/// The text of a string whose escapes stand as they were written; an escape that there is not is the error. Two quotes that end a
/// string and begin another are one quote, as in the host.
pub(super) fn unescaped(written: &str, quote: Option<char>) -> Result<String, String> {
    let undoubled = |text: &str| match quote {
        Some(quote) => text.replace(&format!("{quote}{quote}"), &quote.to_string()),
        None => text.to_owned(),
    };
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('\\') {
        text.push_str(&undoubled(before));
        let (c, length) = escape(behind)?;
        text.push(char::from_u32(c).ok_or_else(|| shown(behind, length))?);
        rest = behind.get(length..).unwrap_or_default();
    }
    text.push_str(&undoubled(rest));
    Ok(text)
}

/// The bytes of such a string; characters are in UTF-8, `\xff` is one byte.
pub(in crate::sql) fn unescaped_bytes(written: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let (c, length) = escape(behind)?;
        bytes.push(u8::try_from(c).map_err(|_| shown(behind, length))?);
        rest = behind.get(length..).unwrap_or_default();
    }
    bytes.extend(rest.bytes());
    Ok(bytes)
}

/// The character of an escape without its backslash, and how long that is.
fn escape(text: &str) -> Result<(u32, usize), String> {
    let digits = |from: usize, count: usize, radix: u32| {
        let digits = text.get(from..from + count).filter(|digits| digits.chars().all(|c| c.is_digit(radix)));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, radix).ok());
        value.map(|value| (value, from + count)).ok_or_else(|| shown(text, 1))
    };
    let plain = |c: char| Ok((u32::from(c), 1));
    match text.chars().next() {
        Some('a') => plain('\u{7}'),
        Some('b') => plain('\u{8}'),
        Some('f') => plain('\u{c}'),
        Some('n') => plain('\n'),
        Some('r') => plain('\r'),
        Some('t') => plain('\t'),
        Some('v') => plain('\u{b}'),
        Some(c @ ('\\' | '?' | '"' | '\'' | '`')) => plain(c),
        Some('x' | 'X') => digits(1, 2, 16),
        Some('u') => digits(1, 4, 16),
        Some('U') => digits(1, 8, 16),
        Some('0'..='3') => digits(0, 3, 8),
        _ => Err(shown(text, 1)),
    }
}

fn shown(text: &str, length: usize) -> String {
    format!("\\{}", text.chars().take(length).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{unescaped, unescaped_bytes};

    #[test]
    fn escapes() {
        assert_eq!(unescaped(r#"a\n\\d\'\"\`\?\x41\u00e9\U0001F600\101é"#, None).unwrap(), "a\n\\d'\"`?Aé😀Aé");
        assert_eq!(unescaped(r"it''s \'x", Some('\'')).unwrap(), "it's 'x");
        assert_eq!(unescaped_bytes(r"\xff\000é").unwrap(), [255, 0, 0xc3, 0xa9]);
        for (text, escape) in [(r"\d", r"\d"), (r"\x4", r"\x"), (r"\8", r"\8"), ("\\", "\\"), (r"\ud800", r"\ud800")] {
            assert_eq!(unescaped(text, None).unwrap_err(), escape);
        }
    }
}
