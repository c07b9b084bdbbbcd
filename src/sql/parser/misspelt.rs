//! Statements that nobody can read because their first words are misspelt.

use datafusion::sql::sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use crate::error::{Error, ErrorKind, Result, closest};

/// The first words of a statement, remembered for when it cannot be read.
pub(super) struct Opening {
    words: Vec<(String, Span)>,
}

/// What a statement may begin with.
const STATEMENTS: [&str; 27] = [
    "SELECT",
    "WITH",
    "VALUES",
    "CREATE",
    "DROP",
    "ALTER",
    "INSERT",
    "UPDATE",
    "DELETE",
    "SHOW",
    "DESCRIBE",
    "DESC",
    "EXPLAIN",
    "COPY",
    "SET",
    "RESET",
    "REFRESH",
    "EXPORT",
    "IMPORT",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "TRUNCATE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "ANALYZE",
];

/// The first words of statements about models.
const ABOUT_MODELS: [&str; 9] = ["CREATE", "DROP", "ALTER", "SHOW", "DESCRIBE", "DESC", "REFRESH", "EXPORT", "IMPORT"];

impl Opening {
    /// The words that stand here.
    pub(super) fn of(cursor: &Cursor<'_>) -> Self {
        // EXPLAIN ANALYZE VERBOSE CREATE OR REPLACE MODEL are six.
        let words = (0..6).map_while(|n| cursor.word(n).map(|word| (word.to_uppercase(), cursor.span(n)))).collect();
        Self { words }
    }

    /// The error, or a better one if a word that decides the kind of statement is misspelt.
    pub(super) fn explain(&self, error: Error) -> Error {
        if !matches!(error.kind(), ErrorKind::Syntax { .. }) || error.hint().is_some() {
            return error;
        }
        self.misspelt().unwrap_or(error)
    }

    fn misspelt(&self) -> Option<Error> {
        let mut words = self.words.iter().skip_while(|(word, _)| ["EXPLAIN", "ANALYZE", "VERBOSE"].contains(&word.as_str()));
        let (first, place) = words.next()?;
        if !STATEMENTS.contains(&first.as_str()) {
            let meant = closest(first, STATEMENTS)?;
            return Some(did_you_mean("a statement", first, meant, *place));
        }
        if !ABOUT_MODELS.contains(&first.as_str()) {
            return None;
        }
        let (second, place) = words.find(|(word, _)| word != "OR" && word != "REPLACE")?;
        if second == "MODEL" || second == "MODELS" {
            return None;
        }
        let meant = closest(second, ["MODEL"])?;
        Some(did_you_mean(meant, second, meant, *place))
    }
}

impl Cursor<'_> {
    /// `SHOW MODLES` must be caught here: DataFusion reads it as a variable and only finds later that there is none.
    pub(super) fn refuse_misspelt_show(&self) -> Result<()> {
        let Some(word) = self.word(1).filter(|_| self.is(0, "SHOW")).map(str::to_uppercase) else { return Ok(()) };
        let meant = ["MODELS", "MODEL"].into_iter().find(|meant| strsim::damerau_levenshtein(&word, meant) == 1);
        match meant {
            Some(meant) if word != "MODEL" && word != "MODELS" => Err(did_you_mean(meant, &word, meant, self.span(1))),
            _ => Ok(()),
        }
    }
}

fn did_you_mean(expected: &str, found: &str, meant: &str, place: Span) -> Error {
    let message = format!("expected {expected}, found {found}");
    Error::syntax(message).at(place).with_hint(format!("did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::STATEMENTS;

    #[test]
    fn statements_do_not_suggest_each_other() {
        for statement in STATEMENTS {
            assert_eq!(crate::error::closest(statement, STATEMENTS), Some(statement));
        }
    }
}
