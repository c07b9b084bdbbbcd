//! The data of table functions as it is published: `ML.PREDICT(MODEL churn, SELECT * FROM customers)`.
//!
//! The host's parser wants a query among arguments in brackets, so they are put around it. And where the comma before the data is
//! missing, its own message would be about something else.

use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

use super::bigquery_calls::{ends_with_name, is_name};
use crate::error::{Error, Result};

/// Puts brackets around the queries that are arguments of table functions.
pub(super) fn in_brackets(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let text = Text::of(&tokens);
    let mut brackets: Vec<(usize, Token)> = Vec::new();
    for n in 0..text.places.len() {
        if text.token(n) == Some(&Token::LParen)
            && let Some(name) = ends_with_name(&|back| n.checked_sub(back).and_then(|n| text.token(n)))
            && let Some(close) = text.close(n)
        {
            text.check_commas(n, close, name)?;
            for (from, to) in text.queries(n, close) {
                brackets.push((text.place(from), Token::LParen));
                brackets.push((text.place(to), Token::RParen));
            }
        }
    }
    if brackets.is_empty() {
        return Ok(tokens);
    }
    // Of two at one place the one found first belongs to the outer call: it opens first.
    brackets.sort_by_key(|(place, _)| *place);
    let mut brackets = brackets.into_iter().peekable();
    let mut written = Vec::with_capacity(tokens.len() + brackets.len());
    for (place, token) in tokens.into_iter().enumerate() {
        while let Some((_, bracket)) = brackets.next_if(|(before, _)| *before == place) {
            let span = Span::new(token.span.start, token.span.start);
            written.push(TokenWithSpan { token: bracket, span });
        }
        written.push(token);
    }
    Ok(written)
}

/// Tokens without the space between them.
struct Text<'a> {
    tokens: &'a [TokenWithSpan],
    places: Vec<usize>,
}

impl<'a> Text<'a> {
    fn of(tokens: &'a [TokenWithSpan]) -> Self {
        let is_significant = |(place, token): (usize, &TokenWithSpan)| match token.token {
            Token::Whitespace(_) => None,
            _ => Some(place),
        };
        Self { tokens, places: tokens.iter().enumerate().filter_map(is_significant).collect() }
    }

    /// Among all tokens; the end for what is not there.
    fn place(&self, n: usize) -> usize {
        self.places.get(n).copied().unwrap_or(self.tokens.len())
    }

    fn token(&self, n: usize) -> Option<&'a Token> {
        self.tokens.get(self.place(n)).map(|token| &token.token)
    }

    fn span(&self, n: usize) -> Span {
        self.tokens.get(self.place(n)).map_or(Span::empty(), |token| token.span)
    }

    fn is(&self, n: usize, words: &[&str]) -> bool {
        match self.token(n) {
            Some(Token::Word(Word { value, quote_style: None, .. })) => words.iter().any(|word| value.eq_ignore_ascii_case(word)),
            _ => false,
        }
    }

    /// Where the bracket is closed that is opened here.
    fn close(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for n in open..self.places.len() {
            match self.token(n)? {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(n);
                    }
                }
                Token::SemiColon => return None,
                _ => {}
            }
        }
        None
    }

    /// What stands between two tokens and in no further brackets.
    fn level(&self, from: usize, to: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut n = from;
        while n < to {
            found.push(n);
            n = match self.token(n) {
                Some(Token::LParen | Token::LBracket) => self.close(n).unwrap_or(to),
                _ => n + 1,
            };
        }
        found
    }

    /// The arguments of a call that are queries without brackets: their first tokens, and those behind them.
    fn queries(&self, open: usize, close: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut behind = open;
        for comma in self.level(open + 1, close) {
            let first = comma + 1;
            if comma < behind || self.token(comma) != Some(&Token::Comma) || !self.is(first, &["SELECT", "WITH"]) {
                continue;
            }
            let level = self.level(first, close);
            let from = level.iter().copied().find(|n| self.is(*n, &["FROM"])).unwrap_or(close);
            let is_end = |n: &usize| *n > from && self.token(*n) == Some(&Token::Comma) && self.is_option(n + 1, close);
            behind = level.into_iter().find(is_end).unwrap_or(close);
            found.push((first, behind));
        }
        found
    }

    /// Whether an argument stands here that is no part of a query before it: the last one, or one with a name.
    fn is_option(&self, n: usize, close: usize) -> bool {
        if matches!(self.token(n + 1), Some(Token::RArrow | Token::Assignment)) {
            return true;
        }
        let array = match self.token(n) {
            Some(Token::LBracket) => n,
            _ if self.is(n, &["STRUCT", "GENERATE_ARRAY"]) => n + 1,
            _ => return false,
        };
        matches!(self.token(array), Some(Token::LParen | Token::LBracket))
            && self.close(array).is_some_and(|end| end + 1 == close)
    }

    /// The commas behind the model and behind the data.
    fn check_commas(&self, open: usize, close: usize, is_known: bool) -> Result<()> {
        let missing = |n: usize, what: &str| {
            let error = Error::syntax(format!("a comma stands before {what}")).at(self.span(n));
            Err(error.with_hint("for example ML.PREDICT(MODEL m, (SELECT * FROM t), STRUCT(0.5 AS threshold))"))
        };
        let has_word = self.is(open + 1, &["MODEL"]) && self.token(open + 2).is_some_and(is_name);
        if has_word || is_known {
            let mut n = open + 1 + usize::from(has_word);
            let is_named = self.token(n).is_some_and(is_name);
            n += 1;
            while matches!(self.token(n), Some(Token::Period | Token::Minus | Token::Number(..)))
                || (matches!(self.token(n), Some(Token::Word(_)))
                    && matches!(self.token(n - 1), Some(Token::Period | Token::Minus | Token::Number(..))))
            {
                n += 1;
            }
            let is_query = self.token(n) == Some(&Token::LParen) && (has_word || self.is(n + 1, &["SELECT", "WITH"]));
            if is_named && n < close && (is_query || self.is(n, &["SELECT", "WITH", "TABLE"])) {
                return missing(n, "the data");
            }
            if is_named && n < close && self.is(n, &["STRUCT"]) {
                return missing(n, "the options");
            }
        }
        for n in self.level(open + 1, close) {
            if self.is(n, &["STRUCT"]) && self.token(n - 1) == Some(&Token::RParen) {
                return missing(n, "the options");
            }
        }
        Ok(())
    }
}
