//! Runs models: compiles a [`Model`] into the ordinary scalar functions that it publishes.
//!
//! A model is compiled once, when its functions are made: [`compile`] folds the encoders and parameters into one term per
//! feature, [`signature`] knows the arguments and checks a call while it is planned, [`predict`] is the function that the
//! planner sees, [`predictions`] makes numbers, labels and probabilities of what the terms add up to. A function holds its model,
//! so a plan keeps the version that it was planned with. [`scorer`] is the same without a planner, for batches and, with
//! [`row`], for single rows.

mod assert;
mod category;
mod compile;
mod explain;
mod interval;
mod kernel;
mod label;
mod number;
mod output;
mod predict;
mod predictions;
mod probability;
mod row;
mod scorer;
mod signature;
mod split;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

pub(crate) use self::assert::ml_assert;
pub(crate) use self::compile::CompiledModel;
pub(crate) use self::output::Output;
use self::predict::ModelFunction;
pub use self::scorer::Scorer;
use self::signature::CallSignature;
pub(crate) use self::split::ml_split;
pub use self::value::Value;
use crate::error::Result;
use crate::model::{Model, ProblemType};

/// The functions that a model publishes, with the names of [`published_names`] and in their order.
///
/// # Errors
/// [`Internal`](crate::ErrorKind::Internal) if the model's parts do not fit together.
pub(crate) fn functions(model: Arc<Model>) -> Result<Vec<Arc<ScalarUDF>>> {
    let outputs = Output::of(&model);
    let compiled = Arc::new(CompiledModel::new(model)?);
    outputs
        .iter()
        .map(|output| Ok(Arc::new(ScalarUDF::new_from_impl(ModelFunction::new(Arc::clone(&compiled), *output)?))))
        .collect()
}

/// One function of a model, published or not, at the model's own threshold or another.
pub(crate) fn function(compiled: &Arc<CompiledModel>, output: Output, threshold: Option<f64>) -> Result<Arc<ScalarUDF>> {
    let function = ModelFunction::new(Arc::clone(compiled), output)?;
    let function = match threshold {
        Some(threshold) => function.with_threshold(threshold),
        None => function,
    };
    Ok(Arc::new(ScalarUDF::new_from_impl(function)))
}

/// The model of a function that it published, compiled.
pub(crate) fn compiled_model(function: &ScalarUDF) -> Option<&Arc<CompiledModel>> {
    function.inner().downcast_ref::<ModelFunction>().map(ModelFunction::compiled)
}

/// The names of the functions that a model with this base name may publish.
pub(crate) fn function_names(base: &str, problem_type: ProblemType) -> Vec<String> {
    Output::of_kind(problem_type).iter().map(|output| output.function_name(base)).collect()
}

/// The names of the functions that a model publishes.
pub(crate) fn published_names(model: &Model) -> Vec<String> {
    Output::of(model).iter().map(|output| output.function_name(&model.function)).collect()
}

/// The name of the function that gives prediction intervals, published or not.
pub(crate) fn interval_name(model: &Model) -> String {
    Output::Interval.function_name(&model.function)
}

/// Whether a function is one that a model published.
pub(crate) fn is_model_function(function: &ScalarUDF) -> bool {
    function.inner().downcast_ref::<ModelFunction>().is_some()
}

/// The functions that a model publishes, each with its arguments: `predict_churn(tenure BIGINT, "Contract" VARCHAR)`.
pub(crate) fn signatures(model: &Model) -> Vec<String> {
    let signature = |output: &Output| CallSignature::new(&output.function_name(&model.function), model, output.leading()).text();
    Output::of(model).iter().map(signature).collect()
}
