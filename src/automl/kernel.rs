//! Sums of products over a block of rows, in a fixed order of additions.
//!
//! Eight partial sums are kept whatever the width of the machine's vectors, and products are fused into them
//! (`f64::mul_add`), so that a sum has the same bits on every machine. `pulp` picks the widest instructions at run time.

use pulp::{Arch, Simd, WithSimd};

const LANES: usize = 8;

/// `Σ a[i] · b[i]`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    struct Dot<'a>(&'a [f64], &'a [f64]);
    impl WithSimd for Dot<'_> {
        type Output = f64;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> f64 {
            dot_one(self.0, self.1)
        }
    }
    Arch::new().dispatch(Dot(a, b))
}

/// `out[k] += Σ a[i] · columns[k][i]` for each column.
pub(crate) fn add_dots(a: &[f64], columns: &[&[f64]], out: &mut [f64]) {
    struct Dots<'a>(&'a [f64], &'a [&'a [f64]], &'a mut [f64]);
    impl WithSimd for Dots<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(a, columns, out) = self;
            let (fours, rest) = columns.as_chunks::<4>();
            let (out_fours, out_rest) = out.split_at_mut(fours.len() * 4);
            for (four, out) in fours.iter().zip(out_fours.as_chunks_mut::<4>().0) {
                let sums = dot_four(a, four);
                for (out, sum) in out.iter_mut().zip(sums) {
                    *out += sum;
                }
            }
            for (column, out) in rest.iter().zip(out_rest) {
                *out += dot_one(a, column);
            }
        }
    }
    Arch::new().dispatch(Dots(a, columns, out));
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
fn dot_one(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for i in 0..LANES {
            lanes[i] = a[i].mul_add(b[i], lanes[i]);
        }
    }
    a_rest.iter().zip(b_rest).fold(reduce(&lanes), |sum, (a, b)| a.mul_add(*b, sum))
}

/// Four sums at once, so that `a` is read once for four columns.
#[inline(always)]
fn dot_four(a: &[f64], columns: &[&[f64]; 4]) -> [f64; 4] {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let [(b, b_rest), (c, c_rest), (d, d_rest), (e, e_rest)] = columns.map(|column| column.as_chunks::<LANES>());
    let mut lanes = [[0.0; LANES]; 4];
    for ((((a, b), c), d), e) in a.iter().zip(b).zip(c).zip(d).zip(e) {
        for i in 0..LANES {
            lanes[0][i] = a[i].mul_add(b[i], lanes[0][i]);
            lanes[1][i] = a[i].mul_add(c[i], lanes[1][i]);
            lanes[2][i] = a[i].mul_add(d[i], lanes[2][i]);
            lanes[3][i] = a[i].mul_add(e[i], lanes[3][i]);
        }
    }
    let mut sums = lanes.map(|lanes| reduce(&lanes));
    for (sum, rest) in sums.iter_mut().zip([b_rest, c_rest, d_rest, e_rest]) {
        *sum = a_rest.iter().zip(rest).fold(*sum, |sum, (a, b)| a.mul_add(*b, sum));
    }
    sums
}

#[inline(always)]
fn reduce(lanes: &[f64; LANES]) -> f64 {
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
