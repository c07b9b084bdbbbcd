//! Syntax tree → checked options: what the statement asks of training, with every default filled in.

mod alter;
mod choice;
mod read;
mod settings;
mod split;
mod table;

#[cfg(test)]
pub(crate) use alter::Alteration;
pub(crate) use alter::alteration;

use datafusion::sql::sqlparser::ast::ObjectName;

use self::read::{Entries, as_written};
use self::table::{HYPERPARAMETERS, SETTINGS};
use super::ast::{CreateModel, IamRole, Source};
use super::parser::normalised;
use crate::automl::{Fault, TrainSpec};
use crate::error::{Error, Result};

/// What a statement asks of training, and notices for those who wrote it.
pub(crate) fn train_spec(create: &CreateModel) -> Result<(TrainSpec, Vec<String>)> {
    choice::check_model_type(create)?;
    choice::check_preprocessors(create)?;
    let Some(target) = &create.target else { return Err(missing_target(create)) };
    let mut spec = TrainSpec::new(create.name.value.clone(), &target.value);
    spec.function = function_name(create);
    (spec.problem, spec.objective) = choice::problem_and_objective(create)?;
    spec.split = split::split(create.split.as_ref())?;
    let settings = Entries::check(create.settings.as_deref().unwrap_or_default(), &SETTINGS)?;
    settings::read_settings(&settings, &mut spec)?;
    let hyperparameters = Entries::check(create.hyperparameters.as_deref().unwrap_or_default(), &HYPERPARAMETERS)?;
    settings::read_hyperparameters(&hyperparameters, &mut spec)?;
    spec.check().map_err(|fault| located(fault, create, [&settings, &hyperparameters]))?;
    spec.statement = create.to_string();
    Ok((spec, notices(create, &settings)))
}

fn missing_target(create: &CreateModel) -> Error {
    let source = match &create.source.value {
        Source::Table(table) => table.to_string(),
        Source::Query(_) => "(...)".into(),
    };
    let hint = format!("say which column to learn: CREATE MODEL {} FROM {source} TARGET column", create.name.value);
    Error::statement("the model has no target column").at(create.name.span).with_hint(hint)
}

/// The given name, or the one that goes with the model's.
pub(super) fn function_name(create: &CreateModel) -> String {
    create.function.as_ref().map_or_else(|| TrainSpec::default_function(&create.name), |function| qualified(function))
}

/// A function's name as it is registered: parts without quotes in lower case, joined with dots.
pub(super) fn qualified(function: &ObjectName) -> String {
    let parts = function.0.iter().filter_map(|part| part.as_ident().cloned().map(normalised));
    parts.collect::<Vec<_>>().join(".")
}

/// Shows what cannot be asked for where it was written.
fn located(fault: Fault, create: &CreateModel, lists: [&Entries<'_>; 2]) -> Error {
    if let Some(given) = lists.iter().find_map(|list| list.find(fault.option)) {
        return given.at_fault(fault);
    }
    let split = create.split.as_ref();
    let Fault { option, error, .. } = fault;
    if let Some(ratio) = split.and_then(|split| split.ratio.as_ref()).filter(|_| option == "ratio") {
        return as_written("RATIO", ratio, error);
    }
    let span = match option {
        "split" => split.and_then(|split| split.method.as_ref()).map(|method| method.span),
        "objective" => create.objective.as_ref().map(|objective| objective.span),
        "target" => create.target.as_ref().map(|target| target.span),
        "function" => create.function.as_ref().map(|function| function.span),
        _ => None,
    };
    error.at(span.unwrap_or(create.name.span))
}

/// One notice for everything that has no meaning here.
fn notices(create: &CreateModel, settings: &Entries<'_>) -> Vec<String> {
    let mut ignored = Vec::new();
    match create.iam_role.as_deref() {
        Some(IamRole::Default | IamRole::Arn(_)) => ignored.push("IAM_ROLE".to_owned()),
        None => {}
    }
    ignored.extend(create.auto.as_ref().map(|_| "AUTO".to_owned()));
    ignored.extend(create.preprocessors.as_ref().map(|_| "PREPROCESSORS".to_owned()));
    ignored.extend(settings.without_meaning());
    if ignored.is_empty() {
        return Vec::new();
    }
    let have = if ignored.len() == 1 { "has" } else { "have" };
    vec![format!("{} {have} no meaning here and {} ignored", ignored.join(", "), if ignored.len() == 1 { "is" } else { "are" })]
}
