//! `ML.NGRAMS`: neighbouring tokens joined.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, ListBuilder, StringBuilder};

use super::vocabulary::offset;

/// The n-grams of each list, by the token that they begin with, the shorter first. Tokens that are null are left out; a list that
/// is null has none.
pub(super) fn ngrams(lists: &ListArray, (shortest, longest): (usize, usize), separator: &str) -> ArrayRef {
    let texts = lists.values().as_string::<i32>();
    let mut grams = ListBuilder::new(StringBuilder::new());
    for row in 0..lists.len() {
        if lists.is_null(row) {
            grams.append_null();
            continue;
        }
        let items = offset(lists.value_offsets(), row)..offset(lists.value_offsets(), row + 1);
        let tokens: Vec<&str> = items.filter(|place| !texts.is_null(*place)).map(|place| texts.value(place)).collect();
        for start in 0..tokens.len() {
            let rest = tokens.get(start..).unwrap_or_default();
            for n in shortest..=longest.min(rest.len()) {
                grams.values().append_value(rest.get(..n).unwrap_or_default().join(separator));
            }
        }
        grams.append(true);
    }
    Arc::new(grams.finish())
}
