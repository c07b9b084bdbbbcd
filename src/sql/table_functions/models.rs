//! `ml_models` and what `SHOW MODEL` and `DESCRIBE MODEL` answer.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::Ident;

use super::call::Call;
use crate::error::Result;
use crate::model::{Encoder, Input, Model, ModelStore, ProblemType, Report, Transform, quote_identifier};

pub(super) fn texts(values: impl IntoIterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// The metric that sums a model up, and its value where it is defined.
pub(super) fn quality(model: &Model) -> (&'static str, Option<f64>) {
    let name = match model.problem_type {
        ProblemType::Binary => "roc_auc",
        ProblemType::Multiclass => "accuracy",
        ProblemType::Regression => "r2_score",
    };
    (name, model.evaluation.metric(name).map(|metric| metric.value).filter(|value| !value.is_nan()))
}

/// When a version was made, in microseconds since 1970.
pub(crate) fn created(store: &ModelStore, model: &Model) -> Option<i64> {
    let since = store.created(&model.name, model.version)?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok()
}

/// `ml_models()`: one row per model, its current version.
pub(super) fn models(call: &mut Call<'_>) -> Result<LogicalPlan> {
    call.arguments.finish()?;
    call.rows(model_rows(call.store())?)
}

/// The rows of `ml_models` and `SHOW MODELS`.
pub(crate) fn model_rows(store: &ModelStore) -> Result<RecordBatch> {
    let models = store.models();
    let created = models.iter().map(|model| created(store, model));
    let column = |of: &dyn Fn(&Model) -> String| texts(models.iter().map(|model| of(model)));
    Ok(RecordBatch::try_from_iter_with_nullable(vec![
        ("model_name", column(&|model| model.name.to_string()), false),
        ("version", Arc::new(UInt32Array::from_iter_values(models.iter().map(|model| model.version))), false),
        ("problem_type", column(&|model| model.problem_type.name().into()), false),
        ("target", column(&|model| model.target.name.clone()), false),
        ("function_name", column(&|model| model.function.clone()), false),
        (
            "threshold",
            Arc::new(
                models.iter().map(|model| model.threshold.as_ref().map(|threshold| threshold.value)).collect::<Float64Array>(),
            ),
            true,
        ),
        ("metric", column(&|model| quality(model).0.into()), false),
        ("value", Arc::new(models.iter().map(|model| quality(model).1).collect::<Float64Array>()), true),
        ("sample", column(&|model| model.evaluation.sample.name().into()), false),
        ("n_rows", Arc::new(UInt64Array::from_iter_values(models.iter().map(|model| model.evaluation.n_rows))), false),
        ("description", column(&|model| model.description.clone()), false),
        ("created", Arc::new(created.collect::<TimestampMicrosecondArray>().with_timezone_utc()), true),
    ])?)
}

/// A report as rows of (section, item, value, detail).
pub(crate) fn report_rows(report: &Report) -> Result<RecordBatch> {
    let lines = report.lines();
    Ok(RecordBatch::try_from_iter(vec![
        ("section", texts(lines.iter().map(|line| line.section.clone()))),
        ("item", texts(lines.iter().map(|line| line.item.clone()))),
        ("value", texts(lines.iter().map(|line| line.value.clone()))),
        ("detail", texts(lines.iter().map(|line| line.detail.clone()))),
    ])?)
}

/// The arguments of a model's functions: name, type, and what becomes of them.
pub(crate) fn signature_rows(model: &Model) -> Result<RecordBatch> {
    if let Some(transform) = &model.transform {
        return transform_rows(model, transform);
    }
    let features = &model.features;
    let encoding = |encoder: &Encoder| match encoder {
        Encoder::Ignored(reason) => ("ignored".to_owned(), reason.describe().to_owned()),
        Encoder::Number(number) => {
            let null = if number.missing_indicator { ", null is marked" } else { "" };
            ("number".to_owned(), format!("mean {}, std_dev {}{null}", number.mean, number.std_dev))
        }
        Encoder::Category(category) => {
            let values: Vec<&str> = category.values().iter().map(AsRef::as_ref).collect();
            ("category".to_owned(), values.join(", "))
        }
        Encoder::Calendar(calendar) => {
            let parts: Vec<&str> = calendar.parts.iter().map(|(part, _)| part.name()).collect();
            ("calendar".to_owned(), parts.join(", "))
        }
        Encoder::List(elements) => ("list".to_owned(), format!("{} numbers", elements.len())),
        Encoder::Struct(fields) => {
            let fields: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            ("struct".to_owned(), fields.join(", "))
        }
    };
    Ok(RecordBatch::try_from_iter(vec![
        ("argument", texts(features.iter().map(|feature| feature.name.clone()))),
        ("data_type", texts(features.iter().map(|feature| feature.column_type.sql_name()))),
        ("encoding", texts(features.iter().map(|feature| encoding(&feature.encoder).0))),
        ("detail", texts(features.iter().map(|feature| encoding(&feature.encoder).1))),
    ])?)
}

/// The same of a model with `TRANSFORM`: per argument, which features are computed from it.
fn transform_rows(model: &Model, transform: &Transform) -> Result<RecordBatch> {
    let inputs = transform.inputs();
    let features = model.features.iter().zip(transform.expressions());
    let features: Vec<_> = features
        .map(|(feature, expression)| (expression, format!("{expression} AS {}", quote_identifier(&feature.name))))
        .collect();
    let computed_from = |input: &Input| {
        let column = Ident::with_quote('"', &input.name).to_string();
        let features = features.iter().filter(|(expression, _)| expression.contains(&column));
        features.map(|(_, feature)| feature.as_str()).collect::<Vec<_>>().join(", ")
    };
    Ok(RecordBatch::try_from_iter(vec![
        ("argument", texts(inputs.iter().map(|input| input.name.clone()))),
        ("data_type", texts(inputs.iter().map(|input| input.column_type.sql_name()))),
        ("encoding", texts(inputs.iter().map(|_| "transform".to_owned()))),
        ("detail", texts(inputs.iter().map(computed_from))),
    ])?)
}
