//! `ml_roc_curve` and `ml_threshold_curve`: decisions at every threshold.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};

use super::arguments::Arguments;
use super::evaluate::binary_only;
use crate::error::Result;
use crate::model::{CurvePoint, Model};

/// BigQuery's columns, by descending threshold, on the held-out rows.
pub(super) fn roc_curve(model: &Model, _: &mut Arguments) -> Result<RecordBatch> {
    let curve = &model.evaluation.curve;
    if model.threshold.is_none() {
        return Err(binary_only(model));
    }
    Ok(RecordBatch::try_from_iter_with_nullable(vec![
        ("threshold", numbers(curve, |point| point.threshold), true),
        ("recall", numbers(curve, CurvePoint::recall), true),
        ("false_positive_rate", numbers(curve, CurvePoint::false_positive_rate), true),
        ("true_positives", counts_of(curve, |point| point.true_positives), true),
        ("false_positives", counts_of(curve, |point| point.false_positives), true),
        ("true_negatives", counts_of(curve, |point| point.true_negatives), true),
        ("false_negatives", counts_of(curve, |point| point.false_negatives), true),
    ])?)
}

/// What each threshold would decide, on the out-of-fold predictions of the training rows; `held_out => true` for the
/// held-out rows, which the threshold must not be chosen on.
pub(super) fn threshold_curve(model: &Model, arguments: &mut Arguments) -> Result<RecordBatch> {
    if model.threshold.is_none() {
        return Err(binary_only(model));
    }
    let held_out = arguments.boolean("held_out")?.unwrap_or(false);
    let curve = if held_out { &model.evaluation.curve } else { &model.evaluation.out_of_fold };
    let costs = model.evaluation.costs;
    Ok(RecordBatch::try_from_iter_with_nullable(vec![
        ("threshold", numbers(curve, |point| point.threshold), true),
        ("precision", numbers(curve, CurvePoint::precision), true),
        ("recall", numbers(curve, CurvePoint::recall), true),
        ("f1_score", numbers(curve, CurvePoint::f1), true),
        ("accuracy", numbers(curve, CurvePoint::accuracy), true),
        ("true_positives", counts_of(curve, |point| point.true_positives), true),
        ("false_positives", counts_of(curve, |point| point.false_positives), true),
        ("true_negatives", counts_of(curve, |point| point.true_negatives), true),
        ("false_negatives", counts_of(curve, |point| point.false_negatives), true),
        ("cost", numbers(curve, |point| point.cost(costs)), true),
    ])?)
}

fn numbers(curve: &[CurvePoint], of: impl Fn(&CurvePoint) -> f64) -> ArrayRef {
    Arc::new(curve.iter().map(|point| Some(of(point)).filter(|value| !value.is_nan())).collect::<Float64Array>())
}

fn counts_of(curve: &[CurvePoint], of: impl Fn(&CurvePoint) -> f64) -> ArrayRef {
    counts(&curve.iter().map(of).collect::<Vec<_>>())
}

/// Numbers of rows: integers, unless row weights made fractions of them.
pub(super) fn counts(values: &[f64]) -> ArrayRef {
    if values.iter().all(|value| value.trunc() == *value && value.abs() < 9e15) {
        #[allow(clippy::cast_possible_truncation, reason = "whole and in range")]
        let whole = values.iter().map(|value| *value as i64).collect::<Vec<_>>();
        Arc::new(Int64Array::from(whole))
    } else {
        Arc::new(Float64Array::from(values.to_vec()))
    }
}
