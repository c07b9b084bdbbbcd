//! `SETTINGS` and `HYPERPARAMETERS`.

use super::read::{Entries, Given, label, number};
use crate::automl::{ClassWeights, PenaltyChoice, ThresholdChoice, TrainSpec};
use crate::error::{Error, Result};
use crate::model::Family;
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
    spec.family = family(hyperparameters)?;
    if let Some(given) = hyperparameters.get("fit_intercept") {
        spec.fit_intercept = boolean(&given)?;
    }
    spec.l1 = hyperparameters.get("l1").map(|given| penalty(&given)).transpose()?;
    spec.l2 = hyperparameters.get("l2").map(|given| penalty(&given)).transpose()?;
    spec.min_rel_progress = min_rel_progress(hyperparameters)?;
    if let Some(given) = hyperparameters.get("max_iterations") {
        spec.max_iterations = Some(whole_number(&given)?);
    }
    if let Some(given) = hyperparameters.get("tolerance") {
        spec.tolerance = Some(given.number()?);
    }
    Ok(())
}

fn family(hyperparameters: &Entries<'_>) -> Result<Option<Family>> {
    const FAMILIES: [&str; 4] = ["gaussian", "poisson", "gamma", "tweedie"];
    let power = hyperparameters.get("tweedie_power");
    let given = hyperparameters.get("family");
    let family = given.map(|given| match given.choice().as_deref() {
        Some("gaussian") => Ok(Family::Gaussian),
        Some("poisson") => Ok(Family::Poisson),
        Some("gamma") => Ok(Family::Gamma),
        Some("tweedie") => Ok(Family::Tweedie(Family::DEFAULT_TWEEDIE_POWER)),
        _ => Err(given.no_choice(&FAMILIES)),
    });
    match (family.transpose()?, power) {
        (Some(Family::Tweedie(_)), Some(power)) => Ok(Some(Family::Tweedie(power.number()?))),
        (_, Some(power)) => {
            let hint = "add FAMILY 'tweedie', or leave TWEEDIE_POWER out";
            Err(Error::statement("TWEEDIE_POWER has no effect without FAMILY 'tweedie'").at(power.key_span).with_hint(hint))
        }
        (family, None) => Ok(family),
    }
}

fn boolean(given: &Given<'_>) -> Result<bool> {
    match label(given.value).map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(given.invalid()),
    }
}

fn penalty(given: &Given<'_>) -> Result<PenaltyChoice> {
    if let OptionValue::List(items) = &given.value.value {
        let factor = |item: &ListItem| match item.second {
            None => number(&item.value).ok_or_else(|| given.invalid_at(&item.value)),
            Some(_) => Err(given.invalid()),
        };
        return items.iter().map(factor).collect::<Result<_>>().map(PenaltyChoice::Listed);
    }
    if given.choice().as_deref() == Some("auto") {
        return Ok(PenaltyChoice::Auto);
    }
    given.number().map(PenaltyChoice::Fixed)
}

/// Progress is looked at only where training is to stop early.
fn min_rel_progress(hyperparameters: &Entries<'_>) -> Result<Option<f64>> {
    let early = hyperparameters.get("early_stop").map(|given| boolean(&given)).transpose()?.unwrap_or(false);
    match hyperparameters.get("min_rel_progress") {
        Some(given) if early => given.number().map(Some),
        Some(given) => {
            let hint = "add EARLY_STOP true, or leave MIN_REL_PROGRESS out";
            Err(Error::statement("MIN_REL_PROGRESS has no effect without EARLY_STOP").at(given.key_span).with_hint(hint))
        }
        None => Ok(early.then_some(TrainSpec::DEFAULT_MIN_REL_PROGRESS)),
    }
}

fn whole_number(given: &Given<'_>) -> Result<u32> {
    let text = label(given.value).unwrap_or_default();
    text.trim().parse().map_err(|_| given.invalid())
}

fn class_weights(given: &Given<'_>) -> Result<ClassWeights> {
    let OptionValue::List(items) = &given.value.value else {
        return match given.choice().as_deref() {
            Some("balanced") => Ok(ClassWeights::Balanced),
            Some("none") => Ok(ClassWeights::None),
            _ => Err(given.no_choice(&["balanced"])),
        };
    };
    let weight_of = |ListItem { value, second }: &ListItem| {
        let (name, weight) = label(value).zip(second.as_ref()).ok_or_else(|| given.invalid_at(value))?;
        Ok((name, number(weight).ok_or_else(|| given.invalid_at(weight))?))
    };
    items.iter().map(weight_of).collect::<Result<_>>().map(ClassWeights::Listed)
}

fn threshold(settings: &Entries<'_>) -> Result<Option<ThresholdChoice>> {
    const CHOICES: [&str; 4] = ["f1", "accuracy", "balanced", "cost"];
    let costs = ["false_positive_cost", "false_negative_cost"].map(|key| settings.get(key));
    let Some(given) = settings.get("threshold") else { return without_cost(costs, None) };
    if let Some(threshold) = number(given.value) {
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
    Ok(ThresholdChoice::Cost { false_positive: false_positive.number()?, false_negative: false_negative.number()? })
}
