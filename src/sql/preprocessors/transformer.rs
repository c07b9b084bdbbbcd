//! Redshift's transformers: what each takes and gives.

use datafusion::arrow::datatypes::DataType;

use crate::model::ColumnType;

/// A transformer of `PREPROCESSORS`. What each does is written down at [`plan`](super::plan()).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transformer {
    OneHotEncoder,
    OrdinalEncoder,
    NumericPassthrough,
    Imputer,
    ImputerWithIndicator,
    Normalizer,
    DateTimeVectorizer,
    Pca,
    StandardScaler,
    MinMax,
}

/// What can be said of a column's values before a transformer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers and booleans, which are 0 and 1, and what is null everywhere.
    Number,
    Text,
    /// Dates, times, timestamps.
    Time,
    /// What a one-hot encoder gives.
    Category,
    /// What a date-time vectorizer gives.
    Parts,
    /// What no transformer takes.
    Other,
}

impl Kind {
    pub(super) fn of(column_type: Option<&ColumnType>) -> Self {
        match column_type {
            Some(ColumnType::Boolean | ColumnType::Null) => Self::Number,
            Some(found) if found.is_number() => Self::Number,
            Some(found) if found.is_text() => Self::Text,
            Some(found) if found.is_temporal() => Self::Time,
            _ => Self::Other,
        }
    }

    /// What it is learned from.
    pub(super) fn data_type(self) -> DataType {
        if self == Self::Number { DataType::Float64 } else { DataType::Utf8 }
    }
}

impl Transformer {
    pub(super) const ALL: [Self; 10] = [
        Self::OneHotEncoder,
        Self::OrdinalEncoder,
        Self::NumericPassthrough,
        Self::Imputer,
        Self::ImputerWithIndicator,
        Self::Normalizer,
        Self::DateTimeVectorizer,
        Self::Pca,
        Self::StandardScaler,
        Self::MinMax,
    ];

    /// As statements write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OneHotEncoder => "OneHotEncoder",
            Self::OrdinalEncoder => "OrdinalEncoder",
            Self::NumericPassthrough => "NumericPassthrough",
            Self::Imputer => "Imputer",
            Self::ImputerWithIndicator => "ImputerWithIndicator",
            Self::Normalizer => "Normalizer",
            Self::DateTimeVectorizer => "DateTimeVectorizer",
            Self::Pca => "PCA",
            Self::StandardScaler => "StandardScaler",
            Self::MinMax => "MinMax",
        }
    }

    pub(super) fn takes(self, kind: Kind) -> bool {
        match self {
            Self::OneHotEncoder | Self::OrdinalEncoder => matches!(kind, Kind::Number | Kind::Text | Kind::Time),
            Self::Imputer | Self::ImputerWithIndicator => matches!(kind, Kind::Number | Kind::Text),
            Self::NumericPassthrough | Self::Normalizer | Self::Pca | Self::StandardScaler | Self::MinMax => kind == Kind::Number,
            Self::DateTimeVectorizer => kind == Kind::Time,
        }
    }

    /// What it takes, and how a column becomes one of these.
    pub(super) fn wants(self) -> (&'static str, &'static str) {
        match self {
            Self::OneHotEncoder | Self::OrdinalEncoder => ("numbers, texts, dates and times", "leave it out of the set"),
            Self::Imputer | Self::ImputerWithIndicator => {
                ("numbers and texts", "leave it out of the set; what is null in other columns is handled by their types")
            }
            Self::DateTimeVectorizer => {
                ("dates, times and timestamps", "turn it into one in the query: CAST(column AS TIMESTAMP)")
            }
            _ => ("numbers", "leave it out of the set, or turn it into a number in the query: CAST(column AS DOUBLE)"),
        }
    }
}
