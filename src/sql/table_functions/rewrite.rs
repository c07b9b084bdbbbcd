//! Writes out tables that are given as data: `ml_evaluate('m', customers)` as `ml_evaluate('m', (SELECT * FROM customers))`.
//!
//! DataFusion looks up the tables of a statement before it plans, and finds only those that stand in a FROM clause.

use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, Query, TableFactor, VisitorMut, visit_relations_mut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Tokenizer;

use super::data::{table_name, without_quotes};
use super::list::{self, TableFunction};
use crate::sql::ast::Statement;
use crate::sql::walk::walk;

/// Whether the session has a table of this name.
type Exists<'a> = &'a dyn Fn(&TableReference) -> bool;

/// Rewrites the calls of a statement.
pub(crate) fn write_out_tables(statement: &mut Statement, exists: Exists<'_>) {
    // It never breaks off.
    let _ = walk(statement, &mut Tables { exists });
}

struct Tables<'a> {
    exists: Exists<'a>,
}

impl VisitorMut for Tables<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        let (name, args) = match relation {
            TableFactor::Table { name, args: Some(arguments), .. } => (name, &mut arguments.args),
            TableFactor::Function { name, args, .. } => (name, args),
            _ => return ControlFlow::Continue(()),
        };
        if !list::find(name).is_some_and(TableFunction::takes_data) {
            return ControlFlow::Continue(());
        }
        // The first argument by position is the model.
        for (place, arg) in args.iter_mut().enumerate() {
            let expr = match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if place == 1 => expr,
                FunctionArg::Named { name, arg: FunctionArgExpr::Expr(expr), .. }
                | FunctionArg::ExprNamed { name: Expr::Identifier(name), arg: FunctionArgExpr::Expr(expr), .. }
                    if name.value.eq_ignore_ascii_case("data") =>
                {
                    expr
                }
                _ => continue,
            };
            if let Some(query) = table_name(expr).map(|name| self.meant(name)).and_then(select_all) {
                *expr = Expr::Subquery(query);
            }
        }
        ControlFlow::Continue(())
    }
}

impl Tables<'_> {
    /// A name given as text is the name itself, else what SQL reads in it.
    fn meant(&self, name: ObjectName) -> ObjectName {
        match without_quotes(&name) {
            Some(other) if !self.exists(&name) && self.exists(&other) => other,
            _ => name,
        }
    }

    fn exists(&self, name: &ObjectName) -> bool {
        let parts: Vec<String> = name.0.iter().filter_map(|part| part.as_ident().map(|ident| ident.value.clone())).collect();
        let reference = match parts.as_slice() {
            [table] => TableReference::bare(table.as_str()),
            [schema, table] => TableReference::partial(schema.as_str(), table.as_str()),
            [catalog, schema, table] => TableReference::full(catalog.as_str(), schema.as_str(), table.as_str()),
            _ => return false,
        };
        (self.exists)(&reference)
    }
}

/// `SELECT * FROM name`.
fn select_all(name: ObjectName) -> Option<Box<Query>> {
    // A query's tree has many parts; the parser knows what they are when nothing is said of them. Its tokens have no place, so
    // the place of the query is that of the name.
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, "SELECT * FROM t").tokenize().ok()?;
    let mut query = Parser::new(&dialect).with_tokens(tokens).parse_query().ok()?;
    let _ = visit_relations_mut(&mut query, |relation| {
        *relation = name.clone();
        ControlFlow::<()>::Continue(())
    });
    Some(query)
}
