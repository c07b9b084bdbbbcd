//! What an iterative fit wants to know of its rows before it starts: the weight of each class and of each column.

use std::sync::Arc;

use super::fold::{Block, Fold};
use super::kernel;
use super::linear::Penalty;
use crate::model::ColumnLayout;

/// Weights of rows, by class and by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tally {
    /// `Σ w` of the rows of each class. Shape: `(n_classes,)`.
    pub classes: Vec<f64>,
    /// `Σ w x²` of each column, the intercept's at place 0: for a category's column that is the weight of its rows. Shape:
    /// `(n_columns + 1,)`.
    pub squares: Vec<f64>,
    /// Number of rows.
    pub n_rows: u64,
}

impl Tally {
    /// The sum of weights.
    pub(crate) fn weight(&self) -> f64 {
        self.squares.first().copied().unwrap_or(0.0)
    }

    /// `1 / (h Σ w x² + l2)` by column, the intercept first and not penalised; 0 for columns without rows. With h the mean
    /// second derivative of a loss by the raw prediction, the inverse diagonal of its Hessian.
    pub(crate) fn inverse_diagonal(&self, h: f64, penalty: Penalty) -> Vec<f64> {
        let penalties = std::iter::once(0.0).chain(std::iter::repeat(penalty.l2));
        let diagonal = self.squares.iter().zip(penalties).map(|(square, l2)| h * square + l2);
        diagonal.map(|d| if d > 0.0 { 1.0 / d } else { 0.0 }).collect()
    }
}

/// The fold that makes a [`Tally`]; without classes the target is not looked at.
#[derive(Debug)]
pub(crate) struct TallyFold {
    pub layout: Arc<ColumnLayout>,
    pub n_classes: usize,
}

impl Fold for TallyFold {
    type State = Tally;

    fn start(&self) -> Tally {
        Tally { classes: vec![0.0; self.n_classes], squares: vec![0.0; self.layout.n_columns() + 1], n_rows: 0 }
    }

    fn fold(&self, state: &mut Tally, block: &Block<'_>) {
        let ones;
        let w = if let Some(weight) = block.weight() {
            weight
        } else {
            ones = vec![1.0; block.y().len()];
            &ones
        };
        for (y, w) in block.y().iter().zip(w) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index of a class")]
            if let Some(class) = state.classes.get_mut(*y as usize) {
                *class += w;
            }
        }
        let mut weighted = vec![0.0; w.len()];
        let (first, columns) = state.squares.split_at_mut(1);
        first[0] += kernel::sum(w);
        for (column, square) in block.dense().iter().zip(columns.iter_mut()) {
            kernel::multiply(&mut weighted, w, column);
            *square += kernel::dot(&weighted, column);
        }
        for ((_, _, start), codes) in self.layout.categories().iter().zip(block.codes()) {
            for (code, w) in codes.iter().zip(w) {
                columns[start + *code as usize] += w;
            }
        }
        state.n_rows += w.len() as u64;
    }

    fn merge(&self, state: &mut Tally, other: Tally) {
        kernel::add_scaled(&mut state.classes, 1.0, &other.classes);
        kernel::add_scaled(&mut state.squares, 1.0, &other.squares);
        state.n_rows += other.n_rows;
    }

    fn write(&self, state: &Tally) -> Vec<f64> {
        [&[state.n_rows as f64], state.classes.as_slice(), &state.squares].concat()
    }

    fn read(&self, numbers: &[f64]) -> Option<Tally> {
        let (n_rows, rest) = numbers.split_first()?;
        let (classes, squares) = rest.split_at_checked(self.n_classes)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        let n_rows = *n_rows as u64;
        let fits = squares.len() == self.layout.n_columns() + 1;
        fits.then(|| Tally { classes: classes.to_vec(), squares: squares.to_vec(), n_rows })
    }
}
