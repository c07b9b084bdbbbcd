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
    add_dots([a], &[b], [&mut sum]);
    sum[0]
}

/// `out[r][k] += Σ rows[r][i] · columns[k][i]` for each row and column; all are as long as the first row.
///
/// Several rows at once cost little more than one: a number that is loaded is used for all of them.
pub(crate) fn add_dots<const R: usize>(rows: [&[f64]; R], columns: &[&[f64]], out: [&mut [f64]; R]) {
    struct Dots<'a, const R: usize>([&'a [f64]; R], &'a [&'a [f64]], [&'a mut [f64]; R]);
    impl<const R: usize> WithSimd for Dots<'_, R> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(rows, columns, out) = self;
            match S::F64_LANES {
                8 => dots::<S, 1, R>(simd, rows, columns, out),
                4 => dots::<S, 2, R>(simd, rows, columns, out),
                2 => dots::<S, 4, R>(simd, rows, columns, out),
                _ => dots::<S, 8, R>(simd, rows, columns, out),
            }
        }
    }
    Arch::new().dispatch(Dots(rows, columns, out));
}

/// Tiles of all rows by two columns (one row: by four): three by two sums of two vectors each just fit AVX2's 16 registers.
#[inline(always)]
fn dots<S: Simd, const N: usize, const R: usize>(simd: S, rows: [&[f64]; R], columns: &[&[f64]], out: [&mut [f64]; R]) {
    if R == 1 { tiles::<S, N, R, 4>(simd, rows, columns, out) } else { tiles::<S, N, R, 2>(simd, rows, columns, out) }
}

#[inline(always)]
fn tiles<S: Simd, const N: usize, const R: usize, const C: usize>(
    simd: S,
    rows: [&[f64]; R],
    columns: &[&[f64]],
    mut out: [&mut [f64]; R],
) {
    let (full, rest) = columns.as_chunks::<C>();
    for (k, columns) in full.iter().enumerate() {
        let sums = tile::<S, N, R, C>(simd, rows, *columns);
        for (out, sums) in out.iter_mut().zip(sums) {
            out[k * C..][..C].iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
        }
    }
    for (k, column) in rest.iter().enumerate() {
        let sums = tile::<S, N, R, 1>(simd, rows, [column]);
        for (out, [sum]) in out.iter_mut().zip(sums) {
            out[full.len() * C + k] += sum;
        }
    }
}

/// Each row times each column; `N` vectors make eight lanes.
#[inline(always)]
fn tile<S: Simd, const N: usize, const R: usize, const C: usize>(
    simd: S,
    rows: [&[f64]; R],
    columns: [&[f64]; C],
) -> [[f64; C]; R] {
    let n = rows[0].len();
    let n_vectors = n / LANES;
    let row_vectors = rows.map(|row| &vectors::<S, N>(row)[..n_vectors]);
    let column_vectors = columns.map(|column| &vectors::<S, N>(column)[..n_vectors]);
    let mut lanes = [[[simd.splat_f64s(0.0); N]; C]; R];
    for i in 0..n_vectors {
        for r in 0..R {
            for c in 0..C {
                for n in 0..N {
                    lanes[r][c][n] = simd.mul_add_f64s(row_vectors[r][i][n], column_vectors[c][i][n], lanes[r][c][n]);
                }
            }
        }
    }
    let mut sums = [[0.0; C]; R];
    for r in 0..R {
        for c in 0..C {
            let lanes: &[f64] = bytemuck::cast_slice(&lanes[r][c]);
            let rest = rows[r][n_vectors * LANES..].iter().zip(&columns[c][n_vectors * LANES..]);
            sums[r][c] = rest.fold(reduce(lanes), |sum, (a, b)| a.mul_add(*b, sum));
        }
    }
    sums
}

/// Eight numbers at a time as `N` vectors.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(values: &[f64]) -> &[[S::f64s; N]] {
    S::as_simd_f64s(values.as_chunks::<LANES>().0.as_flattened()).0.as_chunks::<N>().0
}

/// `out[r][i] += Σ factors[r][k] · columns[k][i]`, one column after the other; all are as long as the first `out`.
///
/// Two outputs at once cost little more than one: a number that is loaded is used for both.
pub(crate) fn add_combinations<const R: usize>(mut out: [&mut [f64]; R], factors: [&[f64]; R], columns: &[&[f64]]) {
    struct AddFour<'a, 'b, const R: usize>(&'a mut [&'b mut [f64]; R], [[f64; 4]; R], &'a [&'a [f64]; 4]);
    impl<const R: usize> WithSimd for AddFour<'_, '_, R> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(out, factors, columns) = self;
            let n = out[0].len();
            let out = out.each_mut().map(|out| &mut out[..n]);
            let [x, y, z, u] = columns.map(|column| &column[..n]);
            for i in 0..n {
                for r in 0..R {
                    let [a, b, c, d] = factors[r];
                    out[r][i] = d.mul_add(u[i], c.mul_add(z[i], b.mul_add(y[i], a.mul_add(x[i], out[r][i]))));
                }
            }
        }
    }
    let (fours, left) = columns.as_chunks::<4>();
    for (k, four) in fours.iter().enumerate() {
        let factors = factors.map(|factors| std::array::from_fn(|c| factors[4 * k + c]));
        Arch::new().dispatch(AddFour(&mut out, factors, four));
    }
    for (k, column) in left.iter().enumerate() {
        for (out, factors) in out.iter_mut().zip(factors) {
            add_scaled(out, factors[4 * fours.len() + k], column);
        }
    }
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
            add_dots([&a], &[&a, &a, &a, &a, &a, &a], [&mut out]);
            assert_eq!(out, [expected + 1.0; 6]);
            let double: Vec<f64> = a.iter().map(|x| 2.0 * x).collect();
            let [mut first, mut second, mut third] = [[0.0; 5]; 3];
            add_dots([&a, &double, &a], &[&a, &a, &double, &a, &double], [&mut first, &mut second, &mut third]);
            assert_eq!(first, [1.0, 1.0, 2.0, 1.0, 2.0].map(|times| times * expected));
            assert_eq!(second, first.map(|sum| 2.0 * sum));
            assert_eq!(third, first);
        }
    }
    #[test]
    fn a_combination_adds_every_column() {
        for n_columns in [0, 1, 3, 4, 9] {
            let columns: Vec<Vec<f64>> = (0..n_columns).map(|k| (0..11).map(|i| f64::from(i * (k + 1))).collect()).collect();
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let factors: Vec<f64> = (0..n_columns).map(|k| f64::from(k) - 2.0).collect();
            let mut out = vec![5.0; 11];
            add_combinations([&mut out], [&factors], &columns);
            let total: f64 = (0..n_columns).map(|k| (f64::from(k) - 2.0) * f64::from(k + 1)).sum();
            let expected: Vec<f64> = (0..11).map(|i| 5.0 + f64::from(i) * total).collect();
            assert_eq!(out, expected);
        }
    }
}
