//! What is measured of a sample of rows: the same for held-out rows and for new ones.

use super::metrics::{BinaryMetrics, MulticlassMetrics, deviance_metrics, regression_metrics};
use crate::model::{CalibrationBin, CurvePoint, Family, Link, Metric, ProblemType};

/// What is measured of a sample.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The figures that do not depend on a threshold.
    pub metrics: Vec<Metric>,
    /// Binary: decisions at every threshold.
    pub curve: Vec<CurvePoint>,
    /// Multiclass: weighted counts by expected and predicted label.
    pub confusion: Vec<Vec<f64>>,
    /// Binary and multiclass.
    pub calibration: Vec<CalibrationBin>,
    /// Rows that say as much without weights.
    pub effective_rows: f64,
}

/// Bytes that measuring takes of each row: raw predictions and what they mean by output, about ten figures, a point of the curve.
pub(crate) fn row_bytes(n_outputs: usize) -> usize {
    (2 * n_outputs + 10) * size_of::<f64>() + size_of::<CurvePoint>()
}

/// Measures raw predictions, shape `(n_outputs, n_rows)`, against the target: numbers, or places of labels. `prior` is what
/// training knew before any feature: the baseline predicts it for every row.
pub(crate) fn measure(
    (problem_type, family, link): (ProblemType, Family, Link),
    raw: &[Vec<f64>],
    y: &[f64],
    weights: Option<&[f64]>,
    prior: &[f64],
) -> Measured {
    let single = raw.first().map_or(&[][..], Vec::as_slice);
    match problem_type {
        ProblemType::Binary => {
            let measured = BinaryMetrics::new(single, y, weights, prior.get(1).copied().unwrap_or(f64::NAN));
            Measured {
                metrics: measured.metrics,
                curve: measured.curve,
                calibration: measured.calibration,
                effective_rows: measured.effective_rows,
                ..Measured::default()
            }
        }
        ProblemType::Multiclass => {
            let measured = MulticlassMetrics::new(raw, y, weights, prior);
            Measured {
                metrics: measured.metrics,
                confusion: measured.confusion,
                calibration: measured.calibration,
                ..Measured::default()
            }
        }
        ProblemType::Regression => {
            let prior = prior.first().copied().unwrap_or(f64::NAN);
            let mut predictions = vec![single.to_vec()];
            link.inverse_all(&mut predictions);
            let mut metrics = regression_metrics(predictions.first().map_or(&[][..], Vec::as_slice), y, weights, prior);
            metrics.extend(deviance_metrics(family, single, y, weights, prior));
            Measured { metrics, ..Measured::default() }
        }
    }
}
