//! An expression of `TRANSFORM` as a model keeps it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, Value, ValueWithSpan, VisitMut,
    VisitorMut, WindowType,
};

use super::{Columns, place};
use crate::error::{Error, Result};
use crate::model::TransformBuilder;
use crate::preprocess::AnalyticName;
use crate::sql::bigquery::translate_alone;

/// BigQuery's functions as ours, columns by their exact names, analytic functions as steps, literals as DataFusion writes them.
pub(super) fn rewrite(mut expr: Expr, columns: &Columns<'_>, builder: &mut TransformBuilder) -> Result<String> {
    translate_alone(&mut expr)?;
    let is_step = matches!(&expr, Expr::Function(function) if AnalyticName::find(&function.name.to_string()).is_some());
    let mut rewriter = Rewriter { columns, builder, depth: 0, is_step };
    match expr.visit(&mut rewriter) {
        ControlFlow::Continue(()) => Ok(expr.to_string()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Rewriter<'a> {
    columns: &'a Columns<'a>,
    builder: &'a mut TransformBuilder,
    /// Analytic functions around this expression.
    depth: usize,
    /// Whether the whole expression is one analytic function.
    is_step: bool,
}

impl VisitorMut for Rewriter<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        ControlFlow::Break(Error::unsupported("a query in TRANSFORM").with_hint("join it in the training query"))
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match self.before(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error.at(place(expr))),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match self.after(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error.at(place(expr))),
        }
    }

    /// BigQuery's strings that need escapes.
    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<Error> {
        if let Value::EscapedStringLiteral(text) = &mut value.value {
            value.value = Value::SingleQuotedString(std::mem::take(text));
        }
        ControlFlow::Continue(())
    }
}

impl Rewriter<'_> {
    fn before(&mut self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::Function(function) if analytic(function)?.is_some() => {
                if self.depth > 0 {
                    let error = Error::unsupported(format!("{} within another function with OVER ()", function.name));
                    return Err(error.with_hint("compute the inner one in the training query"));
                }
                self.depth += 1;
            }
            // A field that is a column has the column's name.
            Expr::Struct { values, fields } if fields.is_empty() => {
                for value in values {
                    if let Expr::Identifier(column) = value {
                        let name = column.clone();
                        *value = Expr::Named { expr: Box::new(Expr::Identifier(column.clone())), name };
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn after(&mut self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::Identifier(column) => *column = self.exact(column)?,
            Expr::CompoundIdentifier(parts) => {
                // A field of a struct; there are no tables here.
                if let Some((column, fields)) = parts.split_first_mut() {
                    *column = self.exact(column)?;
                    fields.iter_mut().for_each(|field| field.quote_style = Some('"'));
                }
            }
            Expr::Function(function) => {
                if let Some(name) = analytic(function)? {
                    self.depth -= 1;
                    self.step(name, function)?;
                } else if let [schema, name] = function.name.0.as_slice()
                    && schema.to_string().eq_ignore_ascii_case("ml")
                {
                    let plain = format!("ml_{name}").to_ascii_lowercase();
                    function.name = ObjectName::from(vec![Ident::new(plain)]);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn exact(&self, column: &Ident) -> Result<Ident> {
        Ok(Ident::with_quote_and_span('"', column.span, self.columns.find(column)?))
    }

    /// Makes a call one of what will be learned: a function of the first argument.
    fn step(&mut self, name: AnalyticName, function: &mut Function) -> Result<()> {
        let FunctionArguments::List(list) = &mut function.args else {
            return Err(Error::statement(format!("{} takes arguments", function.name)));
        };
        let mut texts = Vec::with_capacity(list.args.len());
        for arg in &list.args {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)) = arg else {
                return Err(Error::unsupported(format!("{arg} as an argument of {}", function.name)));
            };
            texts.push(arg.to_string());
        }
        let Some((argument, settings)) = texts.split_first() else {
            return Err(Error::statement(format!("{} takes arguments", function.name)));
        };
        let step = self.builder.analytic(name, argument, settings, self.is_step)?;
        list.args.truncate(1);
        function.name = ObjectName::from(vec![Ident::new(step)]);
        function.over = None;
        Ok(())
    }
}

/// The analytic function that is called, if it is one; any other function with `OVER` is an error.
fn analytic(function: &Function) -> Result<Option<AnalyticName>> {
    let name = AnalyticName::find(&function.name.to_string());
    match (name, &function.over) {
        (Some(name), Some(WindowType::WindowSpec(window)))
            if window.partition_by.is_empty() && window.order_by.is_empty() && window.window_frame.is_none() =>
        {
            Ok(Some(name))
        }
        (Some(_), Some(_)) => Err(Error::unsupported(format!("{} with something in OVER ()", function.name))
            .with_hint("in TRANSFORM, OVER () is empty")),
        (Some(_), None) => Err(Error::statement(format!("{0} learns from all rows and needs OVER ()", function.name))
            .with_hint(format!("write {}(…) OVER ()", function.name))),
        (None, Some(_)) => Err(Error::unsupported(format!("{} OVER in TRANSFORM", function.name))
            .with_hint("only the ML functions have OVER () there; the training query can compute others")),
        (None, None) => Ok(None),
    }
}
