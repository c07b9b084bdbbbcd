//! When an iterative fit ends, and why it has ended.

/// A mean loss of labels below this means that they are separated: without a penalty the coefficients would grow for ever.
pub(crate) const SEPARATED: f64 = 1e-8;
/// A Newton step is halved at most this often.
pub(crate) const MAX_HALVINGS: u32 = 30;

/// When an iterative fit stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stopping {
    pub max_iterations: u32,
    /// It has converged where the squared decrement `gᵀ H⁻¹ g`, twice what a step promises, is at most this share of the objective.
    pub tolerance: f64,
    /// It has come far enough after an iteration that lowers the objective by no more than this share.
    pub min_rel_progress: Option<f64>,
}

impl Stopping {
    /// Stops by convergence only.
    pub(crate) fn new(max_iterations: u32, tolerance: f64) -> Self {
        Self { max_iterations, tolerance, min_rel_progress: None }
    }

    /// Whether an iteration that took the objective from one value to another is the last one that is wanted.
    pub(crate) fn is_far_enough(self, from: f64, to: f64) -> bool {
        self.min_rel_progress.is_some_and(|least| from - to <= least * from.abs())
    }
}

/// Why an iterative fit has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At the minimum.
    Converged,
    /// As early as it was asked to: an iteration gained too little.
    Early,
    /// At the last iteration that it was allowed, or the classes are separated.
    Unfinished,
}

/// How an iterative fit went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Iterations {
    /// How many were made.
    pub taken: u32,
    /// Why there are no more.
    pub end: End,
    /// The squared decrement that the last one promised, relative to the objective.
    pub last_decrement: f64,
}

/// Where no step gains anything although one promised no more than this share, rounding is all that is left.
const ROUNDING: f64 = 1e-9;

impl End {
    /// The end of a search that finds no lower point, after a step that promised this share of the objective.
    pub(crate) fn without_progress(promised: f64) -> Self {
        if promised <= ROUNDING { Self::Converged } else { Self::Unfinished }
    }

    pub(crate) fn is_converged(self) -> bool {
        self == Self::Converged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_progress_it_is_the_minimum_only_where_little_was_promised() {
        assert!(End::without_progress(1e-12).is_converged());
        assert_eq!(End::without_progress(1e-6), End::Unfinished);
        assert_eq!(End::without_progress(f64::NAN), End::Unfinished);
    }

    #[test]
    fn only_who_asks_stops_early() {
        let stopping = Stopping::new(100, 1e-8);
        assert!(!stopping.is_far_enough(1.0, 1.0));
        let early = Stopping { min_rel_progress: Some(0.01), ..stopping };
        assert!(early.is_far_enough(100.0, 99.5) && early.is_far_enough(100.0, 100.0));
        assert!(!early.is_far_enough(100.0, 98.0));
    }
}
