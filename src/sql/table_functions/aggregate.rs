//! Figures of data as a DataFusion aggregate function, so that they are part of the query's plan: read in parallel, paid for from
//! the session's memory, stopped with the query.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, LargeListArray, ListArray, RecordBatch, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

use super::attributions::AttributionMeans;
use super::figures::Shown;
use super::scored::ScoredRowsAccumulator;
use crate::automl::KnownTarget;
use crate::error::Result;
use crate::model::Model;
use crate::udf::CompiledModel;

/// What an aggregate collects before it computes figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Collected {
    /// Raw predictions, the target, and a weight where its column has a name.
    Rows { target: KnownTarget, weight: Option<String> },
    /// Sums of attributions.
    Attributions,
}

/// `ml_evaluate(raw predictions, target [, weight])` and the like: the rows of a table function as a list of structs.
#[derive(Debug)]
pub(super) struct FiguresAggregate {
    name: &'static str,
    model: Arc<Model>,
    fingerprint: blake3::Hash,
    collected: Collected,
    shown: Shown,
    signature: Signature,
    return_type: DataType,
}

impl FiguresAggregate {
    /// The aggregate of a call; `rows` are the columns of its result.
    pub(super) fn new(name: &'static str, compiled: &CompiledModel, collected: Collected, shown: Shown, rows: &Schema) -> Self {
        let n_arguments = match &collected {
            Collected::Rows { weight: Some(_), .. } => 3,
            Collected::Rows { weight: None, .. } => 2,
            Collected::Attributions => 1,
        };
        Self {
            name,
            model: Arc::clone(compiled.model()),
            fingerprint: *compiled.fingerprint(),
            collected,
            shown,
            signature: Signature::any(n_arguments, Volatility::Immutable),
            return_type: DataType::List(item(rows)),
        }
    }
}

fn item(rows: &Schema) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(rows.fields().clone()), false))
}

/// The rows of a table function as one value.
pub(super) fn rows_as_value(rows: RecordBatch) -> Result<ScalarValue> {
    let item = item(&rows.schema());
    let offsets = OffsetBuffer::from_lengths([rows.num_rows()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(item, offsets, Arc::new(StructArray::from(rows)), None)?)))
}

/// The type of a state of numbers.
pub(super) fn numbers_type() -> DataType {
    DataType::LargeList(Arc::new(Field::new_list_field(DataType::Float64, false)))
}

/// Numbers as a state.
pub(super) fn numbers_as_value(numbers: Vec<f64>) -> Result<ScalarValue> {
    let item = Arc::new(Field::new_list_field(DataType::Float64, false));
    let offsets = OffsetBuffer::from_lengths([numbers.len()]);
    let values: ArrayRef = Arc::new(Float64Array::from(numbers));
    Ok(ScalarValue::LargeList(Arc::new(LargeListArray::try_new(item, offsets, values, None)?)))
}

impl AggregateUDFImpl for FiguresAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(self.return_type.clone())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        let fields = match self.collected {
            Collected::Rows { .. } => ScoredRowsAccumulator::state_types(),
            Collected::Attributions => AttributionMeans::state_types(),
        };
        let field =
            |(name, data_type): (&str, DataType)| Arc::new(Field::new(format_state_name(args.name, name), data_type, true));
        Ok(fields.into_iter().map(field).collect())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        let model = Arc::clone(&self.model);
        Ok(match &self.collected {
            Collected::Rows { target, weight } => {
                Box::new(ScoredRowsAccumulator::new(model, target.clone(), weight.clone(), self.shown.clone()))
            }
            Collected::Attributions => Box::new(AttributionMeans::new(model, self.shown.clone())),
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

// Two aggregates are the same if they show the same of models with the same content.
impl PartialEq for FiguresAggregate {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.fingerprint == other.fingerprint
            && self.collected == other.collected
            && self.shown == other.shown
            && self.return_type == other.return_type
    }
}

impl Eq for FiguresAggregate {}

impl Hash for FiguresAggregate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.fingerprint.hash(state);
    }
}
