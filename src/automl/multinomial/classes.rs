//! Which classes take part in a fit, and the form that their predictors are kept in.

use super::super::linear::{self, Penalty};
use super::super::tally::Tally;
use crate::model::{ColumnLayout, LinearPredictor, ln};

/// The classes that have rows, the reference class last.
#[derive(Debug, Clone)]
pub(super) struct Classes {
    /// The class at each place.
    present: Vec<usize>,
    /// The place of each class; 0 for a class without rows, where it is of no importance.
    places: Vec<usize>,
    tally: Tally,
}

impl Classes {
    /// The classes of some weight. A reference without rows gives way to the class with most.
    pub(super) fn new(tally: Tally, reference: usize) -> Self {
        let weights = &tally.classes;
        let has_rows = |k: &usize| weights.get(*k).is_some_and(|weight| *weight > 0.0);
        let heaviest = weights.iter().enumerate().fold(0, |best, (k, weight)| if *weight > weights[best] { k } else { best });
        let reference = if has_rows(&reference) { reference } else { heaviest };
        let mut present: Vec<usize> = (0..weights.len()).filter(|k| has_rows(k) && *k != reference).collect();
        present.extend(Some(reference).filter(has_rows));
        let mut places = vec![0; weights.len()];
        present.iter().enumerate().for_each(|(place, k)| places[*k] = place);
        Self { present, places, tally }
    }

    /// The weights of the rows.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
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

    /// The place of each class; 0 for a class that does not take part.
    pub(super) fn places(&self) -> &[usize] {
        &self.places
    }

    /// The share of each class in the weight of the rows, by place.
    fn shares(&self) -> impl Iterator<Item = f64> + '_ {
        self.present.iter().map(|class| self.tally.classes[*class] / self.tally.weight())
    }

    /// `p (1 - p)` of each share p, by place: the mean second derivatives of the loss where no column tells anything.
    pub(super) fn curvatures(&self) -> Vec<f64> {
        self.shares().map(|share| share * (1.0 - share)).collect()
    }

    /// The predictors that give each class its share; without an intercept all are 0.
    pub(super) fn start(&self, layout: &ColumnLayout) -> Vec<LinearPredictor> {
        let intercept = |share: f64| if layout.has_intercept() { ln(share) } else { 0.0 };
        self.shares().map(|share| LinearPredictor { intercept: intercept(share), ..linear::zero(layout) }).collect()
    }

    /// Predictors of these classes as predictors of others, which have further ones: those get an intercept by their share.
    pub(super) fn extend(&self, mut found: Vec<LinearPredictor>, others: &Self, layout: &ColumnLayout) -> Vec<LinearPredictor> {
        let mut extended = others.start(layout);
        // The reference, which both have, ties the levels of the intercepts together.
        let reference = self.present.last().map(|class| (found[self.places[*class]].intercept, others.places[*class]));
        let level = reference.map_or(0.0, |(intercept, place)| intercept - extended[place].intercept);
        for (place, class) in others.present.iter().enumerate() {
            if self.present.contains(class) {
                std::mem::swap(&mut extended[place], &mut found[self.places[*class]]);
            } else {
                extended[place].intercept += level;
            }
        }
        extended
    }

    /// Brings predictors into the form of a fit: with a penalty their sum is 0 (with L1 only that of the intercepts: the
    /// coefficients cost least as they are), without one the reference is 0 everywhere, and categories are coded as
    /// [`linear::recode`] says. Probabilities of rows with weight do not change.
    pub(super) fn normalise(&self, predictors: &mut [LinearPredictor], layout: &ColumnLayout, penalty: Penalty) {
        predictors.iter_mut().for_each(|predictor| linear::recode(predictor, layout, &self.tally.squares, penalty));
        if penalty.l1 > 0.0 {
            let mean = predictors.iter().map(|predictor| predictor.intercept).sum::<f64>() / predictors.len().max(1) as f64;
            predictors.iter_mut().for_each(|predictor| predictor.intercept -= mean);
        } else if penalty.l2 > 0.0 {
            centre(predictors);
        } else if let Some(reference) = predictors.last().cloned() {
            predictors.iter_mut().for_each(|predictor| *predictor = add(predictor, -1.0, &reference));
        }
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
