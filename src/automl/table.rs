//! The rows of the training query, and what each column is for.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::execution::memory_pool::MemoryReservation;

use super::array_file::ArrayFile;
use super::spec::{TrainSpec, find_column, two_roles};
use crate::error::{Error, Result};
use crate::model::ColumnType;

/// One column of the training query, in arrays of neighbouring rows; every column has the same number of them.
#[derive(Debug)]
pub(crate) struct Column {
    pub name: String,
    pub data_type: DataType,
    /// Whether texts are categories even if they look like numbers.
    pub is_category: bool,
    pub arrays: Arrays,
}

/// The arrays of a column.
#[derive(Debug)]
pub(crate) enum Arrays {
    /// As DataFusion gave them, with the memory that they take.
    InMemory { arrays: Vec<ArrayRef>, _held: Option<MemoryReservation> },
    /// Read one at a time.
    OnDisk(ArrayFile),
}

impl Arrays {
    /// Number of arrays.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::InMemory { arrays, .. } => arrays.len(),
            Self::OnDisk(file) => file.len(),
        }
    }

    /// One of the arrays.
    pub(crate) fn get(&self, place: usize) -> Result<ArrayRef> {
        match self {
            Self::InMemory { arrays, .. } => {
                arrays.get(place).cloned().ok_or_else(|| Error::internal("a column has fewer arrays than others"))
            }
            Self::OnDisk(file) => file.read(place),
        }
    }

    /// The arrays in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Result<ArrayRef>> + '_ {
        (0..self.len()).map(|place| self.get(place))
    }

    /// Bytes that all arrays take that are not in memory yet.
    pub(crate) fn bytes_on_disk(&self) -> usize {
        match self {
            Self::InMemory { .. } => 0,
            Self::OnDisk(file) => file.bytes(),
        }
    }
}

/// The training query's result.
#[derive(Debug)]
pub(crate) struct Table {
    pub columns: Vec<Column>,
    pub n_rows: usize,
    /// The content hash of each row, with the memory that they take.
    pub hashes: (Vec<u128>, MemoryReservation),
}

/// What the columns of the training query are for, by their indexes.
#[derive(Debug)]
pub(crate) struct Roles {
    pub target: usize,
    pub weight: Option<usize>,
    pub key: Vec<usize>,
    /// The column of `SPLIT (COLUMN …)` or `SPLIT (ORDER BY …)`.
    pub split: Option<usize>,
    /// Everything else, in the query's order.
    pub features: Vec<usize>,
}

impl Roles {
    /// Finds the columns that the statement names.
    pub(crate) fn new(spec: &TrainSpec, names: &[String]) -> Result<Self> {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if let Some([name, _]) = sorted.array_windows().find(|[a, b]| a == b) {
            return Err(Error::data(format!("the training query has two columns called {name}; give one an alias")));
        }
        let mut reserved: Vec<(&str, usize)> = Vec::new();
        for (role, written) in spec.reserved_columns() {
            let column = find_column(role, written, names)?;
            // Names that differ in case can still be one column.
            if let Some((earlier, _)) = reserved.iter().find(|(_, other)| *other == column) {
                return Err(two_roles(earlier, role, &names[column]));
            }
            reserved.push((role, column));
        }
        let find = |role: &str| reserved.iter().find(|(other, _)| *other == role).map(|(_, column)| *column);
        let target = find("target").ok_or_else(|| Error::internal("a model without a target"))?;
        let (weight, split) = (find("weight"), find("split"));
        let key: Vec<usize> = reserved.iter().filter(|(role, _)| *role == "key").map(|(_, column)| *column).collect();
        let features: Vec<usize> = (0..names.len()).filter(|i| reserved.iter().all(|(_, column)| column != i)).collect();
        if features.is_empty() {
            return Err(Error::data("the training query has no feature: it needs at least one column beside the target")
                .with_hint("add columns to its SELECT list"));
        }
        Ok(Self { target, weight, key, split, features })
    }
}

/// The names of a schema's columns.
pub(crate) fn column_names(schema: &SchemaRef) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// Checks that the type of each feature is one that models can learn from.
pub(crate) fn check_feature_types(schema: &SchemaRef, roles: &Roles) -> Result<()> {
    for feature in &roles.features {
        let field = schema.field(*feature);
        if let DataType::Timestamp(_, Some(zone)) = field.data_type()
            && zone.parse::<Tz>().is_err()
        {
            return Err(Error::data(format!("column {} has the unknown time zone {zone}", field.name()))
                .with_hint("zones are names such as Europe/Berlin, or offsets such as +02:00"));
        }
        if !ColumnType::from_arrow(field.data_type()).is_some_and(|column_type| column_type.can_be_feature()) {
            return Err(Error::data(format!(
                "column {} has type {}, which cannot be a feature",
                field.name(),
                field.data_type()
            ))
            .with_hint(
                "leave it out of the query, or turn it into numbers, booleans, text, times, lists of numbers, or structs of these",
            ));
        }
    }
    Ok(())
}
