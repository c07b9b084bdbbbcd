//! Looking at tokens and taking them: words without regard to case or keyword lists, names, strings, numbers.

use datafusion::sql::parser::DFParser;
use datafusion::sql::sqlparser::ast::Ident;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use crate::error::{Error, Result};
use crate::model::ModelName;
use crate::sql::ast::Spanned;

/// The tokens of a text with a position in them.
pub(super) struct Cursor<'a> {
    pub(super) host: DFParser<'a>,
    /// Just behind the last token: where something is missing when the text ends too early.
    pub(super) end: Span,
    /// The dialect is BigQuery's.
    pub(super) in_bigquery: bool,
}

impl Cursor<'_> {
    /// The `n`th token from here, white space and comments left out.
    pub(super) fn token(&self, n: usize) -> &Token {
        &self.host.parser.peek_nth_token_ref(n).token
    }

    /// Where the `n`th token from here stands.
    pub(super) fn span(&self, n: usize) -> Span {
        match self.host.parser.peek_nth_token_ref(n) {
            token if token.token == Token::EOF => self.end,
            token => token.span,
        }
    }

    /// The `n`th token from here if it is a word without quotes, as written.
    pub(super) fn word(&self, n: usize) -> Option<&str> {
        match self.token(n) {
            Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
            _ => None,
        }
    }

    /// Whether the `n`th token from here is this word.
    pub(super) fn is(&self, n: usize, word: &str) -> bool {
        self.word(n).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    /// Whether the tokens from the `n`th on are these words.
    pub(super) fn are(&self, n: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.is(n + i, word))
    }

    /// Whether the statement ends before the `n`th token from here.
    pub(super) fn ends(&self, n: usize) -> bool {
        matches!(self.token(n), Token::EOF | Token::SemiColon)
    }

    /// Takes one token and gives its place.
    pub(super) fn advance(&mut self) -> Span {
        let span = self.span(0);
        self.host.parser.advance_token();
        span
    }

    /// Takes that many tokens.
    pub(super) fn skip(&mut self, tokens: usize) {
        for _ in 0..tokens {
            self.host.parser.advance_token();
        }
    }

    /// Takes these words, or nothing.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.are(0, words);
        if found {
            self.skip(words.len());
        }
        found
    }

    /// Takes this token, or nothing.
    pub(super) fn eat_token(&mut self, token: &Token) -> bool {
        self.host.parser.consume_token(token)
    }

    /// Takes this word or says that it is missing.
    pub(super) fn expect(&mut self, word: &str) -> Result<()> {
        if self.eat(&[word]) {
            return Ok(());
        }
        let error = self.expected(word);
        Err(match self.word(0) {
            Some(found) if crate::error::closest(found, [word]).is_some() => error.with_hint(format!("did you mean {word}?")),
            _ => error,
        })
    }

    /// Takes this token or says that it is missing.
    pub(super) fn expect_token(&mut self, token: &Token) -> Result<()> {
        if self.eat_token(token) { Ok(()) } else { Err(self.expected(&token.to_string())) }
    }

    /// Takes the end of a list or says what would be valid.
    pub(super) fn expect_close(&mut self, list: &str) -> Result<()> {
        if self.eat_token(&Token::RParen) {
            return Ok(());
        }
        Err(self.expected(&format!(", or ) in {list}")))
    }

    /// The error that something else should stand here.
    pub(super) fn expected(&self, what: &str) -> Error {
        let error = Error::syntax(format!("expected {what}, found {}", self.found(0))).at(self.span(0));
        match self.token(0) {
            Token::Placeholder(_) => error.with_hint("a parameter stands in place of a value in the training query only"),
            _ => error,
        }
    }

    /// The `n`th token from here, for messages.
    pub(super) fn found(&self, n: usize) -> String {
        /// A JSON text in a string may be long; its beginning is enough to find it.
        const SHOWN: usize = 40;
        let text = match self.token(n) {
            Token::EOF | Token::SemiColon => return "the end of the statement".into(),
            token => token.to_string(),
        };
        if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain("...".chars()).collect() }
    }

    /// One identifier, quoted or not; keywords are identifiers too.
    pub(super) fn identifier(&mut self, what: &str) -> Result<Ident> {
        let ident = match self.token(0) {
            Token::Word(word) => Ident { value: word.value.clone(), quote_style: word.quote_style, span: self.span(0) },
            Token::DoubleQuotedString(text) => Ident { value: text.clone(), quote_style: Some('"'), span: self.span(0) },
            Token::SingleQuotedString(text) => {
                let hint = format!("a name stands bare or in double quotes: {}", crate::model::quote_identifier(text));
                return Err(self.expected(what).with_hint(hint));
            }
            Token::Number(..) => {
                return Err(self.expected(what).with_hint("a name that begins with a digit stands in double quotes"));
            }
            _ => return Err(self.expected(what)),
        };
        if ident.value.is_empty() {
            return Err(self.expected(what).with_hint("a name is not empty"));
        }
        self.advance();
        Ok(ident)
    }

    /// Identifiers with dots between them.
    pub(super) fn dotted(&mut self, what: &str) -> Result<Spanned<Vec<Ident>>> {
        let first = self.identifier(what)?;
        let mut span = first.span;
        let mut parts = vec![first];
        while self.eat_token(&Token::Period) {
            let part = self.identifier("a name after the dot")?;
            span = span.union(&part.span);
            parts.push(part);
        }
        Ok(Spanned::new(parts, span))
    }

    /// The name of a model: parts without quotes in lower case, as DataFusion reads identifiers. In backticks, BigQuery's quotes,
    /// stands a whole path, read as if it were bare; its first part may have dashes, also without quotes.
    pub(super) fn model_name(&mut self) -> Result<Spanned<ModelName>> {
        self.path("the name of a model")
    }

    /// A dotted name in any of these spellings.
    pub(super) fn path(&mut self, what: &str) -> Result<Spanned<ModelName>> {
        let mut span = self.span(0);
        let mut parts = Vec::new();
        let mut expected = what;
        loop {
            let dashed = if parts.is_empty() { self.dashed_part() } else { None };
            if let Some((part, tokens, has_dot)) = dashed {
                parts.push(part);
                span = span.union(&self.span(tokens - 1));
                self.skip(tokens);
                if !has_dot {
                    self.expect_token(&Token::Period)?;
                }
                expected = "a name after the dot";
                continue;
            }
            // BigQuery has no other spelling for a name with capitals or dots in it.
            let text = string_of(self.token(0)).filter(|text| self.in_bigquery && !text.is_empty()).map(ToOwned::to_owned);
            let part = match text {
                Some(text) => Ident::with_quote_and_span('"', self.advance(), text),
                None => self.identifier(expected)?,
            };
            span = span.union(&part.span);
            if part.quote_style == Some('`') {
                let path = ModelName::path(&part.value);
                if path.iter().any(String::is_empty) {
                    let message = format!("expected {what}, found a path with an empty part");
                    return Err(Error::syntax(message).at(part.span).with_hint("write one dot between two names"));
                }
                parts.extend(path);
            } else {
                parts.push(normalised(part));
            }
            if !self.eat_token(&Token::Period) {
                return Ok(Spanned::new(ModelName::new(parts), span));
            }
            expected = "a name after the dot";
        }
    }

    /// A bare name with dashes before a dot, as BigQuery allows in the names of projects: the name, how many tokens it takes, and
    /// whether they include the dot.
    fn dashed_part(&self) -> Option<(String, usize, bool)> {
        let mut name = self.word(0)?.to_ascii_lowercase();
        let mut n = 1;
        while self.span(n - 1).end == self.span(n).start {
            match self.token(n) {
                Token::Minus => name.push('-'),
                Token::Word(word) if word.quote_style.is_none() => name.push_str(&word.value.to_ascii_lowercase()),
                // A number takes the dot behind it.
                Token::Number(digits, _) if digits.ends_with('.') => {
                    name.push_str(digits.trim_end_matches('.'));
                    return name.contains('-').then_some((name, n + 1, true));
                }
                Token::Number(digits, _) => name.push_str(digits),
                Token::Period => return name.contains('-').then_some((name, n, false)),
                _ => return None,
            }
            n += 1;
        }
        None
    }

    /// A string, whatever quotes the dialect has for it.
    pub(super) fn string(&mut self, what: &str) -> Result<Spanned<String>> {
        if let Some(text) = string_of(self.token(0)) {
            let text = text.to_owned();
            return Ok(Spanned::new(text, self.advance()));
        }
        let error = self.expected(what);
        Err(match self.word(0) {
            Some(word) => error.with_hint(format!("a string stands in single quotes: '{word}'")),
            None => error,
        })
    }

    /// The number of a version.
    pub(super) fn version(&mut self) -> Result<Spanned<u32>> {
        let what = "the number of a version";
        let Token::Number(text, _) = self.token(0) else { return Err(self.expected(what)) };
        match text.parse() {
            Ok(version) if version > 0 => Ok(Spanned::new(version, self.advance())),
            _ => Err(self.expected(what).with_hint("versions are counted from 1; ml_model_versions('name') lists them")),
        }
    }

    /// The result of the host's parser as ours, with the place where it stopped if it does not say one itself.
    pub(super) fn placed<T>(&self, result: Result<T, ParserError>) -> Result<T> {
        result.map_err(|error| Error::from(error).at(self.span(0)))
    }
}

/// The text of a token that is a string. In dialects where double quotes make names they give a word, not a string.
pub(super) fn string_of(token: &Token) -> Option<&str> {
    match token {
        Token::SingleQuotedString(text)
        | Token::DoubleQuotedString(text)
        | Token::NationalStringLiteral(text)
        | Token::EscapedStringLiteral(text)
        | Token::UnicodeStringLiteral(text)
        | Token::TripleSingleQuotedString(text)
        | Token::TripleDoubleQuotedString(text)
        | Token::SingleQuotedRawStringLiteral(text)
        | Token::DoubleQuotedRawStringLiteral(text)
        | Token::TripleSingleQuotedRawStringLiteral(text)
        | Token::TripleDoubleQuotedRawStringLiteral(text) => Some(text),
        Token::DollarQuotedString(dollar) => Some(&dollar.value),
        _ => None,
    }
}

/// An identifier's name as DataFusion reads it.
pub(in crate::sql) fn normalised(ident: Ident) -> String {
    if ident.quote_style.is_some() { ident.value } else { ident.value.to_ascii_lowercase() }
}
