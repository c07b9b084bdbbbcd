//! BigQuery's words in calls of table functions: `ML.EVALUATE(MODEL churn, TABLE customers)`.
//!
//! The host's parser knows neither word there, and neither says more than the place of its argument does.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use crate::sql::is_table_function;

/// Leaves out `MODEL` before the first argument of a table function and `TABLE` before any.
pub(super) fn leave_out_words(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    // Per bracket that is open, whether it holds the arguments of a table function.
    let mut open: Vec<bool> = Vec::new();
    let mut superfluous: Vec<usize> = Vec::new();
    let significant: Vec<usize> = (0..tokens.len()).filter(|i| !matches!(tokens[*i].token, Token::Whitespace(_))).collect();
    let token = |n: usize| significant.get(n).map(|i| &tokens[*i].token);
    for (n, i) in significant.iter().enumerate() {
        match &tokens[*i].token {
            Token::LParen => open.push(ends_with_name(&|back| n.checked_sub(back).and_then(token)).is_some()),
            Token::RParen => {
                open.pop();
            }
            Token::Word(word) if open.last() == Some(&true) && token(n + 1).is_some_and(is_name) => {
                let before = n.checked_sub(1).and_then(token);
                let is = |text: &str| word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text);
                let is_first = before == Some(&Token::LParen);
                if (is_first && is("MODEL")) || ((is_first || before == Some(&Token::Comma)) && is("TABLE")) {
                    superfluous.push(*i);
                }
            }
            _ => {}
        }
    }
    if superfluous.is_empty() {
        return tokens;
    }
    let mut kept = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().enumerate().peekable();
    while let Some((i, token)) = tokens.next() {
        if superfluous.binary_search(&i).is_err() {
            kept.push(token);
            continue;
        }
        kept.extend(tokens.next_if(|(_, token)| matches!(token.token, Token::Whitespace(_))).map(|(_, space)| space));
        let mut name = Vec::new();
        while let Some((_, part)) = tokens.next_if(|(_, token)| is_part_of_name(&token.token)) {
            name.push(part);
        }
        kept.extend(in_backticks(name));
    }
    kept
}

fn is_part_of_name(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_none(),
        Token::Minus | Token::Period | Token::Number(..) => true,
        _ => false,
    }
}

/// A name with dashes, which the host would take for a difference, in the quotes that BigQuery has for whole paths.
fn in_backticks(name: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return name };
    if name.iter().all(|part| part.token != Token::Minus) {
        return name;
    }
    let span = first.span.union(&last.span);
    let value = name.iter().map(|part| part.token.to_string()).collect();
    let word = Word { value, quote_style: Some('`'), keyword: Keyword::NoKeyword };
    vec![TokenWithSpan { token: Token::Word(word), span }]
}

pub(super) fn is_name(token: &Token) -> bool {
    matches!(token, Token::Word(_) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_))
}

/// Whether a table function's name stands here, and then whether it is one of ours; `back(n)` is the `n`th token before this one.
pub(super) fn ends_with_name<'a>(back: &dyn Fn(usize) -> Option<&'a Token>) -> Option<bool> {
    match (back(1), back(2), back(3)) {
        (Some(Token::Word(Word { value: name, .. })), Some(Token::Period), Some(Token::Word(Word { value: schema, .. }))) => {
            let of_schema = |wanted: &str| schema.eq_ignore_ascii_case(wanted);
            let is_known = is_table_function(name) || (of_schema("ml") && is_table_function(&format!("ml_{name}")));
            (is_known || of_schema("ml") || of_schema("ai")).then_some(is_known)
        }
        (Some(Token::Word(Word { value: name, .. })), _, _) => is_table_function(name).then_some(true),
        _ => None,
    }
}
