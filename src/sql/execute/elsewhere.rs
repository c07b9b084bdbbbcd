//! What a query asks for and goes by another name here: of Redshift's, of BigQuery's, or misspelt.

use datafusion::prelude::SessionContext;

use super::is_bigquery;
use crate::error::{Error, ErrorKind, closest};
use crate::sql::bigquery;

/// Redshift's views of the models.
const VIEWS: [&str; 2] = ["stv_ml_model_info", "svv_ml_model_info"];

/// The tables of the session's default schema.
pub(super) fn known_tables(session: &SessionContext) -> Vec<String> {
    let state = session.state();
    let defaults = &state.config_options().catalog;
    let schema = session.catalog(&defaults.default_catalog).and_then(|catalog| catalog.schema(&defaults.default_schema));
    schema.map_or_else(Vec::new, |schema| schema.table_names())
}

/// The error of a query, or how it is said here.
pub(super) fn explain(error: Error, session: &SessionContext) -> Error {
    let message = match error.kind() {
        ErrorKind::DataFusion(inner) => inner.strip_backtrace(),
        _ => return error,
    };
    if message.contains("Invalid function 'forecast'") {
        let error = Error::unsupported("FORECAST, which is for models of type FORECAST,").at(error.span());
        return error.with_hint("LINEAR_LEARNER can be trained now, for regression and classification");
    }
    if let Some(view) = VIEWS.into_iter().find(|view| message.contains(&format!(".{view}' not found"))) {
        let error = Error::statement(format!("there is no {view}")).at(error.span());
        return error.with_hint("SHOW MODEL ALL and SELECT * FROM ml_models() list the models");
    }
    if let Some(field) =
        ["labels", "probabilities"].into_iter().find(|field| message.contains(&format!("Field {field} not found in struct")))
    {
        let what = format!("there is no field {field}: what f_probabilities(...) gives is a struct by label");
        let error = Error::statement(what).at(error.span());
        return error
            .with_hint("f_probabilities(...)['yes'] is the probability of the label yes, f(...) the label that is predicted");
    }
    if is_bigquery(session)
        && let Some(similar) = quoted(&message, "Invalid function '").and_then(bigquery::similar_function)
    {
        let called = quoted(&message, "Invalid function '").unwrap_or_default().to_uppercase();
        let error = Error::statement(format!("there is no function {called}")).at(error.span());
        return error.with_hint(format!("did you mean {similar}?"));
    }
    if message.contains("' not found")
        && let Some(table) = quoted(&message, "table '").and_then(|name| name.rsplit('.').next())
        && let Some(similar) = closest(table, known_tables(session).iter().map(String::as_str))
    {
        return error.with_hint(format!("did you mean {similar}?"));
    }
    error
}

/// What stands behind a word and its quotation mark, up to the next one.
fn quoted<'a>(message: &'a str, word: &str) -> Option<&'a str> {
    message.split_once(word)?.1.split('\'').next()
}
