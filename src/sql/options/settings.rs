//! `SETTINGS` and `HYPERPARAMETERS`.

use super::read::{Entries, Given, label, number};
use crate::automl::{ClassWeights, ThresholdChoice, TrainSpec};
use crate::error::{Error, Result};
use crate::sql::ast::{ListItem, OptionValue};

/// Reads the settings into the spec.
pub(super) fn read_settings(settings: &Entries<'_>, spec: &mut TrainSpec) -> Result<()> {
    spec.positive = settings.get("positive").map(|given| given.label()).transpose()?;
    spec.weight = settings.get("weight").map(|given| given.column()).transpose()?;
    if let Some(given) = settings.get("class_weights") {
        spec.class_weights = class_weights(&given)?;
    }
    spec.threshold = threshold(settings)?;
    if let Some(given) = settings.get("description") {
        spec.description = given.string()?;
    }
    Ok(())
}

/// Reads the hyperparameters into the spec.
pub(super) fn read_hyperparameters(hyperparameters: &Entries<'_>, spec: &mut TrainSpec) -> Result<()> {
    spec.l2 = hyperparameters.get("l2").map(|given| given.number(|l2| l2 >= 0.0)).transpose()?;
    if let Some(given) = hyperparameters.get("max_iterations") {
        spec.max_iterations = Some(whole_number(&given)?);
    }
    if let Some(given) = hyperparameters.get("tolerance") {
        spec.tolerance = Some(given.number(|tolerance| tolerance > 0.0)?);
    }
    Ok(())
}

fn whole_number(given: &Given<'_>) -> Result<u32> {
    let text = label(given.value).unwrap_or_default();
    text.trim().parse().ok().filter(|number| *number >= 1).ok_or_else(|| given.invalid())
}

fn class_weights(given: &Given<'_>) -> Result<ClassWeights> {
    let OptionValue::List(items) = &given.value.value else {
        return match given.choice().as_deref() {
            Some("balanced") => Ok(ClassWeights::Balanced),
            Some("none") => Ok(ClassWeights::None),
            _ => Err(given.no_choice(&["balanced"])),
        };
    };
    let mut weights: Vec<(String, f64)> = Vec::new();
    for ListItem { value, second } in items {
        let Some((name, weight)) = label(value).zip(second.as_ref()) else { return Err(given.invalid_at(value)) };
        let Some(weight) = number(weight).filter(|weight| *weight >= 0.0) else { return Err(given.invalid_at(weight)) };
        if weights.iter().any(|(other, _)| *other == name) {
            return Err(Error::statement(format!("the label {} has two weights", value.value)).at(value.span));
        }
        weights.push((name, weight));
    }
    if weights.is_empty() { Err(given.invalid()) } else { Ok(ClassWeights::Listed(weights)) }
}

fn threshold(settings: &Entries<'_>) -> Result<Option<ThresholdChoice>> {
    const CHOICES: [&str; 4] = ["f1", "accuracy", "balanced", "cost"];
    let costs = ["false_positive_cost", "false_negative_cost"].map(|key| settings.get(key));
    let Some(given) = settings.get("threshold") else { return without_cost(costs, None) };
    if let Some(threshold) = number(given.value) {
        if !(0.0..=1.0).contains(&threshold) {
            return Err(given.invalid());
        }
        return without_cost(costs, Some(ThresholdChoice::Fixed(threshold)));
    }
    let choice = match given.choice().as_deref() {
        Some("f1") => ThresholdChoice::F1,
        Some("accuracy") => ThresholdChoice::Accuracy,
        Some("balanced") => ThresholdChoice::Balanced,
        Some("cost") => return cost(&given, costs).map(Some),
        _ => return Err(given.no_choice(&CHOICES)),
    };
    without_cost(costs, Some(choice))
}

/// The costs belong to the threshold `'cost'` and to no other.
fn without_cost(costs: [Option<Given<'_>>; 2], choice: Option<ThresholdChoice>) -> Result<Option<ThresholdChoice>> {
    let Some(cost) = costs.into_iter().flatten().next() else { return Ok(choice) };
    let message = format!("{} has no effect without THRESHOLD 'cost'", super::read::shown(cost.key));
    let hint = "add THRESHOLD 'cost', or leave the costs out";
    Err(Error::statement(message).at(cost.key_span).with_hint(hint))
}

fn cost(threshold: &Given<'_>, costs: [Option<Given<'_>>; 2]) -> Result<ThresholdChoice> {
    let [Some(false_positive), Some(false_negative)] = costs else {
        let message = "the threshold 'cost' needs FALSE_POSITIVE_COST and FALSE_NEGATIVE_COST";
        let hint = "for example SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5)";
        return Err(Error::statement(message).at(threshold.value.span).with_hint(hint));
    };
    let (positive, negative) = (false_positive.number(|cost| cost >= 0.0)?, false_negative.number(|cost| cost >= 0.0)?);
    if positive == 0.0 && negative == 0.0 {
        return Err(Error::statement("with both costs 0 every threshold costs the same").at(threshold.value.span));
    }
    Ok(ThresholdChoice::Cost { false_positive: positive, false_negative: negative })
}
