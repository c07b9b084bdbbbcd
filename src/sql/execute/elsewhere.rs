//! What Redshift's scripts ask for and goes by another name here.

use crate::error::{Error, ErrorKind};

/// Redshift's views of the models.
const VIEWS: [&str; 2] = ["stv_ml_model_info", "svv_ml_model_info"];

/// The error of a query, or how it is said here, where it asks for something of Redshift's.
pub(super) fn explain(error: Error) -> Error {
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
    error
}
