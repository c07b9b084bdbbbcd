//! `LINEAR_REG` and `LOGISTIC_REG`: options → what training is asked for.

use super::super::read::{label, number, shown};
use super::given::{Given, invalid};
use super::split::split;
use super::tuning::penalties;
use super::types::Types;
use super::values::boolean;
use crate::automl::{ClassWeights, PenaltyChoice, Split, TrainSpec};
use crate::error::{Error, Result};
use crate::model::ProblemType;
use crate::sql::ast::{ListItem, OptionValue};

/// What becomes of the marks that BigQuery has for tuning.
const EVAL_AND_TEST: &str = "penalties are chosen by cross-validation on the rows that DATA_SPLIT_COL marks TRAIN; those marked EVAL \
                             and TEST are held out together, for the final figures";
/// The label column unless another one is named.
const LABEL: &str = "label";

/// Reads the options into the spec, and gives the notices.
pub(super) fn read(given: &Given<'_>, spec: &mut TrainSpec) -> Result<Vec<String>> {
    let is_logistic = given.model_type == Types::LOGISTIC;
    let mut ignored: Vec<(String, &'static str)> = given.without_effect().collect();
    spec.target = target(given)?;
    spec.problem = (!is_logistic).then_some(ProblemType::Regression);
    spec.ordered_labels = is_logistic;
    spec.text_is_category = true;
    let (split, share) = split(given)?;
    spec.split = split;
    ignored.extend(share);
    spec.class_weights = class_weights(given)?;
    spec.fit_intercept = flag(given, "fit_intercept").unwrap_or(true);
    let penalties = penalties(given, spec)?;
    let is_tuned = given.get("num_trials").is_some();
    if let Some(entry) = given.get("hparam_tuning_objectives").filter(|_| !is_tuned) {
        ignored.push((shown(&entry.key), "nothing is tuned without NUM_TRIALS"));
    }
    encoding(given, spec, &mut ignored)?;
    steps(given, is_logistic, spec, &mut ignored)?;
    if let Some(rate) = given.get("learn_rate")
        && given.word("learn_rate_strategy").as_deref() != Some("CONSTANT")
    {
        let error = Error::statement("LEARN_RATE has no effect without LEARN_RATE_STRATEGY = 'CONSTANT'").at(rate.key.span);
        return Err(error.with_hint("training has no learning rate here: leave it out"));
    }
    let mut notices = Vec::new();
    if !ignored.is_empty() {
        let listed: Vec<String> = ignored.into_iter().map(|(key, why)| format!("{key} ({why})")).collect();
        notices.push(format!("without effect here: {}", listed.join("; ")));
    }
    notices.extend(penalties);
    if is_tuned && matches!(spec.split, Split::Custom { .. }) {
        notices.push(EVAL_AND_TEST.into());
    }
    Ok(notices)
}

/// The column to learn.
fn target(given: &Given<'_>) -> Result<String> {
    let entry = match (given.get("input_label_cols"), given.get("labels")) {
        (Some(_), Some(labels)) => {
            let error = Error::statement("LABELS is the old name of INPUT_LABEL_COLS; both are given").at(labels.key.span);
            return Err(error.with_hint("leave out one of them"));
        }
        (entry, other) => entry.or(other),
    };
    let Some(entry) = entry else { return Ok(LABEL.into()) };
    match &entry.value.value {
        OptionValue::List(items) => match items.as_slice() {
            [ListItem { value, .. }] if label(value).is_some_and(|text| !text.is_empty()) => Ok(label(value).unwrap_or_default()),
            _ => Err(invalid(entry, &entry.value, "one column, for example ['churned']")),
        },
        _ => Err(invalid(entry, &entry.value, "one column, for example ['churned']")),
    }
}

fn flag(given: &Given<'_>, key: &'static str) -> Option<bool> {
    boolean(&given.get(key)?.value)
}

fn class_weights(given: &Given<'_>) -> Result<ClassWeights> {
    let balanced = flag(given, "auto_class_weights") == Some(true);
    let Some(entry) = given.get("class_weights") else {
        return Ok(if balanced { ClassWeights::Balanced } else { ClassWeights::None });
    };
    if balanced {
        let error = Error::statement("AUTO_CLASS_WEIGHTS and CLASS_WEIGHTS exclude each other").at(entry.key.span);
        return Err(error.with_hint("leave out one of them"));
    }
    let OptionValue::List(items) = &entry.value.value else {
        return Err(Error::internal("class weights were not checked"));
    };
    let pair = |item: &ListItem| Some((label(&item.value)?, number(item.second.as_ref()?)?));
    items
        .iter()
        .map(pair)
        .collect::<Option<_>>()
        .map(ClassWeights::Listed)
        .ok_or_else(|| Error::internal("weights were not checked"))
}

/// Without a penalty both encodings predict the same; with one, only that by indicators of all categories is there.
fn encoding(given: &Given<'_>, spec: &TrainSpec, ignored: &mut Vec<(String, &'static str)>) -> Result<()> {
    let Some(entry) = given.get("category_encoding_method") else { return Ok(()) };
    let none = |penalty: &Option<PenaltyChoice>| penalty.as_ref().is_none_or(|choice| choice.fixed() == Some(0.0));
    let is_penalised = !none(&spec.l1) || !none(&spec.l2);
    match (given.word("category_encoding_method").as_deref(), is_penalised) {
        (Some("DUMMY_ENCODING"), true) => {
            let hint = "with a penalty every category has its own column: leave it out, or the penalty";
            Err(Error::unsupported("DUMMY_ENCODING with a penalty").at(entry.value.span).with_hint(hint))
        }
        (Some("DUMMY_ENCODING"), false) | (Some("ONE_HOT_ENCODING"), true) => Ok(()),
        (Some("ONE_HOT_ENCODING"), false) => {
            ignored.push((shown(&entry.key), "without a penalty both encodings predict the same"));
            Ok(())
        }
        _ => Err(invalid(entry, &entry.value, "'ONE_HOT_ENCODING' or 'DUMMY_ENCODING'")),
    }
}

/// `MAX_ITERATIONS`, `EARLY_STOP` and `MIN_REL_PROGRESS`.
fn steps(given: &Given<'_>, is_logistic: bool, spec: &mut TrainSpec, ignored: &mut Vec<(String, &'static str)>) -> Result<()> {
    if !is_logistic {
        let keys = ["max_iterations", "early_stop", "min_rel_progress"];
        let found = keys.into_iter().filter_map(|key| given.get(key));
        ignored.extend(found.map(|entry| (shown(&entry.key), "least squares is solved exactly")));
        return Ok(());
    }
    if let Some(entry) = given.get("max_iterations") {
        let Some(most) = label(&entry.value).and_then(|text| text.parse().ok()) else {
            return Err(invalid(entry, &entry.value, "a whole number of at least 1"));
        };
        spec.max_iterations = Some(most);
    }
    let progress = given.get("min_rel_progress");
    spec.min_rel_progress = match (flag(given, "early_stop"), progress) {
        (Some(false), Some(progress)) => {
            ignored.push((shown(&progress.key), "EARLY_STOP is FALSE"));
            None
        }
        (None | Some(false), None) => None,
        (_, Some(progress)) => number(&progress.value),
        (Some(true), None) => Some(TrainSpec::DEFAULT_MIN_REL_PROGRESS),
    };
    Ok(())
}
