//! Quality of a model, as it was measured when it was trained.

use serde::{Deserialize, Serialize, Serializer};

/// Which rows a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sample {
    /// Rows that training never saw.
    HeldOut,
    /// The training rows themselves: nothing was held out.
    Training,
}

impl Sample {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::HeldOut => "held-out",
            Self::Training => "training",
        }
    }
}

/// A 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    #[serde(serialize_with = "with_one_nan")]
    pub low: f64,
    /// Upper end.
    #[serde(serialize_with = "with_one_nan")]
    pub high: f64,
}

/// One figure of quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// BigQuery's name, for example `roc_auc`.
    pub name: String,
    /// The figure; NaN where it is not defined, for example precision without a positive prediction.
    #[serde(serialize_with = "with_one_nan")]
    pub value: f64,
    /// Its 95 % interval, where one is known.
    pub interval: Option<Interval>,
    /// The same figure for always predicting the majority or the mean.
    #[serde(serialize_with = "option_with_one_nan")]
    pub baseline: Option<f64>,
}

/// The decisions at one threshold: weighted counts of rows whose probability is at least the threshold, or less.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The threshold.
    pub threshold: f64,
    /// Positive rows that are called positive.
    pub true_positives: f64,
    /// Negative rows that are called positive.
    pub false_positives: f64,
    /// Negative rows that are called negative.
    pub true_negatives: f64,
    /// Positive rows that are called negative.
    pub false_negatives: f64,
}

impl CurvePoint {
    /// `TP / (TP + FP)`; NaN where nothing is called positive.
    pub fn precision(&self) -> f64 {
        self.true_positives / (self.true_positives + self.false_positives)
    }

    /// `TP / (TP + FN)`; NaN where nothing is positive.
    pub fn recall(&self) -> f64 {
        self.true_positives / (self.true_positives + self.false_negatives)
    }

    /// `FP / (FP + TN)`; NaN where nothing is negative.
    pub fn false_positive_rate(&self) -> f64 {
        self.false_positives / (self.false_positives + self.true_negatives)
    }

    /// `(TP + TN) / all`.
    pub fn accuracy(&self) -> f64 {
        (self.true_positives + self.true_negatives) / self.total()
    }

    /// `2 TP / (2 TP + FP + FN)`.
    pub fn f1(&self) -> f64 {
        2.0 * self.true_positives / (2.0 * self.true_positives + self.false_positives + self.false_negatives)
    }

    /// `FP · cost of a false positive + FN · cost of a false negative`.
    pub fn cost(&self, costs: (f64, f64)) -> f64 {
        self.false_positives * costs.0 + self.false_negatives * costs.1
    }

    /// The weight of all rows.
    pub fn total(&self) -> f64 {
        self.true_positives + self.false_positives + self.true_negatives + self.false_negatives
    }
}

/// The decisions at a threshold, from a curve by descending threshold: those of the last point that is not below it. On a
/// curve that was thinned to 10,000 points, of the nearest kept point above.
pub fn decisions_at(curve: &[CurvePoint], threshold: f64) -> Option<CurvePoint> {
    let at_least = curve.partition_point(|point| point.threshold >= threshold);
    let point = if let Some(last) = at_least.checked_sub(1) {
        *curve.get(last)?
    } else {
        // No row is that likely: all are called negative.
        let first = curve.first()?;
        CurvePoint {
            threshold,
            true_positives: 0.0,
            false_positives: 0.0,
            true_negatives: first.true_negatives + first.false_positives,
            false_negatives: first.false_negatives + first.true_positives,
        }
    };
    Some(CurvePoint { threshold, ..point })
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Which rows.
    pub sample: Sample,
    /// How many.
    pub n_rows: u64,
    /// The figures that do not depend on the threshold, and for regression all of them, in BigQuery's order.
    pub metrics: Vec<Metric>,
    /// Binary: decisions on these rows by descending threshold; at most 10,000 points.
    pub curve: Vec<CurvePoint>,
    /// Binary: decisions on the out-of-fold predictions of the training rows, to choose a threshold by.
    pub out_of_fold: Vec<CurvePoint>,
    /// What a false positive and a false negative cost, for the cost column of the threshold curve.
    pub costs: (f64, f64),
    /// Multiclass: weighted counts of rows by expected and predicted label, one row of numbers per expected label. Shape:
    /// `(n_labels, n_labels)`.
    pub confusion: Vec<Vec<f64>>,
    /// Binary and multiclass: how far probabilities are to be trusted. Binary: of the positive label; multiclass: of the
    /// predicted label.
    pub calibration: Vec<CalibrationBin>,
    /// Mean absolute attribution of each feature, in the order of the features: how much it moves the raw prediction. For
    /// multiclass models one list per label. Shape: `(n_outputs, n_features)`.
    pub attributions: Vec<Vec<f64>>,
}

/// Rows whose probabilities lie in one of ten equal ranges.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Lower end of the range; the upper one is 0.1 above and belongs to the next, but for 1.
    pub lower: f64,
    /// Weight of the rows.
    pub weight: f64,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The share of them for which what was predicted is true.
    pub observed: f64,
}

impl Evaluation {
    /// A figure by its name.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}

/// Processors differ in the bits of the NaN they compute; the same model must not differ in its bytes.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(super) fn with_one_nan<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(one_nan(*value))
}

#[allow(clippy::ref_option, reason = "serde gives a reference")]
fn option_with_one_nan<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(one_nan).serialize(serializer)
}

fn one_nan(value: f64) -> f64 {
    // The constant's bits are guaranteed neither, so they are written out.
    if value.is_nan() { f64::from_bits(0x7ff8_0000_0000_0000) } else { value }
}
