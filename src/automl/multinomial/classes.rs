//! Which classes take part in a fit, and the form that their predictors are kept in.

use super::super::linear::{self, Penalty};
use super::super::tally::Tally;
use crate::model::{ColumnLayout, LinearPredictor};

/// The classes that have rows, the reference class last.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    /// The class at each place.
    present: Vec<usize>,
    /// The place of each class; that of a class without rows is beyond all places.
    places: Vec<usize>,
}

impl Classes {
    /// The classes of some weight. A reference without rows gives way to the class with most.
    pub(super) fn new(weights: &[f64], reference: usize) -> Self {
        let heaviest = weights.iter().enumerate().fold(0, |best, (k, weight)| if *weight > weights[best] { k } else { best });
        let reference = if weights.get(reference).is_some_and(|weight| *weight > 0.0) { reference } else { heaviest };
        let mut present: Vec<usize> = (0..weights.len()).filter(|k| weights[*k] > 0.0 && *k != reference).collect();
        if weights.get(reference).is_some_and(|weight| *weight > 0.0) {
            present.push(reference);
        }
        let mut places = vec![usize::MAX; weights.len()];
        present.iter().enumerate().for_each(|(place, k)| places[*k] = place);
        Self { present, places }
    }

    /// Number of classes that take part.
    pub(super) fn len(&self) -> usize {
        self.present.len()
    }

    /// Number of classes that take part, without the reference.
    pub(super) fn n_free(&self) -> usize {
        self.present.len().saturating_sub(1)
    }

    /// The class at each place.
    pub(super) fn present(&self) -> &[usize] {
        &self.present
    }

    /// The place of a row's class; rows of weight 0 may be of a class that does not take part, and are of no importance.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index of a class")]
    pub(super) fn place(&self, y: f64) -> usize {
        self.places.get(y as usize).copied().filter(|place| *place < self.present.len()).unwrap_or(0)
    }
}

/// Subtracts the mean of the predictors: the same probabilities, and the smallest squares.
pub(super) fn centre(predictors: &mut [LinearPredictor]) {
    let share = 1.0 / predictors.len().max(1) as f64;
    let Some((first, others)) = predictors.split_first() else { return };
    let sum = others.iter().fold(first.clone(), |sum, other| add(&sum, 1.0, other));
    predictors.iter_mut().for_each(|predictor| *predictor = add(predictor, -share, &sum));
}

/// `a + factor · b`.
pub(super) fn add(a: &LinearPredictor, factor: f64, b: &LinearPredictor) -> LinearPredictor {
    LinearPredictor {
        intercept: a.intercept + factor * b.intercept,
        coefficients: a.coefficients.iter().zip(&b.coefficients).map(|(a, b)| a + factor * b).collect(),
    }
}

/// Brings predictors into the form of a fit: with a penalty their sum is 0, without one the reference is 0 everywhere and each
/// category's coefficients are differences from its most frequent value. Columns without rows get 0. Probabilities of rows
/// with weight do not change.
pub(super) fn normalise(predictors: &mut [LinearPredictor], layout: &ColumnLayout, tally: &Tally, penalty: Penalty) {
    let weight = |column: usize| tally.squares[column + 1];
    let active = linear::active_columns(layout, &tally.squares, penalty);
    for predictor in predictors.iter_mut() {
        for (_, n_codes, start) in layout.categories() {
            let reference =
                (*start..start + n_codes).find(|column| weight(*column) > 0.0 && active.binary_search(column).is_err());
            let level = reference.map_or(0.0, |column| predictor.coefficients[column]);
            predictor.intercept += level;
            for column in *start..start + n_codes {
                let coefficient = &mut predictor.coefficients[column];
                *coefficient = if weight(column) > 0.0 { *coefficient - level } else { 0.0 };
            }
        }
    }
    if penalty.l2 > 0.0 {
        centre(predictors);
    } else if let Some(reference) = predictors.last().cloned() {
        predictors.iter_mut().for_each(|predictor| *predictor = add(predictor, -1.0, &reference));
    }
}
