//! The functions that the planner sees.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion::common::{DataFusionError, Result as DfResult, ScalarValue};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::compile::{Argument, CompiledModel};
use super::explain;
use super::label::Labels;
use super::signature::CallSignature;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ProblemType, Target, largest};

/// What a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Output {
    /// `f`: the prediction itself, `DOUBLE`.
    Number,
    /// `f`: the label at the model's threshold.
    Label,
    /// `f_at`: the label at the threshold that is the first argument.
    LabelAt,
    /// `f_probability`: the probability of the positive label.
    Probability,
    /// `f_probabilities`: the probability of each label.
    Probabilities,
    /// `f_explain`: how much each feature moves the raw prediction; of the predicted label, where there are several outputs.
    Explain,
}

impl Output {
    /// The functions of a kind of model.
    pub(super) fn of(problem_type: ProblemType) -> &'static [Self] {
        match problem_type {
            ProblemType::Binary => &[Self::Label, Self::LabelAt, Self::Probability, Self::Probabilities, Self::Explain],
            ProblemType::Multiclass => &[Self::Label, Self::Probabilities, Self::Explain],
            ProblemType::Regression => &[Self::Number, Self::Explain],
        }
    }

    /// The name of the function of a model with this base name.
    pub(super) fn function_name(self, base: &str) -> String {
        match self {
            Self::Number | Self::Label => base.to_owned(),
            Self::LabelAt => format!("{base}_at"),
            Self::Probability => format!("{base}_probability"),
            Self::Probabilities => format!("{base}_probabilities"),
            Self::Explain => format!("{base}_explain"),
        }
    }

    fn describe(self, target: &str) -> String {
        match self {
            Self::Number => format!("Predicts {target}"),
            Self::Label => format!("Predicts the label of {target}"),
            Self::LabelAt => format!("Predicts the label of {target} at a threshold in [0, 1]"),
            Self::Probability => format!("Predicts the probability of the positive label of {target}"),
            Self::Probabilities => format!("Predicts the probability of each label of {target}"),
            Self::Explain => format!("Says how much each feature moves the prediction of {target}"),
        }
    }
}

/// One function of a model.
#[derive(Debug)]
pub(super) struct ModelFunction {
    name: String,
    output: Output,
    model: Arc<CompiledModel>,
    /// None where the prediction is a number.
    labels: Option<Labels>,
    /// The model's own threshold, where it has two labels.
    threshold: f64,
    call: CallSignature,
    signature: Signature,
    return_type: DataType,
    metadata: HashMap<String, String>,
    documentation: Documentation,
}

impl ModelFunction {
    /// A function of a model.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the output does not fit the model.
    pub(super) fn new(compiled: Arc<CompiledModel>, output: Output) -> Result<Self> {
        let model = compiled.model();
        let name = output.function_name(&model.function);
        let call = CallSignature::new(&name, &model.features, output == Output::LabelAt);
        let signature = Signature::user_defined(Volatility::Immutable).with_parameter_names(call.parameter_names())?;
        let labels = Labels::new(&model.target)?;
        let return_type = match (output, &labels) {
            (Output::Label | Output::LabelAt, Some(labels)) => labels.data_type().clone(),
            (Output::Probabilities, _) => DataType::Struct(probability_fields(&model.target)),
            (Output::Explain, _) => explain::data_type(),
            _ => DataType::Float64,
        };
        let threshold = model.threshold.as_ref().map_or(0.5, |threshold| threshold.value);
        let metadata =
            HashMap::from([("ml.model".into(), model.name.to_string()), ("ml.version".into(), model.version.to_string())]);
        let description = format!("{}; model {}, version {}.", output.describe(&model.target.name), model.name, model.version);
        let documentation = call.document(description);
        Ok(Self { name, output, labels, threshold, call, signature, return_type, metadata, documentation, model: compiled })
    }

    /// The results of a batch. Shape: `(n_rows,)`.
    fn evaluate(&self, arguments: &[ColumnarValue], n_rows: usize) -> Result<ArrayRef> {
        let (threshold, features) = match (self.output, arguments) {
            (Output::LabelAt, [threshold, features @ ..]) => (Some(threshold), features),
            _ => (None, arguments),
        };
        let features: Vec<_> = features.iter().map(Argument::from).collect();
        let mut values = self.model.raw_predictions_of(&features, n_rows)?;
        if self.output == Output::Explain {
            let labels = largest(&values);
            return self.model.with_columns(&features, n_rows, |columns| self.model.explain(columns, &labels));
        }
        let model = self.model.model();
        if let (Output::Label, ProblemType::Multiclass, Some(labels)) = (self.output, model.problem_type, &self.labels) {
            return labels.of_rows(largest(&values).into_iter(), None);
        }
        model.link.inverse_all(&mut values);
        if self.output == Output::Probabilities {
            return probabilities(&model.target, values);
        }
        // All that is left has one output.
        let values = values.pop().unwrap_or_default();
        match (self.output, &self.labels) {
            (Output::Label, Some(labels)) => labels.of_rows(values.iter().map(|p| u32::from(*p >= self.threshold)), None),
            (Output::LabelAt, Some(labels)) => {
                let Some(threshold) = threshold else { return Err(Error::internal("the threshold is missing")) };
                let thresholds = threshold.to_array_of_size(n_rows)?;
                let thresholds = read_thresholds(&self.name, &thresholds)?;
                let positive = values.iter().zip(thresholds.values()).map(|(p, threshold)| u32::from(p >= threshold));
                labels.of_rows(positive, thresholds.nulls().cloned())
            }
            _ => Ok(Arc::new(Float64Array::from(values))),
        }
    }
}

/// One field per label, in the target's order.
fn probability_fields(target: &Target) -> Fields {
    target.labels.iter().map(|label| Field::new(label.to_string(), DataType::Float64, false)).collect()
}

/// The probabilities of all labels. A model with one output gives that of its second label, the positive one.
fn probabilities(target: &Target, mut values: Vec<Vec<f64>>) -> Result<ArrayRef> {
    if let [positive] = values.as_slice() {
        let negative = positive.iter().map(|p| 1.0 - p).collect();
        values.insert(0, negative);
    }
    let columns = values.into_iter().map(|values| Arc::new(Float64Array::from(values)) as ArrayRef).collect();
    Ok(Arc::new(StructArray::try_new(probability_fields(target), columns, None)?))
}

/// Thresholds of a batch, each null or in [0, 1].
fn read_thresholds(function: &str, array: &ArrayRef) -> Result<Float64Array> {
    if array.data_type() == &DataType::Null {
        return Ok(Float64Array::new_null(array.len()));
    }
    let Some(thresholds) = array.as_primitive_opt::<Float64Type>() else {
        return Err(Error::internal(format!("a threshold cannot be read from {}", array.data_type())));
    };
    match thresholds.iter().flatten().find(|threshold| !(0.0..=1.0).contains(threshold)) {
        Some(wrong) => Err(Error::data(format!("the threshold of {function} must be between 0 and 1, not {wrong}"))),
        None => Ok(thresholds.clone()),
    }
}

/// Faults of the data are execution errors, as of any other function.
fn to_datafusion(error: Error) -> DataFusionError {
    match error.kind() {
        ErrorKind::Data { .. } => DataFusionError::Execution(error.to_string()),
        _ => error.into(),
    }
}

impl ScalarUDFImpl for ModelFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> DfResult<Vec<DataType>> {
        Ok(self.call.coerce(arg_types))
    }

    fn return_type(&self, _arg_types: &[DataType]) -> DfResult<DataType> {
        Ok(self.return_type.clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> DfResult<FieldRef> {
        self.call.check(args.arg_fields)?;
        // Only a null threshold makes a null: missing features have a prediction too.
        let nullable = self.output == Output::LabelAt && args.arg_fields.first().is_some_and(|field| field.is_nullable());
        Ok(Arc::new(Field::new(&self.name, self.return_type.clone(), nullable).with_metadata(self.metadata.clone())))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DfResult<ColumnarValue> {
        let is_scalar = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let n_rows = if is_scalar { 1 } else { args.number_rows };
        let array = self.evaluate(&args.args, n_rows).map_err(to_datafusion)?;
        if is_scalar {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?))
        } else {
            Ok(ColumnarValue::Array(array))
        }
    }

    /// Refuses `*` where the planner asks for no type, as in `ORDER BY`; nothing is made simpler.
    fn simplify(&self, args: Vec<Expr>, _info: &SimplifyContext) -> DfResult<ExprSimplifyResult> {
        #[expect(deprecated, reason = "the planner still makes them")]
        let is_wildcard = |argument: &Expr| matches!(argument, Expr::Wildcard { .. });
        if args.iter().any(is_wildcard) { Err(self.call.wildcard()) } else { Ok(ExprSimplifyResult::Original(args)) }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

// Two functions are the same if they have the same name and their models the same content.
impl PartialEq for ModelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.model.fingerprint() == other.model.fingerprint()
    }
}

impl Eq for ModelFunction {}

impl Hash for ModelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.model.fingerprint().hash(state);
    }
}
