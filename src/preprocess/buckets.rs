//! Numbers to buckets, for `ML.BUCKETIZE` and `ML.QUANTILE_BUCKETIZE`.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::common::Result;
use serde::{Deserialize, Serialize};

use super::settings::Settings;

/// What a bucket is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum BucketFormat {
    /// `bin_1`, `bin_2`, …
    Names,
    /// `(-inf, 2.5)`, `[2.5, 4)`, `[4, +inf)`.
    Ranges,
    /// `{"start": "-Infinity", "end": "2.5"}`, …
    Json,
}

impl BucketFormat {
    /// The format that a setting asks for.
    pub(super) fn read(settings: Settings<'_>, place: usize) -> Result<Self> {
        Ok(match settings.choice(place, &["bucket_names", "bucket_ranges", "bucket_ranges_json"])? {
            Some(1) => Self::Ranges,
            Some(2) => Self::Json,
            _ => Self::Names,
        })
    }
}

/// Points between buckets, ascending. A bucket has its lower point and not its upper one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Buckets {
    pub(super) points: Vec<f64>,
    pub(super) format: BucketFormat,
}

impl Buckets {
    /// The bucket of each number; null of what is missing.
    pub(super) fn apply(&self, numbers: &Float64Array) -> ArrayRef {
        let names: Vec<String> = (0..=self.points.len()).map(|bucket| self.name(bucket)).collect();
        let name = |number: f64| names.get(self.points.partition_point(|point| *point <= number)).map(String::as_str);
        let buckets = numbers.iter().map(|number| number.filter(|number| !number.is_nan()).and_then(name));
        Arc::new(buckets.collect::<StringArray>())
    }

    fn name(&self, bucket: usize) -> String {
        let lower = bucket.checked_sub(1).and_then(|place| self.points.get(place));
        let upper = self.points.get(bucket);
        let shown = |point: Option<&f64>, none: &str| point.map_or_else(|| none.to_owned(), ToString::to_string);
        match self.format {
            BucketFormat::Names => format!("bin_{}", bucket + 1),
            BucketFormat::Ranges => {
                let open = if lower.is_some() { '[' } else { '(' };
                format!("{open}{}, {})", shown(lower, "-inf"), shown(upper, "+inf"))
            }
            BucketFormat::Json => {
                format!(r#"{{"start": "{}", "end": "{}"}}"#, shown(lower, "-Infinity"), shown(upper, "Infinity"))
            }
        }
    }

    /// Whether the points are finite and ascending.
    pub(super) fn are_sound(&self) -> bool {
        self.points.iter().all(|point| point.is_finite()) && self.points.is_sorted_by(|a, b| a < b)
    }
}
