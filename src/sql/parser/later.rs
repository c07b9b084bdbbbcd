//! What other systems' scripts contain and is not done yet: recognised, and answered with what can be done now.

use super::cursor::Cursor;
use crate::error::{Error, Result};

const TRAIN: &str = "a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column";

impl Cursor<'_> {
    /// Statements about models that are not done yet.
    pub(super) fn refuse_what_comes_later(&self) -> Result<()> {
        for kind in ["EXTERNAL", "TEMP", "TEMPORARY", "REMOTE"] {
            let replaced = usize::from(self.are(1, &["OR", "REPLACE"])) * 2;
            if self.is(0, "CREATE") && self.are(1 + replaced, &[kind, "MODEL"]) {
                return Err(Error::unsupported(format!("CREATE {kind} MODEL")).at(self.span(1 + replaced)).with_hint(TRAIN));
            }
        }
        if self.is(0, "EXPLAIN") {
            const KINDS: [[&str; 2]; 5] =
                [["DROP", "MODEL"], ["ALTER", "MODEL"], ["REFRESH", "MODEL"], ["EXPORT", "MODEL"], ["IMPORT", "MODEL"]];
            let analyze = usize::from(self.is(1, "ANALYZE"));
            let words = 1 + analyze + usize::from(self.is(1 + analyze, "VERBOSE"));
            if let Some(kind) = KINDS.iter().find(|kind| self.are(words, *kind)) {
                let what = format!("EXPLAIN of {}", kind.join(" "));
                return Err(Error::unsupported(what)
                    .at(self.span(0))
                    .with_hint("EXPLAIN CREATE MODEL shows what training would do"));
            }
        }
        if self.is(0, "DECLARE") && self.word(1).is_some() {
            let hint = "write the value where it is used; a program gives values as parameters: WHERE x > $low";
            return Err(Error::unsupported("DECLARE of a variable").at(self.span(0)).with_hint(hint));
        }
        if self.are(0, &["IMPORT", "OR", "REPLACE", "MODEL"]) {
            let hint = "run DROP MODEL first, or import the file under another name";
            return Err(Error::unsupported("IMPORT OR REPLACE MODEL").at(self.span(1)).with_hint(hint));
        }
        Ok(())
    }
}
