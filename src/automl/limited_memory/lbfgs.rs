//! Limited-memory BFGS: the minimum of a smooth function of many variables from its values and gradients.
//!
//! The inverse Hessian is never made. A direction comes from the last few steps and the changes of the gradient along them, and
//! from a preconditioner that stands for the inverse Hessian at the start.
//!
//! Source: Nocedal and Wright, *Numerical Optimization*, 2nd ed. (2006), algorithms 7.4 and 7.5; the line search finds a step
//! that satisfies both Wolfe conditions (section 3.1) by bisection and cubic interpolation (equation 3.59).

use std::collections::VecDeque;

use super::super::kernel;
use super::super::stopping::{End, Stopping};
use crate::error::Result;

/// Steps that are remembered.
const MEMORY: usize = 20;
/// A step must lower the objective by this share of what the slope promises (the first Wolfe condition).
pub(super) const DECREASE: f64 = 1e-4;
/// A step must leave at most this share of the slope (the second one), so that it shows some curvature.
const CURVATURE: f64 = 0.9;
/// A line search looks at this many points at most.
pub(super) const MAX_TRIALS: u32 = 30;

/// The function at a point.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// What is minimised.
    pub objective: f64,
    /// The part of it that is no penalty.
    pub loss: f64,
    pub gradient: Vec<f64>,
    /// Whether a lower value would be of no use.
    pub is_enough: bool,
}

/// Where the search ended.
#[derive(Debug, Clone)]
pub(crate) struct Minimum {
    pub at: Vec<f64>,
    pub iterations: u32,
    pub end: End,
    /// The squared decrement relative to the objective where the search ended.
    pub last_decrement: f64,
    /// The loss at the start of each iteration.
    pub losses: Vec<f64>,
    /// Whether the search ended at a value that is low enough, however far the minimum may be.
    pub is_enough: bool,
}

/// A step, the change of the gradient along it, and the inverse of their product.
pub(super) struct Pair {
    pub step: Vec<f64>,
    pub change: Vec<f64>,
    rho: f64,
}

impl Pair {
    /// For a convex function the product is positive; where rounding spoils it there is none.
    pub(super) fn new(step: Vec<f64>, change: Vec<f64>) -> Option<Self> {
        let product = kernel::dot(&step, &change);
        (product > 0.0).then(|| Self { step, change, rho: 1.0 / product })
    }

    /// What makes the preconditioner agree with the inverse Hessian along the step.
    pub(super) fn scale(&self, precondition: impl Fn(&mut [f64])) -> f64 {
        let mut preconditioned = self.change.clone();
        precondition(&mut preconditioned);
        let scale = 1.0 / (self.rho * kernel::dot(&self.change, &preconditioned));
        if scale.is_finite() { scale } else { 1.0 }
    }
}

/// Minimises a function from a start. `precondition` multiplies by an approximate inverse Hessian, which must be symmetric and
/// never negative; its scale is of no importance after the first step. Of the decrement, the inverse Hessian is the one known by then.
pub(crate) fn minimise(
    start: Vec<f64>,
    evaluate: impl Fn(&[f64]) -> Result<Value>,
    precondition: impl Fn(&mut [f64]),
    stopping: Stopping,
) -> Result<Minimum> {
    let mut here = evaluate(&start)?;
    let mut minimum = Minimum {
        at: start,
        iterations: 0,
        end: End::Unfinished,
        last_decrement: f64::INFINITY,
        losses: Vec::new(),
        is_enough: here.is_enough,
    };
    let mut memory = VecDeque::with_capacity(MEMORY);
    let mut scale = 1.0;
    while minimum.iterations < stopping.max_iterations && !minimum.is_enough {
        let direction = direction(&here.gradient, &memory, &precondition, scale);
        let slope = kernel::dot(&here.gradient, &direction);
        minimum.iterations += 1;
        minimum.losses.push(here.loss);
        minimum.last_decrement = -slope / here.objective.max(f64::MIN_POSITIVE);
        if -slope <= stopping.tolerance * here.objective {
            minimum.end = End::Converged;
            break;
        }
        // No step along this direction lowers the objective: rounding is all that is left.
        let Some((at, next)) = line_search(&minimum.at, &here, &direction, slope, &evaluate)? else {
            minimum.end = End::without_progress(minimum.last_decrement);
            break;
        };
        let is_far_enough = stopping.is_far_enough(here.objective, next.objective);
        remember(&mut memory, (&minimum.at, &at), (&here.gradient, &next.gradient));
        scale = memory.back().map_or(1.0, |pair| pair.scale(&precondition));
        (minimum.at, here) = (at, next);
        minimum.is_enough = here.is_enough;
        if is_far_enough {
            minimum.end = End::Early;
            break;
        }
    }
    Ok(minimum)
}

/// Remembers the step between two points with the gradients there.
pub(super) fn remember(memory: &mut VecDeque<Pair>, at: (&[f64], &[f64]), gradients: (&[f64], &[f64])) {
    let difference = |(from, to): (&[f64], &[f64])| to.iter().zip(from).map(|(to, from)| to - from).collect();
    if let Some(pair) = Pair::new(difference(at), difference(gradients)) {
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.push_back(pair);
    }
}

/// `-H g`, the newest pair last in `memory`.
pub(super) fn direction(gradient: &[f64], memory: &VecDeque<Pair>, precondition: impl Fn(&mut [f64]), scale: f64) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut factors = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let factor = pair.rho * kernel::dot(&pair.step, &direction);
        kernel::add_scaled(&mut direction, -factor, &pair.change);
        factors.push(factor);
    }
    precondition(&mut direction);
    direction.iter_mut().for_each(|d| *d *= scale);
    for (pair, factor) in memory.iter().zip(factors.into_iter().rev()) {
        let correction = factor - pair.rho * kernel::dot(&pair.change, &direction);
        kernel::add_scaled(&mut direction, correction, &pair.step);
    }
    direction
}

/// A place on the line: how far along, the objective there, its slope.
#[derive(Clone, Copy)]
struct Place {
    step: f64,
    objective: f64,
    slope: f64,
}

/// The point of a step that satisfies both Wolfe conditions; none where no step lowers the objective by more than rounding.
fn line_search(
    from: &[f64],
    here: &Value,
    direction: &[f64],
    slope: f64,
    evaluate: impl Fn(&[f64]) -> Result<Value>,
) -> Result<Option<(Vec<f64>, Value)>> {
    let start = Place { step: 0.0, objective: here.objective, slope };
    let (mut low, mut high): (Place, Option<Place>) = (start, None);
    let mut step = 1.0;
    for _ in 0..MAX_TRIALS {
        let mut at = from.to_vec();
        kernel::add_scaled(&mut at, step, direction);
        let value = evaluate(&at)?;
        let place = Place { step, objective: value.objective, slope: kernel::dot(&value.gradient, direction) };
        // A value that is no number is no decrease.
        let is_lower = place.objective <= start.objective + DECREASE * step * slope;
        match (is_lower, place.slope < CURVATURE * slope) {
            (true, false) => return Ok(Some((at, value))),
            (true, true) => low = place,
            (false, _) => high = Some(place),
        }
        step = match &high {
            Some(high) => between(low, *high),
            None => 4.0 * step,
        };
    }
    Ok(None)
}

/// The minimum of the cubic through two places, kept away from both.
fn between(low: Place, high: Place) -> f64 {
    let width = high.step - low.step;
    let d1 = low.slope + high.slope - 3.0 * (high.objective - low.objective) / width;
    let d2 = (d1 * d1 - low.slope * high.slope).sqrt();
    let cubic = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let middle = low.step + 0.5 * width;
    if cubic.is_finite() { cubic.clamp(low.step + 0.1 * width, high.step - 0.1 * width) } else { middle }
}
