//! What people get to read when a statement cannot be read.

mod bigquery;
mod clauses;
mod host;
mod later;
mod source;
mod statements;

use super::parse;

fn fault(text: &str) -> String {
    match parse(text) {
        Ok(statements) => panic!("{text} is read as {statements:?}"),
        Err(error) => error.render(),
    }
}
