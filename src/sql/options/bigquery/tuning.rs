//! `L1_REG` and `L2_REG`: numbers, or what `NUM_TRIALS` trials are to find, and by which figure.

use datafusion::sql::sqlparser::tokenizer::Span;

use super::super::read::{label, number, shown};
use super::given::{Given, invalid};
use super::types::Types;
use super::values::{Tuned, boolean};
use crate::automl::{PenaltyChoice, TrainSpec, TuningObjective};
use crate::error::{Error, Result};
use crate::model::{ProblemType, pow};
use crate::sql::ast::{ListItem, OptionEntry, OptionValue, Spanned};

/// What is tuned where nothing is named.
const L2_RANGE: (f64, f64) = (0.0, 10.0);

/// Reads the penalties into the spec; the notice says what the numbers mean.
pub(super) fn penalties(given: &Given<'_>, spec: &mut TrainSpec) -> Result<Option<String>> {
    let objective = objective(given)?;
    let tuned: Vec<&OptionEntry> = given.all_tuned().collect();
    let n_trials = n_trials(given, &tuned)?;
    // Two ranges share the trials: each point of one goes with each of the other.
    let points = if tuned.len() > 1 { n_trials.sqrt() } else { n_trials };
    spec.l1 = penalty(given, "l1_reg", points)?;
    spec.l2 = penalty(given, "l2_reg", points)?;
    if let Some(trials) = given.get("num_trials").filter(|_| tuned.is_empty()) {
        if spec.l2.is_some() {
            let error = Error::statement("NUM_TRIALS has nothing to tune: L2_REG has one value").at(trials.key.span);
            return Err(error.with_hint("leave it out, or tune L2_REG = HPARAM_RANGE(0, 10)"));
        }
        let (least, most) = L2_RANGE;
        spec.l2 = Some(PenaltyChoice::Listed(grid(least, most, n_trials)));
    }
    let default = if given.model_type == Types::LOGISTIC { TuningObjective::RocAuc } else { TuningObjective::R2Score };
    spec.tuning = given.get("num_trials").map(|_| objective.unwrap_or(default));
    let has_penalty = |penalty: &Option<PenaltyChoice>| penalty.as_ref().is_some_and(|choice| choice.fixed() != Some(0.0));
    let any = has_penalty(&spec.l1) || has_penalty(&spec.l2);
    spec.l2 = spec.l2.take().or(Some(PenaltyChoice::Fixed(0.0)));
    if let Some(p_values) = given.get("calculate_p_values").filter(|entry| any && boolean(&entry.value) == Some(true)) {
        let error = Error::statement("CALCULATE_P_VALUES does not go with L1_REG or L2_REG").at(p_values.key.span);
        return Err(error.with_hint("coefficients that a penalty has shrunk have no p-values: leave one of them out"));
    }
    Ok(any.then(|| "L1_REG weighs Σ|β| and L2_REG ½Σβ² of standardised columns against the loss summed over all rows".into()))
}

/// How many trials there are, 0 without tuning.
fn n_trials(given: &Given<'_>, tuned: &[&OptionEntry]) -> Result<f64> {
    if let Some(other) = tuned.iter().find(|entry| entry.key.value != "l1_reg" && entry.key.value != "l2_reg") {
        let error = Error::unsupported(format!("tuning of {}", shown(&other.key))).at(other.value.span);
        return Err(error.with_hint("L1_REG and L2_REG can be tuned"));
    }
    match (given.get("num_trials"), tuned.first()) {
        (Some(trials), _) => Ok(number(&trials.value).unwrap_or_default()),
        (None, Some(entry)) => {
            let error = Error::statement(format!("{} is tuned, but NUM_TRIALS is missing", shown(&entry.key)));
            Err(error.at(entry.value.span).with_hint("for example NUM_TRIALS = 10"))
        }
        (None, None) => Ok(0.0),
    }
}

fn penalty(given: &Given<'_>, key: &'static str, points: f64) -> Result<Option<PenaltyChoice>> {
    Ok(match (given.tuned(key), given.get(key)) {
        (Some(Tuned::Range(least, most)), _) => Some(PenaltyChoice::Listed(grid(least, most, points))),
        (Some(Tuned::Candidates(listed)), _) => Some(PenaltyChoice::Listed(spread(listed, points))),
        (Some(Tuned::Other), Some(entry)) => return Err(invalid(entry, &entry.value, "numbers of at least 0")),
        (_, Some(entry)) => number(&entry.value).map(PenaltyChoice::Fixed),
        (_, None) => None,
    })
}

/// `HPARAM_TUNING_OBJECTIVES`: one figure that the type of model has.
fn objective(given: &Given<'_>) -> Result<Option<TuningObjective>> {
    let Some(entry) = given.get("hparam_tuning_objectives") else { return Ok(None) };
    let problem = if given.model_type == Types::LOGISTIC { ProblemType::Binary } else { ProblemType::Regression };
    let fitting = || TuningObjective::ALL.into_iter().filter(|objective| objective.fits().contains(&problem));
    let names = || fitting().map(|objective| objective.name().to_ascii_uppercase()).collect::<Vec<_>>();
    let item = match &entry.value.value {
        OptionValue::List(items) => match items.as_slice() {
            [ListItem { value, .. }] => value,
            [_, ListItem { value, .. }, ..] => {
                let error = Error::statement("trials are compared by one objective").at(place(value, entry));
                return Err(error.with_hint("leave out all but one"));
            }
            [] => return Err(invalid(entry, &entry.value, &format!("one of {} in square brackets", names().join(", ")))),
        },
        _ => return Err(Error::internal("the objectives were not checked")),
    };
    let written = label(item).unwrap_or_default();
    if let Some(objective) = fitting().find(|objective| objective.name().eq_ignore_ascii_case(&written)) {
        return Ok(Some(objective));
    }
    let of = given.model_type.names().first().copied().unwrap_or_default();
    let error = Error::statement(format!("'{written}' is no objective of {of}")).at(place(item, entry));
    // What no type has was refused with the list.
    Err(error.with_hint(format!("it has {}", names().join(", "))))
}

/// Where an item of a list stands, or the list.
fn place(item: &Spanned<OptionValue>, entry: &OptionEntry) -> Span {
    if item.span == Span::empty() { entry.value.span } else { item.span }
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
