//! Labels in the target's own type.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, StringArray, UInt32Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::model::{Label, Target};

/// The labels of a target as an array of the type that the label function returns, in the target's order.
#[derive(Debug, Clone)]
pub(crate) struct Labels(ArrayRef);

impl Labels {
    /// The labels of a target; none if it is a number.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the labels are no values of the target's type.
    pub(crate) fn new(target: &Target) -> Result<Option<Self>> {
        let unfit = || Error::internal(format!("the labels of {} do not fit its type", target.name));
        let labels = &target.labels;
        let Some(first) = labels.first() else { return Ok(None) };
        let array: ArrayRef = match first {
            Label::Boolean(_) => Arc::new(
                values(labels, |label| if let Label::Boolean(value) = label { Some(*value) } else { None })
                    .collect::<BooleanArray>(),
            ),
            // The one type that holds both BIGINT and BIGINT UNSIGNED.
            Label::Integer(_) => {
                let integers = values(labels, |label| if let Label::Integer(value) = label { Some(*value) } else { None });
                Arc::new(integers.collect::<Decimal128Array>().with_precision_and_scale(38, 0)?)
            }
            Label::Float(_) => Arc::new(
                values(labels, |label| if let Label::Float(value) = label { Some(*value) } else { None })
                    .collect::<Float64Array>(),
            ),
            Label::Text(_) => Arc::new(
                values(labels, |label| if let Label::Text(value) = label { Some(value.as_str()) } else { None })
                    .collect::<StringArray>(),
            ),
        };
        // A cast gives null where a value does not fit.
        let array = cast(&array, &target.label_type().to_arrow())?;
        if array.null_count() > 0 { Err(unfit()) } else { Ok(Some(Self(array))) }
    }

    /// The labels' type.
    pub(crate) fn data_type(&self) -> &DataType {
        self.0.data_type()
    }

    /// The labels of rows by their places in the target's order, null where `nulls` says so. Shape: one per row.
    pub(crate) fn of_rows(&self, places: impl Iterator<Item = u32>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        Ok(take(&self.0, &UInt32Array::new(places.collect(), nulls), None)?)
    }
}

/// Every label as a value of one kind, null where it is of another.
fn values<'a, T>(labels: &'a [Label], of: impl Fn(&'a Label) -> Option<T> + 'a) -> impl Iterator<Item = Option<T>> + 'a {
    labels.iter().map(of)
}
