//! All matches of a regular expression.
//!
//! `regexp_replace` puts [`MARKS`] around each of them; here the marked parts are taken out. So the host's regular expressions
//! find them, with all that stands around them in sight.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err};

use super::definition::Definition;
use super::{MARKED, MARKS, string, strings};

pub(super) const FUNCTIONS: &[Definition] = &[Definition {
    name: MARKED,
    ours: 0,
    takes: "REGEXP_EXTRACT_ALL takes STRING",
    types: |found| found.iter().map(string).collect(),
    result: |_| DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
    evaluate: marked,
}];

fn marked(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let [texts] = arrays else { return exec_err!("a marked text is expected") };
    let [opens, closes] = MARKS;
    let mut lists = ListBuilder::new(StringBuilder::new());
    for text in strings(texts)? {
        if let Some(text) = text {
            for part in text.split(opens).skip(1) {
                lists.values().append_value(part.split(closes).next().unwrap_or_default());
            }
        }
        lists.append(text.is_some());
    }
    Ok(Arc::new(lists.finish()))
}
