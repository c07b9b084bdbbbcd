//! What can be said of a statement without running it: neither its tables nor its models need be there.
//!
//! A statement that is right is never refused: what depends on tables and models is left to running it.

use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, Statement as HostStatement};

use super::ast::{AlterAction, CreateModel, Form};
use super::calls::{check_calls, transform_of};
use super::execute::{is_bigquery, local};
use super::{Statement, alteration, bigquery, bigquery_alteration, train_spec};
use crate::error::Result;

/// Checks a statement, in the dialect that the session is set to. It is used up: its queries are translated where they stand, since
/// copying a long one takes more stack than a thread may have.
pub(crate) fn check(mut statement: Statement, session: &SessionContext) -> Result<()> {
    match &statement {
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => {
            train_spec(create)?;
        }
        Statement::AlterModel(alter) => match &alter.action {
            AlterAction::Set(options) => alteration(options).map(|_| ())?,
            AlterAction::SetOptions(options) => bigquery_alteration(options).map(|_| ())?,
            AlterAction::Rename(_) | AlterAction::SetVersion(_) => {}
        },
        Statement::ExportModel(export) => local(&export.path).map(|_| ())?,
        Statement::ImportModel(import) => local(&import.path).map(|_| ())?,
        _ => {}
    }
    check_calls(&mut statement, session, None)?;
    check_translation(&mut statement, session)
}

/// Translates what is written in BigQuery's dialect, to find what cannot be.
fn check_translation(statement: &mut Statement, session: &SessionContext) -> Result<()> {
    let in_bigquery = is_bigquery(session);
    transform_of(statement).iter_mut().try_for_each(|item| bigquery::check(item, session))?;
    match statement {
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => {
            let CreateModel { source, form, .. } = create.as_mut();
            if !in_bigquery && matches!(form, Form::Clauses(_)) {
                return Ok(());
            }
            let queries = source.iter_mut().flat_map(|source| source.value.queries_mut());
            queries.into_iter().try_for_each(|query| bigquery::check(query, session))
        }
        Statement::DataFusion(host) if in_bigquery => check_host(host, session),
        _ => Ok(()),
    }
}

fn check_host(statement: &mut HostStatement, session: &SessionContext) -> Result<()> {
    match statement {
        HostStatement::Statement(statement) => bigquery::check(statement.as_mut(), session),
        HostStatement::Explain(explain) => check_host(&mut explain.statement, session),
        HostStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => bigquery::check(query.as_mut(), session),
            CopyToSource::Relation(_) => Ok(()),
        },
        HostStatement::CreateExternalTable(_) | HostStatement::Reset(_) => Ok(()),
    }
}
