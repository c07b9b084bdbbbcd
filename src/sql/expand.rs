//! `f(*)` and `f(t.*)` as `f("a" => "a", ...)`: the arguments of a model's function by name.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as HostStatement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments, Ident, ObjectName, Query, Spanned as _,
    visit_expressions_mut,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::ast::{CreateModel, Statement};
use super::parser::normalised;
use crate::error::{Error, Result};

/// What a function takes: the names of its features by its normalised name, if it is a function of a model.
type Features<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

/// Rewrites the stars in calls of models' functions, wherever an expression may stand.
///
/// `features_of` gets a function's name, unquoted parts in lower case and parts joined with dots, and gives the names of its
/// features. A feature that the call names itself keeps its own value: `f(*, tenure => 12)`. Stars of other functions stay.
pub(crate) fn expand_stars(statement: &mut Statement, features_of: Features<'_>) -> Result<()> {
    match statement {
        Statement::DataFusion(host) => expand_host(host, features_of),
        Statement::CreateModel(create) | Statement::ExplainCreateModel { create, .. } => expand_create(create, features_of),
        _ => Ok(()),
    }
}

fn expand_create(create: &mut CreateModel, features_of: Features<'_>) -> Result<()> {
    let queries = create.source.iter_mut().flat_map(|source| source.value.queries_mut());
    queries.into_iter().try_for_each(|query| expand_query(query, features_of))
}

fn expand_host(statement: &mut HostStatement, features_of: Features<'_>) -> Result<()> {
    match statement {
        HostStatement::Statement(statement) => finish(visit_expressions_mut(statement, |expr| expand(expr, features_of))),
        HostStatement::Explain(explain) => expand_host(&mut explain.statement, features_of),
        HostStatement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => expand_query(query, features_of),
            CopyToSource::Relation(_) => Ok(()),
        },
        HostStatement::CreateExternalTable(_) | HostStatement::Reset(_) => Ok(()),
    }
}

fn expand_query(query: &mut Query, features_of: Features<'_>) -> Result<()> {
    finish(visit_expressions_mut(query, |expr| expand(expr, features_of)))
}

fn finish(flow: ControlFlow<Error>) -> Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

fn expand(expr: &mut Expr, features_of: Features<'_>) -> ControlFlow<Error> {
    let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
    let FunctionArguments::List(list) = &mut function.args else { return ControlFlow::Continue(()) };
    let Some(star) = list.args.iter().position(is_star) else { return ControlFlow::Continue(()) };
    let Some(features) = features_of(&normalised_name(&function.name)) else { return ControlFlow::Continue(()) };
    // The star itself has no place in the tree.
    let place = function.name.span();
    match expanded(&list.args, star, &features, place) {
        Ok(args) => {
            list.args = args;
            ControlFlow::Continue(())
        }
        Err(error) => ControlFlow::Break(error.at(place)),
    }
}

fn is_star(arg: &FunctionArg) -> bool {
    let FunctionArg::Unnamed(arg) = arg else { return false };
    !matches!(arg, FunctionArgExpr::Expr(_))
}

fn expanded(args: &[FunctionArg], star: usize, features: &[String], place: Span) -> Result<Vec<FunctionArg>> {
    let table = match &args[star] {
        FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(table)) => identifiers(table),
        FunctionArg::Unnamed(FunctionArgExpr::WildcardWithOptions(_)) => {
            let hint =
                "the star takes the features by name and needs no EXCEPT; to give one yourself, name it: f(*, feature => value)";
            return Err(Error::unsupported("a star with EXCEPT, EXCLUDE, REPLACE or RENAME in a call").with_hint(hint));
        }
        _ => Vec::new(),
    };
    let (before, after) = (&args[..star], &args[star + 1..]);
    if after.iter().any(is_star) {
        return Err(Error::statement("a call takes one star").with_hint("join the tables in a query and give the star of that"));
    }
    if after.iter().any(|arg| matches!(arg, FunctionArg::Unnamed(_))) {
        let hint = "arguments by position, such as a threshold, stand before the star; those by name may follow it";
        return Err(Error::statement("an argument by position after the star").with_hint(hint));
    }
    let by_name = |feature: &&String| !before.iter().chain(after).any(|arg| names(arg, feature));
    let by_name = features.iter().filter(by_name).map(|feature| argument(&table, feature, place));
    Ok(before.iter().cloned().chain(by_name).chain(after.iter().cloned()).collect())
}

/// Whether an argument gives this feature by name.
fn names(arg: &FunctionArg, feature: &str) -> bool {
    let (FunctionArg::Named { name, .. } | FunctionArg::ExprNamed { name: Expr::Identifier(name), .. }) = arg else {
        return false;
    };
    if name.quote_style.is_some() { name.value == feature } else { name.value.eq_ignore_ascii_case(feature) }
}

/// `"feature" => table."feature"`.
fn argument(table: &[Ident], feature: &str, place: Span) -> FunctionArg {
    let name = Ident::with_quote_and_span('"', place, feature);
    let value = if table.is_empty() {
        Expr::Identifier(name.clone())
    } else {
        Expr::CompoundIdentifier(table.iter().cloned().chain([name.clone()]).collect())
    };
    FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), operator: FunctionArgOperator::RightArrow }
}

fn identifiers(name: &ObjectName) -> Vec<Ident> {
    name.0.iter().filter_map(|part| part.as_ident().cloned()).collect()
}

fn normalised_name(name: &ObjectName) -> String {
    identifiers(name).into_iter().map(normalised).collect::<Vec<_>>().join(".")
}
