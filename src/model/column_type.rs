//! The column types that models know, by name, independent of the Arrow version.

use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use serde::{Deserialize, Serialize};

use super::depth::{MAX_DEPTH, nested};
use super::quote_identifier;

/// The type of a column of the training query.
///
/// Arrow's own type is not stored: a model file must outlive Arrow versions. Dictionaries count as their value type, lists of
/// every layout as lists, and times of every unit as times.
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
    Date,
    Time,
    Timestamp { zone: Option<String> },
    Duration,
    Interval,
    List(#[serde(deserialize_with = "nested")] Box<ColumnType>),
    Struct(#[serde(deserialize_with = "nested")] Vec<(String, ColumnType)>),
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
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Time32(_) | DataType::Time64(_) => Self::Time,
            DataType::Timestamp(_, zone) => Self::Timestamp { zone: zone.as_ref().map(ToString::to_string) },
            DataType::Duration(_) => Self::Duration,
            DataType::Interval(_) => Self::Interval,
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                Self::List(Box::new(Self::from_arrow(item.data_type())?))
            }
            DataType::Struct(fields) => {
                let fields = fields.iter().map(|field| Some((field.name().clone(), Self::from_arrow(field.data_type())?)));
                Self::Struct(fields.collect::<Option<_>>()?)
            }
            DataType::Dictionary(_, value) => return Self::from_arrow(value),
            _ => return None,
        })
    }

    /// The Arrow type that a result of this type has; decimals are returned as `Float64`, times in microseconds.
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
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp { zone } => DataType::Timestamp(TimeUnit::Microsecond, zone.as_deref().map(Into::into)),
            Self::Duration => DataType::Duration(TimeUnit::Microsecond),
            Self::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
            Self::List(item) => DataType::new_list(item.to_arrow(), true),
            Self::Struct(fields) => {
                DataType::Struct(fields.iter().map(|(name, field)| Field::new(name, field.to_arrow(), true)).collect())
            }
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
            Self::Date => "DATE".into(),
            Self::Time => "TIME".into(),
            Self::Timestamp { zone: None } => "TIMESTAMP".into(),
            Self::Timestamp { zone: Some(_) } => "TIMESTAMP WITH TIME ZONE".into(),
            Self::Duration => "DURATION".into(),
            Self::Interval => "INTERVAL".into(),
            Self::List(item) => format!("{}[]", item.sql_name()),
            Self::Struct(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, field)| format!("{} {}", quote_identifier(name), field.sql_name())).collect();
                format!("STRUCT<{}>", fields.join(", "))
            }
        }
    }

    /// The type of a struct's field, if it is a struct and has the field.
    pub fn field(&self, name: &str) -> Option<&Self> {
        let Self::Struct(fields) = self else { return None };
        fields.iter().find(|(other, _)| other == name).map(|(_, field)| field)
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

    /// Whether the values are points in time or times of day.
    pub fn is_temporal(&self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Timestamp { .. })
    }

    /// Whether a model can predict values of this type.
    pub fn can_be_target(&self) -> bool {
        self.is_number() || self.is_text() || matches!(self, Self::Null | Self::Boolean)
    }

    /// Whether a model can learn from values of this type: everything but lists of something else than numbers and booleans,
    /// empty structs, and types that nest too deeply.
    pub fn can_be_feature(&self) -> bool {
        self.depth() <= MAX_DEPTH && self.is_learnable()
    }

    fn depth(&self) -> u32 {
        match self {
            Self::List(item) => 1 + item.depth(),
            Self::Struct(fields) => 1 + fields.iter().map(|(_, field)| field.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn is_learnable(&self) -> bool {
        match self {
            Self::List(item) => item.is_number() || matches!(**item, Self::Boolean | Self::Null),
            Self::Struct(fields) => !fields.is_empty() && fields.iter().all(|(_, field)| field.is_learnable()),
            _ => true,
        }
    }
}
