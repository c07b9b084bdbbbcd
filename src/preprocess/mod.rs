//! BigQuery's preprocessing functions: scalers, encoders, buckets, crosses.
//!
//! Some see one row ([`scalar`]). The others are analytic: they learn from all rows ([`analytic`]) something ([`learned`]) that they
//! then apply to each. `ML.STANDARD_SCALER(x) OVER ()` in a query learns and applies at once ([`window`]); in `TRANSFORM` what is
//! learned is kept in the model and applied to every row that is scored. There is one implementation of both halves.
//! Redshift's transformers learn in the same way ([`lesson`]), for models only.
//!
//! This module knows nothing of models.

mod analytic;
mod buckets;
mod combinations;
mod learned;
mod lesson;
mod ngrams;
mod normalizer;
mod ordinals;
mod parameters;
#[cfg(test)]
mod reference;
mod scalar;
mod settings;
mod statistics;
mod symmetric;
#[cfg(test)]
mod tests;
mod vectors;
mod vocabulary;
mod window;
mod written;

use std::sync::Arc;

use datafusion::logical_expr::{ScalarUDF, WindowUDF};

pub(crate) use self::analytic::{Analytic, AnalyticName};
pub(crate) use self::learned::Learned;
pub(crate) use self::lesson::Lesson;
#[cfg(test)]
pub(crate) use self::ordinals::Ordinals;
#[cfg(test)]
pub(crate) use self::reference::reference;
use self::scalar::{ScalarFunction, ScalarName};
use self::window::WindowFunction;
pub(crate) use self::written::{CallFault, Written};

/// The functions that see one row.
pub(crate) fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    let function = |name: &ScalarName| Arc::new(ScalarUDF::new_from_impl(ScalarFunction::new(*name)));
    ScalarName::ALL.iter().map(function).collect()
}

/// The functions that learn from all rows, for `OVER ()`.
pub(crate) fn window_functions() -> Vec<Arc<WindowUDF>> {
    let function = |name: &AnalyticName| Arc::new(WindowUDF::new_from_impl(WindowFunction::new(*name)));
    AnalyticName::ALL.iter().map(function).collect()
}

/// The name after `ml_` or `ML.`, in any case.
fn bare_name(called: &str) -> Option<String> {
    let called = called.to_ascii_lowercase();
    called.strip_prefix("ml_").or_else(|| called.strip_prefix("ml.")).map(ToOwned::to_owned)
}

/// The names of a function in plans: `ml_bucketize` first, then those with a dot, which the planner takes as they are written.
fn names(call: &parameters::Call) -> (String, Vec<String>) {
    let dotted = call.name.to_ascii_lowercase();
    (dotted.replace('.', "_"), vec![call.name.to_owned(), dotted])
}
