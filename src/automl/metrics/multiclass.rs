//! Metrics of problems with several labels.

use super::super::current;
use super::binary::curve_area;
use super::calibration::{brier_score, calibration_error};
use super::intervals::{effective_rows, mean_and_error, normal, wilson};
use crate::model::{CalibrationBin, Link, Metric, exp, largest, ln};

/// Metrics of one sample of rows.
#[derive(Debug)]
pub(crate) struct MulticlassMetrics {
    /// Log loss, area under the ROC curve, and the figures of the most likely label.
    pub metrics: Vec<Metric>,
    /// Weighted counts by expected and predicted label.
    pub confusion: Vec<Vec<f64>>,
    /// Of the probability of the most likely label.
    pub calibration: Vec<CalibrationBin>,
}

impl MulticlassMetrics {
    /// Measures raw predictions, shape `(n_labels, n_rows)`, of rows whose labels are given by their places; `prior` is the
    /// share of each label in training. Places past the last label are labels that training never saw: their probability is
    /// 0, so every such row is wrong, the log loss is infinite, and they have no area.
    ///
    /// *Log loss*: mean of `-log p` of the row's label. *`roc_auc`*: mean over labels of the area that tells this label from the
    /// rest. *Precision*, *recall* and *F1*: mean over the labels that rows have or were given (macro), 0 where not defined;
    /// the `weighted_` ones weigh labels by their rows. *Brier score*: mean of `Σ (p - indicator)²`.
    pub(crate) fn new(raw: &[Vec<f64>], y: &[f64], weights: Option<&[f64]>, prior: &[f64]) -> Self {
        let labels: Vec<usize> = y.iter().map(|y| place(*y)).collect();
        let mut probabilities = raw.to_vec();
        Link::Softmax.inverse_all(&mut probabilities);
        let losses: Vec<f64> = current::rows(y.len()).map(|row| loss(raw, row, labels[row])).collect();
        let (log_loss, error) = mean_and_error(&losses, weights);
        let prior_of = |label: usize| prior.get(label).copied().unwrap_or(0.0);
        let baselines: Vec<f64> = labels.iter().map(|label| -ln(prior_of(*label).max(f64::MIN_POSITIVE))).collect();

        let predicted = largest(raw);
        let n_labels = labels.iter().fold(raw.len(), |n, label| n.max(label + 1));
        let mut confusion = vec![vec![0.0; n_labels]; n_labels];
        for (row, label) in labels.iter().enumerate() {
            confusion[*label][predicted[row] as usize] += weights.map_or(1.0, |weights| weights[row]);
        }
        let most = (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best });
        let mut always = vec![vec![0.0; n_labels]; n_labels];
        always.iter_mut().zip(&confusion).for_each(|(always, row)| always[most] = row.iter().sum());

        let n = effective_rows(weights, y.len());
        let (figures, baseline_figures) = (Decided::new(&confusion), Decided::new(&always));
        let metric =
            |name: &str, value: f64, baseline: f64| Metric { name: name.into(), value, interval: None, baseline: Some(baseline) };
        let confidence: Vec<f64> = predicted.iter().enumerate().map(|(row, label)| probabilities[*label as usize][row]).collect();
        let right: Vec<f64> = predicted.iter().zip(&labels).map(|(p, y)| f64::from(u8::from(*p as usize == *y))).collect();
        let calibration = super::calibration::bins(&confidence, &right, weights);
        // The squares of a row, with one more for a label that has no probability.
        let squares = |label: usize, p: &dyn Fn(usize) -> f64| {
            let known: f64 = (0..raw.len()).map(|other| (p(other) - f64::from(u8::from(other == label))).powi(2)).sum();
            known + f64::from(u8::from(label >= raw.len()))
        };
        let brier: Vec<f64> =
            current::rows(y.len()).map(|row| squares(labels[row], &|other| probabilities[other][row])).collect();
        let brier_baselines: Vec<f64> = current::rows(y.len()).map(|row| squares(labels[row], &prior_of)).collect();
        let metrics = vec![
            Metric {
                name: "log_loss".into(),
                value: log_loss,
                interval: normal(log_loss, error, (0.0, f64::INFINITY)),
                baseline: Some(mean_and_error(&baselines, weights).0),
            },
            metric("roc_auc", macro_area(&probabilities, &labels, weights), 0.5),
            metric("precision", figures.precision, baseline_figures.precision),
            metric("recall", figures.recall, baseline_figures.recall),
            Metric { interval: wilson(figures.accuracy, n), ..metric("accuracy", figures.accuracy, baseline_figures.accuracy) },
            metric("f1_score", figures.f1, baseline_figures.f1),
            metric("weighted_precision", figures.weighted_precision, baseline_figures.weighted_precision),
            metric("weighted_f1_score", figures.weighted_f1, baseline_figures.weighted_f1),
            brier_score(&brier, weights, mean_and_error(&brier_baselines, weights).0),
            calibration_error(&calibration),
        ];
        Self { metrics, confusion, calibration }
    }
}

/// A label's place.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are small whole numbers")]
fn place(y: f64) -> usize {
    y as usize
}

/// `log Σ exp(raw) - raw of the label`, so that a sure and wrong prediction costs what it must instead of infinity.
fn loss(raw: &[Vec<f64>], row: usize, label: usize) -> f64 {
    let largest = raw.iter().map(|raw| raw[row]).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = raw.iter().map(|raw| exp(raw[row] - largest)).sum();
    raw.get(label).map_or(f64::INFINITY, |raw| largest + ln(sum) - raw[row])
}

/// The mean over labels of the area under the ROC curve of this label against the rest; labels that no row or all rows have
/// do not count.
fn macro_area(probabilities: &[Vec<f64>], labels: &[usize], weights: Option<&[f64]>) -> f64 {
    let areas: Vec<f64> = probabilities
        .iter()
        .enumerate()
        .take_while(|_| !current::is_cancelled())
        .map(|(label, p)| curve_area(p, |row| labels[row] == label, weights))
        .filter(|area| area.is_finite())
        .collect();
    areas.iter().sum::<f64>() / areas.len() as f64
}

/// One label's figures; 0 where they are not defined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelFigures {
    /// Weight of the rows that have the label.
    pub rows: f64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// Each label's figures from a confusion matrix.
pub(crate) fn label_figures(confusion: &[Vec<f64>]) -> Vec<LabelFigures> {
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    (0..confusion.len())
        .map(|label| {
            let right = confusion[label][label];
            let rows: f64 = confusion[label].iter().sum();
            let given: f64 = confusion.iter().map(|row| row[label]).sum();
            LabelFigures {
                rows,
                precision: share(right, given),
                recall: share(right, rows),
                f1: share(2.0 * right, rows + given),
            }
        })
        .collect()
}

/// Figures of decisions.
struct Decided {
    precision: f64,
    recall: f64,
    accuracy: f64,
    f1: f64,
    weighted_precision: f64,
    weighted_f1: f64,
}

impl Decided {
    fn new(confusion: &[Vec<f64>]) -> Self {
        let all = label_figures(confusion);
        let given = |label: usize| confusion.iter().map(|row| row[label]).sum::<f64>();
        let used: Vec<LabelFigures> =
            all.iter().enumerate().filter(|(label, of)| of.rows > 0.0 || given(*label) > 0.0).map(|(_, of)| *of).collect();
        let total: f64 = all.iter().map(|of| of.rows).sum();
        let mean = |of: fn(&LabelFigures) -> f64| used.iter().map(of).sum::<f64>() / used.len() as f64;
        let weighted = |of: fn(&LabelFigures) -> f64| used.iter().map(|figures| figures.rows * of(figures)).sum::<f64>() / total;
        Self {
            precision: mean(|of| of.precision),
            recall: mean(|of| of.recall),
            // The mean of recalls weighted by rows is the share of right rows.
            accuracy: weighted(|of| of.recall),
            f1: mean(|of| of.f1),
            weighted_precision: weighted(|of| of.precision),
            weighted_f1: weighted(|of| of.f1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn 1.9 on the same rows: `log_loss`, `precision_recall_fscore_support`, `accuracy_score`, and
    /// `roc_auc_score(multi_class="ovr")`.
    #[test]
    fn figures_are_scikit_learns() {
        let raw =
            vec![vec![2.0, 0.0, 1.0, -1.0, 0.5, 3.0], vec![1.0, 1.5, 0.0, 0.25, 0.7, 1.0], vec![0.0, 0.5, 2.0, 1.0, 0.9, -1.0]];
        let y = [0.0, 1.0, 2.0, 1.0, 0.0, 0.0];
        let measured = MulticlassMetrics::new(&raw, &y, None, &[0.5, 0.3, 0.2]);
        let value = |name: &str| measured.metrics.iter().find(|m| m.name == name).map_or(f64::NAN, |m| m.value);
        for (name, expected) in SKLEARN {
            assert!((value(name) - expected).abs() < 1e-12, "{name} is {}, not {expected}", value(name));
        }
        assert_eq!(measured.confusion, [[2.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]);
    }
    const SKLEARN: [(&str, f64); 6] = [
        ("log_loss", 0.659_869_917_049_52),
        ("roc_auc", 0.958_333_333_333_333_4),
        ("precision", 0.777_777_777_777_777_8),
        ("recall", 0.722_222_222_222_222_2),
        ("accuracy", 0.666_666_666_666_666_6),
        ("f1_score", 0.655_555_555_555_555_6),
    ];

    /// Label 3 has no probability.
    #[test]
    fn labels_that_training_never_saw_are_wrong() {
        let raw = vec![vec![2.0, 0.0, 1.0], vec![1.0, 1.5, 0.0], vec![0.0, 0.5, 2.0]];
        let measured = MulticlassMetrics::new(&raw, &[0.0, 1.0, 3.0], None, &[0.5, 0.3, 0.2]);
        let value = |name: &str| measured.metrics.iter().find(|m| m.name == name).map_or(f64::NAN, |m| m.value);
        assert!((value("accuracy") - 2.0 / 3.0).abs() < 1e-15);
        assert!((value("recall") - 0.5).abs() < 1e-15, "of labels 0, 1, 2, which was given, and 3");
        assert!(value("log_loss").is_infinite());
        assert!(value("brier_score") > 1.0 / 3.0);
        assert_eq!(measured.confusion[3], [0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let raw = vec![vec![2.0, 0.0, 1.0], vec![1.0, 1.5, 0.0], vec![0.0, 0.5, 2.0]];
        let twice: Vec<Vec<f64>> = raw.iter().map(|raw| vec![raw[0], raw[0], raw[1], raw[2]]).collect();
        let weighted = MulticlassMetrics::new(&raw, &[0.0, 2.0, 2.0], Some(&[2.0, 1.0, 1.0]), &[0.4, 0.3, 0.3]);
        let repeated = MulticlassMetrics::new(&twice, &[0.0, 0.0, 2.0, 2.0], None, &[0.4, 0.3, 0.3]);
        for (a, b) in weighted.metrics.iter().zip(&repeated.metrics) {
            assert!((a.value - b.value).abs() < 1e-12, "{}: {} is not {}", a.name, a.value, b.value);
        }
    }
}
