//! Tests of the statement language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bigquery_calls;
mod check;
mod expand;
mod faults;
mod options;
mod parameters;
mod properties;
mod round_trip;
mod statements;

use datafusion::sql::sqlparser::dialect::GenericDialect;

use super::ast::Statement;
use crate::error::Result;

/// As deep as `DataFusion` allows by default.
const DEPTH: usize = 50;

fn parse(text: &str) -> Result<Vec<Statement>> {
    super::parse(text, &GenericDialect {}, DEPTH)
}
