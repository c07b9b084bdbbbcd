//! Features: what each column is, the encoder learned for it, and its encoded values.
//!
//! Everything is learned from the training rows only; the held-out rows are then encoded like new ones.

use std::cmp::Reverse;
use std::sync::Arc;

use super::cancel::Cancel;
use super::column_store::{ColumnStore, Stored};
use super::memory::Memory;
use super::number_text::short;
use super::sort;
use super::statistics::{Moments, median, rank_auc, squared_correlation};
use super::target::check_finite;
use super::values::{self, NULL, OrderedValues, ReadBuffers, Values};
use crate::error::Result;
use crate::model::{
    CategoryEncoder, ColumnType, Encoder, Feature, FeatureSummary, IgnoredReason, NumberEncoder, NumberSource, NumberSummary,
    ProblemType, parse_number,
};

/// A category has a column of its own from this many training rows on; rarer ones share `other`.
const MIN_CATEGORY_ROWS: usize = 5;
/// Of so many training rows a text must have one to have a column of its own: among millions a few rows say as little as among
/// thousands, and many such columns together fit noise.
const CATEGORY_ROWS: usize = 35_000;
/// Categories of one feature that have a column of their own, at most.
const MAX_CATEGORIES: usize = 100_000;
/// Share of numbers among a text column's values from which on it is numbers kept as text.
const NUMBERS_AS_TEXT: f64 = 0.95;
/// Text with this share of distinct values, in this many rows or more, identifies rows.
const IDENTIFIER_SHARE: f64 = 0.95;
const IDENTIFIER_ROWS: usize = 100;
/// Rows that the search for leaks looks at, and what it takes for one.
const LEAK_ROWS: usize = 10_000;
const LEAK: f64 = 0.999;

/// What learning takes of each row beside what it keeps: what columns are read into, a column in order, its marks of nulls, and a
/// copy.
pub(crate) const LEARNING_BYTES: usize = 4 * size_of::<f64>();

/// The rows as features see them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrainingRows<'a> {
    /// Rows of the training query, and those of them that have a target in canonical order.
    pub n_rows: usize,
    pub order: &'a [u32],
    /// The first of the latter are training rows.
    pub n_train: usize,
    /// The target in canonical order.
    pub y: &'a [f64],
    /// Row weights in canonical order.
    pub weight: Option<&'a [f64]>,
    pub problem_type: ProblemType,
    /// Without an intercept numbers keep their distance from 0, and a constant says something.
    pub has_intercept: bool,
    /// Whether texts are categories also where they look like numbers, and each of them has a column however rare it is.
    pub text_is_category: bool,
    /// Whether numbers are also kept in the user's own units.
    pub keep_raw: bool,
    /// What columns are read into.
    pub buffers: &'a ReadBuffers,
    /// Takes the encoded columns.
    pub store: &'a ColumnStore,
    pub memory: &'a Memory,
    pub cancel: &'a Cancel,
}

/// A feature as training found it.
#[derive(Debug)]
pub(crate) struct PreparedFeature {
    pub name: String,
    pub column_type: ColumnType,
    pub encoder: Encoder,
    /// Dense columns of the design matrix, all rows in canonical order.
    pub dense: Vec<Stored<f64>>,
    /// The numbers among them in the user's own units, NaN for null, if they are to be kept.
    pub raw: Vec<Stored<f64>>,
    /// Codes of categories, all rows in canonical order.
    pub codes: Vec<Stored<u32>>,
    /// What was found, for the report.
    pub found: String,
    /// Nulls among the training rows.
    pub nulls: usize,
    /// Figures of the training rows.
    pub summary: FeatureSummary,
    /// Training rows whose category was too rare for a column of its own.
    pub rare_rows: usize,
    /// How well the feature alone predicts the target, if it does so nearly perfectly.
    pub leak: Option<String>,
}

impl PreparedFeature {
    /// Learns the encoder of a feature of numbers or texts and encodes its values.
    pub(crate) fn new(name: String, column_type: ColumnType, ordered: OrderedValues, rows: TrainingRows<'_>) -> Result<Self> {
        let mut feature = Self::nothing(name, column_type);
        match ordered.values {
            Values::Numbers(numbers) => feature.learn_number(values::source(&feature.column_type), numbers, rows)?,
            Values::Texts { distinct, codes } => match numbers_kept_as_text(&distinct, &codes[..rows.n_train]) {
                Some(numbers) if !rows.text_is_category => {
                    let numbers: Vec<f64> =
                        codes.iter().map(|code| if *code == NULL { f64::NAN } else { numbers[*code as usize] }).collect();
                    check_finite("feature", &feature.name, &numbers)?;
                    feature.learn_number(NumberSource::Text, numbers, rows)?;
                }
                _ => feature.learn_category(&distinct, &codes, rows)?,
            },
        }
        Ok(feature)
    }

    /// Learns the encoder of texts that are categories even if they look like numbers.
    pub(crate) fn category(
        name: String,
        column_type: ColumnType,
        ordered: OrderedValues,
        rows: TrainingRows<'_>,
    ) -> Result<Self> {
        let mut feature = Self::nothing(name, column_type);
        if let Values::Texts { distinct, codes } = ordered.values {
            feature.learn_category(&distinct, &codes, rows)?;
        }
        Ok(feature)
    }

    /// What the model keeps of it.
    pub(crate) fn feature(&self) -> Feature {
        Feature {
            name: self.name.clone(),
            column_type: self.column_type.clone(),
            encoder: self.encoder.clone(),
            summary: self.summary.clone(),
        }
    }

    /// A feature that is left out because it is null everywhere.
    pub(crate) fn nothing(name: String, column_type: ColumnType) -> Self {
        Self {
            name,
            column_type,
            encoder: Encoder::Ignored(IgnoredReason::AllNull),
            dense: Vec::new(),
            raw: Vec::new(),
            codes: Vec::new(),
            found: String::new(),
            nulls: 0,
            summary: FeatureSummary::default(),
            rare_rows: 0,
            leak: None,
        }
    }

    fn learn_number(&mut self, source: NumberSource, mut numbers: Vec<f64>, rows: TrainingRows<'_>) -> Result<()> {
        let train = &numbers[..rows.n_train];
        let moments = Moments::new(train, rows.weight.map(|weight| &weight[..rows.n_train]));
        rows.cancel.check()?;
        self.nulls = rows.n_train - moments.count;
        self.summary.nulls = self.nulls as u64;
        self.summary.numbers = (moments.count > 0).then(|| NumberSummary {
            min: moments.min,
            max: moments.max,
            mean: moments.mean,
            median: median(train),
            std_dev: moments.std_dev,
        });
        let says_nothing = moments.is_constant() && self.nulls == 0 && (rows.has_intercept || moments.max == 0.0);
        self.encoder = if moments.count == 0 {
            Encoder::Ignored(IgnoredReason::AllNull)
        } else if says_nothing {
            Encoder::Ignored(IgnoredReason::Constant)
        } else if self.column_type.is_integer() && named_like_an_identifier(&self.name) && all_distinct(train, rows.cancel)? {
            Encoder::Ignored(IgnoredReason::Identifier)
        } else {
            // Where all values but the nulls are equal, or differ too little for a double, the number says nothing.
            let size = if rows.has_intercept { 0.0 } else { moments.mean.abs() };
            let std_dev = [moments.std_dev, size].into_iter().find(|size| *size > 0.0).unwrap_or(1.0);
            let mean = if rows.has_intercept { moments.mean } else { 0.0 };
            Encoder::Number(NumberEncoder { source, mean, std_dev, missing_indicator: self.nulls > 0 })
        };
        let Encoder::Number(encoder) = &self.encoder else { return Ok(()) };
        let kind = match source {
            NumberSource::Boolean => "boolean",
            NumberSource::Text => "numbers kept as text",
            NumberSource::Numeric => "number",
            NumberSource::Seconds => "seconds",
        };
        self.found = format!("{kind}, mean {}, std_dev {}", short(moments.mean), short(moments.std_dev));
        self.leak = leak(&train[..rows.n_train.min(LEAK_ROWS)], rows);
        let mut marks: Option<Vec<f64>> = None;
        if encoder.missing_indicator {
            let filled = if rows.has_intercept { "the mean" } else { "0" };
            self.found += &format!(", {} nulls filled with {filled} and marked", self.nulls);
            marks = Some(numbers.iter().map(|value| if value.is_nan() { 1.0 } else { 0.0 }).collect());
        }
        if rows.keep_raw {
            self.raw.push(rows.store.keep(numbers.clone())?);
        }
        rows.cancel.check()?;
        for value in &mut numbers {
            *value = if value.is_nan() { 0.0 } else { encoder.standardize(*value) };
        }
        self.dense.push(rows.store.keep(numbers)?);
        self.dense.extend(marks.map(|marks| rows.store.keep(marks)).transpose()?);
        Ok(())
    }

    fn learn_category(&mut self, distinct: &[Arc<str>], codes: &[u32], rows: TrainingRows<'_>) -> Result<()> {
        let train = &codes[..rows.n_train];
        let mut counts = vec![(0_usize, 0.0); distinct.len()];
        for (row, code) in train.iter().enumerate() {
            match counts.get_mut(*code as usize) {
                None => self.nulls += 1,
                Some((count, weight)) => {
                    *count += 1;
                    *weight += rows.weight.map_or(1.0, |weight| weight[row]);
                }
            }
        }
        let n_values = rows.n_train - self.nulls;
        let n_distinct = counts.iter().filter(|(count, _)| *count > 0).count();
        self.summary.nulls = self.nulls as u64;
        self.summary.categories = Some(n_distinct as u64);
        self.encoder = if n_distinct == 0 {
            Encoder::Ignored(IgnoredReason::AllNull)
        } else if n_distinct == 1 && self.nulls == 0 {
            Encoder::Ignored(IgnoredReason::Constant)
        } else if n_values >= IDENTIFIER_ROWS && n_distinct as f64 >= IDENTIFIER_SHARE * n_values as f64 {
            Encoder::Ignored(IgnoredReason::Identifier)
        } else {
            let at_least = if rows.text_is_category { 1 } else { MIN_CATEGORY_ROWS.max(rows.n_train / CATEGORY_ROWS) };
            let mut frequent: Vec<usize> = (0..distinct.len()).filter(|i| counts[*i].0 >= at_least).collect();
            // Weights are not negative, so their bits are in the order of their values.
            frequent.sort_by_key(|i| (Reverse(counts[*i].1.to_bits()), Arc::clone(&distinct[*i])));
            frequent.truncate(MAX_CATEGORIES);
            self.rare_rows = n_values - frequent.iter().map(|i| counts[*i].0).sum::<usize>();
            Encoder::Category(CategoryEncoder::new(frequent.into_iter().map(|i| Arc::clone(&distinct[i]))))
        };
        let Encoder::Category(encoder) = &self.encoder else { return Ok(()) };
        self.found = format!("category, {n_distinct} values, {} with a column of their own", encoder.values().len());
        if self.nulls > 0 {
            self.found += &format!(", null is a category of its own ({} rows)", self.nulls);
        }
        let of_text: Vec<u32> = distinct.iter().map(|text| encoder.code(Some(text))).collect();
        let encoded: Vec<u32> =
            codes.iter().map(|code| of_text.get(*code as usize).copied().unwrap_or_else(|| encoder.null())).collect();
        self.leak = category_leak(encoder.n_codes(), &encoded[..rows.n_train.min(LEAK_ROWS)], rows);
        self.codes.push(rows.store.keep(encoded)?);
        Ok(())
    }
}

/// Per distinct text its number (NaN for blanks), if the training rows' texts are numbers but for a few blanks.
pub(crate) fn numbers_kept_as_text(distinct: &[Arc<str>], train: &[u32]) -> Option<Vec<f64>> {
    let parsed: Vec<Result<Option<f64>, ()>> = distinct.iter().map(|text| parse_number(text)).collect();
    let (mut numbers, mut blanks) = (0_usize, 0_usize);
    for code in train {
        match parsed.get(*code as usize) {
            None => {}
            Some(Ok(Some(_))) => numbers += 1,
            Some(Ok(None)) => blanks += 1,
            Some(Err(())) => return None,
        }
    }
    let enough = numbers > 0 && numbers as f64 >= NUMBERS_AS_TEXT * (numbers + blanks) as f64;
    // A text that is no number can still turn up among the held-out rows: it is missing then, as in scoring.
    enough.then(|| parsed.into_iter().map(|number| number.ok().flatten().unwrap_or(f64::NAN)).collect())
}

/// `id`, `customer_id`, `customerID`, `uuid`, `row number` and the like.
fn named_like_an_identifier(name: &str) -> bool {
    const WORDS: [&str; 16] = [
        "id", "ids", "key", "uuid", "guid", "index", "idx", "instant", "number", "no", "nr", "num", "rowid", "rownum", "row",
        "serial",
    ];
    let lower = name.to_lowercase();
    let last_word = lower.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(&lower);
    let camel =
        name.len() > 2 && (name.ends_with("Id") || name.ends_with("ID")) && !name[..name.len() - 2].ends_with(char::is_uppercase);
    camel || WORDS.contains(&last_word) || lower.ends_with("id") && lower.len() > 6 && lower.contains("customer")
}

fn all_distinct(numbers: &[f64], cancel: &Cancel) -> Result<bool> {
    let bits: Vec<u64> = numbers.iter().filter(|value| !value.is_nan()).map(|value| value.to_bits()).collect();
    let order = sort::order(&bits, 1, cancel)?;
    Ok(bits.len() > 1 && order.array_windows().all(|[a, b]| bits[*a as usize] != bits[*b as usize]))
}

/// Says how well one column alone predicts the target, if nearly perfectly.
fn leak(values: &[f64], rows: TrainingRows<'_>) -> Option<String> {
    let y = &rows.y[..values.len()];
    match rows.problem_type {
        ProblemType::Binary => {
            let auc = rank_auc(values, y)?;
            let auc = auc.max(1.0 - auc);
            (auc >= LEAK).then(|| format!("roc_auc {} alone", short(auc)))
        }
        ProblemType::Regression => {
            let share = squared_correlation(values, y);
            (share >= LEAK).then(|| format!("explains {} % of the target's variance alone", short(100.0 * share)))
        }
        // A number that tells one of several labels from the rest is often honest.
        ProblemType::Multiclass => None,
    }
}

/// The same for a category, by the mean target of each value; only where values have many rows each.
fn category_leak(n_codes: usize, codes: &[u32], rows: TrainingRows<'_>) -> Option<String> {
    if rows.problem_type == ProblemType::Multiclass {
        return label_leak(n_codes, codes, rows);
    }
    let mut sums = vec![(0.0, 0.0); n_codes];
    for (code, y) in codes.iter().zip(rows.y) {
        sums[*code as usize].0 += y;
        sums[*code as usize].1 += 1.0;
    }
    let used = sums.iter().filter(|(_, count)| *count > 0.0).count();
    if used * 20 > codes.len() {
        return None;
    }
    let means: Vec<f64> = codes.iter().map(|code| sums[*code as usize].0 / sums[*code as usize].1).collect();
    leak(&means, rows)
}

/// The same for several labels: of the rows that do not have the most frequent label, the share that has the most frequent label
/// of their value.
fn label_leak(n_codes: usize, codes: &[u32], rows: TrainingRows<'_>) -> Option<String> {
    if n_codes * 20 > codes.len() {
        return None;
    }
    let most = |labels: &mut dyn Iterator<Item = u64>| {
        let mut labels: Vec<u64> = labels.collect();
        labels.sort_unstable();
        labels.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0)
    };
    let majority = most(&mut codes.iter().zip(rows.y).map(|(_, y)| y.to_bits()));
    let mut pairs: Vec<(u32, u64)> = codes.iter().zip(rows.y).map(|(code, y)| (*code, y.to_bits())).collect();
    pairs.sort_unstable();
    let right: usize = pairs.chunk_by(|a, b| a.0 == b.0).map(|rows| most(&mut rows.iter().map(|(_, label)| *label))).sum();
    let others = codes.len() - majority;
    let share = (right - majority) as f64 / others as f64;
    (others > 0 && share >= LEAK).then(|| format!("tells the label of {} % of the rows alone", short(100.0 * share)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_by_their_names() {
        for name in ["id", "customer_id", "customerID", "CustomerId", "row number", "uuid", "customerid", "instant"] {
            assert!(named_like_an_identifier(name), "{name}");
        }
        for name in ["age", "paid", "humid", "MID", "acid", "price", "Fluid"] {
            assert!(!named_like_an_identifier(name), "{name}");
        }
    }
}
