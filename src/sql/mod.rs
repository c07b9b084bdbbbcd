//! Text → statement → action.

mod ast;
mod expand;
mod options;
mod parser;
#[cfg(test)]
mod tests;

pub use ast::Statement;
pub(crate) use expand::expand_stars;
pub(crate) use options::{Alteration, alteration, train_spec};
pub(crate) use parser::parse;
