//! Statement → action.

mod elsewhere;
mod files;
mod manage;
mod place;
mod redshift;
mod refresh;
mod train;
mod unpublished;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::{DFSchema, ParamValues};
use datafusion::config::Dialect;
use datafusion::datasource::file_format::csv::CsvFormatFactory;
use datafusion::datasource::file_format::format_as_file_type;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::dml::CopyTo;
use datafusion::logical_expr::{DdlStatement, DropTable, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::sql::parser::{CopyToSource, Statement as HostStatement};
use datafusion::sql::sqlparser::dialect::{Dialect as HostDialect, dialect_from_str};

pub(super) use self::files::local;
use super::ast::{Form, ShowModel, Spanned};
use super::calls::check_calls;
use super::places::Places;
use super::table_functions::{model_rows, report_rows, signature_rows};
use super::walk::walk_host;
use super::{Statement, bigquery, expand_stars, parameters, parse, refuse_arrays, replaced, write_out_fields, write_out_tables};
use crate::context::MlContext;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelName, ProblemType, Report};
use crate::udf;

/// Parses a text in the dialect that the session is set to.
pub(crate) fn parse_with_session(text: &str, session: &SessionContext) -> Result<Vec<Statement>> {
    let limit = session.state().config_options().sql_parser.recursion_limit.get();
    parse(text, session_dialect(session)?.as_ref(), limit)
}

/// The dialect that the session is set to.
pub(crate) fn session_dialect(session: &SessionContext) -> Result<Box<dyn HostDialect>> {
    let name = session.state().config_options().sql_parser.dialect;
    dialect_from_str(name).ok_or_else(|| Error::unsupported(format!("the SQL dialect {name}")))
}

/// Runs a statement, with values for its parameters or without.
pub(crate) async fn execute(
    context: &MlContext,
    mut statement: Statement,
    options: SQLOptions,
    params: Option<ParamValues>,
) -> Result<DataFrame> {
    expand_stars(&mut statement, &|function| features_of(context, function))?;
    refuse_arrays(&mut statement, &|function| labels_of(context, function))?;
    check_calls(&mut statement, context.session(), Some(context.store()))?;
    if !is_in_bigquery(&statement, context.session()) {
        write_out_fields(&mut statement);
    }
    write_out_tables(&mut statement, &|table| context.session().table_exist(table.clone()).unwrap_or(false));
    parameters::bind(&mut statement, params.as_ref(), context.session())?;
    check_allowed(&statement, options)?;
    let store = context.store();
    match statement {
        Statement::DataFusion(statement) => run_on_host(context, *statement, options, params).await,
        Statement::CreateModel(create) => train::create_model(context, *create).await,
        Statement::ExplainCreateModel { analyze, verbose, create } => train::explain(context, *create, analyze, verbose).await,
        Statement::RefreshModel { name } => refresh::refresh(context, &name).await,
        Statement::ShowModels | Statement::ShowModel(ShowModel::All) => rows(context, model_rows(store)?),
        Statement::ShowModel(ShowModel::Name(name)) => report(context, &manage::show(context, find(context, &name)?.as_ref())),
        Statement::DescribeModel { name } => rows(context, signature_rows(find(context, &name)?.as_ref())?),
        Statement::DropModel(drop) => manage::drop_model(context, &drop),
        Statement::AlterModel(alter) => manage::alter_model(context, &alter),
        Statement::ExportModel(export) => files::export(context, &export),
        Statement::ImportModel(import) => files::import(context, &import),
        Statement::GrantModel(grant) => manage::grant(context, &grant),
    }
}

/// The arguments of a function that takes exactly a model's features.
fn features_of(context: &MlContext, function: &str) -> Option<Vec<String>> {
    let models = context.store().models();
    let model = models
        .iter()
        .find(|model| udf::function_names(&model.function, model.problem_type).iter().any(|name| name == function))?;
    Some(model.arguments().into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// The labels of a function that gives the probability of each.
fn labels_of(context: &MlContext, function: &str) -> Option<Vec<String>> {
    let base = function.strip_suffix("_probabilities")?;
    let models = context.store().models();
    let model = models.iter().find(|model| model.function == base && model.problem_type != ProblemType::Regression)?;
    Some(model.target.labels.iter().map(ToString::to_string).collect())
}

/// A host that forbids DDL forbids to change models, and one that forbids DML forbids to write files.
///
/// `SQLOptions` does not show what it allows, but answers for a plan.
fn check_allowed(statement: &Statement, options: SQLOptions) -> Result<()> {
    let (class, plan) = match statement {
        Statement::CreateModel(_)
        | Statement::DropModel(_)
        | Statement::AlterModel(_)
        | Statement::RefreshModel { .. }
        | Statement::ImportModel(_) => ("DDL", ddl()),
        Statement::ExportModel(_) => ("DML", dml()?),
        _ => return Ok(()),
    };
    options.verify_plan(&plan).map_err(|_| {
        let statement = statement.keywords().unwrap_or_default().to_owned();
        ErrorKind::Forbidden { statement, class }.into()
    })
}

/// A plan that writes a file.
fn dml() -> Result<LogicalPlan> {
    let nothing = LogicalPlanBuilder::empty(false).build()?;
    let csv = format_as_file_type(Arc::new(CsvFormatFactory::new()));
    Ok(LogicalPlan::Copy(CopyTo::new(Arc::new(nothing), String::new(), Vec::new(), csv, HashMap::new())))
}

/// A plan that changes what there is.
fn ddl() -> LogicalPlan {
    let schema = Arc::new(DFSchema::empty());
    LogicalPlan::Ddl(DdlStatement::DropTable(DropTable { name: "t".into(), if_exists: true, schema }))
}

async fn run_on_host(
    context: &MlContext,
    statement: HostStatement,
    options: SQLOptions,
    params: Option<ParamValues>,
) -> Result<DataFrame> {
    let session = context.session();
    let mut statement = statement;
    let mut places = Places::default();
    let _ = walk_host(&mut statement, &mut places);
    let is_bigquery = is_bigquery(session);
    if is_bigquery {
        translate_host(&mut statement, context).await?;
    }
    replaced::look_up(&mut statement, folds_case(session));
    let plan = session.state().statement_to_plan(statement).await;
    let mut plan =
        plan.map_err(|error| elsewhere::explain(unpublished::explain(places.locate(error.into()), context.store()), session))?;
    if is_bigquery {
        plan = bigquery::evaluate(plan, &session.state())?;
    }
    options.verify_plan(&plan)?;
    if let Some(params) = params {
        plan = plan.with_param_values(params)?;
    }
    Ok(session.execute_logical_plan(plan).await?)
}

/// Whether names without quotes are read in lower case.
fn folds_case(session: &SessionContext) -> bool {
    session.state().config_options().sql_parser.enable_ident_normalization
}

/// Whether the session reads BigQuery's dialect.
pub(super) fn is_bigquery(session: &SessionContext) -> bool {
    session.state().config_options().sql_parser.dialect == Dialect::BigQuery
}

/// Whether the queries of a statement are in BigQuery's dialect.
fn is_in_bigquery(statement: &Statement, session: &SessionContext) -> bool {
    let is_written_so = match statement {
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => matches!(create.form, Form::Options(_)),
        _ => false,
    };
    is_written_so || is_bigquery(session)
}

/// Translates a statement of BigQuery's dialect.
async fn translate_host(statement: &mut HostStatement, context: &MlContext) -> Result<()> {
    let mut inner = statement;
    while let HostStatement::Explain(explain) = inner {
        inner = &mut explain.statement;
    }
    let models = context.store().models();
    match inner {
        HostStatement::Statement(statement) => bigquery::translate(statement, context.session(), &models).await,
        HostStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => bigquery::translate(query, context.session(), &models).await,
            CopyToSource::Relation(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The model that a statement names.
fn find(context: &MlContext, name: &Spanned<ModelName>) -> Result<Arc<Model>> {
    context.store().get(name).map_err(|error| error.at(name.span))
}

fn rows(context: &MlContext, batch: RecordBatch) -> Result<DataFrame> {
    Ok(context.session().read_batch(batch)?)
}

fn report(context: &MlContext, report: &Report) -> Result<DataFrame> {
    rows(context, report_rows(report)?)
}

/// The empty answer of a statement that has nothing to show.
fn done(context: &MlContext) -> Result<DataFrame> {
    Ok(context.session().read_empty().and_then(|frame| frame.limit(0, Some(0)))?)
}
