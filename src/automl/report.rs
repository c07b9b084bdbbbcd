//! The report of `CREATE MODEL`: nobody should have to ask a second question to learn that the wrong column was the target.

mod fit;

use super::fit::Solver;
use super::linear::{self, Dependencies, Penalty};
use super::metrics::{LabelFigures, label_figures};
use super::number_text::short;
use super::penalty_report;
use super::prepare::Prepared;
use super::spec::{Split, TrainSpec};
use super::stopping::{End, Iterations};
use super::warnings;
use crate::model::{DesignColumn, Encoder, Family, Label, Leaf, Metric, Model, ProblemType, Report, leaves};

/// Labels that reports show one by one.
const SHOWN_LABELS: usize = 30;

/// What fitting has to say.
#[derive(Debug)]
pub(crate) struct Fit {
    pub algorithm: &'static str,
    pub solver: Solver,
    pub penalty: Penalty,
    /// Of an iterative fit.
    pub iterations: Option<Iterations>,
    /// Every training row is on its label's side; of a number, next to nothing of its variance is left.
    pub separated: bool,
    /// Values of categories, by design column, in whose rows the target is always 0 although its mean is a power of e.
    pub always_zero: Vec<usize>,
    /// Design columns that are combinations of others, if they were looked for.
    pub dependencies: Option<Dependencies>,
    /// Binary: thresholds with the metrics of their decisions on the reported rows.
    pub decisions: Vec<(f64, Vec<Metric>)>,
}

/// The report of a dry run: what was found, without a fit.
pub(crate) fn dry_run(spec: &TrainSpec, prepared: &Prepared) -> Report {
    let mut report = Report::default();
    found(&mut report, spec, prepared);
    let penalty = linear::penalty(spec, prepared.family);
    // A penalty that is to be found counts as one.
    let found = Penalty { l1: if linear::asks_for_l1(spec) { 1.0 } else { 0.0 }, l2: penalty.l2 };
    let algorithm = linear::algorithm(prepared.family, found);
    report.push("training", "algorithm", algorithm, "not run: this is a dry run");
    if let Some((variance, link)) = family_words(prepared.family) {
        report.push("training", "family", variance, link);
    }
    penalty_report::asked_for(&mut report, spec, prepared);
    intercept(&mut report, prepared);
    report.push("training", "columns", prepared.layout.n_columns().to_string(), "of the design matrix");
    for warning in warnings::before_fit(prepared) {
        report.push("warnings", warning.item, warning.what, warning.advice);
    }
    report
}

/// The whole report.
pub(crate) fn full(spec: &TrainSpec, prepared: &Prepared, model: &Model, fit: &Fit) -> Report {
    let mut report = Report::default();
    found(&mut report, spec, prepared);
    training(&mut report, spec, prepared, model, fit);
    fit::section(&mut report, prepared, model, fit);
    metrics(&mut report, model, fit);
    let of_penalty = penalty_report::warnings(spec, &model.trials);
    let of_inference = warnings::endless(prepared, fit, model.inference.as_ref());
    let of_fit = warnings::after_fit(prepared, fit).into_iter().chain(of_penalty).chain(of_inference);
    for warning in warnings::before_fit(prepared).into_iter().chain(of_fit) {
        report.push("warnings", warning.item, warning.what, warning.advice);
    }
    report
}

fn found(report: &mut Report, spec: &TrainSpec, prepared: &Prepared) {
    report.push("model", "function", spec.function.clone(), "");
    report.push("model", "problem type", prepared.problem_type.name(), prepared.problem_reason.clone());
    let target = &prepared.target;
    report.push("model", "target", target.name.clone(), target.column_type.sql_name());
    let moments = &prepared.target_moments;
    if prepared.problem_type == ProblemType::Multiclass {
        labels(report, prepared);
    } else if let [negative, positive] = target.labels.as_slice() {
        let (negative, positive) = match &target.one_against_rest {
            Some(value) => ("any other".to_owned(), value.to_string()),
            None => (negative.to_string(), positive.to_string()),
        };
        let share = format!("{}; {} % of the training rows", prepared.positive_reason, short(100.0 * moments.mean));
        report.push("model", "positive label", positive, share);
        let answer = if target.one_against_rest.is_some() { "the function answers true or false" } else { "" };
        report.push("model", "negative label", negative, answer);
    } else {
        let range = format!("std_dev {}, from {} to {}", short(moments.std_dev), short(moments.min), short(moments.max));
        report.push("model", "target mean", short(moments.mean), range);
    }

    let segments = &prepared.segments;
    report.push("rows", "in the query", prepared.n_rows.to_string(), "");
    if prepared.n_null_target > 0 {
        report.push("rows", "left out", prepared.n_null_target.to_string(), format!("{} is null", target.name));
    }
    let share = |n: usize| format!("{} %", short(100.0 * n as f64 / segments.n_rows() as f64));
    report.push("rows", "training", segments.n_train().to_string(), share(segments.n_train()));
    report.push("rows", "held out", segments.n_held_out().to_string(), share(segments.n_held_out()));
    report.push("rows", "split", split_words(&spec.split), "");

    for feature in &prepared.findings {
        let (value, detail) = match &feature.encoder {
            Encoder::Ignored(reason) => ("left out".to_owned(), reason.describe().to_owned()),
            _ => (feature.column_type.sql_name(), feature.found.clone()),
        };
        report.push("features", feature.name.clone(), value, detail);
    }
}

/// The labels with their shares, the most frequent first; of many the first and their number.
fn labels(report: &mut Report, prepared: &Prepared) {
    let labels = &prepared.target.labels;
    report.push("model", "labels", labels.len().to_string(), "each row gets the likeliest");
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| prepared.prior[*b].total_cmp(&prepared.prior[*a]));
    for label in order.iter().take(SHOWN_LABELS) {
        let rows = format!("{} training rows", prepared.label_rows[*label]);
        report.push("labels", labels[*label].to_string(), format!("{} %", short(100.0 * prepared.prior[*label])), rows);
    }
    if labels.len() > SHOWN_LABELS {
        report.push("labels", "others", (labels.len() - SHOWN_LABELS).to_string(), "");
    }
}

fn split_words(split: &Split) -> String {
    match split {
        Split::Random { seed, .. } => format!("by the hash of each row, seed {seed}"),
        Split::Key { seed, columns, .. } => format!("by the hash of {}, seed {seed}", columns.join(", ")),
        Split::Column { column } | Split::Custom { column } => format!("by the column {column}"),
        Split::Auto { .. } => "by the number of rows, and the hash of each".into(),
        Split::OrderBy { column, .. } => format!("the latest by {column} are held out"),
        Split::None => "none: all rows are trained on".into(),
    }
}

fn training(report: &mut Report, spec: &TrainSpec, prepared: &Prepared, model: &Model, fit: &Fit) {
    let Solver { method, in_row_space, condition } = fit.solver;
    let solver = if in_row_space { format!("{method} in the space of the rows") } else { method.to_owned() };
    report.push("training", "algorithm", fit.algorithm, solver);
    if let Some((variance, link)) = family_words(prepared.family) {
        report.push("training", "family", variance, link);
    }
    penalty_report::fitted(report, fit.penalty, &prepared.layout, model, spec.tuning);
    let mut of = String::from("of the design matrix");
    if fit.penalty.l1 > 0.0 {
        of += &format!("; {}", penalty_report::zeros(&model.predictor));
    }
    if fit.dependencies.is_none() {
        of += "; which of them follow from others was not looked for";
    }
    report.push("training", "columns", prepared.layout.n_columns().to_string(), of);
    intercept(report, prepared);
    if let Some(condition) = condition {
        report.push("training", "condition number", format!("{condition:.1e}"), "of the columns, centred and scaled; estimated");
    }
    if let Some(Iterations { taken, end, last_decrement }) = fit.iterations {
        let end = match end {
            End::Converged => "converged",
            End::Early => "stopped early, as the last one gained too little",
            End::Unfinished => "not converged",
        };
        let detail = format!("{end}; the last step promised {last_decrement:.1e} of the loss");
        report.push("training", "iterations", taken.to_string(), detail);
    }
    if let Some(weights) = &prepared.class_weights {
        let of = |(label, weight): (&Label, &f64)| format!("{label} {}", short(*weight));
        let weights: Vec<String> = prepared.target.labels.iter().zip(weights).take(SHOWN_LABELS).map(of).collect();
        report.push("training", "class weights", weights.join(", "), "");
    }
}

/// What is assumed of a number that is never negative.
fn family_words(family: Family) -> Option<(String, &'static str)> {
    let variance = match family {
        Family::Poisson => "the mean".to_owned(),
        Family::Gamma => "the mean squared".to_owned(),
        Family::Tweedie(power) => format!("the mean to the power of {}", short(power)),
        _ => return None,
    };
    Some((format!("{}: the variance grows with {variance}", family.name()), "the raw prediction is the logarithm of the mean"))
}

fn intercept(report: &mut Report, prepared: &Prepared) {
    if !prepared.layout.has_intercept() {
        report.push("training", "intercept", "none", "the raw prediction is 0 where all features are 0");
    }
}

fn metrics(report: &mut Report, model: &Model, fit: &Fit) {
    let evaluation = &model.evaluation;
    let sample = format!("{} n={}", evaluation.sample.name(), evaluation.n_rows);
    for metric in &evaluation.metrics {
        push_metric(report, "metrics", metric, &sample);
    }
    let figures = label_figures(&evaluation.confusion);
    for (label, LabelFigures { rows, precision, recall, f1 }) in model.target.labels.iter().zip(&figures).take(SHOWN_LABELS) {
        let value = format!("precision {}, recall {}, F1 {}", short(*precision), short(*recall), short(*f1));
        report.push("labels measured", label.to_string(), value, format!("{} n={}", evaluation.sample.name(), short(*rows)));
    }
    if let Some(threshold) = &model.threshold {
        report.push("threshold", "chosen", short(threshold.value), threshold.chosen_by.clone());
    }
    for (threshold, metrics) in &fit.decisions {
        let section = format!("metrics at {}", short(*threshold));
        if report.lines().iter().any(|line| line.section == section) {
            continue;
        }
        for metric in metrics {
            push_metric(report, &section, metric, &sample);
        }
    }
}

fn push_metric(report: &mut Report, section: &str, metric: &Metric, sample: &str) {
    let number = |value: f64| if value.is_nan() { "undefined".to_owned() } else { short(value) };
    let mut detail = sample.to_owned();
    if let Some(interval) = metric.interval {
        detail += &format!(", 95 % interval {} to {}", short(interval.low), short(interval.high));
    }
    if let Some(baseline) = metric.baseline {
        detail += &format!(", baseline {}", number(baseline));
    }
    report.push(section, metric.name.clone(), number(metric.value), detail);
}

/// A design column in words.
pub(super) fn describe_column(prepared: &Prepared, column: usize) -> String {
    let Some(column) = prepared.layout.columns().nth(column) else { return String::new() };
    let leaves = leaves(&prepared.features);
    let Some(Leaf { name, encoder, .. }) = leaves.get(column.leaf()) else { return String::new() };
    match (column, encoder) {
        (DesignColumn::Missing { .. }, _) => format!("{name} is null"),
        (DesignColumn::Category { code, .. }, Encoder::Category(category)) => match category.values().get(code as usize) {
            Some(value) => format!("{name} = {value}"),
            None if code == category.null() => format!("{name} is null"),
            None => format!("{name} = other"),
        },
        _ => name.clone(),
    }
}
