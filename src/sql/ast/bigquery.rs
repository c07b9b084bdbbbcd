//! BigQuery's form of `CREATE MODEL`, and how it prints.

use std::fmt::{self, Display, Formatter};

use datafusion::sql::sqlparser::ast::{DataType, Expr, Ident, SelectItem};

use super::display::Comma;
use super::{CreateModel, ListItem, OptionEntry, OptionValue, Source, Spanned};
use crate::model::{ModelName, needs_quotes};

/// What BigQuery's form says.
///
/// # Grammar
/// ```text
/// CREATE [OR REPLACE] MODEL [IF NOT EXISTS] name
///   [ TRANSFORM ( select_list ) ]
///   [ INPUT ( name type [, ...] ) ] [ OUTPUT ( name type [, ...] ) ]
///   [ REMOTE WITH CONNECTION { connection | DEFAULT } ]
///   [ OPTIONS ( key = value [, ...] ) ]
///   [ AS { query | ( name AS ( query ) [, ...] ) } ]
/// value ::= 'string' | [-] number | TRUE | FALSE | [ item [, ...] ] | expression
/// item  ::= value | ( value, value ) | STRUCT( value, value )
/// ```
/// `AS` comes last; what stands before it may come in any order. The statement is read in BigQuery's dialect: strings in single,
/// double or triple quotes, names in backticks, comments after `#` too. A comma may stand at the end of every list.
///
/// # Examples
/// ```sql
/// CREATE OR REPLACE MODEL `shop.churn`
/// OPTIONS (model_type = "logistic_reg", input_label_cols = ["churned"], data_split_method = "no_split") AS
/// SELECT * EXCEPT (id) FROM customers
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BigQueryForm {
    /// `TRANSFORM`: what is computed from the query's columns before training, and before predicting.
    pub transform: Option<Spanned<Vec<SelectItem>>>,
    /// `INPUT`: the columns that a model made elsewhere takes.
    pub input: Option<Spanned<Vec<Field>>>,
    /// `OUTPUT`: the columns that it gives.
    pub output: Option<Spanned<Vec<Field>>>,
    /// `REMOTE WITH CONNECTION`.
    pub connection: Option<Spanned<Connection>>,
    /// `OPTIONS`; the list may be empty.
    pub options: Option<Spanned<Vec<OptionEntry>>>,
}

/// A column with its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Ident,
    /// Its type, in BigQuery's spelling.
    pub data_type: DataType,
}

/// Through what a remote model is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// `DEFAULT`.
    Default,
    /// A name, possibly qualified.
    Name(ModelName),
}

/// The statement from the name on.
pub(super) fn write_form(f: &mut Formatter<'_>, create: &CreateModel, form: &BigQueryForm) -> fmt::Result {
    write!(f, "{}", Path(&create.name))?;
    if let Some(items) = &form.transform {
        write!(f, " TRANSFORM ({})", InBigQuery(&Comma(items)))?;
    }
    for (clause, fields) in [("INPUT", &form.input), ("OUTPUT", &form.output)] {
        if let Some(fields) = fields {
            write!(f, " {clause} ({})", Comma(fields))?;
        }
    }
    match form.connection.as_deref() {
        Some(Connection::Default) => f.write_str(" REMOTE WITH CONNECTION DEFAULT")?,
        Some(Connection::Name(name)) => write!(f, " REMOTE WITH CONNECTION {}", Path(name))?,
        None => {}
    }
    if let Some(options) = &form.options {
        write!(f, " OPTIONS ({})", Assignments(options))?;
    }
    match create.source.as_deref() {
        Some(Source::Query(query)) => write!(f, " AS {}", InBigQuery(query)),
        Some(Source::Queries(queries)) => {
            f.write_str(" AS (")?;
            for (i, named) in queries.iter().enumerate() {
                let comma = if i > 0 { ", " } else { "" };
                write!(f, "{comma}{} AS ({})", named.name, InBigQuery(&named.query))?;
            }
            f.write_str(")")
        }
        Some(Source::Table(_) | Source::Job(_)) | None => Ok(()),
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.data_type)
    }
}

/// A name as BigQuery writes it: bare parts, or backticks where they are needed. What is in backticks is read without case, so
/// that a name with capitals stands as a string.
pub(super) struct Path<'a>(pub(super) &'a ModelName);

impl Display for Path<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, part) in self.0.parts().iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            // The parser library does not read an underscore behind a string and a dot.
            let is_odd = ["if", "all", "default"].contains(&part.as_str()) || (i > 0 && part.starts_with('_'));
            if !needs_quotes(part) && !is_odd {
                f.write_str(part)?;
            } else if part.is_empty()
                || part.trim() != part
                || part.contains(|c: char| c.is_ascii_uppercase() || c.is_control() || "`.\\".contains(c))
            {
                write!(f, "{}", Text(part))?;
            } else {
                write!(f, "`{part}`")?;
            }
        }
        Ok(())
    }
}

/// `KEY = value, ...`.
pub(super) struct Assignments<'a>(pub(super) &'a [OptionEntry]);

impl Display for Assignments<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, entry) in self.0.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{} = {}", entry.key.to_ascii_uppercase(), Value(&entry.value.value))?;
        }
        Ok(())
    }
}

impl OptionValue {
    /// The value as BigQuery writes it.
    pub(crate) fn in_bigquery(&self) -> String {
        Value(self).to_string()
    }
}

struct Value<'a>(&'a OptionValue);

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            OptionValue::Text(text) => write!(f, "{}", Text(text)),
            OptionValue::Number(number) => f.write_str(number),
            OptionValue::Name(name) => write!(f, "{name}"),
            OptionValue::Expr(expr) => write!(f, "{}", InBigQuery::<Expr>(expr)),
            OptionValue::List(items) => {
                f.write_str("[")?;
                for (i, ListItem { value, second }) in items.iter().enumerate() {
                    let comma = if i > 0 { ", " } else { "" };
                    match second {
                        Some(second) => write!(f, "{comma}({}, {})", Value(value), Value(second))?,
                        None => write!(f, "{comma}{}", Value(value))?,
                    }
                }
                f.write_str("]")
            }
        }
    }
}

/// A string literal of BigQuery's.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for c in self.0.chars() {
            match c {
                '\'' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("'")
    }
}

/// What the parser library prints, in BigQuery's dialect: the tree has strings that need escapes as `E'it\'s'`, which BigQuery
/// writes `'it\'s'`.
struct InBigQuery<'a, T>(&'a T);

impl<T: Display> Display for InBigQuery<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let printed = self.0.to_string();
        let mut rest = printed.as_str();
        while let Some(at) = rest.find(['\'', '`']) {
            let (before, quoted) = rest.split_at(at);
            let escapes = before.ends_with('E') && !before[..at - 1].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            f.write_str(if escapes { &before[..at - 1] } else { before })?;
            let end = end_of_quoted(quoted, escapes);
            f.write_str(&quoted[..end])?;
            rest = &quoted[end..];
        }
        f.write_str(rest)
    }
}

/// Behind the closing quote.
fn end_of_quoted(text: &str, escapes: bool) -> usize {
    let quote = text.chars().next();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if Some(c) == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}
