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

use self::read::Entries;
use self::table::{HYPERPARAMETERS, SETTINGS};
use datafusion::sql::sqlparser::ast::ObjectName;

use super::ast::{CreateModel, IamRole, Source};
use super::parser::normalised;
use crate::automl::TrainSpec;
use crate::error::{Error, Result};
use crate::model::quote_identifier;

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
    choice::check_settings_fit(&spec, &settings)?;
    check_roles(create, &spec, &settings)?;
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

/// The given name, parts joined with dots, or `predict_` and the model's name with everything odd in it as underscores.
pub(super) fn function_name(create: &CreateModel) -> String {
    if let Some(function) = &create.function {
        return qualified(function);
    }
    let usable = |c: char| if c.is_alphabetic() || c.is_ascii_digit() { c.to_ascii_lowercase() } else { '_' };
    format!("predict_{}", create.name.base().chars().map(usable).collect::<String>())
}

/// A function's name as it is registered: parts without quotes in lower case, joined with dots.
pub(super) fn qualified(function: &ObjectName) -> String {
    let parts = function.0.iter().filter_map(|part| part.as_ident().cloned().map(normalised));
    parts.collect::<Vec<_>>().join(".")
}

/// No column can be two things.
fn check_roles(create: &CreateModel, spec: &TrainSpec, settings: &Entries<'_>) -> Result<()> {
    let roles = spec.reserved_columns();
    for (i, (role, column)) in roles.iter().enumerate() {
        if let Some((earlier, _)) = roles[..i].iter().find(|(_, other)| other == column) {
            let column = quote_identifier(column);
            let message = if earlier == role {
                format!("column {column} is twice among the {role} columns")
            } else {
                format!("column {column} cannot be both the {earlier} and the {role} column")
            };
            let place = match *role {
                "weight" => settings.get("weight").map(|given| given.value.span),
                _ => create.split.as_ref().and_then(|split| split.method.as_ref()).map(|method| method.span),
            };
            return Err(Error::statement(message).at(place.unwrap_or(create.name.span)));
        }
    }
    Ok(())
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
