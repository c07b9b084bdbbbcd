//! `GRANT` and `REVOKE`.

use std::fmt::{self, Display, Formatter};

use datafusion::sql::sqlparser::ast::Ident;

use super::Spanned;
use super::display::{Comma, Name, write_ident};
use crate::model::ModelName;

/// Rights on models, as Redshift gives and takes them.
///
/// # Grammar
/// ```text
/// GRANT { EXECUTE | ALL [PRIVILEGES] | CREATE MODEL } [, ...] [ON MODEL name [, ...]]
///   TO grantee [, ...] [WITH GRANT OPTION]
/// REVOKE [GRANT OPTION FOR] { ... } [, ...] [ON MODEL name [, ...]] FROM grantee [, ...] [CASCADE | RESTRICT]
/// grantee ::= name | GROUP name | ROLE name | PUBLIC
/// ```
///
/// # Examples
/// ```sql
/// GRANT EXECUTE ON MODEL churn TO GROUP analysts
/// REVOKE CREATE MODEL FROM PUBLIC
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GrantModel {
    /// `REVOKE` rather than `GRANT`.
    pub revoke: bool,
    /// `WITH GRANT OPTION` or `GRANT OPTION FOR`.
    pub grant_option: bool,
    /// `EXECUTE`, `ALL` or `CREATE MODEL`.
    pub privileges: Vec<String>,
    /// The models; none for `CREATE MODEL`.
    pub models: Vec<Spanned<ModelName>>,
    /// Whose rights.
    pub grantees: Vec<Grantee>,
}

/// Somebody with rights.
#[derive(Debug, Clone, PartialEq)]
pub struct Grantee {
    /// `GROUP` or `ROLE`.
    pub kind: Option<&'static str>,
    /// The name, or `PUBLIC`.
    pub name: Ident,
}

impl Display for GrantModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (verb, to) = match (self.revoke, self.grant_option) {
            (true, true) => ("REVOKE GRANT OPTION FOR", "FROM"),
            (true, false) => ("REVOKE", "FROM"),
            (false, _) => ("GRANT", "TO"),
        };
        write!(f, "{verb} {}", Comma(&self.privileges))?;
        for (i, model) in self.models.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { " ON MODEL " } else { ", " }, Name(model))?;
        }
        write!(f, " {to} {}", Comma(&self.grantees))?;
        f.write_str(if self.grant_option && !self.revoke { " WITH GRANT OPTION" } else { "" })
    }
}

impl Display for Grantee {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{kind} ")?;
        }
        write_ident(f, &self.name)
    }
}
