//! Fields of the elements of arrays in FROM, by `alias.field` or by their bare names.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, Ident, Query, VisitorMut};

use super::calls::by_name;
use super::unnest::{Element, same};
use crate::error::{Error, Result};

/// `name.a.b` as fields of a column.
pub(super) fn field_of(name: &Ident, fields: Vec<Ident>) -> Expr {
    let access_chain = fields.into_iter().map(|field| AccessExpr::Dot(Expr::Identifier(field))).collect();
    Expr::CompoundFieldAccess { root: Box::new(Expr::Identifier(name.clone())), access_chain }
}

/// Finds fields of elements.
pub(super) struct Fields<'a> {
    elements: &'a [Element],
    /// Queries around this expression, within the one that has the arrays.
    depth: usize,
    /// Whether a name may be a column of the query's tables.
    knows: &'a dyn Fn(&str) -> bool,
    /// Names of the SELECT list, where they may be used.
    aliases: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(elements: &'a [Element], knows: &'a dyn Fn(&str) -> bool) -> Self {
        Self { elements, depth: 0, knows, aliases: Vec::new() }
    }

    /// Names of the SELECT list, in lower case, which come first from now on.
    pub(super) fn set_aliases(&mut self, aliases: Vec<String>) {
        self.aliases = aliases;
    }

    /// The element that has a field of a name without an alias before it.
    fn owner(&self, name: &Ident) -> Result<Option<&'a Element>> {
        if self.depth > 0 || self.aliases.contains(&name.value.to_lowercase()) {
            return Ok(None);
        }
        let has = |element: &&Element| element.fields.iter().any(|field| name.value.eq_ignore_ascii_case(field));
        let found = self.elements.iter().find(has);
        if let Some(element) = found
            && (self.knows)(&name.value)
        {
            let error = Error::statement(format!("{} may be a field of the array or a column of that name", name.value));
            let hint = format!("write {0}.{1} for the field, and the table's alias before the column", element.name, name.value);
            return Err(error.at(name.span).with_hint(hint));
        }
        Ok(found)
    }
}

impl VisitorMut for Fields<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    /// In `array[OFFSET(0)].prob` the field is no column.
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::CompoundFieldAccess { access_chain, .. } = expr {
            access_chain.iter_mut().for_each(by_name);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let found = match &*expr {
            Expr::CompoundIdentifier(parts) => parts.split_first().and_then(|(first, fields)| {
                let element = self.elements.iter().find(|element| same(&element.name, first))?;
                Some(field_of(&element.name, fields.to_vec()))
            }),
            Expr::Identifier(name) => match self.owner(name) {
                Ok(element) => element.map(|element| field_of(&element.name, vec![name.clone()])),
                Err(error) => return ControlFlow::Break(error),
            },
            _ => None,
        };
        if let Some(found) = found {
            *expr = found;
        }
        ControlFlow::Continue(())
    }
}
