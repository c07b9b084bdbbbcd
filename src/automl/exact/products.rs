//! Sums of products in twice the working precision, over columns of doubles or of double-doubles.
//!
//! As in `kernel.rs`, eight partial sums are kept whatever the width of the machine's vectors, so that a sum has the same bits on
//! every machine. A partial sum is a double and the sum of what rounding has taken from it: over the few rows of a block that is
//! as good as a sum of double-doubles.
//!
//! Source: Ogita, Rump and Oishi, "Accurate sum and dot product", *SIAM Journal on Scientific Computing* 26 (2005), 1955–1988,
//! algorithm 5.3 (Dot2).

use pulp::{Arch, Simd, WithSimd, bytemuck};

use super::double_double::DoubleDouble;

const LANES: usize = 8;

/// Double-doubles, the high parts apart from the low ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Doubles {
    pub high: Vec<f64>,
    pub low: Vec<f64>,
}

impl Doubles {
    pub(super) fn zeros(n: usize) -> Self {
        Self { high: vec![0.0; n], low: vec![0.0; n] }
    }

    pub(super) fn get(&self, i: usize) -> DoubleDouble {
        DoubleDouble { high: self.high[i], low: self.low[i] }
    }

    pub(super) fn set(&mut self, i: usize, value: DoubleDouble) {
        (self.high[i], self.low[i]) = (value.high, value.low);
    }

    pub(super) fn column(&self) -> Column<'_> {
        Column { high: &self.high, low: Some(&self.low) }
    }

    /// Adds one by one.
    pub(super) fn add(&mut self, other: &Self) {
        subtract_scaled((&mut self.high, &mut self.low), -DoubleDouble::ONE, other.column());
    }

    /// All numbers, the high parts first.
    pub(super) fn write(&self) -> impl Iterator<Item = f64> + '_ {
        self.high.iter().chain(&self.low).copied()
    }

    /// What [`write`](Self::write) wrote of `n` of them.
    pub(super) fn read(n: usize, numbers: &[f64]) -> Option<Self> {
        let (high, low) = numbers.split_at_checked(n)?;
        (low.len() == n).then(|| Self { high: high.to_vec(), low: low.to_vec() })
    }
}

/// A column of numbers; none of the low parts means that all are 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    pub high: &'a [f64],
    pub low: Option<&'a [f64]>,
}

impl<'a> Column<'a> {
    /// The numbers from a place on.
    pub(super) fn from(self, start: usize) -> Self {
        let from = |numbers: &'a [f64]| numbers.get(start..).unwrap_or_default();
        Self { high: from(self.high), low: self.low.map(from) }
    }
}

/// `out[k] += Σ row[i] · columns[k][i]`.
pub(super) fn add_products(row: Column<'_>, columns: &[Column<'_>], out: (&mut [f64], &mut [f64])) {
    struct Products<'a>(Column<'a>, &'a [Column<'a>], (&'a mut [f64], &'a mut [f64]));
    impl WithSimd for Products<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(row, columns, (high, low)) = self;
            for ((column, high), low) in columns.iter().zip(high).zip(low) {
                let product = match S::F64_LANES {
                    8 => any_product::<S, 1>(simd, row, *column),
                    4 => any_product::<S, 2>(simd, row, *column),
                    2 => any_product::<S, 4>(simd, row, *column),
                    _ => any_product::<S, 8>(simd, row, *column),
                };
                let sum = DoubleDouble { high: *high, low: *low } + product;
                (*high, *low) = (sum.high, sum.low);
            }
        }
    }
    Arch::new().dispatch(Products(row, columns, out));
}

#[inline(always)]
fn any_product<S: Simd, const N: usize>(simd: S, a: Column<'_>, b: Column<'_>) -> DoubleDouble {
    match (a.low, b.low) {
        (None, None) => product::<S, N, false, false>(simd, (a.high, a.high), (b.high, b.high)),
        (Some(low), None) => product::<S, N, true, false>(simd, (a.high, low), (b.high, b.high)),
        (None, Some(low)) => product::<S, N, false, true>(simd, (a.high, a.high), (b.high, low)),
        (Some(of_a), Some(of_b)) => product::<S, N, true, true>(simd, (a.high, of_a), (b.high, of_b)),
    }
}

/// `Σ a[i] · b[i]`; `N` vectors make eight lanes. Low parts that are not there are not looked at.
#[inline(always)]
fn product<S: Simd, const N: usize, const A_LOW: bool, const B_LOW: bool>(
    simd: S,
    (a, a_low): (&[f64], &[f64]),
    (b, b_low): (&[f64], &[f64]),
) -> DoubleDouble {
    let n_vectors = a.len() / LANES;
    let [va, va_low, vb, vb_low] = [a, a_low, b, b_low].map(|values| &vectors::<S, N>(values)[..n_vectors]);
    let (mut high, mut low) = ([simd.splat_f64s(0.0); N], [simd.splat_f64s(0.0); N]);
    for i in 0..n_vectors {
        for n in 0..N {
            let (x, y) = (va[i][n], vb[i][n]);
            let p = simd.mul_f64s(x, y);
            let mut rest = simd.mul_add_f64s(x, y, simd.neg_f64s(p));
            if A_LOW {
                rest = simd.mul_add_f64s(va_low[i][n], y, rest);
            }
            if B_LOW {
                rest = simd.mul_add_f64s(x, vb_low[i][n], rest);
            }
            let sum = simd.add_f64s(high[n], p);
            let of_p = simd.sub_f64s(sum, high[n]);
            let lost = simd.add_f64s(simd.sub_f64s(high[n], simd.sub_f64s(sum, of_p)), simd.sub_f64s(p, of_p));
            high[n] = sum;
            low[n] = simd.add_f64s(low[n], simd.add_f64s(lost, rest));
        }
    }
    let (high, low): (&[f64], &[f64]) = (bytemuck::cast_slice(&high), bytemuck::cast_slice(&low));
    let lane = |i: usize| DoubleDouble::sum(high[i], low[i]);
    let mut total = ((lane(0) + lane(4)) + (lane(2) + lane(6))) + ((lane(1) + lane(5)) + (lane(3) + lane(7)));
    for i in n_vectors * LANES..a.len() {
        let low = |of: &[f64], has: bool| if has { of[i] } else { 0.0 };
        let x = DoubleDouble { high: a[i], low: low(a_low, A_LOW) };
        let y = DoubleDouble { high: b[i], low: low(b_low, B_LOW) };
        total = total + x * y;
    }
    total
}

/// Eight numbers at a time as `N` vectors.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(values: &[f64]) -> &[[S::f64s; N]] {
    S::as_simd_f64s(values.as_chunks::<LANES>().0.as_flattened()).0.as_chunks::<N>().0
}

/// `out[i] -= factor · x[i]`.
pub(super) fn subtract_scaled(out: (&mut [f64], &mut [f64]), factor: DoubleDouble, x: Column<'_>) {
    struct SubtractScaled<'a>((&'a mut [f64], &'a mut [f64]), DoubleDouble, &'a [f64], &'a [f64]);
    impl WithSimd for SubtractScaled<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self((high, low), factor, x_high, x_low) = self;
            for (((high, low), x_high), x_low) in high.iter_mut().zip(low).zip(x_high).zip(x_low) {
                let x = DoubleDouble { high: *x_high, low: *x_low };
                let rest = DoubleDouble { high: *high, low: *low } - factor * x;
                (*high, *low) = (rest.high, rest.low);
            }
        }
    }
    let zeros;
    let low = if let Some(low) = x.low {
        low
    } else {
        zeros = vec![0.0; x.high.len()];
        &zeros
    };
    Arch::new().dispatch(SubtractScaled(out, factor, x.high, low));
}

/// `w[i] · x[i]`.
pub(super) fn weighted(w: &[f64], x: Column<'_>) -> Doubles {
    struct Weighted<'a>(&'a mut Doubles, &'a [f64], Column<'a>);
    impl WithSimd for Weighted<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(out, w, x) = self;
            for (((high, low), w), x) in out.high.iter_mut().zip(&mut out.low).zip(w).zip(x.high) {
                let product = DoubleDouble::product(*w, *x);
                (*high, *low) = (product.high, product.low);
            }
            for ((low, w), x) in out.low.iter_mut().zip(w).zip(x.low.unwrap_or_default()) {
                *low = w.mul_add(*x, *low);
            }
        }
    }
    let mut out = Doubles::zeros(w.len());
    Arch::new().dispatch(Weighted(&mut out, w, x));
    out
}

/// `out[code[i]] += x[i]`.
pub(super) fn add_by_code(out: (&mut [f64], &mut [f64]), codes: &[u32], x: Column<'_>) {
    let (high, low) = out;
    for (i, code) in codes.iter().enumerate() {
        let value = DoubleDouble { high: x.high[i], low: x.low.map_or(0.0, |low| low[i]) };
        let place = *code as usize;
        let sum = DoubleDouble { high: high[place], low: low[place] } + value;
        (high[place], low[place]) = (sum.high, sum.low);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms of 1e20 that cancel, with 1 left of each pair: a sum of doubles knows nothing of it.
    #[test]
    fn products_survive_cancellation_at_every_length() {
        for n in [1, 2, 7, 8, 9, 31, 256, 300] {
            let a: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1e10 + 1.0 } else { -1e10 }).collect();
            let b = vec![1e10; n];
            let column = |high| Column { high, low: None };
            let (mut high, mut low) = ([0.0], [0.0]);
            add_products(column(&a), &[column(&b)], (&mut high, &mut low));
            // Each 1e10 + 1 leaves 1, and an odd one out the rest of itself.
            let ones = n.div_ceil(2) as f64;
            let expected = ones * 1e10 + if n % 2 == 1 { 1e20 } else { 0.0 };
            assert_eq!(high[0] + low[0], expected, "{n}");

            // The same numbers in two parts.
            let split: (Vec<f64>, Vec<f64>) = a.iter().map(|a| (a - 1.0, 1.0)).unzip();
            let split = Column { high: &split.0, low: Some(&split.1) };
            let (mut high, mut low) = ([0.0; 2], [0.0; 2]);
            add_products(split, &[column(&b), split], (&mut high, &mut low));
            assert_eq!(high[0] + low[0], expected, "{n}");
            let squares: f64 = a.iter().map(|a| a * a).sum();
            assert!((high[1] + low[1] - squares).abs() <= 1e-14 * squares, "{n}");
        }
    }

    #[test]
    fn scaled_columns_are_subtracted_without_loss() {
        let mut out = Doubles { high: vec![1.0; 9], low: vec![0.0; 9] };
        let x = Doubles { high: vec![1e-20; 9], low: vec![0.0; 9] };
        subtract_scaled((&mut out.high, &mut out.low), DoubleDouble::ONE, x.column());
        assert!(out.high.iter().zip(&out.low).all(|(high, low)| (*high, *low) == (1.0, -1e-20)));
    }
}
