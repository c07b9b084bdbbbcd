//! What settings and hyperparameters of Redshift's may be that have no effect here: they are checked all the same, so that a
//! script that would be refused there is refused here.

use super::read::{invalid, label, number, shown};
use crate::error::{Error, closest};
use crate::sql::ast::{OptionEntry, OptionValue};

/// Percentiles of a forecast, at most.
const MOST_PERCENTILES: usize = 5;

/// A key with the values that it may have.
#[derive(Debug)]
pub(super) struct Foreign(pub(super) &'static str, pub(super) Allowed);

/// The values that a key may have. Numbers may stand in quotes, as published scripts write them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Allowed {
    /// A string that is not empty.
    Text,
    /// `ON` or `OFF`.
    Switch,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A number from the first to the second.
    Number(f64, f64),
    /// One of these words, bare or as a string.
    Word(&'static [&'static str]),
    /// A whole number of at least 1, or `'auto'`.
    CountOrAuto,
    /// `'0.25,0.50,mean'`.
    Percentiles,
    /// Whatever it says.
    Any,
}

impl Allowed {
    /// What would be valid, for messages.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Text => "a string".into(),
            Self::Switch => "ON or OFF".into(),
            Self::Whole(least, i64::MAX) => format!("a whole number of at least {least}"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number(least, f64::INFINITY) => format!("a number of at least {least}"),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Word(words) => {
                format!("one of {}", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", "))
            }
            Self::CountOrAuto => "a whole number of at least 1, or 'auto'".into(),
            Self::Percentiles => format!("at most {MOST_PERCENTILES} of 0.01 to 0.99 and mean, for example '0.25,0.50,mean'"),
            Self::Any => "a value".into(),
        }
    }

    fn allows(self, value: &OptionValue) -> bool {
        let word = || label(value).map(|text| text.trim().to_ascii_lowercase());
        match self {
            Self::Text => matches!(value, OptionValue::Text(text) if !text.trim().is_empty()),
            Self::Switch => word().is_some_and(|word| ["on", "off"].contains(&word.as_str())),
            Self::Whole(least, most) => number(value).is_some_and(|x| x.fract() == 0.0 && x >= least as f64 && x <= most as f64),
            Self::Number(least, most) => number(value).is_some_and(|x| x >= least && x <= most),
            Self::Word(words) => word().is_some_and(|word| words.iter().any(|known| known.eq_ignore_ascii_case(&word))),
            Self::CountOrAuto => word().as_deref() == Some("auto") || Self::Whole(1, i64::MAX).allows(value),
            Self::Percentiles => label(value).is_some_and(|text| are_percentiles(&text)),
            Self::Any => true,
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Switch => &["ON", "OFF"],
            Self::Word(words) => words,
            _ => &[],
        }
    }
}

fn are_percentiles(text: &str) -> bool {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let fits = |part: &&str| part.eq_ignore_ascii_case("mean") || part.parse().is_ok_and(|p: f64| (0.01..=0.99).contains(&p));
    parts.len() <= MOST_PERCENTILES && parts.iter().all(fits)
}

impl Foreign {
    /// Checks the value that is given.
    pub(super) fn check(&self, entry: &OptionEntry) -> Result<(), Error> {
        let Self(key, allowed) = self;
        if allowed.allows(&entry.value) {
            return Ok(());
        }
        let error = invalid(&shown(key), &entry.value, &allowed.expected()).at(entry.value.span);
        let written = label(&entry.value).unwrap_or_default();
        let meant = closest(&written, allowed.words().iter().copied());
        Err(match (meant, &entry.value.value, allowed) {
            (Some(meant), ..) => error.with_hint(format!("did you mean {meant}?")),
            (None, OptionValue::Name(name), Allowed::Text) => {
                error.with_hint(format!("a string stands in quotes: '{}'", name.value))
            }
            _ => error,
        })
    }
}
