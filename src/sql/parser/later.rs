//! What other systems' scripts contain and is not done yet: recognised, and answered with what can be done now.

use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::cursor::{Cursor, string_of};
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
        if self.are(0, &["IMPORT", "OR", "REPLACE", "MODEL"]) {
            let hint = "run DROP MODEL first, or import the file under another name";
            return Err(Error::unsupported("IMPORT OR REPLACE MODEL").at(self.span(1)).with_hint(hint));
        }
        if self.is(0, "GRANT") || self.is(0, "REVOKE") {
            let words = (1..).take_while(|n| !self.ends(*n)).take(64);
            if let Some(n) = words.into_iter().find(|n| self.are(*n, &["ON", "MODEL"])) {
                let hint = "models have no owners here; who may use which function is for the host to decide";
                return Err(Error::unsupported("GRANT or REVOKE on a model").at(self.span(n + 1)).with_hint(hint));
            }
        }
        Ok(())
    }

    /// After the name of the model: forms other than `FROM`.
    pub(super) fn refuse_other_forms(&self) -> Result<()> {
        let place = self.span(0);
        if let Some(word) = ["OPTIONS", "TRANSFORM", "AS"].iter().find(|word| self.is(0, word)) {
            let what = format!("CREATE MODEL name {word} ..., BigQuery's form,");
            return Err(Error::unsupported(what).at(place).with_hint(TRAIN));
        }
        if let Some(word) = ["REMOTE", "INPUT", "OUTPUT"].iter().find(|word| self.is(0, word)) {
            return Err(Error::unsupported(format!("a model made elsewhere ({word})")).at(place).with_hint(TRAIN));
        }
        if self.is(0, "FUNCTION") {
            return Err(Error::unsupported("a remote model (CREATE MODEL name FUNCTION ...)").at(place).with_hint(TRAIN));
        }
        Ok(())
    }

    /// `FROM ('job')`.
    pub(super) fn refuse_job_name(&self) -> Result<()> {
        if string_of(self.token(0)).is_none() || self.token(1) != &Token::RParen {
            return Ok(());
        }
        Err(Error::unsupported("a model from a training job or an archive").at(self.span(0)).with_hint(TRAIN))
    }

    /// `FUNCTION f (types)` brings a model made elsewhere.
    pub(super) fn refuse_own_models(&self, function: Span) -> Result<()> {
        if self.token(0) != &Token::LParen && !self.is(0, "RETURNS") {
            return Ok(());
        }
        let hint = "the function of a trained model takes its types from the training query: write FUNCTION name alone. \
                    IMPORT MODEL reads a file that EXPORT MODEL wrote";
        Err(Error::unsupported("a model made elsewhere (FUNCTION name (types) RETURNS type)").at(function).with_hint(hint))
    }

    /// `EXPORT MODEL name OPTIONS (URI = ...)`.
    pub(super) fn refuse_export_options(&self) -> Result<()> {
        if !self.is(0, "OPTIONS") {
            return Ok(());
        }
        Err(Error::unsupported("EXPORT MODEL ... OPTIONS").at(self.span(0)).with_hint("write EXPORT MODEL name TO 'file'"))
    }
}
