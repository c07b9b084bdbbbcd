//! What the clauses of Redshift's form ask of training.

use datafusion::sql::sqlparser::ast::ObjectName;

use super::read::{Entries, as_written};
use super::table::{HYPERPARAMETERS, SETTINGS};
use super::{choice, elsewhere, settings, split};
use crate::automl::{Fault, TrainSpec};
use crate::error::{Error, Result};
use crate::sql::ast::{Clauses, CreateModel, IamRole, Source};
use crate::sql::parser::normalised;
use crate::sql::preprocessors;

/// What a statement asks of training, and notices for those who wrote it.
pub(super) fn train_spec(create: &CreateModel, clauses: &Clauses) -> Result<(TrainSpec, Vec<String>)> {
    let settings = Entries::check(clauses.settings.as_deref().unwrap_or_default(), &SETTINGS)?;
    elsewhere::refuse(create, clauses)?;
    clauses.preprocessors.as_ref().map(preprocessors::check).transpose()?;
    choice::check_model_type(clauses, &settings)?;
    settings.refuse_unsupported()?;
    let Some(target) = &clauses.target else { return Err(missing_target(create)) };
    let mut spec = TrainSpec::new(create.name.value.clone(), &target.value);
    spec.function = function_name(create, clauses);
    (spec.problem, spec.objective) = choice::problem_and_objective(clauses)?;
    spec.split = split::split(clauses.split.as_ref())?;
    settings::read_settings(&settings, &mut spec)?;
    let hyperparameters = Entries::check(clauses.hyperparameters.as_deref().unwrap_or_default(), &HYPERPARAMETERS)?;
    settings::read_hyperparameters(&hyperparameters, &mut spec)?;
    spec.check().map_err(|fault| located(fault, create, clauses, [&settings, &hyperparameters]))?;
    spec.statement = create.to_string();
    Ok((spec, notices(clauses, &settings)))
}

fn missing_target(create: &CreateModel) -> Error {
    let source = match create.source.as_deref() {
        Some(Source::Table(table)) => table.to_string(),
        _ => "(...)".into(),
    };
    let hint = format!("say which column to learn: CREATE MODEL {} FROM {source} TARGET column", create.name.value);
    Error::statement("the model has no target column").at(create.name.span).with_hint(hint)
}

/// The given name, or the one that goes with the model's.
pub(super) fn function_name(create: &CreateModel, clauses: &Clauses) -> String {
    clauses.function.as_ref().map_or_else(|| TrainSpec::default_function(&create.name), |function| qualified(function))
}

/// A function's name as it is registered: parts without quotes in lower case, joined with dots.
pub(in crate::sql) fn qualified(function: &ObjectName) -> String {
    let parts = function.0.iter().filter_map(|part| part.as_ident().cloned().map(normalised));
    parts.collect::<Vec<_>>().join(".")
}

/// Shows what cannot be asked for where it was written.
fn located(fault: Fault, create: &CreateModel, clauses: &Clauses, lists: [&Entries<'_>; 2]) -> Error {
    if let Some(given) = lists.iter().find_map(|list| list.find(fault.option)) {
        return given.at_fault(fault);
    }
    let split = clauses.split.as_ref();
    let Fault { option, error, .. } = fault;
    if let Some(ratio) = split.and_then(|split| split.ratio.as_ref()).filter(|_| option == "ratio") {
        return as_written("RATIO", ratio, error);
    }
    let span = match option {
        "split" => split.and_then(|split| split.method.as_ref()).map(|method| method.span),
        "objective" => clauses.objective.as_ref().map(|objective| objective.span),
        "target" => clauses.target.as_ref().map(|target| target.span),
        "function" => clauses.function.as_ref().map(|function| function.span),
        _ => None,
    };
    error.at(span.unwrap_or(create.name.span))
}

/// One notice for everything that has no meaning here.
fn notices(clauses: &Clauses, settings: &Entries<'_>) -> Vec<String> {
    let mut ignored = Vec::new();
    match clauses.iam_role.as_deref() {
        Some(IamRole::Default | IamRole::Arn(_)) => ignored.push("IAM_ROLE".to_owned()),
        None => {}
    }
    ignored.extend(clauses.auto.as_ref().map(|_| "AUTO".to_owned()));
    let asks_nothing = clauses.preprocessors.as_ref().filter(|text| preprocessors::is_none(text));
    ignored.extend(asks_nothing.map(|_| "PREPROCESSORS".to_owned()));
    ignored.extend(settings.without_meaning());
    if ignored.is_empty() {
        return Vec::new();
    }
    let have = if ignored.len() == 1 { "has" } else { "have" };
    vec![format!("{} {have} no meaning here and {} ignored", ignored.join(", "), if ignored.len() == 1 { "is" } else { "are" })]
}
