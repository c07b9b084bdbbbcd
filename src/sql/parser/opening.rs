//! The first words of a statement, read before its dialect is known.

/// What a statement begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening<'a> {
    /// A statement about a model in BigQuery's form.
    BigQuery,
    /// `SET datafusion.sql_parser.dialect = 'name'`: what follows is read in another dialect.
    SetDialect(&'a str),
    /// Anything else.
    Other,
}

/// What the statement at the beginning of a text begins with.
pub(super) fn opening(text: &str) -> Opening<'_> {
    let mut words = Words(text);
    if words.eat("SET") {
        return set_dialect(&mut words).map_or(Opening::Other, Opening::SetDialect);
    }
    while words.eat("EXPLAIN") || words.eat("ANALYZE") || words.eat("VERBOSE") {}
    let is_bigquery = if words.eat("CREATE") {
        let _ = words.eat("OR") && words.eat("REPLACE");
        words.eat("MODEL")
            && {
                let _ = words.eat("IF") && words.eat("NOT") && words.eat("EXISTS");
                words.name()
            }
            && ["OPTIONS", "TRANSFORM", "INPUT", "OUTPUT", "REMOTE", "AS"].into_iter().any(|word| words.eat(word))
    } else if words.eat("ALTER") {
        words.eat("MODEL")
            && {
                let _ = words.eat("IF") && words.eat("EXISTS");
                words.name()
            }
            && words.eat("SET")
            && words.eat("OPTIONS")
    } else {
        words.eat("EXPORT") && words.eat("MODEL") && words.name() && words.eat("OPTIONS")
    };
    if is_bigquery { Opening::BigQuery } else { Opening::Other }
}

/// How many bytes of white space and comments stand before the first statement of a text. A comment in a comment, and one that does
/// not end, is for the tokenizer.
pub(super) fn before_statement(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let line = rest.starts_with("--") || rest.starts_with('#');
        let comment = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/"));
        rest = match comment {
            _ if line => rest.split_once('\n').map_or("", |(_, rest)| rest),
            Some((comment, behind)) if !comment.contains("/*") => behind,
            _ => return text.len() - rest.len(),
        };
    }
}

/// `datafusion.sql_parser.dialect = name`.
fn set_dialect<'a>(words: &mut Words<'a>) -> Option<&'a str> {
    words.skip();
    let rest = words.0;
    let key = "datafusion.sql_parser.dialect";
    words.0 = rest.get(key.len()..).filter(|_| rest.get(..key.len()).is_some_and(|found| found.eq_ignore_ascii_case(key)))?;
    if !words.eat("TO") {
        words.skip();
        words.0 = words.0.strip_prefix('=')?;
    }
    words.skip();
    match words.0.chars().next()? {
        quote @ ('\'' | '"') => words.0[1..].split_once(quote).map(|(name, _)| name),
        _ => words.word(),
    }
}

/// Words of a text, whatever its dialect.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    /// Leaves out white space and the comments of every dialect.
    fn skip(&mut self) {
        loop {
            let rest = self.0.trim_start();
            self.0 = if rest.starts_with("--") || rest.starts_with('#') {
                rest.split_once('\n').map_or("", |(_, rest)| rest)
            } else if let Some(comment) = rest.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, rest)| rest)
            } else {
                self.0 = rest;
                return;
            };
        }
    }

    /// Takes a bare word.
    fn word(&mut self) -> Option<&'a str> {
        self.skip();
        let end = self.0.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Takes this word, or nothing.
    fn eat(&mut self, word: &str) -> bool {
        let before = self.0;
        let found = self.word().is_some_and(|found| found.eq_ignore_ascii_case(word));
        if !found {
            self.0 = before;
        }
        found
    }

    /// Takes a dotted name: bare parts, also with dashes, and quoted ones.
    fn name(&mut self) -> bool {
        loop {
            self.skip();
            match self.0.chars().next() {
                Some(quote @ ('`' | '"' | '\'')) => {
                    let mut chars = self.0[1..].chars();
                    while let Some(c) = chars.next()
                        && c != quote
                    {
                        if c == '\\' {
                            chars.next();
                        }
                    }
                    self.0 = chars.as_str();
                }
                Some(c) if c.is_alphanumeric() || c == '_' => {
                    let end = self.0.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
                    self.0 = &self.0[end.unwrap_or(self.0.len())..];
                }
                _ => return false,
            }
            let before = self.0;
            self.skip();
            let Some(rest) = self.0.strip_prefix('.') else {
                self.0 = before;
                return true;
            };
            self.0 = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Opening, opening};

    #[test]
    fn openings() {
        for text in [
            "CREATE MODEL m OPTIONS (a = 1) AS SELECT 1",
            "# it's a comment\n-- another\n/* and */ create or replace model `p-1.d.m` transform(x)",
            "CREATE MODEL IF NOT EXISTS p-1.d . m -- why\nREMOTE WITH CONNECTION DEFAULT",
            "CREATE MODEL options OPTIONS()",
            "CREATE MODEL m AS SELECT 1",
            "explain analyze CREATE MODEL d.`m` INPUT (x INT64)",
            "ALTER MODEL IF EXISTS d.m SET OPTIONS (labels = [])",
            "EXPORT MODEL `d.m`OPTIONS(uri='x')",
        ] {
            assert_eq!(opening(text), Opening::BigQuery, "{text}");
        }
        for text in [
            "CREATE MODEL m FROM t TARGET options",
            "CREATE MODEL options FROM t",
            "CREATE TABLE m OPTIONS (x)",
            "ALTER MODEL m SET (threshold = 1)",
            "EXPORT MODEL m TO 'OPTIONS'",
            "SELECT 1",
            "CREATE MODEL `m OPTIONS",
            "SET datafusion.execution.batch_size = 1",
            "",
        ] {
            assert_eq!(opening(text), Opening::Other, "{text}");
        }
        assert_eq!(opening("set DataFusion.sql_parser.dialect = 'bigquery';"), Opening::SetDialect("bigquery"));
        assert_eq!(opening("SET datafusion.sql_parser.dialect TO BigQuery"), Opening::SetDialect("BigQuery"));
    }
}
