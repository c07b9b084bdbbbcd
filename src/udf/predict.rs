//! The functions that the planner sees.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{DataFusionError, Result as DfResult, ScalarValue};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::compile::{Argument, Columns, CompiledModel};
use super::output::{Output, numbered};
use super::signature::{CallSignature, Leading};
use crate::error::{Error, ErrorKind, Result};

/// One function of a model.
#[derive(Debug, Clone)]
pub(super) struct ModelFunction {
    name: String,
    output: Output,
    model: Arc<CompiledModel>,
    /// The threshold, where the model has two labels.
    threshold: f64,
    call: CallSignature,
    signature: Signature,
    return_type: DataType,
    metadata: HashMap<String, String>,
    documentation: Documentation,
    /// The call has been planned and its arguments fit. See [`ModelFunction::settled`].
    is_settled: bool,
}

impl ModelFunction {
    /// A function of a model.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the output does not fit the model.
    pub(super) fn new(compiled: Arc<CompiledModel>, output: Output) -> Result<Self> {
        let model = compiled.model();
        let name = output.function_name(&model.function);
        let call = CallSignature::new(&output.shown_name(&model.function), model, output.leading());
        let signature = Signature::user_defined(Volatility::Immutable).with_parameter_names(call.parameter_names())?;
        let return_type = output.data_type(&compiled);
        let threshold = compiled.threshold();
        let metadata =
            HashMap::from([("ml.model".into(), model.name.to_string()), ("ml.version".into(), model.version.to_string())]);
        let description = format!("{}; model {}, version {}.", output.describe(&model.target.name), model.name, model.version);
        let documentation = call.document(description);
        let model = compiled;
        Ok(Self { name, output, threshold, call, signature, return_type, metadata, documentation, model, is_settled: false })
    }

    /// The model.
    pub(super) fn compiled(&self) -> &Arc<CompiledModel> {
        &self.model
    }

    /// The same with a threshold other than the model's own.
    pub(super) fn with_threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }

    /// The same in a call that was planned.
    ///
    /// DataFusion's `push_down_leaf_projections` moves `f(x)['label']` below `CAST(x AS DOUBLE) AS x`, asks for its type there,
    /// where `x` is still text, and only then finds that it must not be moved. To that question an error would end the query.
    fn settled(&self) -> Self {
        Self { is_settled: true, ..self.clone() }
    }

    /// The results of a batch. Shape: `(n_rows,)`.
    fn evaluate(&self, arguments: &[ColumnarValue], n_rows: usize) -> Result<ArrayRef> {
        let (leading, features) = match (self.output.leading(), arguments) {
            (Some(_), [leading, features @ ..]) => (Some(leading), features),
            (Some(_), []) => return Err(Error::internal("the first argument is missing")),
            (None, _) => (None, arguments),
        };
        let leading = leading.map(|leading| leading.to_array_of_size(n_rows)).transpose()?;
        let features: Vec<_> = features.iter().map(Argument::from).collect();
        let model = &self.model;
        Ok(match self.output {
            Output::Number | Output::Label => model.predictions(&features, n_rows, self.threshold)?,
            Output::LabelAt => model.predictions_at(&features, &self.read_leading(leading, Leading::Threshold)?)?,
            Output::Interval => model.intervals(&features, &self.read_leading(leading, Leading::Level)?)?,
            Output::Probability => Arc::new(Float64Array::from(model.numbers(&features, n_rows)?)),
            Output::Probabilities => Arc::new(model.probabilities(&features, n_rows)?),
            Output::RankedProbabilities => model.ranked_probabilities(&features, n_rows)?,
            Output::Explain => Arc::new(model.explanations(&features, n_rows)?),
            Output::Explanation { top_k } => {
                let raw = model.raw_predictions_of(&features, n_rows)?;
                let threshold = model.labels().map(|_| self.threshold);
                model.with_columns(&features, n_rows, |columns| model.explanation(columns, &raw, top_k, threshold))?
            }
            Output::Raw => numbered(model.raw_predictions_of(&features, n_rows)?)?,
            Output::AbsoluteAttributions { by_output } => {
                // Says which feature is infinite, as a prediction would.
                model.raw_predictions_of(&features, n_rows)?;
                let attributions = |columns: &Columns<'_>| Ok(model.absolute_attributions(columns, n_rows, by_output));
                numbered(model.with_columns(&features, n_rows, attributions)?)?
            }
        })
    }

    /// The first arguments of a batch, each null or in the range that it must be in.
    fn read_leading(&self, array: Option<ArrayRef>, leading: Leading) -> Result<Float64Array> {
        let Some(array) = array else { return Err(Error::internal("the first argument is missing")) };
        if array.data_type() == &DataType::Null {
            return Ok(Float64Array::new_null(array.len()));
        }
        let Some(values) = array.as_primitive_opt::<Float64Type>() else {
            return Err(Error::internal(format!("a share cannot be read from {}", array.data_type())));
        };
        let name = &self.name;
        let fits = |value: &f64| match leading {
            Leading::Threshold => (0.0..=1.0).contains(value),
            Leading::Level => *value > 0.0 && *value < 1.0,
        };
        match (values.iter().flatten().find(|value| !fits(value)), leading) {
            (None, _) => Ok(values.clone()),
            (Some(wrong), Leading::Threshold) => {
                Err(Error::data(format!("the threshold of {name} must be between 0 and 1, not {wrong}")))
            }
            (Some(wrong), Leading::Level) => {
                Err(Error::data(format!("the level of {name} must be above 0 and below 1, such as 0.9, not {wrong}")))
            }
        }
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
        if !self.is_settled {
            self.call.check(args.arg_fields)?;
        }
        // Only a null threshold or level makes a null: missing features have a prediction too.
        let nullable = self.output.leading().is_some() && args.arg_fields.first().is_some_and(|field| field.is_nullable());
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

    /// Refuses `*` where the planner asks for no type, as in `ORDER BY`, and settles the call; nothing is made simpler.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> DfResult<ExprSimplifyResult> {
        #[expect(deprecated, reason = "the planner still makes them")]
        let is_wildcard = |argument: &Expr| matches!(argument, Expr::Wildcard { .. });
        if args.iter().any(is_wildcard) {
            return Err(self.call.wildcard());
        }
        // A parameter has no type before it has a value.
        let has_parameter = |argument: &Expr| argument.exists(|part| Ok(matches!(part, Expr::Placeholder(_)))).unwrap_or(true);
        if self.is_settled || args.iter().any(has_parameter) {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let field = |argument: &Expr| -> DfResult<FieldRef> {
            Ok(Arc::new(Field::new("argument", info.get_data_type(argument)?, info.nullable(argument)?)))
        };
        // Where the planner has asked for no type, as in `ORDER BY`, the next to ask is told what is wrong.
        let fits = |fields: DfResult<Vec<FieldRef>>| fields.and_then(|fields| self.call.check(&fields)).is_ok();
        if !fits(args.iter().map(field).collect()) {
            return Ok(ExprSimplifyResult::Original(args));
        }
        let settled = Arc::new(ScalarUDF::new_from_impl(self.settled()));
        Ok(ExprSimplifyResult::Simplified(settled.call(args)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

// Two functions are the same if they give the same of models with the same content.
impl PartialEq for ModelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.output == other.output
            && self.threshold.to_bits() == other.threshold.to_bits()
            && self.model.fingerprint() == other.model.fingerprint()
    }
}

impl Eq for ModelFunction {}

impl Hash for ModelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.output.hash(state);
        self.threshold.to_bits().hash(state);
        self.model.fingerprint().hash(state);
    }
}
