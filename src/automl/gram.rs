//! The Gram matrix of rows: their inner products, without ever expanding categories.

use super::in_memory::InMemory;
use super::kernel;
use super::parallel;
use crate::error::Result;
use crate::model::ColumnLayout;

/// Dense columns that are laid out row by row at a time.
pub(super) const PANEL: usize = 256;
/// Rows of the matrix that one thread computes at a time; a multiple of three.
const TILE: usize = 48;
/// Columns of the matrix at a time: with their part of a panel they fit the second-level cache.
const BLOCK: usize = 128;

/// `X Xᵀ` of the first `n_rows` rows, row-major, upper triangle; below it the numbers have no meaning. Cancellable.
///
/// Each entry is summed by one thread, panel after panel, so the bits do not depend on the number of threads.
pub(crate) fn gram_of_rows(source: &InMemory, layout: &ColumnLayout, n_rows: usize) -> Result<Vec<f64>> {
    let mut gram = vec![0.0; n_rows * n_rows];
    let n_dense = layout.n_dense();
    for first in (0..n_dense).step_by(PANEL) {
        let columns = source.dense(first..(first + PANEL).min(n_dense), n_rows)?;
        let panel = row_by_row(&columns, n_rows);
        let rows: Vec<&[f64]> = panel.chunks_exact(columns.len()).collect();
        parallel::map(source.threads, tiles(&mut gram, n_rows), |(first, out)| {
            add_products(&rows, first, out);
            source.cancel.check()
        })?;
    }
    for category in 0..layout.categories().len() {
        let codes = &source.codes(category, n_rows)?[..n_rows];
        parallel::map(source.threads, tiles(&mut gram, n_rows), |(first, out)| {
            // Rows of one category have one 1 in common.
            for (i, out) in (first..).zip(out.chunks_exact_mut(n_rows)) {
                for (out, code) in out[i..].iter_mut().zip(&codes[i..]) {
                    *out += f64::from(u8::from(*code == codes[i]));
                }
            }
            source.cancel.check()
        })?;
    }
    Ok(gram)
}

/// Neighbouring rows of the matrix with the number of the first.
fn tiles(gram: &mut [f64], n_rows: usize) -> Vec<(usize, &mut [f64])> {
    (0..).step_by(TILE).zip(gram.chunks_mut(TILE * n_rows)).collect()
}

/// The first rows of some columns, one row after the other.
fn row_by_row(columns: &[Vec<f64>], n_rows: usize) -> Vec<f64> {
    let width = columns.len();
    let mut rows = vec![0.0; n_rows * width];
    // Eight columns fill a cache line.
    for (eight, columns) in columns.chunks(8).enumerate() {
        for (i, row) in rows.chunks_exact_mut(width).enumerate() {
            row[8 * eight..].iter_mut().zip(columns).for_each(|(value, column)| *value = column[i]);
        }
    }
    rows
}

/// Adds the inner products of the rows from `first` with all rows after them; `out` is these rows of the matrix.
fn add_products(rows: &[&[f64]], first: usize, out: &mut [f64]) {
    let n_rows = rows.len();
    for (start, others) in (0..).step_by(BLOCK).zip(rows.chunks(BLOCK)) {
        for (i, out) in (first..).step_by(3).zip(out.chunks_mut(3 * n_rows)) {
            if start + others.len() <= i {
                continue;
            }
            let mut lines = out.chunks_exact_mut(n_rows).map(|line| &mut line[start..]);
            match (rows.get(i..i + 3), [lines.next(), lines.next(), lines.next()]) {
                (Some(&[a, b, c]), [Some(a_out), Some(b_out), Some(c_out)]) => {
                    kernel::add_dots([a, b, c], others, [a_out, b_out, c_out]);
                }
                (_, lines) => {
                    for (row, line) in rows[i..].iter().zip(lines.into_iter().flatten()) {
                        kernel::add_dots([row], others, [line]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::cancel::Cancel;
    use super::super::fold::Rows;
    use super::super::tests::example_rows;
    use super::*;
    use crate::model::EncodedBatch;

    /// Whole numbers, so that every order of additions gives the same sums.
    #[test]
    fn entries_are_inner_products_of_the_expanded_rows() {
        for (n_rows, n_dense) in [(1, 1), (50, 3), (151, 300)] {
            let number = |i: usize, k: usize| ((i * (k + 3) + k * k) % 7) as f64 - 3.0;
            // One row more than is asked for.
            let dense: Vec<Vec<f64>> = (0..n_dense).map(|k| (0..=n_rows).map(|i| number(i, k)).collect()).collect();
            let codes: Vec<Vec<u32>> = [3, 4].map(|k| (0_u32..).map(|i| i * i % k).take(n_rows + 1).collect()).to_vec();
            let expected = |i: usize, j: usize| {
                let dense: f64 = dense.iter().map(|column| column[i] * column[j]).sum();
                dense + codes.iter().filter(|codes| codes[i] == codes[j]).count() as f64
            };
            let expected: Vec<f64> =
                (0..n_rows).flat_map(|i| (i..n_rows).map(move |j| (i, j))).map(|(i, j)| expected(i, j)).collect();
            let rows = Rows {
                x: EncodedBatch::new(n_rows + 1, dense.clone(), codes.clone()),
                y: vec![0.0; n_rows + 1],
                weight: None,
                raw: Vec::new(),
            };
            let source = InMemory::new(rows, Vec::new(), 2, Cancel::default());
            let layout = example_rows::layout(n_dense, &[3, 4]);
            let gram = gram_of_rows(&source, &layout, n_rows).unwrap();
            let upper: Vec<f64> = (0..n_rows).flat_map(|i| gram[i * n_rows + i..(i + 1) * n_rows].to_vec()).collect();
            assert_eq!(upper, expected);
        }
    }
}
