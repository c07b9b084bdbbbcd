//! The Newton step of multinomial logistic regression with a penalty on the sizes of coefficients.
//!
//! That penalty is one of each class's own coefficients, not of differences: the step is taken in the predictors of all classes.
//! The last class's derivatives are minus the sums of the others', since probabilities add up to 1. Its intercept stays: only
//! differences of intercepts count, and they cost nothing.

use ndarray::Array2;

use super::super::coordinate_descent::SparseQuadratic;
use super::super::linear::{self, Penalty};
use super::newton::{PairEquations, Step, System};
use crate::model::LinearPredictor;

impl System<'_> {
    /// The step to the minimum of the quadratic that agrees with the loss here, and of the penalty. What it promises is the
    /// decrease by slopes and penalty, which without L1 is the squared Newton decrement.
    pub(super) fn sparse_step(&self, equations: &PairEquations, at: &[LinearPredictor]) -> Step {
        let intercepts = usize::from(self.layout.has_intercept());
        let width = self.active.len() + intercepts;
        let Penalty { l1, l2 } = self.penalty;
        let (matrix, mut slope) = self.of_all_classes(equations);
        let mut from = Vec::with_capacity(slope.len());
        for predictor in at {
            if intercepts > 0 {
                from.push(predictor.intercept);
            }
            from.extend(self.active.iter().map(|column| predictor.coefficients[*column]));
        }
        let costs: Vec<f64> = (0..from.len()).map(|i| if i % width < intercepts { 0.0 } else { 1.0 }).collect();
        slope.iter_mut().zip(&from).zip(&costs).for_each(|((slope, b), cost)| *slope -= l2 * cost * b);
        let mut quadratic = matrix;
        quadratic.diag_mut().iter_mut().zip(&costs).for_each(|(entry, cost)| *entry += l2 * cost);

        let (mut to, mut slope_there) = (from.clone(), slope.clone());
        let l1: Vec<f64> = costs.iter().map(|cost| l1 * cost).collect();
        SparseQuadratic::new(&quadratic).minimise(&l1, &mut to, &mut slope_there);
        let mut squared_decrement = 0.0;
        let mut change = vec![linear::zero(self.layout); at.len()];
        let moves = from.iter().zip(&to).zip(slope.iter().zip(&l1)).enumerate();
        for (i, ((from, to), (slope, l1))) in moves {
            squared_decrement += slope * (to - from) + l1 * (from.abs() - to.abs());
            match (i % width).checked_sub(intercepts) {
                None => change[i / width].intercept = to - from,
                Some(place) => change[i / width].coefficients[self.active[place]] = to - from,
            }
        }
        Step { change, squared_decrement }
    }

    /// The Hessian of the loss and its negative gradient in the predictors of all classes, but for the last one's intercept.
    fn of_all_classes(&self, equations: &PairEquations) -> (Array2<f64>, Vec<f64>) {
        let loss = System { layout: self.layout, classes: self.classes, active: self.active, penalty: Penalty::NONE };
        let differences = loss.hessian(equations);
        // Without a penalty it does not matter where.
        let zeros = vec![linear::zero(self.layout); self.classes.len()];
        let mut slope = loss.descent(equations, &zeros).to_vec();
        let n_free = self.classes.n_free();
        let width = self.active.len() + usize::from(self.layout.has_intercept());
        let size = (n_free + 1) * width;
        let mut matrix = Array2::zeros((size, size));
        for ((a, b), entry) in differences.indexed_iter() {
            let (of_last_a, of_last_b) = (n_free * width + a % width, n_free * width + b % width);
            matrix[[a, b]] = *entry;
            matrix[[of_last_a, b]] -= entry;
            matrix[[a, of_last_b]] -= entry;
            matrix[[of_last_a, of_last_b]] += entry;
        }
        for place in 0..width {
            slope.push(-(0..n_free).map(|k| slope[k * width + place]).sum::<f64>());
        }
        if self.layout.has_intercept() {
            let intercept = n_free * width;
            matrix.row_mut(intercept).fill(0.0);
            matrix.column_mut(intercept).fill(0.0);
            slope[intercept] = 0.0;
        }
        (matrix, slope)
    }
}
