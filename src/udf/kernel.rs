//! The sum over number features, several columns and rows at once.
//!
//! The rows of a batch are worked through in blocks that stay in the first-level cache, and in each block the columns in
//! groups that are added in one pass. Within a row the terms are always added one after the other in the features' order:
//! so a row gives the same bits in every batch, at every place and on every machine.

use pulp::Arch;

use super::number::{NumberColumn, NumberTerm};

/// Rows per block: four buffers and the sums of a block take 20 kB.
const BLOCK: usize = 512;
/// Columns per pass.
const GROUP: usize = 4;

/// Adds the terms of numbers to `raw`: one sum per row, one column per term.
pub(super) fn add_numbers(raw: &mut [f64], terms: &[NumberTerm], columns: &[NumberColumn<'_>]) {
    let arch = Arch::new();
    let width = raw.len().min(BLOCK);
    let mut buffers = vec![0.0; GROUP * width];
    let (first, rest) = buffers.split_at_mut(width);
    let (second, rest) = rest.split_at_mut(width);
    let (third, fourth) = rest.split_at_mut(width);
    for (block, raw) in raw.chunks_mut(BLOCK).enumerate() {
        let (start, len) = (block * BLOCK, raw.len());
        let (groups, single) = terms.as_chunks::<GROUP>();
        let (column_groups, single_columns) = columns.as_chunks::<GROUP>();
        for ([a, b, c, d], terms) in column_groups.iter().zip(groups) {
            let columns = [
                a.block(start, &mut first[..len]),
                b.block(start, &mut second[..len]),
                c.block(start, &mut third[..len]),
                d.block(start, &mut fourth[..len]),
            ];
            arch.dispatch(
                #[inline(always)]
                || add_columns(raw, columns, terms.each_ref()),
            );
        }
        for (term, column) in single.iter().zip(single_columns) {
            let column = column.block(start, &mut first[..len]);
            arch.dispatch(
                #[inline(always)]
                || add_columns(raw, [column], [term]),
            );
        }
    }
}

/// Whether all sums are finite.
pub(super) fn all_finite(raw: &[f64]) -> bool {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let mut finite = true;
            for raw in raw {
                finite &= raw.is_finite();
            }
            finite
        },
    )
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "only inlined code takes part in the caller's choice of SIMD instructions")]
fn add_columns<const N: usize>(raw: &mut [f64], columns: [&[f64]; N], terms: [&NumberTerm; N]) {
    let n_rows = raw.len();
    // Slices of one known length need no bounds checks inside the loop.
    let columns = columns.map(|column| &column[..n_rows]);
    let parameters = terms.map(|term| (term.mean, term.scale, term.missing));
    for row in 0..n_rows {
        let mut sum = raw[row];
        for (column, (mean, scale, missing)) in columns.iter().zip(parameters) {
            let x = column[row];
            let term = (x - mean) * scale;
            sum += if x.is_nan() { missing } else { term };
        }
        raw[row] = sum;
    }
}
