//! What is asked of training, with defaults filled in.

mod choice;
mod split;
mod tuning;
mod validate;

pub use self::choice::{ClassWeights, Objective, PenaltyChoice, ThresholdChoice};
pub use self::split::Split;
pub(crate) use self::split::auto_ratio;
pub use self::tuning::TuningObjective;
pub(crate) use self::validate::{Fault, contradiction, no_such_figure, two_roles};
use crate::error::{ErrorKind, Result};
use crate::model::{Family, ModelName, ProblemType, TransformPlan};

/// What is asked of training: what `CREATE MODEL` says, as data.
///
/// A statement and [`MlContext::train`](crate::MlContext::train) both make one, and both are refused by the same
/// [`validate`](Self::validate).
#[derive(Debug, Clone, PartialEq)]
pub struct TrainSpec {
    /// The model's name.
    pub name: ModelName,
    /// The target column: its exact name, or the only one that agrees without case.
    pub target: String,
    /// Base name of the published functions.
    pub function: String,
    /// `PROBLEM_TYPE`, where given.
    pub problem: Option<ProblemType>,
    /// `OBJECTIVE`, where given.
    pub objective: Option<Objective>,
    /// `SPLIT`.
    pub split: Split,
    /// The target's values are labels, two or more, whatever their type; of two the higher is the positive one, and 0.5 the
    /// threshold unless another one is asked for; listed class weights must name them all. `MODEL_TYPE = 'LOGISTIC_REG'` says so.
    pub ordered_labels: bool,
    /// Texts are categories also where they look like numbers, and rare ones have a column too. `MODEL_TYPE` says so.
    pub text_is_category: bool,
    /// `POSITIVE`: the positive label as text.
    pub positive: Option<String>,
    /// `WEIGHT`: the column of row weights; it is no feature.
    pub weight: Option<String>,
    /// `CLASS_WEIGHTS`.
    pub class_weights: ClassWeights,
    /// `THRESHOLD`, where given.
    pub threshold: Option<ThresholdChoice>,
    /// `FAMILY`: how a number is distributed around its mean; where given. Any of them makes a regression of the target.
    pub family: Option<Family>,
    /// `FIT_INTERCEPT`: without an intercept the raw prediction is 0 where all features are 0, in the user's units; nulls count as 0
    /// and are marked, and R² is measured from 0 instead of from the mean.
    pub fit_intercept: bool,
    /// `L1`: factor of the penalty Σ|β|, which makes small coefficients 0; by default 0. What is asked for is added to the loss
    /// summed over the training rows, so scikit-learn's `Lasso(alpha)` on n rows is `n · alpha`.
    pub l1: Option<PenaltyChoice>,
    /// `L2`: factor of the penalty ½Σβ²; by default 0 for regression and 1 for logistic regression.
    pub l2: Option<PenaltyChoice>,
    /// What penalties that are to be found are compared by; by default the loss.
    pub tuning: Option<TuningObjective>,
    /// `MAX_ITERATIONS`: Newton steps, or passes where the columns are too many for them, at most; where given.
    pub max_iterations: Option<u32>,
    /// `TOLERANCE`, where given: stop after the Newton step whose squared decrement gᵀH⁻¹g is at most this share of the loss.
    pub tolerance: Option<f64>,
    /// `EARLY_STOP` and `MIN_REL_PROGRESS`: stop after the iteration that lowers the loss by no more than this share; where given.
    pub min_rel_progress: Option<f64>,
    /// `TRANSFORM`: what the features are computed from, and how.
    pub transform: Option<TransformPlan>,
    /// `DESCRIPTION`.
    pub description: String,
    /// The whole statement in canonical form, kept in the model; empty if there was none.
    pub statement: String,
}

impl TrainSpec {
    /// Newton steps at most, unless the statement says otherwise.
    pub const DEFAULT_MAX_ITERATIONS: u32 = 100;
    /// Passes over the rows at most where the columns are too many for Newton steps, unless the statement says otherwise.
    pub const DEFAULT_MAX_PASSES: u32 = 1000;
    /// The progress below which `EARLY_STOP` ends training, unless the statement says otherwise.
    pub const DEFAULT_MIN_REL_PROGRESS: f64 = 0.01;
    /// When Newton steps stop, unless the statement says otherwise.
    pub const DEFAULT_TOLERANCE: f64 = 1e-8;

    /// A spec with every default.
    pub fn new(name: ModelName, target: impl Into<String>) -> Self {
        Self {
            function: Self::default_function(&name),
            name,
            target: target.into(),
            problem: None,
            objective: None,
            split: Split::default(),
            ordered_labels: false,
            text_is_category: false,
            positive: None,
            weight: None,
            class_weights: ClassWeights::None,
            threshold: None,
            family: None,
            fit_intercept: true,
            l1: None,
            l2: None,
            tuning: None,
            max_iterations: None,
            tolerance: None,
            min_rel_progress: None,
            transform: None,
            description: String::new(),
            statement: String::new(),
        }
    }

    /// The base name of a model's functions unless another one is asked for: `predict_` and the last part of the model's name,
    /// with everything odd in it as underscores.
    pub fn default_function(name: &ModelName) -> String {
        let usable = |c: char| if c.is_alphabetic() || c.is_ascii_digit() { c.to_ascii_lowercase() } else { '_' };
        format!("predict_{}", name.base().chars().map(usable).collect::<String>())
    }

    /// Columns of the training query that are no features: target, weight, key and split columns, as written.
    pub fn reserved_columns(&self) -> Vec<(&'static str, &str)> {
        let mut columns = vec![("target", self.target.as_str())];
        columns.extend(self.weight.as_deref().map(|column| ("weight", column)));
        match &self.split {
            Split::Key { columns: key, .. } => columns.extend(key.iter().map(|column| ("key", column.as_str()))),
            Split::Column { column } | Split::Custom { column } | Split::OrderBy { column, .. } => {
                columns.push(("split", column.as_str()));
            }
            Split::Random { .. } | Split::Auto { .. } | Split::None => {}
        }
        columns
    }
}

/// The index of the column that `written` means: the exact name, else the only one that agrees without case.
pub(crate) fn find_column(role: &'static str, written: &str, columns: &[String]) -> Result<usize> {
    if let Some(index) = columns.iter().position(|column| column == written) {
        return Ok(index);
    }
    let mut without_case = (0..columns.len()).filter(|i| columns[*i].eq_ignore_ascii_case(written));
    match (without_case.next(), without_case.next()) {
        (Some(index), None) => Ok(index),
        _ => Err(ErrorKind::ColumnNotFound { role, column: written.into(), columns: columns.to_vec() }.into()),
    }
}
