//! Plans a training query, `SELECT * FROM …` without DataFusion's comparison of each selected column with all before it, which
//! takes 12 seconds for 10,000 columns.

use datafusion::execution::SessionState;
use datafusion::logical_expr::expr::WildcardOptions;
use datafusion::logical_expr::utils::expand_wildcard;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::parser::Statement as HostStatement;
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, Statement, Value, WildcardAdditionalOptions,
};

use crate::error::{Error, Result};

/// The plan of a query: once optimised the same as DataFusion's.
///
/// The query is taken by value: cloning a long one takes more stack than a thread may have.
pub(super) async fn plan_query(state: &SessionState, mut query: Box<Query>) -> Result<LogicalPlan> {
    let star = take_star(&mut query);
    let plan = state.statement_to_plan(HostStatement::Statement(Box::new(Statement::Query(query)))).await?;
    let Some(star) = star else { return Ok(plan) };
    let LogicalPlan::Projection(projection) = plan else {
        return Err(Error::internal("a SELECT list is planned as something else than a projection"));
    };
    let rows = projection.input;
    let columns = expand_wildcard(rows.schema(), &rows, Some(&star))?;
    if columns.len() == rows.schema().fields().len() {
        return Ok(LogicalPlan::clone(&rows));
    }
    Ok(LogicalPlanBuilder::from(rows).project(columns)?.build()?)
}

/// Puts a constant in the place of a star that is all that a plain query selects. What the query reads does not change by that.
fn take_star(query: &mut Query) -> Option<WildcardOptions> {
    let has_clauses = query.order_by.is_some()
        || query.limit_clause.is_some()
        || query.fetch.is_some()
        || query.for_clause.is_some()
        || query.settings.is_some()
        || query.format_clause.is_some()
        || !query.locks.is_empty()
        || !query.pipe_operators.is_empty();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    if has_clauses || !is_plain(select) {
        return None;
    }
    let [SelectItem::Wildcard(star)] = select.projection.as_mut_slice() else { return None };
    let WildcardAdditionalOptions { opt_ilike: None, opt_replace: None, opt_rename: None, opt_alias: None, .. } = star else {
        return None;
    };
    let star = WildcardOptions { exclude: star.opt_exclude.take(), except: star.opt_except.take(), ..WildcardOptions::default() };
    select.projection = vec![SelectItem::UnnamedExpr(Expr::value(Value::Null))];
    Some(star)
}

/// Whether a SELECT has nothing but a list, FROM and WHERE.
fn is_plain(select: &Select) -> bool {
    let without_groups = matches!(&select.group_by, GroupByExpr::Expressions(by, with) if by.is_empty() && with.is_empty());
    without_groups
        && !select.from.is_empty()
        && select.distinct.is_none()
        && select.top.is_none()
        && select.exclude.is_none()
        && select.into.is_none()
        && select.lateral_views.is_empty()
        && select.prewhere.is_none()
        && select.connect_by.is_empty()
        && select.cluster_by.is_empty()
        && select.distribute_by.is_empty()
        && select.sort_by.is_empty()
        && select.having.is_none()
        && select.named_window.is_empty()
        && select.qualify.is_none()
        && select.value_table_mode.is_none()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::prelude::SessionContext;
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn parsed(text: &str) -> Box<Query> {
        Parser::new(&GenericDialect {}).try_with_sql(text).unwrap().parse_query().unwrap()
    }

    #[tokio::test]
    async fn plans_are_those_of_datafusion() {
        let session = SessionContext::new();
        for table in ["CREATE TABLE t AS VALUES (1, 2, 'x'), (3, 4, 'y')", "CREATE TABLE u AS VALUES (1, 5), (3, 6)"] {
            session.sql(table).await.unwrap().collect().await.unwrap();
        }
        for (text, is_star) in [
            ("SELECT * FROM t", true),
            ("SELECT * FROM t WHERE column1 > 2 AND column3 = 'y'", true),
            ("SELECT * EXCEPT (column1) FROM t", true),
            ("SELECT * EXCLUDE (column1, column3) FROM t AS s", true),
            ("SELECT * EXCLUDE column3 FROM t JOIN u USING (column1)", true),
            ("SELECT * EXCEPT (nope) FROM t", true),
            ("SELECT * FROM t, u WHERE t.column1 = u.column1", true),
            ("SELECT * FROM missing", true),
            ("WITH s AS (SELECT column1 AS a FROM t) SELECT * FROM s", true),
            ("SELECT *, column1 + 1 AS z FROM t", false),
            ("SELECT t.* FROM t", false),
            ("SELECT * REPLACE (0 AS column1) FROM t", false),
            ("SELECT DISTINCT * FROM t", false),
            ("SELECT * FROM t ORDER BY column1", false),
            ("SELECT * FROM t LIMIT 1", false),
            ("SELECT * FROM t UNION ALL SELECT * FROM t", false),
            ("SELECT *", false),
        ] {
            assert_eq!(take_star(&mut parsed(text)).is_some(), is_star, "{text}");
            let state = session.state();
            let ours = plan_query(&state, parsed(text)).await.map_err(|error| error.to_string());
            let theirs = state.create_logical_plan(text).await.map_err(|error| Error::from(error).to_string());
            let optimised = |plan: LogicalPlan| state.optimize(&plan).unwrap();
            assert_eq!(ours.map(optimised), theirs.map(optimised), "{text}");
        }
    }
}
