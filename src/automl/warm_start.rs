//! Where Newton's method starts when there are many rows: at the solution of a sample of them.
//!
//! With n rows of a sample for p columns, the sample's solution misses that of all rows by a squared Newton decrement of about
//! p / n times the mean loss, however many rows there are. Newton's method squares that from step to step, so from there
//! all rows need to be read about three times.

use super::in_memory::InMemory;
use super::linear::Penalty;
use super::newton::Newton;
use super::row_loss::RowLoss;
use super::stopping::Stopping;
use crate::error::Result;
use crate::model::LinearPredictor;

/// Rows of the sample per column.
const ROWS_PER_COLUMN: usize = 512;
/// There must be so many times more rows than in the sample, or else it saves nothing.
const TIMES: usize = 4;
/// The sample is no better known than this share of the objective.
const TOLERANCE: f64 = 1e-2;
/// A sample that needs more steps is odd: a label may be missing, or rows of weight 0.
const MAX_ITERATIONS: u32 = 12;

/// The solution of a sample of some segments; none where the rows are too few for one, or the sample has none.
///
/// Convexity makes the start a question of speed only. Unpenalised categories are coded against their most frequent value,
/// which a sample may not tell: there is no sample for them.
pub(crate) fn warm_start(
    newton: &Newton,
    source: &InMemory,
    segments: &[usize],
    start: &LinearPredictor,
) -> Result<Option<LinearPredictor>> {
    let n_rows: usize = segments.iter().filter_map(|segment| source.segments.get(*segment)).map(ExactSizeIterator::len).sum();
    let wanted = ROWS_PER_COLUMN * (newton.layout.n_columns() + 1);
    if wanted * TIMES > n_rows || (newton.penalty.is_none() && !newton.layout.categories().is_empty()) {
        return Ok(None);
    }
    let share = wanted as f64 / n_rows as f64;
    let sample = source.heads(share);
    let ranges = sample.ranges(segments);
    let has = |wanted: fn(f64) -> bool| ranges.iter().any(|range| source.rows.y[range.clone()].iter().any(|y| wanted(*y)));
    if !has(|y| y > 0.0) || (newton.loss == RowLoss::Logistic && !has(|y| y == 0.0)) {
        return Ok(None);
    }
    let newton = Newton {
        // A sample can be separated where all rows are not: without any penalty it would then run away.
        penalty: Penalty { l1: newton.penalty.l1 * share, l2: newton.penalty.l2.max(newton.loss.scale()) * share },
        stopping: Stopping::new(MAX_ITERATIONS, TOLERANCE),
        ..newton.clone()
    };
    let fitted = newton.fit(&sample, segments, start.clone())?;
    let finite = fitted.predictor.coefficients.iter().chain([&fitted.predictor.intercept]).all(|number| number.is_finite());
    Ok((fitted.end.is_converged() && finite).then_some(fitted.predictor))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Arc;

    use super::super::cancel::Cancel;
    use super::super::fold::Rows;
    use super::super::linear;
    use super::*;
    use crate::model::{ColumnLayout, EncodedBatch, Family};

    const ROWS: usize = 12_000;

    /// Numbers in (-1, 1) that look random.
    fn noise(seed: u64) -> Vec<f64> {
        let mut state = seed;
        let step = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        };
        (0..ROWS).map(step).collect()
    }

    fn source(label: impl Fn(f64, f64, f64) -> bool, weight: Option<Vec<f64>>) -> InMemory {
        let (a, b, c) = (noise(1), noise(2), noise(3));
        let y = (0..ROWS).map(|i| f64::from(u8::from(label(a[i], b[i], c[i])))).collect();
        let segments = (0..5).map(|fold| fold * ROWS / 5..(fold + 1) * ROWS / 5).collect();
        let rows = Rows { x: EncodedBatch::new(ROWS, vec![a, b], Vec::new()), y, weight, raw: Vec::new() };
        InMemory::new(rows, segments, 2, Cancel::default())
    }

    fn logistic(l2: f64) -> Newton {
        let layout = Arc::new(ColumnLayout::of_numbers(2));
        Newton { layout, loss: RowLoss::Logistic, penalty: Penalty::ridge(l2), stopping: Stopping::new(25, 1e-12) }
    }

    const ALL: [usize; 5] = [0, 1, 2, 3, 4];

    #[test]
    fn saves_steps_and_leads_to_the_same_solution() {
        let weights = noise(4).iter().map(|w| w.abs() * 3.0).collect();
        for (l2, weight) in [(1.0, None), (0.0, None), (50.0, Some(weights))] {
            let source = source(|a, b, c| 3.0 * a - b + 2.0 * c > 1.5, weight);
            let logistic = logistic(l2);
            let zero = linear::zero(&logistic.layout);
            let start = warm_start(&logistic, &source, &ALL, &zero).unwrap().unwrap();
            let (warm, cold) = (logistic.fit(&source, &ALL, start).unwrap(), logistic.fit(&source, &ALL, zero).unwrap());
            assert!(warm.end.is_converged() && cold.end.is_converged());
            assert!(warm.iterations < cold.iterations, "{} steps, without a sample {}", warm.iterations, cold.iterations);
            let numbers = |p: &LinearPredictor| [p.intercept, p.coefficients[0], p.coefficients[1]];
            for (warm, cold) in numbers(&warm.predictor).into_iter().zip(numbers(&cold.predictor)) {
                assert!((warm - cold).abs() < 1e-9, "l2 {l2}: {warm}, without a sample {cold}");
            }
        }
    }

    /// Counts, and numbers whose unit is far from 1.
    #[test]
    fn families_start_from_samples_too() {
        for (unit, of) in [(1.0, Family::Poisson), (1e-6, Family::Gamma), (1e6, Family::Tweedie(1.5))] {
            let mut source = source(|_, _, _| false, None);
            let (a, b, c) = (noise(1), noise(2), noise(3));
            source.rows.y = (0..ROWS).map(|i| unit * ((0.8 * a[i] - b[i] + c[i] + 1.0).exp()).ceil()).collect();
            let mean = source.rows.y.iter().sum::<f64>() / ROWS as f64;
            let newton = Newton { loss: RowLoss::of_log_link(of, mean).unwrap(), ..logistic(0.0) };
            let zero = LinearPredictor { intercept: mean.ln(), ..linear::zero(&newton.layout) };
            let start = warm_start(&newton, &source, &ALL, &zero).unwrap().unwrap();
            let (warm, cold) = (newton.fit(&source, &ALL, start).unwrap(), newton.fit(&source, &ALL, zero).unwrap());
            assert!(warm.end.is_converged() && warm.iterations < cold.iterations, "{of:?}: {} steps", warm.iterations);
            for (warm, cold) in warm.predictor.coefficients.iter().zip(&cold.predictor.coefficients) {
                assert!((warm - cold).abs() < 1e-9, "{of:?}: {warm}, without a sample {cold}");
            }
            // Nothing but zeros is no start.
            source.rows.y.fill(0.0);
            assert!(warm_start(&newton, &source, &ALL, &linear::zero(&newton.layout)).unwrap().is_none());
        }
    }

    #[test]
    fn a_sample_without_both_labels_is_no_start() {
        let mut source = source(|_, _, _| false, None);
        let logistic = logistic(1.0);
        // Every segment's last row only.
        ALL.iter().for_each(|fold| source.rows.y[(fold + 1) * ROWS / 5 - 1] = 1.0);
        assert!(warm_start(&logistic, &source, &ALL, &linear::zero(&logistic.layout)).unwrap().is_none());
        // Now in the sample, too, but there with weight 0.
        let mut weight = vec![1.0; ROWS];
        (source.rows.y[0], weight[0]) = (1.0, 0.0);
        source.rows.weight = Some(weight);
        assert!(warm_start(&logistic, &source, &ALL, &linear::zero(&logistic.layout)).unwrap().is_none());
    }

    #[test]
    fn a_separated_sample_does_not_run_away() {
        let mut source = source(|a, _, _| a > 0.0, None);
        for fold in 1..=5 {
            // Rows that no sample sees, on the wrong side.
            source.rows.y[fold * ROWS / 5 - 200..fold * ROWS / 5].iter_mut().for_each(|y| *y = 1.0 - *y);
        }
        let logistic = logistic(0.0);
        let zero = linear::zero(&logistic.layout);
        if let Some(start) = warm_start(&logistic, &source, &ALL, &zero).unwrap() {
            assert!(start.coefficients.iter().all(|b| b.abs() < 1000.0), "{start:?}");
            assert!(logistic.fit(&source, &ALL, start).unwrap().end.is_converged());
        }
    }
}
