//! JSON whose texts know where they stand.

use std::borrow::Cow;
use std::fmt;

use datafusion::sql::sqlparser::tokenizer::{Location, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::sql::ast::Spanned;

/// A JSON value. Texts without escapes are slices of the source, so that their place can be told.
pub(super) enum Json<'a> {
    List(Vec<Json<'a>>),
    /// In the order of the source, with every key that is there twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
    Text(Cow<'a, str>),
    /// A number, `true`, `false` or `null`.
    Other,
}

/// A string of a statement with JSON in it.
#[derive(Clone, Copy)]
pub(super) struct Source<'a>(pub(super) &'a Spanned<String>);

impl<'a> Source<'a> {
    /// Reads it.
    pub(super) fn read(self) -> Result<Json<'a>> {
        serde_json::from_str(&self.0.value).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            let line = self.0.value.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
            // The parser counts bytes, and stands behind the one that it cannot take.
            let offset = self.0.value.floor_char_boundary(line + error.column().saturating_sub(1));
            let span = self.span_of(offset..offset + 1);
            Error::statement(format!("PREPROCESSORS is no valid JSON: {message}")).at(span)
        })
    }

    /// Where a text of it stands in the statement, with its quotes; all of the string where that cannot be told.
    pub(super) fn span(self, text: &str) -> Span {
        let start = text.as_ptr().addr().checked_sub(self.0.value.as_ptr().addr());
        // A text with escapes is no slice of the source, and stands elsewhere in memory.
        let inside = start.filter(|start| start + text.len() < self.0.value.len());
        match inside.and_then(|start| start.checked_sub(1)) {
            Some(start) => self.span_of(start..start + text.len() + 2),
            None => self.0.span,
        }
    }

    fn span_of(self, bytes: std::ops::Range<usize>) -> Span {
        let location = |offset: usize| {
            let Location { mut line, mut column } = self.0.span.start;
            column += 1;
            for c in self.0.value.get(..offset)?.chars() {
                match c {
                    '\n' => (line, column) = (line + 1, 1),
                    // Written twice.
                    '\'' => column += 2,
                    _ => column += 1,
                }
            }
            Some(Location { line, column })
        };
        // In a string with other quotes or escapes, places are not where they seem to be.
        let end = self.0.span.end;
        let is_plain = location(self.0.value.len()).is_some_and(|quote| quote.line == end.line && quote.column + 1 == end.column);
        match (location(bytes.start), location(bytes.end.min(self.0.value.len()))) {
            (Some(start), Some(end)) if is_plain => Span { start, end },
            _ => self.0.span,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key::<Json<'de>>()? {
            if let Json::Text(key) = key {
                object.push((key, entries.next_value()?));
            }
        }
        Ok(Json::Object(object))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }
}
