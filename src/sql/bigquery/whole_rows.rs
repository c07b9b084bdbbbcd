//! `TO_JSON_STRING(t)`: the row of a table as a whole, which means a struct of its columns.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::prelude::SessionContext;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, ObjectNamePart, TableFactor, VisitMut, VisitorMut,
};

use super::calls::name_of;

/// Writes out the rows of tables of the session. A name that is a column's means the column.
pub(super) async fn write_out<V: VisitMut>(query: &mut V, session: &SessionContext) {
    let mut found = Names::default();
    let _ = query.visit(&mut found);
    if !found.is_asked_for {
        return;
    }
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, table) in found.tables {
        let Ok(reference) = object_name_to_table_reference(table, true) else { continue };
        let Ok(provider) = session.table_provider(reference).await else { continue };
        columns.insert(name, provider.schema().fields().iter().map(|field| field.name().clone()).collect());
    }
    let all: Vec<String> = columns.values().flatten().map(|name| name.to_lowercase()).collect();
    columns.retain(|table, _| !all.contains(table));
    let _ = query.visit(&mut Rows { columns });
}

/// Whether a row as a whole may be asked for, and the tables by what they are called.
#[derive(Default)]
struct Names {
    is_asked_for: bool,
    tables: BTreeMap<String, ObjectName>,
}

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, args: None, .. } = relation {
            let last = || name.0.last().and_then(ObjectNamePart::as_ident).map(|last| last.value.to_lowercase());
            let called = alias.as_ref().map(|alias| alias.name.value.to_lowercase()).or_else(last);
            self.tables.extend(called.map(|called| (called, name.clone())));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.is_asked_for |= row_of(expr).is_some();
        ControlFlow::Continue(())
    }
}

struct Rows {
    columns: BTreeMap<String, Vec<String>>,
}

impl VisitorMut for Rows {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(row) = row_of(expr)
            && let Expr::Identifier(table) = &*row
            && let Some(columns) = self.columns.get(&table.value.to_lowercase())
        {
            let value = |column: &String| {
                let name = Ident::with_quote('`', column);
                let expr = Box::new(Expr::CompoundIdentifier(vec![table.clone(), name.clone()]));
                Expr::Named { expr, name }
            };
            *row = Expr::Struct { values: columns.iter().map(value).collect(), fields: Vec::new() };
        }
        ControlFlow::Continue(())
    }
}

/// The argument of `TO_JSON_STRING`.
fn row_of(expr: &mut Expr) -> Option<&mut Expr> {
    let Expr::Function(function) = expr else { return None };
    if name_of(function).as_deref() != Some("TO_JSON_STRING") {
        return None;
    }
    match &mut function.args {
        FunctionArguments::List(list) => match list.args.as_mut_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(row))] => Some(row),
            _ => None,
        },
        _ => None,
    }
}
