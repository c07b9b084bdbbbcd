//! Where statements begin and end in a text, as the tokens of its dialects tell: quotes and comments are no ends.

use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::dialects;

/// Whether a text that is being typed is ready to run: it ends with a semicolon, or cannot become a statement any more.
pub(crate) fn is_complete(text: &str, dialect: &dyn Dialect) -> bool {
    match dialects::parts(text, dialect) {
        Ok(parts) => {
            let mut tokens = parts.iter().rev().flat_map(|part| part.tokens.iter().rev()).map(|token| &token.token);
            let last = tokens.find(|token| !matches!(token, Token::Whitespace(_) | Token::EOF));
            last.is_none_or(|token| *token == Token::SemiColon)
        }
        // An open quote or comment may still be closed; what else cannot be read is for the parser to explain.
        Err(error) => {
            let message = error.to_string().to_lowercase();
            !["unterminated", "before eof", "unexpected eof"].iter().any(|sign| message.contains(sign))
        }
    }
}

/// The line, from 1, on which each statement begins; none of a text that cannot be read.
pub(crate) fn first_lines(text: &str, dialect: &dyn Dialect) -> Vec<u64> {
    let mut lines = Vec::new();
    let mut between = true;
    for token in dialects::parts(text, dialect).unwrap_or_default().iter().flat_map(|part| &part.tokens) {
        match token.token {
            Token::Whitespace(_) | Token::EOF => {}
            Token::SemiColon => between = true,
            _ if between => {
                lines.push(token.span.start.line);
                between = false;
            }
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;

    fn is_complete(text: &str) -> bool {
        super::is_complete(text, &GenericDialect {})
    }

    fn first_lines(text: &str) -> Vec<u64> {
        super::first_lines(text, &GenericDialect {})
    }

    #[test]
    fn completeness() {
        for text in [
            "",
            "-- nothing",
            "SELECT 1;",
            "SELECT 1; -- done",
            "SELECT ';';",
            "SELECT 1;\nSELECT 2;\n",
            "CREATE MODEL m OPTIONS (a = 1) # it's one\nAS SELECT 1;",
            "SET datafusion.sql_parser.dialect = 'bigquery'; # it's another;\n",
        ] {
            assert!(is_complete(text), "{text}");
        }
        for text in [
            "SELECT 1",
            "SELECT 'a;",
            "SELECT 1 /* a;",
            "SELECT \"a;",
            "SELECT 1; SELECT 2",
            "SELECT 1 -- a;",
            "CREATE MODEL m OPTIONS (a = 1) AS SELECT 1 # a;",
            "SET datafusion.sql_parser.dialect = 'bigquery'; SELECT 1 # a;",
        ] {
            assert!(!is_complete(text), "{text}");
        }
    }

    #[test]
    fn lines() {
        assert_eq!(first_lines("SELECT 1;\n-- two\n\nSELECT\n ';';;SELECT 3"), [1, 4, 5]);
        assert_eq!(first_lines(" ; "), Vec::<u64>::new());
        let script =
            "SET datafusion.sql_parser.dialect = 'bigquery';\n# it's a comment; and more\nSELECT 1; # a;\n\nSELECT \"it's\";";
        assert_eq!(first_lines(script), [1, 3, 5]);
        // A comment of BigQuery's before a statement of any dialect.
        let script =
            "CREATE MODEL m OPTIONS (a = 1) AS SELECT 1; # it's trained;\nSELECT 2; # it's 'used;\n# and\nSELECT \"x\";\n# end";
        assert_eq!(first_lines(script), [1, 2, 4]);
        assert_eq!(first_lines("/* a /* b */ c */ SELECT 1;\n/* d */ SELECT 2"), [1, 2]);
        assert_eq!(first_lines("# what's first;\nCREATE MODEL m OPTIONS (a = 1) AS SELECT 1;\nSELECT 2"), [2, 3]);
    }
}
