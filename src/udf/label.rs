//! Labels in the target's own type.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, StringArray, UInt32Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::model::{Label, Target};

/// The two labels of a binary target as an array of the target's type: negative first.
#[derive(Debug, Clone)]
pub(super) struct LabelPair(ArrayRef);

impl LabelPair {
    /// The labels of a target.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if there are not two labels, or if they are no values of the target's type.
    pub(super) fn new(target: &Target) -> Result<Self> {
        let unfit = || Error::internal(format!("the labels of {} do not fit its type", target.name));
        let array: ArrayRef = match target.labels.as_slice() {
            [Label::Boolean(negative), Label::Boolean(positive)] => Arc::new(BooleanArray::from(vec![*negative, *positive])),
            // The one type that holds both BIGINT and BIGINT UNSIGNED.
            [Label::Integer(negative), Label::Integer(positive)] => {
                Arc::new(Decimal128Array::from(vec![*negative, *positive]).with_precision_and_scale(38, 0)?)
            }
            [Label::Float(negative), Label::Float(positive)] => Arc::new(Float64Array::from(vec![*negative, *positive])),
            [Label::Text(negative), Label::Text(positive)] => {
                Arc::new(StringArray::from(vec![negative.as_str(), positive.as_str()]))
            }
            _ => return Err(unfit()),
        };
        // A cast gives null where a value does not fit.
        let array = cast(&array, &target.column_type.to_arrow())?;
        if array.null_count() > 0 { Err(unfit()) } else { Ok(Self(array)) }
    }

    /// The labels' type.
    pub(super) fn data_type(&self) -> &DataType {
        self.0.data_type()
    }

    /// The labels of rows: positive where true, null where `nulls` says so. Shape: one per row.
    pub(super) fn of_rows(&self, positive: impl Iterator<Item = bool>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let places = UInt32Array::new(positive.map(u32::from).collect(), nulls);
        Ok(take(&self.0, &places, None)?)
    }
}
