//! A query for one value of an outer row's array, as a function that finds the element.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Ident, Query, SelectItem, SetExpr, TableFactor};

use super::build::{call, text};
use super::functions;
use super::unnest::{has_column, known_fields, same};

/// `(SELECT p.x FROM UNNEST(array) AS p WHERE p.y = value)` of an outer row's array.
pub(super) fn lookup(query: &Query) -> Option<Expr> {
    let Query { with: None, body, order_by: None, limit_clause: None, fetch: None, .. } = query else { return None };
    let SetExpr::Select(select) = body.as_ref() else { return None };
    let ([item], None, None, None) = (select.from.as_slice(), &select.distinct, &select.having, &select.qualify) else {
        return None;
    };
    let TableFactor::UNNEST { alias, array_exprs, with_offset: false, with_ordinality: false, .. } = &item.relation else {
        return None;
    };
    let ([array], true) = (array_exprs.as_slice(), item.joins.is_empty()) else { return None };
    if !has_column(array) {
        return None;
    }
    let known = known_fields(array);
    let is_known = |name: &Ident| known.iter().any(|field| name.value.eq_ignore_ascii_case(field));
    let field = |expr: &Expr| -> Option<String> {
        match expr {
            Expr::Identifier(name) if is_known(name) => Some(name.value.clone()),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [first, field] if alias.as_ref().is_some_and(|alias| same(&alias.name, first)) => Some(field.value.clone()),
                _ => None,
            },
            _ => None,
        }
    };
    let [SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }] = select.projection.as_slice() else {
        return None;
    };
    let Some(Expr::BinaryOp { left, op: BinaryOperator::Eq, right }) = &select.selection else { return None };
    let (key, wanted) = match (field(left), field(right)) {
        (Some(key), None) => (key, right),
        (None, Some(key)) => (key, left),
        _ => return None,
    };
    Some(call(functions::LOOKUP, vec![array.clone(), text(key), wanted.as_ref().clone(), text(field(value)?)]))
}
