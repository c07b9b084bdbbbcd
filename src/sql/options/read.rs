//! Checked lists of options, and their values as numbers, texts, columns and labels.

use datafusion::sql::sqlparser::tokenizer::Span;

use super::allowed::Foreign;
use super::table::{HYPERPARAMETERS, OptionTable, SETTINGS};
use crate::automl::Fault;
use crate::error::{Error, ErrorKind, Result, closest};
use crate::sql::ast::{OptionEntry, OptionValue, Spanned};

/// A list of options with known keys, each at most once.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    entries: &'a [OptionEntry],
    table: &'static OptionTable,
}

impl<'a> Entries<'a> {
    /// Checks the keys, and the values of those that other systems have.
    pub(super) fn check(entries: &'a [OptionEntry], table: &'static OptionTable) -> Result<Self> {
        for (i, entry) in entries.iter().enumerate() {
            let key = entry.key.as_str();
            let unsupported = table.unsupported.iter().map(|(foreign, _)| foreign);
            let foreign = table.without_meaning.iter().chain(unsupported).find(|Foreign(foreign, _)| *foreign == key);
            if foreign.is_none() && !table.options.iter().any(|option| option.key == key) {
                return Err(unknown(&entry.key, table));
            }
            foreign.map(|foreign| foreign.check(entry)).transpose()?;
            if entries[..i].iter().any(|other| other.key == entry.key) {
                let message = format!("the {} {} is given twice", table.place, shown(key));
                return Err(Error::statement(message).at(entry.key.span).with_hint("leave out one of them"));
            }
        }
        Ok(Self { entries, table })
    }

    /// Whether a key is given.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key.value == key)
    }

    /// The first key that must be there and is not.
    pub(super) fn missing(&self) -> Option<String> {
        self.table.required.iter().find(|key| !self.has(key)).map(|key| shown(key))
    }

    /// Fails for a key that belongs to something that cannot be done yet.
    pub(super) fn refuse_unsupported(&self) -> Result<()> {
        for entry in self.entries {
            if let Some((_, what)) = self.table.unsupported.iter().find(|(Foreign(key, _), _)| *key == entry.key.value) {
                let what = format!("the {} {} for {what}", self.table.place, shown(&entry.key));
                return Err(Error::unsupported(what)
                    .at(entry.key.span)
                    .with_hint("regression and classification can be trained now"));
            }
        }
        Ok(())
    }

    /// The option, if it is given.
    pub(super) fn get(&self, key: &'static str) -> Option<Given<'a>> {
        debug_assert!(self.table.options.iter().any(|option| option.key == key), "{key} is not in the table");
        self.find(key)
    }

    /// The same for a key that may belong into another list.
    pub(super) fn find(&self, key: &'static str) -> Option<Given<'a>> {
        let entry = self.entries.iter().find(|entry| entry.key.value == key)?;
        Some(Given { key, value: &entry.value, expected: self.table.values(key), key_span: entry.key.span })
    }

    /// The keys that have no meaning here.
    pub(super) fn without_meaning(&self) -> impl Iterator<Item = String> {
        let keys = self.entries.iter().map(|entry| entry.key.as_str());
        keys.filter(|key| self.table.without_meaning.iter().any(|Foreign(foreign, _)| foreign == key)).map(shown)
    }
}

/// Keys are upper case in messages, as they are in canonical SQL.
pub(super) fn shown(key: &str) -> String {
    key.to_ascii_uppercase()
}

fn unknown(key: &Spanned<String>, table: &OptionTable) -> Error {
    let name = shown(key);
    let mut valid: Vec<_> = table.options.iter().map(|option| shown(option.key)).collect();
    if valid.is_empty() {
        valid.extend(table.without_meaning.iter().map(|Foreign(key, _)| shown(key)));
    }
    let accepted = || table.without_meaning.iter().map(|Foreign(key, _)| *key);
    if closest(key, accepted()).is_some() && closest(key, table.options.iter().map(|option| option.key)).is_none() {
        valid.extend(accepted().map(shown));
    }
    let elsewhere = [(&SETTINGS, "SETTINGS (...)"), (&HYPERPARAMETERS, "HYPERPARAMETERS DEFAULT EXCEPT (...)")];
    let elsewhere = elsewhere.into_iter().find(|(other, _)| other.options.iter().any(|option| option.key == key.value));
    let error = Error::from(ErrorKind::UnknownOption { place: table.place, name, valid }).at(key.span);
    match elsewhere {
        Some((_, list)) => error.with_hint(format!("{} belongs into {list} of CREATE MODEL", shown(key))),
        None => error,
    }
}

/// An option that is given, with its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) key: &'static str,
    pub(super) value: &'a Spanned<OptionValue>,
    /// What would be valid.
    pub(super) expected: &'static str,
    pub(super) key_span: Span,
}

impl Given<'_> {
    /// The error that the option cannot have this value.
    pub(super) fn invalid(&self) -> Error {
        self.invalid_at(self.value)
    }

    /// The same for a part of the value.
    pub(super) fn invalid_at(&self, value: &Spanned<OptionValue>) -> Error {
        invalid(&shown(self.key), &value.value, self.expected).at(value.span)
    }

    /// An error of this option: a value that cannot be is shown as it was written, all else underlines the whole entry.
    pub(super) fn at_fault(&self, fault: Fault) -> Error {
        let listed = match (&self.value.value, fault.item) {
            (OptionValue::List(items), Some(item)) => items.get(item),
            _ => None,
        };
        if let ErrorKind::InvalidOption { .. } = fault.error.kind() {
            return self.invalid_at(listed.and_then(|item| item.second.as_ref()).unwrap_or(self.value));
        }
        let whole = self.key_span.union(&self.value.span);
        fault.error.at(listed.map_or(whole, |item| item.value.span))
    }

    /// A number, whether the option can be it or not.
    pub(super) fn number(&self) -> Result<f64> {
        number(self.value).ok_or_else(|| self.invalid())
    }

    /// A string.
    pub(super) fn string(&self) -> Result<String> {
        match &self.value.value {
            OptionValue::Text(text) => Ok(text.clone()),
            _ => Err(self.invalid()),
        }
    }

    /// A column: bare, quoted or a string.
    pub(super) fn column(&self) -> Result<String> {
        match &self.value.value {
            OptionValue::Text(text) if !text.is_empty() => Ok(text.clone()),
            OptionValue::Name(ident) => Ok(ident.value.clone()),
            _ => Err(self.invalid()),
        }
    }

    /// A label as text: a string, a number, `true`, a word.
    pub(super) fn label(&self) -> Result<String> {
        label(self.value).ok_or_else(|| self.invalid())
    }

    /// A word or a string in lower case.
    pub(super) fn choice(&self) -> Option<String> {
        match &self.value.value {
            OptionValue::Text(text) => Some(text.to_lowercase()),
            OptionValue::Name(ident) => Some(ident.value.to_lowercase()),
            _ => None,
        }
    }

    /// The error for a word that is none of the choices.
    pub(super) fn no_choice(&self, choices: &[&'static str]) -> Error {
        let meant = self.choice().and_then(|word| closest(&word, choices.iter().copied()));
        match meant {
            Some(meant) => self.invalid().with_hint(format!("did you mean '{meant}'?")),
            None => self.invalid(),
        }
    }
}

/// The error for a value that an option cannot have.
pub(super) fn invalid(name: &str, value: &OptionValue, expected: &str) -> Error {
    ErrorKind::InvalidOption { name: name.into(), value: value.to_string(), expected: expected.into() }.into()
}

/// The error of a value that cannot be, with the value as it was written.
pub(super) fn as_written(name: &str, value: &Spanned<OptionValue>, error: Error) -> Error {
    let ErrorKind::InvalidOption { expected, .. } = error.kind() else { return error.at(value.span) };
    let shown = invalid(name, value, expected).at(value.span);
    match error.hint() {
        Some(hint) => shown.with_hint(hint),
        None => shown,
    }
}

/// A finite number. Published scripts write numbers as strings too.
pub(super) fn number(value: &OptionValue) -> Option<f64> {
    let (OptionValue::Number(text) | OptionValue::Text(text)) = value else { return None };
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A label as text.
pub(super) fn label(value: &OptionValue) -> Option<String> {
    match value {
        OptionValue::Text(text) | OptionValue::Number(text) => Some(text.clone()),
        OptionValue::Name(ident) => Some(ident.value.clone()),
        OptionValue::List(_) | OptionValue::Expr(_) => None,
    }
}
