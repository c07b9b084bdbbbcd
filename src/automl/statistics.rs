//! Mean, standard deviation and rank statistics of plain columns.

/// Weighted moments of numbers that are not NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    /// Numbers that are not NaN.
    pub count: usize,
    pub weight: f64,
    pub mean: f64,
    /// With divisor Σ w.
    pub std_dev: f64,
    pub min: f64,
    pub max: f64,
}

impl Moments {
    /// Two passes over the numbers; numbers are scaled by their size first, so that squares neither overflow nor vanish.
    pub(crate) fn new(values: &[f64], weights: Option<&[f64]>) -> Self {
        let weight_of = |i: usize| weights.map_or(1.0, |weights| weights[i]);
        let (min, max, count) = range(values);
        let weight = match weights {
            None => count as f64,
            Some(weights) => weights.iter().zip(values).filter(|(_, value)| !value.is_nan()).map(|(weight, _)| weight).sum(),
        };
        let size = min.abs().max(max.abs());
        if weight <= 0.0 || size == 0.0 {
            let (min, max) = if count == 0 { (f64::NAN, f64::NAN) } else { (min, max) };
            return Self { count, weight, mean: 0.0, std_dev: 0.0, min, max };
        }
        // Only sizes whose squares would leave the range of doubles are scaled: scaling rounds.
        let is_plain = (1e-100..1e100).contains(&size);
        if is_plain && weights.is_none() && count == values.len() {
            let (mean, std_dev) = plain(values);
            return Self { count, weight, mean, std_dev, min, max };
        }
        let scale = if is_plain { 1.0 } else { size };
        let mut sum = Blocked::default();
        for (i, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            sum.add(weight_of(i) * (value / scale));
        }
        let mean = sum.total() / weight;
        let (mut squares, mut rest) = (Blocked::default(), Blocked::default());
        for (i, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            let difference = value / scale - mean;
            rest.add(weight_of(i) * difference);
            squares.add(weight_of(i) * difference * difference);
        }
        // The second pass also says what rounding the mean has suffered.
        let correction = rest.total() / weight;
        let variance = (squares.total() / weight - correction * correction).max(0.0);
        Self { count, weight, mean: (mean + correction) * scale, std_dev: variance.sqrt() * scale, min, max }
    }

    /// Whether all numbers are equal.
    pub(crate) fn is_constant(&self) -> bool {
        self.count == 0 || self.min >= self.max
    }
}

/// The smallest and the largest number, and how many are not NaN, eight numbers at a time.
fn range(values: &[f64]) -> (f64, f64, usize) {
    const LANES: usize = 8;
    let (mut min, mut max, mut count) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES], [0_usize; LANES]);
    let mut see = |lane: usize, value: f64| {
        // Comparisons with NaN do not hold.
        min[lane] = if value < min[lane] { value } else { min[lane] };
        max[lane] = if value > max[lane] { value } else { max[lane] };
        count[lane] += usize::from(!value.is_nan());
    };
    let (eights, left) = values.as_chunks::<LANES>();
    for eight in eights {
        eight.iter().enumerate().for_each(|(lane, value)| see(lane, *value));
    }
    left.iter().for_each(|value| see(0, *value));
    (min.into_iter().fold(f64::INFINITY, f64::min), max.into_iter().fold(f64::NEG_INFINITY, f64::max), count.iter().sum())
}

/// Mean and standard deviation of numbers that all count the same, by the same two passes, eight numbers at a time.
fn plain(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = blocked(values, |value| [value, 0.0])[0] / n;
    let [rest, squares] = blocked(values, |value| {
        let difference = value - mean;
        [difference, difference * difference]
    });
    let correction = rest / n;
    (mean + correction, (squares / n - correction * correction).max(0.0).sqrt())
}

/// Two sums over all numbers, in blocks of eight partial sums each.
fn blocked(values: &[f64], terms: impl Fn(f64) -> [f64; 2]) -> [f64; 2] {
    const LANES: usize = 8;
    let mut totals = [0.0; 2];
    for block in values.chunks(128 * LANES) {
        let (eights, left) = block.as_chunks::<LANES>();
        let mut lanes = [[0.0; LANES]; 2];
        for eight in eights {
            for (lane, value) in eight.iter().enumerate() {
                let [a, b] = terms(*value);
                lanes[0][lane] += a;
                lanes[1][lane] += b;
            }
        }
        for value in left {
            let [a, b] = terms(*value);
            lanes[0][0] += a;
            lanes[1][0] += b;
        }
        totals.iter_mut().zip(lanes).for_each(|(total, lanes)| *total += lanes.iter().sum::<f64>());
    }
    totals
}

/// The median; NaN values do not count, and of an even number of values the middle two are averaged.
///
/// The middle of a sample says between which numbers the median must be, so that of millions only those few are brought into
/// order (Floyd and Rivest, "Expected time bounds for selection", *Communications of the ACM* 18 (1975), 165–172). Should it not be
/// there, all are.
pub(crate) fn median(values: &[f64]) -> f64 {
    const SAMPLE: usize = 4096;
    // Six standard deviations of the sample median's rank.
    const MARGIN: usize = 200;
    let mut sample: Vec<f64> = Vec::new();
    if values.len() > 4 * SAMPLE {
        sample.extend(values.iter().step_by(values.len() / SAMPLE).filter(|value| !value.is_nan()));
        sample.sort_unstable_by(f64::total_cmp);
    }
    let middle = sample.len() / 2;
    let bounds = middle.checked_sub(MARGIN).and_then(|low| sample.get(low)).zip(sample.get(middle + MARGIN));
    let (mut n, mut below, mut near) = (0_usize, 0_usize, Vec::new());
    if let Some((low, high)) = bounds {
        // Chunk by chunk, so that the second look finds the numbers in the cache.
        for chunk in values.chunks(1024) {
            n += chunk.iter().map(|value| usize::from(!value.is_nan())).sum::<usize>();
            below += chunk.iter().map(|value| usize::from(value < low)).sum::<usize>();
            near.extend(chunk.iter().filter(|value| (*low..=*high).contains(*value)));
        }
    }
    let is_near = n > 0 && below <= (n - 1) / 2 && n / 2 < below + near.len();
    if !is_near {
        near = values.iter().copied().filter(|value| !value.is_nan()).collect();
        (n, below) = (near.len(), 0);
    }
    if n == 0 {
        return f64::NAN;
    }
    let [low, high] = [(n - 1) / 2, n / 2].map(|rank| *near.select_nth_unstable_by(rank - below, f64::total_cmp).1);
    if n % 2 == 1 { low } else { f64::midpoint(low, high) }
}

/// A sum in two levels: rounding grows with the length of a block and the number of blocks, not with their product.
#[derive(Default)]
struct Blocked {
    done: f64,
    block: f64,
    n: u32,
}

impl Blocked {
    fn add(&mut self, value: f64) {
        self.block += value;
        self.n += 1;
        if self.n == 1024 {
            self.done += self.block;
            (self.block, self.n) = (0.0, 0);
        }
    }

    fn total(&self) -> f64 {
        self.done + self.block
    }
}

/// The probability that a row with y = 1 has a higher value than one with y = 0, ties counting half (the area under the ROC
/// curve, Hanley and `McNeil` 1982); NaN ranks lowest. `None` where one class is missing.
pub(crate) fn rank_auc(values: &[f64], y: &[f64]) -> Option<f64> {
    let mut pairs: Vec<(f64, f64)> =
        values.iter().map(|v| if v.is_nan() { f64::NEG_INFINITY } else { *v }).zip(y.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut negatives, mut positives, mut area) = (0.0, 0.0, 0.0);
    for tied in pairs.chunk_by(|a, b| a.0 == b.0) {
        let positive: f64 = tied.iter().map(|(_, y)| y).sum();
        let negative = tied.len() as f64 - positive;
        area += positive * (negatives + negative / 2.0);
        negatives += negative;
        positives += positive;
    }
    (positives > 0.0 && negatives > 0.0).then(|| area / (positives * negatives))
}

/// The share of y's variance that a straight line in x explains; NaN values of x count as its mean.
pub(crate) fn squared_correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (Moments::new(x, None), Moments::new(y, None));
    if mx.std_dev <= 0.0 || my.std_dev <= 0.0 {
        return 0.0;
    }
    let covariance: f64 = x
        .iter()
        .zip(y)
        .filter(|(x, _)| !x.is_nan())
        .map(|(x, y)| ((x - mx.mean) / mx.std_dev) * ((y - my.mean) / my.std_dev))
        .sum::<f64>()
        / x.len() as f64;
    covariance * covariance
}

#[cfg(test)]
#[allow(clippy::float_cmp, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn moments_of_small_sets() {
        let m = Moments::new(&[1.0, f64::NAN, 3.0], None);
        assert_eq!((m.count, m.mean, m.std_dev, m.min, m.max), (2, 2.0, 1.0, 1.0, 3.0));
        let weighted = Moments::new(&[1.0, 3.0], Some(&[3.0, 1.0]));
        let repeated = Moments::new(&[1.0, 1.0, 1.0, 3.0], None);
        assert_eq!((weighted.mean, weighted.std_dev), (repeated.mean, repeated.std_dev));
        assert!(Moments::new(&[f64::NAN], None).is_constant());
    }

    #[test]
    fn moments_survive_offsets_and_extreme_sizes() {
        let m = Moments::new(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0], None);
        assert_eq!(m.mean, 1e9 + 2.0);
        assert!((m.std_dev - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        let huge = Moments::new(&[1e308, -1e308], None);
        assert_eq!((huge.mean, huge.std_dev), (0.0, 1e308));
        let tiny = Moments::new(&[1e-310, 3e-310], None);
        assert!(tiny.std_dev > 0.0);
    }

    #[test]
    fn the_median_is_that_of_the_sorted_numbers() {
        for n in [1, 2, 3, 10, 1001, 5000, 20_001, 40_000] {
            let values: Vec<f64> = (0..n).map(|i| f64::from(i * 7919 % 10_007).powi(3) - 1e6).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let n = sorted.len();
            let expected = if n % 2 == 1 { sorted[n / 2] } else { f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]) };
            let with_gaps: Vec<f64> = values.iter().copied().chain([f64::NAN]).collect();
            assert_eq!(median(&with_gaps), expected, "{n}");
        }
        assert_eq!(median(&[f64::MAX, f64::MIN, 3.0]), 3.0);
        assert!(median(&[f64::NAN]).is_nan() && median(&vec![f64::NAN; 20_000]).is_nan());
    }

    /// Every eighth number is far away, and the sample takes no other.
    #[test]
    fn a_sample_that_misses_the_median_does_no_harm() {
        let values: Vec<f64> = (0..32_768).map(|i| if i % 8 == 0 { 1e9 + f64::from(i) } else { f64::from(i % 1000) }).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(median(&values), f64::midpoint(sorted[16_383], sorted[16_384]));
        assert_eq!(median(&vec![1.0; 30_000]), 1.0);
    }

    #[test]
    fn auc_counts_ties_half() {
        assert_eq!(rank_auc(&[1.0, 2.0, 3.0, 4.0], &[0.0, 0.0, 1.0, 1.0]).unwrap(), 1.0);
        assert_eq!(rank_auc(&[1.0, 1.0], &[0.0, 1.0]).unwrap(), 0.5);
        assert!(rank_auc(&[1.0, 1.0], &[1.0, 1.0]).is_none());
    }
}
