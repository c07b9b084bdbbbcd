//! The statements that look at models and manage them.

use datafusion::sql::sqlparser::ast::ObjectName;

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
/// ALTER MODEL churn SET OPTIONS (description = "for the campaign in May")
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
    /// BigQuery's `SET OPTIONS (description = '...', labels = [...])`.
    SetOptions(Vec<OptionEntry>),
    /// `RENAME TO name`.
    Rename(Spanned<ModelName>),
    /// `SET VERSION n`: a copy of version n becomes the newest version, which is the one that the functions use.
    SetVersion(Spanned<u32>),
}

/// `EXPORT MODEL name [VERSION n] TO 'file'`: writes a model file. BigQuery's spelling may name a trial.
///
/// # Examples
/// ```sql
/// EXPORT MODEL churn TO 'churn.dfml'              -- the current version
/// EXPORT MODEL churn VERSION 2 TO '/tmp/old.dfml'
/// EXPORT MODEL churn OPTIONS (URI = 'churn.dfml', TRIAL_ID = 3) -- BigQuery's spelling
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ExportModel {
    /// The model.
    pub name: Spanned<ModelName>,
    /// Not the current version but this one.
    pub version: Option<Spanned<u32>>,
    /// The file's path as written.
    pub path: Spanned<String>,
    /// `TRIAL_ID`: which of the trials; a model keeps the best one only.
    pub trial: Option<Spanned<u32>>,
}

/// `IMPORT MODEL name FROM 'file' [FUNCTION function_name]`: takes in a model file.
///
/// # Examples
/// ```sql
/// IMPORT MODEL churn FROM 'churn.dfml'
/// IMPORT MODEL theirs FROM 'churn.dfml' FUNCTION predict_theirs   -- beside a model that has the file's function
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ImportModel {
    /// What the model is called here, whatever the file says.
    pub name: Spanned<ModelName>,
    /// The file's path as written.
    pub path: Spanned<String>,
    /// `FUNCTION`: the base name of the functions here; the file's unless given.
    pub function: Option<Spanned<ObjectName>>,
}
