//! Elements taken as they are: in `FROM t, UNNEST(a) AS p` the name `p` alone.
//!
//! Whether an element has fields is known when it is planned. There it gets a column of a name of its own where the query asks for it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, ExceptSelectItem, Expr, Ident, ObjectName, OrderBy, Query, Select, SelectItem, SelectItemQualifiedWildcardKind,
    VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use super::super::build::null;
use super::super::calls::by_name;
use crate::error::{Error, Result};

/// The column that is a whole element.
pub(super) fn column_of(alias: &str) -> String {
    format!("__element_{}", alias.to_lowercase())
}

/// Names the whole elements in a SELECT, and gives the aliases, in lower case, of those that are asked for.
pub(super) fn name(select: &mut Select, order_by: Option<&mut OrderBy>, aliases: &[Ident]) -> Result<Vec<String>> {
    let mut elements = Elements { aliases, depth: 0, hidden: Vec::new(), found: Vec::new() };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr @ Expr::Identifier(_)) = item
            && let Expr::Identifier(name) = &*expr
            && elements.is_one(name)
        {
            let alias = Ident { span: name.span, ..Ident::with_quote('`', name.value.clone()) };
            *item = SelectItem::ExprWithAlias { expr: std::mem::replace(expr, null()), alias };
        }
    }
    let mut flow = VisitMut::visit(&mut select.projection, &mut elements);
    for part in [&mut select.selection, &mut select.having, &mut select.qualify] {
        if flow.is_continue() {
            flow = VisitMut::visit(part, &mut elements);
        }
    }
    if flow.is_continue() {
        flow = VisitMut::visit(&mut select.group_by, &mut elements);
    }
    // In ORDER BY a name of the SELECT list comes first.
    let alias = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.to_lowercase()),
        _ => None,
    };
    elements.hidden = select.projection.iter().filter_map(alias).collect();
    if flow.is_continue()
        && let Some(order_by) = order_by
    {
        flow = VisitMut::visit(order_by, &mut elements);
    }
    if let ControlFlow::Break(error) = flow {
        return Err(error);
    }
    let found = elements.found;
    for item in &mut select.projection {
        match item {
            SelectItem::Wildcard(options) => found.iter().for_each(|alias| leave_out(options, alias)),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(ObjectName(parts)), options) => {
                let of = parts.last().and_then(|part| part.as_ident()).map(|name| name.value.to_lowercase());
                found.iter().filter(|alias| of.as_ref() == Some(*alias)).for_each(|alias| leave_out(options, alias));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// A star has no whole elements.
fn leave_out(options: &mut WildcardAdditionalOptions, alias: &str) {
    let name = Ident::with_quote('`', column_of(alias));
    match &mut options.opt_except {
        Some(except) => except.additional_elements.push(name),
        none => *none = Some(ExceptSelectItem { first_element: name, additional_elements: Vec::new() }),
    }
}

struct Elements<'a> {
    aliases: &'a [Ident],
    /// Queries around this expression, within the one that has the arrays.
    depth: usize,
    /// Names that mean something else here.
    hidden: Vec<String>,
    found: Vec<String>,
}

impl Elements<'_> {
    fn is_one(&self, name: &Ident) -> bool {
        self.aliases.iter().any(|alias| alias.value.eq_ignore_ascii_case(&name.value))
    }
}

impl VisitorMut for Elements<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    /// In `array[OFFSET(0)].p` the field is no element.
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::CompoundFieldAccess { access_chain, .. } = expr {
            let is_named_so =
                |access: &&mut AccessExpr| matches!(access, AccessExpr::Dot(Expr::Identifier(name)) if self.is_one(name));
            access_chain.iter_mut().filter(is_named_so).for_each(by_name);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Identifier(name) = expr
            && self.depth == 0
            && self.is_one(name)
        {
            let alias = name.value.to_lowercase();
            if !self.hidden.contains(&alias) {
                *name = Ident { span: name.span, ..Ident::with_quote('`', column_of(&alias)) };
                if !self.found.contains(&alias) {
                    self.found.push(alias);
                }
            }
        }
        ControlFlow::Continue(())
    }
}
