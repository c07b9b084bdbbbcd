//! Functions over the elements of each list.
//!
//! A query over the array of an outer row becomes an expression of the array: its elements are computed and chosen ([`ForEach`]),
//! ordered ([`Sorted`]), aggregated ([`OfElements`]), or there is only one ([`Only`]).

mod aggregate;
mod for_each;
mod only;
mod query;
mod sorted;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};

pub(crate) use self::aggregate::OfElements;
pub(crate) use self::for_each::{ForEach, Use};
pub(crate) use self::only::Only;
pub(crate) use self::query::{Kind, Query};
pub(crate) use self::sorted::Sorted;

/// The elements of lists, row after row.
struct Elements {
    /// How many elements each row has; 0 where the list is null.
    lengths: Vec<usize>,
    values: ArrayRef,
}

impl Elements {
    fn of(array: &ArrayRef) -> Result<Self> {
        let Some(list) = array.as_list_opt::<i32>() else { return exec_err!("an array is expected, not {}", array.data_type()) };
        let places = |row: usize| if list.is_null(row) { 0..0 } else { super::places(list.value_offsets(), row) };
        let lengths = (0..list.len()).map(|row| places(row).len()).collect();
        let places: UInt64Array = (0..list.len()).flat_map(places).map(|place| u64::try_from(place).ok()).collect();
        Ok(Self { lengths, values: take(list.values(), &places, None)? })
    }
}

/// The type of a list's elements.
fn item(list: &DataType) -> Result<&DataType> {
    match list {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Ok(item.data_type()),
        other => plan_err!("an array is expected, not {other}"),
    }
}

fn list_of(item: DataType) -> DataType {
    DataType::List(Field::new_list_field(item, true).into())
}
