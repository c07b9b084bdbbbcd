//! Functions that a query calls and nobody publishes, although a model might: its file is damaged, or its fit does not allow them.

use crate::error::{Error, ErrorKind, closest};
use crate::model::{DamagedFile, Model, ModelStore, ProblemType};
use crate::udf;

/// The error of a query, or why the function that it calls is missing, where the models know that.
pub(super) fn explain(error: Error, store: &ModelStore) -> Error {
    let message = match error.kind() {
        ErrorKind::DataFusion(inner) => inner.strip_backtrace(),
        _ => return error,
    };
    let Some((_, rest)) = message.split_once("Invalid function '") else { return error };
    let Some((called, _)) = rest.split_once('\'') else { return error };
    if let Some(file) = store.damaged().iter().find(|file| would_publish(file, called)) {
        return of_damaged(file, called, &error);
    }
    let models = store.models();
    if let Some(model) = models.iter().find(|model| udf::interval_name(model) == called) {
        return no_intervals(model, called).at(error.span());
    }
    // DataFusion suggests what differs in the fewest letters.
    let published: Vec<String> = models.iter().flat_map(|model| udf::published_names(model)).collect();
    match closest(called, published.iter().map(String::as_str)) {
        Some(meant) => Error::statement(format!("there is no function {called}"))
            .at(error.span())
            .with_hint(format!("did you mean {meant}?")),
        None => error,
    }
}

fn would_publish(file: &DamagedFile, function: &str) -> bool {
    let Some(base) = &file.function else { return false };
    let types = [ProblemType::Binary, ProblemType::Multiclass, ProblemType::Regression];
    file.model.is_some() && types.into_iter().any(|of| udf::function_names(base, of).iter().any(|name| name == function))
}

fn of_damaged(file: &DamagedFile, called: &str, error: &Error) -> Error {
    let reason = format!("{}, so its function {called} is missing", file.reason);
    let explained = Error::from(ErrorKind::Artifact { path: file.path.clone(), reason }).at(error.span());
    match file.error().hint() {
        Some(hint) => explained.with_hint(hint),
        None => explained,
    }
}

/// A model that is there, without prediction intervals.
fn no_intervals(model: &Model, called: &str) -> Error {
    if model.problem_type != ProblemType::Regression {
        return Error::data(format!("there is no function {called}: model {} predicts labels", model.name))
            .with_hint("its probabilities say how sure it is");
    }
    let said =
        model.report.lines().iter().find(|line| line.section == "fit" && line.item == crate::model::Inference::REPORT_ITEM);
    let reason = said.and_then(|line| line.value.strip_prefix("none: "));
    let error = |why: &str| Error::data(format!("there is no function {called}: model {} {why}", model.name));
    match (reason, said) {
        (Some(reason), Some(line)) => error(&format!("has no prediction intervals: {reason}")).with_hint(line.detail.clone()),
        _ => error("keeps no covariance to make prediction intervals of")
            .with_hint("least squares without a penalty keeps it, of up to 500 columns"),
    }
}
