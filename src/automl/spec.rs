//! What the statement asks of training, checked and with defaults filled in.

use crate::error::{ErrorKind, Result};
use crate::model::{ModelName, ProblemType};

/// How the training query's rows are divided into training rows and held-out rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Split {
    /// Within each class, the rows with the highest seeded hash of (row content, copy number) are held out.
    Random {
        /// Share of the rows to train on, in (0, 1).
        ratio: f64,
        /// Seed of the hash.
        seed: u64,
    },
    /// The seeded hash of these columns alone decides, row by row.
    Key {
        /// Share of the keys to train on, in (0, 1).
        ratio: f64,
        /// Seed of the hash.
        seed: u64,
        /// The key columns; they are no features.
        columns: Vec<String>,
    },
    /// A column says which rows are held out: true or `'test'`; it is no feature.
    Column {
        /// The column.
        column: String,
    },
    /// The rows with the highest values of this column, the latest, are held out; it is no feature.
    OrderBy {
        /// Share of the rows to train on, in (0, 1).
        ratio: f64,
        /// The column.
        column: String,
    },
    /// All rows are trained on; reported figures are then those of the training rows.
    None,
}

impl Split {
    /// Share of the rows that are trained on unless the statement says otherwise.
    pub const DEFAULT_RATIO: f64 = 0.7;
    /// The seed unless the statement says otherwise.
    pub const DEFAULT_SEED: u64 = 42;
}

impl Default for Split {
    fn default() -> Self {
        Self::Random { ratio: Self::DEFAULT_RATIO, seed: Self::DEFAULT_SEED }
    }
}

/// What the threshold of a binary model is chosen to make best, on out-of-fold predictions of the training rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ThresholdChoice {
    /// Highest F1.
    F1,
    /// Highest accuracy.
    Accuracy,
    /// Highest mean of the recalls of both labels.
    Balanced,
    /// Lowest total cost; a false positive costs `false_positive`, a false negative `false_negative`.
    Cost {
        /// Cost of a false positive, not negative.
        false_positive: f64,
        /// Cost of a false negative, not negative.
        false_negative: f64,
    },
    /// Given by the statement, in [0, 1].
    Fixed(f64),
}

/// Weights of the classes in training.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights {
    /// All 1.
    #[default]
    None,
    /// `n_rows / (n_classes * n_rows_of_class)`.
    Balanced,
    /// As listed, by label; labels that are not listed weigh 1.
    Listed(Vec<(String, f64)>),
}

/// What the statement says the problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemChoice {
    /// One of two labels.
    Binary,
    /// One of several labels.
    Multiclass,
    /// A number.
    Regression,
}

/// What `OBJECTIVE` asks to be best; it decides the threshold where `THRESHOLD` is not set, and implies the problem type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Mean squared error, regression.
    Mse,
    /// Share of right labels.
    Accuracy,
    /// F1 of the positive label.
    F1,
    /// Area under the ROC curve; the threshold is then chosen for F1.
    Auc,
}

/// What the statement asks of training.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainSpec {
    /// The model's name.
    pub name: ModelName,
    /// The target column as written.
    pub target: String,
    /// Base name of the published functions.
    pub function: String,
    /// `PROBLEM_TYPE`, where given.
    pub problem: Option<ProblemChoice>,
    /// `OBJECTIVE`, where given.
    pub objective: Option<Objective>,
    /// `SPLIT`.
    pub split: Split,
    /// `POSITIVE`: the positive label as text.
    pub positive: Option<String>,
    /// `WEIGHT`: the column of row weights; it is no feature.
    pub weight: Option<String>,
    /// `CLASS_WEIGHTS`.
    pub class_weights: ClassWeights,
    /// `THRESHOLD`, where given.
    pub threshold: Option<ThresholdChoice>,
    /// `L2`: factor of the penalty; by default 0 for regression and 1 for logistic regression.
    pub l2: Option<f64>,
    /// `MAX_ITERATIONS`: Newton steps, or passes where the columns are too many for them, at most; where given.
    pub max_iterations: Option<u32>,
    /// `TOLERANCE`, where given: stop after the Newton step whose squared decrement gᵀH⁻¹g is at most this share of the loss.
    pub tolerance: Option<f64>,
    /// `DESCRIPTION`.
    pub description: String,
    /// The whole statement in canonical form, kept in the model.
    pub statement: String,
}

impl TrainSpec {
    /// Newton steps at most, unless the statement says otherwise.
    pub const DEFAULT_MAX_ITERATIONS: u32 = 100;
    /// Passes over the rows at most where the columns are too many for Newton steps, unless the statement says otherwise.
    pub const DEFAULT_MAX_PASSES: u32 = 1000;
    /// When Newton steps stop, unless the statement says otherwise.
    pub const DEFAULT_TOLERANCE: f64 = 1e-8;

    /// A spec with every default.
    pub fn new(name: ModelName, target: impl Into<String>) -> Self {
        let function = format!("predict_{}", name.base());
        Self {
            name,
            target: target.into(),
            function,
            problem: None,
            objective: None,
            split: Split::default(),
            positive: None,
            weight: None,
            class_weights: ClassWeights::None,
            threshold: None,
            l2: None,
            max_iterations: None,
            tolerance: None,
            description: String::new(),
            statement: String::new(),
        }
    }

    /// Columns of the training query that are no features: target, weight, key and split columns, as written.
    pub fn reserved_columns(&self) -> Vec<(&'static str, &str)> {
        let mut columns = vec![("target", self.target.as_str())];
        columns.extend(self.weight.as_deref().map(|column| ("weight", column)));
        match &self.split {
            Split::Key { columns: key, .. } => columns.extend(key.iter().map(|column| ("key", column.as_str()))),
            Split::Column { column } | Split::OrderBy { column, .. } => columns.push(("split", column.as_str())),
            Split::Random { .. } | Split::None => {}
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

impl From<ProblemType> for ProblemChoice {
    fn from(problem_type: ProblemType) -> Self {
        match problem_type {
            ProblemType::Binary => Self::Binary,
            ProblemType::Multiclass => Self::Multiclass,
            ProblemType::Regression => Self::Regression,
        }
    }
}
