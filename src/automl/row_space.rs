//! Wide data: fits in the space that the training rows span.
//!
//! With more columns than rows, the solution of every penalised fit, and of every fit of least norm, is a combination of the
//! rows. So the design matrix X is rotated: with the Gram matrix of the rows `G = X Xᵀ` and its pivoted Cholesky factor,
//! `G = P L Lᵀ Pᵀ` of rank r, the matrix `Z = P L` satisfies `X = Z Qᵀ`, where the columns of `Q = X_pivotsᵀ L_r⁻ᵀ` are
//! orthonormal. A fit of γ on Z, which has at most as many columns as rows, is the fit of `β = Q γ` on X: predictions and norms
//! are the same, for all rows as for some of them, whatever their weights.
//!
//! Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed. (2009), section 18.3.5; the
//! factorisation is Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed. (2002), section 10.3.

use std::sync::Arc;

use datafusion::execution::memory_pool::MemoryReservation;

use super::fold::Rows;
use super::gram::{PANEL, gram_of_rows};
use super::in_memory::InMemory;
use super::kernel;
use crate::error::Result;
use crate::model::{ColumnLayout, EncodedBatch, LinearPredictor};

/// Up to so many columns the normal equations of the columns are cheap enough.
const FEW_COLUMNS: usize = 256;
/// Above so many rows their Gram matrix, which takes the cube of their number, costs more than passes over the columns.
const MANY_ROWS: usize = 2000;
/// A row whose squared distance to the space of the rows before it is this share of the longest row's square lies in it.
const DEPENDENT: f64 = 1e-12;

/// Training rows in coordinates of the space that they span.
#[derive(Debug)]
pub(crate) struct RowSpace<'a> {
    original: &'a InMemory,
    original_layout: &'a ColumnLayout,
    /// The rotated training rows, Z; their segments, targets and weights are the same, the held-out rows are left out.
    pub source: InMemory,
    /// One dense column per dimension.
    pub layout: Arc<ColumnLayout>,
    /// The rows that span the space; the n-th is the first with a share of the n-th dimension.
    pivots: Vec<usize>,
    _held: Option<MemoryReservation>,
}

impl<'a> RowSpace<'a> {
    /// The space of the rows of the training segments, which are the first; none where the columns are few or no more than the
    /// rows, or where the rows are many.
    pub(crate) fn of_wide(source: &'a InMemory, layout: &'a ColumnLayout, train: &[usize]) -> Result<Option<Self>> {
        let n_rows = train.last().and_then(|last| source.segments.get(*last)).map_or(0, |range| range.end);
        let is_wide = layout.n_columns() > n_rows.max(FEW_COLUMNS) && n_rows <= MANY_ROWS;
        is_wide.then(|| Self::new(source, layout, train, n_rows)).transpose()
    }

    /// The space of the first `n_rows` rows, which are the training segments.
    ///
    /// Categories have a column for each code here, also without a penalty: the solution of least norm is meant, not one that
    /// is coded against the most frequent value.
    fn new(source: &'a InMemory, layout: &'a ColumnLayout, train: &[usize], n_rows: usize) -> Result<Self> {
        // The Gram matrix and its factor, which has as many columns as there are dimensions.
        let held = source.hold("the space of the rows", 2 * n_rows * n_rows * size_of::<f64>())?;
        let gram = gram_of_rows(source, layout, n_rows)?;
        let (dense, pivots) = pivoted_cholesky(&gram, n_rows, source)?;
        let rows = Rows {
            x: EncodedBatch::new(n_rows, dense, Vec::new()),
            y: source.rows.y[..n_rows].to_vec(),
            weight: source.rows.weight.as_ref().map(|weight| weight[..n_rows].to_vec()),
            raw: Vec::new(),
        };
        let segments = train.iter().filter_map(|segment| source.segments.get(*segment)).cloned().collect();
        let rotated = source.with_rows(rows, segments)?;
        let layout_of_space = ColumnLayout::of_numbers(pivots.len()).with_intercept(layout.has_intercept());
        let layout_of_space = Arc::new(layout_of_space);
        Ok(Self { original: source, original_layout: layout, source: rotated, layout: layout_of_space, pivots, _held: held })
    }

    /// The predictor of the original columns, `β = X_pivotsᵀ a` with `L_rᵀ a = γ`.
    pub(crate) fn predictor(&self, rotated: &LinearPredictor) -> Result<LinearPredictor> {
        let z = self.source.rows.x.dense();
        // By training row; those that are no pivots have no share.
        let mut shares = vec![0.0; self.source.rows.y.len()];
        for (k, pivot) in self.pivots.iter().enumerate().rev() {
            // Later pivots are known; all other rows are 0 still.
            shares[*pivot] = (rotated.coefficients[k] - kernel::dot(&z[k], &shares)) / z[k][*pivot];
        }
        let (original, layout, n_rows) = (self.original, self.original_layout, shares.len());
        let mut coefficients = Vec::with_capacity(layout.n_columns());
        for first in (0..layout.n_dense()).step_by(PANEL) {
            let columns = original.dense(first..(first + PANEL).min(layout.n_dense()), n_rows)?;
            coefficients.extend(columns.iter().map(|column| kernel::dot(&shares, &column[..n_rows])));
        }
        coefficients.resize(layout.n_columns(), 0.0);
        for (category, (_, _, start)) in layout.categories().iter().enumerate() {
            for (code, share) in original.codes(category, n_rows)?.iter().zip(&shares) {
                coefficients[start + *code as usize] += share;
            }
        }
        Ok(LinearPredictor { intercept: rotated.intercept, coefficients })
    }
}

/// The columns of Z with `gram = Z Zᵀ`, and the rows that each was made from.
fn pivoted_cholesky(gram: &[f64], n: usize, source: &InMemory) -> Result<(Vec<Vec<f64>>, Vec<usize>)> {
    let entry = |i: usize, j: usize| gram[i.min(j) * n + i.max(j)];
    // What is left of each row's square outside the space so far.
    let mut rest: Vec<f64> = (0..n).map(|i| entry(i, i)).collect();
    let longest = rest.iter().copied().fold(0.0, f64::max);
    let (mut columns, mut pivots): (Vec<Vec<f64>>, Vec<usize>) = (Vec::new(), Vec::new());
    while let Some(pivot) = (0..n).reduce(|best, i| if rest[i] > rest[best] { i } else { best })
        && rest[pivot] > DEPENDENT * longest
    {
        source.cancel.check()?;
        let mut column: Vec<f64> = (0..n).map(|i| entry(i, pivot)).collect();
        let factors: Vec<f64> = columns.iter().map(|earlier| -earlier[pivot]).collect();
        let earlier: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        kernel::add_combinations([&mut column], [&factors], &earlier);
        let root = rest[pivot].sqrt();
        column.iter_mut().for_each(|value| *value /= root);
        // Rows that lie in the space of the earlier columns, such as their pivots, have no share of a further dimension but
        // rounding.
        let done = rest.iter().map(|rest| *rest <= DEPENDENT * longest);
        column.iter_mut().zip(done).filter(|(_, done)| *done).for_each(|(value, _)| *value = 0.0);
        column[pivot] = root;
        rest.iter_mut().zip(&column).for_each(|(rest, value)| *rest -= value * value);
        rest[pivot] = 0.0;
        columns.push(column);
        pivots.push(pivot);
    }
    Ok((columns, pivots))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::cancel::Cancel;
    use super::super::least_squares::LeastSquares;
    use super::super::linear::{self, Penalty};
    use super::super::newton::Newton;
    use super::super::row_loss::RowLoss;
    use super::super::stopping::Stopping;
    use super::*;
    use crate::model::{CategoryEncoder, ColumnType, Encoder, Feature, NumberEncoder, NumberSource};

    /// Training rows, in two segments, and held-out rows behind them.
    const SEGMENTS: [usize; 3] = [14, 10, 5];
    const TRAIN: usize = SEGMENTS[0] + SEGMENTS[1];
    const ROWS: usize = TRAIN + SEGMENTS[2];
    const NUMBERS: usize = 40;

    /// Rows of numbers and two categories. Every row of `copies` comes twice, with the other label.
    fn source(weighted: bool, copies: bool) -> (InMemory, ColumnLayout) {
        let noise = |i: usize, k: usize| (((i + 1) * (2 * k + 3)) as f64 * 0.731).sin() + ((i * i + 7 * k) as f64 * 0.317).cos();
        let original = |i: usize| if copies { i / 2 } else { i };
        let dense = (0..NUMBERS).map(|k| (0..ROWS).map(|i| noise(original(i), k)).collect()).collect();
        let codes = [3, 4]
            .map(|k| (0..ROWS).map(|i| u32::from(original(i) * 5 % 7 % k > 0) + u32::from(original(i) % 5 == k)).collect())
            .to_vec();
        let y = (0..ROWS).map(|i| f64::from(u8::from(if copies { i % 2 == 0 } else { noise(i, 99) > 0.0 }))).collect();
        let weight = weighted.then(|| (0..ROWS).map(|i| 0.5 + (i % 3) as f64).collect());
        let features = (0..NUMBERS)
            .map(|k| {
                let number = NumberEncoder { source: NumberSource::Numeric, mean: 0.0, std_dev: 1.0, missing_indicator: false };
                Feature {
                    name: format!("x{k}"),
                    column_type: ColumnType::Float64,
                    encoder: Encoder::Number(number),
                    summary: crate::model::FeatureSummary::default(),
                }
            })
            .chain(["c", "d"].map(|name| {
                let encoder = Encoder::Category(CategoryEncoder::new(["a", "b"].map(Arc::from)));
                Feature {
                    name: name.into(),
                    column_type: ColumnType::Utf8,
                    encoder,
                    summary: crate::model::FeatureSummary::default(),
                }
            }));
        let layout = ColumnLayout::new(&features.collect::<Vec<_>>());
        let segments = vec![0..SEGMENTS[0], SEGMENTS[0]..TRAIN, TRAIN..ROWS];
        let rows = Rows { x: EncodedBatch::new(ROWS, dense, codes), y, weight, raw: Vec::new() };
        (InMemory::new(rows, segments, 2, Cancel::default()), layout)
    }

    /// The same rows with a dense column of zeros and ones for each code.
    fn expanded(source: &InMemory, layout: &ColumnLayout) -> (InMemory, Arc<ColumnLayout>) {
        let mut dense = source.rows.x.dense().to_vec();
        for ((_, n_codes, _), codes) in layout.categories().iter().zip(source.rows.x.codes()) {
            dense.extend((0..*n_codes).map(|code| codes.iter().map(|c| f64::from(u8::from(*c as usize == code))).collect()));
        }
        let rows = Rows { x: EncodedBatch::new(ROWS, dense, Vec::new()), ..source.rows.clone() };
        let source = InMemory::new(rows, source.segments.clone(), 1, Cancel::default());
        (source, Arc::new(ColumnLayout::of_numbers(layout.n_columns())))
    }

    fn assert_close(ours: &LinearPredictor, theirs: &LinearPredictor, what: &str) {
        let numbers = |p: &LinearPredictor| [&[p.intercept], p.coefficients.as_slice()].concat();
        for (k, (a, b)) in numbers(ours).into_iter().zip(numbers(theirs)).enumerate() {
            assert!((a - b).abs() < 1e-8, "{what}: number {k} is {a}, from the columns {b}");
        }
    }

    /// Every fit of all training rows and of some of them is the same from the rows as from the columns.
    #[test]
    fn fits_are_those_of_the_columns() {
        for (weighted, copies, l2) in [
            (false, false, 1.0),
            (true, false, 0.3),
            (true, true, 2.0),
            (false, false, 0.0),
            (true, false, 0.0),
            (true, true, 0.0),
        ] {
            let (source, layout) = source(weighted, copies);
            let (columns, columns_layout) = expanded(&source, &layout);
            let space = RowSpace::new(&source, &layout, &[0, 1], TRAIN).unwrap();
            assert_eq!(space.pivots.len(), if copies { TRAIN / 2 } else { TRAIN });
            assert_eq!(space.source.segments, [0..SEGMENTS[0], SEGMENTS[0]..TRAIN]);
            for segments in [&[0, 1][..], &[0], &[1]] {
                let what = format!("weighted {weighted}, copies {copies}, l2 {l2}, segments {segments:?}");
                let least_squares =
                    |layout| LeastSquares { layout, penalty: Penalty::ridge(l2), target_mean: 0.4, target_std_dev: 0.5 };
                let (theirs, _) = least_squares(Arc::clone(&columns_layout)).fit(&columns, segments).unwrap();
                let (ours, _) = least_squares(Arc::clone(&space.layout)).fit(&space.source, segments).unwrap();
                assert_close(&space.predictor(&ours).unwrap(), &theirs, &format!("least squares, {what}"));
                let positive = |source: &InMemory| {
                    let y = source.rows.y.iter().enumerate().map(|(i, y)| y + (i % 3) as f64).collect();
                    let rows = Rows { y, ..source.rows.clone() };
                    InMemory::new(rows, source.segments.clone(), 2, Cancel::default())
                };
                let poisson = |layout: &Arc<ColumnLayout>| {
                    let (layout, loss) = (Arc::clone(layout), RowLoss::Poisson { mean: 1.5 });
                    Newton { layout, loss, penalty: Penalty::ridge(l2), stopping: Stopping::new(50, 1e-12) }
                };
                // Without a penalty zeros that nothing contradicts have no finite logarithm.
                if l2 > 0.0 {
                    let zero = linear::zero(&columns_layout);
                    let theirs = poisson(&columns_layout).fit(&positive(&columns), segments, zero).unwrap();
                    let zero = linear::zero(&space.layout);
                    let ours = poisson(&space.layout).fit(&positive(&space.source), segments, zero).unwrap();
                    assert!(ours.end.is_converged() && theirs.end.is_converged(), "{what}");
                    assert_close(&space.predictor(&ours.predictor).unwrap(), &theirs.predictor, &format!("Poisson, {what}"));
                }
                // Without copies and penalty the classes are separated: there is no solution.
                if copies || l2 > 0.0 {
                    let stopping = Stopping::new(50, 1e-12);
                    let logistic = |layout| Newton { layout, loss: RowLoss::Logistic, penalty: Penalty::ridge(l2), stopping };
                    let theirs = logistic(Arc::clone(&columns_layout));
                    let theirs = theirs.fit(&columns, segments, linear::zero(&columns_layout)).unwrap();
                    let ours = logistic(Arc::clone(&space.layout));
                    let ours = ours.fit(&space.source, segments, linear::zero(&space.layout)).unwrap();
                    assert!(ours.end.is_converged() && theirs.end.is_converged(), "{what}");
                    assert_close(&space.predictor(&ours.predictor).unwrap(), &theirs.predictor, &format!("logistic, {what}"));
                }
            }
        }
    }

    #[test]
    fn only_wide_data_is_rotated() {
        let (source, layout) = source(false, false);
        assert!(RowSpace::of_wide(&source, &layout, &[0, 1]).unwrap().is_none(), "{} columns are few", layout.n_columns());
    }

    #[test]
    fn cancelling_stops_it() {
        let (source, layout) = source(false, false);
        drop(source.cancel.on_drop());
        assert!(RowSpace::new(&source, &layout, &[0, 1], TRAIN).is_err());
    }
}
