//! What BigQuery's options may be.

use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::super::read::{label, number};
use crate::sql::ast::{ListItem, OptionValue};

/// The values that an option may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A number from the first to the second.
    Number(f64, f64),
    /// A string.
    Text,
    /// One of these words, as a string.
    Word(&'static [&'static str]),
    /// The name of a column, as a string.
    Column,
    /// Strings in square brackets.
    Texts,
    /// Words in square brackets, each one of these.
    Words(&'static [&'static str]),
    /// Numbers in square brackets.
    Numbers,
    /// A string, or strings in square brackets.
    TextOrTexts,
    /// Labels with weights.
    Weights,
    /// A value, or of wide-and-deep models one for each of their parts: `[('dnn', 0.1), ('linear', 0.2)]`.
    OfParts(&'static Value),
    /// The order of an ARIMA model: `(p, d, q)`.
    Order,
    /// Whatever it says.
    Any,
}

impl Value {
    /// What would be valid, for messages.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Boolean => "TRUE or FALSE".into(),
            Self::Whole(least, i64::MAX) => format!("a whole number of at least {least}"),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number(f64::NEG_INFINITY, _) => "a number".into(),
            Self::Number(least, f64::INFINITY) => format!("a number of at least {least}"),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Text => "a string".into(),
            Self::Word(words) => format!("one of {}", listed(words)),
            Self::Column => "the name of a column as a string".into(),
            Self::Texts => "strings in square brackets, for example ['a', 'b']".into(),
            Self::Words(words) => format!("a list of some of {}", listed(words)),
            Self::Numbers => "numbers in square brackets, for example [64, 32]".into(),
            Self::TextOrTexts => "a string, or strings in square brackets".into(),
            Self::OfParts(of_one) => of_one.expected(),
            Self::Order => "three whole numbers, for example (1, 1, 2)".into(),
            Self::Weights => "labels with weights above 0, for example [STRUCT('yes', 2.0), STRUCT('no', 1.0)]".into(),
            Self::Any => "a value".into(),
        }
    }

    /// The words that it may be.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Word(words) | Self::Words(words) => words,
            Self::OfParts(of_one) => of_one.words(),
            _ => &[],
        }
    }

    /// Whether a value is one of these.
    pub(super) fn allows(self, value: &OptionValue) -> bool {
        let each = |fits: &dyn Fn(&ListItem) -> bool| matches!(value, OptionValue::List(items) if items.iter().all(fits));
        match self {
            Self::Boolean => boolean(value).is_some(),
            Self::Whole(least, most) => {
                number_of(value).is_some_and(|x| x.fract() == 0.0 && x >= least as f64 && x <= most as f64)
            }
            Self::Number(least, most) => number_of(value).is_some_and(|x| x >= least && x <= most),
            Self::Text => matches!(value, OptionValue::Text(_)),
            Self::Column => matches!(value, OptionValue::Text(text) if !text.is_empty()),
            Self::Word(words) => is_word(words, value),
            Self::Texts => each(&|item| matches!(item.value.value, OptionValue::Text(_)) && item.second.is_none()),
            Self::Words(words) => each(&|item| is_word(words, &item.value) && item.second.is_none()),
            Self::Numbers => each(&|item| number_of(&item.value).is_some() && item.second.is_none()),
            Self::Weights => each(&|item| {
                label(&item.value).is_some() && item.second.as_ref().is_some_and(|weight| number_of(weight).is_some())
            }),
            Self::TextOrTexts => Self::Text.allows(value) || Self::Texts.allows(value),
            Self::OfParts(of_one) => {
                let of_part = |item: &ListItem| {
                    is_word(PARTS, &item.value) && item.second.as_ref().is_some_and(|value| of_one.allows(value))
                };
                of_one.allows(value) || each(&of_part)
            }
            Self::Order => match value {
                OptionValue::Expr(expr) => is_order(expr),
                _ => false,
            },
            Self::Any => true,
        }
    }
}

/// The parts of wide-and-deep models.
const PARTS: &[&str] = &["dnn", "linear"];

fn is_order(expr: &Expr) -> bool {
    let is_whole = |expr: &Expr| expr.to_string().parse::<u32>().is_ok();
    match expr {
        Expr::Tuple(items) => items.len() == 3 && items.iter().all(is_whole),
        Expr::Struct { values, .. } => values.len() == 3 && values.iter().all(is_whole),
        _ => false,
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

fn is_word(words: &[&str], value: &OptionValue) -> bool {
    matches!(value, OptionValue::Text(text) if words.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// A number that is written as one: a string is none in BigQuery.
fn number_of(value: &OptionValue) -> Option<f64> {
    match value {
        OptionValue::Number(_) => number(value),
        _ => None,
    }
}

/// `TRUE` or `FALSE`.
pub(super) fn boolean(value: &OptionValue) -> Option<bool> {
    match value {
        OptionValue::Name(name) if name.value.eq_ignore_ascii_case("true") => Some(true),
        OptionValue::Name(name) if name.value.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// What a hyperparameter is tuned over.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tuned {
    /// `HPARAM_RANGE(least, most)`.
    Range(f64, f64),
    /// `HPARAM_CANDIDATES([...])` of numbers.
    Candidates(Vec<f64>),
    /// `HPARAM_CANDIDATES([...])` of words or lists.
    Other,
}

/// The call of `HPARAM_RANGE` or `HPARAM_CANDIDATES` that a value is; `Err` if there is something wrong with it.
pub(super) fn tuned(value: &OptionValue) -> Option<Result<Tuned, &'static str>> {
    const RANGE: &str = "HPARAM_RANGE(least, most) with two numbers, the first less than the second";
    const CANDIDATES: &str = "HPARAM_CANDIDATES([...]) with one list that is not empty";
    let OptionValue::Expr(expr) = value else { return None };
    let Expr::Function(call) = expr.as_ref() else { return None };
    let name = call.name.to_string().to_ascii_uppercase();
    let FunctionArguments::List(list) = &call.args else { return None };
    let arguments: Vec<&Expr> = list
        .args
        .iter()
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect();
    let number = |expr: &Expr| expr.to_string().parse::<f64>().ok().filter(|number| number.is_finite());
    match (name.as_str(), arguments.as_slice()) {
        ("HPARAM_RANGE", [least, most]) => Some(match (number(least), number(most)) {
            (Some(least), Some(most)) if least < most => Ok(Tuned::Range(least, most)),
            _ => Err(RANGE),
        }),
        ("HPARAM_RANGE", _) => Some(Err(RANGE)),
        ("HPARAM_CANDIDATES", [Expr::Array(array)]) if !array.elem.is_empty() => {
            let numbers: Option<Vec<f64>> = array.elem.iter().map(number).collect();
            Some(Ok(numbers.map_or(Tuned::Other, Tuned::Candidates)))
        }
        ("HPARAM_CANDIDATES", _) => Some(Err(CANDIDATES)),
        _ => None,
    }
}
