//! Text → statement → action.
//!
//! [`parser`] reads a text into the [`ast`], [`options`] checks what the clauses say, [`expand`] writes out `f(*)`, [`parameters`]
//! puts values in, and [`execute`] acts, with [`star`] planning training queries and [`transform`] reading `TRANSFORM` over their columns; [`table_functions`] are what queries see of
//! models.

mod ast;
mod execute;
mod expand;
mod options;
mod parameters;
mod parser;
mod star;
mod table_functions;
mod transform;
#[cfg(test)]
#[allow(clippy::too_many_lines, reason = "tables of cases")]
mod tests;

pub use ast::Statement;
pub(crate) use execute::{check, execute, parse_with_session};
use expand::expand_stars;
use options::{Alteration, alteration, bigquery_alteration, train_spec};
use parser::parse;
use table_functions::write_out_tables;
pub(crate) use table_functions::{TableFunctions, is_table_function};
