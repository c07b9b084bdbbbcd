//! What the leaves of the tree are made of: values that know where they were written, and lists of options.

use std::ops::Deref;

use datafusion::sql::sqlparser::ast::{Expr, Ident};
use datafusion::sql::sqlparser::tokenizer::Span;

/// A value and the place where it was written. The place takes no part in equality: two trees are equal if they mean the same.
#[derive(Debug, Clone, Copy)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written; empty if it was not read from a text.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value read at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One `key value` of a list of options; `key = value` is read too.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionEntry {
    /// The key in lower case: keys are words and are matched without case.
    pub key: Spanned<String>,
    /// Its value.
    pub value: Spanned<OptionValue>,
}

/// The value of an option, as written and not yet checked.
///
/// # Grammar
/// ```text
/// value ::= 'string' | [-] number | word | "quoted name" | ( item [, ...] )
/// item  ::= value [value]                                  -- two values are a pair, for example of a label and its weight
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// `'a string'`.
    Text(String),
    /// `0.5`, digit by digit as written.
    Number(String),
    /// A bare word such as `ON`, or a quoted name such as `"Row Weight"`.
    Name(Ident),
    /// `(a, b)` or `('yes' 2.0, 'no' 1)`; in BigQuery's form `['a', 'b']` or `[('yes', 2.0), ('no', 1)]`.
    List(Vec<ListItem>),
    /// Anything else that BigQuery's form may say: `HPARAM_RANGE(0, 1)`, `CAST('2026-01-01' AS TIMESTAMP)`.
    Expr(Box<Expr>),
}

/// An element of a list value: one value, or a pair of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// The value.
    pub value: Spanned<OptionValue>,
    /// The second value of a pair.
    pub second: Option<Spanned<OptionValue>>,
}
