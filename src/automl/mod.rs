//! Makes models: data → split → features → estimator (folds) → evaluate → threshold → model.

#[cfg_attr(not(test), allow(dead_code, reason = "how a cluster folds; local training folds in memory"))]
mod aggregate;
mod array_file;
mod attributions;
mod cancel;
mod collect;
mod column_store;
mod composite;
mod coordinate_descent;
mod current;
mod evaluate;
mod exact;
#[cfg(test)]
mod example_rows;
mod expected_information;
mod features;
mod fit;
mod fold;
mod goodness;
mod gram;
mod in_memory;
mod inference;
mod kernel;
mod known_target;
mod least_squares;
mod likelihood;
mod limited_memory;
mod linear;
mod ln;
mod memory;
mod metrics;
mod multinomial;
mod newton;
#[cfg(test)]
mod no_intercept;
mod normal_equations;
mod number_text;
mod out_of_fold;
mod parallel;
mod penalty_report;
mod prepare;
mod report;
mod row_loss;
mod row_space;
mod scored_rows;
mod softmax;
mod solve;
mod sort;
#[cfg(test)]
mod sparse_fits;
mod spec;
mod split;
mod statistics;
mod stopping;
mod table;
mod tally;
mod target;
mod target_range;
mod temporary_file;
mod threshold;
mod train;
mod transform;
mod tridiagonal;
mod values;
mod warm_start;
mod warnings;

pub use spec::{ClassWeights, Objective, PenaltyChoice, Split, ThresholdChoice, TrainSpec};
pub(crate) use spec::{Fault, contradiction, find_column};

pub(crate) use cancel::Cancel;
pub(crate) use collect::collect;
pub(crate) use current::enter;
pub(crate) use evaluate::Measured;
pub(crate) use known_target::{KnownTarget, Unseen};
pub(crate) use memory::Memory;
pub(crate) use metrics::{LabelFigures, deviance_names, label_figures, thin};
pub(crate) use prepare::{Prepared, Request};
pub(crate) use report::dry_run;
pub(crate) use scored_rows::ScoredRows;
pub(crate) use split::seed;
pub(crate) use table::{Roles, Table, check_feature_types, column_names};
pub(crate) use train::train;
