//! Syntax tree → checked options: what the statement asks of training, with every default filled in.

mod allowed;
mod alter;
mod bigquery;
mod choice;
mod clauses;
mod elsewhere;
mod read;
#[cfg(test)]
pub(super) mod reference;
mod settings;
mod split;
mod table;

pub(crate) use alter::{Alteration, alteration};
pub(crate) use bigquery::bigquery_alteration;
pub(super) use clauses::qualified;

use super::ast::{CreateModel, Form};
use crate::automl::TrainSpec;
use crate::error::Result;

/// What a statement asks of training, and notices for those who wrote it.
pub(crate) fn train_spec(create: &CreateModel) -> Result<(TrainSpec, Vec<String>)> {
    match &create.form {
        Form::Clauses(clauses) => clauses::train_spec(create, clauses),
        Form::Options(form) => bigquery::train_spec(create, form),
    }
}

/// The base name of a model's functions: the given one, or the one that goes with the model's.
pub(super) fn function_name(create: &CreateModel) -> String {
    match &create.form {
        Form::Clauses(clauses) => clauses::function_name(create, clauses),
        Form::Options(_) => TrainSpec::default_function(&create.name),
    }
}
