//! BigQuery's lists of options: `(key = value, ...)`, where a value is any expression.

use datafusion::sql::sqlparser::ast::{Expr, Ident, UnaryOperator, Value, ValueWithSpan};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::bigquery::escape_strings;
use super::cursor::{Cursor, string_of};
use crate::error::Result;
use crate::sql::ast::{ListItem, OptionEntry, OptionValue, Spanned};

impl Cursor<'_> {
    /// Entries in brackets; a comma may stand at the end.
    pub(super) fn assignments(&mut self, list: &str) -> Result<Spanned<Vec<OptionEntry>>> {
        let open = self.span(0);
        if !self.eat_token(&Token::LParen) {
            return Err(self.expected(&format!("( and the entries of {list}")));
        }
        let mut entries = Vec::new();
        while self.token(0) != &Token::RParen {
            let key = match self.token(0) {
                Token::Word(word) if word.quote_style != Some('"') => word.value.to_ascii_lowercase(),
                token => {
                    let is_quoted = string_of(token).is_some();
                    let error = self.expected(&format!("the name of an option or ) in {list}"));
                    return Err(if is_quoted { error.with_hint("names of options stand without quotes") } else { error });
                }
            };
            let shown = key.to_ascii_uppercase();
            let key = Spanned::new(key, self.advance());
            if !self.eat_token(&Token::Eq) {
                return Err(self.expected(&format!("= after {shown}")));
            }
            let value = self.assigned_value(&shown)?;
            entries.push(OptionEntry { key, value });
            if !self.eat_token(&Token::Comma) && self.token(0) != &Token::RParen {
                let error = self.expected(&format!(", or ) in {list}"));
                return Err(match self.word(0) {
                    Some(_) if self.token(1) == &Token::Eq => error.with_hint("a comma stands between two options"),
                    _ => error,
                });
            }
        }
        let close = self.advance();
        Ok(Spanned::new(entries, open.union(&close)))
    }

    fn assigned_value(&mut self, key: &str) -> Result<Spanned<OptionValue>> {
        if self.ends(0) || matches!(self.token(0), Token::Comma | Token::RParen) {
            return Err(self.expected(&format!("a value of {key}")));
        }
        let start = self.span(0);
        let expr = self.host.parser.parse_expr();
        let mut expr = self.placed(expr)?;
        escape_strings(&mut expr);
        let span = start.union(&self.before());
        Ok(Spanned::new(value_of(expr), span))
    }
}

/// An expression as the simplest value that it is.
fn value_of(expr: Expr) -> OptionValue {
    if let Some(simple) = simple(&expr) {
        return simple;
    }
    if let Expr::Array(array) = &expr
        && let Some(items) = array.elem.iter().map(list_item).collect()
    {
        return OptionValue::List(items);
    }
    OptionValue::Expr(Box::new(expr))
}

fn simple(expr: &Expr) -> Option<OptionValue> {
    Some(match expr {
        Expr::Value(ValueWithSpan { value, .. }) => match value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) | Value::EscapedStringLiteral(text) => {
                OptionValue::Text(text.clone())
            }
            Value::Number(number, _) => OptionValue::Number(number.clone()),
            Value::Boolean(value) => OptionValue::Name(Ident::new(if *value { "TRUE" } else { "FALSE" })),
            _ => return None,
        },
        Expr::Identifier(name) => OptionValue::Name(name.clone()),
        Expr::UnaryOp { op, expr } => match (op, simple(expr)?) {
            (UnaryOperator::Minus, OptionValue::Number(number)) if !number.starts_with('-') => {
                OptionValue::Number(format!("-{number}"))
            }
            (UnaryOperator::Plus, OptionValue::Number(number)) => OptionValue::Number(number),
            _ => return None,
        },
        _ => return None,
    })
}

/// A value, or a pair: `('yes', 2.0)`, `STRUCT('yes' AS label, 2.0 AS weight)`.
fn list_item(expr: &Expr) -> Option<ListItem> {
    let at = |value: &Expr| {
        let place = datafusion::sql::sqlparser::ast::Spanned::span(value);
        let value = match value {
            Expr::Named { expr, .. } => expr,
            value => value,
        };
        Some(Spanned::new(simple(value)?, place))
    };
    match expr {
        Expr::Tuple(values) | Expr::Struct { values, .. } => match values.as_slice() {
            [value, second] => Some(ListItem { value: at(value)?, second: Some(at(second)?) }),
            _ => None,
        },
        value => Some(ListItem { value: at(value)?, second: None }),
    }
}
