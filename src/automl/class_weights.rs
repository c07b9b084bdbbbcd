//! What the rows of each label weigh in training.

use super::spec::{ClassWeights, TrainSpec};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::{Label, Target};

/// The option, as statements call it.
const OPTION: &str = "CLASS_WEIGHTS";

/// One weight per label, if labels are weighted at all; `prior` is the share of each among the training rows.
pub(super) fn class_weights(spec: &TrainSpec, target: &Target, prior: &[f64]) -> Result<Option<Vec<f64>>> {
    match &spec.class_weights {
        ClassWeights::None => Ok(None),
        ClassWeights::Balanced => {
            // A label without training rows weighs nothing whatever its weight is.
            let present = prior.iter().filter(|share| **share > 0.0).count() as f64;
            Ok(Some(prior.iter().map(|share| if *share > 0.0 { 1.0 / (present * share) } else { 1.0 }).collect()))
        }
        ClassWeights::Listed(listed) => {
            let mut weights = vec![None; target.labels.len()];
            for (item, (label, weight)) in listed.iter().enumerate() {
                // One label against the rest goes by its own name, or as its function answers: true and false.
                let is_the_one = target.one_against_rest.as_ref().is_some_and(|one| one.to_string() == *label);
                let place = if is_the_one { Some(1) } else { target.labels.iter().position(|known| known.to_string() == *label) };
                let place = place.ok_or_else(|| unknown_label(target, label).about_item("class_weights", item))?;
                weights[place] = Some(*weight);
            }
            if spec.ordered_labels {
                every_label(target, &weights)?;
            }
            Ok(Some(weights.into_iter().map(|weight| weight.unwrap_or(1.0)).collect()))
        }
    }
}

/// Where labels are what their column has, one without a weight was forgotten.
fn every_label(target: &Target, weights: &[Option<f64>]) -> Result<()> {
    let missing = target.labels.iter().zip(weights).filter(|(_, weight)| weight.is_none());
    let missing: Vec<Label> = missing.map(|(label, _)| label.clone()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (value, expected) = (format!("without {}", and_list(&missing)), "a weight for every label of the target".into());
    Err(Error::from(ErrorKind::InvalidOption { name: OPTION.into(), value, expected }).about("class_weights"))
}

/// The error of a weight for what is no label.
fn unknown_label(target: &Target, label: &str) -> Error {
    let expected = match &target.one_against_rest {
        Some(one) => format!("{one}, or true, and false for the rest"),
        None => format!("the target's labels, {}", and_list(&target.labels)),
    };
    let error = Error::from(ErrorKind::InvalidOption { name: OPTION.into(), value: format!("'{label}'"), expected });
    let known: Vec<String> = target.one_against_rest.iter().chain(&target.labels).map(ToString::to_string).collect();
    match closest(label, known.iter().map(String::as_str)) {
        Some(meant) => error.with_hint(format!("did you mean '{meant}'?")),
        None => error,
    }
}

/// `a and b`, `a, b and c`; of many the first.
fn and_list(labels: &[Label]) -> String {
    const SHOWN: usize = 20;
    let mut shown: Vec<String> = labels.iter().take(SHOWN).map(ToString::to_string).collect();
    if labels.len() > SHOWN {
        return format!("{} …", shown.join(", "));
    }
    let last = shown.pop().unwrap_or_default();
    if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) }
}
