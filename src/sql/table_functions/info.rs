//! `ml_feature_info` and `ml_training_info`: what training saw, and how it went.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::figures::numbers;
use crate::error::Result;
use crate::model::{Encoder, Feature, Goodness, NumberSummary};

/// `ml_feature_info('model')`: BigQuery's columns, one row per feature, of the training rows that are not null. What does not
/// apply, such as the mean of a category, is null; `dimension` is the number of elements of a list.
pub(super) fn features(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    call.arguments.finish()?;
    let number = |of: fn(&NumberSummary) -> f64| {
        let value = |feature: &Feature| feature.summary.numbers.as_ref().map_or(f64::NAN, of);
        (numbers(model.features.iter().map(value)), true)
    };
    let count = |of: &dyn Fn(&Feature) -> Option<u64>| {
        let counts = model.features.iter().map(|feature| of(feature).and_then(|count| i64::try_from(count).ok()));
        (Arc::new(counts.collect::<Int64Array>()) as ArrayRef, true)
    };
    let dimension = |feature: &Feature| match &feature.encoder {
        Encoder::List(elements) => Some(elements.len() as u64),
        _ => None,
    };
    let names = StringArray::from_iter_values(model.features.iter().map(|feature| &feature.name));
    let columns: [(&str, (ArrayRef, bool)); 9] = [
        ("input", (Arc::new(names), false)),
        ("min", number(|numbers| numbers.min)),
        ("max", number(|numbers| numbers.max)),
        ("mean", number(|numbers| numbers.mean)),
        ("median", number(|numbers| numbers.median)),
        ("stddev", number(|numbers| numbers.std_dev)),
        ("category_count", count(&|feature| feature.summary.categories)),
        ("null_count", count(&|feature| Some(feature.summary.nulls))),
        ("dimension", count(&dimension)),
    ];
    let columns = columns.into_iter().map(|(name, (array, nullable))| (name, array, nullable));
    call.rows(RecordBatch::try_from_iter_with_nullable(columns)?)
}

/// `ml_training_info('model')`: BigQuery's columns, one row per iteration with the mean loss of the training rows after it, so
/// that the last is the model's; of least squares one row with the mean squared error. A model keeps neither times nor other losses: those columns are null.
///
/// The last row has what is known of the fit as a whole. `aic` counts coefficients, not the variance, as statsmodels does;
/// `r_squared` is of classification the share of deviance explained (`McFadden`'s).
pub(super) fn training(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    call.arguments.finish()?;
    let losses = &model.training_losses;
    let unknown = || Arc::new(Float64Array::new_null(losses.len())) as ArrayRef;
    let iterations = Int64Array::from_iter_values((0_i64..).take(losses.len()));
    let of_fit = |of: fn(&Goodness) -> Option<f64>| {
        let value = model.goodness.as_ref().and_then(of).unwrap_or(f64::NAN);
        let before = losses.len().saturating_sub(1);
        numbers(std::iter::repeat_n(f64::NAN, before).chain([value]).take(losses.len()))
    };
    call.rows(RecordBatch::try_from_iter_with_nullable([
        ("training_run", Arc::new(Int64Array::from(vec![0; losses.len()])) as ArrayRef, false),
        ("iteration", Arc::new(iterations), false),
        ("loss", numbers(losses.iter().copied()), true),
        ("eval_loss", unknown(), true),
        ("learning_rate", unknown(), true),
        ("duration_ms", Arc::new(Int64Array::new_null(losses.len())), true),
        ("deviance", of_fit(|goodness| Some(goodness.deviance)), true),
        ("null_deviance", of_fit(|goodness| Some(goodness.null_deviance)), true),
        ("log_likelihood", of_fit(|goodness| goodness.log_likelihood), true),
        ("aic", of_fit(Goodness::aic), true),
        ("r_squared", of_fit(|goodness| Some(goodness.r_squared())), true),
        ("adjusted_r_squared", of_fit(|goodness| Some(goodness.adjusted_r_squared())), true),
    ])?)
}
