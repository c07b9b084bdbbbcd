//! Which dialect each part of a text is read in, and its tokens.
//!
//! Quotes and comments mean different things in different dialects, so the dialect is chosen before a statement is cut into tokens:
//! by its first words, or by `SET datafusion.sql_parser.dialect` before it.

use std::rc::Rc;

use datafusion::sql::sqlparser::dialect::{BigQueryDialect, Dialect, dialect_from_str};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, TokenizerError, Word};

use super::escapes::unescaped;
use super::opening::{Opening, before_statement, opening};
use crate::error::{Error, Result};

/// Characters that are cut into tokens at once; more if a statement is longer.
const WINDOW: usize = 4096;

/// Neighbouring statements in one dialect.
pub(super) struct Part {
    pub(super) tokens: Vec<TokenWithSpan>,
    /// `None`: the session's.
    pub(super) dialect: Option<Rc<dyn Dialect>>,
}

/// The parts of a text.
pub(super) fn parts(text: &str, session: &dyn Dialect) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = Rest { text, place: Location::new(1, 1) };
    let mut current: Option<Rc<dyn Dialect>> = None;
    loop {
        // A comment before a statement may be one of any dialect, whichever the statement is in.
        rest.skip(before_statement(rest.text));
        if rest.text.is_empty() {
            return Ok(parts);
        }
        let begins = opening(rest.text);
        let dialect = match begins {
            Opening::BigQuery => Some(Rc::new(BigQueryDialect) as Rc<dyn Dialect>),
            // What sets a dialect is read in it already: there may be comments of that dialect before it.
            Opening::SetDialect(name) => {
                current = dialect_from_str(name).map(Rc::from).or(current);
                current.clone()
            }
            Opening::Other => current.clone(),
        };
        let alone = begins != Opening::Other;
        let reader = dialect.as_deref().unwrap_or(session);
        let ends = |next: &str| alone || opening(next) != Opening::Other || has_foreign_comment(next);
        let mut tokens = rest.read(reader, ends)?;
        if reader.is::<BigQueryDialect>() {
            raw_bytes(&mut tokens);
            tokens.iter_mut().try_for_each(plain_literal)?;
            plain_value(&mut tokens);
        }
        parts.push(Part { tokens, dialect });
    }
}

/// Whether a comment after `#` stands before the next statement, which most dialects do not have.
fn has_foreign_comment(text: &str) -> bool {
    let before = text.get(..before_statement(text)).unwrap_or_default();
    before.lines().any(|line| line.trim_start().starts_with('#'))
}

/// What has not been read yet.
struct Rest<'a> {
    text: &'a str,
    /// Where it begins.
    place: Location,
}

impl Rest<'_> {
    /// Takes the tokens up to the first semicolon after which `ends` says so, or all.
    ///
    /// The text is read in windows that grow, so that a long one is not read again for every statement. A semicolon in a window
    /// is one in the whole text: what a window cuts through is its last token or cannot be read.
    fn read(&mut self, dialect: &dyn Dialect, ends: impl Fn(&str) -> bool) -> Result<Vec<TokenWithSpan>> {
        let mut size = WINDOW;
        loop {
            size = (size..self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(self.text.len());
            let mut tokens = Vec::new();
            let window = &self.text[..size];
            let read = Tokenizer::new(dialect, window)
                .with_unescape(!dialect.is::<BigQueryDialect>())
                .tokenize_with_location_into_buf(&mut tokens);
            let mut behind = Rest { text: self.text, place: Location::new(1, 1) };
            for n in 0..tokens.len() {
                if tokens[n].token != Token::SemiColon {
                    continue;
                }
                behind.advance(tokens[n].span.end);
                if ends(behind.text) {
                    tokens.truncate(n + 1);
                    let place = self.absolute(behind.place);
                    self.shift(&mut tokens);
                    *self = Rest { text: behind.text, place };
                    return Ok(tokens);
                }
            }
            if size == self.text.len() {
                read.map_err(|TokenizerError { message, location }| {
                    ParserError::from(TokenizerError { message, location: self.absolute(location) })
                })?;
                self.shift(&mut tokens);
                self.text = "";
                return Ok(tokens);
            }
            size *= 2;
        }
    }

    /// Leaves out so many bytes.
    fn skip(&mut self, length: usize) {
        let (before, behind) = self.text.split_at_checked(length).unwrap_or((self.text, ""));
        for c in before.chars() {
            self.place = match c {
                '\n' => Location::new(self.place.line + 1, 1),
                _ => Location::new(self.place.line, self.place.column + 1),
            };
        }
        self.text = behind;
    }

    /// Goes on to a place that is counted as this one is.
    fn advance(&mut self, to: Location) {
        let mut chars = self.text.chars();
        while self.place < to
            && let Some(c) = chars.next()
        {
            self.place = match c {
                '\n' => Location::new(self.place.line + 1, 1),
                _ => Location::new(self.place.line, self.place.column + 1),
            };
        }
        self.text = chars.as_str();
    }

    /// A place in the whole text, of one in the rest.
    fn absolute(&self, Location { line, column }: Location) -> Location {
        match line {
            1 => Location::new(self.place.line, self.place.column + column - 1),
            _ => Location::new(self.place.line + line - 1, column),
        }
    }

    fn shift(&self, tokens: &mut [TokenWithSpan]) {
        for token in tokens {
            token.span = Span::new(self.absolute(token.span.start), self.absolute(token.span.end));
        }
    }
}

/// `rb'a\n'` as `b'a\\n'`: the host knows raw strings and bytes, not both in one.
fn raw_bytes(tokens: &mut Vec<TokenWithSpan>) {
    let is_prefix = |token: &Token| match token {
        Token::Word(word) => word.quote_style.is_none() && ["RB", "BR"].contains(&word.value.to_uppercase().as_str()),
        _ => false,
    };
    let mut read = std::mem::take(tokens).into_iter().peekable();
    while let Some(mut token) = read.next() {
        if is_prefix(&token.token)
            && let Some(string) = read.next_if(|next| next.span.start == token.span.end && string_of(&next.token).is_some())
        {
            let written = string_of(&string.token).unwrap_or_default().replace('\\', "\\\\");
            token.span = token.span.union(&string.span);
            token.token = Token::SingleQuotedByteStringLiteral(written);
        }
        tokens.push(token);
    }
}

fn string_of(token: &Token) -> Option<&str> {
    match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::TripleSingleQuotedString(text)
        | Token::TripleDoubleQuotedString(text) => Some(text),
        _ => None,
    }
}

/// BigQuery has many kinds of string literals; the host knows what to do with one. And `0x1F` is a number there.
fn plain_literal(token: &mut TokenWithSpan) -> Result<()> {
    let place = token.span;
    let is_raw = matches!(
        token.token,
        Token::SingleQuotedRawStringLiteral(_)
            | Token::DoubleQuotedRawStringLiteral(_)
            | Token::TripleSingleQuotedRawStringLiteral(_)
            | Token::TripleDoubleQuotedRawStringLiteral(_)
    );
    let quote = match token.token {
        Token::SingleQuotedString(_) => Some('\''),
        Token::DoubleQuotedString(_) => Some('"'),
        _ => None,
    };
    match &mut token.token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::TripleSingleQuotedString(text)
        | Token::TripleDoubleQuotedString(text)
        | Token::SingleQuotedRawStringLiteral(text)
        | Token::DoubleQuotedRawStringLiteral(text)
        | Token::TripleSingleQuotedRawStringLiteral(text)
        | Token::TripleDoubleQuotedRawStringLiteral(text) => {
            let text = if is_raw {
                std::mem::take(text)
            } else {
                unescaped(text, quote).map_err(|escape| {
                    let error = Error::syntax(format!("there is no escape {escape} in a string")).at(place);
                    error.with_hint("\\\\ is a backslash, and r'...' takes text as it stands")
                })?
            };
            token.token = Token::SingleQuotedString(text);
        }
        // `x'1F'`, which is longer, is none of BigQuery's literals.
        Token::HexStringLiteral(digits) if place.end.column == place.start.column + 2 + digits.len() as u64 => {
            if let Ok(number) = i64::from_str_radix(digits, 16) {
                token.token = Token::Number(number.to_string(), false);
            }
        }
        _ => {}
    }
    Ok(())
}

/// `VALUE` behind `INTERVAL` is a column; the host would read `INTERVAL VALUE day` as an argument `day` called `INTERVAL`.
fn plain_value(tokens: &mut [TokenWithSpan]) {
    let mut is_behind = false;
    for token in tokens {
        match &mut token.token {
            Token::Whitespace(_) => {}
            Token::Word(word) => {
                if is_behind && word.keyword == Keyword::VALUE {
                    *word = Word { value: word.value.to_lowercase(), quote_style: Some('`'), keyword: Keyword::NoKeyword };
                }
                is_behind = word.keyword == Keyword::INTERVAL;
            }
            _ => is_behind = false,
        }
    }
}
