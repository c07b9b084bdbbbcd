//! Calls of models' functions for an engine that knows arguments by position only: `f(*)` and `f(b => y, a => x)` as `f(x, y)`.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, visit_expressions_mut,
};
use datafusion_ml::{Error, ErrorKind, Result};

/// What a function takes by its name, if it is a function of a model.
pub(crate) type Functions<'a> = &'a dyn Fn(&str) -> Option<Parameters>;

/// What a function takes, in its order.
pub(crate) struct Parameters {
    /// What stands before the features and is no column: a threshold, a level.
    pub(crate) first: Option<&'static str>,
    pub(crate) features: Vec<String>,
}

/// Rewrites all calls of these functions in a statement.
pub(crate) fn by_position(statement: &mut Statement, functions: Functions<'_>) -> Result<()> {
    let rewritten = match statement {
        Statement::Statement(inner) => visit_expressions_mut(inner.as_mut(), |expr| rewrite(expr, functions)),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => visit_expressions_mut(query.as_mut(), |expr| rewrite(expr, functions)),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    };
    match rewritten {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

fn rewrite(expr: &mut Expr, functions: Functions<'_>) -> ControlFlow<Error> {
    let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
    let FunctionArguments::List(list) = &mut function.args else { return ControlFlow::Continue(()) };
    if list.args.iter().all(|arg| matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(_)))) {
        return ControlFlow::Continue(());
    }
    let name = identifiers(&function.name).iter().map(normalised).collect::<Vec<_>>().join(".");
    let Some(parameters) = functions(&name) else { return ControlFlow::Continue(()) };
    match positional(&name, &list.args, &parameters) {
        Ok(args) => {
            list.args = args;
            ControlFlow::Continue(())
        }
        Err(error) => ControlFlow::Break(error),
    }
}

fn positional(function: &str, given: &[FunctionArg], parameters: &Parameters) -> Result<Vec<FunctionArg>> {
    let (mut args, mut named, mut star) = (Vec::new(), Vec::new(), None);
    for arg in given {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(_)) if named.is_empty() && star.is_none() => args.push(arg.clone()),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if star.is_none() => star = Some(Vec::new()),
            FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(table)) if star.is_none() => star = Some(identifiers(table)),
            FunctionArg::Named { name, arg, .. } | FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, .. } => {
                named.push((name, arg));
            }
            _ => return Err(unreadable(function, parameters, "it takes arguments by position, one star, and those by name")),
        }
    }
    let all = parameters.first.map(|first| (first, false)).into_iter();
    let all = all.chain(parameters.features.iter().map(|feature| (feature.as_str(), true)));
    for (parameter, is_column) in all.skip(args.len()) {
        let value = match (named.iter().position(|(name, _)| means(name, parameter)), &star) {
            (Some(place), _) => named.remove(place).1.clone(),
            (None, Some(table)) if is_column => FunctionArgExpr::Expr(column(table, parameter)),
            _ => return Err(unreadable(function, parameters, &format!("{parameter} is missing"))),
        };
        args.push(FunctionArg::Unnamed(value));
    }
    match named.first() {
        Some((name, _)) => Err(unreadable(function, parameters, &format!("it takes no {name}, or has it already"))),
        None => Ok(args),
    }
}

fn unreadable(function: &str, parameters: &Parameters, why: &str) -> Error {
    let names = parameters.first.into_iter().chain(parameters.features.iter().map(String::as_str));
    let call = format!("{function}({})", names.collect::<Vec<_>>().join(", "));
    let message = format!("the call of {function} cannot be read: {why}");
    Error::from(ErrorKind::Call { message }).with_hint(format!("by position it is {call}"))
}

/// `"feature"` or `table."feature"`.
fn column(table: &[Ident], feature: &str) -> Expr {
    let name = Ident::with_quote('"', feature);
    if table.is_empty() {
        Expr::Identifier(name)
    } else {
        Expr::CompoundIdentifier(table.iter().cloned().chain([name]).collect())
    }
}

fn means(name: &Ident, parameter: &str) -> bool {
    if name.quote_style.is_some() { name.value == parameter } else { name.value.eq_ignore_ascii_case(parameter) }
}

fn identifiers(name: &ObjectName) -> Vec<Ident> {
    name.0.iter().filter_map(|part| part.as_ident().cloned()).collect()
}

fn normalised(name: &Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }
}
