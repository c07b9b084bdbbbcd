//! Calls of functions of ours, as far as their text says whether they are right: their names, their arguments that are constants.
//!
//! What is found here has its place. The rest is found where the query is planned, which knows types and not places.

use std::ops::ControlFlow;

use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, SelectItem, Spanned as _, TableFactor,
    UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::ast::{CreateModel, Form, Statement};
use super::execute::is_bigquery;
use super::table_functions::{check_call, is_table_function, of_other_models};
use super::walk::walk;
use crate::error::{Error, Result};
use crate::model::ModelStore;
use crate::preprocess::{CallFault, Written};

/// Checks what a statement calls, with the models that there are before it runs; `None` where it will not run, so that neither
/// tables nor models need be there.
pub(super) fn check_calls(statement: &mut Statement, session: &SessionContext, store: Option<&ModelStore>) -> Result<()> {
    let in_bigquery = is_bigquery(session) || is_of_bigquery(statement);
    let mut calls = Calls { session, store, in_bigquery };
    let mut flow = walk(statement, &mut calls);
    if flow.is_continue() {
        flow = transform_of(statement).iter_mut().try_for_each(|item| item.visit(&mut calls));
    }
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Whether a statement is in BigQuery's form, so that its dialect is BigQuery's whatever the session reads.
fn is_of_bigquery(statement: &Statement) -> bool {
    match statement {
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => matches!(create.form, Form::Options(_)),
        _ => false,
    }
}

/// The items of `TRANSFORM`.
pub(super) fn transform_of(statement: &mut Statement) -> &mut [SelectItem] {
    let (Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. }) = statement else { return &mut [] };
    let CreateModel { form: Form::Options(form), .. } = create.as_mut() else { return &mut [] };
    form.transform.as_mut().map_or(&mut [], |items| items.value.as_mut_slice())
}

struct Calls<'a> {
    session: &'a SessionContext,
    /// `None`: what the statement needs need not be there.
    store: Option<&'a ModelStore>,
    in_bigquery: bool,
}

impl VisitorMut for Calls<'_> {
    type Break = Error;

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<Error> {
        // Where the query runs, the planner checks them.
        if self.store.is_some() {
            return ControlFlow::Continue(());
        }
        check_call(relation).map_or_else(ControlFlow::Break, ControlFlow::Continue)
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        self.check(function).map_or_else(ControlFlow::Break, ControlFlow::Continue)
    }
}

impl Calls<'_> {
    fn check(&self, function: &Function) -> Result<()> {
        let Some(called) = plain_name(&function.name) else { return Ok(()) };
        let place = function.name.span();
        if let Some(known) = Written::find(&called) {
            return check_preprocessing(known, function);
        }
        if called.starts_with("ml.") && !self.is_known(&called) && !self.is_known(&function.name.to_string()) {
            return not_there(&called, self.in_bigquery).map_or(Ok(()), |error| Err(error.at(place)));
        }
        match (self.store, called.as_str(), arguments_of(function).as_deref()) {
            (
                Some(store),
                "explain_model",
                Some([Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(name), span })]),
            ) => super::explain_model::model_of(store, name).map(|_| ()).map_err(|error| error.at(*span)),
            _ => Ok(()),
        }
    }

    /// Whether the session has a function that is called so: a model's, or the host's.
    fn is_known(&self, called: &str) -> bool {
        let state = self.session.state_ref();
        let state = state.read();
        state.scalar_functions().contains_key(called)
            || state.aggregate_functions().contains_key(called)
            || state.window_functions().contains_key(called)
    }
}

/// A name with its parts in lower case, as functions are registered, unless something in it is quoted.
fn plain_name(name: &ObjectName) -> Option<String> {
    let parts = name.0.iter().map(|part| part.as_ident().filter(|ident| ident.quote_style.is_none()));
    let parts = parts.map(|part| Some(part?.value.to_lowercase())).collect::<Option<Vec<_>>>()?;
    Some(parts.join("."))
}

/// The error for `ML.X` that is no function, if it is nearly one; in BigQuery's dialect the schema `ML` has no others.
fn not_there(called: &str, in_bigquery: bool) -> Option<Error> {
    let (plain, shown) = (called.replacen("ml.", "ml_", 1), called.to_uppercase());
    if is_table_function(&plain) {
        let error = Error::statement(format!("{shown} gives a table, so it stands after FROM"));
        return Some(error.with_hint(format!("SELECT * FROM {shown}(...)")));
    }
    let missing = || Error::statement(format!("there is no function {shown}"));
    match (Written::similar(called), of_other_models(&plain)) {
        (Some(similar), _) => Some(missing().with_hint(format!("did you mean {similar}?"))),
        (None, Some(error)) => Some(error),
        (None, None) => in_bigquery.then(|| missing().with_hint(format!("there are {}", Written::names().join(", ")))),
    }
}

fn check_preprocessing(known: Written, function: &Function) -> Result<()> {
    let place = function.name.span();
    if known.is_analytic() && function.over.is_none() {
        let shown = function.name.to_string();
        let error = Error::statement(format!("{shown} learns from all rows and needs OVER ()")).at(place);
        return Err(error.with_hint(format!("write {shown}(…) OVER ()")));
    }
    // Arguments by name are the planner's.
    let Some(arguments) = arguments_of(function) else { return Ok(()) };
    let constants: Vec<Option<ScalarValue>> = arguments.iter().map(|argument| constant(argument)).collect();
    known.check(&constants).map_err(|CallFault { argument, error }| {
        let span = argument.and_then(|argument| arguments.get(argument)).map_or(Span::empty(), |argument| argument.span());
        error.at(span).at(place)
    })
}

/// Arguments by position.
pub(super) fn arguments_of(function: &Function) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let expr = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(expr).collect()
}

/// A value that stands as such; a list of them.
fn constant(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Nested(inner) => constant(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => constant(expr)?.arithmetic_negate().ok(),
        Expr::Value(ValueWithSpan { value, .. }) => match value {
            Value::Number(digits, _) => {
                let whole = digits.parse().ok().map(|number| ScalarValue::Int64(Some(number)));
                whole.or_else(|| digits.parse().ok().map(|number| ScalarValue::Float64(Some(number))))
            }
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(ScalarValue::Utf8(Some(text.clone()))),
            Value::Boolean(flag) => Some(ScalarValue::Boolean(Some(*flag))),
            Value::Null => Some(ScalarValue::Null),
            _ => None,
        },
        Expr::Array(array) => {
            let items = array.elem.iter().map(constant).collect::<Option<Vec<_>>>()?;
            let first = items.first()?.data_type();
            let wanted = if items.iter().all(|item| item.data_type() == first) {
                first
            } else if items.iter().all(|item| item.data_type().is_numeric()) {
                datafusion::arrow::datatypes::DataType::Float64
            } else {
                return None;
            };
            let items = items.iter().map(|item| item.cast_to(&wanted)).collect::<Result<Vec<_>, _>>().ok()?;
            Some(ScalarValue::List(ScalarValue::new_list_nullable(&items, &wanted)))
        }
        _ => None,
    }
}
