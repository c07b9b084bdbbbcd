//! Goes through the queries of a statement, wherever it has them.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as HostStatement};
use datafusion::sql::sqlparser::ast::{VisitMut, VisitorMut};

use super::ast::Statement;

/// Shows a visitor all queries and expressions of a statement.
pub(super) fn walk<V: VisitorMut>(statement: &mut Statement, visitor: &mut V) -> ControlFlow<V::Break> {
    match statement {
        Statement::DataFusion(host) => walk_host(host, visitor),
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => {
            let queries = create.source.iter_mut().flat_map(|source| source.value.queries_mut());
            queries.into_iter().try_for_each(|query| query.visit(visitor))
        }
        _ => ControlFlow::Continue(()),
    }
}

/// The same of a statement of DataFusion's.
pub(super) fn walk_host<V: VisitorMut>(statement: &mut HostStatement, visitor: &mut V) -> ControlFlow<V::Break> {
    match statement {
        HostStatement::Statement(statement) => statement.visit(visitor),
        HostStatement::Explain(explain) => walk_host(&mut explain.statement, visitor),
        HostStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(visitor),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        HostStatement::CreateExternalTable(_) | HostStatement::Reset(_) => ControlFlow::Continue(()),
    }
}
