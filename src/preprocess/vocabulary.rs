//! The vocabulary of an encoder: which texts have an index of their own.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray, ListArray, StringArray};
use serde::{Deserialize, Serialize};

/// Texts in alphabetical order, from index 1; everything else has index 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vocabulary {
    values: Vec<String>,
    /// Index of the most frequent text; of several the first. 0 if there is none.
    most_frequent: usize,
}

/// Which texts are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// At most so many, the most frequent ones; of equally frequent ones the first in the alphabet.
    pub(super) top_k: usize,
    /// Only those of at least so many rows.
    pub(super) threshold: usize,
}

impl Vocabulary {
    /// The vocabulary of a column of texts.
    pub(super) fn of_texts(texts: &StringArray, limits: Limits) -> Self {
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        texts.iter().flatten().for_each(|text| *rows.entry(text).or_default() += 1);
        Self::new(rows, limits)
    }

    /// The vocabulary of a column of lists: a text counts once for each list that has it.
    pub(super) fn of_lists(lists: &ListArray, limits: Limits) -> Self {
        let texts = lists.values().as_string::<i32>();
        let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for row in (0..lists.len()).filter(|row| !lists.is_null(*row)) {
            let offsets = lists.value_offsets();
            for place in offset(offsets, row)..offset(offsets, row + 1) {
                if !texts.is_null(place) && seen.insert(texts.value(place), row + 1) != Some(row + 1) {
                    *rows.entry(texts.value(place)).or_default() += 1;
                }
            }
        }
        Self::new(rows, limits)
    }

    fn new(rows: BTreeMap<&str, usize>, limits: Limits) -> Self {
        let mut kept: Vec<(&str, usize)> = rows.into_iter().filter(|(_, rows)| *rows >= limits.threshold).collect();
        // Stable: equally frequent ones stay in the order of the alphabet.
        kept.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        kept.truncate(limits.top_k);
        let first = kept.first().map(|(text, _)| (*text).to_owned());
        let mut values: Vec<String> = kept.into_iter().map(|(text, _)| text.to_owned()).collect();
        values.sort_unstable();
        let most_frequent = first.and_then(|first| values.binary_search(&first).ok()).map_or(0, |place| place + 1);
        Self { values, most_frequent }
    }

    /// The texts, the one with index 1 first.
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    pub(super) fn most_frequent(&self) -> usize {
        self.most_frequent
    }

    /// The index of a text, 0 for null and for what is not in the vocabulary.
    pub(super) fn index(&self, text: Option<&str>) -> usize {
        let place = text.and_then(|text| self.values.binary_search_by(|value| value.as_str().cmp(text)).ok());
        place.map_or(0, |place| place + 1)
    }

    /// What does not hold of a vocabulary that was read.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !self.values.is_sorted_by(|a, b| a < b) {
            return Some("a vocabulary is not in order or has a text twice");
        }
        (self.most_frequent > self.values.len()).then_some("a vocabulary has fewer texts than it says")
    }
}

/// Where a list's items begin.
pub(super) fn offset(offsets: &[i32], row: usize) -> usize {
    offsets.get(row).and_then(|offset| usize::try_from(*offset).ok()).unwrap_or_default()
}
