//! Makes models: data → split → features → estimator (folds) → evaluate → threshold → model.

mod cancel;
mod fold;
mod in_memory;
mod kernel;
mod least_squares;
mod linear;
mod logistic;
mod normal_equations;
mod solve;
mod spec;

pub use spec::{ClassWeights, Objective, ProblemChoice, Split, ThresholdChoice, TrainSpec, find_column};
