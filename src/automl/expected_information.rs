//! The information that rows are expected to have of coefficients, for families with a log link.
//!
//! Of such a family with the variance `μ^p` a row informs `Σ w x xᵀ` by `w = weight · μ^(2-p)`: 1 for gamma, μ for Poisson. Standard
//! errors are made of it, as in R; Newton steps of what the rows show instead, which does not depend on the family being right.
//!
//! Source: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), section 2.5.

use std::sync::Arc;

use super::fold::Block;
use super::newton::raw_predictions;
use super::normal_equations::NormalEquations;
use super::row_equations::RowEquations;
use crate::model::{ColumnLayout, Family, LinearPredictor, exp};

/// The power p of the mean that the variance of a family is; of labels and numbers it is none.
pub(crate) fn variance_power(family: Family) -> Option<f64> {
    match family {
        Family::Poisson => Some(1.0),
        Family::Gamma => Some(2.0),
        Family::Tweedie(power) => Some(power),
        _ => None,
    }
}

/// The fold of the information at a predictor; its loss is Pearson's `Σ weight (y - μ)² / μ^p`.
#[derive(Debug)]
pub(crate) struct InformationFold {
    pub layout: Arc<ColumnLayout>,
    pub power: f64,
    pub at: LinearPredictor,
}

impl RowEquations for InformationFold {
    fn layout(&self) -> &ColumnLayout {
        &self.layout
    }

    fn add(&self, equations: &mut NormalEquations, block: &Block<'_>) {
        let n = block.y().len();
        let mut raw = vec![0.0; n];
        raw_predictions(&self.layout, &self.at, block, &mut raw);
        let mut information = vec![0.0; n];
        for (row, (raw, y)) in raw.iter().zip(block.y()).enumerate() {
            let weight = block.weight().map_or(1.0, |weight| weight[row]);
            information[row] = weight * exp(raw * (2.0 - self.power));
            let miss = y - exp(*raw);
            equations.loss += weight * miss * miss * exp(-raw * self.power);
        }
        equations.row_weight += block.total_weight();
        equations.add(&self.layout, block, &information, &vec![0.0; n]);
    }
}
