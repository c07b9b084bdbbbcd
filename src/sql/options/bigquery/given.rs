//! The options that a statement gives, checked against the table.

use datafusion::sql::sqlparser::tokenizer::Span;

use super::super::read::shown;
use super::table::{self, Effect, OPTIONS};
use super::types::{MODEL_TYPES, Types};
use super::values::{Tuned, Value, tuned};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::sql::ast::{OptionEntry, OptionValue, Spanned};

/// Options whose keys and values are right for the type of model.
#[derive(Debug)]
pub(super) struct Given<'a> {
    entries: &'a [OptionEntry],
    pub(super) model_type: Types,
}

impl<'a> Given<'a> {
    /// Checks the options; `remote` says that a connection is given, so that there need be no type.
    ///
    /// # Errors
    /// [`UnknownOption`](ErrorKind::UnknownOption), [`InvalidOption`](ErrorKind::InvalidOption), and
    /// [`Statement`](ErrorKind::Statement) for an option of another type of model.
    pub(super) fn check(entries: &'a [OptionEntry], remote: bool, place: Span) -> Result<Self> {
        let given = Self { entries, model_type: Types::ALL };
        let model_type = match given.get("model_type") {
            Some(entry) => model_type(entry)?,
            None if remote => Types::REMOTE,
            None => {
                for entry in entries {
                    known(entry)?;
                }
                let hint = "for example MODEL_TYPE = 'LOGISTIC_REG'";
                return Err(Error::statement("the option MODEL_TYPE is missing").at(place).with_hint(hint));
            }
        };
        let given = Self { entries, model_type };
        for (i, entry) in entries.iter().enumerate() {
            given.check_entry(entry)?;
            if entries[..i].iter().any(|other| other.key == entry.key) {
                let message = format!("the option {} is given twice", shown(&entry.key));
                return Err(Error::statement(message).at(entry.key.span).with_hint("leave out one of them"));
            }
        }
        Ok(given)
    }

    fn check_entry(&self, entry: &OptionEntry) -> Result<()> {
        let option = known(entry)?;
        if !option.types.holds(self.model_type) {
            let of = match self.model_type {
                Types::REMOTE => "a remote model".to_owned(),
                other => format!("MODEL_TYPE '{}'", other.names().first().copied().unwrap_or_default()),
            };
            let message = format!("{} is no option of {of}", shown(&entry.key));
            let names = option.types.names();
            let hint = match names.as_slice() {
                [] => "it belongs to remote models: leave it out".to_owned(),
                names => format!("it belongs to {}: leave it out, or change MODEL_TYPE", names.join(", ")),
            };
            return Err(Error::statement(message).at(entry.key.span).with_hint(hint));
        }
        match tuned(&entry.value) {
            Some(Ok(_)) if option.tunable => Ok(()),
            Some(Ok(_)) => Err(Error::statement(format!("{} cannot be tuned", shown(&entry.key)))
                .at(entry.value.span)
                .with_hint(format!("give it one value, {}", option.value.expected()))),
            Some(Err(expected)) => Err(invalid(entry, &entry.value, expected)),
            None if self.is_of_parts(entry, option) => Err(wrong_value(entry, option)),
            None if option.value.allows(&entry.value) => Ok(()),
            None => Err(wrong_value(entry, option)),
        }
    }

    /// Whether a value is given for parts that the type of model does not have.
    fn is_of_parts(&self, entry: &OptionEntry, option: &table::BigQueryOption) -> bool {
        let is_list = matches!(entry.value.value, OptionValue::List(_));
        is_list && matches!(option.value, Value::OfParts(_)) && !Types::WIDE.holds(self.model_type)
    }

    /// The option, if it is given.
    pub(super) fn get(&self, key: &'static str) -> Option<&'a OptionEntry> {
        debug_assert!(table::find(key).is_some(), "{key} is not in the table");
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// A word in upper case.
    pub(super) fn word(&self, key: &'static str) -> Option<String> {
        match &self.get(key)?.value.value {
            OptionValue::Text(text) => Some(text.to_ascii_uppercase()),
            _ => None,
        }
    }

    /// What the option is tuned over, if it is.
    pub(super) fn tuned(&self, key: &'static str) -> Option<Tuned> {
        tuned(&self.get(key)?.value)?.ok()
    }

    /// The options that are tuned.
    pub(super) fn all_tuned(&self) -> impl Iterator<Item = &'a OptionEntry> {
        self.entries.iter().filter(|entry| tuned(&entry.value).is_some())
    }

    /// The options that have no effect, with the reasons.
    pub(super) fn without_effect(&self) -> impl Iterator<Item = (String, &'static str)> {
        self.entries.iter().filter_map(|entry| match table::find(&entry.key)?.effect {
            Effect::None(why) => Some((shown(&entry.key), why)),
            Effect::Trained => None,
        })
    }
}

/// The error of a value that the option cannot have, with what was probably meant.
fn wrong_value(entry: &OptionEntry, option: &table::BigQueryOption) -> Error {
    let words = option.value.words();
    let wrong = match &entry.value.value {
        // Of a list the one that is wrong.
        OptionValue::List(items) if !words.is_empty() => {
            let is_wrong = |value: &OptionValue| !matches!(value, OptionValue::Text(text) if words.iter().any(|word| word.eq_ignore_ascii_case(text)));
            items.iter().map(|item| &item.value).find(|value| is_wrong(value)).filter(|value| value.span != Span::empty())
        }
        _ => None,
    };
    let wrong = wrong.unwrap_or(&entry.value);
    let error = invalid(entry, wrong, &option.value.expected());
    let hint = match &wrong.value {
        OptionValue::Text(text) if !words.is_empty() => {
            closest(&text.to_ascii_uppercase(), words.iter().copied()).map(|word| format!("did you mean '{word}'?"))
        }
        OptionValue::Text(text) if text.parse::<f64>().is_ok() || ["true", "false"].contains(&text.to_lowercase().as_str()) => {
            Some(format!("it stands without quotes: {text}"))
        }
        OptionValue::Text(text) if option.value.expected().starts_with("strings in") => Some(format!("write ['{text}']")),
        OptionValue::Name(name) if option.value.expected().contains("string") || !words.is_empty() => {
            Some(format!("a string stands in quotes: '{}'", name.value))
        }
        _ => None,
    };
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// The error of an option that has a value it cannot have.
pub(super) fn invalid(entry: &OptionEntry, value: &Spanned<OptionValue>, expected: &str) -> Error {
    let (name, value_text) = (shown(&entry.key), value.in_bigquery());
    Error::from(ErrorKind::InvalidOption { name, value: value_text, expected: expected.into() }).at(value.span)
}

fn known(entry: &OptionEntry) -> Result<&'static table::BigQueryOption> {
    table::find(&entry.key).ok_or_else(|| {
        let valid = OPTIONS.iter().map(|option| shown(option.key)).collect();
        let kind = ErrorKind::UnknownOption { place: "option", name: shown(&entry.key), valid };
        Error::from(kind).at(entry.key.span)
    })
}

fn model_type(entry: &OptionEntry) -> Result<Types> {
    let names = MODEL_TYPES.map(|(name, _)| name);
    let OptionValue::Text(text) = &entry.value.value else {
        return Err(invalid(entry, &entry.value, "the type of a model as a string, for example 'LINEAR_REG'"));
    };
    let written = text.trim().to_ascii_uppercase();
    if let Some((_, model_type)) = MODEL_TYPES.iter().find(|(name, _)| *name == written) {
        return Ok(*model_type);
    }
    let error = invalid(entry, &entry.value, &format!("one of {}", names.join(", ")));
    Err(match similar(&written, &names) {
        Some(meant) => error.with_hint(format!("did you mean '{meant}'?")),
        None => error,
    })
}

/// The type that was meant: the one that begins the same, as in `LINEAR_REGRESSOR`, or the most similar one.
fn similar<'n>(written: &str, names: &[&'n str]) -> Option<&'n str> {
    let begins = |name: &&&str| written.starts_with(**name) || (written.len() > 3 && name.starts_with(written));
    names.iter().find(begins).copied().or_else(|| closest(written, names.iter().copied()))
}
