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
//! # The doors
//!
//! | to do | with | without SQL |
//! |---|---|---|
//! | train | [`MlContext::sql`]: `CREATE MODEL …` | [`MlContext::train`], then `.await` |
//! | look before training | `EXPLAIN CREATE MODEL …` | [`TrainBuilder::dry_run`] |
//! | score a query | `SELECT predict_churn(*) FROM …` | the same functions in DataFusion's expressions |
//! | score a batch of Arrow | | [`Scorer::predict`] and its neighbours |
//! | score one row, in less than a microsecond | | [`Scorer::score_row`] with [`Value`]s |
//! | look inside | `SHOW MODEL churn`, `ml_evaluate('churn')` … | [`Model`]: its [`Evaluation`], its [`Report`], all of it |
//! | keep | `ALTER MODEL`, `DROP MODEL`, `EXPORT MODEL` … | [`ModelStore`], [`Model::read`], [`Model::write`] |
//! | tell errors apart | | [`Error::kind`], an [`ErrorKind`] |
//!
//! The same without SQL, and one row in a loop:
//!
//! ```
//! # use datafusion::prelude::SessionContext;
//! # use datafusion_ml::{MlContext, ModelStore, Split, Value};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let session = SessionContext::new();
//! # let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
//! # let visits = "SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)";
//! # let visits = session.sql(visits).await?;
//! let model = ml.train("buyer", visits).target("bought").split(Split::random(0.8)).await?;
//! assert_eq!(model.version, 1);
//!
//! let scorer = ml.scorer("buyer")?;
//! for hour in 0..24 {
//!     assert_eq!(scorer.score_row(&[Value::from(hour)])? > 0.5, hour > 17);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `examples/embed.rs` and `examples/one_row.rs` are whole programs.
//!
//! Not supported yet: trees, free text as a feature, BigQuery's form of the statement.
//!
//! # Features
//! * `cli` builds the command-line program `datafusion-ml`; a program that embeds the library does not need it.

// The examples are compiled into the tests, where they must find the library by its name.
#[cfg(test)]
extern crate self as datafusion_ml;

mod automl;
mod bigquery;
mod context;
mod error;
mod model;
mod preprocess;
mod sql;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "tests")]
mod tests;
mod training;
mod udf;

pub use crate::automl::{ClassWeights, Objective, PenaltyChoice, Split, ThresholdChoice, TrainSpec, TuningObjective};
pub use crate::context::{Event, IfExists, MlContext, TrainBuilder};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::model::{
    CalendarEncoder, CalendarPart, CalibrationBin, CategoryEncoder, ColumnLayout, ColumnType, ComputedLabel, CurvePoint,
    DamagedFile, DesignColumn, EncodedBatch, Encoder, Estimate, Evaluation, Family, Feature, FeatureSummary, FeatureValues,
    Goodness, IgnoredReason, Inference, Input, Interval, Label, Leaf, LinearPredictor, Link, Metric, Model, ModelName,
    ModelStore, NumberEncoder, NumberSource, NumberSummary, Predictor, ProblemType, Report, ReportLine, Sample, Target,
    Threshold, Transform, TransformPlan, Trial, decisions_at, leaves,
};
pub use crate::sql::Statement;
pub use crate::udf::{Scorer, Value};

/// Long documents, compiled so that their code stays true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
