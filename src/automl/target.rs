//! The target: problem type, labels, positive label.

use std::collections::BTreeMap;

use super::features::numbers_kept_as_text;
use super::spec::{Objective, TrainSpec};
use super::table::Column;
use super::values::{NULL, Values};
use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::{ColumnType, Label, ProblemType, Target, parse_number};

/// Integers with at most this many distinct values count as classes.
const MAX_INTEGER_CLASSES: usize = 20;
/// A target has at most this many labels: more are names or texts rather than kinds.
const MAX_CLASSES: usize = 1000;
/// Labels shown in messages.
const SHOWN: usize = 5;

/// The target as it is learned, in the order of the training query's rows.
#[derive(Debug)]
pub(crate) struct LearnedTarget {
    pub problem_type: ProblemType,
    pub target: Target,
    /// A number, or the place of the label among the target's labels (0 for the negative label, 1 for the positive one); NaN
    /// where the target is null.
    pub y: Vec<f64>,
    /// How the positive label was found, for the report.
    pub positive_reason: &'static str,
    /// How the problem type was found, for the report.
    pub problem_reason: String,
}

impl LearnedTarget {
    /// Reads the target column.
    pub(crate) fn new(spec: &TrainSpec, column: &Column, n_rows: usize) -> Result<Self> {
        let column_type = ColumnType::from_arrow(&column.data_type).filter(ColumnType::can_be_target);
        let column_type = column_type.ok_or_else(|| {
            Error::data(format!("the target {} has type {}, which cannot be predicted", column.name, column.data_type))
                .with_hint("a target is a boolean, a number or a text")
        })?;
        let values = Values::read(&column_type, column.arrays.iter())?;
        // Numbers with many distinct values are classes only where the statement says so.
        let asked = problem_of(spec).is_some_and(|(problem, _)| problem != ProblemType::Regression)
            || spec.positive.is_some()
            || spec.ordered_labels;
        let numbers = if asked { None } else { numbers_of_text(spec, &values) };
        let is_text_of_numbers = numbers.is_some();
        let values = numbers.unwrap_or(values);
        if let Values::Numbers(numbers) = &values {
            check_finite("target", &column.name, numbers)?;
        }
        let read_as = if is_text_of_numbers { ColumnType::Float64 } else { column_type.clone() };
        let classes = Classes::new(&read_as, &values, if asked { MAX_CLASSES } else { MAX_INTEGER_CLASSES });
        if column_type.is_integer() && classes.complete && classes.counts.keys().any(Label::is_beyond_doubles) {
            return Err(Error::data(format!(
                "the target {} has labels beyond 2^53, which cannot be told apart exactly",
                column.name
            ))
            .with_hint("CAST it to VARCHAR in the training query"));
        }
        if classes.n_rows() == 0 {
            return Err(match n_rows {
                0 => Error::data("the training query has no rows").about("source"),
                _ => Error::data(format!("the target {} is null in all {n_rows} rows", column.name)),
            });
        }
        let (choice, mut problem_reason) = choose_problem(spec, column, &read_as, &classes)?;
        if is_text_of_numbers {
            problem_reason += ", kept as text; blanks, NA and the like are nulls";
        }
        match choice {
            ProblemType::Regression => {
                let Values::Numbers(y) = values else {
                    return Err(Error::data(format!(
                        "the target {} is text, so it cannot be predicted as a number",
                        column.name
                    ))
                    .with_hint("CAST it to DOUBLE in the training query"));
                };
                let target = Target { name: column.name.clone(), column_type, labels: Vec::new(), one_against_rest: None };
                Ok(Self { problem_type: ProblemType::Regression, target, y, positive_reason: "", problem_reason })
            }
            ProblemType::Binary => {
                let (positive, positive_reason) = classes.positive(spec)?;
                let y = classes.places(&values, |label| f64::from(u8::from(*label == positive)));
                let name = column.name.clone();
                let target = if classes.counts.len() > 2 {
                    let labels = vec![Label::Boolean(false), Label::Boolean(true)];
                    Target { name, column_type, labels, one_against_rest: Some(positive) }
                } else {
                    let negative = classes.counts.into_keys().filter(|label| *label != positive);
                    let labels = negative.chain([positive.clone()]).collect();
                    Target { name, column_type, labels, one_against_rest: None }
                };
                Ok(Self { problem_type: ProblemType::Binary, target, y, positive_reason, problem_reason })
            }
            ProblemType::Multiclass => {
                let places: BTreeMap<&Label, f64> = classes.counts.keys().zip((0_u32..).map(f64::from)).collect();
                let y = classes.places(&values, |label| places.get(label).copied().unwrap_or(f64::NAN));
                let labels = classes.counts.keys().cloned().collect();
                let target = Target { name: column.name.clone(), column_type, labels, one_against_rest: None };
                Ok(Self { problem_type: ProblemType::Multiclass, target, y, positive_reason: "", problem_reason })
            }
        }
    }
}

/// The type of problem that the statement says, and by what: the family of a number's distribution is one of numbers.
fn problem_of(spec: &TrainSpec) -> Option<(ProblemType, &'static str)> {
    let problem = spec.problem.map(|problem| (problem, "PROBLEM_TYPE"));
    problem.or(spec.family.map(|_| (ProblemType::Regression, "FAMILY")))
}

/// Numbers kept as text, if they are to be predicted as numbers: because the statement says so, or because they are many.
fn numbers_of_text(spec: &TrainSpec, values: &Values) -> Option<Values> {
    let Values::Texts { distinct, codes } = values else { return None };
    let is_number = |(problem, _)| problem == ProblemType::Regression;
    let wanted = problem_of(spec).is_some_and(is_number) || spec.objective == Some(Objective::Mse);
    let of_text = numbers_kept_as_text(distinct, codes)?;
    let n_distinct = of_text.iter().filter(|number| !number.is_nan()).count();
    let number = |code: &u32| of_text.get(*code as usize).copied().unwrap_or(f64::NAN);
    (wanted || n_distinct > MAX_INTEGER_CLASSES).then(|| Values::Numbers(codes.iter().map(number).collect()))
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
    fn new(column_type: &'a ColumnType, values: &Values, most: usize) -> Self {
        let mut classes = Self { column_type, counts: BTreeMap::new(), complete: true };
        match values {
            Values::Numbers(numbers) => {
                let mut counts: Vec<(f64, u64)> = Vec::new();
                for value in numbers.iter().filter(|value| !value.is_nan()) {
                    // -0.0 and 0.0 are one label.
                    let value = value + 0.0;
                    match counts.binary_search_by(|(known, _)| known.total_cmp(&value)) {
                        Ok(place) => counts[place].1 += 1,
                        Err(_) if counts.len() == most => {
                            classes.complete = false;
                            break;
                        }
                        Err(place) => counts.insert(place, (value, 1)),
                    }
                }
                classes.counts = counts.into_iter().map(|(value, count)| (classes.label(value), count)).collect();
            }
            Values::Texts { distinct, codes } => {
                let mut counts = vec![0_u64; distinct.len()];
                codes.iter().filter(|code| **code != NULL).for_each(|code| counts[*code as usize] += 1);
                classes.counts = distinct.iter().map(|text| Label::Text(text.to_string())).zip(counts).collect();
            }
        }
        classes
    }

    /// A number for each row by its label, NaN for null.
    fn places(&self, values: &Values, place: impl Fn(&Label) -> f64) -> Vec<f64> {
        match values {
            Values::Numbers(numbers) => {
                let mut places: Vec<(f64, f64)> = self.counts.keys().map(|label| (label.as_number(), place(label))).collect();
                places.sort_by(|a, b| a.0.total_cmp(&b.0));
                let of = |value: &f64| {
                    let found = places.binary_search_by(|(known, _)| known.total_cmp(&(value + 0.0)));
                    found.map_or(f64::NAN, |found| places[found].1)
                };
                numbers.iter().map(of).collect()
            }
            Values::Texts { distinct, codes } => {
                let of_text: Vec<f64> = distinct.iter().map(|text| place(&Label::Text(text.to_string()))).collect();
                codes.iter().map(|code| of_text.get(*code as usize).copied().unwrap_or(f64::NAN)).collect()
            }
        }
    }

    fn label(&self, value: f64) -> Label {
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
        if self.complete { self.counts.len().to_string() } else { format!("more than {}", self.counts.len()) }
    }

    fn describe(&self) -> String {
        let mut shown: Vec<String> = self.counts.keys().take(SHOWN).map(ToString::to_string).collect();
        if self.counts.len() > SHOWN {
            shown.push("…".into());
        }
        shown.join(", ")
    }

    fn positive(&self, spec: &TrainSpec) -> Result<(Label, &'static str)> {
        let labels: Vec<&Label> = self.counts.keys().collect();
        if let Some(highest) = labels.last().filter(|_| spec.ordered_labels && spec.positive.is_none()) {
            return Ok(((*highest).clone(), "the higher of the two"));
        }
        if let Some(wanted) = spec.positive.as_deref() {
            let exact = labels.iter().find(|label| label.to_string() == wanted);
            let found = exact.or_else(|| labels.iter().find(|label| label.to_string().eq_ignore_ascii_case(wanted)));
            return found.map(|label| ((**label).clone(), "as set by POSITIVE")).ok_or_else(|| self.no_such_positive(wanted));
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

    fn no_such_positive(&self, wanted: &str) -> Error {
        let error = ErrorKind::InvalidOption {
            name: "POSITIVE".into(),
            value: format!("'{wanted}'"),
            expected: format!("one of the target's labels, {}", self.describe()),
        };
        let error = Error::from(error).about("positive");
        let known: Vec<String> = self.counts.keys().map(ToString::to_string).collect();
        match closest(wanted, known.iter().map(String::as_str)) {
            Some(similar) => error.with_hint(format!("did you mean '{similar}'?")),
            None => error,
        }
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
) -> Result<(ProblemType, String)> {
    let implied = spec.objective.map(|objective| match objective {
        Objective::Mse => ProblemType::Regression,
        Objective::Auc => ProblemType::Binary,
        // Quality of labels is asked of any number of them.
        _ if classes.complete && classes.counts.len() <= 2 => ProblemType::Binary,
        _ if spec.positive.is_some() => ProblemType::Binary,
        _ => ProblemType::Multiclass,
    });
    let labels = spec.ordered_labels.then_some(if classes.complete && classes.counts.len() <= 2 {
        ProblemType::Binary
    } else {
        ProblemType::Multiclass
    });
    let one_label = || {
        Error::data(format!(
            "the target {} has one label only ({}), so there is nothing to tell apart",
            column.name,
            classes.describe()
        ))
        .with_hint("check the training query's WHERE clause")
    };
    let of_spec = problem_of(spec).or(implied.map(|choice| (choice, "OBJECTIVE")));
    let chosen = match of_spec.or(labels.map(|choice| (choice, "MODEL_TYPE"))) {
        Some((choice, by)) => (choice, format!("as set by {by}")),
        None if spec.positive.is_some() && classes.counts.len() > 2 => {
            (ProblemType::Binary, "POSITIVE sets one label against the rest".to_owned())
        }
        None => match classes.counts.len() {
            2 if classes.complete => (ProblemType::Binary, "the target has two labels".to_owned()),
            1 if !matches!(
                column_type,
                ColumnType::Float16 | ColumnType::Float32 | ColumnType::Float64 | ColumnType::Decimal { .. }
            ) =>
            {
                return Err(one_label());
            }
            _ if column_type.is_text() => (ProblemType::Multiclass, "the target is text".to_owned()),
            n if column_type.is_integer() && classes.complete && n > 1 => {
                let reason =
                    format!("the target is an integer with {n} distinct values; PROBLEM_TYPE REGRESSION predicts it as a number");
                (ProblemType::Multiclass, reason)
            }
            _ => (ProblemType::Regression, "the target is a number".to_owned()),
        },
    };
    if chosen.0 != ProblemType::Regression && classes.complete && classes.counts.len() < 2 {
        return Err(one_label());
    }
    if chosen.0 == ProblemType::Binary && spec.positive.is_none() && (!classes.complete || classes.counts.len() > 2) {
        return Err(Error::data(format!(
            "the target {} has {} labels ({}), so the problem is not binary",
            column.name,
            classes.describe_count(),
            classes.describe()
        ))
        .with_hint("to tell one label from the rest, name it with SETTINGS (POSITIVE 'label')"));
    }
    if chosen.0 == ProblemType::Multiclass && classes.complete && classes.counts.len() == 2 {
        return Err(Error::data(format!("the target {} has two labels ({})", column.name, classes.describe()))
            .with_hint("set PROBLEM_TYPE BINARY_CLASSIFICATION, or leave it out"));
    }
    if chosen.0 == ProblemType::Multiclass && spec.positive.is_some() {
        return Err(Error::data("POSITIVE does not fit: a multiclass model tells all labels apart")
            .about("positive")
            .with_hint("leave POSITIVE out, or set PROBLEM_TYPE BINARY_CLASSIFICATION for one label against the rest"));
    }
    let one_against_rest = chosen.0 == ProblemType::Binary && spec.positive.is_some();
    if one_against_rest && !classes.complete {
        return Err(Error::data(format!("the target {} has {} labels", column.name, classes.describe_count()))
            .with_hint("make a boolean of it in the training query, for example target = 3 AS is_3"));
    }
    if chosen.0 != ProblemType::Regression && !one_against_rest && (!classes.complete || classes.counts.len() > MAX_CLASSES) {
        let numbers = column_type.is_number() || classes.counts.keys().all(|label| parse_number(&label.to_string()).is_ok());
        return Err(Error::data(format!(
            "the target {} has {} labels ({}); at most {MAX_CLASSES} can be told apart",
            column.name,
            classes.describe_count(),
            classes.describe()
        ))
        .with_hint(if numbers {
            "to predict it as a number, set PROBLEM_TYPE REGRESSION, and TRY_CAST it to DOUBLE in the training query if it is text"
        } else {
            "check that it is the right column; rare labels can be brought together with CASE in the training query"
        }));
    }
    if chosen.0 == ProblemType::Regression && *column_type == ColumnType::Boolean {
        return Err(Error::data(format!("the target {} is a boolean, so it cannot be predicted as a number", column.name))
            .with_hint("CAST it to INT in the training query, or leave PROBLEM_TYPE out"));
    }
    Ok(chosen)
}
