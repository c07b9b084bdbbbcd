//! Lists of options: `(key value, ...)`.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::{Cursor, string_of};
use crate::error::Result;
use crate::sql::ast::{ListItem, OptionEntry, OptionValue, Spanned};

impl Cursor<'_> {
    /// `DEFAULT [EXCEPT (key 'value', ...)]`.
    pub(super) fn hyperparameters(&mut self) -> Result<Vec<OptionEntry>> {
        if !self.eat(&["DEFAULT"]) {
            let hint = "for example HYPERPARAMETERS DEFAULT EXCEPT (l2 '0.5')";
            return Err(self.expected("DEFAULT after HYPERPARAMETERS").with_hint(hint));
        }
        if self.eat(&["EXCEPT"]) { self.entries("HYPERPARAMETERS") } else { Ok(Vec::new()) }
    }

    /// Entries in brackets. Commas may be left out, and one may stand at the end: published scripts do both.
    pub(super) fn entries(&mut self, list: &str) -> Result<Vec<OptionEntry>> {
        if !self.eat_token(&Token::LParen) {
            return Err(self.expected(&format!("( and the entries of {list}")));
        }
        let mut entries = Vec::new();
        while !self.eat_token(&Token::RParen) {
            let Some(key) = self.word(0) else {
                let error = self.expected(&format!("the name of an option or ) in {list}"));
                let quoted = matches!(self.token(0), Token::Word(_)) || string_of(self.token(0)).is_some();
                return Err(if quoted { error.with_hint("names of options stand without quotes") } else { error });
            };
            let key = key.to_ascii_lowercase();
            let shown = key.to_ascii_uppercase();
            let key = Spanned::new(key, self.advance());
            self.eat_token(&Token::Eq);
            let value = self.entry_value(&format!("a value of {shown}"))?;
            entries.push(OptionEntry { key, value });
            let ends = matches!(self.token(0), Token::RParen) || self.word(0).is_some();
            if !self.eat_token(&Token::Comma) && !ends {
                return Err(self.expected(&format!(", or ) in {list}")));
            }
        }
        Ok(entries)
    }

    /// The value of an option: a string, a number, a word, a quoted name, or a list of these in brackets.
    pub(super) fn entry_value(&mut self, what: &str) -> Result<Spanned<OptionValue>> {
        if self.token(0) != &Token::LParen {
            return self.single_value(what);
        }
        let open = self.advance();
        let mut items = Vec::new();
        while self.token(0) != &Token::RParen {
            let value = self.single_value(what)?;
            let second = if matches!(self.token(0), Token::Comma | Token::RParen) {
                None
            } else {
                self.eat_token(&Token::Eq);
                Some(self.single_value(", or ) or the second value of a pair")?)
            };
            items.push(ListItem { value, second });
            if !self.eat_token(&Token::Comma) {
                break;
            }
        }
        let close = self.span(0);
        self.expect_close("a list of values")?;
        Ok(Spanned::new(OptionValue::List(items), open.union(&close)))
    }

    fn single_value(&mut self, what: &str) -> Result<Spanned<OptionValue>> {
        let start = self.span(0);
        let sign = match self.token(0) {
            Token::Minus => "-",
            Token::Plus => "+",
            _ => "",
        };
        if let Token::Number(digits, _) = self.token(usize::from(!sign.is_empty())) {
            let number = if sign == "-" { format!("-{digits}") } else { digits.clone() };
            if !sign.is_empty() {
                self.advance();
            }
            let end = self.advance();
            return Ok(Spanned::new(OptionValue::Number(number), start.union(&end)));
        }
        if let Some(text) = string_of(self.token(0)) {
            let text = text.to_owned();
            return Ok(Spanned::new(OptionValue::Text(text), self.advance()));
        }
        let ident = self.identifier(what)?;
        Ok(Spanned::new(OptionValue::Name(ident), start))
    }
}
