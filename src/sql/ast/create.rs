//! `CREATE MODEL`.

use datafusion::sql::sqlparser::ast::{ObjectName, Query};

use super::{OptionEntry, OptionValue, Spanned};
use crate::model::ModelName;

/// Trains a model on the result of a query and publishes it as SQL functions.
///
/// # Grammar
/// The clauses after the name may come in any order, each at most once. `FROM` is required, `TARGET` too for what can be trained now.
/// ```text
/// CREATE [OR REPLACE] MODEL [IF NOT EXISTS] name
///   FROM { table | 'file' | ( query ) }
///   [ TARGET column ]
///   [ FUNCTION function_name ]                               -- predict_<name> unless given
///   [ IAM_ROLE { default | 'arn' } ]                         -- accepted, without meaning here
///   [ AUTO { ON | OFF } ]
///   [ MODEL_TYPE type ]
///   [ PROBLEM_TYPE type ]
///   [ OBJECTIVE 'metric' ]
///   [ PREPROCESSORS 'json' ]
///   [ HYPERPARAMETERS DEFAULT [ EXCEPT ( key 'value' [, ...] ) ] ]
///   [ SPLIT ( split [, ...] ) ]
///   [ SETTINGS ( key value [, ...] ) ]
/// ```
/// A type or a metric may also stand in quotes or in brackets: `PROBLEM_TYPE (REGRESSION)`, `OBJECTIVE ('mse')`.
///
/// # Examples
/// ```sql
/// CREATE MODEL churn
/// FROM (SELECT tenure, contract, charges, churned FROM customers)
/// TARGET churned
/// FUNCTION predict_churn
/// SPLIT (KEY (customer_id), RATIO 0.8)
/// SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CreateModel {
    /// `OR REPLACE`: make a new version if the model exists.
    pub or_replace: bool,
    /// `IF NOT EXISTS`: do nothing if the model exists.
    pub if_not_exists: bool,
    /// The model.
    pub name: Spanned<ModelName>,
    /// `FROM`.
    pub source: Spanned<Source>,
    /// `TARGET`: the column to learn, as written.
    pub target: Option<Spanned<String>>,
    /// `FUNCTION`.
    pub function: Option<Spanned<ObjectName>>,
    /// `IAM_ROLE`, without meaning here.
    pub iam_role: Option<Spanned<IamRole>>,
    /// `AUTO`.
    pub auto: Option<Spanned<bool>>,
    /// `MODEL_TYPE`, in upper case.
    pub model_type: Option<Spanned<String>>,
    /// `PROBLEM_TYPE`, in upper case.
    pub problem_type: Option<Spanned<String>>,
    /// `OBJECTIVE`, as written.
    pub objective: Option<Spanned<String>>,
    /// `PREPROCESSORS`, as written.
    pub preprocessors: Option<Spanned<String>>,
    /// `HYPERPARAMETERS`; an empty list is `DEFAULT`.
    pub hyperparameters: Option<Vec<OptionEntry>>,
    /// `SPLIT`.
    pub split: Option<SplitClause>,
    /// `SETTINGS`; the list may be empty.
    pub settings: Option<Vec<OptionEntry>>,
}

impl CreateModel {
    /// The statement with nothing but what is required.
    pub fn new(name: Spanned<ModelName>, source: Spanned<Source>) -> Self {
        Self {
            or_replace: false,
            if_not_exists: false,
            name,
            source,
            target: None,
            function: None,
            iam_role: None,
            auto: None,
            model_type: None,
            problem_type: None,
            objective: None,
            preprocessors: None,
            hyperparameters: None,
            split: None,
            settings: None,
        }
    }
}

/// Where the rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table, or a file where the host reads quoted names as files: all its columns are used.
    Table(ObjectName),
    /// A query in brackets.
    Query(Box<Query>),
}

/// `IAM_ROLE`: who pays in Redshift. Here nobody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IamRole {
    /// `IAM_ROLE default`.
    Default,
    /// `IAM_ROLE 'arn:...'`.
    Arn(String),
}

/// How rows are held out.
///
/// # Grammar
/// ```text
/// SPLIT NONE | SPLIT ( item [, ...] )
/// item ::= RATIO number | SEED number | KEY ( column [, ...] ) | COLUMN column | ORDER BY column | NONE
/// ```
///
/// # Examples
/// ```sql
/// SPLIT (RATIO 0.8, SEED 7)
/// SPLIT (KEY (customer_id))        -- all rows of a customer on one side
/// SPLIT (COLUMN is_test)           -- the data says it
/// SPLIT (ORDER BY sold_at)         -- the latest rows are held out
/// SPLIT (NONE)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SplitClause {
    /// How, where not at random.
    pub method: Option<Spanned<SplitMethod>>,
    /// `RATIO`: the share to train on.
    pub ratio: Option<Spanned<OptionValue>>,
    /// `SEED` of the hash.
    pub seed: Option<Spanned<OptionValue>>,
}

impl SplitClause {
    /// A random split with the default share and seed.
    pub(crate) fn empty() -> Self {
        Self { method: None, ratio: None, seed: None }
    }
}

/// The ways of holding out rows other than at random.
#[derive(Debug, Clone, PartialEq)]
pub enum SplitMethod {
    /// `KEY (a, b)`.
    Key(Vec<Spanned<String>>),
    /// `COLUMN c`.
    Column(Spanned<String>),
    /// `ORDER BY c`.
    OrderBy(Spanned<String>),
    /// `NONE`.
    None,
}
