//! Machine learning as SQL inside Apache DataFusion.

mod automl;
mod context;
mod error;
mod model;
mod sql;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "tests")]
mod tests;
mod training;
mod udf;

pub use crate::automl::{ClassWeights, Objective, ProblemChoice, Split, ThresholdChoice, TrainSpec};
pub use crate::context::{Event, IfExists, MlContext};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::model::{
    CategoryEncoder, ColumnLayout, ColumnType, CurvePoint, DamagedFile, DesignColumn, EncodedBatch, Encoder, Evaluation, Feature,
    FeatureValues, IgnoredReason, Interval, Label, LinearPredictor, Link, Metric, Model, ModelName, ModelStore, NumberEncoder,
    NumberSource, Predictor, ProblemType, Report, ReportLine, Sample, Target, Threshold,
};
pub use crate::sql::Statement;
