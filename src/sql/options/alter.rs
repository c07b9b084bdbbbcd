//! `ALTER MODEL name SET (...)`.

use super::read::{Entries, Given};
use super::table::ALTERABLE;
use crate::error::{Error, Result};
use crate::sql::ast::OptionEntry;

/// What `ALTER MODEL name SET (...)` changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Alteration {
    /// The new threshold, in [0, 1].
    pub(crate) threshold: Option<f64>,
    /// The new description.
    pub(crate) description: Option<String>,
}

/// Checks the options of `ALTER MODEL name SET (...)`.
pub(crate) fn alteration(options: &[OptionEntry]) -> Result<Alteration> {
    let options = Entries::check(options, &ALTERABLE)?;
    let alteration = Alteration {
        threshold: options.get("threshold").map(|given| threshold(&given)).transpose()?,
        description: options.get("description").map(|given| given.string()).transpose()?,
    };
    if alteration == Alteration::default() {
        let hint = "for example ALTER MODEL churn SET (threshold = 0.35)";
        return Err(Error::statement("ALTER MODEL ... SET changes nothing").with_hint(hint));
    }
    Ok(alteration)
}

fn threshold(given: &Given<'_>) -> Result<f64> {
    let threshold = given.number()?;
    if (0.0..=1.0).contains(&threshold) { Ok(threshold) } else { Err(given.invalid()) }
}
