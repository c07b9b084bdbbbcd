//! Values for the parameters of a statement, `$1` or `$name`.
//!
//! DataFusion puts values into plans. A model keeps the text of its statement, so in its training query they are written as
//! literals instead. A literal must mean exactly the value: each is read back before it is used.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, ParamValues, ScalarValue};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, cast, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CopyToSource, Statement as HostStatement};
use datafusion::sql::sqlparser::ast::{self, Value, ValueWithSpan, Visit, Visitor, visit_expressions_mut};
use datafusion::sql::unparser::expr_to_sql;

use super::ast::{CreateModel, Source, Spanned, Statement};
use crate::error::{Error, Result};

/// Checks that the parameters of a statement have values, and the values parameters, and writes them into training queries.
///
/// Without values a statement of DataFusion's may keep its parameters: values can be put into the plan later.
pub(super) fn bind(statement: &mut Statement, values: Option<&ParamValues>, session: &SessionContext) -> Result<()> {
    match (statement, values) {
        (Statement::DataFusion(host), Some(values)) => check(&parameters_of(host), values).map_err(|error| match **host {
            HostStatement::Statement(ref statement) if is_prepare(statement) => {
                error.with_hint("what PREPARE leaves open gets its values from EXECUTE")
            }
            _ => error,
        }),
        (Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. }, values) => {
            bind_query(create, values.unwrap_or(&ParamValues::List(Vec::new())), session)
        }
        (_, Some(values)) => check(&[], values),
        (_, None) => Ok(()),
    }
}

fn bind_query(create: &mut CreateModel, values: &ParamValues, session: &SessionContext) -> Result<()> {
    let Some(Spanned { value: Source::Query(query), .. }) = &mut create.source else { return check(&[], values) };
    check(&parameters(query.as_ref()), values)?;
    let written = visit_expressions_mut(query.as_mut(), |expr| {
        let ast::Expr::Value(ValueWithSpan { value: Value::Placeholder(name), span }) = expr else {
            return ControlFlow::Continue(());
        };
        let literal = value_of(name, values).ok_or_else(|| Error::internal(format!("{name} was not checked")));
        match literal.and_then(|value| literal_of(name, value, session).map_err(|error| error.at(*span))) {
            Ok(literal) => {
                *expr = literal;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    });
    if let ControlFlow::Break(error) = written {
        return Err(error);
    }
    match parameters(query.as_ref()).first() {
        Some(left) => Err(Error::statement(format!("the parameter {} stands where no expression can", left.value)).at(left.span)),
        None => Ok(()),
    }
}

/// Collects parameters in the order of the text.
struct Parameters(Vec<Spanned<String>>);

impl Visitor for Parameters {
    type Break = ();

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(name) = &value.value {
            self.0.push(Spanned::new(name.clone(), value.span));
        }
        ControlFlow::Continue(())
    }
}

fn parameters(node: &impl Visit) -> Vec<Spanned<String>> {
    let mut found = Parameters(Vec::new());
    // It never breaks off.
    let _ = node.visit(&mut found);
    found.0
}

fn parameters_of(statement: &HostStatement) -> Vec<Spanned<String>> {
    match statement {
        // What PREPARE leaves open EXECUTE fills in.
        HostStatement::Statement(statement) if is_prepare(statement) => Vec::new(),
        HostStatement::Statement(statement) => parameters(statement.as_ref()),
        HostStatement::Explain(explain) => parameters_of(&explain.statement),
        HostStatement::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => parameters(query.as_ref()),
            CopyToSource::Relation(_) => Vec::new(),
        },
        HostStatement::CreateExternalTable(_) | HostStatement::Reset(_) => Vec::new(),
    }
}

fn is_prepare(statement: &ast::Statement) -> bool {
    matches!(statement, ast::Statement::Prepare { .. })
}

/// The value of a parameter, by its number or by its name.
fn value_of<'a>(parameter: &str, values: &'a ParamValues) -> Option<&'a ScalarValue> {
    let name = parameter.strip_prefix('$')?;
    match values {
        ParamValues::List(list) => list.get(name.parse::<usize>().ok()?.checked_sub(1)?).map(|value| &value.value),
        ParamValues::Map(map) => map.get(name).map(|value| &value.value),
    }
}

/// Every parameter has a value and every value a parameter.
fn check(parameters: &[Spanned<String>], values: &ParamValues) -> Result<()> {
    for parameter in parameters {
        if !parameter.starts_with('$') || parameter.len() == 1 {
            let error = Error::statement(format!("the parameter {} has neither number nor name", parameter.value));
            return Err(error.at(parameter.span).with_hint("write $1, $2, ... or $name"));
        }
        if value_of(parameter, values).is_none() {
            let error = Error::statement(format!("the parameter {} has no value", parameter.value)).at(parameter.span);
            let given = given(values);
            return Err(if given.is_empty() {
                error.with_hint("MlContext::sql_with_params takes a statement with values")
            } else {
                error.with_hint(format!("values are given for {}", given.join(", ")))
            });
        }
    }
    let is_used = |value: &String| parameters.iter().any(|parameter| same_parameter(parameter, value));
    match given(values).into_iter().find(|value| !is_used(value)) {
        Some(surplus) => Err(Error::statement(format!("a value is given for {surplus}, which is no parameter of the statement"))
            .with_hint("leave the value out, or use it in the statement")),
        None => Ok(()),
    }
}

fn same_parameter(written: &str, given: &str) -> bool {
    let number = |name: &str| name.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok());
    written == given || number(written).is_some_and(|written| number(given) == Some(written))
}

/// What there are values for, in order.
fn given(values: &ParamValues) -> Vec<String> {
    match values {
        ParamValues::List(list) => (1..=list.len()).map(|number| format!("${number}")).collect(),
        ParamValues::Map(map) => {
            let mut names: Vec<_> = map.keys().map(|name| format!("${name}")).collect();
            names.sort();
            names
        }
    }
}

/// An expression that SQL reads back as exactly this value.
fn literal_of(parameter: &str, value: &ScalarValue, session: &SessionContext) -> Result<ast::Expr> {
    let value = plain(value);
    let written = candidates(&value).into_iter().filter_map(|candidate| expr_to_sql(&candidate).ok().map(in_brackets));
    for literal in written {
        if read_back(&literal.to_string(), session).as_ref() == Some(&value) {
            return Ok(literal);
        }
    }
    let message = format!("the value of {parameter} is of type {} and cannot be written into a statement", value.data_type());
    Err(Error::statement(message).with_hint("give a number, a text, a truth value, a date, a time, or a list of these"))
}

/// The value in the one of several equal types that literals have.
fn plain(value: &ScalarValue) -> ScalarValue {
    match value {
        ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => ScalarValue::Utf8(text.clone()),
        ScalarValue::Dictionary(_, value) => plain(value),
        value => value.clone(),
    }
}

/// Ways to write a value, the most readable first.
fn candidates(value: &ScalarValue) -> Vec<Expr> {
    let data_type = value.data_type();
    let mut candidates = vec![lit(value.clone()), cast(lit(value.clone()), data_type.clone())];
    if let Ok(text) = value.cast_to(&DataType::Utf8) {
        let arrow_cast = datafusion::functions::core::expr_fn::arrow_cast(lit(text.clone()), lit(data_type.to_string()));
        candidates.extend([cast(lit(text), data_type), arrow_cast]);
    }
    candidates
}

/// `- $1` must not become `--5`, which begins a comment.
fn in_brackets(literal: ast::Expr) -> ast::Expr {
    match &literal {
        ast::Expr::Cast { .. } | ast::Expr::Function(_) | ast::Expr::Array(_) => literal,
        ast::Expr::Value(value) if !matches!(&value.value, Value::Number(number, _) if number.starts_with('-')) => literal,
        _ => ast::Expr::Nested(Box::new(literal)),
    }
}

/// What SQL makes of a literal.
fn read_back(literal: &str, session: &SessionContext) -> Option<ScalarValue> {
    let schema = DFSchema::empty();
    let expr = session.parse_sql_expr(literal, &schema).ok()?;
    let state = session.state();
    let context = SimplifyContext::builder().with_config_options(state.config_options().clone()).build();
    match ExprSimplifier::new(context).simplify(expr).ok()? {
        Expr::Literal(value, _) => Some(plain(&value)),
        _ => None,
    }
}
