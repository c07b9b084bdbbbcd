//! Machine learning as SQL, inside any Apache DataFusion process.
//!
//! A statement trains a model on the result of a query, tests it on rows it never saw, and publishes it as an ordinary SQL
//! function; from then on inference is part of the query plan.
//!
//! ```
//! use datafusion::prelude::SessionContext;
//! use datafusion_ml::{MlContext, ModelStore};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The user's own session: it is extended, never replaced.
//! let session = SessionContext::new();
//! let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
//! ml.sql("CREATE TABLE visits AS SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)").await?;
//! ml.sql("CREATE MODEL buyer FROM visits TARGET bought").await?;
//!
//! // Plain `SessionContext::sql` sees the functions of every model.
//! let rows = session.sql("SELECT predict_buyer(20) AS evening, predict_buyer(9) AS morning").await?.collect().await?;
//! let table = datafusion::arrow::util::pretty::pretty_format_batches(&rows)?.to_string();
//! assert!(table.contains("| true    | false   |"), "{table}");
//! # Ok(())
//! # }
//! ```
//!
//! * [`MlContext`] runs statements: `CREATE MODEL`, `EXPLAIN CREATE MODEL`, `REFRESH MODEL`, `SHOW MODELS`, `SHOW MODEL`,
//!   `DESCRIBE MODEL`, `ALTER MODEL`, `EXPORT MODEL`, `IMPORT MODEL`, `DROP MODEL`, and everything that DataFusion knows.
//! * [`ModelStore`] keeps models, one checked file a version, in a folder or in memory.
//! * [`Model`] is what training makes: immutable, validated, with its report.
//! * [`MlContext::train`] asks for a model without SQL, on the rows of a `DataFrame`.
//! * [`Scorer`] runs a model without SQL, on record batches or on single rows.
//! * [`Error`] says what, where, what would be valid and what to do; [`ErrorKind`] is there to match on.
//!
//! Not supported yet: trees, free text as a feature, BigQuery's form of the statement.
//!
//! # Features
//! * `cli` builds the command-line program `datafusion-ml`; a program that embeds the library does not need it.

// The examples are compiled into the tests, where they must find the library by its name.
#[cfg(test)]
extern crate self as datafusion_ml;

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

pub use crate::automl::{ClassWeights, Objective, Split, ThresholdChoice, TrainSpec};
pub use crate::context::{Event, IfExists, MlContext, TrainBuilder};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::model::{
    CalendarEncoder, CalendarPart, CalibrationBin, CategoryEncoder, ColumnLayout, ColumnType, CurvePoint, DamagedFile,
    DesignColumn, EncodedBatch, Encoder, Evaluation, Feature, FeatureSummary, FeatureValues, IgnoredReason, Interval, Label,
    Leaf, LinearPredictor, Link, Metric, Model, ModelName, ModelStore, NumberEncoder, NumberSource, NumberSummary, Predictor,
    ProblemType, Report, ReportLine, Sample, Target, Threshold, decisions_at, leaves,
};
pub use crate::sql::Statement;
pub use crate::udf::{Scorer, Value};

/// Long documents, compiled so that their code stays true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
