//! Columns of numbers as vectors, one a row: scaled to length 1, or turned to their principal components.
//!
//! A vector is a struct with a field for each of its numbers. A row with a missing number has no principal components.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, exec_err};
use ndarray::{Array2, ArrayView2, linalg::general_mat_mul};
use serde::{Deserialize, Serialize};

use super::normalizer::norm;
use super::statistics::sum;
use super::symmetric::eigenvectors;

/// Rows whose products are summed at a time.
const BLOCK: usize = 4096;

/// The type of vectors whose numbers have these names.
pub(super) fn vector_type(names: &[String]) -> DataType {
    DataType::Struct(fields(names))
}

/// The names of the principal components of so many columns.
pub(super) fn component_names(n: usize) -> Vec<String> {
    (1..=n).map(|place| format!("component_{place}")).collect()
}

fn fields(names: &[String]) -> Fields {
    names.iter().map(|name| Field::new(name, DataType::Float64, true)).collect()
}

/// The numbers of a struct, NaN for what is missing. Shape: `(n_columns, n_rows)`.
fn numbers(vectors: &StructArray) -> Vec<Vec<f64>> {
    let column = |column: &ArrayRef| -> Vec<f64> {
        let numbers = column.as_primitive::<Float64Type>();
        (0..vectors.len())
            .map(|row| if vectors.is_null(row) || numbers.is_null(row) { f64::NAN } else { numbers.value(row) })
            .collect()
    };
    vectors.columns().iter().map(column).collect()
}

fn structs(names: &[String], columns: Vec<Vec<f64>>, n_rows: usize) -> Result<ArrayRef> {
    let array = |column: Vec<f64>| -> ArrayRef {
        Arc::new(column.into_iter().map(|x| Some(x).filter(|x| !x.is_nan())).collect::<Float64Array>())
    };
    let columns = columns.into_iter().map(array).collect();
    Ok(Arc::new(StructArray::try_new_with_length(fields(names), columns, None, n_rows)?))
}

/// Each vector divided by its Euclidean length, as scikit-learn's `Normalizer` does. A number that is missing stays so and does
/// not count; a vector of length 0 stays as it is.
pub(super) fn directions(names: &[String], vectors: &ArrayRef) -> Result<ArrayRef> {
    let mut columns = numbers(vectors.as_struct());
    for row in 0..vectors.len() {
        let of_row = columns.iter().filter_map(|column| column.get(row)).copied().filter(|x| !x.is_nan());
        let length = norm(of_row, 2.0);
        if length > 0.0 {
            columns.iter_mut().filter_map(|column| column.get_mut(row)).for_each(|x| *x /= length);
        }
    }
    structs(names, columns, vectors.len())
}

/// Principal components: directions without correlation among each other, the one in which the rows differ most first.
///
/// `component = Σ directions[component][column] · (x[column] − means[column])`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Components {
    /// The names of the columns.
    columns: Vec<String>,
    means: Vec<f64>,
    /// Per component one number for each column; of length 1, or all 0 where the rows do not differ.
    directions: Vec<Vec<f64>>,
}

impl Components {
    /// Of these columns before anything is learned.
    pub(super) fn unlearned(columns: Vec<String>) -> Self {
        let n = columns.len();
        Self { columns, means: vec![0.0; n], directions: vec![vec![0.0; n]; n] }
    }

    /// Learns from the rows without a missing number: the eigenvectors of their covariance, by falling eigenvalue, each with its
    /// largest number positive, as scikit-learn's `PCA` has them.
    ///
    /// # Errors
    /// If a number is infinite.
    pub(super) fn learn(columns: Vec<String>, vectors: &ArrayRef) -> Result<Self> {
        let values = numbers(vectors.as_struct());
        for (name, column) in columns.iter().zip(&values) {
            let infinite = column.iter().filter(|x| x.is_infinite()).count();
            if infinite > 0 {
                return exec_err!("PCA: the column {name} is infinite in {infinite} rows; replace it with NULL");
            }
        }
        let whole: Vec<usize> =
            (0..vectors.len()).filter(|row| values.iter().all(|column| !column.get(*row).is_none_or(|x| x.is_nan()))).collect();
        let mut learned = Self::unlearned(columns);
        if whole.len() < 2 {
            return Ok(learned);
        }
        let of_whole = |column: &Vec<f64>| whole.iter().filter_map(|row| column.get(*row).copied()).collect::<Vec<f64>>();
        let mut centred: Vec<Vec<f64>> = values.iter().map(of_whole).collect();
        drop(values);
        for (column, mean) in centred.iter_mut().zip(&mut learned.means) {
            // Not to overflow where the mean does not.
            let n = column.len() as f64;
            *mean = sum(column.iter().map(|x| x / n));
            column.iter_mut().for_each(|x| *x -= *mean);
        }
        let size = centred.iter().flatten().fold(0.0_f64, |size, x| size.max(x.abs()));
        if size == 0.0 || !size.is_finite() {
            return Ok(learned);
        }
        centred.iter_mut().flatten().for_each(|x| *x /= size);
        let (variances, directions) = eigenvectors(products(&centred, whole.len()));
        // What is left of dependent columns is rounding.
        let noise = variances.first().copied().unwrap_or(0.0) * f64::EPSILON * (variances.len() * 16) as f64;
        for ((learned, direction), variance) in learned.directions.iter_mut().zip(directions).zip(variances) {
            if variance > noise {
                *learned = direction;
            }
        }
        Ok(learned)
    }

    pub(super) fn input_type(&self) -> DataType {
        vector_type(&self.columns)
    }

    pub(super) fn result_type(&self) -> DataType {
        vector_type(&component_names(self.columns.len()))
    }

    pub(super) fn apply(&self, vectors: &ArrayRef) -> Result<ArrayRef> {
        let mut values = numbers(vectors.as_struct());
        for (column, mean) in values.iter_mut().zip(&self.means) {
            column.iter_mut().for_each(|x| *x -= mean);
        }
        let component = |direction: &Vec<f64>| {
            let mut component = vec![0.0; vectors.len()];
            for (column, factor) in values.iter().zip(direction) {
                component.iter_mut().zip(column).for_each(|(component, x)| *component += factor * x);
            }
            component
        };
        structs(&component_names(self.columns.len()), self.directions.iter().map(component).collect(), vectors.len())
    }

    /// What does not hold of what was read.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let n = self.columns.len();
        let is_sound = |numbers: &Vec<f64>| numbers.len() == n && numbers.iter().all(|x| x.is_finite());
        let sound = is_sound(&self.means) && self.directions.len() == n && self.directions.iter().all(is_sound);
        (!sound).then_some("principal components do not fit their columns, or are not finite")
    }
}

/// `XᵀX` of columns of `n_rows` rows. Rows are taken in blocks, in their order.
fn products(columns: &[Vec<f64>], n_rows: usize) -> Array2<f64> {
    let n = columns.len();
    let mut products = Array2::zeros((n, n));
    let mut block: Vec<f64> = Vec::with_capacity(n * BLOCK);
    for first in (0..n_rows).step_by(BLOCK) {
        let rows = first..(first + BLOCK).min(n_rows);
        block.clear();
        columns.iter().for_each(|column| block.extend(column.get(rows.clone()).unwrap_or_default()));
        if let Ok(block) = ArrayView2::from_shape((n, rows.len()), &block) {
            general_mat_mul(1.0, &block, &block.t(), 1.0, &mut products);
        }
    }
    products
}
