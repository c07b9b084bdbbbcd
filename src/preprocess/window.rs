//! The analytic functions as DataFusion's window functions.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{PartitionEvaluator, Signature, Volatility, WindowUDFImpl};
use datafusion::physical_expr::expressions::Literal;

use super::analytic::{Analytic, AnalyticName};
use super::names;
use super::parameters::Parameter;

/// A function in a session.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct WindowFunction {
    function: AnalyticName,
    name: String,
    aliases: Vec<String>,
    signature: Signature,
}

impl WindowFunction {
    pub(super) fn new(function: AnalyticName) -> Self {
        let (name, aliases) = names(function.call());
        Self { function, name, aliases, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl WindowUDFImpl for WindowFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        Ok(self.function.call().coerce(found))
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        let types: Vec<DataType> = args.input_fields().iter().map(|field| field.data_type().clone()).collect();
        let result = self.function.result_type(&types)?;
        Ok(Arc::new(Field::new(args.name(), result, true)))
    }

    fn partition_evaluator(&self, args: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        let call = self.function.call();
        let mut settings = Vec::new();
        for (expr, Parameter(name, _)) in args.input_exprs().iter().zip(call.parameters).skip(1) {
            match expr.downcast_ref::<Literal>() {
                Some(literal) => settings.push(literal.value().clone()),
                None => return plan_err!("{name} of {} must be a constant", call.name),
            }
        }
        Ok(Box::new(WholePartition { analytic: Analytic::new(self.function, &settings)? }))
    }
}

/// Learns from all rows of a partition, then applies what it has learned to each.
#[derive(Debug)]
struct WholePartition {
    analytic: Analytic,
}

impl PartitionEvaluator for WholePartition {
    fn evaluate_all(&mut self, values: &[ArrayRef], _num_rows: usize) -> Result<ArrayRef> {
        let Some(values) = values.first() else { return plan_err!("a window function without arguments") };
        let learned = self.analytic.learn(values)?;
        learned.apply(&cast(values, &learned.input_type())?)
    }

    fn evaluate(&mut self, _: &[ArrayRef], _: &std::ops::Range<usize>) -> Result<ScalarValue> {
        plan_err!("{:?} needs all rows at once", self.analytic)
    }
}
