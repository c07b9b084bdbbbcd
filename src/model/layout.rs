//! Where each encoder's columns stand in the design matrix, and a batch of encoded rows.
//!
//! The design matrix is never laid out in full: numbers are dense columns, a category is one code per row that stands
//! for its zeros and ones.

use datafusion::arrow::array::{Array, ArrayRef};

use super::{Encoder, Feature, FeatureValues, leaves};
use crate::error::{Error, Result};

/// What one column of the design matrix means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DesignColumn {
    /// The standardised number of this leaf.
    Number {
        /// Index of the leaf.
        leaf: usize,
    },
    /// 1 where this leaf is null.
    Missing {
        /// Index of the leaf.
        leaf: usize,
    },
    /// 1 where this leaf has the category of this code.
    Category {
        /// Index of the leaf.
        leaf: usize,
        /// The category's code.
        code: u32,
    },
}

impl DesignColumn {
    /// The leaf that the column comes from.
    pub fn leaf(&self) -> usize {
        match self {
            Self::Number { leaf } | Self::Missing { leaf } | Self::Category { leaf, .. } => *leaf,
        }
    }
}

/// Places of the encoders' columns: first all dense columns, then the codes of each category feature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnLayout {
    dense: Vec<DesignColumn>,
    /// Per category: its leaf, the number of its codes, the place of its first column.
    categories: Vec<(usize, usize, usize)>,
    /// Per leaf, the feature that it belongs to.
    features: Vec<usize>,
    /// Whether fits leave out the column of ones.
    no_intercept: bool,
}

impl ColumnLayout {
    /// The layout of these features.
    pub fn new(features: &[Feature]) -> Self {
        let leaves = leaves(features);
        let mut layout = Self { features: leaves.iter().map(|leaf| leaf.feature).collect(), ..Self::default() };
        for (leaf, l) in leaves.iter().enumerate() {
            if let Encoder::Number(number) = l.encoder {
                layout.dense.push(DesignColumn::Number { leaf });
                if number.missing_indicator {
                    layout.dense.push(DesignColumn::Missing { leaf });
                }
            }
        }
        let mut start = layout.dense.len();
        for (leaf, l) in leaves.iter().enumerate() {
            if let Encoder::Category(category) = l.encoder {
                layout.categories.push((leaf, category.n_codes(), start));
                start += category.n_codes();
            }
        }
        layout
    }

    /// The feature that a column comes from.
    pub fn feature(&self, column: &DesignColumn) -> usize {
        self.feature_of_leaf(column.leaf())
    }

    /// The feature that a leaf belongs to.
    pub fn feature_of_leaf(&self, leaf: usize) -> usize {
        self.features.get(leaf).copied().unwrap_or(usize::MAX)
    }

    /// The layout of so many numbers, one column and one feature each.
    pub(crate) fn of_numbers(n: usize) -> Self {
        Self {
            dense: (0..n).map(|leaf| DesignColumn::Number { leaf }).collect(),
            categories: Vec::new(),
            features: (0..n).collect(),
            no_intercept: false,
        }
    }

    /// The same for fits with or without an intercept.
    pub(crate) fn with_intercept(self, has_intercept: bool) -> Self {
        Self { no_intercept: !has_intercept, ..self }
    }

    /// Whether a fit has an intercept: a column of ones before all others. It has one unless [`with_intercept`](Self::with_intercept)
    /// says otherwise; the one place that estimators ask. A predictor without one has an intercept of 0.
    pub(crate) fn has_intercept(&self) -> bool {
        !self.no_intercept
    }

    /// Number of dense columns.
    pub fn n_dense(&self) -> usize {
        self.dense.len()
    }

    /// Per category: its leaf, the number of its codes, the place of its first column.
    pub fn categories(&self) -> &[(usize, usize, usize)] {
        &self.categories
    }

    /// Number of columns of the design matrix, without the intercept.
    pub fn n_columns(&self) -> usize {
        self.categories.last().map_or(self.dense.len(), |(_, n_codes, start)| start + n_codes)
    }

    /// What each column means, in order.
    pub fn columns(&self) -> impl Iterator<Item = DesignColumn> + '_ {
        let codes = self
            .categories
            .iter()
            .flat_map(|(leaf, n_codes, _)| (0_u32..).take(*n_codes).map(|code| DesignColumn::Category { leaf: *leaf, code }));
        self.dense.iter().cloned().chain(codes)
    }

    /// Encodes the argument arrays of one batch, one array per feature in the features' order, all of `n_rows` rows.
    ///
    /// This is the slow and plainly correct way; scoring has a faster one that tests hold equal to it.
    pub fn encode(&self, features: &[Feature], arrays: &[ArrayRef], n_rows: usize) -> Result<EncodedBatch> {
        if arrays.len() != features.len() || arrays.iter().any(|array| array.len() != n_rows) {
            return Err(Error::internal("the arrays do not fit the features"));
        }
        let mut batch = EncodedBatch { n_rows, ..EncodedBatch::default() };
        let mut leaf_arrays = Vec::with_capacity(self.features.len());
        for (feature, array) in features.iter().zip(arrays) {
            feature.encoder.expand(&feature.name, array, &mut leaf_arrays)?;
        }
        for (leaf, array) in leaves(features).iter().zip(&leaf_arrays) {
            match (leaf.encoder, leaf.encoder.read(array)?) {
                (Encoder::Number(encoder), FeatureValues::Numbers(values)) => {
                    let missing = |row: usize| values.value(row).is_nan() || values.is_null(row);
                    batch.dense.push(
                        (0..n_rows).map(|row| if missing(row) { 0.0 } else { encoder.standardize(values.value(row)) }).collect(),
                    );
                    if encoder.missing_indicator {
                        batch.dense.push((0..n_rows).map(|row| f64::from(u8::from(missing(row)))).collect());
                    }
                }
                (Encoder::Category(_), FeatureValues::Codes(codes)) => batch.codes.push(codes),
                _ => {}
            }
        }
        Ok(batch)
    }
}

/// Encoded rows: dense columns and category codes. Shapes: `n_rows` rows, the columns of a [`ColumnLayout`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EncodedBatch {
    n_rows: usize,
    /// Per dense column, one number per row.
    dense: Vec<Vec<f64>>,
    /// Per category, one code per row.
    codes: Vec<Vec<u32>>,
}

impl EncodedBatch {
    /// A batch of these columns, in a layout's order, each of `n_rows` values.
    pub(crate) fn new(n_rows: usize, dense: Vec<Vec<f64>>, codes: Vec<Vec<u32>>) -> Self {
        Self { n_rows, dense, codes }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The dense columns in the layout's order, each of `n_rows` numbers.
    pub fn dense(&self) -> &[Vec<f64>] {
        &self.dense
    }

    /// Per category in the layout's order, one code per row.
    pub fn codes(&self) -> &[Vec<u32>] {
        &self.codes
    }
}
