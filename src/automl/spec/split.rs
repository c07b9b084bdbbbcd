//! How rows are held out.

/// How the training query's rows are divided into training rows and held-out rows.
///
/// # Examples
/// ```
/// use datafusion_ml::Split;
///
/// // All rows of a customer on one side; the default is a random split of 70 %.
/// assert_eq!(
///     Split::key(["customer_id"]),
///     Split::Key { ratio: 0.7, seed: 42, columns: vec!["customer_id".into()] },
/// );
/// assert_eq!(Split::default(), Split::random(0.7));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Split {
    /// Within each class, the rows with the highest seeded hash of (row content, copy number) are held out.
    Random {
        /// Share of the rows to train on, in (0, 1).
        ratio: f64,
        /// Seed of the hash.
        seed: u64,
    },
    /// The seeded hash of these columns alone decides, row by row.
    Key {
        /// Share of the keys to train on, in (0, 1).
        ratio: f64,
        /// Seed of the hash.
        seed: u64,
        /// The key columns; they are no features.
        columns: Vec<String>,
    },
    /// A column says which rows are held out: true or `'test'`; it is no feature.
    Column {
        /// The column.
        column: String,
    },
    /// The rows with the highest values of this column, the latest, are held out; it is no feature.
    OrderBy {
        /// Share of the rows to train on, in (0, 1).
        ratio: f64,
        /// The column.
        column: String,
    },
    /// The same, and rows where the column is null are held out too, as BigQuery's `CUSTOM` does it.
    Custom {
        /// The column; it is no feature.
        column: String,
    },
    /// By the number of rows, as BigQuery's `AUTO_SPLIT` does it: of fewer than 500 none are held out, of up to 50,000 a fifth, of
    /// more 10,000; which ones, at random.
    Auto {
        /// Seed of the hash.
        seed: u64,
    },
    /// All rows are trained on; reported figures are then those of the training rows.
    None,
}

impl Split {
    /// Share of the rows that are trained on unless something else is asked for.
    pub const DEFAULT_RATIO: f64 = 0.7;
    /// The seed unless another one is asked for.
    pub const DEFAULT_SEED: u64 = 42;

    /// [`Random`](Self::Random) with the default seed: this share of the rows, in (0, 1), is trained on.
    pub fn random(ratio: f64) -> Self {
        Self::Random { ratio, seed: Self::DEFAULT_SEED }
    }

    /// [`Key`](Self::Key) with the default share and seed.
    pub fn key<C: Into<String>>(columns: impl IntoIterator<Item = C>) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        Self::Key { ratio: Self::DEFAULT_RATIO, seed: Self::DEFAULT_SEED, columns }
    }

    /// [`Column`](Self::Column).
    pub fn column(column: impl Into<String>) -> Self {
        Self::Column { column: column.into() }
    }

    /// [`OrderBy`](Self::OrderBy) with the default share.
    pub fn order_by(column: impl Into<String>) -> Self {
        Self::OrderBy { ratio: Self::DEFAULT_RATIO, column: column.into() }
    }

    /// [`Auto`](Self::Auto) with the default seed.
    pub fn auto() -> Self {
        Self::Auto { seed: Self::DEFAULT_SEED }
    }
}

/// The share of rows that [`Split::Auto`] trains on; `None`: all.
pub(crate) fn auto_ratio(n_rows: usize) -> Option<f64> {
    match n_rows {
        0..500 => None,
        500..=50_000 => Some(0.8),
        more => Some(1.0 - 10_000.0 / more as f64),
    }
}

impl Default for Split {
    fn default() -> Self {
        Self::random(Self::DEFAULT_RATIO)
    }
}
