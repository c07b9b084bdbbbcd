//! `UNNEST` in `FROM`, in the syntax tree.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, OrderBy, Query, Select, SetExpr, Spanned as _, TableFactor, TableWithJoins,
    Value, ValueWithSpan, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::BigQueryDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::super::build::call;
use super::super::structs;
use super::relation::Unnested;
use super::{mark, whole};
use crate::error::{Error, Result};

/// The alias of an array that has none.
const UNNAMED: &str = "unnested";
/// The name of an element's place that has none.
const OFFSET: &str = "offset";

/// Writes out the arrays of a query.
pub(in super::super) fn write_out<V: VisitMut>(query: &mut V) -> Result<()> {
    match query.visit(&mut Arrays) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Arrays;

impl VisitorMut for Arrays {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        flow(in_body(&mut query.body, query.order_by.as_mut()))
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        flow(mark::mark(expr))
    }

    /// The data of a table function is a query as well.
    fn post_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<Error> {
        mark::unmark_arguments(relation);
        ControlFlow::Continue(())
    }
}

fn flow(result: Result<()>) -> ControlFlow<Error> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}

fn in_body(body: &mut SetExpr, order_by: Option<&mut OrderBy>) -> Result<()> {
    match body {
        SetExpr::Select(select) => in_select(select, order_by),
        SetExpr::SetOperation { left, right, .. } => {
            in_body(left, None)?;
            in_body(right, None)
        }
        _ => Ok(()),
    }
}

fn in_select(select: &mut Select, order_by: Option<&mut OrderBy>) -> Result<()> {
    let relations = select.from.iter_mut().flat_map(|item| {
        let joined = item.joins.iter_mut().map(|join| &mut join.relation);
        std::iter::once(&mut item.relation).chain(joined)
    });
    let mut aliases = Vec::new();
    for relation in relations {
        if let TableFactor::UNNEST { alias, .. } = relation {
            aliases.push(alias.as_ref().map_or_else(|| unnamed(aliases.len()), |alias| alias.name.clone()));
        }
    }
    if aliases.is_empty() {
        return Ok(());
    }
    let taken_whole = whole::name(select, order_by, &aliases)?;
    let mut aliases = aliases.into_iter();
    let mut add = |from: &mut Vec<TableWithJoins>, relation: TableFactor, join: Beside| -> Result<()> {
        let alias = aliases.next().unwrap_or_else(|| unnamed(0));
        let whole = taken_whole.contains(&alias.value.to_lowercase());
        let place = relation.span();
        let (array, offset) = array_of(relation)?;
        let left = if from.is_empty() { None } else { Some(left_of(std::mem::take(from))?) };
        let unnested = Unnested { left, array, alias, offset, whole, is_outer: join.is_outer, on: join.on };
        from.push(TableWithJoins { relation: unnested.into_relation(place), joins: Vec::new() });
        Ok(())
    };
    let mut from: Vec<TableWithJoins> = Vec::new();
    for TableWithJoins { relation, joins } in std::mem::take(&mut select.from) {
        if matches!(relation, TableFactor::UNNEST { .. }) {
            add(&mut from, relation, Beside::default())?;
        } else {
            from.push(TableWithJoins { relation, joins: Vec::new() });
        }
        for join in joins {
            if matches!(join.relation, TableFactor::UNNEST { .. }) {
                let beside = beside(&join)?;
                add(&mut from, join.relation, beside)?;
            } else if let Some(last) = from.last_mut() {
                last.joins.push(join);
            }
        }
    }
    select.from = from;
    Ok(())
}

fn unnamed(count: usize) -> Ident {
    let name = if count == 0 { UNNAMED.to_owned() } else { format!("{UNNAMED}_{count}") };
    Ident::with_quote('`', name)
}

/// How elements stand beside the rows that they belong to.
#[derive(Default)]
struct Beside {
    /// Rows without elements stay.
    is_outer: bool,
    on: Option<Expr>,
}

fn beside(join: &Join) -> Result<Beside> {
    let (constraint, is_outer) = match &join.join_operator {
        JoinOperator::CrossJoin(constraint) | JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
            (constraint, false)
        }
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => (constraint, true),
        _ => {
            let error = Error::unsupported("a join with UNNEST but INNER, CROSS and LEFT JOIN").at(join.relation.span());
            return Err(error.with_hint("UNNEST stands behind the table that has the array"));
        }
    };
    let is_true = |on: &Expr| matches!(on, Expr::Value(ValueWithSpan { value: Value::Boolean(true), .. }));
    match constraint {
        JoinConstraint::None => Ok(Beside { is_outer, on: None }),
        JoinConstraint::On(on) if is_true(on) => Ok(Beside { is_outer, on: None }),
        JoinConstraint::On(on) if !is_outer => Ok(Beside { is_outer, on: Some(on.clone()) }),
        JoinConstraint::On(on) => {
            let error = Error::unsupported("LEFT JOIN UNNEST with a condition").at(on.span());
            Err(error.with_hint("join the query of what is wanted: LEFT JOIN (SELECT ... FROM t, UNNEST(array) AS p WHERE ...)"))
        }
        JoinConstraint::Using(_) | JoinConstraint::Natural => {
            let error = Error::unsupported("USING with UNNEST").at(join.relation.span());
            Err(error.with_hint("write ON with the condition"))
        }
    }
}

/// The array, and what the places of its elements are called if they are asked for.
fn array_of(relation: TableFactor) -> Result<(Expr, Option<Ident>)> {
    let place = relation.span();
    let TableFactor::UNNEST { alias, mut array_exprs, with_offset, with_offset_alias, with_ordinality } = relation else {
        return Err(Error::internal("an array is no array"));
    };
    if with_ordinality {
        let error = Error::unsupported("WITH ORDINALITY").at(place);
        return Err(error.with_hint("WITH OFFSET AS n counts elements from 0"));
    }
    if alias.is_some_and(|alias| !alias.columns.is_empty()) {
        let error = Error::unsupported("a list of columns behind UNNEST").at(place);
        return Err(error.with_hint("UNNEST(array) AS p has the fields of the elements, or is the element"));
    }
    let (Some(mut array), true) = (array_exprs.pop(), array_exprs.is_empty()) else {
        return Err(Error::unsupported("UNNEST of several arrays").at(place).with_hint("write UNNEST of each"));
    };
    // The planner looks for columns of an outer row in calls, not in brackets.
    if let Expr::Array(list) = &mut array
        && list.elem.iter().any(|element| !matches!(element, Expr::Value(_)))
    {
        structs::name_like_first(list)?;
        array = call("make_array", std::mem::take(&mut list.elem));
    }
    let offset = with_offset.then(|| with_offset_alias.unwrap_or_else(|| Ident::with_quote('`', OFFSET)));
    Ok((array, offset))
}

/// A query that reads what stands before an array.
fn left_of(from: Vec<TableWithJoins>) -> Result<Box<Query>> {
    let template = Parser::new(&BigQueryDialect {}).try_with_sql("SELECT 1 FROM t").and_then(|mut parser| parser.parse_query());
    let mut query = template.map_err(|_| Error::internal("a template cannot be read"))?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        let as_one = |mut left: TableWithJoins, right: TableWithJoins| {
            let relation = if right.joins.is_empty() {
                right.relation
            } else {
                TableFactor::NestedJoin { table_with_joins: Box::new(right), alias: None }
            };
            let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
            left.joins.push(Join { relation, global: false, join_operator });
            left
        };
        select.from = from.into_iter().reduce(as_one).into_iter().collect();
    }
    Ok(query)
}
