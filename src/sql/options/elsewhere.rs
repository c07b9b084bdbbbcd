//! Models made elsewhere, which nothing runs here yet: one error that says what can be done.

use crate::error::{Error, Result};
use crate::sql::ast::{Clauses, CreateModel, Source};

const TRAIN: &str = "a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column";

/// Refuses clauses of a model that is not trained here.
pub(super) fn refuse(create: &CreateModel, clauses: &Clauses) -> Result<()> {
    if let Some(endpoint) = &clauses.sagemaker {
        return Err(Error::unsupported("a model that runs elsewhere (SAGEMAKER)").at(endpoint.span).with_hint(TRAIN));
    }
    if let Some(source) = &create.source
        && let Source::Job(_) = source.value
    {
        return Err(Error::unsupported("a model from a training job or an archive").at(source.span).with_hint(TRAIN));
    }
    let types = clauses.arguments.as_ref().map(|types| types.span);
    if let Some(span) = types.or(clauses.returns.as_ref().map(|returns| returns.span)) {
        let hint = "the function of a trained model takes its types from the training query: write FUNCTION name alone. \
                    IMPORT MODEL reads a file that EXPORT MODEL wrote";
        let what = "a function with types of its own (FUNCTION name (types) RETURNS type)";
        return Err(Error::unsupported(what).at(span).with_hint(hint));
    }
    Ok(())
}
