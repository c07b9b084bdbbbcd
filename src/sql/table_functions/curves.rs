//! `ml_roc_curve`, `ml_threshold_curve` and `ml_calibration`: decisions at every threshold, and how far probabilities are to be
//! trusted.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::evaluate::binary_only;
use super::figures::{Figures, Shown, numbers};
use super::measured;
use crate::error::{Error, Result};
use crate::model::{CurvePoint, ProblemType, decisions_at};

/// `ml_roc_curve('model' [, data])`: BigQuery's columns, by descending threshold, of the held-out rows or of the data. At most
/// 10,000 points; `thresholds` says at which ones instead.
pub(super) fn roc_curve(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let thresholds = call.arguments.thresholds()?;
    measured::plan(call, Shown::RocCurve { thresholds })
}

/// `ml_threshold_curve('model' [, data])`: what each threshold would decide, and what that costs. Without data on the
/// out-of-fold predictions of the training rows; `held_out => true` for the held-out rows, which the threshold must not be
/// chosen on. At most 10,000 points.
pub(super) fn threshold_curve(call: &mut Call<'_>) -> Result<LogicalPlan> {
    measured::plan(call, Shown::ThresholdCurve)
}

/// `ml_calibration('model' [, data])`: rows by their probability in ten equal ranges, those without rows left out; binary: the
/// probability of the positive label and how often it was true, multiclass: of the predicted label and how often it was right.
/// Every row repeats the Brier score and the expected calibration error of all rows.
pub(super) fn calibration(call: &mut Call<'_>) -> Result<LogicalPlan> {
    measured::plan(call, Shown::Calibration)
}

pub(super) fn roc(figures: &Figures<'_>) -> Result<RecordBatch> {
    if figures.model.threshold.is_none() {
        return Err(binary_only(figures.model));
    }
    let point = |of: fn(&CurvePoint) -> f64| numbers(figures.curve.iter().map(of));
    Ok(RecordBatch::try_from_iter_with_nullable(
        [
            ("threshold", point(|point| point.threshold), true),
            ("recall", point(CurvePoint::recall), true),
            ("false_positive_rate", point(CurvePoint::false_positive_rate), true),
        ]
        .into_iter()
        .chain(counts(figures)),
    )?)
}

/// The curve at thresholds that were asked for. Of no rows there is none.
pub(super) fn roc_at(figures: &Figures<'_>, thresholds: &[f64]) -> Result<RecordBatch> {
    let curve: Vec<CurvePoint> = thresholds.iter().filter_map(|threshold| decisions_at(figures.curve, *threshold)).collect();
    roc(&Figures { curve: &curve, ..*figures })
}

pub(super) fn thresholds(figures: &Figures<'_>) -> Result<RecordBatch> {
    if figures.model.threshold.is_none() {
        return Err(binary_only(figures.model));
    }
    let costs = figures.model.evaluation.costs;
    let point = |of: fn(&CurvePoint) -> f64| numbers(figures.curve.iter().map(of));
    Ok(RecordBatch::try_from_iter_with_nullable(
        [
            ("threshold", point(|point| point.threshold), true),
            ("precision", point(CurvePoint::precision), true),
            ("recall", point(CurvePoint::recall), true),
            ("f1_score", point(CurvePoint::f1), true),
            ("accuracy", point(CurvePoint::accuracy), true),
        ]
        .into_iter()
        .chain(counts(figures))
        .chain([("cost", numbers(figures.curve.iter().map(|point| point.cost(costs))), true)]),
    )?)
}

/// The four counts of each point.
fn counts(figures: &Figures<'_>) -> [(&'static str, ArrayRef, bool); 4] {
    let count = |of: fn(&CurvePoint) -> f64| figures.counts(&figures.curve.iter().map(of).collect::<Vec<_>>());
    [
        ("true_positives", count(|point| point.true_positives), true),
        ("false_positives", count(|point| point.false_positives), true),
        ("true_negatives", count(|point| point.true_negatives), true),
        ("false_negatives", count(|point| point.false_negatives), true),
    ]
}

pub(super) fn reliability(figures: &Figures<'_>) -> Result<RecordBatch> {
    if figures.model.problem_type == ProblemType::Regression {
        return Err(Error::data(format!("model {} predicts a number, so it has no probabilities", figures.model.name))
            .with_hint("ml_evaluate shows its errors"));
    }
    let bins = figures.calibration;
    let repeated = |name: &str| numbers(bins.iter().map(|_| figures.metric(name).unwrap_or(f64::NAN)));
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("lower", numbers(bins.iter().map(|bin| bin.lower)), true),
        // A tenth above, in the digits in which people write it.
        ("upper", numbers(bins.iter().map(|bin| ((bin.lower + 0.1) * 10.0).round() / 10.0)), true),
        ("n_rows", figures.counts(&bins.iter().map(|bin| bin.weight).collect::<Vec<_>>()), true),
        ("mean_probability", numbers(bins.iter().map(|bin| bin.mean_probability)), true),
        ("observed_share", numbers(bins.iter().map(|bin| bin.observed)), true),
        ("brier_score", repeated("brier_score"), true),
        ("expected_calibration_error", repeated("expected_calibration_error"), true),
    ])?)
}
