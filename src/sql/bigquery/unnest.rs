//! `UNNEST` of an array in `FROM`, and in a query for one value.
//!
//! DataFusion runs `UNNEST` of another relation's column only in a projection. So
//!
//! - `FROM t, UNNEST(t.a) AS p` becomes `FROM (SELECT *, unnest(t.a) AS p FROM t) AS t`, where `p.field` is `p['field']`;
//! - `(SELECT p.x FROM UNNEST(a) AS p WHERE p.y = value)` becomes a function that finds the element.
//!
//! The fields of the arrays that our own functions give are known, and may stand without the array's alias.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, Expr, Ident, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Spanned as _, TableAlias, TableAliasColumnDef, TableFactor, TableWithJoins, Value,
    ValueWithSpan, Visit, VisitMut, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::BigQueryDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::build::call;
use super::element::lookup;
use super::fields::{Fields, field_of};
use crate::error::{Error, Result};

/// The alias of an array that has none.
const UNNAMED: &str = "unnested";
/// What to write instead of a query over an outer row's array.
const INSTEAD: &str = "write (SELECT field FROM UNNEST(array) WHERE field = value), array[OFFSET(n)].field, or UNNEST beside the \
                       table: FROM t, UNNEST(array) AS p";

/// Writes out the arrays of a query. `knows` says whether a name may be a column of its tables.
pub(super) fn write_out<V: VisitMut>(query: &mut V, knows: &dyn Fn(&str) -> bool) -> Result<()> {
    match query.visit(&mut Arrays { knows }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Arrays<'a> {
    knows: &'a dyn Fn(&str) -> bool,
}

impl VisitorMut for Arrays<'_> {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Subquery(query) = expr
            && let Some(found) = lookup(query)
        {
            *expr = found;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        match arrays_of(query, self.knows) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// An array whose elements are rows.
pub(super) struct Element {
    pub(super) name: Ident,
    /// Its fields, where they are known.
    pub(super) fields: &'static [&'static str],
    /// What the relation that it was added to is called.
    relation: Option<Ident>,
    /// Whether its elements could have fields.
    may_have_fields: bool,
}

fn arrays_of(query: &mut Query, knows: &dyn Fn(&str) -> bool) -> Result<()> {
    let SetExpr::Select(select) = query.body.as_mut() else { return Ok(()) };
    let mut elements = Vec::new();
    let mut from: Vec<TableWithJoins> = Vec::new();
    for mut item in std::mem::take(&mut select.from) {
        let joins = std::mem::take(&mut item.joins);
        if matches!(item.relation, TableFactor::UNNEST { .. }) {
            elements.push(add(&mut from, item.relation)?);
        } else {
            from.push(item);
        }
        for join in joins {
            if !matches!(join.relation, TableFactor::UNNEST { .. }) {
                if let Some(last) = from.last_mut() {
                    last.joins.push(join);
                }
                continue;
            }
            let is_true = |on: &Expr| matches!(on, Expr::Value(ValueWithSpan { value: Value::Boolean(true), .. }));
            match &join.join_operator {
                JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) if is_true(on) => {}
                JoinOperator::CrossJoin(_)
                | JoinOperator::Join(JoinConstraint::None)
                | JoinOperator::Inner(JoinConstraint::None) => {}
                _ => {
                    let error = Error::unsupported("a join with UNNEST that is not CROSS JOIN").at(join.relation.span());
                    return Err(error.with_hint("write FROM t, UNNEST(array) AS p, and conditions after WHERE"));
                }
            }
            elements.push(add(&mut from, join.relation)?);
        }
    }
    select.from = from;
    if elements.is_empty() {
        return Ok(());
    }
    wildcards(select, &elements)?;
    let mut fields = Fields::new(&elements, knows);
    let mut flow = VisitMut::visit(&mut select.projection, &mut fields);
    if flow.is_continue() {
        flow = VisitMut::visit(&mut select.selection, &mut fields);
    }
    // From here on a name of the SELECT list comes first.
    let named = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.to_lowercase()),
        _ => None,
    };
    fields.set_aliases(select.projection.iter().filter_map(named).collect());
    for part in [&mut select.having, &mut select.qualify] {
        if flow.is_continue() {
            flow = VisitMut::visit(part, &mut fields);
        }
    }
    if flow.is_continue() {
        flow = VisitMut::visit(&mut select.group_by, &mut fields);
    }
    if flow.is_continue() {
        flow = VisitMut::visit(&mut query.order_by, &mut fields);
    }
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Adds an array to the relations before it.
fn add(from: &mut Vec<TableWithJoins>, unnest: TableFactor) -> Result<Element> {
    let place = unnest.span();
    let TableFactor::UNNEST { alias, mut array_exprs, with_offset, with_ordinality, .. } = unnest else {
        return Err(Error::internal("an array is no array"));
    };
    if with_offset || with_ordinality {
        let error = Error::unsupported("UNNEST WITH OFFSET").at(place);
        return Err(error.with_hint("take elements by their place: array[OFFSET(n)]"));
    }
    let (Some(array), true) = (array_exprs.pop(), array_exprs.is_empty()) else {
        return Err(Error::unsupported("UNNEST of several arrays").at(place).with_hint("write UNNEST of each"));
    };
    let name = alias.map_or_else(|| Ident::with_quote('`', UNNAMED), |alias| alias.name);
    let mut element = Element { fields: known_fields(&array), may_have_fields: has_struct(&array), name, relation: None };
    if !has_column(&array) {
        from.push(standalone(array, &element.name)?);
        return Ok(element);
    }
    element.may_have_fields = true;
    if from.is_empty() {
        return Err(Error::unsupported("a query over the array of an outer row").at(place).with_hint(INSTEAD));
    }
    let qualifier = match &array {
        Expr::CompoundIdentifier(parts) => parts.first(),
        _ => None,
    };
    let named =
        |item: &TableWithJoins| qualifier.is_some_and(|wanted| alias_of(&item.relation).is_some_and(|name| same(&name, wanted)));
    let found = from.iter().position(named).or_else(|| (from.len() == 1).then_some(0));
    let item = found.and_then(|place| from.get_mut(place)).filter(|item| item.joins.is_empty());
    let Some(item) = item else {
        let error = Error::unsupported("UNNEST of an array beside several tables").at(place);
        return Err(error.with_hint("join the tables in a query in brackets, and put UNNEST beside that"));
    };
    element.relation = alias_of(&item.relation);
    let relation = std::mem::replace(&mut item.relation, standalone(super::build::null(), &element.name)?.relation);
    item.relation = derived(relation, array, &element)?;
    Ok(element)
}

/// `UNNEST(array) AS name (name)`, of an array that depends on no relation.
fn standalone(array: Expr, name: &Ident) -> Result<TableWithJoins> {
    let mut select = template("SELECT 1 FROM UNNEST([1]) AS a")?;
    let Some(mut item) = select.from.pop() else { return Err(Error::internal("a template without FROM")) };
    if let TableFactor::UNNEST { array_exprs, alias, .. } = &mut item.relation {
        *array_exprs = vec![array];
        let column = TableAliasColumnDef { name: name.clone(), data_type: None };
        *alias = Some(TableAlias { columns: vec![column], ..alias_as(name.clone()) });
    }
    Ok(item)
}

/// `(SELECT *, unnest(array) AS name FROM relation) AS relation`.
fn derived(relation: TableFactor, array: Expr, element: &Element) -> Result<TableFactor> {
    let sql = "SELECT 1 FROM (SELECT *, 1 AS a FROM t) AS q";
    let mut outer = template(sql)?;
    let mut factor = outer.from.pop().map(|item| item.relation);
    if let Some(TableFactor::Derived { subquery, alias, .. }) = &mut factor
        && let SetExpr::Select(select) = subquery.body.as_mut()
    {
        if let Some(SelectItem::ExprWithAlias { expr, alias }) = select.projection.get_mut(1) {
            *expr = call("unnest", vec![array]);
            *alias = element.name.clone();
        }
        if let Some(item) = select.from.first_mut() {
            item.relation = relation;
        }
        *alias = Some(alias_as(element.relation.clone().unwrap_or_else(|| Ident::with_quote('`', UNNAMED))));
    }
    factor.ok_or_else(|| Error::internal("a template without FROM"))
}

fn template(sql: &str) -> Result<Select> {
    let query = Parser::new(&BigQueryDialect {}).try_with_sql(sql).and_then(|mut parser| parser.parse_query());
    match query.map(|query| *query.body) {
        Ok(SetExpr::Select(select)) => Ok(*select),
        _ => Err(Error::internal("a template cannot be read")),
    }
}

fn alias_as(name: Ident) -> TableAlias {
    TableAlias { explicit: true, name, columns: Vec::new(), at: None }
}

/// What a relation's columns are qualified by.
fn alias_of(relation: &TableFactor) -> Option<Ident> {
    match relation {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::TableFunction { alias: Some(alias), .. } => Some(alias.name.clone()),
        TableFactor::Table { name, args: None, .. } => name.0.last().and_then(|part| part.as_ident()).cloned(),
        _ => None,
    }
}

pub(super) fn same(a: &Ident, b: &Ident) -> bool {
    a.value.eq_ignore_ascii_case(&b.value)
}

/// The fields of the arrays that our functions give, by their names.
pub(super) fn known_fields(array: &Expr) -> &'static [&'static str] {
    let column = match array {
        Expr::Identifier(column) => column.value.clone(),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()).unwrap_or_default(),
        Expr::Nested(inner) => return known_fields(inner),
        Expr::Subquery(query) => match query.body.as_ref() {
            SetExpr::Select(select) => match select.projection.as_slice() {
                [SelectItem::UnnamedExpr(array)] => return known_fields(array),
                _ => return &[],
            },
            _ => return &[],
        },
        _ => return &[],
    };
    match column.to_ascii_lowercase().as_str() {
        "category_weights" => &["category", "weight"],
        "top_feature_attributions" => &["feature", "attribution"],
        probabilities if probabilities.starts_with("predicted_") && probabilities.ends_with("_probs") => &["label", "prob"],
        _ => &[],
    }
}

/// Whether an expression takes a column of a row around it.
pub(super) fn has_column(expr: &Expr) -> bool {
    struct Columns(bool, usize);
    impl Visitor for Columns {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.1 += 1;
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.1 -= 1;
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.0 |= self.1 == 0 && matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
            ControlFlow::Continue(())
        }
    }
    let mut columns = Columns(false, 0);
    let _ = expr.visit(&mut columns);
    columns.0
}

/// Whether an array is made of structs, or of what a query gives.
fn has_struct(expr: &Expr) -> bool {
    match expr {
        Expr::Array(array) => array.elem.iter().any(|item| matches!(item, Expr::Struct { .. } | Expr::Tuple(_))),
        Expr::Nested(inner) => has_struct(inner),
        Expr::Subquery(_) => true,
        _ => false,
    }
}

/// Stars: those of an array are its fields, those of its relation have nothing of it.
fn wildcards(select: &mut Select, elements: &[Element]) -> Result<()> {
    let mut items = Vec::with_capacity(select.projection.len());
    for mut item in std::mem::take(&mut select.projection) {
        let place = item.span();
        let refuse = |what: String| {
            Error::unsupported(what).at(place).with_hint("name the columns, and the fields of the array as alias.field")
        };
        match &mut item {
            SelectItem::Wildcard(_) if elements.iter().any(|element| element.may_have_fields) => {
                return Err(refuse("* beside UNNEST".into()));
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(ObjectName(parts)), options) => {
                let qualifier = parts.last().and_then(|part| part.as_ident()).cloned();
                let is = |name: &Ident| qualifier.as_ref().is_some_and(|qualifier| same(qualifier, name));
                if let Some(element) = elements.iter().find(|element| is(&element.name)) {
                    if element.fields.is_empty() {
                        return Err(refuse(format!("{}.* of an array", element.name)));
                    }
                    let field = |field: &&str| SelectItem::UnnamedExpr(field_of(&element.name, vec![Ident::new(*field)]));
                    items.extend(element.fields.iter().map(field));
                    continue;
                }
                let of_relation = elements.iter().filter(|element| element.relation.as_ref().is_some_and(is));
                for element in of_relation {
                    match &mut options.opt_except {
                        Some(except) => except.additional_elements.push(element.name.clone()),
                        none => {
                            let name = element.name.clone();
                            *none = Some(ExceptSelectItem { first_element: name, additional_elements: Vec::new() });
                        }
                    }
                }
            }
            _ => {}
        }
        items.push(item);
    }
    select.projection = items;
    Ok(())
}
