//! The decision threshold, chosen on out-of-fold predictions.

use super::number_text::short;
use super::spec::{Objective, ThresholdChoice, TrainSpec};
use crate::model::{CurvePoint, Threshold};

/// Chooses a threshold from a whole curve by descending threshold.
///
/// The threshold lies between two neighbouring probabilities, at the number with the fewest digits: more digits would
/// only repeat the noise of the rows it was chosen on.
pub(crate) fn choose(spec: &TrainSpec, curve: &[CurvePoint], costs: (f64, f64)) -> Threshold {
    if spec.ordered_labels && spec.threshold.is_none() {
        return Threshold { value: 0.5, chosen_by: "0.5, which MODEL_TYPE goes with".into() };
    }
    let choice = spec.threshold.unwrap_or(match spec.objective {
        Some(Objective::Accuracy) => ThresholdChoice::Accuracy,
        _ => ThresholdChoice::F1,
    });
    let (score, chosen_by): (&dyn Fn(&CurvePoint) -> f64, String) = match choice {
        ThresholdChoice::Fixed(value) => return Threshold { value, chosen_by: "as set by THRESHOLD".into() },
        ThresholdChoice::F1 => (&CurvePoint::f1, "highest F1".into()),
        ThresholdChoice::Accuracy => (&CurvePoint::accuracy, "highest accuracy".into()),
        ThresholdChoice::Balanced => {
            (&|point| point.recall() - point.false_positive_rate(), "highest mean of both labels' recalls".into())
        }
        ThresholdChoice::Cost { .. } => (
            &|point| -point.cost(costs),
            format!("lowest cost with {} a false positive and {} a false negative", short(costs.0), short(costs.1)),
        ),
    };
    // Of equally good points the one nearest to 0.5.
    let best = curve.iter().enumerate().filter(|(_, point)| score(point).is_finite()).max_by(|(_, a), (_, b)| {
        let nearness = |point: &CurvePoint| -(point.threshold - 0.5).abs();
        score(a).total_cmp(&score(b)).then(nearness(a).total_cmp(&nearness(b)))
    });
    let Some((i, point)) = best else {
        return Threshold { value: 0.5, chosen_by: "no out-of-fold predictions were possible to choose by".into() };
    };
    let value = simplest_between(curve.get(i + 1).map_or(0.0, |next| next.threshold), point.threshold);
    Threshold { value, chosen_by: format!("{chosen_by} of the out-of-fold predictions") }
}

/// The number with the fewest decimals in `(low, high]`, near their middle.
fn simplest_between(low: f64, high: f64) -> f64 {
    let middle = f64::midpoint(low, high);
    (1..=15)
        .map(|digits| 10_f64.powi(digits))
        .map(|scale| (middle * scale).round() / scale)
        .find(|t| *t > low && *t <= high)
        .unwrap_or(high)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the numbers are chosen")]
mod tests {
    use super::super::metrics::curve;
    use super::*;
    use crate::model::ModelName;

    #[test]
    fn thresholds_have_few_digits() {
        assert_eq!(simplest_between(0.3171, 0.3178), 0.317_5);
        assert_eq!(simplest_between(0.2, 0.6), 0.4);
        assert_eq!(simplest_between(0.0, 1.0), 0.5);
        let (low, high) = (0.123_456_789_012_345, 0.123_456_789_012_346);
        let t = simplest_between(low, high);
        assert!(t > low && t <= high);
    }

    #[test]
    fn each_objective_finds_its_best() {
        // Probabilities 0.9, 0.8, 0.6, 0.3 with labels 1, 0, 1, 0.
        let raw: Vec<f64> = [0.9_f64, 0.8, 0.6, 0.3].iter().map(|p| (p / (1.0 - p)).ln()).collect();
        let curve = curve(&raw, &[1.0, 0.0, 1.0, 0.0], None);
        let mut spec = TrainSpec::new(ModelName::new(["m"]), "y");
        let mut chosen = |choice, costs| {
            spec.threshold = Some(choice);
            choose(&spec, &curve, costs).value
        };
        assert_eq!(chosen(ThresholdChoice::F1, (1.0, 1.0)), 0.5);
        assert_eq!(chosen(ThresholdChoice::Cost { false_positive: 10.0, false_negative: 1.0 }, (10.0, 1.0)), 0.85);
        assert_eq!(chosen(ThresholdChoice::Fixed(0.25), (1.0, 1.0)), 0.25);
    }
}
