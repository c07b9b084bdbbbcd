//! `SHOW MODEL`, `DROP MODEL` and `ALTER MODEL`.

use datafusion::prelude::DataFrame;

use super::{done, find, redshift, report};
use crate::context::{Event, MlContext};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelName, Report, Threshold};
use crate::sql::ast::{AlterAction, AlterModel, DropModel, GrantModel, OptionEntry, Spanned};
use crate::sql::{Alteration, alteration, bigquery_alteration};
use crate::udf;

/// What a model is now, and the report of its training.
pub(super) fn show(context: &MlContext, model: &Model) -> Report {
    let mut report = Report::default();
    report.push("current", "model", model.name.to_string(), format!("version {}", model.version));
    push_state(&mut report, context, model);
    redshift::push(&mut report, context, model);
    report.append(&model.report);
    report
}

/// What may change without training.
fn push_state(report: &mut Report, context: &MlContext, model: &Model) {
    if !model.description.is_empty() {
        report.push("current", "description", model.description.clone(), "");
    }
    for signature in udf::signatures(model) {
        report.push("current", "function", signature, "");
    }
    if let Some(threshold) = &model.threshold {
        report.push("current", "threshold", threshold.value.to_string(), threshold.chosen_by.clone());
    }
    let versions: Vec<String> = context.store().versions(&model.name).iter().map(|model| model.version.to_string()).collect();
    report.push("current", "versions", versions.join(", "), "");
    report.push("current", "statement", model.statement.clone(), "");
}

pub(super) fn drop_model(context: &MlContext, drop: &DropModel) -> Result<DataFrame> {
    let store = context.store();
    let name = &drop.name;
    let current = store.current(name);
    match store.remove(name, drop.version.as_ref().map(|version| version.value)) {
        Err(error) if drop.if_exists && matches!(error.kind(), ErrorKind::ModelNotFound { .. }) => {
            context.tell(Event::Notice(format!("model {} does not exist; nothing was dropped", name.value)));
        }
        Err(error) => return Err(error.at(name.span)),
        Ok(()) => {
            // Dropping the newest version brings the one before it back.
            context.publish(name, current.as_deref())?;
        }
    }
    done(context)
}

pub(super) fn alter_model(context: &MlContext, alter: &AlterModel) -> Result<DataFrame> {
    let name = &alter.name;
    let altered = match &alter.action {
        AlterAction::Set(options) => alteration(options).and_then(|change| set(context, name, options, change)).map(|()| None),
        AlterAction::SetOptions(options) => set_options(context, name, options).map(|()| None),
        AlterAction::Rename(new) => rename(context, name, new).map(|()| None),
        AlterAction::SetVersion(version) => set_version(context, name, version).map(Some),
    };
    match altered {
        Ok(Some(answer)) => report(context, &answer),
        Ok(None) => done(context),
        Err(error) if alter.if_exists && matches!(error.kind(), ErrorKind::ModelNotFound { .. }) && !exists(context, name) => {
            context.tell(Event::Notice(format!("model {} does not exist; nothing was changed", name.value)));
            done(context)
        }
        Err(error) => Err(error.at(name.span)),
    }
}

/// Whether there is such a model, damaged or not.
fn exists(context: &MlContext, name: &ModelName) -> bool {
    context.store().names().contains(name)
}

/// Models have no owners: everybody who may use the session may use them.
pub(super) fn grant(context: &MlContext, grant: &GrantModel) -> Result<DataFrame> {
    for name in &grant.models {
        find(context, name)?;
    }
    let verb = if grant.revoke { "REVOKE" } else { "GRANT" };
    let message =
        format!("{verb} has no effect: models have no owners here; who may use which function is for the host to decide");
    context.tell(Event::Notice(message));
    done(context)
}

fn set_options(context: &MlContext, name: &Spanned<ModelName>, options: &[OptionEntry]) -> Result<()> {
    let (change, notice) = bigquery_alteration(options)?;
    find(context, name)?;
    if let Some(notice) = notice {
        context.tell(Event::Notice(notice));
    }
    if change == Alteration::default() { Ok(()) } else { set(context, name, options, change) }
}

fn set(context: &MlContext, name: &Spanned<ModelName>, options: &[OptionEntry], change: Alteration) -> Result<()> {
    let changed = context.store().update(name, |model| {
        if let Some(value) = change.threshold {
            if model.threshold.is_none() {
                let span = options.iter().find(|option| option.key.value == "threshold").map(|option| option.key.span);
                let error = Error::data(format!("model {} does not tell two labels apart, so it has no threshold", model.name));
                return Err(error.at(span.unwrap_or(name.span)));
            }
            model.threshold = Some(Threshold::set_by_hand(value));
        }
        if let Some(description) = change.description {
            model.description = description;
        }
        Ok(())
    })?;
    context.publish(name, Some(&changed))
}

fn rename(context: &MlContext, name: &Spanned<ModelName>, new: &Spanned<ModelName>) -> Result<()> {
    let model = find(context, name)?;
    context.store().rename(name, new).map_err(|error| match error.kind() {
        ErrorKind::ModelNotFound { .. } | ErrorKind::Artifact { .. } => error.at(name.span),
        _ => error.at(new.span),
    })?;
    context.publish(new, Some(&model))
}

fn set_version(context: &MlContext, name: &Spanned<ModelName>, version: &Spanned<u32>) -> Result<Report> {
    let restored = context.restore(name, version.value).map_err(|error| {
        let error = match error.kind() {
            ErrorKind::FunctionExists { .. } => error.with_hint("drop the model that has it, or keep the current version"),
            _ => error,
        };
        if exists(context, name) { error.at(version.span) } else { error.at(name.span) }
    })?;
    let (model, origin) = if let Some(model) = restored {
        let origin = format!("version {}, a copy of version {}", model.version, version.value);
        context.tell(Event::Notice(format!("model {} is now {origin}; all other versions are kept", model.name)));
        (model, origin)
    } else {
        context.tell(Event::Notice(format!("version {} of model {} is current already", version.value, name.value)));
        (find(context, name)?, format!("version {}", version.value))
    };
    let mut answer = Report::default();
    answer.push("current", "model", model.name.to_string(), origin);
    push_state(&mut answer, context, &model);
    Ok(answer)
}
