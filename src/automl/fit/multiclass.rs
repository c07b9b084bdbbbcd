//! Several labels: multinomial logistic regression.

use std::sync::Arc;

use super::super::fold::Block;
use super::super::linear::{self, Dependencies, Penalty};
use super::super::logistic::raw_predictions;
use super::super::multinomial::Multinomial;
use super::super::prepare::Prepared;
use super::super::report::Fit;
use super::super::spec::TrainSpec;
use super::regression::least_squares;
use super::{Design, Fitted, mean_losses, tolerance};
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor, largest};

pub(super) fn multiclass(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, penalty: Penalty) -> Result<Fitted> {
    let prior = &prepared.prior;
    let multinomial = Multinomial {
        layout: Arc::clone(design.layout),
        n_classes: prepared.target.labels.len(),
        penalty,
        max_iterations: spec.max_iterations.unwrap_or(TrainSpec::DEFAULT_MAX_PASSES),
        tolerance: tolerance(spec),
        reference: (0..prior.len()).fold(0, |best, label| if prior[label] > prior[best] { label } else { best }),
    };
    let train = prepared.segments.train();
    let fitted = multinomial.fit(design.source, &train, None)?;
    let outputs = fitted.predictors.into_iter().map(|predictor| design.original(predictor)).collect::<Result<Vec<_>>>()?;
    let wrong = prepared.source.map_rows(&train, |block, out| mark_wrong(&prepared.layout, &outputs, block, out))?;
    Ok(Fitted {
        fit: Fit {
            algorithm: linear::algorithm(prepared.family, penalty),
            solver: design.solver(fitted.solver),
            penalty,
            iterations: Some((fitted.iterations, fitted.converged, fitted.last_decrement)),
            separated: wrong.iter().all(|wrong| *wrong == 0.0),
            dependencies: dependencies(prepared, penalty)?,
            decisions: Vec::new(),
        },
        outputs,
        choice: None,
        losses: mean_losses(prepared, &fitted.losses),
        goodness: None,
        inference: None,
        trials: Vec::new(),
    })
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
