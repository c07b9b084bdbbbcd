//! `LINEAR_REG` and `LOGISTIC_REG`: options → what training is asked for.

use super::super::read::{label, number, shown};
use super::given::{Given, invalid};
use super::split::split;
use super::types::Types;
use super::values::{Tuned, boolean};
use crate::automl::{ClassWeights, PenaltyChoice, TrainSpec};
use crate::error::{Error, Result};
use crate::model::{ProblemType, pow};
use crate::sql::ast::{ListItem, OptionEntry, OptionValue};

/// The label column unless another one is named.
const LABEL: &str = "label";
/// What tuning compares trials by.
const OBJECTIVES: [(&str, Types); 5] = [
    ("R2_SCORE", Types::LINEAR),
    ("EXPLAINED_VARIANCE", Types::LINEAR),
    ("MEAN_SQUARED_ERROR", Types::LINEAR),
    ("LOG_LOSS", Types::LOGISTIC),
    ("ROC_AUC", Types::LOGISTIC),
];

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
    if let Some(entry) = given.get("hparam_tuning_objectives") {
        let is_tuned = given.get("num_trials").is_some();
        ignored.push((
            shown(&entry.key),
            if is_tuned { "trials are compared by their loss" } else { "nothing is tuned without NUM_TRIALS" },
        ));
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

/// `L1_REG` and `L2_REG`: numbers, or what `NUM_TRIALS` trials are to find. The notice says what the numbers mean.
fn penalties(given: &Given<'_>, spec: &mut TrainSpec) -> Result<Option<String>> {
    check_objectives(given)?;
    let trials = given.get("num_trials");
    let tuned: Vec<&OptionEntry> = given.all_tuned().collect();
    if let Some(other) = tuned.iter().find(|entry| entry.key.value != "l1_reg" && entry.key.value != "l2_reg") {
        let error = Error::unsupported(format!("tuning of {}", shown(&other.key))).at(other.value.span);
        return Err(error.with_hint("L1_REG and L2_REG can be tuned"));
    }
    let n_trials = match (trials.map(|entry| number(&entry.value)), tuned.first()) {
        (None, Some(entry)) => {
            let error = Error::statement(format!("{} is tuned, but NUM_TRIALS is missing", shown(&entry.key)));
            return Err(error.at(entry.value.span).with_hint("for example NUM_TRIALS = 10"));
        }
        (trials, _) => trials.flatten().unwrap_or(0.0),
    };
    // Two ranges share the trials: each point of one goes with each of the other.
    let points = if tuned.len() > 1 { n_trials.sqrt() } else { n_trials };
    for (key, penalty) in [("l1_reg", &mut spec.l1), ("l2_reg", &mut spec.l2)] {
        *penalty = match (given.tuned(key), given.get(key)) {
            (Some(Tuned::Range(least, most)), _) => Some(PenaltyChoice::Listed(grid(least, most, points))),
            (Some(Tuned::Candidates(listed)), _) => Some(PenaltyChoice::Listed(spread(listed, points))),
            (Some(Tuned::Other), Some(entry)) => return Err(invalid(entry, &entry.value, "numbers of at least 0")),
            (_, Some(entry)) => number(&entry.value).map(PenaltyChoice::Fixed),
            (_, None) => None,
        };
    }
    if let Some(trials) = trials.filter(|_| tuned.is_empty()) {
        if spec.l2.is_some() {
            let error = Error::statement("NUM_TRIALS has nothing to tune: L2_REG has one value").at(trials.key.span);
            return Err(error.with_hint("leave it out, or tune L2_REG = HPARAM_RANGE(0, 10)"));
        }
        spec.l2 = Some(PenaltyChoice::Auto);
    }
    let has_penalty = |penalty: &Option<PenaltyChoice>| penalty.as_ref().is_some_and(|choice| choice.fixed() != Some(0.0));
    let any = has_penalty(&spec.l1) || has_penalty(&spec.l2);
    spec.l2 = spec.l2.take().or(Some(PenaltyChoice::Fixed(0.0)));
    if let Some(p_values) = given.get("calculate_p_values").filter(|entry| any && boolean(&entry.value) == Some(true)) {
        let error = Error::statement("CALCULATE_P_VALUES does not go with L1_REG or L2_REG").at(p_values.key.span);
        return Err(error.with_hint("coefficients that a penalty has shrunk have no p-values: leave one of them out"));
    }
    Ok(any.then(|| "L1_REG weighs Σ|β| and L2_REG ½Σβ² of standardised columns against the loss summed over all rows".into()))
}

fn check_objectives(given: &Given<'_>) -> Result<()> {
    let Some(entry) = given.get("hparam_tuning_objectives") else { return Ok(()) };
    let OptionValue::List(items) = &entry.value.value else { return Ok(()) };
    let fits = |item: &ListItem| {
        OBJECTIVES.iter().any(|(name, of)| {
            of.holds(given.model_type) && label(&item.value).is_some_and(|text| text.eq_ignore_ascii_case(name))
        })
    };
    match items.iter().find(|item| !fits(item)) {
        None => Ok(()),
        Some(item) => {
            let names: Vec<&str> =
                OBJECTIVES.iter().filter(|(_, of)| of.holds(given.model_type)).map(|(name, _)| *name).collect();
            let what = format!("the objective {} of tuning", item.value.value);
            let hint = format!("trials are compared by their loss, which goes with {}", names.join(", "));
            Err(Error::unsupported(what).at(entry.value.span).with_hint(hint))
        }
    }
}

/// That many numbers from `least` to `most`, each the same multiple of the one before; 0 comes beside those of three decades.
fn grid(least: f64, most: f64, points: f64) -> Vec<f64> {
    const DECADES: f64 = 1e-3;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 100")]
    let n = points.clamp(1.0, 100.0) as u32;
    if n == 1 {
        return vec![least];
    }
    let mut grid = Vec::new();
    let (mut first, mut n_steps) = (least, n - 1);
    if least <= 0.0 {
        grid.push(0.0);
        first = if n > 2 { most * DECADES } else { most };
        n_steps = n.saturating_sub(2);
    }
    let ratio = most / first;
    grid.extend((0..n_steps).map(|step| first * pow(ratio, f64::from(step) / f64::from(n_steps))));
    grid.push(most);
    grid
}

/// So many of the values, evenly spread over them, both ends among them; all where there are no more.
fn spread(values: Vec<f64>, points: f64) -> Vec<f64> {
    let n = points.max(1.0).floor();
    let last = values.len().saturating_sub(1) as f64;
    if n > last {
        return values;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places of values")]
    let taken = |place: &usize| (0..n as usize).any(|i| (i as f64 * last / (n - 1.0).max(1.0)).round() as usize == *place);
    values.into_iter().enumerate().filter(|(place, _)| taken(place)).map(|(_, value)| value).collect()
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
            let error = Error::statement("MIN_REL_PROGRESS has no effect with EARLY_STOP = FALSE").at(progress.key.span);
            return Err(error.with_hint("leave out one of them"));
        }
        (None | Some(false), None) => None,
        (_, Some(progress)) => number(&progress.value),
        (Some(true), None) => Some(TrainSpec::DEFAULT_MIN_REL_PROGRESS),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{grid, spread};

    #[test]
    fn grids_hold_both_ends() {
        assert_eq!(grid(0.0, 10.0, 2.0), [0.0, 10.0]);
        assert_eq!(grid(0.0, 10.0, 3.0), [0.0, 0.01, 10.0]);
        assert_eq!(grid(1.0, 100.0, 3.0), [1.0, 10.0, 100.0]);
        assert_eq!(grid(0.5, 8.0, 1.0), [0.5]);
        assert_eq!(spread(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2.0), [0.0, 5.0]);
        assert_eq!(spread(vec![0.0, 1.0, 2.0, 3.0, 4.0], 3.0), [0.0, 2.0, 4.0]);
        assert_eq!(spread(vec![3.0, 1.0], 1.0), [3.0]);
        assert_eq!(spread(vec![3.0, 1.0], 9.0), [3.0, 1.0]);
        let fine = grid(0.0, 20.0, 20.0);
        assert_eq!(fine.len(), 20);
        assert!(fine.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
