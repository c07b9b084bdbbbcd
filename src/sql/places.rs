//! Where calls and names stand in a statement, for errors of planning that name them without a place.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, ObjectNamePart, Select, SelectItem, Spanned, TypedString, Value, ValueWithSpan, VisitorMut,
    WildcardAdditionalOptions,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::calls::arguments_of;
use crate::error::Error;
use crate::model::quote_identifier;

/// What of a statement an error may name.
#[derive(Debug, Default)]
pub(super) struct Places {
    calls: Vec<Call>,
    /// Columns that stars leave out.
    left_out: Vec<Ident>,
    /// What errors call forms that may not be planned.
    forms: Vec<(String, Span)>,
}

#[derive(Debug)]
struct Call {
    /// As it is registered.
    name: String,
    place: Span,
    /// Where the arguments stand.
    arguments: Vec<Span>,
}

impl VisitorMut for Places {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) => {
                let part = |part: &ObjectNamePart| match part.as_ident() {
                    Some(name) if name.quote_style.is_some() => name.value.clone(),
                    Some(name) => name.value.to_lowercase(),
                    None => String::new(),
                };
                let name = function.name.0.iter().map(part).collect::<Vec<_>>().join(".");
                let arguments = arguments_of(function).unwrap_or_default().into_iter().map(extent).collect();
                self.calls.push(Call { name, place: function.name.span(), arguments });
            }
            Expr::Like { any: true, expr, .. } | Expr::ILike { any: true, expr, .. } => {
                self.forms.push(("ANY in ".into(), extent(expr)));
            }
            Expr::Cast { expr, data_type, .. } => self.forms.push((format!("SQL type {data_type}"), extent(expr))),
            Expr::TypedString(TypedString { data_type, value, .. }) => {
                self.forms.push((format!("SQL type {data_type}"), value.span));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &select.projection {
            if let SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) = item {
                self.left_out.extend(left_out(options).cloned());
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::SingleQuotedByteStringLiteral(_) | Value::DoubleQuotedByteStringLiteral(_) = &value.value {
            self.forms.push(("string of bytes".into(), value.span));
        }
        ControlFlow::Continue(())
    }
}

/// Where an expression stands, as far as its ends show: going down into all of a long one takes more stack than a thread may have.
fn extent(expr: &Expr) -> Span {
    let end = |side: for<'e> fn(&'e Expr, &'e Expr) -> &'e Expr| {
        let mut at = expr;
        loop {
            at = match at {
                Expr::BinaryOp { left, right, .. } => side(left, right),
                Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::Cast { expr: inner, .. } => inner,
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => return at.span(),
                Expr::Function(function) => return function.name.span(),
                Expr::TypedString(TypedString { value, .. }) => return value.span,
                _ => return Span::empty(),
            }
        }
    };
    end(|left, _| left).union(&end(|_, right| right))
}

fn left_out(options: &WildcardAdditionalOptions) -> impl Iterator<Item = &Ident> {
    let except =
        options.opt_except.iter().flat_map(|except| std::iter::once(&except.first_element).chain(&except.additional_elements));
    let excluded = options.opt_exclude.iter().flat_map(|exclude| match exclude {
        ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
        ExcludeSelectItem::Multiple(names) => names.as_slice(),
    });
    except.chain(excluded.flat_map(|name| &name.0).filter_map(ObjectNamePart::as_ident))
}

impl Call {
    /// As errors call it.
    fn shown(&self) -> String {
        match self.name.strip_prefix("ml.").or_else(|| self.name.strip_prefix("ml_")) {
            Some(base) => format!("ML.{}", base.to_uppercase()),
            None => quote_identifier(&self.name),
        }
    }
}

impl Places {
    /// The error with the place of what it names, if it has none yet and there is no doubt.
    pub(super) fn locate(&self, error: Error) -> Error {
        let message = error.message();
        let error = self.explain(error, &message);
        if error.location().is_some() {
            return error;
        }
        match self.find(&message) {
            Some(span) => error.at(span),
            None => error,
        }
    }

    fn find(&self, message: &str) -> Option<Span> {
        self.argument(message)
            .or_else(|| self.wrong_number(message))
            .or_else(|| self.by_name(message))
            .or_else(|| self.star(message))
            .or_else(|| self.forms.iter().find(|(said, _)| message.contains(said.as_str())).map(|(_, span)| *span))
    }

    /// `argument 2 of predict_churn, contract, must be text`.
    fn argument(&self, message: &str) -> Option<Span> {
        let number = message.strip_prefix("argument ")?.split(' ').next()?.parse::<usize>().ok()?;
        let named = |call: &&Call| message.contains(&format!("argument {number} of {}, ", call.shown()));
        let mut calls = self.calls.iter().filter(named);
        // Of several calls it is not known which.
        let (Some(call), None) = (calls.next(), calls.next()) else { return None };
        call.arguments.get(number.checked_sub(1)?).copied().filter(|span| *span != Span::empty()).or(Some(call.place))
    }

    /// `predict_churn takes 3 arguments, not 2`.
    fn wrong_number(&self, message: &str) -> Option<Span> {
        let is_meant = |call: &&Call| {
            message.starts_with(&format!("{} takes ", call.shown()))
                && message.contains(&format!(", not {}", call.arguments.len()))
        };
        self.calls.iter().find(is_meant).map(|call| call.place)
    }

    /// A function that DataFusion names: one that there is not, or one whose arguments do not fit.
    fn by_name(&self, message: &str) -> Option<Span> {
        let named = |call: &&Call| {
            let (name, shown) = (&call.name, call.shown());
            let said = [
                format!("Invalid function '{name}'"),
                format!("Function '{name}' "),
                format!("call to '{name}' function"),
                format!("{name} does not take arguments of"),
                format!("types of {name}:"),
                format!("{shown} takes "),
                format!("{} takes ", name.to_uppercase()),
                format!(" of {shown} must be"),
                format!(" of {shown} has"),
            ];
            said.iter().any(|said| message.contains(said.as_str()))
        };
        let mut calls = self.calls.iter().filter(named);
        let first = calls.next()?;
        (message.contains("Invalid function") || calls.next().is_none()).then_some(first.place)
    }

    /// A column that a star leaves out and that there is not.
    fn star(&self, message: &str) -> Option<Span> {
        let is_named = |name: &&Ident| {
            let quoted = [format!("No field named {}.", name.value), format!("No field named \"{}\".", name.value)];
            quoted.iter().any(|said| message.contains(said.as_str()))
        };
        self.left_out.iter().find(is_named).map(|name| name.span)
    }

    /// Says more where the statement shows what was meant.
    fn explain(&self, error: Error, message: &str) -> Error {
        let explained = self.calls.iter().find(|call| call.name == "explain_model");
        match explained.filter(|_| message.starts_with("Cannot access field")) {
            Some(call) => error.at(call.place).with_hint(
                "explain_model gives JSON as one text, which has no fields; SELECT * FROM ml_global_explain('model') gives a table",
            ),
            None => error,
        }
    }
}
