//! The fold of a gradient: loss and `Σ r xᵀ` for one or several outputs, categories by their codes.

use std::sync::Arc;

use super::super::fold::{Block, Fold};
use super::super::kernel;
use super::super::row_loss::{RowLoss, RowLosses};
use super::super::softmax::{place, raw_predictions, softmax};
use crate::model::{ColumnLayout, LinearPredictor};

/// Dense columns that are used together.
const NEAR: usize = 8;

/// The loss of one row with target y and raw predictions r.
#[derive(Debug, Clone)]
pub(crate) enum Loss {
    /// `½ (t - r)²` with `t = (y - mean) / std_dev`.
    Squared { mean: f64, std_dev: f64 },
    /// One of those that depend on one raw prediction.
    Rows(RowLoss),
    /// `log Σ_k exp(r_k) - r_y` for classes; each has its place among the predictors.
    Softmax { places: Vec<usize> },
}

impl Loss {
    /// Whether classes are told apart, which without a penalty may be separated.
    pub(crate) fn has_classes(&self) -> bool {
        matches!(self, Self::Rows(RowLoss::Logistic) | Self::Softmax { .. })
    }
}

/// The fold of one gradient.
#[derive(Debug)]
pub(crate) struct GradientFold<'a> {
    pub layout: &'a Arc<ColumnLayout>,
    pub loss: &'a Loss,
    pub at: &'a [LinearPredictor],
}

/// What a [`GradientFold`] accumulates.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    pub loss: f64,
    /// `Σ r xᵀ` with `r = -w ∂loss/∂raw`, one predictor after the other, the intercept first: the negative gradient. Shape:
    /// `(n_predictors, n_columns + 1)`.
    pub descent: Vec<f64>,
    /// The weight of the rows.
    pub weight: f64,
}

impl Fold for GradientFold<'_> {
    type State = Sums;

    fn start(&self) -> Sums {
        Sums { loss: 0.0, descent: vec![0.0; self.at.len() * (self.layout.n_columns() + 1)], weight: 0.0 }
    }

    fn state_bytes(&self) -> usize {
        self.at.len() * (self.layout.n_columns() + 1) * size_of::<f64>()
    }

    fn fold(&self, state: &mut Sums, block: &Block<'_>) {
        let n_rows = block.y().len();
        if n_rows == 0 {
            return;
        }
        let mut r = vec![0.0; self.at.len() * n_rows];
        raw_predictions(self.layout, self.at, block, &mut r);
        state.loss += responses(self.loss, &mut r, block);
        state.weight += block.total_weight();
        let (dense, codes) = (block.dense(), block.codes());
        let width = self.layout.n_columns() + 1;
        for (r, descent) in r.chunks_exact(n_rows).zip(state.descent.chunks_exact_mut(width)) {
            // Without a slope the intercept stays at 0, where it starts.
            if self.layout.has_intercept() {
                descent[0] += kernel::sum(r);
            }
            for ((_, _, start), codes) in self.layout.categories().iter().zip(&codes) {
                let columns = &mut descent[start + 1..];
                for (code, r) in codes.iter().zip(r) {
                    columns[*code as usize] += r;
                }
            }
        }
        // A few columns at a time, which stay in the first-level cache until all outputs have had them; three outputs at once,
        // so that what is loaded of a column serves all three.
        for (columns, first) in dense.chunks(NEAR).zip((1..).step_by(NEAR)) {
            for (r, descent) in r.chunks(3 * n_rows).zip(state.descent.chunks_mut(3 * width)) {
                let mut rows = r.chunks_exact(n_rows);
                let mut sums = descent.chunks_exact_mut(width).map(|sums| &mut sums[first..first + columns.len()]);
                let outputs = std::array::from_fn(|_| rows.next().zip(sums.next()));
                match outputs {
                    [Some((a, of_a)), Some((b, of_b)), Some((c, of_c))] => {
                        kernel::add_dots([a, b, c], columns, [of_a, of_b, of_c]);
                    }
                    [Some((a, of_a)), Some((b, of_b)), None] => kernel::add_dots([a, b], columns, [of_a, of_b]),
                    [Some((a, of_a)), None, None] => kernel::add_dots([a], columns, [of_a]),
                    _ => {}
                }
            }
        }
    }

    fn merge(&self, state: &mut Sums, other: Sums) {
        state.loss += other.loss;
        kernel::add_scaled(&mut state.descent, 1.0, &other.descent);
        state.weight += other.weight;
    }

    fn write(&self, state: &Sums) -> Vec<f64> {
        [&[state.weight, state.loss], state.descent.as_slice()].concat()
    }

    fn read(&self, numbers: &[f64]) -> Option<Sums> {
        let (head, descent) = numbers.split_at_checked(2)?;
        let fits = descent.len() == self.at.len() * (self.layout.n_columns() + 1);
        fits.then(|| Sums { loss: head[1], descent: descent.to_vec(), weight: head[0] })
    }
}

/// Replaces raw predictions by `-w ∂loss/∂raw` and returns the sum of `w · loss`.
fn responses(loss: &Loss, raw: &mut Vec<f64>, block: &Block<'_>) -> f64 {
    let y = block.y();
    let weight = |row: usize| block.weight().map_or(1.0, |weight| weight[row]);
    match loss {
        Loss::Squared { mean, std_dev } => {
            let mut total = 0.0;
            for (row, (r, y)) in raw.iter_mut().zip(y).enumerate() {
                let rest = (y - mean) / std_dev - *r;
                *r = weight(row) * rest;
                total += 0.5 * *r * rest;
            }
            total
        }
        Loss::Rows(of) => {
            let rows = RowLosses::new(*of, std::mem::take(raw), y, block.weight());
            *raw = rows.residual;
            kernel::sum(&rows.loss)
        }
        Loss::Softmax { places } => {
            let total = softmax(raw, block, places);
            for p in raw.chunks_exact_mut(y.len()) {
                p.iter_mut().enumerate().for_each(|(row, p)| *p *= -weight(row));
            }
            for (row, y) in y.iter().enumerate() {
                if let Some(r) = raw.get_mut(place(places, *y) * block.y().len() + row) {
                    *r += weight(row);
                }
            }
            total
        }
    }
}
