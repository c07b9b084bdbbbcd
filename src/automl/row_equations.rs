//! Folds into normal equations: they differ only in what a row adds.

use super::fold::{Block, Fold};
use super::normal_equations::NormalEquations;
use crate::model::ColumnLayout;

/// What rows add to normal equations.
pub(crate) trait RowEquations: Sync {
    /// The columns.
    fn layout(&self) -> &ColumnLayout;

    /// Adds a block of rows.
    fn add(&self, equations: &mut NormalEquations, block: &Block<'_>);
}

impl<T: RowEquations> Fold for T {
    type State = NormalEquations;

    fn start(&self) -> NormalEquations {
        NormalEquations::new(self.layout())
    }

    fn state_bytes(&self) -> usize {
        NormalEquations::bytes(self.layout().n_columns())
    }

    fn fold(&self, state: &mut NormalEquations, block: &Block<'_>) {
        self.add(state, block);
    }

    fn merge(&self, state: &mut NormalEquations, other: NormalEquations) {
        state.merge(&other);
    }

    fn write(&self, state: &NormalEquations) -> Vec<f64> {
        state.write()
    }

    fn read(&self, numbers: &[f64]) -> Option<NormalEquations> {
        NormalEquations::read(self.layout(), numbers)
    }
}
