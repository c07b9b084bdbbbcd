//! Statement → action.

use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::DFSchema;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{DdlStatement, DropTable, LogicalPlan};
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::sql::parser::Statement as HostStatement;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::dialect_from_str;

use super::ast::{AlterAction, AlterModel, CreateModel, DropModel, ShowModel, Source, Spanned};
use super::table_functions::{model_rows, report_rows, signature_rows};
use super::{Statement, alteration, expand_stars, parse, train_spec, write_out_tables};
use crate::context::{Event, IfExists, MlContext};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::{Model, ModelName, Report};
use crate::udf;

/// Parses a text in the dialect that the session is set to.
pub(crate) fn parse_with_session(text: &str, session: &SessionContext) -> Result<Vec<Statement>> {
    let state = session.state();
    let options = &state.config_options().sql_parser;
    let dialect =
        dialect_from_str(options.dialect).ok_or_else(|| Error::unsupported(format!("the SQL dialect {}", options.dialect)))?;
    parse(text, dialect.as_ref(), options.recursion_limit.get())
}

/// Runs a statement.
pub(crate) async fn execute(context: &MlContext, mut statement: Statement, options: SQLOptions) -> Result<DataFrame> {
    expand_stars(&mut statement, &|function| features_of(context, function))?;
    write_out_tables(&mut statement, &|table| context.session().table_exist(table.clone()).unwrap_or(false));
    if changes_models(&statement) {
        check_ddl_allowed(&statement, options)?;
    }
    let store = context.store();
    match statement {
        Statement::DataFusion(statement) => run_on_host(context, *statement, options).await,
        Statement::CreateModel(create) => create_model(context, *create).await,
        Statement::ExplainCreateModel { analyze, verbose, create } => explain(context, *create, analyze, verbose).await,
        Statement::ShowModels | Statement::ShowModel(ShowModel::All) => rows(context, model_rows(store)?),
        Statement::ShowModel(ShowModel::Name(name)) => {
            rows(context, report_rows(&show(context, find(context, &name)?.as_ref()))?)
        }
        Statement::DescribeModel { name } => rows(context, signature_rows(find(context, &name)?.as_ref())?),
        Statement::DropModel(drop) => drop_model(context, &drop),
        Statement::AlterModel(alter) => alter_model(context, &alter),
        Statement::RefreshModel { .. } | Statement::ExportModel(_) | Statement::ImportModel(_) => {
            Err(Error::unsupported(statement.keywords().unwrap_or_default())
                .with_hint("CREATE OR REPLACE MODEL trains again; a model's file can be copied to another store's folder"))
        }
    }
}

/// The arguments of a function that takes exactly a model's features.
fn features_of(context: &MlContext, function: &str) -> Option<Vec<String>> {
    let models = context.store().models();
    let model = models
        .iter()
        .find(|model| udf::function_names(&model.function, model.problem_type).iter().any(|name| name == function))?;
    Some(model.features.iter().map(|feature| feature.name.clone()).collect())
}

fn changes_models(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::CreateModel(_)
            | Statement::DropModel(_)
            | Statement::AlterModel(_)
            | Statement::RefreshModel { .. }
            | Statement::ExportModel(_)
            | Statement::ImportModel(_)
    )
}

/// A host that forbids DDL forbids ours. `SQLOptions` does not show what it allows, but answers for a plan.
fn check_ddl_allowed(statement: &Statement, options: SQLOptions) -> Result<()> {
    let plan = LogicalPlan::Ddl(DdlStatement::DropTable(DropTable {
        name: "t".into(),
        if_exists: true,
        schema: Arc::new(DFSchema::empty()),
    }));
    options.verify_plan(&plan).map_err(|_| {
        let statement = statement.keywords().unwrap_or_default().to_owned();
        ErrorKind::Forbidden { statement }.into()
    })
}

async fn run_on_host(context: &MlContext, statement: HostStatement, options: SQLOptions) -> Result<DataFrame> {
    let session = context.session();
    let plan = session.state().statement_to_plan(statement).await?;
    options.verify_plan(&plan)?;
    Ok(session.execute_logical_plan(plan).await?)
}

/// The model that a statement names.
fn find(context: &MlContext, name: &Spanned<ModelName>) -> Result<Arc<Model>> {
    context.store().get(name).map_err(|error| error.at(name.span))
}

fn rows(context: &MlContext, batch: RecordBatch) -> Result<DataFrame> {
    Ok(context.session().read_batch(batch)?)
}

/// The tables of the session's default schema.
fn known_tables(session: &SessionContext) -> Vec<String> {
    let state = session.state();
    let defaults = &state.config_options().catalog;
    let schema = session.catalog(&defaults.default_catalog).and_then(|catalog| catalog.schema(&defaults.default_schema));
    schema.map_or_else(Vec::new, |schema| schema.table_names())
}

/// The training query as DataFusion plans it.
///
/// The query is moved out of the statement: cloning a long one takes more stack than a thread may have.
async fn training_query(context: &MlContext, create: &mut CreateModel) -> Result<DataFrame> {
    let session = context.session();
    let state = session.state();
    let query = match std::mem::replace(&mut create.source.value, Source::Table(ast::ObjectName(Vec::new()))) {
        Source::Query(query) => query,
        Source::Table(table) => {
            let normalize = state.config_options().sql_parser.enable_ident_normalization;
            let table = object_name_to_table_reference(table, normalize)?;
            let known = known_tables(session);
            let similar = closest(table.table(), known.iter().map(String::as_str)).map(ToOwned::to_owned);
            return session.table(table).await.map_err(|error| {
                let error = Error::from(error).at(create.source.span);
                match &similar {
                    Some(similar) => error.with_hint(format!("did you mean {similar}?")),
                    None => error,
                }
            });
        }
    };
    let statement = HostStatement::Statement(Box::new(ast::Statement::Query(query)));
    let plan = state.statement_to_plan(statement).await?;
    // A query that writes, such as WITH … INSERT, is no training query.
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan)?;
    Ok(DataFrame::new(state, plan))
}

async fn create_model(context: &MlContext, mut create: CreateModel) -> Result<DataFrame> {
    #[allow(clippy::disallowed_methods, reason = "the report says how long training took; the model itself holds no clock")]
    let start = Instant::now();
    let (spec, notices) = train_spec(&create)?;
    notices.into_iter().for_each(|notice| context.tell(Event::Notice(notice)));
    let if_exists = match (create.or_replace, create.if_not_exists) {
        (true, _) => IfExists::Replace,
        (_, true) => IfExists::Keep,
        _ => IfExists::Fail,
    };
    let name = spec.name.clone();
    let query = training_query(context, &mut create).await?;
    let trained = context.create_model(spec, query, if_exists).await.map_err(|error| place(error, &create))?;
    let Some(model) = trained else {
        context.tell(Event::Notice(format!("model {name} exists already; it was left as it is")));
        return rows(context, report_rows(&show(context, find(context, &create.name)?.as_ref()))?);
    };
    let mut report = Report::default();
    report.push("model", "name", model.name.to_string(), format!("version {}", model.version));
    model
        .report
        .lines()
        .iter()
        .for_each(|line| report.push(&line.section, line.item.clone(), line.value.clone(), line.detail.clone()));
    report.push("time", "seconds", format!("{:.3}", start.elapsed().as_secs_f64()), "reading, training and saving");
    rows(context, report_rows(&report)?)
}

/// Points at the clause that an error is about.
fn place(error: Error, create: &CreateModel) -> Error {
    let span = match error.kind() {
        ErrorKind::ModelExists { .. } => Some(create.name.span),
        ErrorKind::FunctionExists { .. } => {
            let function = create.function.as_ref().map(|function| function.span);
            Some(function.unwrap_or(create.name.span))
        }
        ErrorKind::ColumnNotFound { role: "target", .. } => create.target.as_ref().map(|target| target.span),
        _ => None,
    };
    match span {
        Some(span) => error.at(span),
        None => error,
    }
}

async fn explain(context: &MlContext, mut create: CreateModel, analyze: bool, verbose: bool) -> Result<DataFrame> {
    let (spec, notices) = train_spec(&create)?;
    notices.into_iter().for_each(|notice| context.tell(Event::Notice(notice)));
    let query = training_query(context, &mut create).await?;
    let plans = query.clone().explain(verbose, analyze)?.collect().await?;
    let mut report = context.dry_run(spec, query).await.map_err(|error| place(error, &create))?;
    for batch in plans {
        let options = FormatOptions::default();
        let columns = batch
            .columns()
            .iter()
            .take(2)
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()?;
        let [kind, plan] = columns.as_slice() else { continue };
        for row in 0..batch.num_rows() {
            report.push("plan", kind.value(row).to_string(), plan.value(row).to_string(), "");
        }
    }
    rows(context, report_rows(&report)?)
}

/// What a model is now, and the report of its training.
fn show(context: &MlContext, model: &Model) -> Report {
    let mut report = Report::default();
    report.push("current", "model", model.name.to_string(), format!("version {}", model.version));
    if !model.description.is_empty() {
        report.push("current", "description", model.description.clone(), "");
    }
    for signature in udf::signatures(model) {
        report.push("current", "function", signature, "");
    }
    if let Some(threshold) = &model.threshold {
        report.push("current", "threshold", threshold.value.to_string(), threshold.chosen_by.clone());
    }
    let versions: Vec<String> = context.store().versions(&model.name).iter().map(|model| model.version.to_string()).collect();
    report.push("current", "versions", versions.join(", "), "");
    report.push("current", "statement", model.statement.clone(), "");
    for line in model.report.lines() {
        report.push(&line.section, line.item.clone(), line.value.clone(), line.detail.clone());
    }
    report
}

fn drop_model(context: &MlContext, drop: &DropModel) -> Result<DataFrame> {
    let store = context.store();
    let name = &drop.name;
    let current = store.current(name);
    match store.remove(name, drop.version.as_ref().map(|version| version.value)) {
        Err(error) if drop.if_exists && matches!(error.kind(), ErrorKind::ModelNotFound { .. }) => {
            context.tell(Event::Notice(format!("model {} does not exist; nothing was dropped", name.value)));
        }
        Err(error) => return Err(error.at(name.span)),
        Ok(()) => {
            // Dropping the newest version brings the one before it back.
            context.publish(name, current.as_deref())?;
        }
    }
    done(context)
}

fn alter_model(context: &MlContext, alter: &AlterModel) -> Result<DataFrame> {
    let model = match find(context, &alter.name) {
        Err(error) if alter.if_exists && matches!(error.kind(), ErrorKind::ModelNotFound { .. }) => {
            context.tell(Event::Notice(format!("model {} does not exist; nothing was changed", alter.name.value)));
            return done(context);
        }
        found => found?,
    };
    match &alter.action {
        AlterAction::Set(options) => {
            let change = alteration(options)?;
            let mut changed = model.as_ref().clone();
            if let Some(value) = change.threshold {
                let Some(threshold) = &mut changed.threshold else {
                    let span = options.iter().find(|option| option.key.value == "threshold").map(|option| option.key.span);
                    let error = Error::data(format!("model {} predicts a number, so it has no threshold", model.name));
                    return Err(error.at(span.unwrap_or(alter.name.span)));
                };
                threshold.value = value;
                threshold.chosen_by = "as set by ALTER MODEL".into();
            }
            if let Some(description) = change.description {
                changed.description = description;
            }
            context.store().update(changed)?;
            context.publish(&model.name, Some(&model))?;
        }
        AlterAction::Rename(new) => {
            context.store().rename(&model.name, new).map_err(|error| error.at(new.span))?;
            context.publish(new, Some(&model))?;
        }
        AlterAction::SetVersion(version) => {
            return Err(Error::unsupported("ALTER MODEL … SET VERSION").at(version.span));
        }
    }
    done(context)
}

/// The empty answer of a statement that has nothing to show.
fn done(context: &MlContext) -> Result<DataFrame> {
    Ok(context.session().read_empty().and_then(|frame| frame.limit(0, Some(0)))?)
}
