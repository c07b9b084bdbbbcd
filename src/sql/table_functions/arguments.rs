//! Arguments of table functions: by position or by name.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident, Spanned, UnaryOperator, Value, ValueWithSpan,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::data::{is_data, no_data};
use super::list::TableFunction;
use super::thresholds;
use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::{Model, ModelName, ModelStore, ProblemType};

/// The arguments of a call that have not been used yet.
pub(super) struct Arguments<'a> {
    usage: &'static str,
    options: &'static [&'static str],
    /// Where the function's name stands: the place of what has none, or is missing.
    call: Span,
    positional: VecDeque<&'a Expr>,
    named: Vec<(Ident, &'a Expr)>,
}

impl<'a> Arguments<'a> {
    /// Sorts a call's arguments into those by position and those by name; BigQuery's `STRUCT(0.6 AS threshold)` counts as named
    /// ones, as does `STRUCT(0.6)` with the names that the function's options have in their order.
    pub(super) fn read(args: &'a [FunctionArg], function: &TableFunction, call: Span) -> Result<Self> {
        let (usage, options) = (function.usage, function.options);
        let mut arguments = Self { usage, options, call, positional: VecDeque::new(), named: Vec::new() };
        for arg in args {
            let refused = |arguments: &Self| arguments.wrong(&format!("cannot take the argument {arg}"), arg.span());
            let (name, value) = match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Struct { values, fields })) if fields.is_empty() => {
                    for (place, value) in values.iter().enumerate() {
                        match (value, options.get(place)) {
                            (Expr::Named { expr, name }, _) => arguments.name(name, expr)?,
                            (value, Some(option)) => arguments.name(&Ident::with_span(value.span(), *option), value)?,
                            (_, None) => return Err(refused(&arguments)),
                        }
                    }
                    continue;
                }
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if arguments.named.is_empty() => {
                    arguments.positional.push_back(expr);
                    continue;
                }
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(expr),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                }
                | FunctionArg::ExprNamed {
                    name: Expr::Identifier(name),
                    arg: FunctionArgExpr::Expr(expr),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                } => (name, expr),
                FunctionArg::Unnamed(FunctionArgExpr::Expr(_)) => {
                    return Err(arguments.wrong("takes arguments by position before those by name", arg.span()));
                }
                _ => return Err(refused(&arguments)),
            };
            arguments.name(name, value)?;
        }
        Ok(arguments)
    }

    fn name(&mut self, name: &Ident, value: &'a Expr) -> Result<()> {
        if self.named.iter().any(|(other, _)| other.value.eq_ignore_ascii_case(&name.value)) {
            return Err(self.wrong(&format!("has {} twice", name.value), name.span));
        }
        self.named.push((name.clone(), value));
        Ok(())
    }

    /// The model that the first argument names.
    pub(super) fn model(&mut self, store: &ModelStore) -> Result<Arc<Model>> {
        let place = self.first_place();
        match self.model_name(|name| store.current(name).is_some())? {
            Some(name) => store.get(&name).map_err(|error| error.at(place)),
            None => Err(self.wrong("needs a model's name", self.call)),
        }
    }

    /// Where the first argument stands, or the call if there is none.
    fn first_place(&self) -> Span {
        self.positional.front().map_or(self.call, |expr| self.place(expr))
    }

    /// The name of a model, if the first argument gives one: as it stands if that is there, else as SQL would read it.
    pub(super) fn model_name(&mut self, is_there: impl Fn(&ModelName) -> bool) -> Result<Option<ModelName>> {
        let Some(expr) = self.positional.pop_front().or_else(|| self.take("model")) else { return Ok(None) };
        let written = match expr {
            Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text) | Value::DoubleQuotedString(text), .. }) => {
                text.clone()
            }
            // BigQuery's quotes go around whole paths.
            Expr::Identifier(name) if name.quote_style == Some('`') => {
                let as_it_stands = ModelName::new([name.value.clone()]);
                let path = ModelName::new(ModelName::path(&name.value));
                return Ok(Some(if is_there(&as_it_stands) { as_it_stands } else { path }));
            }
            Expr::Identifier(name) if name.quote_style.is_some() => return Ok(Some(ModelName::new([name.value.clone()]))),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => expr.to_string(),
            other => return Err(self.wrong(&format!("needs a model's name, not {other}"), self.place(expr))),
        };
        let as_it_stands = ModelName::new([written.clone()]);
        Ok(Some(if is_there(&as_it_stands) { as_it_stands } else { parse_name(&written) }))
    }

    /// What is given as data, if anything is: by position, or by name.
    pub(super) fn data(&mut self) -> Option<&'a Expr> {
        self.positional.pop_front().or_else(|| self.take("data"))
    }

    fn take(&mut self, name: &str) -> Option<&'a Expr> {
        let at = self.named.iter().position(|(given, _)| given.value.eq_ignore_ascii_case(name))?;
        Some(self.named.remove(at).1)
    }

    /// A probability given by name.
    pub(super) fn threshold(&mut self) -> Result<Option<f64>> {
        let Some(expr) = self.take("threshold") else { return Ok(None) };
        match number(expr).filter(|threshold| (0.0..=1.0).contains(threshold)) {
            Some(threshold) => Ok(Some(threshold)),
            None => Err(self.invalid("threshold", expr, "a number from 0 to 1")),
        }
    }

    /// The share of samples that an interval is right for, given by name.
    pub(super) fn level(&mut self) -> Result<Option<f64>> {
        let Some(expr) = self.take("level") else { return Ok(None) };
        match number(expr).filter(|level| *level > 0.0 && *level < 1.0) {
            Some(level) => Ok(Some(level)),
            None => Err(self.invalid("level", expr, "a number between 0 and 1, such as 0.95")),
        }
    }

    /// A number of things given by name.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<usize>> {
        let Some(expr) = self.take(name) else { return Ok(None) };
        match expr.to_string().parse::<usize>() {
            Ok(count) if count > 0 => Ok(Some(count)),
            _ => Err(self.invalid(name, expr, "a whole number from 1")),
        }
    }

    /// Which thresholds a curve is wanted at: an array or `GENERATE_ARRAY` by name, or by position after the model and the data.
    pub(super) fn thresholds(&mut self) -> Result<Option<Vec<f64>>> {
        let expr = match self.positional.iter().skip(1).position(|expr| thresholds::is_array(expr)) {
            Some(place) => self.positional.remove(place + 1),
            None => self.take("thresholds"),
        };
        let Some(expr) = expr else { return Ok(None) };
        thresholds::read(expr).map(Some).map_err(|expected| self.invalid("thresholds", expr, expected))
    }

    /// Settles the options of BigQuery's that change nothing of these models, or cannot be done.
    pub(super) fn bigquery_options(&mut self, model: &Model) -> Result<()> {
        if let Some(id) = self.option("trial_id") {
            self.trial(model, id)?;
        }
        self.refuse_other_options()
    }

    /// Refuses what belongs to types of model that cannot be trained.
    fn refuse_other_options(&mut self) -> Result<()> {
        for (name, of) in [
            ("integrated_gradients_num_steps", "deep neural networks"),
            ("approx_feature_contrib", "boosted trees and random forests"),
        ] {
            if let Some(value) = self.option(name) {
                let error = Error::unsupported(format!("{name}, which is for {of},")).at(self.place(value));
                return Err(error.with_hint("attributions of linear models are exact without it; leave it out"));
            }
        }
        Ok(())
    }

    /// Whether what is shown is to be shown for each class: an option of BigQuery's.
    pub(super) fn of_classes(&mut self, model: &Model) -> Result<bool> {
        let name = "class_level_explain";
        let place = self.named.iter().find(|(found, _)| found.value.eq_ignore_ascii_case(name)).map(|(name, _)| name.span);
        if !self.options.contains(&name) || self.boolean(name)? != Some(true) {
            return Ok(false);
        }
        if model.problem_type != ProblemType::Regression {
            return Ok(true);
        }
        let error = Error::data(format!("{name} is for labels; the target of model {} is a number", model.name));
        Err(error.at(place.unwrap_or(self.call)).with_hint("leave it out"))
    }

    /// An option of this function.
    fn option(&mut self, name: &str) -> Option<&'a Expr> {
        if self.options.contains(&name) { self.take(name) } else { None }
    }

    /// A model keeps the best of its trials only.
    fn trial(&self, model: &Model, id: &Expr) -> Result<()> {
        let best = model.trials.iter().position(|trial| trial.is_optimal).map(|place| place + 1);
        match (best, id.to_string().parse::<usize>()) {
            (Some(best), Ok(id)) if id == best => Ok(()),
            (Some(best), _) => {
                let expected = format!("{best}, the best trial, which is the one that the model keeps");
                Err(self.invalid("trial_id", id, &expected))
            }
            (None, _) => {
                let error = Error::data(format!("model {} has no trials: its penalties were given", model.name));
                Err(error.at(self.place(id)).with_hint("leave trial_id out"))
            }
        }
    }

    /// A truth value given by name.
    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Expr::Value(ValueWithSpan { value: Value::Boolean(value), .. })) => Ok(Some(*value)),
            Some(other) => Err(self.invalid(name, other, "true or false")),
        }
    }

    /// The name of a column given by name.
    pub(super) fn column(&mut self, name: &str) -> Result<Option<Ident>> {
        match self.take(name) {
            None => Ok(None),
            Some(Expr::Identifier(column)) => Ok(Some(column.clone())),
            Some(Expr::Value(ValueWithSpan {
                value: Value::SingleQuotedString(text) | Value::DoubleQuotedString(text),
                span,
            })) => Ok(Some(Ident::with_quote_and_span('"', *span, text))),
            Some(other) => Err(self.invalid(name, other, "a column of the data")),
        }
    }

    /// Checks what does not depend on models and tables: which arguments there are, and those that are constants.
    pub(super) fn check(&mut self) -> Result<()> {
        if self.takes("thresholds") {
            self.thresholds()?;
        }
        if self.takes("model") && self.model_name(|_| false)?.is_none() && !self.usage.contains("(['model']") {
            return Err(self.wrong("needs a model's name", self.call));
        }
        for name in ["held_out", "by_label", "standardize", "keep_original_columns", "class_level_explain"] {
            if self.takes(name) {
                self.boolean(name)?;
            }
        }
        if self.takes("threshold") {
            self.threshold()?;
        }
        if self.takes("level") {
            self.level()?;
        }
        if self.takes("top_k_features") {
            self.count("top_k_features")?;
        }
        if self.takes("weight") {
            self.column("weight")?;
        }
        // Which one there is, the model knows.
        let _ = self.option("trial_id");
        self.refuse_other_options()?;
        let data = if self.takes("data") { self.data() } else { None };
        self.finish()?;
        match data {
            None if self.takes("data") && !self.usage.contains("[, data]") => Err(self.wrong("needs data", self.call)),
            Some(expr) if !is_data(expr) => Err(no_data(expr, self, self.place(expr))),
            _ => Ok(()),
        }
    }

    /// Whether the function has an argument of this name.
    fn takes(&self, name: &str) -> bool {
        let mut words = self.usage.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word == name) || self.options.contains(&name)
    }

    /// Where the arguments by name stand.
    pub(super) fn places(&self) -> Vec<(String, Span)> {
        self.named.iter().map(|(name, value)| (name.value.to_lowercase(), self.place(value))).collect()
    }

    /// Fails if an argument was given that nobody asked for.
    pub(super) fn finish(&self) -> Result<()> {
        if let Some(extra) = self.positional.front() {
            return Err(self.wrong(&format!("cannot take the argument {extra}"), self.place(extra)));
        }
        let Some((name, _)) = self.named.first() else { return Ok(()) };
        let known = NAMES.into_iter().filter(|known| self.takes(known));
        if known.clone().any(|known| known.eq_ignore_ascii_case(&name.value)) {
            return Err(self.wrong(&format!("has {} twice", name.value), name.span));
        }
        let error = self.wrong(&format!("has no argument {}", name.value), name.span);
        Err(match closest(&name.value, known) {
            Some(similar) => error.with_hint(format!("did you mean {similar}?")),
            None => error,
        })
    }

    /// The place of an argument, or of the call where the argument has none.
    pub(super) fn place(&self, expr: &Expr) -> Span {
        match expr.span() {
            span if span == Span::empty() => self.call,
            span => span,
        }
    }

    fn invalid(&self, name: &str, value: &Expr, expected: &str) -> Error {
        let error = ErrorKind::InvalidOption { name: name.into(), value: value.to_string(), expected: expected.into() };
        Error::from(error).at(self.place(value))
    }

    /// An error that shows how the function is called.
    pub(super) fn wrong(&self, what: &str, place: Span) -> Error {
        let name = self.usage.split('(').next().unwrap_or(self.usage);
        let place = if place == Span::empty() { self.call } else { place };
        Error::syntax(format!("{name} {what}; call it as {}", self.usage)).at(place)
    }
}

/// The arguments that some function has by name.
const NAMES: [&str; 15] = [
    "model",
    "data",
    "threshold",
    "thresholds",
    "held_out",
    "weight",
    "by_label",
    "top_k_features",
    "standardize",
    "level",
    "keep_original_columns",
    "trial_id",
    "class_level_explain",
    "integrated_gradients_num_steps",
    "approx_feature_contrib",
];

/// A number that stands as such.
pub(super) fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr).map(|number| -number),
        Expr::Nested(inner) => number(inner),
        Expr::Value(ValueWithSpan { value: Value::Number(text, _), .. }) => text.parse().ok(),
        _ => None,
    }
}

/// A name in SQL's spelling: unquoted parts are lower case.
fn parse_name(written: &str) -> ModelName {
    ModelName::new(TableReference::parse_str(written).to_vec())
}
