//! Orthant-wise limited-memory BFGS: the minimum of a smooth function plus a cost on the sizes of its variables.
//!
//! Minimises `f(x) + Σ l1[j]·|x[j]|`. As long as no variable changes its sign the cost is linear, so each step is that of a
//! limited memory of f, from the slopes that hold on the side to which a variable will move, and ends where a sign would
//! change: such variables are exactly 0 then. Variables that stay at 0 have no part in the memory, so that the others are
//! searched as if they were alone; of those that leave 0 none moves uphill.
//!
//! Source: Andrew and Gao, "Scalable training of L1-regularized log-linear models", *Proceedings of the 24th International
//! Conference on Machine Learning* (2007).

use std::collections::VecDeque;

use super::super::kernel;
use super::super::stopping::{End, Stopping};
use super::lbfgs::{DECREASE, MAX_TRIALS, Minimum, Pair, Value, direction, remember};
use crate::error::Result;

/// Minimises from a start. `evaluate` gives f as the objective, with its gradient; `precondition` is that of
/// [`lbfgs`](super::lbfgs), and diagonal.
pub(super) fn minimise(
    start: Vec<f64>,
    l1: &[f64],
    evaluate: impl Fn(&[f64]) -> Result<Value>,
    precondition: impl Fn(&mut [f64]),
    stopping: Stopping,
) -> Result<Minimum> {
    let cost = |at: &[f64]| -> f64 { at.iter().zip(l1).map(|(x, l1)| l1 * x.abs()).sum() };
    let mut here = evaluate(&start)?;
    let mut objective = here.objective + cost(&start);
    let mut minimum = Minimum {
        at: start,
        iterations: 0,
        end: End::Unfinished,
        last_decrement: f64::INFINITY,
        losses: Vec::new(),
        is_enough: here.is_enough,
    };
    let mut memory: VecDeque<Pair> = VecDeque::new();
    while minimum.iterations < stopping.max_iterations && !minimum.is_enough {
        let slopes = slopes(&minimum.at, &here.gradient, l1);
        let (direction, slope) = downhill(&minimum.at, &slopes, l1, &memory, &precondition);
        minimum.iterations += 1;
        minimum.losses.push(here.loss);
        minimum.last_decrement = -slope / objective.max(f64::MIN_POSITIVE);
        if -slope <= stopping.tolerance * objective {
            minimum.end = End::Converged;
            break;
        }
        let mut lower = None;
        let mut factor = 1.0;
        for _ in 0..MAX_TRIALS {
            let at = within_orthant(&minimum.at, &slopes, &direction, factor, l1);
            let promised: f64 = at.iter().zip(&minimum.at).zip(&slopes).map(|((to, from), slope)| slope * (to - from)).sum();
            let value = evaluate(&at)?;
            let found = value.objective + cost(&at);
            // A value that is no number is no decrease.
            if found <= objective + DECREASE * promised {
                lower = Some((at, value, found));
                break;
            }
            factor /= 2.0;
        }
        let Some((at, value, found)) = lower else {
            // Without what it remembers the direction is that of the slopes; if that does not help, rounding is all that is left.
            if memory.is_empty() {
                minimum.end = End::without_progress(minimum.last_decrement);
                break;
            }
            memory.clear();
            continue;
        };
        remember(&mut memory, (&minimum.at, &at), (&here.gradient, &value.gradient));
        let is_far_enough = stopping.is_far_enough(objective, found);
        (minimum.at, here, objective) = (at, value, found);
        minimum.is_enough = here.is_enough;
        if is_far_enough {
            minimum.end = End::Early;
            break;
        }
    }
    Ok(minimum)
}

/// The slopes of the objective, each on the side to which its variable will move; 0 where it will stay at 0.
fn slopes(at: &[f64], gradient: &[f64], l1: &[f64]) -> Vec<f64> {
    let of = |((x, g), l1): ((&f64, &f64), &f64)| {
        if *x == 0.0 { (g.abs() - l1).max(0.0).copysign(*g) } else { g + l1 * x.signum() }
    };
    at.iter().zip(gradient).zip(l1).map(of).collect()
}

/// The direction of a limited memory among the variables that can move, and the slope along it.
fn downhill(
    at: &[f64],
    slopes: &[f64],
    l1: &[f64],
    memory: &VecDeque<Pair>,
    precondition: impl Fn(&mut [f64]),
) -> (Vec<f64>, f64) {
    let is_free: Vec<bool> =
        at.iter().zip(slopes).zip(l1).map(|((x, slope), l1)| *x != 0.0 || *slope != 0.0 || *l1 == 0.0).collect();
    let of_free = |values: &[f64]| -> Vec<f64> {
        values.iter().zip(&is_free).map(|(value, is_free)| if *is_free { *value } else { 0.0 }).collect()
    };
    let memory: VecDeque<Pair> = memory.iter().filter_map(|pair| Pair::new(of_free(&pair.step), of_free(&pair.change))).collect();
    let scale = memory.back().map_or(1.0, |pair| pair.scale(&precondition));
    let mut found = of_free(&direction(slopes, &memory, &precondition, scale));
    let leaves = at.iter().zip(slopes).zip(l1).map(|((x, slope), l1)| (*x == 0.0 && *l1 > 0.0, *slope));
    found.iter_mut().zip(leaves).filter(|(d, (leaves, slope))| *leaves && **d * slope >= 0.0).for_each(|(d, _)| *d = 0.0);
    let slope = kernel::dot(slopes, &found);
    if slope < 0.0 {
        return (found, slope);
    }
    // Without the others' pull every variable goes downhill.
    let mut steepest: Vec<f64> = slopes.iter().map(|slope| -slope).collect();
    precondition(&mut steepest);
    steepest.iter_mut().for_each(|d| *d *= scale);
    let slope = kernel::dot(slopes, &steepest);
    (steepest, slope)
}

/// A step that ends at 0 for variables that would change their sign.
fn within_orthant(from: &[f64], slopes: &[f64], direction: &[f64], factor: f64, l1: &[f64]) -> Vec<f64> {
    let moved = from.iter().zip(slopes).zip(direction.iter().zip(l1));
    let of = |((x, slope), (d, l1)): ((&f64, &f64), (&f64, &f64))| {
        let side = if *x == 0.0 { -slope } else { *x };
        let to = x + factor * d;
        if *l1 > 0.0 && to * side <= 0.0 { 0.0 } else { to }
    };
    moved.map(of).collect()
}
