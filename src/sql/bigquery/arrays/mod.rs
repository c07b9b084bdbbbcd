//! `UNNEST`: arrays in `FROM`, and queries over the arrays of outer rows.
//!
//! DataFusion runs neither. Three steps make both:
//!
//! - [`from`] hands each `UNNEST` of a syntax tree, with the tables before it, to [`relation`], which plans it: the rows of the tables
//!   beside the elements. So the planner finds names by the types of the arrays, as it finds those of tables;
//! - a query in the place of an expression that reads an array is marked in the tree ([`mark`]), so that it is planned as it stands;
//! - in the plan such a query becomes an expression of the array: [`queries`] finds them, [`reader`] reads them.

mod from;
mod mark;
mod paths;
mod queries;
mod reader;
mod relation;
mod rows;
mod whole;

pub(super) use self::from::write_out;
pub(super) use self::paths::write_paths;
pub(crate) use self::queries::evaluate;
pub(crate) use self::relation::ArraysInFrom;
