//! Penalties that are to be found: each is tried by cross-validation over the folds of the training rows.
//!
//! A trial fits a model to the training rows without each fold (of rows in time: to those before it) and measures its loss on
//! the rows that it did not see. The penalty of the lowest mean loss wins, or that of the best [`Figure`] where one is asked for, of
//! equal figures that of the lower loss; the stronger one of equal ones. Every model of a trial has the very penalty that the trial
//! is about, as if it had been given, whatever the number of its rows.
//!
//! Trials go from strong to weak penalties, and each model starts from the one before. Least squares needs no rows for any of
//! them but their normal equations.
//!
//! Source: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate Descent", *Journal
//! of Statistical Software* 33(1) (2010), sections 2.5 and 2.6.

mod candidates;
mod figure;
mod refits;
mod squares;

use self::candidates::Candidates;
use self::figure::Figure;
use self::refits::{NewtonRefits, PassRefits, Rows};
use super::super::limited_memory::Loss;
use super::super::linear::Penalty;
use super::super::prepare::Prepared;
use super::super::row_loss::RowLoss;
use super::super::spec::TrainSpec;
use super::{Design, regression};
use crate::error::{Error, Result};
use crate::model::{Family, LinearPredictor, Trial};

/// Models of trials stop earlier than the published one: what is left is far below what the choice is made by.
const TOLERANCE: f64 = 1e-6;

/// A fold with the segments that are trained on where it is held out.
#[derive(Debug)]
struct Side {
    held_out: usize,
    train: Vec<usize>,
}

/// The best penalty, and all that were tried.
pub(super) struct Found {
    pub penalty: Penalty,
    pub trials: Vec<Trial>,
    /// The name of what they were compared by.
    pub metric: &'static str,
}

/// Tries penalties; `None` where the penalty is given.
pub(super) fn find(
    spec: &TrainSpec,
    prepared: &Prepared,
    design: &Design<'_>,
    progress: &dyn Fn(&str, Option<f64>),
) -> Result<Option<Found>> {
    if !spec.finds_penalties() {
        return Ok(None);
    }
    progress("choosing the penalty", None);
    let sides = sides(prepared)?;
    let figure = Figure::new(spec, prepared, design, &sides)?;
    let rows = Rows { spec, prepared, design, sides: &sides, figure };
    let loss = loss(prepared, design)?;
    let candidates = Candidates::new(spec, prepared, design, &loss)?;
    let mut trials = match &loss {
        Loss::Squared { .. } if !regression::has_many_columns(design) => {
            let least_squares = regression::least_squares(prepared, design.layout, Penalty::NONE);
            squares::trials(&least_squares, &prepared.segments.train(), &candidates, figure)?
        }
        Loss::Rows(loss) if design.suits_newton() => {
            NewtonRefits::new(rows, *loss, candidates.null_predictor()).trials(&candidates, progress)?
        }
        _ => {
            let null = candidates.null_predictor();
            PassRefits::new(rows, loss, null).trials(&candidates, progress)?
        }
    };
    let mut best: Option<usize> = None;
    for (place, trial) in trials.iter().enumerate() {
        if figure.is_better(trial, best.map(|best| &trials[best])) {
            best = Some(place);
        }
    }
    let best = best
        .and_then(|place| trials.get_mut(place))
        .ok_or_else(|| cannot_validate(&format!("{} is defined for none", figure.name())))?;
    best.is_optimal = true;
    let penalty = Penalty { l1: best.l1, l2: best.l2 };
    Ok(Some(Found { penalty, trials, metric: figure.name() }))
}

/// What trials are measured by.
fn loss(prepared: &Prepared, design: &Design<'_>) -> Result<Loss> {
    Ok(match prepared.family {
        Family::Binomial => Loss::Rows(RowLoss::Logistic),
        Family::Multinomial => Loss::Softmax { places: (0..prepared.target.labels.len()).collect() },
        Family::Gaussian => {
            let squares = regression::least_squares(prepared, design.layout, Penalty::NONE);
            Loss::Squared { mean: squares.target_mean, std_dev: squares.target_std_dev }
        }
        family => RowLoss::of_log_link(family, prepared.target_moments.mean)
            .map(Loss::Rows)
            .ok_or_else(|| Error::internal("a family without a loss"))?,
    })
}

/// The folds that can be predicted from others: those with rows, where the others have rows, and at least two labels.
fn sides(prepared: &Prepared) -> Result<Vec<Side>> {
    let n_segments = prepared.segments.train().len();
    let rows = &prepared.source.rows;
    let weight = |row: usize| rows.weight.as_ref().map_or(1.0, |weight| weight[row]);
    let has_weight = |segment: usize| prepared.source.segments[segment].clone().any(|row| weight(row) > 0.0);
    let mut sides = Vec::new();
    for held_out in (0..n_segments).filter(|segment| has_weight(*segment)) {
        let is_seen = |segment: &usize| if prepared.segments.in_time { *segment < held_out } else { *segment != held_out };
        let train: Vec<usize> = (0..n_segments).filter(is_seen).collect();
        let mut seen =
            train.iter().flat_map(|segment| prepared.source.segments[*segment].clone()).filter(|row| weight(*row) > 0.0);
        let first = seen.next().map(|row| rows.y[row]);
        let is_enough = prepared.target.labels.is_empty() || seen.any(|row| Some(rows.y[row]) != first);
        if first.is_some() && is_enough {
            sides.push(Side { held_out, train });
        }
    }
    if sides.is_empty() {
        let missing = if prepared.target.labels.is_empty() { "rows" } else { "rows of two labels" };
        return Err(cannot_validate(&format!("no fold of the training rows leaves {missing} to learn from")));
    }
    Ok(sides)
}

fn cannot_validate(why: &str) -> Error {
    Error::data(format!("L1 and L2 cannot be found by cross-validation: {why}"))
        .with_hint("give them as numbers, or train on more rows")
}

/// Coefficients other than 0, of the original columns.
fn n_nonzero(design: &Design<'_>, predictors: &[LinearPredictor]) -> Result<u64> {
    let mut total = 0;
    for predictor in predictors {
        let original = match design.space {
            Some(_) => &design.original(predictor.clone())?,
            None => predictor,
        };
        total += original.coefficients.iter().filter(|b| **b != 0.0).count();
    }
    Ok(total as u64)
}
