//! What can be said of a call before there are models and tables.

use datafusion::sql::sqlparser::ast::TableFactor;

use super::arguments::Arguments;
use super::{called, list, refuse_beside};
use crate::error::Result;

/// Checks a relation, if it is a call of a table function: its name, its options, its constants.
pub(crate) fn check_call(relation: &TableFactor) -> Result<()> {
    let Some((name, args, _)) = called(relation) else { return Ok(()) };
    let Some(function) = list::find(name) else {
        // A name without `ML.` may be one of the host's.
        return list::misspelt(name, &|_| true).map_or(Ok(()), Err);
    };
    refuse_beside(relation, name)?;
    let place = list::place(name);
    let checked = Arguments::read(args, function, place).and_then(|mut arguments| arguments.check());
    checked.map_err(|error| error.at(place))
}
