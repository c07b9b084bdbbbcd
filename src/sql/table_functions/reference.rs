//! The table functions as the language reference lists them.

use super::elsewhere;
use super::list::FUNCTIONS;
use crate::sql::options::reference::{row, table};

/// One of the lists, by its name.
pub(in crate::sql) fn reference(name: &str) -> Option<String> {
    match name {
        "table functions" => {
            let rows = FUNCTIONS.iter().map(|function| {
                let options = function.options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
                row(&[&format!("`{}`", function.usage), &options])
            });
            Some(table(&["call", "in `STRUCT(…)`, by position"], rows))
        }
        "table functions that are refused" => {
            let rows = elsewhere::FUNCTIONS.iter().map(|(name, of)| row(&[&format!("`ML.{}`", name.to_uppercase()), of]));
            Some(table(&["function", "for"], rows))
        }
        _ => None,
    }
}
