//! The two folds of exact least squares: all sums of products, and the residuals of a solution with their products.
//!
//! Both see a row as (1, y, columns of the design matrix). Categories are never expanded: a row adds to the entry of its code.

use std::sync::Arc;

use super::super::column_store::Wanted;
use super::super::fold::{Block, Fold};
use super::double_double::DoubleDouble;
use super::products::{Column, Doubles, add_by_code, add_products, subtract_scaled, weighted};
use super::units::{Numbers, Units};
use crate::model::{ColumnLayout, ln};

/// The place of the ones, of the target, and of the first column.
pub(super) const ONES: usize = 0;
pub(super) const TARGET: usize = 1;
pub(super) const COLUMNS: usize = 2;

/// `Σ w a b` of all pairs of (1, y, columns).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    size: usize,
    /// Row-major, `(size, size)`; the upper triangle is filled, but for the squares of categories: those are their sums of weights.
    numbers: Doubles,
    n_dense: usize,
    /// Rows of weight above 0.
    pub n_rows: u64,
    /// The sum of the logarithms of these weights.
    pub log_weight: f64,
}

impl Sums {
    /// One of the sums.
    pub(super) fn entry(&self, a: usize, b: usize) -> DoubleDouble {
        let (a, b) = (a.min(b), a.max(b));
        let is_category = a >= COLUMNS + self.n_dense;
        self.numbers.get(if a == b && is_category { a } else { a * self.size + b })
    }

    /// Rounded sums of weights by column, the intercept at place 0, as other solvers have them.
    pub(super) fn column_weights(&self) -> Vec<f64> {
        let places = std::iter::once(ONES).chain(COLUMNS..self.size);
        places.map(|place| self.entry(ONES, place).value()).collect()
    }

    fn row(&mut self, a: usize, from: usize) -> (&mut [f64], &mut [f64]) {
        let range = a * self.size + from..(a + 1) * self.size;
        (&mut self.numbers.high[range.clone()], &mut self.numbers.low[range])
    }
}

/// The fold that makes [`Sums`].
#[derive(Debug)]
pub(super) struct SumsFold {
    pub layout: Arc<ColumnLayout>,
    pub units: Units,
}

impl Fold for SumsFold {
    type State = Sums;

    fn start(&self) -> Sums {
        let size = self.layout.n_columns() + COLUMNS;
        Sums { size, numbers: Doubles::zeros(size * size), n_dense: self.layout.n_dense(), n_rows: 0, log_weight: 0.0 }
    }

    fn state_bytes(&self) -> usize {
        // Each number has two halves.
        2 * size_of::<f64>() * (self.layout.n_columns() + COLUMNS).pow(2)
    }

    fn wants(&self) -> Wanted<'static> {
        Wanted::AlsoRaw
    }

    fn fold(&self, state: &mut Sums, block: &Block<'_>) {
        let n_rows = block.y().len();
        let ones = vec![1.0; n_rows];
        let w = self.units.read_weights(block);
        let numbers = self.units.read(block);
        let columns = with_ones(&ones, &numbers);
        for (a, column) in columns.iter().enumerate() {
            let product = w.as_ref().map(|w| weighted(w, *column));
            let left = product.as_ref().map_or(*column, Doubles::column);
            add_products(left, &columns[a..], state.row(a, a));
            for ((_, _, start), codes) in self.layout.categories().iter().zip(block.codes()) {
                add_by_code(state.row(a, COLUMNS + start), codes, left);
            }
        }
        let w = w.as_deref().unwrap_or(&ones);
        for (first, (_, _, a)) in self.layout.categories().iter().enumerate() {
            for (second, (_, _, b)) in self.layout.categories().iter().enumerate().skip(first + 1) {
                for ((code, other), w) in block.codes_of(first).iter().zip(block.codes_of(second)).zip(w) {
                    let place = (COLUMNS + a + *code as usize) * state.size + COLUMNS + b + *other as usize;
                    state.numbers.set(place, state.numbers.get(place) + (*w).into());
                }
            }
        }
        match block.weight() {
            Some(weight) => weight.iter().filter(|w| **w > 0.0).for_each(|w| {
                state.n_rows += 1;
                state.log_weight += ln(*w);
            }),
            None => state.n_rows += n_rows as u64,
        }
    }

    fn merge(&self, state: &mut Sums, other: Sums) {
        state.numbers.add(&other.numbers);
        state.n_rows += other.n_rows;
        state.log_weight += other.log_weight;
    }

    fn write(&self, state: &Sums) -> Vec<f64> {
        [state.n_rows as f64, state.log_weight].into_iter().chain(state.numbers.write()).collect()
    }

    fn read(&self, numbers: &[f64]) -> Option<Sums> {
        let (head, numbers) = numbers.split_at_checked(2)?;
        let mut state = self.start();
        state.numbers = Doubles::read(state.size * state.size, numbers)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        {
            state.n_rows = head[0] as u64;
        }
        state.log_weight = head[1];
        Some(state)
    }
}

/// The fold of the residuals `r = y - b₀ - Σ b x` of a solution: `Σ w r (1, r, columns)`, in the places of (1, y, columns).
#[derive(Debug)]
pub(super) struct ResidualsFold<'a> {
    pub layout: &'a ColumnLayout,
    pub units: &'a Units,
    pub intercept: DoubleDouble,
    /// By column. Shape: `(n_columns,)`.
    pub coefficients: &'a [DoubleDouble],
}

impl Fold for ResidualsFold<'_> {
    type State = Doubles;

    fn start(&self) -> Doubles {
        Doubles::zeros(self.layout.n_columns() + COLUMNS)
    }

    fn wants(&self) -> Wanted<'static> {
        Wanted::AlsoRaw
    }

    fn fold(&self, state: &mut Doubles, block: &Block<'_>) {
        let ones = vec![1.0; block.y().len()];
        let numbers = self.units.read(block);
        let columns = with_ones(&ones, &numbers);
        let target = columns[TARGET];
        let low = target.low.map_or_else(|| vec![0.0; target.high.len()], <[f64]>::to_vec);
        let mut rest = Doubles { high: target.high.to_vec(), low };
        let dense = columns.iter().skip(COLUMNS).zip(self.coefficients);
        for (column, factor) in std::iter::once((&columns[ONES], &self.intercept)).chain(dense) {
            if *factor != DoubleDouble::ZERO {
                subtract_scaled((&mut rest.high, &mut rest.low), *factor, *column);
            }
        }
        for ((_, _, start), codes) in self.layout.categories().iter().zip(block.codes()) {
            for (row, code) in codes.iter().enumerate() {
                rest.set(row, rest.get(row) - self.coefficients[start + *code as usize]);
            }
        }
        let product = match self.units.read_weights(block) {
            Some(w) => weighted(&w, rest.column()),
            None => rest.clone(),
        };
        let mut columns = columns;
        columns[TARGET] = rest.column();
        add_products(product.column(), &columns, (&mut state.high, &mut state.low));
        for ((_, _, start), codes) in self.layout.categories().iter().zip(block.codes()) {
            let place = COLUMNS + start;
            add_by_code((&mut state.high[place..], &mut state.low[place..]), codes, product.column());
        }
    }

    fn merge(&self, state: &mut Doubles, other: Doubles) {
        state.add(&other);
    }

    fn write(&self, state: &Doubles) -> Vec<f64> {
        state.write().collect()
    }

    fn read(&self, numbers: &[f64]) -> Option<Doubles> {
        Doubles::read(self.layout.n_columns() + COLUMNS, numbers)
    }
}

/// A column of ones, the target, the dense columns.
fn with_ones<'a>(ones: &'a [f64], numbers: &'a [Numbers<'_>]) -> Vec<Column<'a>> {
    let ones = Column { high: ones, low: None };
    std::iter::once(ones).chain(numbers.iter().map(Numbers::column)).collect()
}
