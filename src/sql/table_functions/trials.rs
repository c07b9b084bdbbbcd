//! `ml_trial_info`: the penalties that were tried.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::figures::numbers;
use crate::error::Result;
use crate::model::Trial;

/// `ml_trial_info('model')`: BigQuery's columns and the number of coefficients that are not 0, one row per pair of penalties that
/// was tried, in their order; no rows where the penalties were given.
///
/// The struct of metrics has what the optimal trial was chosen by, of training rows that a model did not see, and `eval_loss` is
/// their mean loss. `training_loss` is that of all training rows under a model that was fitted to them.
pub(super) fn trials(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    call.arguments.finish()?;
    let trials = &model.trials;
    let column = |of: fn(&Trial) -> f64| numbers(trials.iter().map(of));
    // Of no trials there is no name, but a struct has a field.
    let metric = if model.trial_metric.is_empty() { "mean_loss" } else { &model.trial_metric };
    let texts = |text: &str| Arc::new(StringArray::from(vec![text; trials.len()])) as ArrayRef;
    let n_nonzero = trials.iter().map(|trial| i64::try_from(trial.n_nonzero).unwrap_or(i64::MAX));
    call.rows(RecordBatch::try_from_iter_with_nullable([
        ("trial_id", Arc::new(Int64Array::from_iter_values((1_i64..).take(trials.len()))) as ArrayRef, false),
        ("hyperparameters", structs([("l1_reg", factors(trials, |t| t.l1)), ("l2_reg", factors(trials, |t| t.l2))])?, false),
        ("hparam_tuning_evaluation_metrics", structs([(metric, column(|trial| trial.metric))])?, false),
        ("training_loss", column(|trial| trial.training_loss), true),
        ("eval_loss", column(|trial| trial.eval_loss), true),
        ("status", texts("SUCCEEDED"), false),
        ("error_message", Arc::new(StringArray::new_null(trials.len())), true),
        ("is_optimal", Arc::new(trials.iter().map(|trial| Some(trial.is_optimal)).collect::<BooleanArray>()), false),
        ("n_nonzero", Arc::new(Int64Array::from_iter_values(n_nonzero)), false),
    ])?)
}

fn factors(trials: &[Trial], of: fn(&Trial) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(trials.iter().map(of)))
}

/// A struct of numbers for each trial.
fn structs<const N: usize>(fields: [(&str, ArrayRef); N]) -> Result<ArrayRef> {
    let (names, columns): (Vec<&str>, Vec<ArrayRef>) = fields.into_iter().unzip();
    let fields: Fields = names.into_iter().map(|name| Field::new(name, DataType::Float64, true)).collect();
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}
