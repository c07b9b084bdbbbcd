//! Where statements begin and end in a text, as the tokens tell: quotes and comments are no ends.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Whether a text that is being typed is ready to run: it ends with a semicolon, or cannot become a statement any more.
pub(crate) fn is_complete(text: &str) -> bool {
    match Tokenizer::new(&GenericDialect {}, text).tokenize() {
        Ok(tokens) => {
            let last = tokens.iter().rev().find(|token| !matches!(token, Token::Whitespace(_)));
            last.is_none_or(|token| *token == Token::SemiColon)
        }
        // An open quote or comment may still be closed; what else cannot be read is for the parser to explain.
        Err(error) => {
            !(error.message.contains("Unterminated")
                || error.message.contains("before EOF")
                || error.message.contains("Unexpected EOF"))
        }
    }
}

/// The line, from 1, on which each statement begins.
pub(crate) fn first_lines(text: &str) -> Vec<u64> {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location() else { return vec![] };
    let mut lines = vec![];
    let mut between = true;
    for token in tokens {
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
    use super::{first_lines, is_complete};

    #[test]
    fn completeness() {
        for text in ["", "-- nothing", "SELECT 1;", "SELECT 1; -- done", "SELECT ';';", "SELECT 1;\nSELECT 2;\n"] {
            assert!(is_complete(text), "{text}");
        }
        for text in ["SELECT 1", "SELECT 'a;", "SELECT 1 /* a;", "SELECT \"a;", "SELECT 1; SELECT 2", "SELECT 1 -- a;"] {
            assert!(!is_complete(text), "{text}");
        }
    }

    #[test]
    fn lines() {
        assert_eq!(first_lines("SELECT 1;\n-- two\n\nSELECT\n ';';;SELECT 3"), [1, 4, 5]);
        assert_eq!(first_lines(" ; "), Vec::<u64>::new());
    }
}
