//! `CREATE MODEL`.

use datafusion::sql::sqlparser::ast::{DataType, Ident, ObjectName, Query};

use super::{BigQueryForm, OptionEntry, OptionValue, Spanned};
use crate::model::ModelName;

/// Trains a model on the result of a query and publishes it as SQL functions.
///
/// # Grammar
/// What follows the name comes in one of two forms, clauses or options.
/// ```text
/// CREATE [OR REPLACE] MODEL [IF NOT EXISTS] name { clauses | options }
/// ```
///
/// # Examples
/// ```sql
/// CREATE MODEL churn FROM customers TARGET churned
/// CREATE MODEL churn OPTIONS (model_type = 'LOGISTIC_REG', input_label_cols = ['churned']) AS SELECT * FROM customers
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CreateModel {
    /// `OR REPLACE`: make a new version if the model exists.
    pub or_replace: bool,
    /// `IF NOT EXISTS`: do nothing if the model exists.
    pub if_not_exists: bool,
    /// The model.
    pub name: Spanned<ModelName>,
    /// `FROM` or `AS`; a model that is made elsewhere may have none.
    pub source: Option<Spanned<Source>>,
    /// Everything else.
    pub form: Form,
}

impl CreateModel {
    /// The statement with nothing but what is required.
    pub fn new(name: Spanned<ModelName>, source: Spanned<Source>) -> Self {
        let form = Form::Clauses(Box::default());
        Self { or_replace: false, if_not_exists: false, name, source: Some(source), form }
    }
}

/// The two ways of saying what is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Redshift's: `FROM ... TARGET ...` and further clauses.
    Clauses(Box<Clauses>),
    /// BigQuery's: `OPTIONS (...) AS query`.
    Options(Box<BigQueryForm>),
}

/// The clauses of Redshift's form.
///
/// # Grammar
/// The clauses may come in any order, each at most once. `TARGET` is required for what can be trained now.
/// ```text
/// CREATE [OR REPLACE] MODEL [IF NOT EXISTS] name
///   [ FROM { table | 'file' | 'job' | ( query ) } ]          -- must be there unless SAGEMAKER is
///   [ TARGET column ]
///   [ FUNCTION function_name [ ( type [, ...] ) ] ]          -- predict_<name> unless given; types only of a model made elsewhere
///   [ RETURNS type ]                                         -- a model made elsewhere
///   [ SAGEMAKER 'endpoint' [ : 'model' ] ]                   -- a model that runs elsewhere
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clauses {
    /// `TARGET`: the column to learn, as written.
    pub target: Option<Spanned<String>>,
    /// `FUNCTION`.
    pub function: Option<Spanned<ObjectName>>,
    /// The types of a function that a model made elsewhere has.
    pub arguments: Option<Spanned<Vec<DataType>>>,
    /// `RETURNS`, of such a function.
    pub returns: Option<Spanned<DataType>>,
    /// `SAGEMAKER`: where such a model runs.
    pub sagemaker: Option<Spanned<Endpoint>>,
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

/// Where the rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table, or a file where the host reads quoted names as files: all its columns are used.
    Table(ObjectName),
    /// A query: in brackets after `FROM`, as it is after `AS`.
    Query(Box<Query>),
    /// Several queries with names: `AS (training_data AS (query), custom_holiday AS (query))`.
    Queries(Vec<NamedQuery>),
    /// A training job or an archive that holds a trained model: `FROM ('job')`.
    Job(String),
}

impl Source {
    /// Its queries.
    pub(crate) fn queries_mut(&mut self) -> Vec<&mut Query> {
        match self {
            Self::Query(query) => vec![query],
            Self::Queries(queries) => queries.iter_mut().map(|named| named.query.as_mut()).collect(),
            Self::Table(_) | Self::Job(_) => Vec::new(),
        }
    }
}

/// `training_data AS (query)`.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedQuery {
    /// What it is for.
    pub name: Ident,
    /// The query.
    pub query: Box<Query>,
}

/// `SAGEMAKER 'endpoint'` or `SAGEMAKER 'endpoint':'model'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The endpoint's name.
    pub name: String,
    /// One of several models behind it.
    pub model: Option<String>,
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
