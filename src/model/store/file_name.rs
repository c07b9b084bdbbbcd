//! From a model's name and version to the name of its file, and back.
//!
//! `name@version.dfml`, the parts of a qualified name joined by dots. Every byte but `a-z`, `0-9` and `_` is written `%xx`.
//! File names are thus lower-case ASCII: two names cannot meet on a file system that ignores case or rewrites Unicode, and no
//! name leaves the folder, hides itself, or is a command-line option.

use super::super::ModelName;
use crate::error::{ErrorKind, Result};

pub(crate) const EXTENSION: &str = ".dfml";
/// What file systems allow for one name, less the longest version and the extension.
const MAX_STEM_LENGTH: usize = 255 - "@4294967295".len() - EXTENSION.len();
/// Windows opens a device where a file name begins with one of these, whatever follows the first dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of the file of one version.
pub(super) fn file_name(name: &ModelName, version: u32) -> String {
    format!("{}@{version}{EXTENSION}", stem(name))
}

/// The model name and version that a file name stands for; `None` if the store would not have given that name.
pub(super) fn parse(file: &str) -> Option<(ModelName, u32)> {
    let (stem, version) = file.strip_suffix(EXTENSION)?.rsplit_once('@')?;
    let parts: Option<Vec<String>> = stem.split('.').map(decode).collect();
    let (name, version) = (ModelName::new(parts?), version.parse().ok()?);
    // One model has one file name: other spellings of the same are not ours.
    (file_name(&name, version) == file).then_some((name, version))
}

/// Fails if a model of this name could not be saved. To be asked before the work of training.
pub(super) fn check(name: &ModelName) -> Result<()> {
    if name.parts().is_empty() || name.parts().iter().any(String::is_empty) {
        let expected = "a name with at least one character in each of its parts".into();
        return Err(ErrorKind::InvalidOption { name: "the model's name".into(), value: name.to_string(), expected }.into());
    }
    let length = stem(name).len();
    if length > MAX_STEM_LENGTH {
        let start: String = name.to_string().chars().take(40).collect();
        let expected = format!(
            "at most {MAX_STEM_LENGTH} bytes, of which it has {length}; a byte other than a-z, 0-9 and _ counts as three, because \
             the model's file bears its name"
        );
        return Err(ErrorKind::InvalidOption { name: "the model's name".into(), value: format!("{start}…"), expected }.into());
    }
    Ok(())
}

fn stem(name: &ModelName) -> String {
    let mut stem = String::new();
    for (i, part) in name.parts().iter().enumerate() {
        if i > 0 {
            stem.push('.');
        }
        let device = i == 0 && is_device(part);
        for (j, byte) in part.bytes().enumerate() {
            if matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_') && !(device && j == 0) {
                stem.push(char::from(byte));
            } else {
                stem.push('%');
                stem.extend([byte >> 4, byte & 15].iter().filter_map(|digit| char::from_digit((*digit).into(), 16)));
            }
        }
    }
    stem
}

fn is_device(part: &str) -> bool {
    let numbered =
        |prefix: &str| part.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    DEVICES.contains(&part) || numbered("com") || numbered("lpt")
}

fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let (digits, tail) = rest.split_first_chunk::<2>()?;
            rest = tail;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_files_that_cannot_clash_or_escape() {
        for (parts, expected) in [
            (vec!["churn"], "churn@7.dfml"),
            (vec!["ml", "Churn"], "ml.%43hurn@7.dfml"),
            (vec!["ml.churn"], "ml%2echurn@7.dfml"),
            (vec![".."], "%2e%2e@7.dfml"),
            (vec!["../../etc/passwd"], "%2e%2e%2f%2e%2e%2fetc%2fpasswd@7.dfml"),
            (vec!["a@1"], "a%401@7.dfml"),
            (vec!["-rf"], "%2drf@7.dfml"),
            (vec!["ü"], "%c3%bc@7.dfml"),
            (vec!["con", "x"], "%63on.x@7.dfml"),
            (vec!["com1"], "%63om1@7.dfml"),
            (vec!["100%"], "100%25@7.dfml"),
        ] {
            let name = ModelName::new(parts);
            assert_eq!(file_name(&name, 7), expected);
            assert_eq!(parse(expected), Some((name, 7)));
        }
    }

    #[test]
    fn other_spellings_are_foreign() {
        for file in [
            "churn.dfml",
            "churn@.dfml",
            "churn@01.dfml",
            "churn@+1.dfml",
            "Churn@1.dfml",
            "%63hurn@1.dfml",
            "a%2E@1.dfml",
            "%@1.dfml",
        ] {
            assert_eq!(parse(file), None, "{file}");
        }
        assert_eq!(parse("%ff@1.dfml"), None, "not UTF-8");
        assert_eq!(parse("a@4294967296.dfml"), None, "not a u32");
    }

    #[test]
    fn a_name_too_long_for_a_file_says_so_before_training() {
        assert!(check(&ModelName::new(["a".repeat(MAX_STEM_LENGTH)])).is_ok());
        assert_eq!(file_name(&ModelName::new(["a".repeat(MAX_STEM_LENGTH)]), u32::MAX).len(), 255);
        let error = check(&ModelName::new(["Ä".repeat(5_000)])).unwrap_err();
        assert!(error.to_string().contains("of which it has 30000"), "{error}");
        assert!(error.to_string().len() < 500);
        assert!(check(&ModelName::new(Vec::<String>::new())).is_err());
        assert!(check(&ModelName::new(["a", ""])).is_err());
    }

    proptest! {
        #[test]
        fn every_name_survives(parts in prop::collection::vec(any::<String>(), 1..4), version in any::<u32>()) {
            let name = ModelName::new(parts);
            let file = file_name(&name, version);
            prop_assert!(file.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'%' | b'@')));
            prop_assert_eq!(parse(&file), Some((name, version)));
        }
    }
}
