//! Metrics of binary problems: curve, area under it, log loss, and what a threshold decides.

use super::super::{current, sort};
use super::calibration::{bins, brier_score, calibration_error};
use super::intervals::{effective_rows, mean_and_error, normal, wilson};
use crate::model::{CalibrationBin, CurvePoint, Interval, Link, Metric, exp, ln, ln_1p};

/// Points of a curve between two looks at whether anybody waits for it.
const LOOKS_UP: usize = 1 << 14;
/// Points of a curve that are kept in a model.
const MAX_POINTS: usize = 10_000;

/// Metrics of one sample of rows.
#[derive(Debug)]
pub(crate) struct BinaryMetrics {
    /// What does not depend on a threshold.
    pub metrics: Vec<Metric>,
    /// The whole curve, by descending threshold.
    pub curve: Vec<CurvePoint>,
    /// Of the probability of the positive label.
    pub calibration: Vec<CalibrationBin>,
    /// Rows that say as much without weights.
    pub effective_rows: f64,
}

impl BinaryMetrics {
    /// Measures raw predictions (log-odds) of rows with labels 0 and 1; `prior` is the share of positives in training.
    pub(crate) fn new(raw: &[f64], y: &[f64], weights: Option<&[f64]>, prior: f64) -> Self {
        let curve = curve(raw, y, weights);
        let effective_rows = effective_rows(weights, y.len());
        // From log-odds, so that a sure and wrong prediction costs what it must instead of infinity.
        let losses: Vec<f64> =
            current::rows(y.len()).map(|row| raw[row].max(0.0) - y[row] * raw[row] + ln_1p(exp(-raw[row].abs()))).collect();
        let (log_loss, error) = mean_and_error(&losses, weights);
        let baselines: Vec<f64> =
            current::rows(y.len()).map(|row| -ln(y[row] * prior + (1.0 - y[row]) * (1.0 - prior))).collect();
        let probabilities: Vec<f64> = raw.iter().map(|raw| Link::Logit.inverse(*raw)).collect();
        let squares: Vec<f64> = probabilities.iter().zip(y).map(|(p, y)| (p - y) * (p - y)).collect();
        let prior_squares: Vec<f64> = y.iter().map(|y| (prior - y) * (prior - y)).collect();
        let calibration = bins(&probabilities, y, weights);
        let metrics = vec![
            Metric {
                name: "log_loss".into(),
                value: log_loss,
                interval: normal(log_loss, error, (0.0, f64::INFINITY)),
                baseline: Some(mean_and_error(&baselines, weights).0),
            },
            roc_auc(&curve, effective_rows),
            brier_score(&squares, weights, mean_and_error(&prior_squares, weights).0),
            calibration_error(&calibration),
        ];
        Self { metrics, curve, calibration, effective_rows }
    }
}

/// Decisions at every distinct probability, by descending threshold, from log-odds.
pub(crate) fn curve(raw: &[f64], y: &[f64], weights: Option<&[f64]>) -> Vec<CurvePoint> {
    decisions(raw.iter().map(|raw| Link::Logit.inverse(*raw)), |row| y[row], weights)
}

/// The area under the ROC curve of some probabilities; NaN where all rows are positive or none.
pub(crate) fn curve_area(probabilities: &[f64], positive: impl Fn(usize) -> bool, weights: Option<&[f64]>) -> f64 {
    let points = decisions(probabilities.iter().copied(), |row| f64::from(u8::from(positive(row))), weights);
    roc_auc(&points, probabilities.len() as f64).value
}

/// Decisions at every distinct probability of rows with labels 0 and 1, by descending threshold.
fn decisions(probabilities: impl Iterator<Item = f64>, label: impl Fn(usize) -> f64, weights: Option<&[f64]>) -> Vec<CurvePoint> {
    let descending: Vec<u64> = probabilities.map(|p| !sort::total_order(p)).collect();
    // Rows of equal probabilities stay in order, so sums of weights have one result. Without the order nobody waits for the curve.
    let order = sort::order(&descending, current::threads(), &current::cancel()).unwrap_or_default();
    let row = |row: &u32| {
        let row = *row as usize;
        (label(row), weights.map_or(1.0, |weights| weights[row]))
    };
    let positives: f64 = order.iter().map(row).map(|(y, w)| y * w).sum();
    let negatives: f64 = order.iter().map(row).map(|(y, w)| (1.0 - y) * w).sum();
    let tied = || order.chunk_by(|a, b| descending[*a as usize] == descending[*b as usize]);
    let mut points = Vec::with_capacity(tied().count());
    let (mut true_positives, mut false_positives) = (0.0, 0.0);
    for (place, tied) in tied().enumerate() {
        if place % LOOKS_UP == 0 && current::is_cancelled() {
            break;
        }
        for (y, w) in tied.iter().map(row) {
            true_positives += y * w;
            false_positives += (1.0 - y) * w;
        }
        points.push(CurvePoint {
            threshold: sort::of_total_order(!descending[tied[0] as usize]),
            true_positives,
            false_positives,
            true_negatives: (negatives - false_positives).max(0.0),
            false_negatives: (positives - true_positives).max(0.0),
        });
    }
    points
}

/// At most 10,000 points of a curve, evenly over its rows, with those that decide the given thresholds.
pub(crate) fn thin(curve: &[CurvePoint], keep: &[f64]) -> Vec<CurvePoint> {
    if curve.len() <= MAX_POINTS {
        return curve.to_vec();
    }
    let spare = MAX_POINTS - keep.len() - 1;
    let mut chosen: Vec<usize> = (0..spare).map(|i| i * curve.len() / spare).collect();
    chosen.push(curve.len() - 1);
    chosen.extend(keep.iter().filter_map(|t| curve.partition_point(|point| point.threshold >= *t).checked_sub(1)));
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|i| curve[i]).collect()
}

/// The area under the ROC curve with the interval of `DeLong`, `DeLong` and Clarke-Pearson (1988),
/// doi:10.2307/2531595, computed from the curve's steps.
fn roc_auc(curve: &[CurvePoint], effective_rows: f64) -> Metric {
    let (positives, negatives) = curve.last().map_or((0.0, 0.0), |last| (last.true_positives, last.false_positives));
    let total = positives + negatives;
    let (mut area, mut of_positives, mut of_negatives) = (0.0, 0.0, 0.0);
    let (mut tp, mut fp) = (0.0, 0.0);
    for point in curve {
        let (more_tp, more_fp) = (point.true_positives - tp, point.false_positives - fp);
        // The share of negatives below these positives, and of positives above these negatives; ties count half.
        let below = (negatives - (fp + more_fp / 2.0)) / negatives;
        let above = (tp + more_tp / 2.0) / positives;
        area += more_tp * below;
        of_positives += more_tp * below * below;
        of_negatives += more_fp * above * above;
        (tp, fp) = (point.true_positives, point.false_positives);
    }
    let area = area / positives;
    let scale = effective_rows / total;
    let variance = (of_positives / positives - area * area).max(0.0) / (positives * scale - 1.0).max(1.0)
        + (of_negatives / negatives - area * area).max(0.0) / (negatives * scale - 1.0).max(1.0);
    Metric { name: "roc_auc".into(), value: area, interval: normal(area, variance.sqrt(), (0.0, 1.0)), baseline: Some(0.5) }
}

/// Precision, recall, accuracy and F1 of decisions; the baseline calls every row by the label that training saw more often.
pub(crate) fn decision_metrics(decisions: &CurvePoint, effective_rows: f64, prior: f64) -> Vec<Metric> {
    let scale = effective_rows / decisions.total();
    let (tp, fp, fn_) = (decisions.true_positives, decisions.false_positives, decisions.false_negatives);
    let positives = tp + fn_;
    let share = positives / decisions.total();
    let all_positive = prior > 0.5;
    let metric = |name: &str, value: f64, interval: Option<Interval>, baseline: f64| Metric {
        name: name.into(),
        value,
        interval,
        baseline: Some(baseline),
    };
    // F1 = 2J / (1 + J) with J = TP / (TP + FP + FN), which is a proportion.
    let jaccard = tp / (tp + fp + fn_);
    let f1 = |j: f64| 2.0 * j / (1.0 + j);
    let f1_interval = wilson(jaccard, (tp + fp + fn_) * scale).map(|i| Interval { low: f1(i.low), high: f1(i.high) });
    vec![
        metric(
            "precision",
            decisions.precision(),
            wilson(decisions.precision(), (tp + fp) * scale),
            if all_positive { share } else { f64::NAN },
        ),
        metric("recall", decisions.recall(), wilson(decisions.recall(), positives * scale), if all_positive { 1.0 } else { 0.0 }),
        metric(
            "accuracy",
            decisions.accuracy(),
            wilson(decisions.accuracy(), effective_rows),
            if all_positive { share } else { 1.0 - share },
        ),
        metric("f1_score", decisions.f1(), f1_interval, if all_positive { f1(share) } else { 0.0 }),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn four_rows_by_hand() {
        let raw = [2.0, 1.0, 0.0, -1.0];
        let y = [1.0, 0.0, 1.0, 0.0];
        let measured = BinaryMetrics::new(&raw, &y, None, 0.5);
        close(measured.metrics[1].value, 0.75);
        let log_loss = [2.0, 1.0, 0.0, -1.0]
            .iter()
            .zip(y)
            .map(|(r, y)| -(if y > 0.0 { Link::Logit.inverse(*r) } else { 1.0 - Link::Logit.inverse(*r) }).ln());
        close(measured.metrics[0].value, log_loss.sum::<f64>() / 4.0);
        close(measured.metrics[0].baseline.unwrap(), 2.0_f64.ln());
        let at_half = crate::model::decisions_at(&measured.curve, 0.5).unwrap();
        assert_eq!(
            (at_half.true_positives, at_half.false_positives, at_half.false_negatives, at_half.true_negatives),
            (2.0, 1.0, 0.0, 1.0)
        );
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let weighted = BinaryMetrics::new(&[1.0, 0.5, -0.2], &[1.0, 0.0, 1.0], Some(&[2.0, 1.0, 3.0]), 0.5);
        let repeated = BinaryMetrics::new(&[1.0, 1.0, 0.5, -0.2, -0.2, -0.2], &[1.0, 1.0, 0.0, 1.0, 1.0, 1.0], None, 0.5);
        for (a, b) in weighted.metrics.iter().zip(&repeated.metrics) {
            close(a.value, b.value);
        }
    }

    /// Figures of scikit-learn's and pROC's documentation example `aSAH` are not reproduced here: two groups by hand instead.
    #[test]
    fn the_interval_of_an_area_is_delongs() {
        // Positives 3, 2, 1.5; negatives 1, 2.5: placements of positives 1, 0.5, 0.5, of negatives 1, 1/3.
        let measured = BinaryMetrics::new(&[3.0, 2.0, 1.5, 1.0, 2.5], &[1.0, 1.0, 1.0, 0.0, 0.0], None, 0.6);
        let area = 2.0 / 3.0;
        close(measured.metrics[1].value, area);
        let of_positives = ((1.0 + 0.25 + 0.25) / 3.0 - area * area) / 2.0;
        let of_negatives = (f64::midpoint(1.0, 1.0 / 9.0) - area * area) / 1.0;
        let error = (of_positives + of_negatives).sqrt();
        close(measured.metrics[1].interval.unwrap().low, (area - 1.959_963_984_540_054 * error).max(0.0));
    }

    #[test]
    fn long_curves_are_thinned_but_keep_the_wanted_thresholds() {
        let raw: Vec<f64> = (0..30_000).map(|i| f64::from(i) / 3000.0 - 5.0).collect();
        let y: Vec<f64> = (0..30_000).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
        let whole = curve(&raw, &y, None);
        let thinned = thin(&whole, &[0.5, 0.123]);
        assert!(thinned.len() <= MAX_POINTS);
        for t in [0.5, 0.123] {
            assert_eq!(crate::model::decisions_at(&whole, t), crate::model::decisions_at(&thinned, t));
        }
        assert_eq!(whole.last(), thinned.last());
    }
}
