//! `ML.FEATURE_CROSS` and `ML.POLYNOMIAL_EXPAND`: fields of a struct combined.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, plan_err};

/// Fields that a struct may have.
const MAX_FIELDS: usize = 10;

/// Which fields go together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Combinations {
    pub(super) shortest: usize,
    pub(super) longest: usize,
    /// Whether a field may go together with itself.
    pub(super) repeats: bool,
}

impl Combinations {
    /// The combinations of `n` fields, by their first field, then the next.
    fn of(self, n: usize) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        self.extend(&mut Vec::new(), 0, n, &mut found);
        found
    }

    fn extend(self, begun: &mut Vec<usize>, from: usize, n: usize, found: &mut Vec<Vec<usize>>) {
        for field in from..n {
            begun.push(field);
            if begun.len() >= self.shortest {
                found.push(begun.clone());
            }
            if begun.len() < self.longest {
                self.extend(begun, if self.repeats { field } else { field + 1 }, n, found);
            }
            begun.pop();
        }
    }

    /// The fields of the result, named after those that they combine: `f1_f2`.
    pub(super) fn fields(self, function: &str, found: &DataType, item: &DataType) -> Result<Fields> {
        let DataType::Struct(fields) = found else { return plan_err!("{function} takes a STRUCT") };
        if fields.is_empty() || fields.len() > MAX_FIELDS {
            return plan_err!("the STRUCT of {function} has {} fields; it may have 1 to {MAX_FIELDS}", fields.len());
        }
        let mut names: Vec<String> = Vec::new();
        for combination in self.of(fields.len()) {
            let parts: Vec<&str> = combination.iter().filter_map(|i| fields.get(*i)).map(|field| field.name().as_str()).collect();
            let name = parts.join("_");
            if names.contains(&name) {
                return plan_err!("the STRUCT of {function} has field names that combine to {name} twice; rename one");
            }
            names.push(name);
        }
        if names.is_empty() {
            return plan_err!("the STRUCT of {function} has {} field; a cross needs at least 2", fields.len());
        }
        Ok(names.into_iter().map(|name| Field::new(name, item.clone(), true)).collect())
    }

    /// Texts joined by underscores; null where one is.
    pub(super) fn cross(self, structs: &StructArray, fields: Fields) -> Result<ArrayRef> {
        let columns = columns(structs, &DataType::Utf8)?;
        let texts: Vec<&StringArray> = columns.iter().map(AsArray::as_string::<i32>).collect();
        let combine = |combination: Vec<usize>| -> ArrayRef {
            let text = |row: usize| {
                let parts: Option<Vec<&str>> = combination
                    .iter()
                    .filter_map(|i| texts.get(*i))
                    .map(|texts| (!texts.is_null(row) && !structs.is_null(row)).then(|| texts.value(row)))
                    .collect();
                parts.map(|parts| parts.join("_"))
            };
            Arc::new((0..structs.len()).map(text).collect::<StringArray>())
        };
        finish(self.of(texts.len()).into_iter().map(combine).collect(), fields)
    }

    /// Products of numbers; null where one is.
    pub(super) fn products(self, structs: &StructArray, fields: Fields) -> Result<ArrayRef> {
        let columns = columns(structs, &DataType::Float64)?;
        let numbers: Vec<&Float64Array> = columns.iter().map(AsArray::as_primitive::<Float64Type>).collect();
        let combine = |combination: Vec<usize>| -> ArrayRef {
            let product = |row: usize| {
                let value =
                    |numbers: &&Float64Array| (!numbers.is_null(row) && !structs.is_null(row)).then(|| numbers.value(row));
                combination.iter().filter_map(|i| numbers.get(*i)).map(value).product::<Option<f64>>()
            };
            Arc::new((0..structs.len()).map(product).collect::<Float64Array>())
        };
        finish(self.of(numbers.len()).into_iter().map(combine).collect(), fields)
    }
}

fn columns(structs: &StructArray, wanted: &DataType) -> Result<Vec<ArrayRef>> {
    Ok(structs.columns().iter().map(|column| cast(column, wanted)).collect::<Result<_, _>>()?)
}

fn finish(columns: Vec<ArrayRef>, fields: Fields) -> Result<ArrayRef> {
    Ok(Arc::new(StructArray::try_new(fields, columns, None)?))
}
