//! `EXPORT MODEL` and `IMPORT MODEL`: models as files outside the store.

use std::path::Path;

use datafusion::prelude::DataFrame;

use super::manage::show;
use super::{find, report};
use crate::context::MlContext;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, Report};
use crate::sql::ast::{ExportModel, ImportModel, Spanned};
use crate::sql::options::qualified;

pub(super) fn export(context: &MlContext, export: &ExportModel) -> Result<DataFrame> {
    let model = match &export.version {
        None => find(context, &export.name)?,
        Some(version) => {
            let found = context.store().get_version(&export.name, version.value);
            let unknown = context.store().versions(&export.name).is_empty();
            found.map_err(|error| error.at(if unknown { export.name.span } else { version.span }))?
        }
    };
    if let Some(trial) = &export.trial {
        check_trial(&model, trial)?;
    }
    let path = local(&export.path)?;
    model.write(path).map_err(|error| error.at(export.path.span))?;
    let mut answer = Report::default();
    answer.push("model", "name", model.name.to_string(), format!("version {}", model.version));
    answer.push("export", "file", export.path.value.clone(), "");
    report(context, &answer)
}

pub(super) fn import(context: &MlContext, import: &ImportModel) -> Result<DataFrame> {
    let path = local(&import.path)?;
    let function = import.function.as_ref().map(|function| qualified(function));
    let model = context.import(&import.name, path, function).map_err(|error| match error.kind() {
        ErrorKind::Artifact { .. } => error.at(import.path.span),
        ErrorKind::FunctionExists { .. } => error.at(import.function.as_ref().map_or(import.name.span, |function| function.span)),
        _ => error.at(import.name.span),
    })?;
    report(context, &show(context, &model))
}

/// A model keeps the best of its trials only.
fn check_trial(model: &Model, trial: &Spanned<u32>) -> Result<()> {
    let best = model.trials.iter().zip(1_u32..).find(|(trial, _)| trial.is_optimal).map(|(_, number)| number);
    match best {
        Some(best) if best == trial.value => Ok(()),
        Some(best) => {
            let expected = format!("{best}, the best trial, which is the one that the model keeps");
            let kind = ErrorKind::InvalidOption { name: "TRIAL_ID".into(), value: trial.value.to_string(), expected };
            Err(Error::from(kind).at(trial.span))
        }
        None => {
            let error = Error::data(format!("model {} has no trials: its penalties were given", model.name));
            Err(error.at(trial.span).with_hint("leave TRIAL_ID out"))
        }
    }
}

/// The path of a file on this machine; a relative one is taken from the working directory.
pub(in crate::sql) fn local(path: &Spanned<String>) -> Result<&Path> {
    if path.contains("://") {
        let hint = "give the path of a file on this machine and copy it from or to there";
        return Err(Error::unsupported(format!("a model file at {}", path.value)).at(path.span).with_hint(hint));
    }
    Ok(Path::new(&path.value))
}
