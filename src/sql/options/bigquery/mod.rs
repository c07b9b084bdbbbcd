//! What BigQuery's form asks of training.

mod alter;
#[cfg(test)]
mod described;
mod given;
mod linear;
#[cfg(test)]
mod reference;
mod split;
mod table;
mod tuning;
mod types;
mod values;

use datafusion::sql::sqlparser::tokenizer::Span;

pub(crate) use self::alter::bigquery_alteration;
use self::given::Given;
#[cfg(test)]
pub(super) use self::reference::reference;
use self::types::Types;
use super::read::shown;
use crate::automl::{Fault, TrainSpec};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::ast::{BigQueryForm, CreateModel, OptionEntry, OptionValue, Source};

const TRAINABLE: &str = "LINEAR_REG and LOGISTIC_REG can be trained now";

/// What a statement asks of training, and notices for those who wrote it.
pub(super) fn train_spec(create: &CreateModel, form: &BigQueryForm) -> Result<(TrainSpec, Vec<String>)> {
    let entries = form.options.as_ref().map_or(&[][..], |options| &options.value);
    let place = form.options.as_ref().map_or(create.name.span, |options| options.span);
    let given = Given::check(entries, form.connection.is_some(), place)?;
    refuse_untrainable(form, &given, place)?;
    if !matches!(create.source.as_deref(), Some(Source::Query(_))) {
        let span = create.source.as_ref().map_or(create.name.span, |source| source.span);
        let error = Error::statement("the model has no training query").at(span);
        return Err(error.with_hint("AS and one query stand at the end: OPTIONS (...) AS SELECT ... FROM ..."));
    }
    let mut spec = TrainSpec::new(create.name.value.clone(), "");
    let notices = linear::read(&given, &mut spec)?;
    spec.check().map_err(|fault| located(fault, &given, create.name.span))?;
    spec.statement = create.to_string();
    Ok((spec, notices))
}

/// One error for everything that can be read and not be trained yet.
fn refuse_untrainable(form: &BigQueryForm, given: &Given<'_>, place: Span) -> Result<()> {
    if !Types::LINEAR_MODELS.holds(given.model_type) {
        let (what, span) = match given.get("model_type") {
            Some(entry) => (format!("MODEL_TYPE {}", entry.value.value), entry.value.span),
            None => ("a remote model".to_owned(), form.connection.as_ref().map_or(place, |connection| connection.span)),
        };
        return Err(Error::unsupported(what).at(span).with_hint(TRAINABLE));
    }
    if let Some(connection) = &form.connection {
        let hint = format!("leave REMOTE out; {TRAINABLE}");
        return Err(Error::unsupported("REMOTE beside MODEL_TYPE").at(connection.span).with_hint(hint));
    }
    for (clause, fields) in [("INPUT", &form.input), ("OUTPUT", &form.output)] {
        if let Some(fields) = fields {
            let message = format!("{clause} belongs to models that are made elsewhere");
            return Err(Error::statement(message).at(fields.span).with_hint("a trained model has the columns of its query"));
        }
    }
    Ok(())
}

/// Where the element of a list stands that a fault is about: of a pair the second value where it cannot be, else the first.
fn element(entry: &OptionEntry, fault: &Fault) -> Option<Span> {
    let OptionValue::List(items) = &entry.value.value else { return None };
    let item = items.get(fault.item?)?;
    let part = match fault.error.kind() {
        ErrorKind::InvalidOption { .. } => item.second.as_ref().unwrap_or(&item.value),
        _ => &item.value,
    };
    (part.span != Span::empty()).then_some(part.span)
}

/// Shows what cannot be asked for where it was written.
fn located(fault: Fault, given: &Given<'_>, otherwise: Span) -> Error {
    let key = match fault.option {
        "l1" => "l1_reg",
        "l2" => "l2_reg",
        "split" => "data_split_col",
        "ratio" => "data_split_eval_fraction",
        "target" => "input_label_cols",
        "class_weights" => "class_weights",
        "tuning" => "hparam_tuning_objectives",
        "min_rel_progress" => "min_rel_progress",
        "max_iterations" => "max_iterations",
        _ => return fault.error.at(otherwise),
    };
    match given.get(key) {
        Some(entry) => {
            let place = element(entry, &fault).unwrap_or_else(|| entry.key.span.union(&entry.value.span));
            let error = match fault.error.kind() {
                ErrorKind::InvalidOption { value, expected, .. } => {
                    ErrorKind::InvalidOption { name: shown(&entry.key), value: value.clone(), expected: expected.clone() }.into()
                }
                _ => fault.error,
            };
            error.at(place)
        }
        None => fault.error.at(otherwise),
    }
}
