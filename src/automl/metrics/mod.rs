//! Metrics: quality with 95 % intervals, under BigQuery's names.

mod binary;
mod intervals;
mod regression;

pub(crate) use binary::{BinaryMetrics, curve, decision_metrics, thin};
pub(crate) use regression::regression_metrics;
