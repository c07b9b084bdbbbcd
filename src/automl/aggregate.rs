//! A fold as a DataFusion aggregate function: the same state, carried by an ordinary plan.
//!
//! DataFusion folds each partition, sends the states as binary values and merges them; so does anything that distributes its
//! plans. The order of merging is then DataFusion's: results agree with other sources up to rounding.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

use super::fold::{Fold, Rows};
use crate::model::{ColumnLayout, Feature};

/// Rows that are folded at once.
const BLOCK: usize = 1024;

/// `fold(feature, …, target) -> BINARY`: the state of all rows, as little-endian doubles. Rows whose target is null are left
/// out.
pub(crate) struct FoldAggregate<F> {
    fold: Arc<F>,
    features: Arc<Vec<Feature>>,
    layout: Arc<ColumnLayout>,
    /// Tells functions apart: two folds with different parameters are different functions.
    name: String,
    signature: Signature,
}

impl<F> FoldAggregate<F> {
    /// The function of a fold over encoded rows; its name must differ for every set of parameters.
    pub(crate) fn new(name: String, fold: F, features: Arc<Vec<Feature>>) -> Self {
        let layout = Arc::new(ColumnLayout::new(&features));
        let signature = Signature::any(features.len() + 1, Volatility::Immutable);
        Self { fold: Arc::new(fold), features, layout, name, signature }
    }
}

impl<F> fmt::Debug for FoldAggregate<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoldAggregate").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<F> PartialEq for FoldAggregate<F> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<F> Eq for FoldAggregate<F> {}

impl<F> Hash for FoldAggregate<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl<F: Fold + Send + 'static> AggregateUDFImpl for FoldAggregate<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(FoldAccumulator {
            state: self.fold.start(),
            fold: Arc::clone(&self.fold),
            features: Arc::clone(&self.features),
            layout: Arc::clone(&self.layout),
        }))
    }
}

struct FoldAccumulator<F: Fold> {
    fold: Arc<F>,
    state: F::State,
    features: Arc<Vec<Feature>>,
    layout: Arc<ColumnLayout>,
}

impl<F: Fold> fmt::Debug for FoldAccumulator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoldAccumulator").finish_non_exhaustive()
    }
}

impl<F: Fold> FoldAccumulator<F> {
    fn bytes(&self) -> ScalarValue {
        ScalarValue::Binary(Some(self.fold.write(&self.state).iter().flat_map(|number| number.to_le_bytes()).collect()))
    }
}

impl<F: Fold + Send + 'static> Accumulator for FoldAccumulator<F> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some((target, features)) = values.split_last() else { return exec_err!("a fold needs a target") };
        let y: &Float64Array = target.as_primitive::<Float64Type>();
        let known = datafusion::arrow::compute::is_not_null(y)?;
        let kept = |array: &ArrayRef| datafusion::arrow::compute::filter(array, &known);
        let features = features.iter().map(kept).collect::<Result<Vec<_>, _>>()?;
        let y = kept(target)?.as_primitive::<Float64Type>().values().to_vec();
        let rows = Rows { x: self.layout.encode(&self.features, &features, y.len())?, y, weight: None, raw: Vec::new() };
        for start in (0..rows.y.len()).step_by(BLOCK) {
            self.fold.fold(&mut self.state, &rows.block(start..(start + BLOCK).min(rows.y.len())));
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(states) = states.first() else { return exec_err!("a fold's state is missing") };
        for bytes in states.as_binary::<i32>().iter().flatten() {
            let (numbers, rest) = bytes.as_chunks::<8>();
            let numbers: Vec<f64> = numbers.iter().map(|number| f64::from_le_bytes(*number)).collect();
            let state = self.fold.read(&numbers).filter(|_| rest.is_empty());
            let state = state.ok_or_else(|| exec_datafusion_err!("a fold's state of {} bytes does not fit", bytes.len()))?;
            self.fold.merge(&mut self.state, state);
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.bytes()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.bytes())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.fold.write(&self.state).len() * size_of::<f64>()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::datasource::MemTable;
    use datafusion::logical_expr::AggregateUDF;
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::super::cancel::Cancel;
    use super::super::fold::RowSource;
    use super::super::in_memory::InMemory;
    use super::super::newton::NewtonFold;
    use super::super::normal_equations::NormalEquations;
    use super::super::row_loss::RowLoss;
    use super::*;
    use crate::model::{CategoryEncoder, ColumnType, Encoder, FeatureSummary, LinearPredictor, NumberEncoder, NumberSource};

    fn features() -> Vec<Feature> {
        let number = NumberEncoder { source: NumberSource::Numeric, mean: 500.0, std_dev: 290.0, missing_indicator: true };
        let category = CategoryEncoder::new(["a", "b"].map(Arc::from));
        vec![
            Feature {
                name: "x".into(),
                column_type: ColumnType::Int64,
                encoder: Encoder::Number(number),
                summary: FeatureSummary::default(),
            },
            Feature {
                name: "c".into(),
                column_type: ColumnType::Utf8,
                encoder: Encoder::Category(category),
                summary: FeatureSummary::default(),
            },
        ]
    }

    /// One Newton step's sums through a plan with several partitions, and from rows in memory.
    #[tokio::test]
    async fn a_plan_folds_like_memory() {
        let features = Arc::new(features());
        let layout = Arc::new(ColumnLayout::new(&features));
        let at = LinearPredictor { intercept: -0.25, coefficients: vec![0.5, 0.125, 1.0, -1.0, 0.25, 2.0] };
        let fold = NewtonFold { layout: Arc::clone(&layout), loss: RowLoss::Logistic, at: at.clone() };

        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4).with_batch_size(100));
        let rows = "SELECT CASE WHEN value % 11 = 0 THEN NULL ELSE value END AS x,
                           CASE value % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'b' WHEN 2 THEN 'z' END AS c,
                           CASE WHEN value % 3 = 0 THEN 1.0 ELSE 0.0 END AS y
                    FROM generate_series(1, 1000)";
        let batches = session.sql(rows).await.unwrap().collect().await.unwrap();
        let table = MemTable::try_new(batches[0].schema(), batches.chunks(3).map(<[_]>::to_vec).collect()).unwrap();
        session.register_table("t", Arc::new(table)).unwrap();
        session.register_udaf(AggregateUDF::new_from_impl(FoldAggregate::new("step_0".into(), fold, Arc::clone(&features))));
        let result = session.sql("SELECT step_0(x, c, y) FROM t").await.unwrap().collect().await.unwrap();
        let bytes = result[0].column(0).as_binary::<i32>().value(0).to_vec();
        let numbers: Vec<f64> = bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect();
        let through_plan = NormalEquations::read(&layout, &numbers).unwrap();

        let all = datafusion::arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap();
        let x = layout.encode(&features, &all.columns()[..2], 1000).unwrap();
        let y = all.column(2).as_primitive::<Float64Type>().values().to_vec();
        let segments = std::iter::once(0..1000).collect();
        let source = InMemory::new(Rows { x, y, weight: None, raw: Vec::new() }, segments, 2, Cancel::default());
        let in_memory = source.run(&NewtonFold { layout, loss: RowLoss::Logistic, at }, &[0]).unwrap();
        let close = |(a, b): (f64, f64)| (a - b).abs() <= 1e-12 * a.abs().max(1.0);
        assert!(through_plan.write().into_iter().zip(in_memory.write()).all(close));
        assert_eq!(through_plan.n_rows, 1000);
    }
}
