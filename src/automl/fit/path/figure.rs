//! What trials are compared by: their loss, or a figure of their predictions, of training rows that a model did not see.

use super::super::super::evaluate::{measure, row_bytes};
use super::super::super::newton::raw_predictions;
use super::super::super::prepare::Prepared;
use super::super::super::spec::{TrainSpec, TuningObjective, no_such_figure};
use super::super::super::statistics::Moments;
use super::super::super::train::link;
use super::super::Design;
use super::Side;
use crate::error::Result;
use crate::model::{CurvePoint, Family, LinearPredictor, Trial, decisions_at};

/// Where figures of decisions are measured.
const THRESHOLD: f64 = 0.5;

/// The figure of trials.
#[derive(Clone, Copy)]
pub(super) struct Figure<'a> {
    /// None: the loss.
    asked: Option<TuningObjective>,
    prepared: &'a Prepared,
    pub design: &'a Design<'a>,
    pub sides: &'a [Side],
}

impl<'a> Figure<'a> {
    /// The figure that is asked for.
    ///
    /// # Errors
    /// [`Statement`](crate::ErrorKind::Statement) if models of the problem do not have it.
    pub(super) fn new(spec: &TrainSpec, prepared: &'a Prepared, design: &'a Design<'a>, sides: &'a [Side]) -> Result<Self> {
        match spec.tuning.filter(|asked| !asked.fits().contains(&prepared.problem_type)) {
            Some(asked) => Err(no_such_figure(asked, prepared.problem_type)),
            None => Ok(Self { asked: spec.tuning, prepared, design, sides }),
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        match (self.asked, self.prepared.family) {
            (Some(asked), _) => asked.name(),
            (None, Family::Gaussian) => TuningObjective::MeanSquaredError.name(),
            (None, Family::Binomial | Family::Multinomial) => TuningObjective::LogLoss.name(),
            (None, _) => "mean_loss",
        }
    }

    /// Whether a trial is better than another, or the first whose figure is defined. Figures of decisions are often equal: then
    /// the loss decides.
    pub(super) fn is_better(&self, trial: &Trial, than: Option<&Trial>) -> bool {
        let Some(than) = than else { return trial.metric.is_finite() };
        let is_best_high = self.asked.is_some_and(TuningObjective::is_best_high);
        let is_higher = trial.metric > than.metric;
        let is_lower = trial.metric < than.metric;
        (if is_best_high { is_higher } else { is_lower }) || (trial.metric == than.metric && trial.eval_loss < than.eval_loss)
    }

    /// Whether the models of a trial are needed, beyond their loss.
    pub(super) fn needs_models(&self) -> bool {
        match self.asked {
            None => false,
            Some(TuningObjective::R2Score | TuningObjective::MeanSquaredError) => self.prepared.family != Family::Gaussian,
            Some(TuningObjective::LogLoss) => self.prepared.class_weights.is_some(),
            Some(_) => true,
        }
    }

    /// The figure of a trial from the mean loss of the rows that its models did not see, and from the models, one of each side.
    /// NaN where it is not defined.
    pub(super) fn of(&self, loss: f64, models: &[Vec<LinearPredictor>]) -> Result<f64> {
        let value = match self.asked {
            Some(asked) if self.needs_models() => self.of_predictions(asked, models)?,
            // Only the squares differ from trial to trial.
            Some(TuningObjective::R2Score) => 1.0 - loss / self.variance(),
            _ => loss,
        };
        Ok(if value.is_finite() { value } else { f64::NAN })
    }

    /// What the rows of all sides have of values in canonical order.
    fn of_sides(&self, values: &[f64]) -> Vec<f64> {
        let rows = self.sides.iter().flat_map(|side| self.prepared.source.segments[side.held_out].clone());
        rows.map(|row| values[row]).collect()
    }

    fn variance(&self) -> f64 {
        let y = self.of_sides(&self.prepared.source.rows.y);
        let weight = self.prepared.weight.as_ref().map(|weight| self.of_sides(weight));
        Moments::new(&y, weight.as_deref()).std_dev.powi(2)
    }

    /// Predicts the rows of each side with its model, and measures all as they are measured that were held out.
    fn of_predictions(&self, asked: TuningObjective, models: &[Vec<LinearPredictor>]) -> Result<f64> {
        let Prepared { problem_type, family, source, prior, memory, .. } = self.prepared;
        let (source, layout) = (source, self.design.layout);
        let y = self.of_sides(&source.rows.y);
        let n_outputs = models.first().map_or(1, Vec::len);
        let _held = memory.hold("comparing trials", y.len(), y.len() * row_bytes(n_outputs))?;
        let mut raw = vec![Vec::with_capacity(y.len()); n_outputs];
        for (side, outputs) in self.sides.iter().zip(models) {
            for (raw, output) in raw.iter_mut().zip(outputs) {
                raw.extend(
                    self.design.source.map_rows(&[side.held_out], |block, out| raw_predictions(layout, output, block, out))?,
                );
            }
        }
        let weight = self.prepared.weight.as_ref().map(|weight| self.of_sides(weight));
        let measured = measure((*problem_type, *family, link(self.prepared)), &raw, &y, weight.as_deref(), prior);
        let of_decisions: Option<fn(&CurvePoint) -> f64> = match asked {
            TuningObjective::Precision => Some(CurvePoint::precision),
            TuningObjective::Recall => Some(CurvePoint::recall),
            TuningObjective::Accuracy => Some(CurvePoint::accuracy),
            TuningObjective::F1Score => Some(CurvePoint::f1),
            _ => None,
        };
        // Two labels have a curve.
        if let Some((of, at)) = of_decisions.zip(decisions_at(&measured.curve, THRESHOLD)) {
            return Ok(of(&at));
        }
        let metric = measured.metrics.iter().find(|metric| metric.name == asked.name());
        Ok(metric.map_or(f64::NAN, |metric| metric.value))
    }
}
