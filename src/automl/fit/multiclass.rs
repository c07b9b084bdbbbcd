//! Several labels: multinomial logistic regression.

use std::sync::Arc;

use super::super::fold::Block;
use super::super::goodness;
use super::super::inference;
use super::super::linear::{self, Dependencies, Penalty};
use super::super::multinomial::Multinomial;
use super::super::newton::raw_predictions;
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::softmax::{self, softmax_losses};
use super::super::spec::TrainSpec;
use super::regression::least_squares;
use super::{Design, Fitted, mean_losses, stopping, sum_in_training};
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor, largest, ln};

pub(super) fn multiclass(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Fitted> {
    let train = prepared.segments.train();
    let multinomial = multinomial(spec, prepared, design, penalty);
    let fitted = multinomial.fit(design.source, &train, None)?;
    let iterations = fitted.course();
    let mut outputs = fitted.predictors.into_iter().map(|predictor| design.original(predictor)).collect::<Result<Vec<_>>>()?;
    if penalty.is_none() {
        centre(prepared, &mut outputs);
    }
    let row_losses = prepared.source.map_rows(&train, |block, out| {
        let mut raw = vec![0.0; outputs.len() * out.len()];
        softmax::raw_predictions(&prepared.layout, &outputs, block, &mut raw);
        let places: Vec<usize> = (0..outputs.len()).collect();
        out.copy_from_slice(&softmax_losses(&mut raw, block.y(), &places));
    })?;
    let fit = Fit {
        algorithm: linear::algorithm(prepared.family, penalty),
        solver: design.solver(fitted.solver),
        penalty,
        iterations: Some(iterations),
        always_zero: Vec::new(),
        separated: is_separated(prepared, &outputs, &row_losses)?,
        dependencies: dependencies(prepared, penalty)?,
        decisions: Vec::new(),
    };
    let n_parameters = goodness::n_parameters(prepared, &outputs, fit.dependencies.as_ref(), penalty, spec.fit_intercept);
    let inference = if inference::obstacle(prepared, &fit).is_none() {
        let multinomial = Multinomial { reference: first_with_rows(prepared), ..multinomial };
        let information = multinomial.information(&prepared.source, &train, &outputs)?;
        information.map_or(Ok(None), |information| inference::of_labels(prepared, &outputs, &information))?
    } else {
        None
    };
    Ok(Fitted {
        goodness: goodness::of_labels(prepared, n_parameters, goodness::weighted_sum(prepared, &row_losses)),
        inference,
        fit,
        outputs,
        choice: None,
        losses: mean_losses(prepared, &fitted.losses, sum_in_training(prepared, &row_losses)),
        trials: Vec::new(),
        trial_metric: "",
    })
}

/// The estimator; the most frequent label is its reference.
pub(super) fn multinomial(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Multinomial {
    let prior = &prepared.prior;
    Multinomial {
        layout: Arc::clone(design.layout),
        n_classes: prepared.target.labels.len(),
        penalty,
        stopping: stopping(spec, TrainSpec::DEFAULT_MAX_PASSES),
        reference: (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best }),
    }
}

/// The first label that training rows have: the others are compared with it, as users of R and statsmodels expect. The fit itself
/// compares with the most frequent label, which rounds least.
fn first_with_rows(prepared: &Prepared) -> usize {
    prepared.prior.iter().position(|share| *share > 0.0).unwrap_or(0)
}

/// Subtracts the mean of the predictors, as fits with a penalty have it: then an explanation says how much likelier a label is than
/// labels are on average, whichever label it is. Probabilities do not change; a label without rows stays as unlikely as it is.
fn centre(prepared: &Prepared, outputs: &mut [LinearPredictor]) {
    let with_rows: Vec<usize> = (0..outputs.len()).filter(|label| prepared.prior[*label] > 0.0).collect();
    let share = 1.0 / with_rows.len().max(1) as f64;
    let mean = |of: &dyn Fn(&LinearPredictor) -> f64| with_rows.iter().map(|label| of(&outputs[*label])).sum::<f64>() * share;
    let intercept = mean(&|output| output.intercept);
    let coefficients: Vec<f64> =
        (0..prepared.layout.n_columns()).map(|column| mean(&|output| output.coefficients[column])).collect();
    for label in &with_rows {
        outputs[*label].intercept -= intercept;
        outputs[*label].coefficients.iter_mut().zip(&coefficients).for_each(|(b, mean)| *b -= mean);
    }
}

/// Whether the likeliest label of each row is its own.
fn is_separated(prepared: &Prepared, outputs: &[LinearPredictor], row_losses: &[f64]) -> Result<bool> {
    // The likeliest of K labels is at least as likely as 1/K, so a larger loss is that of another label.
    let at_most = ln(outputs.len() as f64) * (1.0 + 1e-12);
    if !goodness::all_rows(prepared, row_losses.iter().map(|loss| *loss <= at_most)) {
        return Ok(false);
    }
    let train = prepared.segments.train();
    let wrong = prepared.source.map_rows(&train, |block, out| mark_wrong(&prepared.layout, outputs, block, out))?;
    Ok(goodness::all_rows(prepared, wrong.iter().map(|wrong| *wrong == 0.0)))
}

/// 1 for each row whose likeliest label is not its own, else 0.
fn mark_wrong(layout: &ColumnLayout, outputs: &[LinearPredictor], block: &Block<'_>, wrong: &mut [f64]) {
    let raw: Vec<Vec<f64>> = outputs
        .iter()
        .map(|output| {
            let mut raw = vec![0.0; wrong.len()];
            raw_predictions(layout, output, block, &mut raw);
            raw
        })
        .collect();
    for ((wrong, found), y) in wrong.iter_mut().zip(largest(&raw)).zip(block.y()) {
        *wrong = f64::from(u8::from(f64::from(found) != *y));
    }
}

/// Columns that follow from others, from sums of their own: the solver of several labels has none of the columns alone.
fn dependencies(prepared: &Prepared, penalty: Penalty) -> Result<Option<Dependencies>> {
    if !linear::looks_for_dependencies(&prepared.layout, prepared.segments.n_train() as u64) {
        return Ok(None);
    }
    let (_, equations) = least_squares(prepared, &prepared.layout, penalty).fit(&prepared.source, &prepared.segments.train())?;
    Ok(linear::dependencies(&equations, &prepared.layout))
}
