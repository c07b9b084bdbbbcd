//! `explain_model`: what a model's predictions depend on, as Redshift gives it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result as DataFusionResult, ScalarValue, TableReference, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::model::{Model, ModelName, ModelStore, Predictor};

/// The function `explain_model(model VARCHAR) -> VARCHAR`: JSON in the shape of Redshift's
/// `{"explanations": {"kernel_shap": {"label0": {"expected_value": v, "global_shap_values": {"feature": a, ...}}}}}`.
///
/// The values are those of `ml_global_explain`: how much each feature moves the raw prediction on average, without sign. The
/// expected value is the raw prediction where every feature has its training mean; of two labels it is the log-odds of the
/// positive one. For a linear model both are exact, not sampled. Of several labels, in their order, each has its own: `label0`,
/// `label1` and so on.
///
/// ```sql
/// SELECT explain_model('churn')
/// ```
pub(crate) fn explain_model(store: Arc<ModelStore>) -> ScalarUDF {
    ScalarUDF::new_from_impl(ExplainModel { store, signature: Signature::exact(vec![DataType::Utf8], Volatility::Stable) })
}

#[derive(Debug)]
struct ExplainModel {
    store: Arc<ModelStore>,
    signature: Signature,
}

impl ExplainModel {
    fn explain(&self, written: &str) -> Result<String> {
        Ok(json_of(model_of(&self.store, written)?.as_ref()))
    }
}

/// The model of a name: as it stands if that is there, else as SQL would read it.
pub(super) fn model_of(store: &ModelStore, written: &str) -> Result<Arc<Model>> {
    let as_it_stands = ModelName::new([written]);
    match store.current(&as_it_stands) {
        Some(model) => Ok(model),
        None => store.get(&ModelName::new(TableReference::parse_str(written).to_vec())),
    }
}

/// The explanation of a model.
fn json_of(model: &Model) -> String {
    let Predictor::Linear(outputs) = &model.predictor;
    let explained = outputs.iter().zip(&model.evaluation.attributions).enumerate().map(|(place, (linear, attributions))| {
        let at_means: f64 = linear.coefficients.iter().zip(&model.column_means).map(|(b, mean)| b * mean).sum();
        let values = model.features.iter().zip(attributions);
        let values: Map<String, Value> = values.map(|(feature, value)| (feature.name.clone(), Value::from(*value))).collect();
        let label = json!({ "expected_value": linear.intercept + at_means, "global_shap_values": values });
        (format!("label{place}"), label)
    });
    let explained: Map<String, Value> = explained.collect();
    json!({ "explanations": { "kernel_shap": explained } }).to_string()
}

impl ScalarUDFImpl for ExplainModel {
    fn name(&self) -> &'static str {
        "explain_model"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let [name] = args.args.as_slice() else { return exec_err!("explain_model takes the name of a model") };
        let names = name.to_array(args.number_rows)?;
        let Some(names) = names.as_string_opt::<i32>() else { return exec_err!("explain_model takes the name of a model") };
        let explained = names.iter().map(|name| name.map(|name| self.explain(name)).transpose());
        let explained: ArrayRef = Arc::new(explained.collect::<Result<StringArray>>().map_err(DataFusionError::from)?);
        Ok(match name {
            ColumnarValue::Scalar(_) if explained.len() == 1 => {
                ColumnarValue::Scalar(ScalarValue::try_from_array(&explained, 0)?)
            }
            _ => ColumnarValue::Array(explained),
        })
    }
}

// Two are the same if they look into the same store.
impl PartialEq for ExplainModel {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.store, &other.store)
    }
}

impl Eq for ExplainModel {}

impl Hash for ExplainModel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}
