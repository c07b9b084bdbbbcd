//! Names of models.

use std::fmt;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords;
use datafusion::sql::sqlparser::parser::Parser;
use serde::{Deserialize, Serialize};

/// The name of a model, possibly qualified: `churn`, `ml.churn`, `"Churn 2026"`.
///
/// Unquoted parts are lower case, as DataFusion reads identifiers; quoted parts are kept as they are.
///
/// # Examples
/// ```
/// use datafusion_ml::ModelName;
///
/// // From its parts, kept as they are, or from a text that is read as statements read it.
/// let name = ModelName::new(["ml", "Churn"]);
/// assert_eq!(name.to_string(), r#"ml."Churn""#);
/// assert_eq!(name.base(), "Churn");
/// assert_eq!(name, ModelName::from(r#"ML."Churn""#));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModelName {
    parts: Vec<String>,
}

impl ModelName {
    /// A name from its parts, schema first.
    pub fn new<P: Into<String>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self { parts: parts.into_iter().map(Into::into).collect() }
    }

    /// The parts, schema first.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// The parts of a path between dots, read without case: what BigQuery writes in one pair of backticks, `proj-1.ds.Churn`.
    pub(crate) fn path(text: &str) -> Vec<String> {
        text.split('.').map(|part| part.trim().to_ascii_lowercase()).collect()
    }

    /// The last part.
    pub fn base(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }
}

/// Reads a name as statements do, and as DataFusion reads the names of tables. A text that is no name in SQL, such as
/// `churn-2026`, is one part as it is.
impl From<&str> for ModelName {
    fn from(text: &str) -> Self {
        let parsed =
            Parser::new(&GenericDialect {}).try_with_sql(text).and_then(|mut parser| parser.parse_multipart_identifier());
        let Ok(parts) = parsed else { return Self::new([text]) };
        Self::new(parts.into_iter().map(|part| match part.quote_style {
            Some(_) => part.value,
            None => part.value.to_ascii_lowercase(),
        }))
    }
}

impl From<String> for ModelName {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for ModelName {
    fn from(name: &Self) -> Self {
        name.clone()
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write_identifier(f, part)?;
        }
        Ok(())
    }
}

/// Writes an identifier, quoted where it must be to be read back unchanged.
pub(crate) fn write_identifier(f: &mut impl fmt::Write, name: &str) -> fmt::Result {
    if needs_quotes(name) { write!(f, "\"{}\"", name.replace('"', "\"\"")) } else { f.write_str(name) }
}

/// Whether an identifier must be quoted to be read back unchanged.
pub(crate) fn needs_quotes(name: &str) -> bool {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    !plain || is_reserved(name)
}

/// An identifier as it must be written to be read back unchanged.
pub(crate) fn quote_identifier(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    // Writing to a String does not fail.
    let _ = write_identifier(&mut text, name);
    text
}

/// Whether SQL would not read the bare word as a column everywhere.
fn is_reserved(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let Ok(index) = keywords::ALL_KEYWORDS.binary_search(&upper.as_str()) else { return false };
    let keyword = &keywords::ALL_KEYWORDS_INDEX[index];
    [keywords::RESERVED_FOR_COLUMN_ALIAS, keywords::RESERVED_FOR_TABLE_ALIAS, keywords::RESERVED_FOR_IDENTIFIER]
        .iter()
        .any(|reserved| reserved.contains(keyword))
        || matches!(upper.as_str(), "TRUE" | "FALSE" | "NULL" | "CASE" | "NOT" | "CAST" | "AND" | "OR" | "IN" | "IS" | "LIKE")
}
