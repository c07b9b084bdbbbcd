//! `ALTER MODEL name SET OPTIONS (...)`.

use datafusion::sql::sqlparser::ast::{Expr, Value, ValueWithSpan};

use super::super::alter::Alteration;
use super::super::read::{as_written, shown};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::ast::{OptionEntry, OptionValue};

/// Options of BigQuery's that mean nothing to a model in a file.
pub(super) const WITHOUT_EFFECT: [&str; 6] =
    ["labels", "friendly_name", "kms_key_name", "vertex_ai_model_id", "deploy_model", "endpoint_idle_ttl"];

/// What `ALTER MODEL name SET OPTIONS (...)` changes, and a notice for what it does not.
pub(crate) fn bigquery_alteration(options: &[OptionEntry]) -> Result<(Alteration, Option<String>)> {
    let mut alteration = Alteration::default();
    let mut ignored = Vec::new();
    for (i, entry) in options.iter().enumerate() {
        let key = entry.key.as_str();
        if options[..i].iter().any(|other| other.key == entry.key) {
            let message = format!("the option {} is given twice", shown(key));
            return Err(Error::statement(message).at(entry.key.span).with_hint("leave out one of them"));
        }
        match (key, &entry.value.value) {
            ("description", OptionValue::Text(text)) => alteration.description = Some(text.clone()),
            ("description", value) if is_null(value) => alteration.description = Some(String::new()),
            ("description", _) => {
                let kind = ErrorKind::InvalidOption { name: shown(key), value: String::new(), expected: "a string".into() };
                return Err(as_written("DESCRIPTION", &entry.value, kind.into()));
            }
            ("expiration_timestamp", value) if !is_null(value) => {
                let hint = "a model stays until DROP MODEL removes it";
                return Err(Error::unsupported("EXPIRATION_TIMESTAMP").at(entry.key.span).with_hint(hint));
            }
            ("expiration_timestamp", _) => {}
            (key, _) if WITHOUT_EFFECT.contains(&key) => ignored.push(shown(key)),
            (key, _) => {
                let valid = ["description", "expiration_timestamp"].into_iter().chain(WITHOUT_EFFECT).map(shown).collect();
                let kind = ErrorKind::UnknownOption { place: "option of ALTER MODEL", name: shown(key), valid };
                return Err(Error::from(kind).at(entry.key.span));
            }
        }
    }
    let notice = format!("without effect here: {} (models stay on this machine)", ignored.join(", "));
    Ok((alteration, (!ignored.is_empty()).then_some(notice)))
}

fn is_null(value: &OptionValue) -> bool {
    let OptionValue::Expr(expr) = value else { return false };
    matches!(expr.as_ref(), Expr::Value(ValueWithSpan { value: Value::Null, .. }))
}
