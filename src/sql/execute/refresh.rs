//! `REFRESH MODEL`: the stored statement once more.

use std::sync::Arc;

use datafusion::prelude::DataFrame;
use datafusion::sql::sqlparser::ast::{Ident, ObjectName};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::manage::show;
use super::train::{Stopwatch, plan_transform, training_query, training_report};
use super::{find, parse_with_session, report};
use crate::context::{Event, MlContext};
use crate::error::{Error, Result};
use crate::model::{Model, ModelName};
use crate::sql::ast::{CreateModel, Form, Spanned, Statement};
use crate::sql::options::function_name;
use crate::sql::{parameters, train_spec};

pub(super) async fn refresh(context: &MlContext, name: &Spanned<ModelName>) -> Result<DataFrame> {
    let watch = Stopwatch::start();
    let model = find(context, name)?;
    if model.statement.is_empty() {
        let message = format!("model {} was made without a statement, so there is none to run again", model.name);
        return Err(Error::statement(message).at(name.span).with_hint("train it again the way it was made"));
    }
    // Places in the stored statement are not places in this one.
    let trained = run_again(context, &model).await.map_err(|error| match error.location() {
        Some(_) => error.in_text(&model.statement),
        None => error.at(name.span),
    })?;
    if let Some(new) = trained {
        return report(context, &training_report(&new, watch));
    }
    let message = format!("the data of model {} has not changed since version {}", model.name, model.version);
    context.tell(Event::Notice(format!("{message}; nothing was trained")));
    report(context, &show(context, &model))
}

/// The next version, or `None` if the data has not changed.
async fn run_again(context: &MlContext, model: &Arc<Model>) -> Result<Option<Arc<Model>>> {
    let mut create = stored_statement(context, model)?;
    let (mut spec, _) = train_spec(&create)?;
    spec.function.clone_from(&model.function);
    // The session remembers which files are in a folder, for ever unless told otherwise: new ones would go unseen.
    if let Some(listings) = context.session().runtime_env().cache_manager.get_list_files_cache() {
        listings.clear();
    }
    let query = training_query(context, &mut create).await?;
    let query = plan_transform(&mut spec, &create, query)?;
    context.refresh(model, spec, query).await
}

/// The statement that made a model, with the model's present name and functions: it may have been renamed, or come from elsewhere.
fn stored_statement(context: &MlContext, model: &Model) -> Result<CreateModel> {
    let statements = parse_with_session(&model.statement, context.session()).map_err(|error| {
        let hint = format!(
            "this is the statement stored in model {}; the session reads another dialect than it was written in, so set \
             datafusion.sql_parser.dialect, or use CREATE OR REPLACE MODEL",
            model.name
        );
        error.with_hint(hint)
    })?;
    let mut statements = statements.into_iter();
    let (Some(mut statement), None) = (statements.next(), statements.next()) else { return Err(not_ours(model)) };
    parameters::bind(&mut statement, None, context.session())?;
    let Statement::CreateModel(mut create) = statement else { return Err(not_ours(model)) };
    create.name.value = model.name.clone();
    if function_name(&create) != model.function
        && let Form::Clauses(clauses) = &mut create.form
    {
        let function = Ident::with_quote('"', model.function.clone());
        clauses.function = Some(Spanned::new(ObjectName::from(vec![function]), Span::empty()));
    }
    Ok(*create)
}

fn not_ours(model: &Model) -> Error {
    Error::statement(format!("what is stored in model {} is not the statement that made it", model.name))
        .with_hint("use CREATE OR REPLACE MODEL")
}
