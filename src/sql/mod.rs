//! Text → statement → action.

use std::fmt;

/// One statement of a text: ours, or one that goes to DataFusion untouched. `Display` prints it canonically.
#[derive(Debug, Clone)]
pub struct Statement {}

impl fmt::Display for Statement {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
