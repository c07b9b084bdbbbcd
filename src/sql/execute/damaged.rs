//! Functions that are missing because the file of their model is damaged.

use crate::error::{Error, ErrorKind};
use crate::model::{DamagedFile, ModelStore, ProblemType};
use crate::udf;

/// The error of a query, or the one of the damaged file where the query calls a function that only this file's model has.
pub(super) fn explain(error: Error, store: &ModelStore) -> Error {
    let message = match error.kind() {
        ErrorKind::DataFusion(inner) => inner.strip_backtrace(),
        _ => return error,
    };
    let Some((_, rest)) = message.split_once("Invalid function '") else { return error };
    let Some((called, _)) = rest.split_once('\'') else { return error };
    let damaged = store.damaged();
    let Some(file) = damaged.iter().find(|file| would_publish(file, called)) else { return error };
    let reason = format!("{}, so its function {called} is missing", file.reason);
    let explained = Error::from(ErrorKind::Artifact { path: file.path.clone(), reason }).at(error.span());
    match file.error().hint() {
        Some(hint) => explained.with_hint(hint),
        None => explained,
    }
}

fn would_publish(file: &DamagedFile, function: &str) -> bool {
    let Some(base) = &file.function else { return false };
    let types = [ProblemType::Binary, ProblemType::Multiclass, ProblemType::Regression];
    file.model.is_some() && types.into_iter().any(|of| udf::function_names(base, of).iter().any(|name| name == function))
}
