//! Which numbers a family can have come about.

use super::number_text::short;
use super::row_loss::RowLoss;
use super::statistics::Moments;
use crate::error::{Error, Result};
use crate::model::Family;

/// Sizes whose squares are doubles, also many of them together.
const SQUARES: std::ops::Range<f64> = 1e-145..1e145;

/// Whether the target may be this number; NaN is none.
pub(crate) fn has(family: Family, y: f64) -> bool {
    match family {
        Family::Gamma => y > 0.0,
        Family::Poisson | Family::Tweedie(_) => y >= 0.0,
        _ => !y.is_nan(),
    }
}

/// Checks that a family can have all known values of a target, and that its mean has a logarithm where that is predicted.
///
/// # Errors
/// [`Data`](crate::ErrorKind::Data), which counts the rows that it cannot have.
pub(crate) fn check(family: Family, name: &str, y: &[f64], training: &Moments) -> Result<()> {
    if family == Family::Gaussian {
        return check_squares(name, training);
    }
    let wrong = || y.iter().filter(|y| !has(family, **y));
    let n = wrong().count();
    let shown = family.name();
    if n > 0 {
        let smallest = short(wrong().copied().fold(f64::INFINITY, f64::min));
        let n_rows = y.len();
        let (what, valid, hint) = match family {
            Family::Gamma => ("not above 0", "numbers above 0", "; FAMILY 'tweedie' has zeros too"),
            _ => ("below 0", "numbers of at least 0", ""),
        };
        let message =
            format!("the target {name} is {what} in {n} of {n_rows} rows, down to {smallest}; FAMILY '{shown}' needs {valid}");
        return Err(
            Error::data(message).with_hint(format!("leave these rows out of the training query, or leave FAMILY out{hint}"))
        );
    }
    if RowLoss::of_log_link(family, training.mean).is_some() && training.mean <= 0.0 {
        let message = format!("the target {name} is 0 in every training row, so FAMILY '{shown}' has no mean above 0 to predict");
        return Err(Error::data(message).with_hint("check the training query's WHERE clause, and the weights of its rows"));
    }
    Ok(())
}

/// Squares of the target, and sums of them, must be doubles: no error could be measured otherwise.
fn check_squares(name: &str, moments: &Moments) -> Result<()> {
    let size = moments.min.abs().max(moments.max.abs());
    let is_small = |size: f64| size > 0.0 && size < SQUARES.start;
    let what = if size > SQUARES.end {
        "is so large"
    } else if is_small(size) || is_small(moments.std_dev) {
        "varies so little"
    } else {
        return Ok(());
    };
    let range = format!("std_dev {:e}, from {:e} to {:e}", moments.std_dev, moments.min, moments.max);
    Err(Error::data(format!("the target {name} {what} that its squares are beyond the range of doubles ({range})"))
        .with_hint("multiply it by a power of ten in the training query"))
}
