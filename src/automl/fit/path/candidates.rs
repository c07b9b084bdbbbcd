//! Which penalties are tried.

use std::sync::Arc;

use super::super::super::fold::RowSource;
use super::super::super::limited_memory::{Loss, gradient_at};
use super::super::super::linear::{self, Penalty};
use super::super::super::prepare::Prepared;
use super::super::super::spec::{PenaltyChoice, TrainSpec};
use super::super::super::tally::TallyFold;
use super::super::{Design, regression};
use crate::error::Result;
use crate::model::{LinearPredictor, ln, pow};

/// Values of a path, of which each costs passes over the rows, or only sums.
const N_VALUES: usize = 50;
const N_VALUES_OF_SQUARES: usize = 100;
/// Values of L2 where both are to be found.
const N_BESIDE: usize = 10;
/// The weakest L1 of a path as a share of the strongest; the same where the columns are more than the rows, which small penalties
/// let through all points.
const WEAKEST_L1: f64 = 1e-4;
const WEAKEST_L1_WIDE: f64 = 1e-2;
/// The strongest L2 of a path as a multiple of the sum of all second derivatives: then no coefficient keeps more than an
/// eleventh of itself.
const STRONGEST_L2: f64 = 10.0;
const WEAKEST_L2: f64 = 1e-8;
/// The strongest L1 is raised by this, so that rounding lets no coefficient through.
const ROUNDING: f64 = 1e-9;
/// A path ends where the loss is this small a share of that without columns, or where a step lowers it by less than this share of
/// all that was gained: weaker penalties change next to nothing.
const FITTED: f64 = 1e-3;
const PROGRESS: f64 = 1e-5;

/// Penalties to try, the strongest first.
#[derive(Debug)]
pub(super) struct Candidates {
    /// For each L2 the values of L1.
    pub groups: Vec<Vec<Penalty>>,
    /// Values of L1 may be left out at the end of a group: they are a path.
    is_path: bool,
    /// The loss summed over the training rows where all coefficients are 0.
    null_loss: f64,
    /// The model without columns, of one raw prediction.
    null: LinearPredictor,
}

impl Candidates {
    pub(super) fn new(spec: &TrainSpec, prepared: &Prepared, design: &Design<'_>, loss: &Loss) -> Result<Self> {
        let null = Null::new(prepared, design, loss)?;
        let by_sums = matches!(loss, Loss::Squared { .. }) && !regression::has_many_columns(design);
        let n_values = if by_sums { N_VALUES_OF_SQUARES } else { N_VALUES };
        let is_auto = |choice: &Option<PenaltyChoice>| matches!(choice, Some(PenaltyChoice::Auto));
        let l1s = values(spec.l1.as_ref(), 0.0, || {
            let is_wide = design.layout.n_columns() > prepared.segments.n_train();
            path(null.strongest_l1 * (1.0 + ROUNDING), if is_wide { WEAKEST_L1_WIDE } else { WEAKEST_L1 }, n_values)
        });
        let default = linear::penalty(&TrainSpec { l2: None, ..spec.clone() }, prepared.family).l2;
        let l2s = values(spec.l2.as_ref(), default, || {
            let n_values = if l1s.len() > 1 { N_BESIDE } else { N_VALUES };
            path(STRONGEST_L2 * null.curvature, WEAKEST_L2, n_values)
        });
        let group = |l2: f64| l1s.iter().map(|l1| Penalty { l1: *l1, l2 }).collect();
        Ok(Self {
            groups: l2s.into_iter().map(group).collect(),
            is_path: is_auto(&spec.l1),
            // As trials measure it: of a number the whole square, of the target as it is.
            null_loss: if let Loss::Squared { std_dev, .. } = loss { 2.0 * std_dev * std_dev * null.loss } else { null.loss },
            null: null.predictor,
        })
    }

    /// The model without columns, of one raw prediction.
    pub(super) fn null_predictor(&self) -> LinearPredictor {
        self.null.clone()
    }

    /// Number of penalties at most.
    pub(super) fn len(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }

    /// Whether the rest of a group is not worth trying, after summed losses of all training rows.
    pub(super) fn is_done(&self, losses: &[f64]) -> bool {
        match losses {
            [.., before, last] if self.is_path => {
                let gained = self.null_loss - last;
                gained > 0.0 && (*last < FITTED * self.null_loss || before - last < PROGRESS * gained)
            }
            _ => false,
        }
    }
}

/// The values of one factor, the largest first.
fn values(choice: Option<&PenaltyChoice>, default: f64, path: impl FnOnce() -> Vec<f64>) -> Vec<f64> {
    match choice {
        None => vec![default],
        Some(PenaltyChoice::Fixed(factor)) => vec![*factor],
        Some(PenaltyChoice::Listed(factors)) => {
            let mut factors = factors.clone();
            factors.sort_by(|a, b| b.total_cmp(a));
            factors
        }
        Some(PenaltyChoice::Auto) => path(),
    }
}

/// From the strongest down to a share of it, at equal ratios. Where nothing can be strong because no column says anything, only 0.
fn path(strongest: f64, weakest: f64, n_values: usize) -> Vec<f64> {
    if strongest > 0.0 && strongest.is_finite() {
        (0..n_values).map(|i| strongest * pow(weakest, i as f64 / (n_values - 1) as f64)).collect()
    } else {
        vec![0.0]
    }
}

/// The model without columns: where paths begin.
struct Null {
    /// The smallest L1 that leaves all coefficients 0.
    strongest_l1: f64,
    /// The sum of the second derivatives of the loss by all coefficients, or more.
    curvature: f64,
    loss: f64,
    /// The first of its raw predictions.
    predictor: LinearPredictor,
}

impl Null {
    fn new(prepared: &Prepared, design: &Design<'_>, loss: &Loss) -> Result<Self> {
        let train = prepared.segments.train();
        let n_classes = prepared.target.labels.len();
        let tally = design.source.run(&TallyFold { layout: Arc::clone(design.layout), n_classes }, &train)?;
        let shares: Vec<f64> = tally.classes.iter().map(|weight| weight / tally.weight()).collect();
        let of_classes = shares.iter().map(|share| share * (1.0 - share)).reduce(f64::max);
        let curvature = match loss {
            Loss::Rows(loss) => of_classes.unwrap_or_else(|| loss.scale()),
            _ => of_classes.unwrap_or(1.0),
        };
        let with_intercept = |intercept: f64| LinearPredictor {
            intercept: if design.layout.has_intercept() { intercept } else { 0.0 },
            ..linear::zero(design.layout)
        };
        let predictors: Vec<LinearPredictor> = match (loss, shares.as_slice()) {
            (Loss::Softmax { .. }, shares) => {
                shares.iter().map(|share| with_intercept(ln(share.max(f64::MIN_POSITIVE)))).collect()
            }
            (_, [negative, positive]) => vec![with_intercept(ln(positive / negative))],
            (Loss::Rows(_), _) => vec![with_intercept(ln(prepared.target_moments.mean))],
            _ => vec![linear::zero(design.layout)],
        };
        let sums = gradient_at(design.source, &train, design.layout, loss, &predictors)?;
        let scale = if let Loss::Squared { std_dev, .. } = loss { *std_dev } else { 1.0 };
        let slopes = sums.descent.chunks_exact(design.layout.n_columns() + 1).flat_map(|slopes| &slopes[1..]);
        Ok(Self {
            strongest_l1: scale * slopes.map(|slope| slope.abs()).fold(0.0, f64::max),
            curvature: curvature * tally.squares[1..].iter().sum::<f64>(),
            loss: sums.loss,
            predictor: predictors.into_iter().next().unwrap_or_else(|| linear::zero(design.layout)),
        })
    }
}
