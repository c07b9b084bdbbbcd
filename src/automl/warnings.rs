//! Warnings of the report: what a careful colleague would point out, each with its column and what to do.

use super::linear::Penalty;
use super::prepare::Prepared;
use super::report::{Fit, describe_column};
use super::separation;
use super::stopping::{End, Iterations};
use crate::model::{DesignColumn, Encoder, Family, IgnoredReason, Inference, Label, NumberEncoder, NumberSource, ProblemType};

/// Fewer held-out rows than this say little.
const FEW_HELD_OUT: usize = 30;
/// A class with fewer training rows than this is rare, as is one of less than a hundredth of the rows.
const RARE_ROWS: f64 = 30.0;
const RARE_SHARE: f64 = 0.01;
/// Dependent columns that are named; more are counted.
const NAMED: usize = 10;

/// One warning.
#[derive(Debug)]
pub(super) struct Warning {
    /// The column, or `model`.
    pub item: String,
    pub what: String,
    pub advice: String,
}

pub(super) fn warning(item: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) -> Warning {
    Warning { item: item.into(), what: what.into(), advice: advice.into() }
}

/// What can be said before fitting.
pub(super) fn before_fit(prepared: &Prepared) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for feature in &prepared.findings {
        let name = &feature.name;
        match &feature.encoder {
            Encoder::Ignored(reason) => {
                let advice = match reason {
                    IgnoredReason::Identifier => "left out; if it is a property, CAST it to text or bucket it",
                    IgnoredReason::Constant | IgnoredReason::AllNull => "left out",
                };
                warnings.push(warning(name, reason.describe(), advice));
            }
            Encoder::Number(NumberEncoder { source, missing_indicator, .. }) => {
                if *source == NumberSource::Text {
                    warnings.push(warning(name, "numbers kept as text", "read as numbers; blanks, NA, ? and the like are nulls"));
                }
                if *missing_indicator {
                    let what = format!("{} nulls among the training rows", feature.nulls);
                    let filled = if prepared.layout.has_intercept() { "the mean" } else { "0" };
                    let advice = format!("filled with {filled}, and marked by a column of their own");
                    warnings.push(warning(name, what, advice));
                }
            }
            Encoder::Category(category) => {
                if feature.rare_rows > 0 {
                    let what = format!("{} training rows have rare values", feature.rare_rows);
                    let advice = format!(
                        "they share one column, as unseen values will; {} values have their own",
                        category.values().len()
                    );
                    warnings.push(warning(name, what, advice));
                }
            }
            Encoder::Calendar(_) | Encoder::List(_) | Encoder::Struct(_) => {
                if feature.nulls > 0 {
                    let what = format!("{} nulls among the training rows", feature.nulls);
                    warnings.push(warning(name, what, "their numbers are filled with the mean and marked"));
                }
            }
        }
        if let Some(leak) = &feature.leak {
            let advice = "likely a leak: make sure that it is known before the target is, or leave it out";
            warnings.push(warning(name, format!("predicts the target almost perfectly ({leak})"), advice));
        }
    }
    let segments = &prepared.segments;
    if (1..FEW_HELD_OUT).contains(&segments.n_held_out()) {
        let what = format!("only {} held-out rows", segments.n_held_out());
        warnings.push(warning("model", what, "the metrics are rough: mind their intervals"));
    }
    if segments.n_held_out() == 0 {
        warnings.push(warning(
            "model",
            "no rows are held out",
            "the metrics are those of the training rows: new rows will do worse",
        ));
    }
    let n_train = segments.n_train();
    let target = &prepared.target;
    let mut rare: Vec<String> = Vec::new();
    for ((label, rows), share) in target.labels.iter().zip(&prepared.label_rows).zip(&prepared.prior) {
        // With many labels each is a small share; what counts is how many rows there are to learn it from.
        let too_few = (*rows as f64) < RARE_ROWS || *share < RARE_SHARE / target.labels.len() as f64 * 2.0;
        if *rows == 0 {
            warnings.push(warning(&target.name, format!("the label {label} has no training rows"), "it is never predicted"));
        } else if too_few && prepared.problem_type == ProblemType::Multiclass {
            rare.push(format!("{label} ({rows})"));
        } else if too_few {
            let label = target.one_against_rest.as_ref().filter(|_| *label == Label::Boolean(true)).unwrap_or(label);
            let what = format!("the label {label} is rare: {rows} of {n_train} training rows");
            warnings.push(warning(&target.name, what, "its predictions rest on few rows"));
        }
    }
    if !rare.is_empty() {
        let more = if rare.len() > NAMED { format!(" and {} more", rare.len() - NAMED) } else { String::new() };
        rare.truncate(NAMED);
        let what = format!("labels with few training rows: {}{more}", rare.join(", "));
        warnings.push(warning(&target.name, what, "their predictions rest on few rows"));
    }
    if target.labels.is_empty() && prepared.target_moments.is_constant() {
        let advice = if prepared.layout.has_intercept() {
            "the model predicts just that"
        } else {
            "without an intercept the model can only come near it"
        };
        warnings.push(warning(&target.name, "the target is the same in every training row", advice));
    }
    if prepared.class_weights.is_some() {
        warnings.push(warning("model", "class weights are set", "probabilities are shifted on purpose and no longer calibrated"));
    }
    warnings
}

/// What fitting showed.
pub(super) fn after_fit(prepared: &Prepared, fit: &Fit) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(Iterations { taken, end: End::Unfinished, .. }) = fit.iterations
        && !fit.separated
    {
        let what = format!("not converged after {taken} iterations");
        let advice = if prepared.family == Family::Gaussian {
            "set or raise L2 in HYPERPARAMETERS, or train on fewer columns"
        } else {
            "raise MAX_ITERATIONS or L2 in HYPERPARAMETERS"
        };
        warnings.push(warning("model", what, advice));
    }
    if fit.separated && prepared.problem_type == ProblemType::Regression {
        let advice = "look for a leak: columns that it is computed from, or that are known only together with it";
        warnings.push(warning("model", "the features say exactly what the target is in the training rows", advice));
    } else if fit.separated {
        let advice = "probabilities are more extreme than is known; look for a leak, or raise L2";
        warnings.push(warning("model", "the classes are perfectly separated in the training rows", advice));
    }
    let (n_columns, n_train) = (prepared.layout.n_columns(), prepared.segments.n_train());
    if n_columns > n_train {
        let what = format!("more columns ({n_columns}) than training rows ({n_train})");
        let chosen_by = match fit.penalty {
            Penalty { l1, .. } if l1 > 0.0 => "L1 chooses",
            Penalty { l2, .. } if l2 > 0.0 => "L2 chooses",
            _ => "the least norm chooses",
        };
        let advice = format!(
            "many solutions fit the rows equally well, and {chosen_by} among them: coefficients have no meaning of their own"
        );
        warnings.push(warning("model", what, advice));
    }
    let columns: Vec<DesignColumn> = prepared.layout.columns().collect();
    // Columns that are null together are no surprise.
    let named = fit.dependencies.iter().flatten().filter(|(column, _)| !matches!(columns[*column], DesignColumn::Missing { .. }));
    let named: Vec<_> = named.collect();
    for (column, of) in named.iter().take(NAMED) {
        let of: Vec<String> = of.iter().take(NAMED).map(|column| describe_column(prepared, *column)).collect();
        let item = prepared.features[prepared.layout.feature(&columns[*column])].name.clone();
        let what = if of.is_empty() {
            format!("{} says nothing more", describe_column(prepared, *column))
        } else {
            format!("{} follows from {}", describe_column(prepared, *column), of.join(", "))
        };
        warnings.push(warning(item, what, "predictions are not affected, but their coefficients have no meaning of their own"));
    }
    if named.len() > NAMED {
        let what = format!("{} more columns follow from others", named.len() - NAMED);
        warnings.push(warning("model", what, "predictions are not affected"));
    }
    warnings
}

/// Coefficients without an end: columns that tell labels, or rows of 0, apart by themselves, if only in a few rows.
pub(super) fn endless(prepared: &Prepared, fit: &Fit, inference: Option<&Inference>) -> Vec<Warning> {
    const ADVICE: &str = "its best coefficient is infinite: the one found and its standard error mean nothing";
    let columns: Vec<DesignColumn> = prepared.layout.columns().collect();
    let item = |column: &usize| prepared.features[prepared.layout.feature(&columns[*column])].name.clone();
    let mut found: Vec<Warning> = Vec::new();
    for column in &fit.always_zero {
        let what = format!("the target is 0 in every training row with {}", describe_column(prepared, *column));
        found.push(warning(item(column), what, format!("{ADVICE}; raise L2, or leave these rows out")));
    }
    // Where such a value is the one that others are compared with, their coefficients have no end because its has none.
    let is_explained = |column: &usize| fit.always_zero.iter().any(|zero| columns[*zero].leaf() == columns[*column].leaf());
    let (tells, advice) = match prepared.problem_type {
        ProblemType::Regression => ("tells rows of 0 from others without exception", "raise L2, or leave it out"),
        _ => ("tells labels apart without exception", "raise L2, or look for a leak"),
    };
    let of_inference = inference.map_or_else(Vec::new, |inference| separation::endless(prepared, inference));
    for column in of_inference.iter().filter(|column| !is_explained(column)) {
        let what = format!("{} {tells}", describe_column(prepared, *column));
        found.push(warning(item(column), what, format!("{ADVICE}; {advice}")));
    }
    if found.len() > NAMED {
        let what = format!("{} more columns have coefficients without an end", found.len() - NAMED);
        found.truncate(NAMED);
        found.push(warning("model", what, "their coefficients and standard errors mean nothing"));
    }
    found
}
