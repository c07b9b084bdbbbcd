//! The target: problem type, labels, positive label.

use std::collections::BTreeMap;

use super::spec::{Objective, ProblemChoice, TrainSpec};
use super::table::Column;
use super::values::{NULL, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnType, Label, ProblemType, Target, parse_number};

/// Integers with at most this many distinct values count as classes.
const MAX_INTEGER_CLASSES: usize = 20;
/// Labels shown in messages.
const SHOWN: usize = 5;

/// The target as it is learned, in the order of the training query's rows.
#[derive(Debug)]
pub(crate) struct LearnedTarget {
    pub problem_type: ProblemType,
    pub target: Target,
    /// A number, or 1 for the positive label and 0 for the other; NaN where the target is null.
    pub y: Vec<f64>,
    /// How the positive label was found, for the report.
    pub positive_reason: &'static str,
    /// How the problem type was found, for the report.
    pub problem_reason: String,
}

impl LearnedTarget {
    /// Reads the target column.
    pub(crate) fn new(spec: &TrainSpec, column: &Column) -> Result<Self> {
        let column_type = ColumnType::from_arrow(&column.data_type).ok_or_else(|| {
            Error::data(format!("the target {} has type {}, which cannot be predicted", column.name, column.data_type))
                .with_hint("a target is a boolean, a number or a text")
        })?;
        let values = Values::read(&column_type, &column.arrays)?;
        if let Values::Numbers(numbers) = &values {
            check_finite("target", &column.name, numbers)?;
        }
        let classes = Classes::new(&column_type, &values);
        if classes.n_rows() == 0 {
            let n_rows = column.arrays.iter().map(|array| array.len()).sum::<usize>();
            return Err(Error::data(if n_rows == 0 {
                "the training query has no rows".to_owned()
            } else {
                format!("the target {} is null in all {n_rows} rows", column.name)
            }));
        }
        let (choice, problem_reason) = choose_problem(spec, column, &column_type, &classes)?;
        match choice {
            ProblemChoice::Regression => {
                let Values::Numbers(y) = values else {
                    return Err(Error::data(format!(
                        "the target {} is text, so it cannot be predicted as a number",
                        column.name
                    ))
                    .with_hint("CAST it to DOUBLE in the training query"));
                };
                let target = Target { name: column.name.clone(), column_type, labels: Vec::new() };
                Ok(Self { problem_type: ProblemType::Regression, target, y, positive_reason: "", problem_reason })
            }
            ProblemChoice::Binary => {
                let (positive, positive_reason) = classes.positive(spec.positive.as_deref())?;
                let y = match &values {
                    Values::Numbers(numbers) => numbers
                        .iter()
                        .map(|value| if value.is_nan() { f64::NAN } else { indicator(classes.label(*value) == positive) })
                        .collect(),
                    Values::Texts { distinct, codes } => {
                        let of_text: Vec<f64> =
                            distinct.iter().map(|text| indicator(Label::Text(text.to_string()) == positive)).collect();
                        codes.iter().map(|code| if *code == NULL { f64::NAN } else { of_text[*code as usize] }).collect()
                    }
                };
                let mut labels: Vec<Label> = classes.counts.into_keys().filter(|label| *label != positive).collect();
                labels.push(positive);
                let target = Target { name: column.name.clone(), column_type, labels };
                Ok(Self { problem_type: ProblemType::Binary, target, y, positive_reason, problem_reason })
            }
            ProblemChoice::Multiclass => {
                let hint = if column_type.is_number() {
                    "add PROBLEM_TYPE REGRESSION to predict it as a number, or learn one label against the rest: make SELECT ..., label = 1 AS is_1 the query's target"
                } else if classes.counts.keys().all(|label| parse_number(&label.to_string()).is_ok()) {
                    "its values are numbers kept as text: TRY_CAST it to DOUBLE in the training query to predict it as a number"
                } else {
                    "learn one label against the rest: make SELECT ..., label = 'x' AS is_x the query's target"
                };
                Err(Error::data(format!(
                    "the target {} has {} labels ({}), and only two can be told apart",
                    column.name,
                    classes.describe_count(),
                    classes.describe()
                ))
                .with_hint(hint))
            }
        }
    }
}

fn indicator(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

/// Ends with an error that counts the infinite values of a column.
pub(crate) fn check_finite(role: &str, name: &str, numbers: &[f64]) -> Result<()> {
    match numbers.iter().filter(|value| value.is_infinite()).count() {
        0 => Ok(()),
        n => Err(Error::data(format!("the {role} {name} is infinite in {n} of {} rows", numbers.len()))
            .with_hint("replace the infinite values with NULL or leave the rows out")),
    }
}

/// The distinct values of a target with their numbers of rows; counting stops when there are too many to be classes.
struct Classes<'a> {
    column_type: &'a ColumnType,
    counts: BTreeMap<Label, u64>,
    complete: bool,
}

impl<'a> Classes<'a> {
    fn new(column_type: &'a ColumnType, values: &Values) -> Self {
        let mut classes = Self { column_type, counts: BTreeMap::new(), complete: true };
        match values {
            Values::Numbers(numbers) => {
                for value in numbers.iter().filter(|value| !value.is_nan()) {
                    *classes.counts.entry(classes.label(*value)).or_default() += 1;
                    if classes.counts.len() > MAX_INTEGER_CLASSES {
                        classes.complete = false;
                        break;
                    }
                }
            }
            Values::Texts { distinct, codes } => {
                let mut counts = vec![0_u64; distinct.len()];
                codes.iter().filter(|code| **code != NULL).for_each(|code| counts[*code as usize] += 1);
                classes.counts = distinct.iter().map(|text| Label::Text(text.to_string())).zip(counts).collect();
            }
        }
        classes
    }

    fn label(&self, value: f64) -> Label {
        // -0.0 and 0.0 are one label.
        let value = value + 0.0;
        #[allow(clippy::cast_possible_truncation, reason = "integers that came from an integer column")]
        match self.column_type {
            ColumnType::Boolean => Label::Boolean(value != 0.0),
            column_type if column_type.is_integer() => Label::Integer(value as i128),
            _ => Label::Float(value),
        }
    }

    fn n_rows(&self) -> u64 {
        self.counts.values().sum()
    }

    fn describe_count(&self) -> String {
        if self.complete { self.counts.len().to_string() } else { format!("more than {MAX_INTEGER_CLASSES}") }
    }

    fn describe(&self) -> String {
        let mut shown: Vec<String> = self.counts.keys().take(SHOWN).map(ToString::to_string).collect();
        if self.counts.len() > SHOWN {
            shown.push("…".into());
        }
        shown.join(", ")
    }

    fn positive(&self, wanted: Option<&str>) -> Result<(Label, &'static str)> {
        let labels: Vec<&Label> = self.counts.keys().collect();
        if let Some(wanted) = wanted {
            let exact = labels.iter().find(|label| label.to_string() == wanted);
            let found = exact.or_else(|| labels.iter().find(|label| label.to_string().eq_ignore_ascii_case(wanted)));
            return found.map(|label| ((**label).clone(), "as set by POSITIVE")).ok_or_else(|| {
                ErrorKind::InvalidOption {
                    name: "POSITIVE".into(),
                    value: format!("'{wanted}'"),
                    expected: format!("one of the target's labels, {}", self.describe()),
                }
                .into()
            });
        }
        if let [negative, positive] = labels.as_slice() {
            if let Some(reason) = convention(negative, positive) {
                return Ok(((*positive).clone(), reason));
            }
            if let Some(reason) = convention(positive, negative) {
                return Ok(((*negative).clone(), reason));
            }
        }
        let rarest = self.counts.iter().rev().min_by_key(|(_, count)| **count);
        rarest.map(|(label, _)| (label.clone(), "the rarer label")).ok_or_else(|| Error::internal("a target without labels"))
    }
}

/// Why the second of two labels is the positive one by convention, if it is.
fn convention(negative: &Label, positive: &Label) -> Option<&'static str> {
    match (negative, positive) {
        (Label::Boolean(false), Label::Boolean(true)) => Some("true of a boolean"),
        (Label::Integer(0 | -1), Label::Integer(1)) => Some("1 of two numbers"),
        (Label::Float(negative), Label::Float(positive)) => {
            ((*negative == 0.0 || *negative == -1.0) && *positive == 1.0).then_some("1 of two numbers")
        }
        (Label::Text(negative), Label::Text(positive)) => {
            const PAIRS: [(&str, &str); 9] = [
                ("no", "yes"),
                ("n", "y"),
                ("false", "true"),
                ("f", "t"),
                ("negative", "positive"),
                ("neg", "pos"),
                ("0", "1"),
                ("-1", "1"),
                ("off", "on"),
            ];
            let plain = |text: &str| text.trim().trim_end_matches('.').to_lowercase();
            let (negative, positive) = (plain(negative), plain(positive));
            PAIRS.contains(&(negative.as_str(), positive.as_str())).then_some("the affirmative of a known pair")
        }
        _ => None,
    }
}

fn choose_problem(
    spec: &TrainSpec,
    column: &Column,
    column_type: &ColumnType,
    classes: &Classes<'_>,
) -> Result<(ProblemChoice, String)> {
    let implied = spec.objective.map(|objective| match objective {
        Objective::Mse => ProblemChoice::Regression,
        Objective::F1 | Objective::Auc => ProblemChoice::Binary,
        // Accuracy is asked of any number of classes.
        Objective::Accuracy if classes.complete && classes.counts.len() <= 2 => ProblemChoice::Binary,
        Objective::Accuracy => ProblemChoice::Multiclass,
    });
    let one_label = || {
        Error::data(format!(
            "the target {} has one label only ({}), so there is nothing to tell apart",
            column.name,
            classes.describe()
        ))
        .with_hint("check the training query's WHERE clause")
    };
    let chosen = match spec.problem.map(|choice| (choice, "PROBLEM_TYPE")).or(implied.map(|choice| (choice, "OBJECTIVE"))) {
        Some((choice, by)) => (choice, format!("as set by {by}")),
        None => match classes.counts.len() {
            2 if classes.complete => (ProblemChoice::Binary, "the target has two labels".to_owned()),
            1 if !matches!(
                column_type,
                ColumnType::Float16 | ColumnType::Float32 | ColumnType::Float64 | ColumnType::Decimal { .. }
            ) =>
            {
                return Err(one_label());
            }
            _ if column_type.is_text() => (ProblemChoice::Multiclass, "the target is text".to_owned()),
            n if column_type.is_integer() && classes.complete && n > 1 => {
                (ProblemChoice::Multiclass, format!("the target is an integer with {n} distinct values"))
            }
            _ => (ProblemChoice::Regression, "the target is a number".to_owned()),
        },
    };
    if chosen.0 != ProblemChoice::Regression && classes.complete && classes.counts.len() < 2 {
        return Err(one_label());
    }
    if chosen.0 == ProblemChoice::Binary && (!classes.complete || classes.counts.len() > 2) {
        return Err(Error::data(format!(
            "the target {} has {} labels ({}), so the problem is not binary",
            column.name,
            classes.describe_count(),
            classes.describe()
        ))
        .with_hint("make a boolean of it in the training query, for example target = 'x' AS is_x"));
    }
    if chosen.0 == ProblemChoice::Regression && *column_type == ColumnType::Boolean {
        return Err(Error::data(format!("the target {} is a boolean, so it cannot be predicted as a number", column.name))
            .with_hint("CAST it to INT in the training query, or leave PROBLEM_TYPE out"));
    }
    Ok(chosen)
}
