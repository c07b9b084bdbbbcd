//! The functions that the planner sees.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{DataFusionError, Result as DfResult, ScalarValue};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::compile::{Argument, CompiledModel};
use super::explain;
use super::outputs::probability_fields;
use super::signature::CallSignature;
use crate::error::{Error, ErrorKind, Result};
use crate::model::ProblemType;

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
        let return_type = match (output, compiled.labels()) {
            (Output::Label | Output::LabelAt, Some(labels)) => labels.data_type().clone(),
            (Output::Probabilities, _) => DataType::Struct(probability_fields(&model.target)),
            (Output::Explain, _) => explain::data_type(),
            _ => DataType::Float64,
        };
        let metadata =
            HashMap::from([("ml.model".into(), model.name.to_string()), ("ml.version".into(), model.version.to_string())]);
        let description = format!("{}; model {}, version {}.", output.describe(&model.target.name), model.name, model.version);
        let documentation = call.document(description);
        Ok(Self { name, output, call, signature, return_type, metadata, documentation, model: compiled })
    }

    /// The results of a batch. Shape: `(n_rows,)`.
    fn evaluate(&self, arguments: &[ColumnarValue], n_rows: usize) -> Result<ArrayRef> {
        let (threshold, features) = match (self.output, arguments) {
            (Output::LabelAt, [threshold, features @ ..]) => (Some(threshold), features),
            _ => (None, arguments),
        };
        let features: Vec<_> = features.iter().map(Argument::from).collect();
        let model = &self.model;
        Ok(match self.output {
            Output::Number | Output::Label => model.predictions(&features, n_rows)?,
            Output::LabelAt => {
                let Some(threshold) = threshold else { return Err(Error::internal("the threshold is missing")) };
                let thresholds = threshold.to_array_of_size(n_rows)?;
                model.predictions_at(&features, &read_thresholds(&self.name, &thresholds)?)?
            }
            Output::Probability => Arc::new(Float64Array::from(model.numbers(&features, n_rows)?)),
            Output::Probabilities => Arc::new(model.probabilities(&features, n_rows)?),
            Output::Explain => Arc::new(model.explanations(&features, n_rows)?),
        })
    }
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
