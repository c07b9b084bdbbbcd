//! The statements that look at models and manage them.

use super::{OptionEntry, Spanned};
use crate::model::ModelName;

/// `SHOW MODEL { ALL | name }`.
///
/// # Examples
/// ```sql
/// SHOW MODEL churn
/// SHOW MODEL "all"        -- the model of this name
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ShowModel {
    /// Every model.
    All,
    /// One model.
    Name(Spanned<ModelName>),
}

/// `DROP MODEL [IF EXISTS] name [VERSION n]`.
///
/// # Examples
/// ```sql
/// DROP MODEL churn VERSION 1
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DropModel {
    /// `IF EXISTS`: no error if the model does not exist.
    pub if_exists: bool,
    /// The model.
    pub name: Spanned<ModelName>,
    /// Only this version.
    pub version: Option<Spanned<u32>>,
}

/// `ALTER MODEL [IF EXISTS] name action`.
///
/// # Examples
/// ```sql
/// ALTER MODEL churn SET (threshold = 0.35, description = 'for the campaign in May')
/// ALTER MODEL churn RENAME TO churn_2026
/// ALTER MODEL churn SET VERSION 2
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AlterModel {
    /// `IF EXISTS`: no error if the model does not exist.
    pub if_exists: bool,
    /// The model.
    pub name: Spanned<ModelName>,
    /// What to change.
    pub action: AlterAction,
}

/// What `ALTER MODEL` changes.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterAction {
    /// `SET (threshold = x, description = '...')`.
    Set(Vec<OptionEntry>),
    /// `RENAME TO name`.
    Rename(Spanned<ModelName>),
    /// `SET VERSION n`: the version that the functions use from now on.
    SetVersion(Spanned<u32>),
}

/// `EXPORT MODEL name TO 'file'` and `IMPORT MODEL name FROM 'file'`.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The model.
    pub name: Spanned<ModelName>,
    /// The file's path as written.
    pub path: Spanned<String>,
}
