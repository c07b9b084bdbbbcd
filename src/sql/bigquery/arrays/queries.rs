//! Queries over the arrays of outer rows, in a plan.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, DataFusionError, Result as DataFusionResult, ScalarValue};
use datafusion::execution::SessionState;
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::bool_and_or::bool_or_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, Exists, InSubquery, NullTreatment};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection, SortExpr, Subquery, lit, when};
use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use super::super::functions::{ElementQuery, QueryKind};
use super::reader::Reader;
use super::rows::{Rows, aggregate, coalesce, only};
use crate::error::{Error, Result};

/// What to write instead of a query that cannot be made a function of its array.
const INSTEAD: &str = "write UNNEST beside the table: FROM t, UNNEST(array) AS p";

/// Puts expressions of arrays in the places of the queries over them.
pub(crate) fn evaluate(plan: LogicalPlan, state: &SessionState) -> Result<LogicalPlan> {
    let mut has_query = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            has_query |= expr.exists(|expr| Ok(marked(expr).is_some()))?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    if !has_query {
        return Ok(plan);
    }
    Ok(plan.transform_up_with_subqueries(|node| in_node(node, state))?.data)
}

/// The queries of one node; those within them have been replaced before.
fn in_node(node: LogicalPlan, state: &SessionState) -> DataFusionResult<Transformed<LogicalPlan>> {
    let outer = merge_schema(&node.inputs());
    let names = NamePreserver::new(&node);
    let node = node.map_expressions(|expr| {
        let name = names.save(&expr);
        let expr = expr.transform_up(|expr| match marked(&expr) {
            Some(mark) => Ok(Transformed::yes(mark.expression(&outer, state).map_err(DataFusionError::from)?)),
            None => Ok(Transformed::no(expr)),
        })?;
        Ok(expr.update_data(|expr| name.restore(expr)))
    })?;
    // What is null anywhere below may be so here.
    node.map_data(LogicalPlan::recompute_schema)
}

/// A query where it was marked.
struct Mark<'a> {
    kind: QueryKind,
    place: Span,
    query: &'a Subquery,
    /// What is looked for in it.
    value: Option<&'a Expr>,
}

fn marked(expr: &Expr) -> Option<Mark<'_>> {
    let Expr::ScalarFunction(call) = expr else { return None };
    if call.name() != ElementQuery::NAME {
        return None;
    }
    let [Expr::Literal(kind, _), Expr::Literal(line, _), Expr::Literal(column, _), Expr::ScalarSubquery(query), value @ ..] =
        call.args.as_slice()
    else {
        return None;
    };
    let number = |value: &ScalarValue| match value {
        ScalarValue::Int64(Some(value)) => u64::try_from(*value).ok(),
        _ => None,
    };
    let location = Location::new(number(line)?, number(column)?);
    let kind = kind.try_as_str().flatten().and_then(QueryKind::read)?;
    Some(Mark { kind, place: Span::new(location, location), query, value: value.first() })
}

impl Mark<'_> {
    /// The expression that the query is.
    fn expression(&self, outer: &DFSchema, state: &SessionState) -> Result<Expr> {
        let plan = self.query.subquery.as_ref();
        if plan.all_out_ref_exprs().is_empty() {
            return self.as_it_stands();
        }
        let prefix = format!("element_{}_{}", self.place.start.line, self.place.start.column);
        let mut reader = Reader::new(state, outer.clone(), prefix);
        match reader.read(plan) {
            Ok(rows) => self.of_rows(&reader, rows),
            Err(_) if self.kind == QueryKind::Array && !reads_array(plan)? => self.as_it_stands(),
            Err(error) => Err(error.at(self.place).with_hint(INSTEAD)),
        }
    }

    fn of_rows(&self, reader: &Reader<'_>, rows: Rows) -> Result<Expr> {
        Ok(match self.kind {
            QueryKind::Value => match &rows {
                Rows::One(_) => rows.value()?.clone(),
                Rows::Many(_) => only(reader.array(&rows)?),
            },
            QueryKind::Array => {
                let array = reader.array(&rows)?;
                let empty = empty_list(&reader.type_of(&array)?)?;
                coalesce(array, empty)
            }
            QueryKind::Exists => rows.exist(),
            QueryKind::In => {
                let equal = self.wanted()?.clone().eq(rows.value()?.clone());
                let is_any = |condition: Expr| -> Result<Expr> {
                    let found = reader.array(&rows.clone().with(vec![condition]))?;
                    Ok(coalesce(aggregate(bool_or_udaf(), vec![found], vec![None]), lit(false)))
                };
                let unknown = when(is_any(equal.clone().is_null())?, lit(ScalarValue::Boolean(None))).otherwise(lit(false))?;
                when(is_any(equal)?, lit(true)).otherwise(unknown)?
            }
        })
    }

    fn wanted(&self) -> Result<&Expr> {
        self.value.ok_or_else(|| Error::internal("IN without a value"))
    }

    /// The query by itself, where it needs no array of an outer row.
    fn as_it_stands(&self) -> Result<Expr> {
        let subquery = self.query.clone();
        Ok(match self.kind {
            QueryKind::Value => Expr::ScalarSubquery(subquery),
            QueryKind::Exists => Expr::Exists(Exists { subquery, negated: false }),
            QueryKind::In => Expr::InSubquery(InSubquery::new(Box::new(self.wanted()?.clone()), subquery, false)),
            QueryKind::Array => {
                let array = gathered(&subquery.subquery)?;
                let list = array.schema().field(0).data_type().clone();
                let outer_ref_columns = array.all_out_ref_exprs();
                let query = Subquery { subquery: array.into(), outer_ref_columns, spans: subquery.spans };
                coalesce(Expr::ScalarSubquery(query), empty_list(&list)?)
            }
        })
    }
}

/// Whether an array of an outer row is taken apart.
fn reads_array(plan: &LogicalPlan) -> Result<bool> {
    Ok(plan.exists(|node| Ok(matches!(node, LogicalPlan::Unnest(_))))?)
}

fn empty_list(list: &DataType) -> Result<Expr> {
    Ok(lit(ScalarValue::new_default(list)?))
}

/// A query of one column as one array, in the query's order.
fn gathered(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let column = |plan: &LogicalPlan| Expr::Column(Column::from(plan.schema().qualified_field(0)));
    let (rows, value, order): (_, _, Vec<SortExpr>) = match plan {
        LogicalPlan::Sort(sort) => (sort.input.as_ref(), column(&sort.input), sort.expr.clone()),
        LogicalPlan::Projection(Projection { expr, input, .. }) => match (expr.as_slice(), input.as_ref()) {
            ([value], LogicalPlan::Sort(sort)) => (input.as_ref(), value.clone().unalias(), sort.expr.clone()),
            _ => (plan, column(plan), Vec::new()),
        },
        LogicalPlan::Limit(limit) => match limit.input.as_ref() {
            LogicalPlan::Sort(sort) => (plan, column(plan), sort.expr.clone()),
            _ => (plan, column(plan), Vec::new()),
        },
        _ => (plan, column(plan), Vec::new()),
    };
    let array = AggregateFunction::new_udf(array_agg_udaf(), vec![value], false, None, order, None::<NullTreatment>);
    let no_groups: Vec<Expr> = Vec::new();
    Ok(LogicalPlanBuilder::from(rows.clone()).aggregate(no_groups, vec![Expr::AggregateFunction(array)])?.build()?)
}
