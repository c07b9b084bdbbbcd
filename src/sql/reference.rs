//! What the code says of itself, for the pages of `docs/`, which a test compares with it.

use super::options::reference::{row, table};
use super::{bigquery, options, table_functions};
use crate::preprocess;

/// One of the lists, by its name.
pub(crate) fn reference(name: &str) -> Option<String> {
    if name == "preprocessing functions" {
        let rows = preprocess::reference().into_iter().map(|[call, parameters]| row(&[&call, &parameters]));
        return Some(table(&["call", "arguments"], rows));
    }
    options::reference::reference(name)
        .or_else(|| table_functions::reference(name))
        .or_else(|| bigquery::reference::reference(name))
}
