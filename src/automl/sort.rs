//! Sorting on several threads, cancellable; the result does not depend on the number of threads.
//!
//! Sample sort: keys that stand at equal distances cut the range into buckets of a few thousand rows, each of which is sorted
//! alone in the cache. Equal keys stay in the order of their rows, so the result is one whatever the cuts are.
//!
//! Source: Frazer and `McKellar`, *Samplesort: A Sampling Approach to Minimal Storage Tree Sorting* (1970),
//! doi:10.1145/321592.321600.

use super::cancel::Cancel;
use super::parallel;
use crate::error::Result;

/// Keys that are spread over the buckets at a time.
const CHUNK: usize = 1 << 16;
/// Rows of a bucket, on average: with their keys they fit the second-level cache.
const BUCKET: usize = 1 << 13;
/// Keys of the sample for each bucket: no bucket is then much larger than others, but by equal keys.
const SAMPLES: usize = 8;

/// The rows in ascending order of their keys; rows of equal keys in ascending order. Takes 8 bytes a row for the time.
pub(crate) fn order<K: Copy + Ord + Send + Sync>(keys: &[K], threads: usize, cancel: &Cancel) -> Result<Vec<u32>> {
    let cuts = cuts(keys);
    let mut chunks: Vec<(u32, &[K])> = Vec::with_capacity(keys.len().div_ceil(CHUNK));
    chunks.extend((0_u32..).step_by(CHUNK).zip(keys.chunks(CHUNK)));
    let spread = parallel::map(threads, chunks, |(first, keys)| {
        cancel.check()?;
        Ok(Spread::new(first, keys, &cuts))
    })?;

    let mut order = vec![0; keys.len()];
    let mut rest = order.as_mut_slice();
    let mut buckets = Vec::with_capacity(cuts.len() + 1);
    for bucket in 0..=cuts.len() {
        let (mine, others) = rest.split_at_mut(spread.iter().map(|chunk| chunk.bucket(bucket).len()).sum());
        rest = others;
        buckets.push((bucket, mine));
    }
    parallel::map(threads, buckets, |(bucket, out)| {
        cancel.check()?;
        let rows = spread.iter().flat_map(|chunk| chunk.bucket(bucket));
        let mut pairs: Vec<(K, u32)> = rows.map(|row| (keys[*row as usize], *row)).collect();
        pairs.sort_unstable();
        out.iter_mut().zip(pairs).for_each(|(out, (_, row))| *out = row);
        Ok(())
    })?;
    Ok(order)
}

/// A number that is in the order of a double, as [`f64::total_cmp`] has it.
pub(crate) fn total_order(value: f64) -> u64 {
    let bits = value.to_bits();
    // Negative numbers have the sign bit, and their sizes run the other way.
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The double of such a number.
pub(crate) fn of_total_order(order: u64) -> f64 {
    f64::from_bits(if order >> 63 == 1 { order & !(1 << 63) } else { !order })
}

/// Where the buckets end, in ascending order: a key that is equal to a cut belongs to the bucket behind it.
fn cuts<K: Copy + Ord>(keys: &[K]) -> Vec<K> {
    let n_buckets = keys.len().div_ceil(BUCKET);
    if n_buckets < 2 {
        return Vec::new();
    }
    let mut sample: Vec<K> = keys.iter().step_by(keys.len() / (n_buckets * SAMPLES)).copied().collect();
    sample.sort_unstable();
    let mut cuts: Vec<K> = (1..n_buckets).map(|bucket| sample[bucket * sample.len() / n_buckets]).collect();
    cuts.dedup();
    cuts
}

/// The rows of a chunk by bucket.
struct Spread {
    rows: Vec<u32>,
    /// Where each bucket ends in `rows`.
    ends: Vec<u32>,
}

impl Spread {
    fn new<K: Copy + Ord>(first: u32, keys: &[K], cuts: &[K]) -> Self {
        let bucket = |key: &K| cuts.partition_point(|cut| cut <= key);
        let buckets: Vec<usize> = keys.iter().map(bucket).collect();
        let mut ends = vec![0_u32; cuts.len() + 1];
        buckets.iter().for_each(|bucket| ends[*bucket] += 1);
        let mut start = 0;
        // From sizes to starts; placing a row moves the start to the end.
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut rows = vec![0; keys.len()];
        for (row, bucket) in (first..).zip(buckets) {
            rows[ends[bucket] as usize] = row;
            ends[bucket] += 1;
        }
        Self { rows, ends }
    }

    fn bucket(&self, bucket: usize) -> &[u32] {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.rows[start..self.ends[bucket] as usize]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Keys of every shape of data: all different, few values, one value, sorted, reversed.
    #[test]
    fn rows_are_in_the_order_of_a_stable_sort() {
        let mix = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        let shapes: [fn(u64, u64) -> u64; 6] = [
            |_, mixed| mixed,
            |_, mixed| mixed % 3,
            |_, _| 7,
            |i, _| i,
            |i, _| u64::MAX - i,
            |i, mixed| if i % 50 == 0 { mixed } else { 0 },
        ];
        for n in [0, 1, 2, 5000, 200_000] {
            for (shape, key) in shapes.iter().enumerate() {
                let keys: Vec<u64> = (0..n).map(|i| key(i, mix(i))).collect();
                let mut expected: Vec<u32> = (0_u32..).take(keys.len()).collect();
                expected.sort_by_key(|row| keys[*row as usize]);
                for threads in [1, 3] {
                    let found = order(&keys, threads, &Cancel::default()).unwrap();
                    assert!(found == expected, "{n} keys of shape {shape} on {threads} threads");
                }
            }
        }
    }

    #[test]
    fn doubles_keep_their_order() {
        let values = [f64::NEG_INFINITY, -1e300, -2.0, -0.0, 0.0, 1e-310, 0.5, 1.0, f64::INFINITY, f64::NAN];
        assert!(values.map(total_order).array_windows().all(|[a, b]| a < b));
        assert!(values.iter().all(|value| of_total_order(total_order(*value)).to_bits() == value.to_bits()));
    }

    #[test]
    fn cancelling_stops_it() {
        let cancel = Cancel::default();
        drop(cancel.on_drop());
        assert!(order(&[3_u64, 1, 2], 1, &cancel).is_err());
    }
}
