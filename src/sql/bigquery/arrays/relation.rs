//! `UNNEST` in `FROM`, from the syntax tree to the plan.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, NullHandling, Result as DataFusionResult, TableReference, UnnestOptions};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions_nested::expr_fn::{array_length, range};
use datafusion::logical_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast, lit};
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, Ident, ObjectName, Query, SetExpr, Spanned as _, TableFactor, TableWithJoins, Value,
    ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::super::build::null;
use super::whole;
use crate::error::{Error, Result};

/// The relation's name in the syntax tree.
const NAME: &str = "bigquery_unnest";
/// Its columns before they have their own names.
const ELEMENT: &str = "__element";
const PLACE: &str = "__place";

/// An array in `FROM`, with all that stands before it.
pub(super) struct Unnested {
    /// A query that reads what stands before it.
    pub(super) left: Option<Box<Query>>,
    pub(super) array: ast::Expr,
    pub(super) alias: Ident,
    /// What the places of elements are called.
    pub(super) offset: Option<Ident>,
    /// There is a column of whole elements.
    pub(super) whole: bool,
    /// Rows without elements stay.
    pub(super) is_outer: bool,
    pub(super) on: Option<ast::Expr>,
}

impl Unnested {
    /// As a call of a table function, which the syntax tree has a place for.
    pub(super) fn into_relation(self, place: Span) -> TableFactor {
        let truth = |value: bool| ast::Expr::value(Value::Boolean(value));
        let args = vec![
            self.left.map_or_else(null, ast::Expr::Subquery),
            self.array,
            ast::Expr::Identifier(self.alias),
            self.offset.map_or_else(null, ast::Expr::Identifier),
            truth(self.whole),
            truth(self.is_outer),
            self.on.unwrap_or_else(null),
        ];
        TableFactor::Function {
            lateral: false,
            name: ObjectName::from(vec![Ident::with_span(place, NAME)]),
            args: args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect(),
            with_ordinality: false,
            alias: None,
        }
    }

    fn read(args: &[FunctionArg]) -> Option<Self> {
        let expr = |arg: &FunctionArg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
            _ => None,
        };
        let args = args.iter().map(expr).collect::<Option<Vec<_>>>()?;
        let [left, array, ast::Expr::Identifier(alias), offset, whole, is_outer, on] = args.as_slice() else { return None };
        Some(Self {
            left: if let ast::Expr::Subquery(query) = left { Some(query.clone()) } else { None },
            array: array.clone(),
            alias: alias.clone(),
            offset: if let ast::Expr::Identifier(name) = offset { Some(name.clone()) } else { None },
            whole: is_true(whole),
            is_outer: is_true(is_outer),
            on: (!is_null(on)).then(|| on.clone()),
        })
    }
}

pub(super) fn is_unnest(name: &ObjectName) -> bool {
    name.to_string() == NAME
}

fn is_true(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Value(ValueWithSpan { value: Value::Boolean(true), .. }))
}

fn is_null(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Value(ValueWithSpan { value: Value::Null, .. }))
}

/// Where the first array stands, if a query begins with one.
pub(super) fn first_array(query: &Query) -> Option<Span> {
    let SetExpr::Select(select) = query.body.as_ref() else { return None };
    first_array_of(&select.from.first()?.relation)
}

fn first_array_of(relation: &TableFactor) -> Option<Span> {
    match relation {
        TableFactor::Function { name, args, .. } if is_unnest(name) => match args.first()? {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(ast::Expr::Subquery(left))) => first_array(left),
            _ => Some(name.span()),
        },
        TableFactor::Derived { subquery, .. } => first_array(subquery),
        TableFactor::NestedJoin { table_with_joins, .. } => first_array_of(&table_with_joins.relation),
        _ => None,
    }
}

/// Plans arrays in `FROM`.
#[derive(Debug)]
pub(crate) struct ArraysInFrom;

impl RelationPlanner for ArraysInFrom {
    fn plan_relation(
        &self,
        relation: TableFactor,
        planner: &mut dyn RelationPlannerContext,
    ) -> DataFusionResult<RelationPlanning> {
        if let TableFactor::Function { name, args, .. } = &relation
            && is_unnest(name)
            && let Some(unnested) = Unnested::read(args)
        {
            let plan = plan(unnested, name.span(), planner)?;
            return Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))));
        }
        Ok(RelationPlanning::Original(Box::new(relation)))
    }
}

fn plan(unnested: Unnested, place: Span, planner: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let has_tables = unnested.left.is_some();
    let left = match unnested.left.map(|query| *query.body) {
        Some(SetExpr::Select(mut select)) => match select.from.pop() {
            Some(item) => planner.plan(joined(item))?,
            None => return Err(Error::internal("UNNEST has nothing before it")),
        },
        Some(_) => return Err(Error::internal("UNNEST has no tables before it")),
        None => LogicalPlanBuilder::empty(true).build()?,
    };
    let array = planner.sql_to_expr(unnested.array, left.schema()).map_err(|error| Error::from(error).at(place))?;
    if has_tables && array.contains_outer() {
        let error = Error::unsupported("the array of an outer row beside a table").at(place);
        return Err(error.with_hint("write UNNEST of it in the outer query: FROM t, UNNEST(array) AS p"));
    }
    let array = match array.get_type(left.schema())? {
        DataType::List(_) | DataType::LargeList(_) => array,
        DataType::FixedSizeList(item, _) => cast(array, DataType::List(item)),
        DataType::Null => cast(array, DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)))),
        other => {
            let error = Error::statement(format!("UNNEST takes an array, not {other}")).at(place);
            return Err(error.with_hint("[x, y] makes an array, and SPLIT(text, ',') one of a text"));
        }
    };
    let mut columns: Vec<Expr> = left.schema().iter().map(Expr::from).collect();
    let kept = columns.clone();
    let mut lists = vec![Column::new_unqualified(ELEMENT)];
    if unnested.offset.is_some() {
        lists.push(Column::new_unqualified(PLACE));
        let length = cast(array_length(array.clone()), DataType::Int64);
        columns.push(range(lit(0_i64), length, lit(1_i64)).alias(PLACE));
    }
    columns.push(array.alias(ELEMENT));
    let null_handling = if unnested.is_outer { NullHandling::PreserveAndExpandEmpty } else { NullHandling::Drop };
    let options = UnnestOptions::default().with_null_handling(null_handling);
    let rows = LogicalPlanBuilder::from(left).project(columns)?.unnest_columns_with_options(lists, options)?;
    let element = Expr::Column(Column::new_unqualified(ELEMENT));
    let alias = planner.normalize_ident(unnested.alias);
    let qualifier = TableReference::bare(alias.clone());
    let called = |expr: Expr, name: &str| expr.alias_qualified(Some(qualifier.clone()), name);
    let mut columns = kept;
    match element.get_type(rows.schema())? {
        DataType::Struct(fields) => {
            columns.extend(fields.iter().map(|field| called(get_field(element.clone(), field.name().as_str()), field.name())));
        }
        _ => columns.push(called(element.clone(), &alias)),
    }
    if unnested.whole {
        columns.push(called(element, &whole::column_of(&alias)));
    }
    if let Some(offset) = unnested.offset {
        columns.push(Expr::Column(Column::new_unqualified(PLACE)).alias(planner.normalize_ident(offset)));
    }
    let rows = rows.project(columns)?;
    Ok(match unnested.on {
        Some(on) => {
            let on = planner.sql_to_expr(on, rows.schema())?;
            rows.filter(on)?.build()?
        }
        None => rows.build()?,
    })
}

fn joined(item: TableWithJoins) -> TableFactor {
    if item.joins.is_empty() {
        return item.relation;
    }
    TableFactor::NestedJoin { table_with_joins: Box::new(item), alias: None }
}
