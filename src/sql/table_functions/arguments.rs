//! Arguments of table functions: by position or by name, literals only.

use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, UnaryOperator, Value, ValueWithSpan,
};

use crate::error::{Error, ErrorKind, Result, closest};
use crate::model::{Model, ModelName, ModelStore};

/// The arguments of a call that have not been used yet.
pub(super) struct Arguments {
    usage: &'static str,
    positional: std::vec::IntoIter<Expr>,
    named: Vec<(String, Expr)>,
}

impl Arguments {
    /// Sorts a call's arguments into those by position and those by name.
    pub(super) fn read(args: &[FunctionArg], usage: &'static str) -> Result<Self> {
        let mut positional = Vec::new();
        let mut named = Vec::new();
        for arg in args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if named.is_empty() => positional.push(expr.clone()),
                FunctionArg::Named {
                    name,
                    arg: FunctionArgExpr::Expr(expr),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                }
                | FunctionArg::ExprNamed {
                    name: Expr::Identifier(name),
                    arg: FunctionArgExpr::Expr(expr),
                    operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
                } => named.push((name.value.to_lowercase(), expr.clone())),
                other => return Err(wrong(usage, &format!("cannot take the argument {other}"))),
            }
        }
        Ok(Self { usage, positional: positional.into_iter(), named })
    }

    /// The model that the first argument names.
    pub(super) fn model(&mut self, store: &ModelStore) -> Result<Arc<Model>> {
        match self.name(|name| store.current(name).is_some())? {
            Some(name) => store.get(&name),
            None => Err(wrong(self.usage, "needs a model's name")),
        }
    }

    /// The name of a model, if the first argument gives one: as it stands if that is there, else as SQL would read it.
    pub(super) fn name(&mut self, is_there: impl Fn(&ModelName) -> bool) -> Result<Option<ModelName>> {
        let Some(expr) = self.positional.next().or_else(|| self.take("model")) else { return Ok(None) };
        let written = match &expr {
            Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => text.clone(),
            Expr::Identifier(name) if name.quote_style.is_some() => return Ok(Some(ModelName::new([name.value.clone()]))),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => expr.to_string(),
            other => return Err(wrong(self.usage, &format!("needs a model's name, not {other}"))),
        };
        let as_it_stands = ModelName::new([written.clone()]);
        Ok(Some(if is_there(&as_it_stands) { as_it_stands } else { parse_name(&written) }))
    }

    fn take(&mut self, name: &str) -> Option<Expr> {
        let at = self.named.iter().position(|(given, _)| given == name)?;
        Some(self.named.remove(at).1)
    }

    /// A probability given by name.
    pub(super) fn threshold(&mut self) -> Result<Option<f64>> {
        let Some(expr) = self.take("threshold") else { return Ok(None) };
        let (expr, sign) = match &expr {
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => (expr.as_ref(), -1.0),
            expr => (expr, 1.0),
        };
        let number = match expr {
            Expr::Value(ValueWithSpan { value: Value::Number(text, _), .. }) => {
                text.parse::<f64>().ok().map(|number| sign * number)
            }
            _ => None,
        };
        number.filter(|threshold| (0.0..=1.0).contains(threshold)).map(Some).ok_or_else(|| {
            let value = if sign < 0.0 { format!("-{expr}") } else { expr.to_string() };
            ErrorKind::InvalidOption { name: "threshold".into(), value, expected: "a number from 0 to 1".into() }.into()
        })
    }

    /// A truth value given by name.
    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Expr::Value(ValueWithSpan { value: Value::Boolean(value), .. })) => Ok(Some(value)),
            Some(other) => {
                Err(ErrorKind::InvalidOption { name: name.into(), value: other.to_string(), expected: "true or false".into() }
                    .into())
            }
        }
    }

    /// Fails if an argument was given that nobody asked for.
    pub(super) fn finish(mut self) -> Result<()> {
        if let Some(extra) = self.positional.next() {
            return Err(wrong(self.usage, &format!("cannot take the argument {extra}")));
        }
        match self.named.first() {
            None => Ok(()),
            Some((name, _)) => {
                let known = ["threshold", "held_out", "model"].into_iter().filter(|known| self.usage.contains(known));
                let error = wrong(self.usage, &format!("has no argument {name}"));
                Err(match closest(name, known) {
                    Some(similar) => error.with_hint(format!("did you mean {similar}?")),
                    None => error,
                })
            }
        }
    }
}

fn wrong(usage: &str, what: &str) -> Error {
    let name = usage.split('(').next().unwrap_or(usage);
    ErrorKind::Syntax { message: format!("{name} {what}; call it as {usage}") }.into()
}

/// A name in SQL's spelling: unquoted parts are lower case.
fn parse_name(written: &str) -> ModelName {
    ModelName::new(TableReference::parse_str(written).to_vec())
}
