//! The syntax tree. Its documentation is the grammar; `Display` prints it as canonical SQL, and parsing that gives the tree again.

mod bigquery;
mod create;
mod display;
mod host;
mod manage;
mod privileges;
mod spanned;

pub(super) use bigquery::{BigQueryForm, Connection, Field};
pub(super) use create::{Clauses, CreateModel, Endpoint, Form, IamRole, NamedQuery, Source, SplitClause, SplitMethod};
pub(super) use manage::{AlterAction, AlterModel, DropModel, ExportModel, ImportModel, ShowModel};
pub(super) use privileges::{GrantModel, Grantee};
pub(super) use spanned::{ListItem, OptionEntry, OptionValue, Spanned};

use crate::model::ModelName;

/// One statement of a text: ours, or one that goes to DataFusion untouched.
///
/// Keywords are matched without case and none of them is reserved: a model, a table or a column may be called `model`, `target`
/// or `split`. `Display` prints the statement canonically; reading that gives an equal statement.
///
/// # Grammar
/// ```text
/// statement ::= create_model
///             | EXPLAIN [ANALYZE] [VERBOSE] create_model
///             | SHOW MODELS | SHOW MODEL { ALL | name }
///             | { DESCRIBE | DESC } MODEL name
///             | DROP MODEL [IF EXISTS] name [VERSION n]
///             | ALTER MODEL [IF EXISTS] name { SET [OPTIONS] (option = value, ...) | RENAME TO name | SET VERSION n }
///             | REFRESH MODEL name
///             | EXPORT MODEL name [VERSION n] TO 'file'
///             | EXPORT MODEL name OPTIONS (URI = 'file')
///             | IMPORT MODEL name FROM 'file' [FUNCTION function_name]
///             | GRANT privilege [, ...] [ON MODEL name [, ...]] TO grantee [, ...]
///             | REVOKE privilege [, ...] [ON MODEL name [, ...]] FROM grantee [, ...]
///             | any statement of DataFusion
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Statement {
    /// A statement of DataFusion's own.
    DataFusion(Box<datafusion::sql::parser::Statement>),
    /// Trains a model: `CREATE MODEL churn FROM customers TARGET churned`.
    CreateModel(Box<CreateModel>),
    /// A dry run of training: `EXPLAIN CREATE MODEL churn FROM customers TARGET churned`.
    ExplainCreateModel {
        /// `ANALYZE`: run the training query and count what it takes.
        analyze: bool,
        /// `VERBOSE`: all the plan's details.
        verbose: bool,
        /// What is explained.
        create: Box<CreateModel>,
    },
    /// Lists the models: `SHOW MODELS`.
    ShowModels,
    /// Shows one model, or all, as Redshift does: `SHOW MODEL churn`, `SHOW MODEL ALL`.
    ShowModel(ShowModel),
    /// Describes the functions and features of a model: `DESCRIBE MODEL churn`.
    DescribeModel {
        /// The model.
        name: Spanned<ModelName>,
    },
    /// Removes a model or one version of it: `DROP MODEL IF EXISTS churn`.
    DropModel(DropModel),
    /// Changes what can be changed without training: `ALTER MODEL churn SET (threshold = 0.35)`.
    AlterModel(AlterModel),
    /// Runs the model's stored statement again if its data has changed: `REFRESH MODEL churn`.
    RefreshModel {
        /// The model.
        name: Spanned<ModelName>,
    },
    /// Writes a model file: `EXPORT MODEL churn TO 'churn.dfml'`.
    ExportModel(ExportModel),
    /// Takes in a model file: `IMPORT MODEL churn FROM 'churn.dfml'`.
    ImportModel(ImportModel),
    /// Gives or takes rights, which models do not have here: `GRANT EXECUTE ON MODEL churn TO PUBLIC`.
    GrantModel(GrantModel),
}

impl Statement {
    /// The statement's keywords, for messages: `CREATE MODEL`; `None` for a statement of DataFusion's.
    pub fn keywords(&self) -> Option<&'static str> {
        Some(match self {
            Self::DataFusion(_) => return None,
            Self::CreateModel(_) => "CREATE MODEL",
            Self::ExplainCreateModel { .. } => "EXPLAIN CREATE MODEL",
            Self::ShowModels => "SHOW MODELS",
            Self::ShowModel(_) => "SHOW MODEL",
            Self::DescribeModel { .. } => "DESCRIBE MODEL",
            Self::DropModel(_) => "DROP MODEL",
            Self::AlterModel(_) => "ALTER MODEL",
            Self::RefreshModel { .. } => "REFRESH MODEL",
            Self::ExportModel(_) => "EXPORT MODEL",
            Self::ImportModel(_) => "IMPORT MODEL",
            Self::GrantModel(grant) if grant.revoke => "REVOKE ON MODEL",
            Self::GrantModel(_) => "GRANT ON MODEL",
        })
    }
}
