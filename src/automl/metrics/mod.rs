//! Metrics: quality with 95 % intervals, under BigQuery's names.

mod binary;
mod calibration;
mod deviance;
mod intervals;
mod multiclass;
mod regression;

pub(crate) use binary::{BinaryMetrics, curve, decision_metrics, thin};
pub(crate) use deviance::{deviance_metrics, deviance_names};
pub(crate) use multiclass::{LabelFigures, MulticlassMetrics, label_figures};
pub(crate) use regression::regression_metrics;
