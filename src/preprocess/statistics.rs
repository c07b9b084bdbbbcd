//! Statistics of a column's numbers. They are computed from the sorted numbers, so they do not depend on the order of rows.

use datafusion::arrow::array::Float64Array;
use datafusion::common::{Result, exec_err};

/// The numbers of a column in ascending order, without those that are missing.
#[derive(Debug)]
pub(super) struct Sorted(Vec<f64>);

impl Sorted {
    /// Null and NaN are missing; what is infinite is an error.
    pub(super) fn new(function: &str, values: &Float64Array) -> Result<Self> {
        let mut numbers: Vec<f64> = values.iter().flatten().filter(|number| !number.is_nan()).collect();
        let infinite = numbers.iter().filter(|number| number.is_infinite()).count();
        if infinite > 0 {
            let rows = if infinite == 1 { "row" } else { "rows" };
            return exec_err!("the expression of {function} is infinite in {infinite} {rows}; replace it with NULL");
        }
        numbers.sort_unstable_by(f64::total_cmp);
        Ok(Self(numbers))
    }

    /// The `i`-th of `n` quantiles: the smallest number that at least `i / n` of the numbers do not exceed. `None` of nothing.
    ///
    /// Hyndman and Fan's first definition; no interpolation, as with BigQuery's `APPROX_QUANTILES`.
    pub(super) fn quantile(&self, i: usize, n: usize) -> Option<f64> {
        let place = (self.0.len() as u128 * i as u128).div_ceil(n.max(1) as u128);
        let place = usize::try_from(place).unwrap_or(usize::MAX).clamp(1, self.0.len().max(1));
        self.0.get(place - 1).copied()
    }

    pub(super) fn min(&self) -> Option<f64> {
        self.0.first().copied()
    }

    pub(super) fn max(&self) -> Option<f64> {
        self.0.last().copied()
    }

    /// The arithmetic mean.
    pub(super) fn mean(&self) -> Option<f64> {
        let n = self.0.len() as f64;
        let mean = sum(self.0.iter().copied()) / n;
        // A sum can be too large for a double where the mean is not.
        Some(if mean.is_finite() { mean } else { sum(self.0.iter().map(|number| number / n)) }).filter(|_| n > 0.0)
    }

    /// The standard deviation of a sample: `√(Σ (x - mean)² / (n - 1))`; `None` of less than two numbers.
    pub(super) fn standard_deviation(&self) -> Option<f64> {
        self.deviation(self.0.len().checked_sub(1).filter(|degrees| *degrees > 0)?)
    }

    /// The standard deviation of the numbers as all there are: `√(Σ (x - mean)² / n)`; `None` of nothing.
    pub(super) fn deviation_of_all(&self) -> Option<f64> {
        self.deviation(self.0.len())
    }

    fn deviation(&self, divisor: usize) -> Option<f64> {
        let mean = self.mean()?;
        // Squares of deviations relative to the largest neither overflow nor vanish.
        let scale = self.0.iter().fold(0.0_f64, |scale, number| scale.max((number - mean).abs()));
        if scale == 0.0 || scale.is_infinite() {
            return Some(scale);
        }
        let squares = sum(self.0.iter().map(|number| ((number - mean) / scale).powi(2)));
        Some(scale * (squares / divisor as f64).sqrt())
    }

    /// The most frequent number; of several the smallest.
    pub(super) fn most_frequent(&self) -> Option<f64> {
        let runs = self.0.chunk_by(|a, b| a == b).map(|run| (run.len(), run.first().copied()));
        runs.fold((0, None), |best, run| if run.0 > best.0 { run } else { best }).1
    }
}

/// A sum that carries the error of each addition along (Neumaier).
pub(super) fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut error) = (0.0_f64, 0.0);
    for number in numbers {
        let next = sum + number;
        error += if sum.abs() >= number.abs() { (sum - next) + number } else { (number - next) + sum };
        sum = next;
    }
    if sum.is_finite() { sum + error } else { sum }
}
