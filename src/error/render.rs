//! Errors with the line of the statement that they are about.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::Error;

impl Error {
    /// The error for a person to read: the message, the line of the statement with the fault underlined, and advice.
    ///
    /// Without a place in a text it is the same as `Display`.
    pub fn render(&self) -> String {
        let Some((text, (line, column))) = self.text().zip(self.location()) else { return self.to_string() };
        let Some(source) = index(line).and_then(|line| text.split('\n').nth(line)) else { return self.to_string() };
        let source = source.strip_suffix('\r').unwrap_or(source);
        let start = index(column).map_or(source.len(), |column| byte_of(source, column));
        let end = self.underlined_to(source, start).max(start);
        let message = self.message();
        let line_start = usize::try_from(line).unwrap_or(1);
        // One line is enough to find the fault, and statements may be very long.
        let snippet = Snippet::source(source).path("statement").line_start(line_start);
        let snippet = snippet.annotation(AnnotationKind::Primary.span(start..end));
        let mut group = Level::ERROR.primary_title(message).element(snippet);
        if let Some(hint) = self.hint() {
            group = group.element(Level::HELP.message(hint));
        }
        Renderer::plain().render(&[group])
    }

    /// Where the underline ends: at the end of the span, of the line, or of the word if only its start is known.
    fn underlined_to(&self, source: &str, start: usize) -> usize {
        let span = self.span();
        if span.end.line > span.start.line {
            return source.len();
        }
        if span.end.column > span.start.column {
            return index(span.end.column).map_or(source.len(), |column| byte_of(source, column));
        }
        let rest = source.get(start..).unwrap_or_default();
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        start + if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) }
    }
}

/// Lines and columns count from 1.
fn index(from_one: u64) -> Option<usize> {
    usize::try_from(from_one).ok()?.checked_sub(1)
}

/// Where the `column`th character of a line begins.
fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte)
}
