//! The exact Newton step of multinomial logistic regression: one fold, one linear system.
//!
//! The loss knows only differences of raw predictions, so the step is taken in the differences `θ_k = β_k - β_r` from
//! a reference class r, which stands last. With `p` the probabilities, the Hessian's block of two classes is
//! `Σ w p_k (δ_kl - p_l) x xᵀ`: the weighted normal equations of one pair of classes. The penalty `l2/2 Σ_k ‖β_k‖²`, at its
//! smallest for given differences when the `β_k` add up to 0, is `l2/2 (Σ_k ‖θ_k‖² - ‖Σ_k θ_k‖²/K)` in them.

use std::sync::Arc;

use ndarray::{Array1, Array2};

use super::super::fold::{Block, Fold, RowSource};
use super::super::linear::{self, Penalty};
use super::super::normal_equations::NormalEquations;
use super::super::softmax::{place, raw_predictions, softmax};
use super::super::solve::{PivotedCholesky, solve_positive_definite};
use super::super::stopping::{End, MAX_HALVINGS, SEPARATED};
use super::classes::{Classes, add, centre};
use super::{FittedMultinomial, Multinomial};
use crate::error::Result;
use crate::model::{ColumnLayout, LinearPredictor};

impl Multinomial {
    /// Newton steps over all rows from given predictors; all predictors are in the order of the classes.
    pub(super) fn newton(
        &self,
        source: &impl RowSource,
        segments: &[usize],
        classes: &Classes,
        mut start: Vec<LinearPredictor>,
    ) -> Result<FittedMultinomial> {
        classes.normalise(&mut start, &self.layout, self.penalty);
        let active = linear::active_columns(&self.layout, &classes.tally().squares, self.penalty);
        let system = System { layout: &self.layout, classes, active: &active, penalty: self.penalty };
        let equations_at =
            |at: &[LinearPredictor]| source.run(&NewtonFold { layout: &self.layout, classes, at, numbers_only: false }, segments);
        let mut equations = equations_at(&start)?;
        let mut fitted = FittedMultinomial {
            predictors: start,
            iterations: 0,
            end: End::Unfinished,
            last_decrement: f64::INFINITY,
            losses: Vec::new(),
            solver: "Newton steps",
        };
        while fitted.iterations < self.stopping.max_iterations {
            let objective = self.objective(equations.loss, &fitted.predictors);
            if self.penalty.is_none() && equations.loss <= SEPARATED * classes.tally().weight() {
                break;
            }
            let step = if self.penalty.l1 > 0.0 {
                system.sparse_step(&equations, &fitted.predictors)
            } else {
                system.step(&equations, &fitted.predictors)
            };
            let after = |factor: f64| -> Vec<LinearPredictor> {
                fitted.predictors.iter().zip(&step.change).map(|(from, change)| add(from, factor, change)).collect()
            };
            fitted.iterations += 1;
            fitted.losses.push(equations.loss);
            fitted.last_decrement = step.squared_decrement / objective.max(f64::MIN_POSITIVE);
            if step.squared_decrement <= self.stopping.tolerance * objective {
                // Newton's error is squared by this last step: looking at it once more would only cost a pass.
                fitted.predictors = after(1.0);
                fitted.end = End::Converged;
                break;
            }
            let mut lower = None;
            let mut factor = 1.0;
            for _ in 0..MAX_HALVINGS {
                let candidate = after(factor);
                let next = equations_at(&candidate)?;
                if self.objective(next.loss, &candidate) <= objective {
                    lower = Some((candidate, next));
                    break;
                }
                factor /= 2.0;
            }
            let Some(lower) = lower else {
                // No step along this direction lowers the objective: rounding is all that is left.
                fitted.end = End::without_progress(fitted.last_decrement);
                break;
            };
            (fitted.predictors, equations) = lower;
            if self.stopping.is_far_enough(objective, self.objective(equations.loss, &fitted.predictors)) {
                fitted.end = End::Early;
                break;
            }
        }
        Ok(fitted)
    }

    fn objective(&self, loss: f64, at: &[LinearPredictor]) -> f64 {
        loss + at.iter().map(|predictor| self.penalty.of(&predictor.coefficients)).sum::<f64>()
    }
}

/// The fold of one Newton step: the normal equations of each pair of classes, and the loss.
#[derive(Debug)]
pub(super) struct NewtonFold<'a> {
    pub layout: &'a Arc<ColumnLayout>,
    pub classes: &'a Classes,
    /// In the order of `classes`.
    pub at: &'a [LinearPredictor],
    /// Leaves the categories out of the equations, not out of the predictions.
    pub numbers_only: bool,
}

/// Normal equations by pairs `k ≤ l` of classes other than the reference, row by row. A pair of one class holds the
/// gradient of that class as its vector.
#[derive(Debug, Clone)]
pub(super) struct PairEquations {
    pairs: Vec<NormalEquations>,
    pub loss: f64,
    pub n_rows: u64,
}

impl PairEquations {
    /// Those of the first class with itself.
    pub(super) fn into_first(self) -> Option<NormalEquations> {
        self.pairs.into_iter().next()
    }
}

impl Fold for NewtonFold<'_> {
    type State = PairEquations;

    fn start(&self) -> PairEquations {
        let n = self.classes.n_free();
        let n_columns = if self.numbers_only { self.layout.n_dense() } else { self.layout.n_columns() };
        PairEquations { pairs: vec![NormalEquations::of_columns(n_columns); n * (n + 1) / 2], loss: 0.0, n_rows: 0 }
    }

    fn state_bytes(&self) -> usize {
        let n = self.classes.n_free();
        let n_columns = if self.numbers_only { self.layout.n_dense() } else { self.layout.n_columns() };
        NormalEquations::bytes(n_columns) * n * (n + 1) / 2
    }

    fn fold(&self, state: &mut PairEquations, block: &Block<'_>) {
        let (y, n_rows) = (block.y(), block.y().len());
        let mut p = vec![0.0; self.at.len() * n_rows];
        raw_predictions(self.layout, self.at, block, &mut p);
        state.loss += softmax(&mut p, block, self.classes.places());
        state.n_rows += n_rows as u64;
        let p: Vec<&[f64]> = p.chunks_exact(n_rows.max(1)).collect();
        let (mut w, mut r, none) = (vec![0.0; n_rows], vec![0.0; n_rows], vec![0.0; n_rows]);
        let no_categories = ColumnLayout::default();
        let layout = if self.numbers_only { &no_categories } else { self.layout.as_ref() };
        let mut pairs = state.pairs.iter_mut();
        for k in 0..self.classes.n_free() {
            for l in k..self.classes.n_free() {
                let Some(pair) = pairs.next() else { return };
                for row in 0..n_rows {
                    let weight = block.weight().map_or(1.0, |weight| weight[row]);
                    let of_k = if k == l { 1.0 } else { 0.0 };
                    w[row] = weight * p[k][row] * (of_k - p[l][row]);
                    if k == l {
                        let is_k = if place(self.classes.places(), y[row]) == k { 1.0 } else { 0.0 };
                        r[row] = weight * (is_k - p[k][row]);
                    }
                }
                pair.add(layout, block, &w, if k == l { &r } else { &none });
            }
        }
    }

    fn merge(&self, state: &mut PairEquations, other: PairEquations) {
        for (pair, other) in state.pairs.iter_mut().zip(&other.pairs) {
            pair.merge(other);
        }
        state.loss += other.loss;
        state.n_rows += other.n_rows;
    }

    fn write(&self, state: &PairEquations) -> Vec<f64> {
        let pairs = state.pairs.iter().flat_map(NormalEquations::write);
        [state.n_rows as f64, state.loss].into_iter().chain(pairs).collect()
    }

    fn read(&self, numbers: &[f64]) -> Option<PairEquations> {
        let mut state = self.start();
        let (head, rest) = numbers.split_at_checked(2)?;
        let length = state.pairs.first()?.write().len();
        if rest.len() != length * state.pairs.len() {
            return None;
        }
        for (pair, numbers) in state.pairs.iter_mut().zip(rest.chunks_exact(length)) {
            *pair = NormalEquations::read_into(pair.clone(), numbers)?;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        {
            state.n_rows = head[0] as u64;
        }
        state.loss = head[1];
        Some(state)
    }
}

/// A step towards the minimum.
#[derive(Debug)]
pub(super) struct Step {
    /// What to add, in the order of the classes.
    pub change: Vec<LinearPredictor>,
    /// `gᵀ H⁻¹ g`: the squared Newton decrement, twice the decrease that the quadratic promises.
    pub squared_decrement: f64,
}

/// The Newton system at some predictors: its unknowns are, class by class without the reference, the intercept, where there is
/// one, and the active columns.
#[derive(Debug)]
pub(super) struct System<'a> {
    pub layout: &'a ColumnLayout,
    pub classes: &'a Classes,
    pub active: &'a [usize],
    pub penalty: Penalty,
}

impl System<'_> {
    /// The places of one class's unknowns: the intercept's is 0, that of a column one more than its number.
    pub(super) fn places(&self) -> Vec<usize> {
        let intercept = self.layout.has_intercept().then_some(0);
        intercept.into_iter().chain(self.active.iter().map(|column| column + 1)).collect()
    }

    /// Number of unknowns.
    pub(super) fn size(&self) -> usize {
        self.classes.n_free() * self.places().len()
    }

    /// The Hessian of the penalised loss. Shape: `(size, size)`.
    pub(super) fn hessian(&self, equations: &PairEquations) -> Array2<f64> {
        let (n_free, places) = (self.classes.n_free(), self.places());
        let width = places.len();
        let share = 1.0 / self.classes.len() as f64;
        let mut hessian = Array2::zeros((self.size(), self.size()));
        let mut pairs = equations.pairs.iter();
        for k in 0..n_free {
            for l in k..n_free {
                let Some(pair) = pairs.next() else { return hessian };
                for i in 0..width {
                    for j in 0..width {
                        let mut entry = pair.entry(self.layout, places[i], places[j]);
                        if i == j && places[i] > 0 {
                            entry += self.penalty.l2 * (if k == l { 1.0 } else { 0.0 } - share);
                        }
                        hessian[[k * width + i, l * width + j]] = entry;
                        hessian[[l * width + j, k * width + i]] = entry;
                    }
                }
            }
        }
        hessian
    }

    /// `Σ w p_k (1 - p_k)` of each class: the second derivatives of the loss by the intercepts.
    pub(super) fn curvatures(&self, equations: &PairEquations) -> Vec<f64> {
        let n_free = self.classes.n_free();
        let mut curvatures = vec![0.0; self.classes.len()];
        let mut pairs = equations.pairs.iter().map(NormalEquations::weight);
        for k in 0..n_free {
            for l in k..n_free {
                let entry = pairs.next().unwrap_or(0.0);
                // The derivatives by all classes add up to 0: those by the reference are the sum of all others.
                curvatures[n_free] += if k == l { entry } else { 2.0 * entry };
                if k == l {
                    curvatures[k] = entry;
                }
            }
        }
        curvatures
    }

    /// The Newton step; of several solutions the one of least norm.
    pub(super) fn step(&self, equations: &PairEquations, at: &[LinearPredictor]) -> Step {
        let hessian = self.hessian(equations);
        let descent = self.descent(equations, at);
        let solution = (self.penalty.l2 > 0.0)
            .then(|| solve_positive_definite(&hessian, &descent))
            .flatten()
            .unwrap_or_else(|| PivotedCholesky::new(&hessian).solve(&descent));
        Step { squared_decrement: solution.dot(&descent), change: self.spread(&solution) }
    }

    /// The negative gradient of the penalised loss in the unknowns.
    pub(super) fn descent(&self, equations: &PairEquations, at: &[LinearPredictor]) -> Array1<f64> {
        let places = self.places();
        let mut descent = Vec::with_capacity(self.size());
        let mut first = 0;
        for (k, at) in at.iter().enumerate().take(self.classes.n_free()) {
            let Some(vector) = equations.pairs.get(first).map(NormalEquations::vector) else { break };
            descent.extend(places.iter().map(|place| match place {
                0 => vector[0],
                column => vector[*column] - self.penalty.l2 * at.coefficients[column - 1],
            }));
            first += self.classes.n_free() - k;
        }
        Array1::from(descent)
    }

    /// Differences from the reference class as changes of all predictors.
    pub(super) fn spread(&self, differences: &Array1<f64>) -> Vec<LinearPredictor> {
        let places = self.places();
        let mut change = vec![linear::zero(self.layout); self.classes.len()];
        for (change, differences) in change.iter_mut().zip(differences.to_vec().chunks_exact(places.len().max(1))) {
            for (place, difference) in places.iter().zip(differences) {
                match place {
                    0 => change.intercept = *difference,
                    column => change.coefficients[column - 1] = *difference,
                }
            }
        }
        if self.penalty.l2 > 0.0 {
            centre(&mut change);
        }
        change
    }
}
