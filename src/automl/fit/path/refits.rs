//! Trials of fits that take passes over the rows: each starts from the model of the penalty before.

use std::sync::Arc;

use super::super::super::limited_memory::{Loss, gradient_at};
use super::super::super::linear::Penalty;
use super::super::super::newton::{FittedNewton, Newton, Point};
use super::super::super::normal_equations::NormalEquations;
use super::super::super::prepare::Prepared;
use super::super::super::row_loss::RowLoss;
use super::super::super::spec::TrainSpec;
use super::super::super::stopping::Stopping;
use super::super::multiclass::multinomial;
use super::super::{Design, limited_memory, stopping};
use super::candidates::Candidates;
use super::figure::Figure;
use super::{Side, TOLERANCE, n_nonzero};
use crate::error::{Error, Result};
use crate::model::{LinearPredictor, Trial};

/// What is fitted in every trial.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub spec: &'a TrainSpec,
    pub prepared: &'a Prepared,
    pub design: &'a Design<'a>,
    pub sides: &'a [Side],
    pub figure: Figure<'a>,
}

impl Rows<'_> {
    /// The sum of losses over some segments and their weight.
    fn loss(&self, loss: &Loss, predictors: &[LinearPredictor], segments: &[usize]) -> Result<(f64, f64)> {
        // The loss of a number is half the square; predictors are those of the target as it is.
        let (loss, factor) = match loss {
            Loss::Squared { .. } => (&Loss::Squared { mean: 0.0, std_dev: 1.0 }, 2.0),
            loss => (loss, 1.0),
        };
        let sums = gradient_at(self.design.source, segments, self.design.layout, loss, predictors)?;
        Ok((factor * sums.loss, sums.weight))
    }

    /// Tries all penalties. `fit` gives the predictors of all training rows, or of those of a side by its place, and is asked
    /// for all rows first.
    fn trials(
        &self,
        loss: &Loss,
        candidates: &Candidates,
        progress: &dyn Fn(&str, Option<f64>),
        mut fit: impl FnMut(Penalty, Option<usize>) -> Result<Vec<LinearPredictor>>,
    ) -> Result<Vec<Trial>> {
        let train = self.prepared.segments.train();
        let mut trials = Vec::new();
        for (group, before) in candidates.groups.iter().zip((0..).step_by(candidates.groups.first().map_or(1, Vec::len))) {
            let mut losses = Vec::new();
            for (place, penalty) in group.iter().enumerate() {
                progress("choosing the penalty", Some((before + place) as f64 / candidates.len() as f64));
                let predictors = fit(*penalty, None)?;
                let (sum, weight) = self.loss(loss, &predictors, &train)?;
                losses.push(sum);
                let (mut unseen, mut unseen_weight) = (0.0, 0.0);
                let mut models = Vec::new();
                for (place, side) in self.sides.iter().enumerate() {
                    let of_side = fit(*penalty, Some(place))?;
                    let (sum, weight) = self.loss(loss, &of_side, &[side.held_out])?;
                    unseen += sum;
                    unseen_weight += weight;
                    models.extend(self.figure.needs_models().then_some(of_side));
                }
                let eval_loss = unseen / unseen_weight;
                trials.push(Trial {
                    l1: penalty.l1,
                    l2: penalty.l2,
                    training_loss: sum / weight,
                    eval_loss,
                    metric: self.figure.of(eval_loss, &models)?,
                    n_nonzero: n_nonzero(self.design, &predictors)?,
                    is_optimal: false,
                });
                if candidates.is_done(&losses) {
                    break;
                }
            }
        }
        Ok(trials)
    }
}

/// Models of one raw prediction by Newton steps.
pub(super) struct NewtonRefits<'a> {
    rows: Rows<'a>,
    newton: Newton,
    /// The model without columns.
    null: LinearPredictor,
}

impl<'a> NewtonRefits<'a> {
    pub(super) fn new(rows: Rows<'a>, loss: RowLoss, null: LinearPredictor) -> Self {
        let newton = Newton {
            layout: Arc::clone(rows.design.layout),
            loss,
            penalty: Penalty::NONE,
            stopping: rough(stopping(rows.spec, TrainSpec::DEFAULT_MAX_ITERATIONS)),
        };
        Self { rows, newton, null }
    }

    /// The model without a fold starts where the last step to that of all rows began: there the equations of every fold are
    /// known, and with them its own.
    pub(super) fn trials(self, candidates: &Candidates, progress: &dyn Fn(&str, Option<f64>)) -> Result<Vec<Trial>> {
        let Self { rows, newton, null } = self;
        let Rows { prepared, design, sides, .. } = rows;
        let train = prepared.segments.train();
        let mut last: Option<FittedNewton> = None;
        rows.trials(&Loss::Rows(newton.loss), candidates, progress, |penalty, side| {
            let newton = Newton { penalty, ..newton.clone() };
            match (side.and_then(|side| sides.get(side)), &last) {
                (Some(side), Some(full)) if full.end.is_converged() => {
                    let mut equations = NormalEquations::new(design.layout);
                    side.train.iter().for_each(|segment| equations.merge(&full.last.by_segment[*segment]));
                    let start = Point { predictor: full.last.predictor.clone(), equations, by_segment: Vec::new() };
                    Ok(vec![newton.fit_from(design.source, &side.train, start)?.predictor])
                }
                (Some(side), _) => Ok(vec![newton.fit(design.source, &side.train, null.clone())?.predictor]),
                (None, before) => {
                    let start =
                        before.as_ref().filter(|fitted| fitted.end.is_converged()).map_or(&null, |fitted| &fitted.predictor);
                    let fitted = newton.fit(design.source, &train, start.clone())?;
                    let predictor = fitted.predictor.clone();
                    last = Some(fitted);
                    Ok(vec![predictor])
                }
            }
        })
    }
}

/// Models of trials are not as exact as the published one.
fn rough(stopping: Stopping) -> Stopping {
    Stopping { tolerance: stopping.tolerance.max(TOLERANCE), ..stopping }
}

/// Models of several labels, and those of many columns by a limited memory.
pub(super) struct PassRefits<'a> {
    rows: Rows<'a>,
    loss: Loss,
    /// The model without columns.
    null: LinearPredictor,
}

impl<'a> PassRefits<'a> {
    pub(super) fn new(rows: Rows<'a>, loss: Loss, null: LinearPredictor) -> Self {
        Self { rows, loss, null }
    }

    /// Each model starts from that of the same rows under the penalty before.
    pub(super) fn trials(self, candidates: &Candidates, progress: &dyn Fn(&str, Option<f64>)) -> Result<Vec<Trial>> {
        let Self { rows, loss, null } = self;
        let Rows { spec, prepared, design, sides, .. } = rows;
        let train = prepared.segments.train();
        let mut last: Vec<Option<Vec<LinearPredictor>>> = vec![None; sides.len() + 1];
        rows.trials(&loss, candidates, progress, |penalty, side| {
            let segments = side.and_then(|side| sides.get(side)).map_or(&train, |side| &side.train);
            let place = side.map_or(sides.len(), |side| side);
            let start = last[place].take();
            let (predictors, end) = if matches!(loss, Loss::Softmax { .. }) {
                let mut multinomial = multinomial(spec, prepared, design, penalty);
                multinomial.stopping = rough(multinomial.stopping);
                let fitted = multinomial.fit(design.source, segments, start)?;
                (fitted.predictors, fitted.end)
            } else {
                let mut limited = limited_memory(spec, design, loss.clone(), penalty);
                limited.stopping = rough(limited.stopping);
                // Squares begin at the mean of their own rows.
                let null = Some(&null).filter(|_| matches!(loss, Loss::Rows(_)));
                let start = start.as_ref().and_then(|start| start.first()).or(null);
                let fitted = limited.fit(design.source, segments, start)?;
                (fitted.predictors, fitted.end)
            };
            if predictors.is_empty() {
                return Err(Error::internal("a fit without a predictor"));
            }
            // Where a fit stopped early it still knows where it began.
            last[place] = end.is_converged().then(|| predictors.clone());
            Ok(predictors)
        })
    }
}
