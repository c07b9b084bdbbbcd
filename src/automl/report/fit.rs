//! The section `fit`: how well the training rows are fitted, and how sure the coefficients are.

use super::super::inference;
use super::super::number_text::short;
use super::super::prepare::Prepared;
use super::Fit;
use crate::model::{Family, Goodness, Inference, Model, ProblemType, Report};

/// Pushes deviance, likelihood, explained share, and whether there are standard errors; if not, why, and what to do.
pub(super) fn section(report: &mut Report, prepared: &Prepared, model: &Model, fit: &Fit) {
    if let Some(goodness) = &model.goodness {
        of_rows(report, model, goodness);
    }
    if let Some(inference) = &model.inference {
        if let Some(n) = inference.degrees_of_freedom {
            let (item, value) = match model.family {
                Family::Gaussian => ("residual standard error", inference.dispersion.sqrt()),
                _ => ("dispersion", inference.dispersion),
            };
            report.push("fit", item, short(value), format!("{} degrees of freedom", short(n)));
        }
        report.push("fit", Inference::REPORT_ITEM, "yes", "ml_advanced_weights shows them");
        return;
    }
    let n_parameters = model.goodness.map_or(0, |goodness| goodness.n_parameters);
    let obstacle = inference::obstacle(prepared, fit).unwrap_or_else(|| inference::obstacle_found(prepared, n_parameters));
    report.push("fit", Inference::REPORT_ITEM, format!("none: {}", obstacle.reason), obstacle.advice);
}

fn of_rows(report: &mut Report, model: &Model, goodness: &Goodness) {
    let number = |value: f64| if value.is_nan() { "undefined".to_owned() } else { short(value) };
    let (explained, deviance) = match model.problem_type {
        ProblemType::Regression if model.family == Family::Gaussian => ("r_squared", "sum of squared residuals"),
        _ => ("share of deviance explained", "twice the lack of log-likelihood"),
    };
    let rows = format!("training n={}", goodness.n_rows);
    report.push("fit", "deviance", short(goodness.deviance), format!("{rows}, {deviance}"));
    report.push("fit", "null deviance", short(goodness.null_deviance), format!("{rows}, of a model without columns"));
    if let (Some(log_likelihood), Some(aic)) = (goodness.log_likelihood, goodness.aic()) {
        report.push("fit", "log-likelihood", short(log_likelihood), rows.clone());
        report.push("fit", "aic", short(aic), format!("{} parameters", goodness.n_parameters));
    }
    let adjusted = format!("{rows}, {} adjusted for the number of parameters", number(goodness.adjusted_r_squared()));
    report.push("fit", explained, number(goodness.r_squared()), adjusted);
}
