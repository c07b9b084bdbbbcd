//! What least squares and logistic regression share: which columns take part, and one penalised step.

use ndarray::{Array1, Array2};

use super::coordinate_descent::SparseQuadratic;
use super::normal_equations::NormalEquations;
use super::solve::{PivotedCholesky, solve_positive_definite};
use super::spec::{PenaltyChoice, TrainSpec};
use crate::model::{ColumnLayout, Family, LinearPredictor};

/// Above so many columns nobody looks for those that depend on each other.
const MAX_CHECKED_COLUMNS: usize = 1000;

/// Design columns, each with those that it is a combination of.
pub(crate) type Dependencies = Vec<(usize, Vec<usize>)>;

/// The penalty `l1 · Σ|β| + l2/2 · Σ β²` on the coefficients of the design columns; the intercept is free.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

impl Penalty {
    /// No penalty.
    pub(crate) const NONE: Self = Self { l1: 0.0, l2: 0.0 };

    /// `l2/2 · Σ β²` only.
    pub(crate) const fn ridge(l2: f64) -> Self {
        Self { l1: 0.0, l2 }
    }

    /// Whether coefficients cost anything.
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// What some coefficients cost.
    pub(crate) fn of(self, coefficients: &[f64]) -> f64 {
        let sizes = if self.l1 > 0.0 { coefficients.iter().map(|b| b.abs()).sum() } else { 0.0 };
        self.l1 * sizes + 0.5 * self.l2 * coefficients.iter().map(|b| b * b).sum::<f64>()
    }

    /// The penalty that means the same where the target, and with it the coefficients, are divided by a number.
    pub(crate) fn for_scaled_target(self, scale: f64) -> Self {
        Self { l1: self.l1 / scale, ..self }
    }
}

/// The name of the algorithm of a family under a penalty.
pub(crate) fn algorithm(family: Family, penalty: Penalty) -> &'static str {
    match family {
        Family::Binomial => "logistic regression",
        Family::Multinomial => "multinomial logistic regression",
        Family::Poisson => "Poisson regression",
        Family::Gamma => "gamma regression",
        Family::Tweedie(_) => "Tweedie regression",
        Family::Gaussian => match (penalty.l1 > 0.0, penalty.l2 > 0.0) {
            (false, false) => "least squares",
            (false, true) => "ridge regression",
            (true, false) => "lasso",
            (true, true) => "elastic net",
        },
    }
}

/// The penalty that is asked for, where it need not be found: none for regression, scikit-learn's C = 1 for labels, unless the
/// statement says otherwise.
pub(crate) fn penalty(spec: &TrainSpec, family: Family) -> Penalty {
    let fixed = |choice: &Option<PenaltyChoice>| choice.as_ref().and_then(PenaltyChoice::fixed);
    let has_labels = matches!(family, Family::Binomial | Family::Multinomial);
    // Who asks for L1 gets that and nothing else.
    let default = if has_labels && !asks_for_l1(spec) { 1.0 } else { 0.0 };
    Penalty { l1: fixed(&spec.l1).unwrap_or(0.0), l2: fixed(&spec.l2).unwrap_or(default) }
}

/// Whether a penalty on the sizes of coefficients is asked for, or to be tried.
pub(crate) fn asks_for_l1(spec: &TrainSpec) -> bool {
    spec.l1.as_ref().is_some_and(|choice| *choice != PenaltyChoice::Fixed(0.0))
}

/// Whether a fit is least squares without any penalty.
pub(crate) fn is_least_squares(spec: &TrainSpec, family: Family) -> bool {
    let may_cost = |choice: &Option<PenaltyChoice>| choice.as_ref().is_some_and(|choice| choice.fixed().is_none());
    family == Family::Gaussian && penalty(spec, family).is_none() && !may_cost(&spec.l1) && !may_cost(&spec.l2)
}

/// The columns that take part in a fit: dense ones and the codes that have rows.
///
/// Without a penalty each category is coded against its most frequent value, since all its columns together are the
/// intercept, or where there is none those of the first category; with a penalty all values have a coefficient of their own.
pub(crate) fn active_columns(layout: &ColumnLayout, column_weights: &[f64], penalty: Penalty) -> Vec<usize> {
    let mut active: Vec<usize> = (0..layout.n_dense()).collect();
    for (place, (_, n_codes, start)) in layout.categories().iter().enumerate() {
        let has_reference = penalty.is_none() && (layout.has_intercept() || place > 0);
        let weight = |column: &usize| column_weights[column + 1];
        let columns = *start..start + n_codes;
        let reference = columns.clone().fold(*start, |best, column| if weight(&column) > weight(&best) { column } else { best });
        active.extend(columns.filter(|column| weight(column) > 0.0 && (!has_reference || *column != reference)));
    }
    active
}

/// Brings a predictor into the form of a fit: without a penalty each category's coefficients are differences from that of its
/// most frequent value, and columns of values without rows get 0. Raw predictions of rows with weight do not change: what is taken
/// from a category is given to the intercept, or where there is none to the first category.
pub(crate) fn recode(predictor: &mut LinearPredictor, layout: &ColumnLayout, column_weights: &[f64], penalty: Penalty) {
    let weight = |column: usize| column_weights[column + 1];
    let active = active_columns(layout, column_weights, penalty);
    let mut taken = 0.0;
    for (_, n_codes, start) in layout.categories() {
        let columns = *start..start + n_codes;
        let reference = columns.clone().find(|column| weight(*column) > 0.0 && active.binary_search(column).is_err());
        let level = reference.map_or(0.0, |column| predictor.coefficients[column]);
        taken += level;
        for column in columns {
            let coefficient = &mut predictor.coefficients[column];
            *coefficient = if weight(column) > 0.0 { *coefficient - level } else { 0.0 };
        }
    }
    if layout.has_intercept() {
        predictor.intercept += taken;
    } else if let Some((_, n_codes, start)) = layout.categories().first() {
        let columns = (*start..start + n_codes).filter(|column| weight(*column) > 0.0);
        columns.for_each(|column| predictor.coefficients[column] += taken);
    }
}

/// A step towards the minimum of a penalised quadratic.
#[derive(Debug)]
pub(crate) struct Step {
    pub intercept: f64,
    /// By design column; 0 for columns that take no part. Shape: `(n_columns,)`.
    pub coefficients: Vec<f64>,
    /// `gᵀ H⁻¹ g`: the squared Newton decrement, twice the decrease that the quadratic promises. With L1, where there is no
    /// such form, the decrease that slopes and penalty promise, which is the same without L1.
    pub squared_decrement: f64,
}

/// Minimises `½ δᵀ(M + l2·I)δ - (v - l2·β)ᵀδ + l1·Σ|β + δ|` over the active columns and the intercept, where there is one; M and v
/// are the equations' matrix and vector. Of several minima without L1 the one of least norm.
///
/// *Source of the step with L1*: Lee, Sun and Saunders, "Proximal Newton-type methods for minimizing composite functions", *SIAM
/// Journal on Optimization* 24(3) (2014).
pub(crate) fn solve_step(
    equations: &NormalEquations,
    layout: &ColumnLayout,
    active: &[usize],
    penalty: Penalty,
    coefficients: &[f64],
) -> Step {
    let (mut matrix, mut right) = equations.centred(layout, active);
    for (i, column) in active.iter().enumerate() {
        matrix[[i, i]] += penalty.l2;
        right[i] -= penalty.l2 * coefficients[*column];
    }
    let solution = if penalty.l1 > 0.0 {
        sparse_solution(&matrix, &right, penalty.l1, active.iter().map(|column| coefficients[*column]).collect())
    } else {
        (penalty.l2 > 0.0)
            .then(|| solve_positive_definite(&matrix, &right))
            .flatten()
            .unwrap_or_else(|| PivotedCholesky::new(&matrix).solve(&right))
    };
    let weight = if layout.has_intercept() { equations.weight() } else { 0.0 };
    let level = if weight > 0.0 { equations.vector()[0] / weight } else { 0.0 };
    let mut step =
        Step { intercept: level, coefficients: vec![0.0; layout.n_columns()], squared_decrement: level * level * weight };
    for ((column, delta), right) in active.iter().zip(&solution).zip(&right) {
        step.coefficients[*column] = *delta;
        step.squared_decrement += delta * right;
        if penalty.l1 > 0.0 {
            let before = coefficients[*column];
            step.squared_decrement += penalty.l1 * (before.abs() - (before + delta).abs());
        }
        if weight > 0.0 {
            step.intercept -= delta * equations.column_weights()[column + 1] / weight;
        }
    }
    step
}

/// The change δ from some coefficients to the minimum of `½ δᵀMδ - vᵀδ + l1·Σ|β + δ|`.
fn sparse_solution(matrix: &Array2<f64>, right: &Array1<f64>, l1: f64, coefficients: Vec<f64>) -> Array1<f64> {
    let (mut at, mut slope) = (coefficients.clone(), right.to_vec());
    SparseQuadratic::new(matrix).minimise(&vec![l1; at.len()], &mut at, &mut slope);
    at.iter().zip(&coefficients).map(|(to, from)| to - from).collect()
}

/// Design columns that are combinations of others, each with those others. The dependence of a category's columns on the
/// intercept is not counted. `None` where it is not looked for: it takes the cube of the number of columns, and where the columns
/// are more than the rows, each follows from others.
pub(crate) fn dependencies(equations: &NormalEquations, layout: &ColumnLayout) -> Option<Dependencies> {
    if !looks_for_dependencies(layout, equations.n_rows) {
        return None;
    }
    let columns = active_columns(layout, equations.column_weights(), Penalty::NONE);
    let (matrix, _) = equations.centred(layout, &columns);
    let found = PivotedCholesky::new(&matrix).dependencies();
    Some(found.into_iter().map(|(column, of)| (columns[column], of.into_iter().map(|i| columns[i]).collect())).collect())
}

/// The smallest pivot of the columns of least squares, each scaled to length 1: `1/κ²` for the condition number κ, roughly; 0 where
/// a column depends on others.
pub(crate) fn smallest_pivot(equations: &NormalEquations, layout: &ColumnLayout) -> f64 {
    let columns = active_columns(layout, equations.column_weights(), Penalty::NONE);
    PivotedCholesky::new(&equations.centred(layout, &columns).0).smallest_pivot()
}

/// Whether so many columns and rows are looked at for dependencies.
pub(crate) fn looks_for_dependencies(layout: &ColumnLayout, n_rows: u64) -> bool {
    layout.n_columns() <= MAX_CHECKED_COLUMNS && layout.n_columns() as u64 <= n_rows
}

/// Adds a multiple of a step.
pub(crate) fn advance(from: &LinearPredictor, step: &Step, factor: f64) -> LinearPredictor {
    LinearPredictor {
        intercept: from.intercept + factor * step.intercept,
        coefficients: from.coefficients.iter().zip(&step.coefficients).map(|(b, d)| b + factor * d).collect(),
    }
}

/// The predictor that is 0 everywhere.
pub(crate) fn zero(layout: &ColumnLayout) -> LinearPredictor {
    LinearPredictor { intercept: 0.0, coefficients: vec![0.0; layout.n_columns()] }
}
