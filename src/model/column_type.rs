//! The column types that models know, by name, independent of the Arrow version.

use datafusion::arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

/// The type of a column of the training query.
///
/// Arrow's own type is not stored: a model file must outlive Arrow versions. Dictionaries count as their value type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant is the Arrow type of the same name")]
pub enum ColumnType {
    Null,
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float16,
    Float32,
    Float64,
    Decimal { precision: u8, scale: i8 },
    Utf8,
    LargeUtf8,
    Utf8View,
}

impl ColumnType {
    /// The column type of an Arrow type; `None` for types that models do not know.
    pub fn from_arrow(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean,
            DataType::Int8 => Self::Int8,
            DataType::Int16 => Self::Int16,
            DataType::Int32 => Self::Int32,
            DataType::Int64 => Self::Int64,
            DataType::UInt8 => Self::UInt8,
            DataType::UInt16 => Self::UInt16,
            DataType::UInt32 => Self::UInt32,
            DataType::UInt64 => Self::UInt64,
            DataType::Float16 => Self::Float16,
            DataType::Float32 => Self::Float32,
            DataType::Float64 => Self::Float64,
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => Self::Decimal { precision: *precision, scale: *scale },
            DataType::Utf8 => Self::Utf8,
            DataType::LargeUtf8 => Self::LargeUtf8,
            DataType::Utf8View => Self::Utf8View,
            DataType::Dictionary(_, value) => return Self::from_arrow(value),
            _ => return None,
        })
    }

    /// The Arrow type that a result of this type has; decimals are returned as `Float64`.
    pub fn to_arrow(&self) -> DataType {
        match self {
            Self::Null => DataType::Null,
            Self::Boolean => DataType::Boolean,
            Self::Int8 => DataType::Int8,
            Self::Int16 => DataType::Int16,
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::UInt8 => DataType::UInt8,
            Self::UInt16 => DataType::UInt16,
            Self::UInt32 => DataType::UInt32,
            Self::UInt64 => DataType::UInt64,
            Self::Float16 => DataType::Float16,
            Self::Float32 => DataType::Float32,
            Self::Float64 | Self::Decimal { .. } => DataType::Float64,
            Self::Utf8 => DataType::Utf8,
            Self::LargeUtf8 => DataType::LargeUtf8,
            Self::Utf8View => DataType::Utf8View,
        }
    }

    /// The SQL name, as signatures show it.
    pub fn sql_name(&self) -> String {
        match self {
            Self::Null => "NULL".into(),
            Self::Boolean => "BOOLEAN".into(),
            Self::Int8 => "TINYINT".into(),
            Self::Int16 => "SMALLINT".into(),
            Self::Int32 => "INT".into(),
            Self::Int64 => "BIGINT".into(),
            Self::UInt8 => "TINYINT UNSIGNED".into(),
            Self::UInt16 => "SMALLINT UNSIGNED".into(),
            Self::UInt32 => "INT UNSIGNED".into(),
            Self::UInt64 => "BIGINT UNSIGNED".into(),
            Self::Float16 | Self::Float32 => "REAL".into(),
            Self::Float64 => "DOUBLE".into(),
            Self::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
            Self::Utf8 | Self::LargeUtf8 | Self::Utf8View => "VARCHAR".into(),
        }
    }

    /// Whether the values are numbers.
    pub fn is_number(&self) -> bool {
        self.is_integer() || matches!(self, Self::Float16 | Self::Float32 | Self::Float64 | Self::Decimal { .. })
    }

    /// Whether the values are whole numbers.
    pub fn is_integer(&self) -> bool {
        matches!(
            self,
            Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64 | Self::UInt8 | Self::UInt16 | Self::UInt32 | Self::UInt64
        )
    }

    /// Whether the values are text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Utf8 | Self::LargeUtf8 | Self::Utf8View)
    }
}
