//! The seeded hash of rows and keys that splits obey. Specified in `models/README.md`; it never changes.
//!
//! Values are written as a tag and little-endian bytes, so that equal values hash equally whatever the width of their type:
//! the integer 1, the float 1.0 and the decimal 1.00 are one value, `-0.0` is 0, and NaN is null.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArrayType};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

use super::struct_field;
use crate::error::{Error, Result};

const NULL: u8 = 0;
const BOOLEAN: u8 = 1;
const WHOLE: u8 = 2;
const REAL: u8 = 3;
const TEXT: u8 = 4;
const OTHER: u8 = 5;

/// 2^63: floats of this size and more are no `i64`.
const I64_END: f64 = 9_223_372_036_854_775_808.0;

/// The content hash of each row: XXH3-128 over the encoded values, columns in the order given.
pub(crate) fn row_hashes(columns: &[ArrayRef], n_rows: usize, seed: u64) -> Result<Vec<u128>> {
    hash_rows(columns, n_rows, |bytes| xxh3_128_with_seed(bytes, seed))
}

/// The key hash of each row: XXH3-64 over the encoded values of the key, columns in the order given.
pub(crate) fn key_hashes(columns: &[ArrayRef], n_rows: usize, seed: u64) -> Result<Vec<u64>> {
    hash_rows(columns, n_rows, |bytes| xxh3_64_with_seed(bytes, seed))
}

/// Where a row stands in the order that decides its side: the upper half of its content hash, and for the copies of an
/// earlier row the hash of content hash and copy number.
pub(crate) fn rank_hash(content: u128, copy: u64, seed: u64) -> u64 {
    if copy == 0 {
        return upper_half(content);
    }
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(&content.to_le_bytes());
    bytes[16..].copy_from_slice(&copy.to_le_bytes());
    xxh3_64_with_seed(&bytes, seed)
}

/// The upper 64 of 128 bits.
pub(crate) fn upper_half(content: u128) -> u64 {
    u64::try_from(content >> 64).unwrap_or(u64::MAX)
}

/// A key's place in [0, 1): its row is held out if the place is at least the ratio of training rows.
pub(crate) fn unit_interval(hash: u64) -> f64 {
    // The upper 53 bits are exactly a double.
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// Encodes the rows side by side in one buffer, column by column, and hashes each.
fn hash_rows<H>(columns: &[ArrayRef], n_rows: usize, hash: impl Fn(&[u8]) -> H) -> Result<Vec<H>> {
    let mut simple = Vec::with_capacity(columns.len());
    columns.iter().try_for_each(|column| simplify(column, &mut simple))?;
    let columns = simple;
    let mut ends = vec![0_usize; n_rows];
    for (column, _) in &columns {
        add_sizes(column, &mut ends);
    }
    let mut total = 0;
    // From sizes to starts; writing moves each start to the row's end.
    for end in &mut ends {
        let size = *end;
        *end = total;
        total += size;
    }
    let mut bytes = vec![0_u8; total];
    for (column, tag) in &columns {
        write_values(column, *tag, &mut bytes, &mut ends);
    }
    let mut start = 0;
    Ok(ends
        .iter()
        .map(|end| {
            let row = &bytes[start..*end];
            start = *end;
            hash(row)
        })
        .collect())
}

/// Brings an array to one of the few types that the encoding knows, with the tag that its texts carry. A struct becomes its
/// fields.
fn simplify(array: &ArrayRef, out: &mut Vec<(ArrayRef, u8)>) -> Result<()> {
    let simple = match array.data_type() {
        DataType::Boolean
        | DataType::Int64
        | DataType::UInt64
        | DataType::Float64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Null => ArrayRef::clone(array),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => {
            cast(array, &DataType::Int64)?
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            return Err(Error::data("bytes cannot decide a split")
                .with_hint("turn them into text, for example with encode(column, 'hex')"));
        }
        data_type if data_type.is_numeric() => cast(array, &DataType::Float64)?,
        DataType::Dictionary(_, value) => return simplify(&cast(array, value)?, out),
        DataType::Struct(fields) => {
            let mut names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
            names.sort_unstable();
            return names.into_iter().try_for_each(|name| simplify(&struct_field("", array, name)?, out));
        }
        DataType::FixedSizeList(item, _) => return simplify(&cast(array, &DataType::List(Arc::clone(item)))?, out),
        // Dates, times, lists and everything else count as the text that Arrow casts them to.
        other => {
            let text = cast(array, &DataType::Utf8).map_err(|error| {
                Error::data(format!("a value of type {other} cannot be read: {error}"))
                    .with_hint("replace it with NULL in the training query, or leave the column out")
            })?;
            out.push((text, OTHER));
            return Ok(());
        }
    };
    out.push((simple, TEXT));
    Ok(())
}

/// Whether a row is null, without a look at the array's type for each row.
fn is_null(array: &dyn Array) -> impl Fn(usize) -> bool {
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    move |row| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
}

fn add_sizes(array: &ArrayRef, sizes: &mut [usize]) {
    fn texts<'a>(array: impl StringArrayType<'a>, sizes: &mut [usize]) {
        for (row, size) in sizes.iter_mut().enumerate() {
            *size += if array.is_null(row) { 1 } else { 5 + array.value(row).len() };
        }
    }
    let is_null = is_null(array);
    match array.data_type() {
        DataType::Null => sizes.iter_mut().for_each(|size| *size += 1),
        DataType::Boolean => sizes.iter_mut().enumerate().for_each(|(row, size)| *size += if is_null(row) { 1 } else { 2 }),
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            let is_missing = |(row, value): (usize, &f64)| value.is_nan() || is_null(row);
            let missing = values.iter().enumerate().map(is_missing);
            sizes.iter_mut().zip(missing).for_each(|(size, missing)| *size += if missing { 1 } else { 9 });
        }
        DataType::Utf8 => texts(array.as_string::<i32>(), sizes),
        DataType::LargeUtf8 => texts(array.as_string::<i64>(), sizes),
        DataType::Utf8View => texts(array.as_string_view(), sizes),
        _ => sizes.iter_mut().enumerate().for_each(|(row, size)| *size += if is_null(row) { 1 } else { 9 }),
    }
}

fn write_values(array: &ArrayRef, text_tag: u8, bytes: &mut [u8], at: &mut [usize]) {
    fn put(bytes: &mut [u8], at: &mut usize, tag: u8, value: &[u8]) {
        bytes[*at] = tag;
        bytes[*at + 1..*at + 1 + value.len()].copy_from_slice(value);
        *at += 1 + value.len();
    }
    fn texts<'a>(array: impl StringArrayType<'a>, tag: u8, bytes: &mut [u8], at: &mut [usize]) {
        for (row, at) in at.iter_mut().enumerate() {
            if array.is_null(row) {
                put(bytes, at, NULL, &[]);
            } else {
                let text = array.value(row).as_bytes();
                put(bytes, at, tag, &u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
                bytes[*at..*at + text.len()].copy_from_slice(text);
                *at += text.len();
            }
        }
    }
    let is_null = is_null(array);
    match array.data_type() {
        DataType::Boolean => {
            let values = array.as_boolean();
            for (row, at) in at.iter_mut().enumerate() {
                if is_null(row) {
                    put(bytes, at, NULL, &[]);
                } else {
                    put(bytes, at, BOOLEAN, &[u8::from(values.value(row))]);
                }
            }
        }
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().values();
            for (row, (at, value)) in at.iter_mut().zip(values).enumerate() {
                if is_null(row) {
                    put(bytes, at, NULL, &[]);
                } else {
                    put(bytes, at, WHOLE, &value.to_le_bytes());
                }
            }
        }
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>().values();
            for (row, at) in at.iter_mut().enumerate() {
                match i64::try_from(values[row]) {
                    _ if is_null(row) => put(bytes, at, NULL, &[]),
                    Ok(whole) => put(bytes, at, WHOLE, &whole.to_le_bytes()),
                    // Integers beyond i64 count as the nearest double.
                    Err(_) => put(bytes, at, REAL, &(values[row] as f64).to_bits().to_le_bytes()),
                }
            }
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            for (row, (at, value)) in at.iter_mut().zip(values).enumerate() {
                #[allow(clippy::cast_possible_truncation, reason = "the comparison tells")]
                let whole = *value as i64;
                if value.is_nan() || is_null(row) {
                    put(bytes, at, NULL, &[]);
                } else if whole as f64 == *value && value.abs() < I64_END {
                    put(bytes, at, WHOLE, &whole.to_le_bytes());
                } else {
                    put(bytes, at, REAL, &value.to_bits().to_le_bytes());
                }
            }
        }
        DataType::Utf8 => texts(array.as_string::<i32>(), text_tag, bytes, at),
        DataType::LargeUtf8 => texts(array.as_string::<i64>(), text_tag, bytes, at),
        DataType::Utf8View => texts(array.as_string_view(), text_tag, bytes, at),
        _ => at.iter_mut().for_each(|at| put(bytes, at, NULL, &[])),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use datafusion::arrow::array::{
        Decimal128Array, DictionaryArray, FixedSizeListArray, Float32Array, Float64Array, Int8Array, Int32Array, Int64Array,
        LargeListArray, ListArray, StringArray, StringViewArray, StructArray, UInt64Array,
    };
    use datafusion::arrow::buffer::NullBuffer;
    use datafusion::arrow::datatypes::{Field, Int32Type};

    use super::*;

    fn hash(array: impl Array + 'static) -> Vec<u64> {
        let n_rows = array.len();
        key_hashes(&[Arc::new(array)], n_rows, 42).unwrap()
    }

    #[test]
    fn equal_numbers_hash_equally_whatever_their_type() {
        let reference = hash(Int64Array::from(vec![Some(1), Some(0), None, Some(-7)]));
        assert_eq!(reference, hash(Int8Array::from(vec![Some(1), Some(0), None, Some(-7)])));
        assert_eq!(reference, hash(Int32Array::from(vec![Some(1), Some(0), None, Some(-7)])));
        assert_eq!(reference, hash(Float64Array::from(vec![Some(1.0), Some(-0.0), Some(f64::NAN), Some(-7.0)])));
        assert_eq!(reference, hash(Float32Array::from(vec![Some(1.0), Some(0.0), None, Some(-7.0)])));
        let decimals = Decimal128Array::from(vec![Some(100), Some(0), None, Some(-700)]).with_precision_and_scale(10, 2).unwrap();
        assert_eq!(reference, hash(decimals));
        assert_eq!(hash(Int64Array::from(vec![5])), hash(UInt64Array::from(vec![5])));
    }

    /// The first double that is no `i64` is not cut down to the last one.
    #[test]
    fn doubles_beyond_i64_stay_doubles() {
        let found = hash(Float64Array::from(vec![I64_END, -I64_END]));
        for (found, value) in found.into_iter().zip([I64_END, -I64_END]) {
            let bytes = [&[REAL][..], &value.to_bits().to_le_bytes()].concat();
            assert_eq!(found, xxh3_64_with_seed(&bytes, 42));
        }
    }

    #[test]
    fn texts_hash_equally_in_every_layout() {
        let texts = vec![Some("a"), None, Some(""), Some("ä")];
        let reference = hash(StringArray::from(texts.clone()));
        assert_eq!(reference, hash(StringViewArray::from(texts.clone())));
        assert_eq!(reference, hash(texts.into_iter().collect::<DictionaryArray<Int32Type>>()));
        assert_ne!(reference[1], reference[2]);
    }

    /// The specification's own examples: these values may never change.
    #[test]
    fn the_hash_never_changes() {
        assert_eq!(hash(Int64Array::from(vec![1])), [xxh3_64_with_seed(&[2, 1, 0, 0, 0, 0, 0, 0, 0], 42)]);
        assert_eq!(hash(StringArray::from(vec!["ab"])), [xxh3_64_with_seed(&[4, 2, 0, 0, 0, b'a', b'b'], 42)]);
        assert_eq!(hash(StringArray::from(vec!["customer-1"])), [FIXED]);
    }
    const FIXED: u64 = 14_317_020_414_351_594_297;

    #[test]
    fn integers_beyond_i64_are_no_nulls() {
        let hashes = hash(UInt64Array::from(vec![u64::MAX, u64::MAX - 5000, 3]));
        assert_ne!(hashes[0], hashes[1]);
        assert_eq!(hashes[2], hash(Int64Array::from(vec![3]))[0]);
        let odd = (1 << 53) + 1;
        let beside = hash(UInt64Array::from(vec![odd, u64::MAX]));
        assert_eq!(beside[0], hash(UInt64Array::from(vec![odd]))[0], "a hash does not depend on its neighbours");
    }

    /// A struct is its fields in the order of their names; a null struct is null fields.
    #[test]
    fn structs_hash_like_their_fields() {
        let (a, b): (ArrayRef, ArrayRef) =
            (Arc::new(Int64Array::from(vec![Some(1), None])), Arc::new(StringArray::from(vec![Some("x"), None])));
        let field =
            |name: &str, array: &ArrayRef| (Arc::new(Field::new(name, array.data_type().clone(), true)), Arc::clone(array));
        let reference = key_hashes(&[Arc::clone(&a), Arc::clone(&b)], 2, 42).unwrap();
        let of = |fields: Vec<(Arc<Field>, ArrayRef)>| hash(StructArray::from(fields));
        assert_eq!(reference, of(vec![field("a", &a), field("b", &b)]));
        assert_eq!(reference, of(vec![field("b", &b), field("a", &a)]));
        assert_ne!(reference, of(vec![field("b", &a), field("a", &b)]));
        let (fields, arrays): (Vec<_>, Vec<_>) = [field("a", &a), field("b", &b)].into_iter().unzip();
        let of_null = hash(StructArray::new(fields.into(), arrays, Some(NullBuffer::from(vec![false, false]))));
        assert_eq!(of_null, [reference[1], reference[1]]);
    }

    #[test]
    fn lists_hash_equally_in_every_layout() {
        let lists = || vec![Some(vec![Some(1.5), None]), None, Some(vec![Some(2.0), Some(3.0)])];
        let reference = hash(ListArray::from_iter_primitive::<Float64Type, _, _>(lists()));
        assert_eq!(reference, hash(LargeListArray::from_iter_primitive::<Float64Type, _, _>(lists())));
        assert_eq!(reference, hash(FixedSizeListArray::from_iter_primitive::<Float64Type, _, _>(lists(), 2)));
    }

    #[test]
    fn sliced_arrays_hash_like_whole_ones() {
        let array: ArrayRef = Arc::new(StringArray::from(vec!["x", "a", "b"]));
        let slice = array.slice(1, 2);
        assert_eq!(key_hashes(&[slice], 2, 1).unwrap(), key_hashes(&[array], 3, 1).unwrap()[1..]);
    }
}
