//! What can be said of statements before they run: their dialect, and whether they are right.

use datafusion::config::Dialect;

use super::MlContext;
use crate::error::Result;
use crate::sql::{self, Statement};

impl MlContext {
    /// Checks what can be checked of a statement without running it, and without its tables and models: whether the options of
    /// `CREATE MODEL` and `ALTER MODEL` are right, fit together, and ask for something that can be done; whether there are the
    /// functions `ML.…` that it calls, and their options and constants are right; and, of what is written in BigQuery's dialect,
    /// whether all of it can be translated. Everything that could run passes.
    ///
    /// The statement is used up: copying a long one takes more stack than a thread may have. Its text can be kept before.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported), [`UnknownOption`](crate::ErrorKind::UnknownOption),
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) and [`Statement`](crate::ErrorKind::Statement).
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
    /// let script = "CREATE MODEL m OPTIONS (model_type = 'linear_reg', l2_rge = 1) AS SELECT * FROM t;
    ///               SELECT * FROM ML.PREDICT(MODEL m, TABLE t, STRUCT(0.5 AS treshold))";
    /// let faults: Vec<String> =
    ///     ml.parse(script)?.into_iter().filter_map(|statement| Some(ml.check(statement).err()?.to_string())).collect();
    /// assert!(faults[0].starts_with("unknown option L2_RGE; did you mean L2_REG?"));
    /// assert!(faults[1].ends_with("did you mean threshold?"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn check(&self, statement: Statement) -> Result<()> {
        sql::check(statement, &self.session)
    }

    /// Whether a text that is being typed is ready to run: it ends with a semicolon, or cannot become a statement any more.
    ///
    /// Quotes and comments are those of the dialect that each statement is read in.
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
    /// assert!(ml.is_complete("SELECT ';';"));
    /// assert!(!ml.is_complete("SELECT 'one;"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_complete(&self, text: &str) -> bool {
        sql::session_dialect(&self.session).map_or(true, |dialect| sql::is_complete(text, dialect.as_ref()))
    }

    /// The line, from 1, on which each statement of a text begins, for messages; none of a text that cannot be read.
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
    /// assert_eq!(ml.first_lines("SELECT 1;\n-- two\nSELECT ';';"), [1, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn first_lines(&self, text: &str) -> Vec<u64> {
        sql::session_dialect(&self.session).map_or_else(|_| Vec::new(), |dialect| sql::first_lines(text, dialect.as_ref()))
    }

    /// Reads further texts in a dialect: `SET datafusion.sql_parser.dialect = 'bigquery'` as a method.
    ///
    /// In BigQuery's dialect double quotes make strings and `#` begins a comment, in queries too. A statement
    /// `CREATE MODEL ... OPTIONS (...)` is read so in any case.
    ///
    /// # Examples
    /// ```
    /// use datafusion::config::Dialect;
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ml = MlContext::new(SessionContext::new(), ModelStore::in_memory()).await?;
    /// ml.set_dialect(Dialect::BigQuery);
    /// let rows = ml.sql("SELECT \"a string\" AS text # and a comment").await?.collect().await?;
    /// assert_eq!(rows[0].num_rows(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_dialect(&self, dialect: Dialect) {
        self.session.state_ref().write().config_mut().options_mut().sql_parser.dialect = dialect;
    }
}
