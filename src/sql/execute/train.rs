//! `CREATE MODEL` and `EXPLAIN CREATE MODEL`.

use std::time::Instant;

use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::Column;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::Expr;
use datafusion::prelude::DataFrame;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::VisitMut;

use super::manage::show;
use super::place::{place, source_of};
use super::{elsewhere, find, folds_case, is_bigquery, report, unpublished};
use crate::automl::TrainSpec;
use crate::context::{Event, IfExists, MlContext};
use crate::error::{Error, Result, closest};
use crate::model::{Model, Report, TransformPlan};
use crate::sql::ast::{CreateModel, Form, Source};
use crate::sql::places::Places;
use crate::sql::star::plan_query;
use crate::sql::{bigquery, preprocessors, replaced, train_spec, transform};

/// The training query as DataFusion plans it.
///
/// The query is moved out of the statement: cloning a long one takes more stack than a thread may have.
pub(super) async fn training_query(context: &MlContext, create: &mut CreateModel) -> Result<DataFrame> {
    let session = context.session();
    let state = session.state();
    let Some(source) = create.source.take() else { return Err(Error::internal("a model without a source is trained")) };
    let place = source.span;
    let mut places = Places::default();
    let query = match source.value {
        Source::Query(mut query) => {
            let _ = query.visit(&mut places);
            if matches!(create.form, Form::Options(_)) || is_bigquery(session) {
                bigquery::translate(query.as_mut(), session, &context.store().models()).await?;
            }
            replaced::look_up_in_query(&mut query, folds_case(session));
            query
        }
        Source::Queries(_) | Source::Job(_) => return Err(Error::internal("a model made elsewhere is trained")),
        Source::Table(table) => {
            let normalize = state.config_options().sql_parser.enable_ident_normalization;
            let table = object_name_to_table_reference(table, normalize)?;
            let known = elsewhere::known_tables(session);
            let similar = closest(table.table(), known.iter().map(String::as_str)).map(ToOwned::to_owned);
            return session.table(table).await.map_err(|error| {
                let error = Error::from(error).at(place);
                match &similar {
                    Some(similar) => error.with_hint(format!("did you mean {similar}?")),
                    None => error,
                }
            });
        }
    };
    let plan = plan_query(&state, query).await;
    let plan = plan.map_err(|error| elsewhere::explain(unpublished::explain(places.locate(error), context.store()), session))?;
    let plan = bigquery::evaluate(plan, &state)?;
    // A query that writes, such as WITH … INSERT, is no training query.
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan)?;
    Ok(DataFrame::new(state, plan))
}

/// Reads `TRANSFORM` or `PREPROCESSORS` over the columns of the training query, and adds the label to it that `TRANSFORM` computes.
pub(super) fn plan_transform(spec: &mut TrainSpec, create: &CreateModel, query: DataFrame) -> Result<DataFrame> {
    let schema = query.schema().as_arrow();
    spec.transform = match &create.form {
        Form::Options(form) => form.transform.as_ref().map(|items| transform::plan(items, schema, spec)).transpose()?,
        Form::Clauses(clauses) => match &clauses.preprocessors {
            Some(text) => preprocessors::plan(text, schema, spec)?,
            None => None,
        },
    };
    let Some(label) = spec.transform.as_ref().and_then(TransformPlan::label) else { return Ok(query) };
    let label = label.over(|name| Ok(Expr::Column(Column::from(query.schema().qualified_field_with_unqualified_name(name)?))))?;
    let names = query.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let name = names.into_iter().find(|name| name.eq_ignore_ascii_case(&spec.target)).unwrap_or_else(|| spec.target.clone());
    Ok(query.with_column(&name, label)?)
}

pub(super) async fn create_model(context: &MlContext, mut create: CreateModel) -> Result<DataFrame> {
    let watch = Stopwatch::start();
    let (mut spec, notices) = train_spec(&create)?;
    notices.into_iter().for_each(|notice| context.tell(Event::Notice(notice)));
    let (name, source) = (spec.name.clone(), source_of(&create));
    let query = training_query(context, &mut create).await?;
    let query = plan_transform(&mut spec, &create, query)?;
    let trained = context.create_model(spec, query, if_exists(&create)).await;
    let trained = trained.map_err(|error| place(error, &create, source))?;
    if let Some(model) = trained {
        return report(context, &training_report(&model, watch));
    }
    context.tell(Event::Notice(format!("model {name} exists already; it was left as it is")));
    report(context, &show(context, find(context, &create.name)?.as_ref()))
}

/// How long training took, for the report. The model itself holds no clock.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    #[allow(clippy::disallowed_methods, reason = "the report says how long training took")]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }
}

/// What a new version is called, what training said, and how long it took.
pub(super) fn training_report(model: &Model, watch: Stopwatch) -> Report {
    let mut report = Report::default();
    report.push("model", "name", model.name.to_string(), format!("version {}", model.version));
    report.append(&model.report);
    report.push("time", "seconds", format!("{:.3}", watch.0.elapsed().as_secs_f64()), "reading, training and saving");
    report
}

fn if_exists(create: &CreateModel) -> IfExists {
    match (create.or_replace, create.if_not_exists) {
        (true, _) => IfExists::Replace,
        (_, true) => IfExists::Keep,
        _ => IfExists::Fail,
    }
}

pub(super) async fn explain(context: &MlContext, mut create: CreateModel, analyze: bool, verbose: bool) -> Result<DataFrame> {
    let (mut spec, notices) = train_spec(&create)?;
    notices.into_iter().for_each(|notice| context.tell(Event::Notice(notice)));
    let source = source_of(&create);
    let query = training_query(context, &mut create).await?;
    let query = plan_transform(&mut spec, &create, query)?;
    let plan = query.clone().explain(verbose, analyze)?;
    let found = context.dry_run(spec, query, if_exists(&create)).await;
    let found = found.map_err(|error| place(error, &create, source))?;
    let Some(mut found) = found else {
        let mut kept = Report::default();
        let version = find(context, &create.name)?.version;
        let detail = format!("exists already, version {version}; nothing would be trained");
        kept.push("model", "name", create.name.to_string(), detail);
        return report(context, &kept);
    };
    for batch in plan.collect().await? {
        let options = FormatOptions::default();
        let columns = batch
            .columns()
            .iter()
            .take(2)
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, _>>()?;
        let [kind, plan] = columns.as_slice() else { continue };
        for row in 0..batch.num_rows() {
            found.push("plan", kind.value(row).to_string(), plan.value(row).to_string().trim_end(), "");
        }
    }
    report(context, &found)
}
