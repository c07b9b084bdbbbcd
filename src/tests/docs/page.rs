//! A page of `docs/`, cut into what a test looks at.
//!
//! | on the page | what it is |
//! |---|---|
//! | a block of `sql` | statements, which run |
//! | a block of `sql error` | statements of which the last one fails |
//! | a block of `text` right below one of these | what they say: notices, then the rows of the last one, or the error |
//! | a block of `text notices` there | the notices alone |
//! | a comment that begins with `setup` | statements that run and are not shown |
//! | a comment `columns of: query`, with a table right below | the columns of a query: name, type, and what people say of it |
//! | the lines from a comment `from the code: name` to one of `end` | what the code says of itself |

use std::ops::Range;

/// A part of a page, with the lines that a test may write anew.
#[derive(Debug)]
pub(super) enum Part {
    /// Statements, and the lines of what they say, if the page shows it.
    Statements { sql: String, line: usize, fail: bool, shown: Option<Shown> },
    /// A query, and the lines of the table of its columns.
    Columns { query: String, table: Range<usize> },
    /// The name of what the code says, and its lines.
    FromCode { name: String, lines: Range<usize> },
}

/// The lines of what statements say.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) lines: Range<usize>,
    pub(super) notices_only: bool,
}

/// The parts of a page, in their order.
pub(super) fn parts(lines: &[String]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].as_str();
        let until = |end: &str| (at + 1..lines.len()).find(|other| lines[*other] == end).expect(end);
        if let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) {
            let end = until("```");
            if info == "sql" || info == "sql error" {
                let sql = lines[at + 1..end].join("\n");
                let shown = said(lines, end + 1);
                parts.push(Part::Statements { sql, line: at + 2, fail: info == "sql error", shown });
            }
            at = end;
        } else if line == "```" {
            at = until("```");
        } else if line == "<!-- setup" {
            let end = until("-->");
            parts.push(Part::Statements { sql: lines[at + 1..end].join("\n"), line: at + 2, fail: false, shown: None });
            at = end;
        } else if let Some(query) = comment(line, "columns of: ") {
            let first = at + 1;
            let end = (first..lines.len()).find(|other| !lines[*other].starts_with('|')).unwrap_or(lines.len());
            parts.push(Part::Columns { query: query.to_owned(), table: first..end });
        } else if let Some(name) = comment(line, "from the code: ") {
            let end = until("<!-- end -->");
            parts.push(Part::FromCode { name: name.to_owned(), lines: at + 1..end });
            at = end;
        }
        at += 1;
    }
    parts
}

/// The text of a comment of one line that begins so.
fn comment<'a>(line: &'a str, beginning: &str) -> Option<&'a str> {
    line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.strip_prefix(beginning)
}

/// The lines in a block of `text` that comes next.
fn said(lines: &[String], from: usize) -> Option<Shown> {
    let open = (from..lines.len()).find(|at| !lines[*at].is_empty())?;
    let info = lines[open].strip_prefix("```").filter(|info| info.starts_with("text"))?;
    let close = (open + 1..lines.len()).find(|at| lines[*at] == "```")?;
    Some(Shown { lines: open + 1..close, notices_only: info == "text notices" })
}
