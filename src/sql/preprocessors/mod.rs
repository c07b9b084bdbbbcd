//! `PREPROCESSORS '[{"ColumnSet": [...], "Transformers": [...]}]'`: Redshift's way of saying how columns become features.
//!
//! The text is [`read`], with the place of everything in it, and becomes a [`plan`](plan()) of the same kind as `TRANSFORM`: learned
//! from the training rows, kept in the model, applied to every row that is scored.

mod json;
mod plan;
mod read;
mod transformer;

pub(super) use plan::plan;

use super::ast::Spanned;
use crate::error::Result;

/// Checks what can be checked without the columns.
pub(super) fn check(text: &Spanned<String>) -> Result<()> {
    read::sets(text).map(|_| ())
}

/// Whether a text asks for nothing, and is named in a notice.
pub(super) fn is_none(text: &str) -> bool {
    read::is_none(text)
}
