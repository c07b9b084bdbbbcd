//! What reports say of penalties: how strong they are, how they were found, and what they left.

use super::linear::{self, Penalty};
use super::number_text::short;
use super::prepare::Prepared;
use super::spec::{PenaltyChoice, TrainSpec, TuningObjective};
use super::warnings::{Warning, warning};
use crate::model::{ColumnLayout, LinearPredictor, Model, Predictor, Report, Trial};

/// What the factors multiply.
const L1: &str = "l1·Σ|β| on";
const L2: &str = "½·l2·Σβ² on";

fn on_columns(penalty: &str, layout: &ColumnLayout) -> String {
    let numbers = if layout.has_intercept() { "standardised numbers" } else { "scaled numbers" };
    let intercept = if layout.has_intercept() { ", intercept free" } else { "" };
    format!("{penalty} {numbers} and category indicators{intercept}")
}

/// The lines of a dry run: penalties that are given, and how the others will be found.
pub(super) fn asked_for(report: &mut Report, spec: &TrainSpec, prepared: &Prepared) {
    let penalty = linear::penalty(spec, prepared.family);
    let factors = [("l1", &spec.l1, penalty.l1, L1), ("l2", &spec.l2, penalty.l2, L2)];
    for (name, choice, given, meaning) in factors {
        match choice {
            Some(PenaltyChoice::Auto) => {
                report.push("training", name, "to be found", "along a path from strong to weak, by cross-validation");
            }
            Some(PenaltyChoice::Listed(factors)) => {
                let factors: Vec<String> = factors.iter().map(|factor| short(*factor)).collect();
                report.push("training", name, "to be found", format!("one of {}, by cross-validation", factors.join(", ")));
            }
            Some(PenaltyChoice::Fixed(_)) => report.push("training", name, short(given), on_columns(meaning, &prepared.layout)),
            None if name == "l2" => report.push("training", name, short(given), ""),
            None => {}
        }
    }
}

/// The lines of a fit.
pub(super) fn fitted(
    report: &mut Report,
    penalty: Penalty,
    layout: &ColumnLayout,
    model: &Model,
    tuning: Option<TuningObjective>,
) {
    let trials = model.trials.as_slice();
    if penalty.l1 > 0.0 || trials.iter().any(|trial| trial.l1 > 0.0) {
        let meaning = if penalty.l1 > 0.0 { on_columns(L1, layout) } else { "no such penalty".to_owned() };
        report.push("training", "l1", short(penalty.l1), meaning);
    }
    let nothing = if penalty.is_none() { "no penalty" } else { "no such penalty" };
    let meaning = if penalty.l2 > 0.0 { on_columns(L2, layout) } else { nothing.to_owned() };
    report.push("training", "l2", short(penalty.l2), meaning);
    if let Some(best) = trials.iter().find(|trial| trial.is_optimal) {
        let of = "of training rows that a model did not see";
        let by = if let Some(tuning) = tuning {
            let which = if tuning.is_best_high() { "highest" } else { "lowest" };
            format!("by the {which} {} {of}: {}", tuning.name(), short(best.metric))
        } else {
            let (unseen, seen) = (short(best.eval_loss), short(best.training_loss));
            format!("by the lowest mean loss {of}: {unseen} (of rows that it saw {seen})")
        };
        report.push("training", "penalties tried", trials.len().to_string(), by);
    }
}

/// How many coefficients a penalty on their sizes left.
pub(super) fn zeros(predictor: &Predictor) -> String {
    let Predictor::Linear(outputs) = predictor;
    let all = || outputs.iter().flat_map(|LinearPredictor { coefficients, .. }| coefficients);
    let (n, n_zero) = (all().count(), all().filter(|b| **b == 0.0).count());
    match outputs.len() {
        1 => format!("{n_zero} of them have the coefficient 0"),
        labels => format!("{n_zero} of {n} coefficients for {labels} labels are 0"),
    }
}

/// Choices at the end of what was tried, beyond which a better one may lie.
pub(super) fn warnings(spec: &TrainSpec, trials: &[Trial]) -> Vec<Warning> {
    let Some(best) = trials.iter().find(|trial| trial.is_optimal) else { return Vec::new() };
    let of_l1 = trials.iter().map(|trial| trial.l1).collect::<Vec<f64>>();
    let of_l2 = trials.iter().map(|trial| trial.l2).collect::<Vec<f64>>();
    let mut warnings = Vec::new();
    for (name, choice, tried, best) in [("L1", &spec.l1, of_l1, best.l1), ("L2", &spec.l2, of_l2, best.l2)] {
        let is_path = match choice {
            Some(PenaltyChoice::Auto) => true,
            Some(PenaltyChoice::Listed(_)) => false,
            _ => continue,
        };
        let (weakest, strongest) =
            tried.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), factor| (low.min(*factor), high.max(*factor)));
        let chosen = short(best);
        if weakest == strongest {
            continue;
        }
        if best == strongest {
            let advice = if is_path {
                "the features say next to nothing that holds for rows that a model did not see"
            } else {
                "list larger ones"
            };
            warnings.push(warning("model", format!("the strongest {name} that was tried is the best: {chosen}"), advice));
        } else if best == weakest && weakest > 0.0 {
            let what = format!("the weakest {name} that was tried is the best: {chosen}");
            let advice = if is_path { "list smaller ones, or do without" } else { "list smaller ones, or 0" };
            warnings.push(warning("model", what, advice));
        }
    }
    warnings
}
