//! `FROM t AS v, v.hits AS h`: an array by its path, which means `UNNEST(v.hits) AS h`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Select, SetExpr, TableAlias, TableFactor, VisitMut, VisitorMut,
};

/// Writes paths behind `FROM` as `UNNEST`. What begins with the name of a table before it, or of an outer query's, is a path: the
/// name is no schema's then.
pub(in super::super) fn write_paths<V: VisitMut>(query: &mut V) {
    // It never breaks off.
    let _ = query.visit(&mut Paths { tables: Vec::new() });
}

struct Paths {
    /// Names of the tables of each query that is open, in lower case.
    tables: Vec<Vec<String>>,
}

impl VisitorMut for Paths {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let mut before = self.tables.last().cloned().unwrap_or_default();
        in_body(&mut query.body, &mut before);
        self.tables.push(before);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.tables.pop();
        ControlFlow::Continue(())
    }
}

fn in_body(body: &mut SetExpr, before: &mut Vec<String>) {
    match body {
        SetExpr::Select(select) => in_select(select, before),
        SetExpr::SetOperation { left, right, .. } => {
            in_body(left, before);
            in_body(right, before);
        }
        _ => {}
    }
}

fn in_select(select: &mut Select, before: &mut Vec<String>) {
    for item in &mut select.from {
        let joined = item.joins.iter_mut().map(|join| &mut join.relation);
        for relation in std::iter::once(&mut item.relation).chain(joined) {
            if let TableFactor::Table { name, alias, args: None, .. } = &*relation
                && let Some(path) = parts(name).filter(|path| path.len() > 1)
                && path.first().is_some_and(|first| before.contains(&first.value.to_lowercase()))
            {
                *relation = unnest(path, alias.clone());
            }
            before.extend(name_of(relation).map(|name| name.to_lowercase()));
        }
    }
}

fn parts(name: &ObjectName) -> Option<Vec<Ident>> {
    name.0.iter().map(|part| part.as_ident().cloned()).collect()
}

fn unnest(path: Vec<Ident>, alias: Option<TableAlias>) -> TableFactor {
    let alias = alias.or_else(|| {
        let name = path.last().cloned()?;
        Some(TableAlias { explicit: false, name, columns: Vec::new(), at: None })
    });
    TableFactor::UNNEST {
        alias,
        array_exprs: vec![Expr::CompoundIdentifier(path)],
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    }
}

/// What a relation is called in its query.
fn name_of(relation: &TableFactor) -> Option<String> {
    match relation {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. } => Some(alias.name.value.clone()),
        TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()).map(|name| name.value.clone()),
        _ => None,
    }
}
