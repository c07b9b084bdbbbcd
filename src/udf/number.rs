//! Numbers: their term of the raw prediction, and their values as blocks of numbers.

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{
    DataType, Float32Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::util::bit_chunk_iterator::BitChunks;
use pulp::Arch;

use super::compile::Argument;
use crate::error::Result;
use crate::model::NumberSource;

/// The term `(x - mean) · scale` of a number, or `missing` where it is null or NaN.
///
/// `scale` is the coefficient over the standard deviation, `missing` the coefficient of the missing indicator or 0.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberTerm {
    /// Index of the leaf.
    pub(super) leaf: usize,
    pub(super) source: NumberSource,
    pub(super) mean: f64,
    pub(super) scale: f64,
    pub(super) missing: f64,
}

impl NumberTerm {
    /// The term of one number, NaN where it is missing.
    #[inline]
    pub(super) fn of(&self, x: f64) -> f64 {
        if x.is_nan() { self.missing } else { (x - self.mean) * self.scale }
    }
}

/// Writes the numbers from a row on into a block.
type FillBlock<'a> = dyn Fn(usize, &mut [f64]) + 'a;

/// The values of one leaf of numbers in one batch; missing values are read as NaN.
pub(super) enum NumberColumn<'a> {
    /// One number for all rows.
    Constant(f64),
    /// Numbers that are read in place, save where nulls must be turned into NaN.
    InPlace(&'a Float64Array),
    /// Numbers that were made from another type.
    Made(Float64Array),
    /// Numbers of another type, converted block by block.
    Convert(Box<FillBlock<'a>>),
}

impl<'a> NumberColumn<'a> {
    /// The column of an argument.
    pub(super) fn new(source: NumberSource, argument: Argument<'a>) -> Result<Self> {
        let array = match argument {
            Argument::Rows(array) => array,
            Argument::One(scalar) => {
                let one = source.read(&scalar.to_array_of_size(1)?)?;
                return Ok(Self::Constant(if one.is_null(0) { f64::NAN } else { one.value(0) }));
            }
        };
        // The usual types are converted block by block while the values are in the cache; all others the way training does.
        // Text is never among the usual types, so `source` makes no difference to them.
        Ok(match array.data_type() {
            DataType::Null => Self::Constant(f64::NAN),
            DataType::Float64 => Self::InPlace(array.as_primitive()),
            DataType::Float32 => convert::<Float32Type>(array, f64::from),
            DataType::Int8 => convert::<Int8Type>(array, f64::from),
            DataType::Int16 => convert::<Int16Type>(array, f64::from),
            DataType::Int32 => convert::<Int32Type>(array, f64::from),
            DataType::Int64 => convert::<Int64Type>(array, |value| value as f64),
            DataType::UInt8 => convert::<UInt8Type>(array, f64::from),
            DataType::UInt16 => convert::<UInt16Type>(array, f64::from),
            DataType::UInt32 => convert::<UInt32Type>(array, f64::from),
            DataType::UInt64 => convert::<UInt64Type>(array, |value| value as f64),
            _ => Self::Made(source.read(array)?),
        })
    }

    /// The values of the rows from `start` on, as many as `buffer` is long, which is used unless they can be read in place.
    pub(super) fn block<'b>(&'b self, start: usize, buffer: &'b mut [f64]) -> &'b [f64] {
        let array = match self {
            Self::InPlace(array) => array,
            Self::Made(array) => array,
            Self::Constant(value) => {
                buffer.fill(*value);
                return buffer;
            }
            Self::Convert(fill) => {
                fill(start, buffer);
                return buffer;
            }
        };
        let values = &array.values()[start..start + buffer.len()];
        let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else { return values };
        buffer.copy_from_slice(values);
        nulls_to_nan(nulls, start, buffer);
        buffer
    }
}

/// A column of another numeric type.
fn convert<'a, T: ArrowPrimitiveType>(array: &'a ArrayRef, to_f64: impl Fn(T::Native) -> f64 + Copy + 'a) -> NumberColumn<'a> {
    let array = array.as_primitive::<T>();
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    NumberColumn::Convert(Box::new(move |start, buffer| {
        let values = &array.values()[start..start + buffer.len()];
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for (out, value) in buffer.iter_mut().zip(values) {
                    *out = to_f64(*value);
                }
            },
        );
        if let Some(nulls) = nulls {
            nulls_to_nan(nulls, start, buffer);
        }
    }))
}

/// Writes NaN over the nulls of a block that begins at row `start`.
fn nulls_to_nan(nulls: &NullBuffer, start: usize, block: &mut [f64]) {
    let bits = BitChunks::new(nulls.buffer(), nulls.offset() + start, block.len());
    for (rows, valid) in block.chunks_mut(64).zip(bits.iter_padded()) {
        let mut missing = !valid;
        while missing != 0 {
            // The last word is padded past the block's end.
            let Some(value) = rows.get_mut(missing.trailing_zeros() as usize) else { break };
            *value = f64::NAN;
            missing &= missing - 1;
        }
    }
}
