//! Out-of-fold predictions: each training row predicted by a model that did not see its fold.
//!
//! All models of the cross-validation start from the model of all training rows. At that point one pass gives every fold's
//! normal equations, and their sums are those of every model's training rows; from there a step or two of Newton's method
//! remain.

use super::fold::RowSource;
use super::in_memory::InMemory;
use super::logistic::{FittedLogistic, Logistic, raw_predictions};
use super::normal_equations::NormalEquations;
use crate::error::Result;
use crate::model::LinearPredictor;

/// Out-of-fold models stop earlier than the published one: what is left is far below the noise of the threshold's choice.
const TOLERANCE: f64 = 1e-4;

/// Raw predictions of some training rows, with where they stand.
#[derive(Debug, Default)]
pub(crate) struct OutOfFold {
    pub raw: Vec<f64>,
    /// Rows in canonical order.
    pub rows: Vec<usize>,
}

/// The normal equations of each training segment at the fitted model.
pub(crate) fn segment_equations(
    logistic: &Logistic,
    source: &InMemory,
    train: &[usize],
    at: &LinearPredictor,
) -> Result<Vec<NormalEquations>> {
    train.iter().map(|segment| source.run(&logistic.newton_fold(at), &[*segment])).collect()
}

/// Predicts each training segment from the others, or, where segments follow each other in time, from the earlier ones; the
/// first segment is then not predicted.
pub(crate) fn predict(
    logistic: &Logistic,
    source: &InMemory,
    in_time: bool,
    full: &FittedLogistic,
    equations: &[NormalEquations],
) -> Result<OutOfFold> {
    let logistic = Logistic { tolerance: TOLERANCE, ..logistic.clone() };
    let mut out = OutOfFold::default();
    for held_out in 0..equations.len() {
        let range = source.segments[held_out].clone();
        let train: Vec<usize> = (0..equations.len()).filter(|s| if in_time { *s < held_out } else { *s != held_out }).collect();
        let mut at_full = NormalEquations::new(&logistic.layout);
        train.iter().for_each(|segment| at_full.merge(&equations[*segment]));
        if range.is_empty() || at_full.n_rows == 0 {
            continue;
        }
        let fitted = logistic.fit_from(source, &train, full.predictor.clone(), at_full)?;
        out.raw.extend(source.map_rows(&[held_out], |block, raw| {
            raw_predictions(&logistic.layout, &fitted.predictor, block, raw);
        })?);
        out.rows.extend(range);
    }
    Ok(out)
}
