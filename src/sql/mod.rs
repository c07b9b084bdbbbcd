//! Text → statement → action.

use std::fmt;
mod table_functions;
pub(crate) use table_functions::{TableFunctions, is_table_function};

/// One statement of a text: ours, or one that goes to DataFusion untouched. `Display` prints it canonically.
#[derive(Debug, Clone)]
pub struct Statement {}

impl fmt::Display for Statement {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
pub(crate) fn parse_with_session(_: &str, _: &datafusion::prelude::SessionContext) -> crate::Result<Vec<Statement>> {
    Ok(vec![])
}
pub(crate) async fn execute(
    _: &crate::MlContext,
    _: Statement,
    _: datafusion::execution::context::SQLOptions,
) -> crate::Result<datafusion::prelude::DataFrame> {
    Err(crate::Error::unsupported("x"))
}
