//! Out-of-fold predictions: each training row predicted by a model that did not see its fold.
//!
//! All models of the cross-validation start from where the last step to the model of all training rows began. Every fold's
//! normal equations are known there, and their sums are those of every model's training rows; from there a step or two of
//! Newton's method remain.

use super::in_memory::InMemory;
use super::logistic::{FittedLogistic, Logistic, Point, raw_predictions};
use super::normal_equations::NormalEquations;
use crate::error::Result;

/// Out-of-fold models stop earlier than the published one: what is left is far below the noise of the threshold's choice.
const TOLERANCE: f64 = 1e-4;

/// Raw predictions of some training rows, with where they stand.
#[derive(Debug, Default)]
pub(crate) struct OutOfFold {
    pub raw: Vec<f64>,
    /// Rows in canonical order.
    pub rows: Vec<usize>,
}

/// Predicts each training segment from the others, or, where segments follow each other in time, from the earlier ones; the
/// first segment is then not predicted.
pub(crate) fn predict(logistic: &Logistic, source: &InMemory, in_time: bool, full: &FittedLogistic) -> Result<OutOfFold> {
    let logistic = Logistic { tolerance: TOLERANCE, ..logistic.clone() };
    let mut out = OutOfFold::default();
    let by_segment = &full.last.by_segment;
    for held_out in 0..by_segment.len() {
        let range = source.segments[held_out].clone();
        let train: Vec<usize> = (0..by_segment.len()).filter(|s| if in_time { *s < held_out } else { *s != held_out }).collect();
        let mut equations = NormalEquations::new(&logistic.layout);
        train.iter().for_each(|segment| equations.merge(&by_segment[*segment]));
        let labels = |wanted: f64| train.iter().any(|segment| source.rows.y[source.segments[*segment].clone()].contains(&wanted));
        if range.is_empty() || !labels(0.0) || !labels(1.0) {
            continue;
        }
        let start = Point { predictor: full.last.predictor.clone(), equations, by_segment: Vec::new() };
        let fitted = logistic.fit_from(source, &train, start)?;
        out.raw.extend(source.map_rows(&[held_out], |block, raw| {
            raw_predictions(&logistic.layout, &fitted.predictor, block, raw);
        })?);
        out.rows.extend(range);
    }
    Ok(out)
}
