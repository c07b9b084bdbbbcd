//! `ml_model_versions`: every version of a model, or of all.

use std::sync::Arc;

use datafusion::arrow::array::{BooleanArray, Float64Array, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};

use datafusion::logical_expr::LogicalPlan;

use super::call::Call;
use super::models::{created, quality, texts};
use crate::error::Result;
use crate::model::{Model, ModelName, ModelStore};

/// `ml_model_versions(['model'])`: one row per version that can be used, by model and number.
pub(super) fn versions(call: &mut Call<'_>) -> Result<LogicalPlan> {
    let store = call.store();
    let place = call.place();
    let name = call.arguments.model_name(|name| !store.versions(name).is_empty())?;
    call.arguments.finish()?;
    call.rows(rows(store, name.as_ref()).map_err(|error| error.at(place))?)
}

fn rows(store: &ModelStore, name: Option<&ModelName>) -> Result<RecordBatch> {
    let versions: Vec<Arc<Model>> = match name {
        None => store.names().iter().flat_map(|name| store.versions(name)).collect(),
        Some(name) => store.versions(name),
    };
    if let (Some(name), true) = (name, versions.is_empty()) {
        // There is no such model, or all its files are damaged.
        store.get(name)?;
    }
    let is_current = |model: &Model| store.current(&model.name).is_some_and(|current| current.version == model.version);
    let column = |of: &dyn Fn(&Model) -> String| texts(versions.iter().map(|model| of(model)));
    let created = versions.iter().map(|model| created(store, model));
    Ok(RecordBatch::try_from_iter_with_nullable(vec![
        ("model_name", column(&|model| model.name.to_string()), false),
        ("version", Arc::new(UInt32Array::from_iter_values(versions.iter().map(|model| model.version))), false),
        ("current", Arc::new(versions.iter().map(|model| Some(is_current(model))).collect::<BooleanArray>()), false),
        ("created", Arc::new(created.collect::<TimestampMicrosecondArray>().with_timezone_utc()), true),
        ("data_fingerprint", column(&|model| model.data_fingerprint.clone()), false),
        ("metric", column(&|model| quality(model).0.into()), false),
        ("value", Arc::new(versions.iter().map(|model| quality(model).1).collect::<Float64Array>()), true),
        ("n_rows", Arc::new(UInt64Array::from_iter_values(versions.iter().map(|model| model.evaluation.n_rows))), false),
        ("statement", column(&|model| model.statement.clone()), false),
    ])?)
}
