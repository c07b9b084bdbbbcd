//! Makes models: data → split → features → estimator (folds) → evaluate → threshold → model.

mod spec;

pub use spec::{ClassWeights, Objective, ProblemChoice, Split, ThresholdChoice, TrainSpec, find_column};
