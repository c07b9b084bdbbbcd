//! `MODEL_TYPE`, `PROBLEM_TYPE` and `OBJECTIVE`.

use super::read::Entries;
use super::table::{KMEANS, NONE, XGBOOST};
use crate::automl::{Objective, contradiction};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::ProblemType::{self, Binary, Multiclass, Regression};
use crate::sql::ast::{Clauses, Spanned};

/// The type of model, for messages.
const TRAINABLE: &str = "LINEAR_LEARNER";
/// Types of other systems that are known but cannot be trained yet.
const LATER: [&str; 4] = ["XGBOOST", "MLP", "KMEANS", "FORECAST"];
const PROBLEMS: [(&str, ProblemType); 3] =
    [("REGRESSION", Regression), ("BINARY_CLASSIFICATION", Binary), ("MULTICLASS_CLASSIFICATION", Multiclass)];
const OBJECTIVES: [&str; 5] = ["MSE", "Accuracy", "F1", "F1_Macro", "AUC"];
/// Objectives of types that cannot be trained yet.
const OBJECTIVES_LATER: [&str; 16] = [
    "F1Macro",
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:logistic",
    "reg:pseudohubererror",
    "reg:tweedie",
    "binary:logistic",
    "binary:hinge",
    "multi:softmax",
    "rank:pairwise",
    "rank:ndcg",
    "RMSE",
    "WAPE",
    "MAPE",
    "MASE",
    "AverageWeightedQuantileLoss",
];

/// Only linear models can be trained now; what others are told must be right nevertheless.
pub(super) fn check_model_type(clauses: &Clauses, settings: &Entries<'_>) -> Result<()> {
    let Some(model_type) = &clauses.model_type else { return Ok(()) };
    let given = clauses.hyperparameters.as_deref().unwrap_or_default();
    let tables = [("XGBOOST", &XGBOOST), ("KMEANS", &KMEANS), ("MLP", &NONE), ("FORECAST", &NONE)];
    if let Some((_, table)) = tables.into_iter().find(|(name, _)| *name == model_type.value) {
        if let Some(first) = given.first().filter(|_| table.without_meaning.is_empty()) {
            let what = format!("MODEL_TYPE {} takes no hyperparameters: Redshift chooses them", model_type.value);
            return Err(Error::statement(what).at(first.key.span).with_hint("write HYPERPARAMETERS DEFAULT, or leave it out"));
        }
        if let Some(missing) = Entries::check(given, table)?.missing() {
            let what = format!("MODEL_TYPE {} needs the hyperparameter {missing}", model_type.value);
            let hint = format!("for example HYPERPARAMETERS DEFAULT EXCEPT ({missing} '5')");
            return Err(Error::statement(what).at(model_type.span).with_hint(hint));
        }
    }
    if model_type.value == "FORECAST" {
        let missing = [("horizon", "HORIZON 5"), ("frequency", "FREQUENCY 'D'")].into_iter().find(|(key, _)| !settings.has(key));
        if let Some((key, example)) = missing {
            let what = format!("MODEL_TYPE FORECAST needs the setting {}", key.to_ascii_uppercase());
            return Err(Error::statement(what).at(model_type.span).with_hint(format!("for example SETTINGS ({example})")));
        }
    }
    if let Some(objective) = &clauses.objective
        && LATER.contains(&model_type.as_str())
    {
        let known: Vec<&str> = OBJECTIVES.into_iter().chain(OBJECTIVES_LATER).collect();
        if !known.iter().any(|known| known.eq_ignore_ascii_case(objective)) {
            return Err(invalid("OBJECTIVE", objective, &known, &one_of(&known)));
        }
    }
    if LATER.contains(&model_type.as_str()) {
        let hint = format!("{TRAINABLE} can be trained now, for regression and classification");
        return Err(Error::unsupported(format!("MODEL_TYPE {}", model_type.value)).at(model_type.span).with_hint(hint));
    }
    if model_type.value != TRAINABLE {
        let all: Vec<_> = [TRAINABLE].into_iter().chain(LATER).collect();
        return Err(invalid("MODEL_TYPE", model_type, &all, TRAINABLE));
    }
    Ok(())
}

/// `PROBLEM_TYPE` and `OBJECTIVE`, which must not contradict each other.
pub(super) fn problem_and_objective(clauses: &Clauses) -> Result<(Option<ProblemType>, Option<Objective>)> {
    let problem = clauses.problem_type.as_ref().map(problem).transpose()?;
    let Some(written) = &clauses.objective else { return Ok((problem, None)) };
    let (objective, fits): (_, &[ProblemType]) = match written.to_ascii_lowercase().as_str() {
        "mse" => (Objective::Mse, Objective::Mse.fits()),
        "accuracy" => (Objective::Accuracy, Objective::Accuracy.fits()),
        "auc" => (Objective::Auc, Objective::Auc.fits()),
        // One objective, of which statements say in its name what it is the F1 of.
        "f1" => (Objective::F1, &[Binary]),
        "f1_macro" | "f1macro" => (Objective::F1, &[Multiclass]),
        _ => return Err(invalid("OBJECTIVE", written, &OBJECTIVES, &one_of(&OBJECTIVES))),
    };
    let problem = match (problem, fits) {
        (Some(problem), fits) if !fits.contains(&problem) => {
            return Err(contradiction(&written.value, problem).at(written.span));
        }
        // The name says more than the objective: which of two types of problem it is.
        (None, [only]) if objective.fits().len() > 1 => Some(*only),
        (problem, _) => problem,
    };
    Ok((problem, Some(objective)))
}

fn problem(written: &Spanned<String>) -> Result<ProblemType> {
    let names = PROBLEMS.map(|(name, _)| name);
    let known = PROBLEMS.iter().find(|(name, _)| *name == written.value).map(|(_, problem)| *problem);
    known.ok_or_else(|| invalid("PROBLEM_TYPE", written, &names, &one_of(&names)))
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
