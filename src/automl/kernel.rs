//! Sums of products over a block of rows, in a fixed order of additions.
//!
//! Eight partial sums are kept whatever the width of the machine's vectors, and products are fused into them
//! (`f64::mul_add`), so that a sum has the same bits on every machine. `pulp` picks the widest instructions at run time: one
//! vector of eight, two of four, four of two, or eight single numbers.

use pulp::{Arch, Simd, WithSimd, bytemuck};

const LANES: usize = 8;

/// `Σ a[i] · b[i]`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = [0.0];
    add_dots(a, &[b], &mut sum);
    sum[0]
}

/// `out[k] += Σ a[i] · columns[k][i]` for each column; all are as long as `a`.
pub(crate) fn add_dots(a: &[f64], columns: &[&[f64]], out: &mut [f64]) {
    struct Dots<'a>(&'a [f64], &'a [&'a [f64]], &'a mut [f64]);
    impl WithSimd for Dots<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(a, columns, out) = self;
            match S::F64_LANES {
                8 => dots::<S, 1>(simd, a, columns, out),
                4 => dots::<S, 2>(simd, a, columns, out),
                2 => dots::<S, 4>(simd, a, columns, out),
                _ => dots::<S, 8>(simd, a, columns, out),
            }
        }
    }
    Arch::new().dispatch(Dots(a, columns, out));
}

/// Four columns at a time, so that `a` is read once for four; `N` vectors make eight lanes.
#[inline(always)]
fn dots<S: Simd, const N: usize>(simd: S, a: &[f64], columns: &[&[f64]], out: &mut [f64]) {
    let (fours, rest) = columns.as_chunks::<4>();
    let (out_fours, out_rest) = out.split_at_mut(fours.len() * 4);
    for (four, out) in fours.iter().zip(out_fours.as_chunks_mut::<4>().0) {
        for (out, sum) in out.iter_mut().zip(block::<S, N, 4>(simd, a, *four)) {
            *out += sum;
        }
    }
    for (column, out) in rest.iter().zip(out_rest) {
        let [sum] = block::<S, N, 1>(simd, a, [column]);
        *out += sum;
    }
}

#[inline(always)]
fn block<S: Simd, const N: usize, const K: usize>(simd: S, a: &[f64], columns: [&[f64]; K]) -> [f64; K] {
    let (chunks, a_rest) = a.as_chunks::<LANES>();
    let columns = columns.map(|column| &column[..a.len()]);
    let mut lanes = [[simd.splat_f64s(0.0); N]; K];
    let vectors = S::as_simd_f64s(chunks.as_flattened()).0.as_chunks::<N>().0;
    let of_columns = columns
        .map(|column| &S::as_simd_f64s(column.as_chunks::<LANES>().0.as_flattened()).0.as_chunks::<N>().0[..vectors.len()]);
    for (i, a) in vectors.iter().enumerate() {
        for k in 0..K {
            for n in 0..N {
                lanes[k][n] = simd.mul_add_f64s(a[n], of_columns[k][i][n], lanes[k][n]);
            }
        }
    }
    let mut sums = [0.0; K];
    for ((sum, lanes), column) in sums.iter_mut().zip(&lanes).zip(columns) {
        let lanes: &[f64] = bytemuck::cast_slice(lanes);
        let rest = &column[a.len() - a_rest.len()..];
        *sum = a_rest.iter().zip(rest).fold(reduce(lanes), |sum, (a, b)| a.mul_add(*b, sum));
    }
    sums
}

/// `out[i] += factor · x[i]`.
pub(crate) fn add_scaled(out: &mut [f64], factor: f64, x: &[f64]) {
    struct AddScaled<'a>(&'a mut [f64], f64, &'a [f64]);
    impl WithSimd for AddScaled<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            for (out, x) in self.0.iter_mut().zip(self.2) {
                *out = self.1.mul_add(*x, *out);
            }
        }
    }
    Arch::new().dispatch(AddScaled(out, factor, x));
}

/// `out[i] = a[i] · b[i]`.
pub(crate) fn multiply(out: &mut [f64], a: &[f64], b: &[f64]) {
    struct Multiply<'a>(&'a mut [f64], &'a [f64], &'a [f64]);
    impl WithSimd for Multiply<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            for ((out, a), b) in self.0.iter_mut().zip(self.1).zip(self.2) {
                *out = a * b;
            }
        }
    }
    Arch::new().dispatch(Multiply(out, a, b));
}

/// `Σ a[i]`.
pub(crate) fn sum(a: &[f64]) -> f64 {
    let (chunks, rest) = a.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for (lane, a) in lanes.iter_mut().zip(chunk) {
            *lane += a;
        }
    }
    reduce(&lanes) + rest.iter().sum::<f64>()
}

#[inline(always)]
fn reduce(lanes: &[f64]) -> f64 {
    debug_assert_eq!(lanes.len(), LANES);
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "whole numbers are exact")]
    fn sums_of_whole_numbers_are_exact_at_every_length() {
        for n in [0, 1, 7, 8, 9, 31, 1000] {
            let a: Vec<f64> = (0..n).map(f64::from).collect();
            let expected: f64 = a.iter().map(|x| x * x).sum();
            assert_eq!(dot(&a, &a), expected);
            assert_eq!(sum(&a), a.iter().sum::<f64>());
            let mut out = [1.0; 6];
            add_dots(&a, &[&a, &a, &a, &a, &a, &a], &mut out);
            assert_eq!(out, [expected + 1.0; 6]);
        }
    }
}
