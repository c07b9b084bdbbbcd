//! The penalties that were tried.

use serde::{Deserialize, Serialize};

use super::evaluation::with_one_nan;

/// One pair of penalties, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Factor of Σ|β|.
    pub l1: f64,
    /// Factor of ½Σβ².
    pub l2: f64,
    /// Mean loss of all training rows under the model that was fitted to them.
    pub training_loss: f64,
    /// Mean loss of the training rows, each under a model that did not see its fold.
    pub eval_loss: f64,
    /// What the choice is made by, of the same rows: [`Model::trial_metric`](crate::Model::trial_metric) is its name. NaN where it is
    /// not defined.
    #[serde(serialize_with = "with_one_nan")]
    pub metric: f64,
    /// Columns of the design matrix whose coefficient is not 0; over all outputs.
    pub n_nonzero: u64,
    /// Whether this is the published model.
    pub is_optimal: bool,
}
