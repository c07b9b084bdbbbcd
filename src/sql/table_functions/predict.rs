//! `ml_predict` and `ml_explain_predict`: predictions beside the data they were made from.

use std::sync::Arc;

use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};

use super::call::Call;
use super::data::Data;
use super::evaluate::binary_only;
use crate::error::{Error, Result};
use crate::model::{Model, ProblemType};
use crate::udf::{self, CompiledModel, Output};

/// Features that an explanation names unless the call says how many.
const TOP_FEATURES: usize = 5;

/// `ml_predict('model', data)`: `predicted_<target>`, of a classifier also `predicted_<target>_probs`, a list of (label, prob)
/// with the likeliest first, and then the columns of the data, unless `keep_original_columns` is false. An ordinary projection: the
/// data's columns are matched with the features by name, and columns that the model does not know pass through.
pub(super) fn predict(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    let threshold = threshold(call, &model)?;
    let keeps = call.arguments.boolean("keep_original_columns")?.unwrap_or(true);
    let mut data = call.required_data()?;
    let compiled = call.compiled(&model)?;
    let features = data.features(&model)?;
    if !keeps {
        data.columns.clear();
    }
    let mut columns = vec![prediction(&compiled, features.clone(), threshold)?];
    if model.problem_type != ProblemType::Regression {
        let ranked = udf::function(&compiled, Output::RankedProbabilities, None)?;
        columns.push(ranked.call(features).alias(format!("{}_probs", predicted(&model))));
    }
    project(call, data, columns)
}

/// `ml_explain_predict('model', data)`: `predicted_<target>`; of a classifier the `probability` of that label;
/// `top_feature_attributions`, a list of (feature, attribution) with the largest first; `baseline_prediction_value`, the raw
/// prediction where every feature has its training mean; `prediction_value`, the raw prediction, which is the baseline plus all
/// attributions; `approximation_error`, which is 0; and then the columns of the data. Raw predictions are log-odds of the
/// positive label, the number itself or its logarithm, or one number per label, of which the predicted label's is explained.
pub(super) fn explain_predict(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let model = call.model()?;
    let top_k = call.arguments.count("top_k_features")?.unwrap_or(TOP_FEATURES);
    let threshold = threshold(call, &model)?;
    let data = call.required_data()?;
    let compiled = call.compiled(&model)?;
    let features = data.features(&model)?;
    let explanation = udf::function(&compiled, Output::Explanation { top_k }, threshold)?.call(features.clone());
    let part = |name: &str| get_field(explanation.clone(), name).alias(name);
    let mut columns = vec![prediction(&compiled, features, threshold)?];
    if model.problem_type != ProblemType::Regression {
        columns.push(part("probability"));
    }
    columns.extend(["top_feature_attributions", "baseline_prediction_value", "prediction_value"].map(part));
    columns.push(lit(0.0).alias("approximation_error"));
    project(call, data, columns)
}

/// The threshold of the call, which only fits a model of two labels.
fn threshold(call: &mut Call<'_>, model: &Model) -> Result<Option<f64>> {
    match call.arguments.threshold()? {
        Some(_) if model.threshold.is_none() => Err(binary_only(model)),
        threshold => Ok(threshold),
    }
}

/// The name of the prediction's column.
fn predicted(model: &Model) -> String {
    format!("predicted_{}", model.target.name)
}

/// The prediction of the model's published function.
fn prediction(compiled: &Arc<CompiledModel>, mut features: Vec<Expr>, threshold: Option<f64>) -> Result<Expr> {
    let model = compiled.model();
    let output = match (model.problem_type, threshold) {
        (ProblemType::Regression, _) => Output::Number,
        (_, None) => Output::Label,
        (_, Some(threshold)) => {
            features.insert(0, lit(threshold));
            Output::LabelAt
        }
    };
    Ok(udf::function(compiled, output, None)?.call(features).alias(predicted(model)))
}

/// New columns before those of the data.
fn project(call: &Call<'_>, data: Data, mut columns: Vec<Expr>) -> Result<LogicalPlan> {
    for column in &columns {
        let name = column.qualified_name().1;
        if data.columns.iter().any(|of_data| of_data.name == name) {
            let error = data.wrong(format!("the data has a column {name} already, which {} adds", call.name()));
            return Err(error.with_hint("leave it out of the data, or give it another name"));
        }
    }
    let place = data.place();
    columns.extend(data.columns.into_iter().map(|column| column.expr));
    let plan = LogicalPlanBuilder::from(data.plan).project(columns).map_err(|error| Error::from(error).at(place))?;
    Ok(plan.alias(call.name())?.build()?)
}
