//! Weighted normal equations: the one state that least squares and every Newton step accumulate.
//!
//! With x = (1, columns of the design matrix), row weights w and responses r it holds `matrix = Σ w x xᵀ` and
//! `vector = Σ r x`. Categories are never expanded: a row adds to the entry of its code.

use ndarray::{Array1, Array2};

use super::fold::Block;
use super::kernel;
use crate::model::{ColumnLayout, LinearPredictor};

/// A column whose variance is this share of its mean square, or less, is constant but for rounding.
const CONSTANT: f64 = 1e-14;

/// `matrix = Σ w x xᵀ`, `vector = Σ r x` with x = (1, columns); the intercept is at place 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NormalEquations {
    size: usize,
    /// Row-major, `(size, size)`; the upper triangle is filled, but for the diagonal of categories: that equals their sums of
    /// weights, which stand in row 0.
    matrix: Vec<f64>,
    vector: Vec<f64>,
    /// Sum of what the fold measures: the loss, or the squared responses.
    pub loss: f64,
    /// Number of rows.
    pub n_rows: u64,
    /// Weight of the rows, where the fold keeps it: the weights of the sums may be other ones.
    pub row_weight: f64,
}

impl NormalEquations {
    pub(crate) fn new(layout: &ColumnLayout) -> Self {
        Self::of_columns(layout.n_columns())
    }

    /// Of so many columns. Of dense ones only, when rows are added with a layout without categories.
    pub(crate) fn of_columns(n_columns: usize) -> Self {
        let size = n_columns + 1;
        Self { size, matrix: vec![0.0; size * size], vector: vec![0.0; size], loss: 0.0, n_rows: 0, row_weight: 0.0 }
    }

    /// Bytes of the equations of so many columns.
    pub(crate) fn bytes(n_columns: usize) -> usize {
        (n_columns + 1) * (n_columns + 2) * size_of::<f64>()
    }

    /// Adds a block's rows with weights `w` and responses `r`. Shapes: `(n_rows,)`.
    pub(crate) fn add(&mut self, layout: &ColumnLayout, block: &Block<'_>, w: &[f64], r: &[f64]) {
        let (dense, codes, size) = (block.dense(), block.codes(), self.size);
        self.vector[0] += kernel::sum(r);
        self.matrix[0] += kernel::sum(w);
        kernel::add_dots([r, w], &dense, [&mut self.vector[1..=dense.len()], &mut self.matrix[1..=dense.len()]]);
        for ((_, _, start), codes) in layout.categories().iter().zip(&codes) {
            add_by_code(&mut self.vector[start + 1..], codes, r);
        }

        for ((_, _, start), codes) in layout.categories().iter().zip(&codes) {
            add_by_code(&mut self.matrix[start + 1..size], codes, w);
        }

        // Three rows of the matrix at a time: what is loaded of a column serves all three.
        let mut products: [Vec<f64>; 3] = std::array::from_fn(|_| vec![0.0; w.len()]);
        for (three, columns) in dense.chunks(3).enumerate() {
            let (first, width) = (3 * three + 1, columns.len());
            for (product, column) in products.iter_mut().zip(columns) {
                kernel::multiply(product, w, column);
            }
            // The corner on the diagonal: only its upper triangle is kept.
            let mut corner = [[0.0; 3]; 3];
            let [a, b, c] = products.each_ref().map(Vec::as_slice);
            kernel::add_dots([a, b, c], columns, corner.each_mut().map(|row| &mut row[..width]));
            let rest = dense.get(first + 2..).unwrap_or_default();
            let mut rows = self.matrix[first * size..].chunks_mut(size).take(width);
            if let [Some(a_out), Some(b_out), Some(c_out)] = [rows.next(), rows.next(), rows.next()] {
                let out = [a_out, b_out, c_out].map(|row| &mut row[first + 3..]);
                kernel::add_dots([a, b, c], rest, out);
            }
            for (k, (corner, product)) in corner.iter().zip(&products).enumerate().take(width) {
                let entries = &mut self.matrix[(first + k) * size..(first + k + 1) * size];
                entries[first + k..first + width].iter_mut().zip(&corner[k..]).for_each(|(out, sum)| *out += sum);
                for ((_, _, start), codes) in layout.categories().iter().zip(&codes) {
                    add_by_code(&mut entries[start + 1..], codes, product);
                }
            }
        }
        for (first, (_, _, first_start)) in layout.categories().iter().enumerate() {
            for (second, (_, _, second_start)) in layout.categories().iter().enumerate().skip(first + 1) {
                for ((a, b), w) in codes[first].iter().zip(codes[second]).zip(w) {
                    self.matrix[(first_start + 1 + *a as usize) * size + second_start + 1 + *b as usize] += w;
                }
            }
        }
        self.n_rows += w.len() as u64;
    }

    /// Adds other rows.
    pub(crate) fn merge(&mut self, other: &Self) {
        kernel::add_scaled(&mut self.matrix, 1.0, &other.matrix);
        kernel::add_scaled(&mut self.vector, 1.0, &other.vector);
        self.loss += other.loss;
        self.n_rows += other.n_rows;
        self.row_weight += other.row_weight;
    }

    /// All as numbers: rows, their weight, loss, vector, and the upper triangle of the matrix row by row.
    pub(crate) fn write(&self) -> Vec<f64> {
        let triangle = (0..self.size).flat_map(|row| &self.matrix[row * self.size + row..(row + 1) * self.size]);
        [self.n_rows as f64, self.row_weight, self.loss]
            .into_iter()
            .chain(self.vector.iter().copied())
            .chain(triangle.copied())
            .collect()
    }

    /// What [`write`](Self::write) wrote for the same layout.
    pub(crate) fn read(layout: &ColumnLayout, numbers: &[f64]) -> Option<Self> {
        Self::read_into(Self::new(layout), numbers)
    }

    /// What [`write`](Self::write) wrote of equations of the same size as these.
    pub(crate) fn read_into(mut read: Self, numbers: &[f64]) -> Option<Self> {
        let size = read.size;
        let (head, rest) = numbers.split_at_checked(3)?;
        let (vector, mut triangle) = rest.split_at_checked(size)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        {
            read.n_rows = head[0] as u64;
        }
        (read.row_weight, read.loss) = (head[1], head[2]);
        read.vector.copy_from_slice(vector);
        for row in 0..size {
            let (entries, others) = triangle.split_at_checked(size - row)?;
            read.matrix[row * size + row..(row + 1) * size].copy_from_slice(entries);
            triangle = others;
        }
        triangle.is_empty().then_some(read)
    }

    /// The sum of weights.
    pub(crate) fn weight(&self) -> f64 {
        self.matrix.first().copied().unwrap_or(0.0)
    }

    /// `Σ r x`; the intercept is at place 0.
    pub(crate) fn vector(&self) -> &[f64] {
        &self.vector
    }

    /// The sums of weights by column, `Σ w x`; the intercept is at place 0.
    pub(crate) fn column_weights(&self) -> &[f64] {
        &self.matrix[..self.size]
    }

    /// `Σ w x[a] x[b]` of two places, of which the intercept's is 0.
    pub(crate) fn entry(&self, layout: &ColumnLayout, a: usize, b: usize) -> f64 {
        let (a, b) = (a.min(b), a.max(b));
        // Two columns of one category are never 1 in the same row; the same column's square is itself.
        if a == b && a > layout.n_dense() { self.matrix[a] } else { self.matrix[a * self.size + b] }
    }

    /// `Σ w (t - b₀ - xᵀβ)²` where the responses are `w t` and the loss is `Σ w t²`.
    pub(crate) fn squared_error(&self, layout: &ColumnLayout, predictor: &LinearPredictor) -> f64 {
        let coefficients = predictor.coefficients.iter().enumerate().filter(|(_, b)| **b != 0.0).map(|(j, b)| (j + 1, *b));
        let terms: Vec<(usize, f64)> = std::iter::once((0, predictor.intercept)).chain(coefficients).collect();
        let mut error = self.loss;
        for (i, (place, b)) in terms.iter().enumerate() {
            let others: f64 = terms[i + 1..].iter().map(|(other, c)| c * self.entry(layout, *place, *other)).sum();
            error += b * (b * self.entry(layout, *place, *place) + 2.0 * (others - self.vector[*place]));
        }
        error
    }

    /// The part of the equations that belongs to some columns (from 0, without the intercept), with the intercept
    /// eliminated: `(Σ w (x - x̄)(x - x̄)ᵀ, Σ r (x - x̄))`, where x̄ is the weighted mean; without an intercept 0.
    pub(crate) fn centred(&self, layout: &ColumnLayout, columns: &[usize]) -> (Array2<f64>, Array1<f64>) {
        let weight = self.weight();
        let mean = |column: usize| if layout.has_intercept() && weight > 0.0 { self.matrix[column + 1] / weight } else { 0.0 };
        let matrix = Array2::from_shape_fn((columns.len(), columns.len()), |(i, j)| {
            let (a, b) = (columns[i].min(columns[j]), columns[i].max(columns[j]));
            let entry = self.entry(layout, a + 1, b + 1);
            let centred = entry - self.matrix[a + 1] * mean(b);
            // A column that is the same in all these rows: what is left of its square is rounding.
            if a == b && centred <= CONSTANT * entry { 0.0 } else { centred }
        });
        let vector = columns.iter().map(|column| self.vector[column + 1] - self.vector[0] * mean(*column)).collect();
        (matrix, vector)
    }
}

/// `sums[code] += value` row by row.
fn add_by_code(sums: &mut [f64], codes: &[u32], values: &[f64]) {
    for (code, value) in codes.iter().zip(values) {
        sums[*code as usize] += value;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::Rows;
    use super::*;
    use crate::model::{CategoryEncoder, ColumnType, EncodedBatch, Encoder, Feature, NumberEncoder, NumberSource};

    #[test]
    fn a_constant_column_has_no_variance() {
        let rows =
            Rows { x: EncodedBatch::new(7, vec![vec![0.1; 7]], Vec::new()), y: vec![0.0; 7], weight: None, raw: Vec::new() };
        let layout = ColumnLayout::of_numbers(1);
        let mut equations = NormalEquations::new(&layout);
        equations.add(&layout, &rows.block(0..7), &[0.3; 7], &[1.0; 7]);
        assert_eq!(equations.centred(&layout, &[0]).0[[0, 0]], 0.0);
    }

    /// Whole numbers, so that every order of additions gives the same sums.
    #[test]
    fn sums_are_those_of_the_expanded_rows() {
        const ROWS: usize = 19;
        let number = |i: usize, k: usize| ((i * (k + 3) + k) % 7) as f64 - 3.0;
        for n_dense in 0..8 {
            let numbers = (0..n_dense).map(|k| {
                let number = NumberEncoder { source: NumberSource::Numeric, mean: 0.0, std_dev: 1.0, missing_indicator: false };
                Feature {
                    name: format!("x{k}"),
                    column_type: ColumnType::Float64,
                    encoder: Encoder::Number(number),
                    summary: crate::model::FeatureSummary::default(),
                }
            });
            let categories = ["c", "d"].map(|name| {
                let encoder = Encoder::Category(CategoryEncoder::new(["a", "b"].map(std::sync::Arc::from)));
                Feature {
                    name: name.into(),
                    column_type: ColumnType::Utf8,
                    encoder,
                    summary: crate::model::FeatureSummary::default(),
                }
            });
            let layout = ColumnLayout::new(&numbers.chain(categories).collect::<Vec<_>>());
            let dense: Vec<Vec<f64>> = (0..n_dense).map(|k| (0..ROWS).map(|i| number(i, k)).collect()).collect();
            let codes: Vec<Vec<u32>> = [2, 3].map(|k| (0_u32..).map(|i| i % k).take(ROWS).collect()).to_vec();
            let (w, r): (Vec<f64>, Vec<f64>) = (0..ROWS).map(|i| (number(i, 20).abs(), number(i, 30))).unzip();

            let expanded = |i: usize| {
                let mut x = vec![1.0];
                x.extend(dense.iter().map(|column| column[i]));
                x.resize(layout.n_columns() + 1, 0.0);
                layout.categories().iter().zip(&codes).for_each(|((_, _, start), codes)| x[start + 1 + codes[i] as usize] = 1.0);
                x
            };
            let rows = Rows {
                x: EncodedBatch::new(ROWS, dense.clone(), codes.clone()),
                y: vec![0.0; ROWS],
                weight: None,
                raw: Vec::new(),
            };
            let mut equations = NormalEquations::new(&layout);
            equations.add(&layout, &rows.block(0..ROWS), &w, &r);
            for a in 0..equations.size {
                let expected: f64 = (0..ROWS).map(|i| r[i] * expanded(i)[a]).sum();
                assert_eq!(equations.vector[a], expected, "vector at {a} with {n_dense} numbers");
                for b in a..equations.size {
                    // The diagonal of categories is left out: row 0 has it.
                    let is_category_diagonal = a == b && a > n_dense;
                    let expected: f64 = (0..ROWS).map(|i| w[i] * expanded(i)[a] * expanded(i)[b]).sum();
                    let expected = if is_category_diagonal { 0.0 } else { expected };
                    assert_eq!(equations.matrix[a * equations.size + b], expected, "({a}, {b}) with {n_dense} numbers");
                    assert!(a == b || equations.matrix[b * equations.size + a] == 0.0, "below the diagonal");
                }
            }
        }
    }
}
