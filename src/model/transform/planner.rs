//! Plans expressions over columns, the same in every session: with DataFusion's own functions, ours, and the steps of a transform.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, DataFusionError, ScalarValue};
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility};
use datafusion::physical_expr::PhysicalExpr;

use super::Input;
use super::step_function::StepFunction;
use crate::bigquery;
use crate::error::{Error, Result};
use crate::preprocess::{self, Learned};

/// Characters of an expression, and operators in it: the tree of a chain `a + b + …` is as deep as the chain is long, and a file may
/// come from anywhere.
const MAX_LENGTH: usize = 16_000;
const MAX_OPERATORS: usize = 1_000;
/// Operators that are words.
const WORDS: [&str; 9] = ["and", "at", "between", "collate", "in", "is", "like", "not", "or"];

/// DataFusion as it comes, with our functions. It reads its own dialect, whatever a user's session reads.
static STATE: LazyLock<SessionState> = LazyLock::new(|| {
    let mut state = SessionStateBuilder::new().with_default_features().build();
    for function in preprocess::scalar_functions().into_iter().chain(bigquery::functions()) {
        // A name that is new cannot be refused.
        let _ = state.register_udf(function);
    }
    state
});

/// Plans expressions over some columns.
pub(super) struct Planner {
    state: SessionState,
    schema: DFSchema,
}

impl Planner {
    /// A planner of expressions over columns of the types that models know.
    pub(super) fn new(inputs: &[Input]) -> Result<Self> {
        let field = |input: &Input| Field::new(&input.name, input.column_type.to_arrow(), true);
        Self::over(Schema::new(inputs.iter().map(field).collect::<Vec<_>>()))
    }

    pub(super) fn over(schema: Schema) -> Result<Self> {
        Ok(Self { state: STATE.clone(), schema: DFSchema::try_from(schema)? })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        SchemaRef::clone(self.schema.inner())
    }

    /// Lets expressions call a step.
    pub(super) fn add_step(&mut self, name: &str, learned: Learned) {
        // The old one, if there was one, is not needed.
        let _ = self.state.register_udf(Arc::new(ScalarUDF::new_from_impl(StepFunction::new(name, learned))));
    }

    /// An expression, with its type and the columns that it is computed from.
    ///
    /// # Errors
    /// If it cannot be planned, or is not one that gives the same value for the same row.
    pub(super) fn plan(&self, text: &str) -> Result<Planned> {
        let expr = self.logical(text)?;
        let calls = calls(&expr)?;
        let columns = expr.column_refs().into_iter().cloned().collect();
        let expr = self.with_casts(expr).map_err(of_this_text)?;
        let physical = self.state.create_physical_expr(expr, &self.schema).map_err(of_this_text)?;
        let data_type = physical.data_type(self.schema.as_arrow()).map_err(of_this_text)?;
        Ok(Planned { physical, data_type, columns, calls })
    }

    /// `arrow_cast` becomes a cast while a query is optimised, which these expressions are not.
    fn with_casts(&self, expr: Expr) -> Result<Expr, DataFusionError> {
        let context = SimplifyContext::builder().with_schema(Arc::new(self.schema.clone())).build();
        let cast = |expr| match expr {
            Expr::ScalarFunction(call) if ["arrow_cast", "arrow_try_cast"].contains(&call.func.name()) => {
                Ok(match call.func.simplify(call.args, &context)? {
                    ExprSimplifyResult::Simplified(expr) => Transformed::yes(expr),
                    ExprSimplifyResult::Original(args) => {
                        Transformed::no(Expr::ScalarFunction(ScalarFunction::new_udf(call.func, args)))
                    }
                })
            }
            other => Ok(Transformed::no(other)),
        };
        Ok(expr.transform_up(cast)?.data)
    }

    /// An expression before its types are brought together.
    pub(super) fn logical(&self, text: &str) -> Result<Expr> {
        check_length(text)?;
        let expr = self.state.create_logical_expr(text, &self.schema).map_err(of_this_text)?;
        check_constancy(&expr)?;
        Ok(expr)
    }

    /// The value of an expression without columns.
    pub(super) fn constant(&self, text: &str) -> Result<Option<ScalarValue>> {
        let planned = self.plan(text)?;
        if !planned.columns.is_empty() {
            return Ok(None);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let nothing = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)?;
        Ok(Some(match planned.physical.evaluate(&nothing)? {
            ColumnarValue::Scalar(value) => value,
            ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0)?,
        }))
    }
}

/// An expression that can be evaluated.
pub(super) struct Planned {
    pub(super) physical: Arc<dyn PhysicalExpr>,
    pub(super) data_type: DataType,
    pub(super) columns: Vec<Column>,
    /// The names of the functions that it calls.
    pub(super) calls: Vec<String>,
}

fn calls(expr: &Expr) -> Result<Vec<String>> {
    let mut calls = Vec::new();
    expr.apply(|expr| {
        if let Expr::ScalarFunction(call) = expr {
            calls.push(call.func.name().to_owned());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(calls)
}

/// DataFusion's error without its place, which is one in the expression and not in the statement.
fn of_this_text(error: DataFusionError) -> Error {
    let message = Error::from(error).message().replace('\n', " ");
    Error::statement(message.strip_prefix("Error during planning: ").unwrap_or(&message))
}

fn check_length(text: &str) -> Result<()> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words = words.filter(|word| WORDS.iter().any(|joint| word.eq_ignore_ascii_case(joint))).count();
    let operators = text.matches(|c| "+-*/%|&^<>=!~:[".contains(c)).count();
    if text.len() > MAX_LENGTH || operators + words > MAX_OPERATORS {
        return Err(Error::statement("an expression of TRANSFORM is too long").with_hint("compute it in the training query"));
    }
    Ok(())
}

/// Refuses what is not computed from one row alone.
fn check_constancy(expr: &Expr) -> Result<()> {
    let mut fault = None;
    expr.apply(|expr| {
        let what = match expr {
            Expr::AggregateFunction(aggregate) => Some(format!("the aggregate {}", aggregate.func.name())),
            Expr::WindowFunction(window) => Some(format!("the window function {}", window.fun.name())),
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_) => Some("a query".into()),
            Expr::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => {
                Some(format!("{}, which does not always give the same", call.func.name()))
            }
            Expr::Placeholder(_) => Some("a parameter".into()),
            Expr::Unnest(_) => Some("UNNEST".into()),
            _ => None,
        };
        fault = what;
        Ok(if fault.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    match fault {
        Some(what) => Err(Error::unsupported(format!("{what} in TRANSFORM")).with_hint(
            "TRANSFORM computes each row from that row alone, or with the ML functions that have OVER (); the training query can do more",
        )),
        None => Ok(()),
    }
}
