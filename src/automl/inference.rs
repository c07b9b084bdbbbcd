//! Standard errors of fits without penalty.
//!
//! The likelihood of a fit curves down from its maximum by the information matrix `Σ w x xᵀ` over x = (1, columns), with w the row
//! weights of the Newton step at the fitted coefficients; its inverse times the dispersion is the covariance of the coefficients.
//! Estimates are linear in them: a number's is `β / std_dev`, the intercept's is `b₀ - Σ β mean / std_dev`; so are their errors,
//! by `cᵀ Σ c` (the delta rule, exact here). A coefficient has an error only where the rows tell it: c must be orthogonal to every
//! combination of columns that is 0 in all rows.
//!
//! Sources: `McCullagh` and Nelder, *Generalized Linear Models*, 2nd ed. (1989), sections 2.5 and 4.4; Searle, *Linear Models*
//! (1971), section 5.4, for what can be estimated.

use ndarray::Array2;

use super::cancel::Cancel;
use super::goodness;
use super::linear::Penalty;
use super::multinomial::Information;
use super::normal_equations::NormalEquations;
use super::number_text::short;
use super::prepare::Prepared;
use super::report::Fit;
use super::solve::{Cholesky, PivotedCholesky};
use super::stopping::{End, Iterations};
use crate::error::Result;
use crate::model::{ColumnLayout, DesignColumn, Encoder, Estimate, Family, Inference, LinearPredictor, leaves};

/// Coefficients at most: the inverse takes the cube of their number.
const MAX_COEFFICIENTS: usize = 1000;
/// Of so many columns at most the covariance is kept in the model, which then takes a megabyte.
const MAX_KEPT: usize = 500;
/// A Newton decrement below this share of the loss is close enough to the optimum.
const NEAR_OPTIMUM: f64 = 1e-6;
/// A combination of columns that is smaller than this against its parts is 0.
const TOLD: f64 = 1e-6;

/// Variance around the mean, relative to that of the family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Dispersion {
    /// 1: labels and counts.
    Known,
    /// `squares / (n - rank)` with Pearson's `squares = Σ w (y - μ)² / V(μ)`: numbers and amounts.
    Estimated { squares: f64 },
}

/// Why a fit has no standard errors: the reason, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    pub reason: String,
    pub advice: &'static str,
}

/// What is in the way of standard errors, as far as can be told before they are computed.
pub(crate) fn obstacle(prepared: &Prepared, fit: &Fit) -> Option<Obstacle> {
    let because = |reason: &str, advice| Some(Obstacle { reason: reason.into(), advice });
    let Penalty { l1, l2 } = fit.penalty;
    let has_labels = matches!(prepared.family, Family::Binomial | Family::Multinomial);
    if !fit.penalty.is_none() {
        let strength = if l1 > 0.0 { format!("L1 {}, L2 {}", short(l1), short(l2)) } else { format!("L2 {}", short(l2)) };
        let reason = format!("a penalty ({strength}) draws its coefficients towards 0, so their errors are not known");
        let without = match (l1 > 0.0, l2 > 0.0) {
            (true, true) => "train it with HYPERPARAMETERS DEFAULT EXCEPT (L1 0, L2 0)",
            (true, false) if has_labels => "train it with HYPERPARAMETERS DEFAULT EXCEPT (L1 0, L2 0)",
            (true, false) => "train it with HYPERPARAMETERS DEFAULT EXCEPT (L1 0)",
            _ => "train it with HYPERPARAMETERS DEFAULT EXCEPT (L2 0)",
        };
        return because(&reason, without);
    }
    if prepared.class_weights.is_some() {
        let instead = match prepared.family {
            Family::Binomial => "train it without CLASS_WEIGHTS, and choose a THRESHOLD",
            _ => "train it without CLASS_WEIGHTS",
        };
        return because("class weights count rows that do not exist", instead);
    }
    if has_labels && fit.separated {
        let reason = "the classes are perfectly separated in the training rows, so the best coefficients are infinite";
        return because(reason, "look for a leak, or leave the column out that separates them");
    }
    if fit.solver.in_row_space {
        return because("it has more columns than training rows", "train it on more rows or fewer columns");
    }
    if n_coefficients(prepared) > MAX_COEFFICIENTS {
        let reason = format!("it has {} coefficients, and standard errors are made of up to 1,000", n_coefficients(prepared));
        return because(&reason, "train it on fewer columns, or group rare categories");
    }
    let is_near = |decrement: f64| decrement <= NEAR_OPTIMUM;
    match fit.iterations {
        Some(Iterations { end: End::Early, last_decrement, .. }) if !is_near(last_decrement) => {
            because("its training stopped early", "leave EARLY_STOP out")
        }
        Some(Iterations { end: End::Unfinished, last_decrement, .. }) if !is_near(last_decrement) => {
            because("its training did not converge", "raise MAX_ITERATIONS in HYPERPARAMETERS")
        }
        _ => None,
    }
}

/// What turned out to be in the way when they were computed.
pub(crate) fn obstacle_found(prepared: &Prepared, n_parameters: u64) -> Obstacle {
    let no_rows = prepared.target.labels.is_empty() && n_parameters >= goodness::n_rows(prepared);
    let (reason, advice) = if no_rows {
        ("it has as many coefficients as training rows, and none are left to judge by", "train it on more rows or fewer columns")
    } else {
        ("the training rows do not determine its coefficients", "look for columns of huge numbers, or that tell the labels apart")
    };
    Obstacle { reason: reason.into(), advice }
}

/// Coefficients of all outputs, without the intercepts.
fn n_coefficients(prepared: &Prepared) -> usize {
    let labels = prepared.prior.iter().filter(|share| **share > 0.0).count();
    prepared.layout.n_columns() * if prepared.family == Family::Multinomial { labels.saturating_sub(1) } else { 1 }
}

/// Standard errors of a fit of one output, whose `equations` hold the information at its coefficients as their matrix. Without an
/// intercept the columns must not be centred. None where the rows are not enough. Cancellable.
pub(crate) fn of_equations(
    prepared: &Prepared,
    output: &LinearPredictor,
    equations: &NormalEquations,
    dispersion: Dispersion,
    has_intercept: bool,
) -> Result<Option<Inference>> {
    let (layout, cancel) = (&prepared.layout, &prepared.source.cancel);
    let columns = coded_columns(prepared, output);
    let told = Told::new(prepared, equations, columns, has_intercept);
    let covariance = told.covariance(equations, cancel)?;
    let rank = told.independent.len() + usize::from(has_intercept);
    let (dispersion, degrees_of_freedom) = match dispersion {
        Dispersion::Known => (1.0, None),
        Dispersion::Estimated { squares } => {
            let left = goodness::n_rows(prepared) as f64 - rank as f64;
            if left <= 0.0 {
                return Ok(None);
            }
            (squares / left, Some(left))
        }
    };
    let estimates = told.estimates(prepared, output, dispersion, |i, j| covariance[[i, j]]);
    let unscaled_covariance =
        if layout.n_columns() <= MAX_KEPT { spread(&covariance, &told.independent_columns(), layout) } else { Vec::new() };
    Ok(sound(Inference { degrees_of_freedom, dispersion, estimates: vec![estimates], unscaled_covariance }))
}

/// Standard errors of a fit of several labels: of the differences from the reference label, the last of the information's.
/// None where the information matrix is singular. Cancellable.
pub(crate) fn of_labels(
    prepared: &Prepared,
    outputs: &[LinearPredictor],
    information: &Information,
) -> Result<Option<Inference>> {
    let cancel = &prepared.source.cancel;
    let has_intercept = prepared.layout.has_intercept();
    let told = Told::new(prepared, &information.of_first, information.columns.clone(), has_intercept);
    // Of each label the intercept, where there is one, and the independent columns.
    let first = usize::from(has_intercept);
    let width = information.columns.len() + first;
    let kept: Vec<usize> = (0..first).chain(told.independent.iter().map(|i| i + first)).collect();
    let n_free = information.labels.len().saturating_sub(1);
    let places: Vec<usize> = (0..n_free).flat_map(|label| kept.iter().map(move |i| label * width + i)).collect();
    let matrix = Array2::from_shape_fn((places.len(), places.len()), |(i, j)| information.matrix[[places[i], places[j]]]);
    let Some(factored) = Cholesky::new(&matrix) else { return Ok(None) };
    let zero = Estimate { value: 0.0, standard_error: None };
    let mut estimates = vec![vec![zero; prepared.layout.n_columns() + 1]; outputs.len()];
    let Some(reference) = information.labels.last().and_then(|label| outputs.get(*label)) else { return Ok(None) };
    for (place, label) in information.labels.iter().take(n_free).enumerate() {
        let block = inverse_block(&factored, places.len(), place * kept.len(), kept.len(), cancel)?;
        let Some(output) = outputs.get(*label) else { return Ok(None) };
        let coefficients = output.coefficients.iter().zip(&reference.coefficients).map(|(b, reference)| b - reference);
        let difference =
            LinearPredictor { intercept: output.intercept - reference.intercept, coefficients: coefficients.collect() };
        // Of an intercept that does not exist there is nothing to know.
        let skipped = 1 - first;
        let covariance = |i: usize, j: usize| match (i.checked_sub(skipped), j.checked_sub(skipped)) {
            (Some(i), Some(j)) => block[[i, j]],
            _ => 0.0,
        };
        estimates[*label] = told.estimates(prepared, &difference, 1.0, covariance);
    }
    Ok(sound(Inference { degrees_of_freedom: None, dispersion: 1.0, estimates, unscaled_covariance: Vec::new() }))
}

/// A block on the diagonal of the inverse.
fn inverse_block(factored: &Cholesky, size: usize, first: usize, width: usize, cancel: &Cancel) -> Result<Array2<f64>> {
    let mut block = Array2::zeros((width, width));
    for j in 0..width {
        cancel.check()?;
        let mut unit = vec![0.0; size];
        unit[first + j] = 1.0;
        let column = factored.solve(&unit);
        (0..width).for_each(|i| block[[i, j]] = column[first + i]);
    }
    Ok(block)
}

/// What rounding or overflow made of an inference, if it is still one.
fn sound(inference: Inference) -> Option<Inference> {
    let Inference { dispersion, estimates, unscaled_covariance, .. } = &inference;
    let numbers = estimates.iter().flatten().flat_map(|e| [e.value, e.standard_error.unwrap_or(0.0)]);
    let is_sound = numbers.chain(unscaled_covariance.iter().copied()).chain([*dispersion]).all(f64::is_finite);
    is_sound.then_some(inference)
}

/// The columns that have a coefficient: dense ones, and the values of categories that have rows, without the reference value.
///
/// A fit may have found another value the most frequent where several are; the one it took has a coefficient of exactly 0.
fn coded_columns(prepared: &Prepared, output: &LinearPredictor) -> Vec<usize> {
    let (layout, shares) = (&prepared.layout, &prepared.column_means);
    let mut columns: Vec<usize> = (0..layout.n_dense()).collect();
    for (place, (_, n_codes, start)) in layout.categories().iter().enumerate() {
        let with_rows = (*start..start + n_codes).filter(|column| shares[*column] > 0.0);
        // Without an intercept the first category keeps all its values.
        if place == 0 && !layout.has_intercept() {
            columns.extend(with_rows);
            continue;
        }
        let is_zero = |column: &usize| output.coefficients[*column] == 0.0;
        let heavier = |best: Option<usize>, column| match best {
            Some(best) if shares[best] >= shares[column] => Some(best),
            _ => Some(column),
        };
        let reference = with_rows.clone().filter(is_zero).fold(None, heavier);
        columns.extend(with_rows.filter(|column| Some(*column) != reference));
    }
    columns
}

/// What the rows tell of the columns.
struct Told {
    columns: Vec<usize>,
    /// Their information with the intercept eliminated.
    factored: PivotedCholesky,
    /// Their means by the weights of the equations, 0 where there is no intercept.
    means: Vec<f64>,
    has_intercept: bool,
    /// By place in `columns`: those of which none follows from others.
    independent: Vec<usize>,
    /// By place in `columns`: whether the coefficient is determined.
    determined: Vec<bool>,
    /// Whether the intercept in the user's units is.
    intercept_determined: bool,
}

impl Told {
    fn new(prepared: &Prepared, equations: &NormalEquations, columns: Vec<usize>, has_intercept: bool) -> Self {
        let layout = &prepared.layout;
        let matrix = if has_intercept {
            equations.centred(layout, &columns).0
        } else {
            Array2::from_shape_fn((columns.len(), columns.len()), |(i, j)| {
                equations.entry(layout, columns[i] + 1, columns[j] + 1)
            })
        };
        let mean = |column: &usize| if has_intercept { equations.column_weights()[column + 1] / equations.weight() } else { 0.0 };
        let means: Vec<f64> = columns.iter().map(mean).collect();
        let units = Units::new(prepared);
        let factored = PivotedCholesky::new(&matrix);
        let size: Vec<f64> = matrix.diag().iter().map(|square| square.sqrt()).collect();
        let mut determined: Vec<bool> = size.iter().map(|size| *size > 0.0).collect();
        let mut intercept_determined = has_intercept;
        for nothing in factored.null_space() {
            determined.iter_mut().zip(&nothing).zip(&size).for_each(|((told, v), size)| *told &= (v * size).abs() <= TOLD);
            let part = |(i, v): (usize, &f64)| (means[i] + units.shift(columns[i])) * v;
            let parts: Vec<f64> = nothing.iter().enumerate().map(part).collect();
            let total: f64 = parts.iter().sum();
            intercept_determined &= total.abs() <= TOLD * parts.iter().map(|part| part.abs()).sum::<f64>();
        }
        let independent = factored.independent();
        Self { columns, factored, means, has_intercept, independent, determined, intercept_determined }
    }

    fn independent_columns(&self) -> Vec<usize> {
        self.independent.iter().map(|i| self.columns[*i]).collect()
    }

    /// The inverse information of the intercept and the independent columns, on the standardised scale.
    fn covariance(&self, equations: &NormalEquations, cancel: &Cancel) -> Result<Array2<f64>> {
        let inverse = self.factored.inverse(cancel)?;
        let place = |i: usize| self.independent[i - 1];
        let n = self.independent.len() + 1;
        // The intercept at the mean of the columns does not depend on their coefficients.
        let moved: Vec<f64> =
            (1..n).map(|i| -(1..n).map(|j| inverse[[place(i), place(j)]] * self.means[place(j)]).sum::<f64>()).collect();
        let at_mean = if self.has_intercept { 1.0 / equations.weight() } else { 0.0 };
        let corner = at_mean - (1..n).map(|i| moved[i - 1] * self.means[place(i)]).sum::<f64>();
        Ok(Array2::from_shape_fn((n, n), |(i, j)| match (i, j) {
            (0, 0) => corner,
            (0, k) | (k, 0) => moved[k - 1],
            (i, j) => inverse[[place(i), place(j)]],
        }))
    }

    /// Estimates in the user's units; `covariance` is over the intercept and the independent columns, without the dispersion.
    fn estimates(
        &self,
        prepared: &Prepared,
        output: &LinearPredictor,
        dispersion: f64,
        covariance: impl Fn(usize, usize) -> f64,
    ) -> Vec<Estimate> {
        let units = Units::new(prepared);
        let columns = output.coefficients.iter().enumerate();
        let intercept = output.intercept - columns.clone().map(|(column, b)| b * units.shift(column)).sum::<f64>();
        let mut estimates: Vec<Estimate> = std::iter::once(intercept)
            .chain(columns.map(|(column, b)| b * units.scale(column)))
            .map(|value| Estimate { value, standard_error: None })
            .collect();
        // Rounding may leave less than nothing of a variance of 0.
        let error = |variance: f64| (dispersion * if variance > 0.0 { variance } else { 0.0 }).sqrt();
        let c: Vec<f64> =
            std::iter::once(1.0).chain(self.independent_columns().into_iter().map(|column| -units.shift(column))).collect();
        if self.intercept_determined {
            let row = |i: usize| c.iter().enumerate().map(|(j, c)| covariance(i, j) * c).sum::<f64>();
            let variance = c.iter().enumerate().map(|(i, c)| c * row(i)).sum();
            estimates[0].standard_error = Some(error(variance));
        }
        for (k, i) in self.independent.iter().enumerate().filter(|(_, i)| self.determined[**i]) {
            let column = self.columns[*i];
            estimates[column + 1].standard_error = Some(units.scale(column) * error(covariance(k + 1, k + 1)));
        }
        estimates
    }
}

/// From the standardised scale of columns to the user's units.
pub(crate) struct Units {
    /// Per column `(1 / std_dev, mean / std_dev)`; of indicators (1, 0).
    columns: Vec<(f64, f64)>,
}

impl Units {
    pub(crate) fn new(prepared: &Prepared) -> Self {
        let leaves = leaves(&prepared.features);
        let of = |column: DesignColumn| match (&column, leaves[column.leaf()].encoder) {
            (DesignColumn::Number { .. }, Encoder::Number(number)) => (1.0 / number.std_dev, number.mean / number.std_dev),
            _ => (1.0, 0.0),
        };
        Self { columns: prepared.layout.columns().map(of).collect() }
    }

    /// What a coefficient of the column's standardised scale is multiplied by.
    pub(crate) fn scale(&self, column: usize) -> f64 {
        self.columns[column].0
    }

    /// What a unit of the column's coefficient takes from the intercept.
    fn shift(&self, column: usize) -> f64 {
        self.columns[column].1
    }
}

/// A covariance over the intercept and some columns as the upper triangle over all columns, row by row.
fn spread(covariance: &Array2<f64>, columns: &[usize], layout: &ColumnLayout) -> Vec<f64> {
    let size = layout.n_columns() + 1;
    let mut places: Vec<Option<usize>> = vec![None; size];
    places[0] = Some(0);
    columns.iter().enumerate().for_each(|(i, column)| places[column + 1] = Some(i + 1));
    let entry = |i: usize, j: usize| match (places[i], places[j]) {
        (Some(i), Some(j)) => covariance[[i, j]],
        _ => 0.0,
    };
    (0..size).flat_map(|i| (i..size).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect()
}
