//! Text → statement → action.
//!
//! [`parser`] reads a text into the [`ast`], [`options`] checks what the clauses say, [`expand`] writes out `f(*)`, [`parameters`]
//! puts values in, and [`execute`] acts, with [`star`] planning training queries, and [`transform`] and [`preprocessors`] reading
//! `TRANSFORM` and `PREPROCESSORS` over their columns; [`table_functions`] and [`explain_model`] are what queries see of models, and [`bigquery`] translates what is written
//! in its dialect. [`check`] says what is wrong without running, [`calls`] what functions of ours are called wrongly, and [`places`] where
//! what an error of planning names stands; [`replaced`] looks up what stars replace. [`walk`] goes through the queries of a statement, for instance to refuse [`probabilities`] as arrays.

mod ast;
mod bigquery;
mod calls;
mod check;
mod execute;
mod expand;
mod explain_model;
mod fields;
mod options;
mod parameters;
mod parser;
mod places;
mod preprocessors;
mod probabilities;
#[cfg(test)]
mod reference;
mod replaced;
mod star;
mod table_functions;
#[cfg(test)]
#[allow(clippy::too_many_lines, reason = "tables of cases")]
mod tests;
mod transform;
mod walk;

pub use ast::Statement;
pub(crate) use bigquery::ArraysInFrom;
#[cfg(test)]
pub(crate) use bigquery::reference::examples as bigquery_examples;
pub(crate) use check::check;
pub(crate) use execute::{execute, parse_with_session, session_dialect};
use expand::expand_stars;
pub(crate) use explain_model::explain_model;
use fields::write_out_fields;
use options::{Alteration, alteration, bigquery_alteration, train_spec};
use parser::parse;
pub(crate) use parser::{first_lines, is_complete};
use probabilities::refuse_arrays;
#[cfg(test)]
pub(crate) use reference::reference;
pub(crate) use replaced::replaced_column;
use table_functions::write_out_tables;
pub(crate) use table_functions::{TableFunctions, is_table_function};
