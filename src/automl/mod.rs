//! Makes models: data → split → features → estimator (folds) → evaluate → threshold → model.

#[cfg_attr(not(test), allow(dead_code, reason = "how a cluster folds; local training folds in memory"))]
mod aggregate;
mod array_file;
mod attributions;
mod cancel;
mod collect;
mod column_store;
mod composite;
mod current;
mod evaluate;
#[cfg(test)]
mod example_rows;
mod features;
mod fit;
mod fold;
mod gram;
mod in_memory;
mod kernel;
mod known_target;
mod least_squares;
mod limited_memory;
mod linear;
mod log_loss;
mod logistic;
mod memory;
mod metrics;
mod multinomial;
mod normal_equations;
mod number_text;
mod out_of_fold;
mod parallel;
mod prepare;
mod report;
mod row_space;
mod scored_rows;
mod softmax;
mod solve;
mod sort;
mod spec;
mod split;
mod statistics;
mod table;
mod tally;
mod target;
mod temporary_file;
mod threshold;
mod train;
mod values;
mod warm_start;
mod warnings;

pub use spec::{ClassWeights, Objective, PenaltyChoice, Split, ThresholdChoice, TrainSpec};
pub(crate) use spec::{Fault, contradiction};

pub(crate) use cancel::Cancel;
pub(crate) use collect::collect;
pub(crate) use current::enter;
pub(crate) use evaluate::Measured;
pub(crate) use known_target::{KnownTarget, Unseen};
pub(crate) use memory::Memory;
pub(crate) use metrics::{LabelFigures, label_figures, thin};
pub(crate) use prepare::{Prepared, Request};
pub(crate) use report::dry_run;
pub(crate) use scored_rows::ScoredRows;
pub(crate) use split::seed;
pub(crate) use table::{Roles, Table, check_feature_types, column_names};
pub(crate) use train::train;
