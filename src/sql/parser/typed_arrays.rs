//! `ARRAY<STRUCT<a INT64>>[(1), (2)]`, which the host's parser does not know, as a call of a function that has the type and the array.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

/// The function: its first argument is a struct with a null of the type of the elements, its second the array.
pub(in crate::sql) const TYPED_ARRAY: &str = "bigquery_typed_array";

/// Writes out the arrays with a type of a text in BigQuery's dialect.
pub(super) fn write_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    // Where the array begins behind the name, and where it ends.
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (name, token) in tokens.iter().enumerate() {
        if is_array(&token.token)
            && let Some(begin) = behind_type(&tokens, name + 1)
            && let Some(end) = closing(&tokens, begin)
        {
            found.push((name, begin, end));
        }
    }
    if found.is_empty() {
        return tokens;
    }
    let mut written = Vec::with_capacity(tokens.len() + 10 * found.len());
    for (place, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        let add = |written: &mut Vec<TokenWithSpan>, new: &[Token]| {
            written.extend(new.iter().map(|token| TokenWithSpan { token: token.clone(), span }));
        };
        if found.iter().any(|(name, ..)| *name == place) {
            add(&mut written, &[word(TYPED_ARRAY, Keyword::NoKeyword), Token::LParen, word("STRUCT", Keyword::STRUCT)]);
            continue;
        }
        if found.iter().any(|(_, begin, _)| *begin == place) {
            add(&mut written, &[Token::LParen, word("NULL", Keyword::NULL), Token::RParen, Token::Comma]);
        }
        let opens_type = found.iter().any(|(name, ..)| *name + 1 == place);
        written.push(token);
        if opens_type {
            add(&mut written, &[word("element", Keyword::NoKeyword)]);
        }
        if found.iter().any(|(_, _, end)| *end == place) {
            add(&mut written, &[Token::RParen]);
        }
    }
    written
}

fn word(value: &str, keyword: Keyword) -> Token {
    Token::Word(Word { value: value.to_owned(), quote_style: None, keyword })
}

fn is_array(token: &Token) -> bool {
    matches!(token, Token::Word(Word { value, quote_style: None, .. }) if value.eq_ignore_ascii_case("array"))
}

/// Where a bracket stands behind a type in angle brackets.
fn behind_type(tokens: &[TokenWithSpan], from: usize) -> Option<usize> {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(from) {
        match &token.token {
            Token::Lt => depth += 1,
            Token::Gt => depth -= 1,
            Token::ShiftRight => depth -= 2,
            Token::LBracket if depth == 0 && place > from => return Some(place),
            Token::Whitespace(_) if place > from => {}
            Token::Word(_) | Token::Comma | Token::LParen | Token::RParen | Token::Number(..) if depth > 0 => {}
            _ => return None,
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match &token.token {
            Token::LBracket => depth += 1,
            Token::RBracket => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(place);
        }
    }
    None
}
