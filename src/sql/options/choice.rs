//! `MODEL_TYPE`, `PREPROCESSORS`, `PROBLEM_TYPE` and `OBJECTIVE`, and which of them fit together.

use super::read::{Entries, Given, shown};
use crate::automl::ProblemChoice::{Binary, Multiclass, Regression};
use crate::automl::{ClassWeights, Objective, ProblemChoice, TrainSpec};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::sql::ast::{CreateModel, Spanned};

/// The type of model, for messages.
const TRAINABLE: &str = "LINEAR_LEARNER";
/// Types of other systems that are known but cannot be trained yet.
const LATER: [&str; 4] = ["XGBOOST", "MLP", "KMEANS", "FORECAST"];
const PROBLEMS: [(&str, ProblemChoice); 3] =
    [("REGRESSION", Regression), ("BINARY_CLASSIFICATION", Binary), ("MULTICLASS_CLASSIFICATION", Multiclass)];
const OBJECTIVES: [&str; 5] = ["MSE", "Accuracy", "F1", "F1_Macro", "AUC"];

/// Only linear models can be trained now.
pub(super) fn check_model_type(create: &CreateModel) -> Result<()> {
    match &create.model_type {
        Some(model_type) if LATER.contains(&model_type.as_str()) => {
            let hint = format!("{TRAINABLE} can be trained now, for regression and classification");
            Err(Error::unsupported(format!("MODEL_TYPE {}", model_type.value)).at(model_type.span).with_hint(hint))
        }
        Some(model_type) if model_type.value != TRAINABLE => {
            let all: Vec<_> = [TRAINABLE].into_iter().chain(LATER).collect();
            Err(invalid("MODEL_TYPE", model_type, &all, TRAINABLE))
        }
        _ => Ok(()),
    }
}

/// Encoders are chosen by the types of the columns; nothing else can be asked for yet.
pub(super) fn check_preprocessors(create: &CreateModel) -> Result<()> {
    match &create.preprocessors {
        Some(text) if !text.trim().eq_ignore_ascii_case("none") => {
            let hint = "numbers, categories and dates are encoded by their types: leave PREPROCESSORS out, or compute columns in the query";
            Err(Error::unsupported("PREPROCESSORS other than 'none'").at(text.span).with_hint(hint))
        }
        _ => Ok(()),
    }
}

/// `PROBLEM_TYPE` and `OBJECTIVE`, which must not contradict each other.
pub(super) fn problem_and_objective(create: &CreateModel) -> Result<(Option<ProblemChoice>, Option<Objective>)> {
    let problem = create.problem_type.as_ref().map(problem).transpose()?;
    let Some(written) = &create.objective else { return Ok((problem, None)) };
    let (objective, fits): (_, &[ProblemChoice]) = match written.to_ascii_lowercase().as_str() {
        "mse" => (Objective::Mse, &[Regression]),
        "accuracy" => (Objective::Accuracy, &[Binary, Multiclass]),
        "f1" => (Objective::F1, &[Binary]),
        "auc" => (Objective::Auc, &[Binary]),
        "f1_macro" | "f1macro" => (Objective::F1, &[Multiclass]),
        _ => return Err(invalid("OBJECTIVE", written, &OBJECTIVES, &one_of(&OBJECTIVES))),
    };
    let problem = match (problem, fits) {
        (Some(problem), fits) if !fits.contains(&problem) => return Err(contradiction(written, problem)),
        // An objective that fits one type of problem only says which it is.
        (None, [only]) => Some(*only),
        (problem, _) => problem,
    };
    Ok((problem, Some(objective)))
}

fn problem(written: &Spanned<String>) -> Result<ProblemChoice> {
    let names = PROBLEMS.map(|(name, _)| name);
    let known = PROBLEMS.iter().find(|(name, _)| *name == written.value).map(|(_, problem)| *problem);
    known.ok_or_else(|| invalid("PROBLEM_TYPE", written, &names, &one_of(&names)))
}

fn contradiction(objective: &Spanned<String>, problem: ProblemChoice) -> Error {
    let (name, fitting) = match problem {
        Regression => ("REGRESSION", "MSE"),
        Binary => ("BINARY_CLASSIFICATION", "Accuracy, F1 and AUC"),
        Multiclass => ("MULTICLASS_CLASSIFICATION", "Accuracy and F1_Macro"),
    };
    let message = format!("OBJECTIVE '{}' does not fit PROBLEM_TYPE {name}", objective.value);
    Error::statement(message).at(objective.span).with_hint(format!("{name} goes with {fitting}"))
}

/// Settings about labels and thresholds need labels.
pub(super) fn check_settings_fit(spec: &TrainSpec, settings: &Entries<'_>) -> Result<()> {
    let Some(problem) = spec.problem else { return Ok(()) };
    let binary = ["positive", "threshold"].into_iter().filter(|_| problem != Binary);
    let labels = ["class_weights"].into_iter().filter(|_| problem == Regression);
    let labels = labels.filter(|_| spec.class_weights != ClassWeights::None);
    match binary.chain(labels).find_map(|key| settings.get(key)) {
        Some(given) => Err(does_not_fit(&given, problem)),
        None => Ok(()),
    }
}

fn does_not_fit(given: &Given<'_>, problem: ProblemChoice) -> Error {
    let (has_not, needs) = match (problem, given.key) {
        (Regression, "class_weights") => ("regression has no labels", "classification"),
        (Regression, _) => ("regression has no labels", "binary classification"),
        _ => ("a model of several labels has no threshold", "binary classification"),
    };
    let hint = format!("{} is for {needs}: leave it out, or change PROBLEM_TYPE or OBJECTIVE", shown(given.key));
    Error::statement(format!("{} does not fit: {has_not}", shown(given.key))).at(given.key_span).with_hint(hint)
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

fn invalid(clause: &str, written: &Spanned<String>, names: &[&str], expected: &str) -> Error {
    let kind = ErrorKind::InvalidOption { name: clause.into(), value: written.value.clone(), expected: expected.into() };
    let error = Error::from(kind).at(written.span);
    match closest(written, names.iter().copied()) {
        Some(meant) => error.with_hint(format!("did you mean {meant}?")),
        None => error,
    }
}
