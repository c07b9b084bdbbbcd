//! Names of columns without regard to case.
//!
//! In BigQuery `Churn`, `churn` and `CHURN` are one column, or one field of a struct. DataFusion reads names without quotes in lower case and names in quotes
//! as they stand, so every name in a statement that means a known column gets that column's spelling.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, ExcludeSelectItem, Expr, FunctionArg, FunctionArgExpr, Ident, JoinConstraint, JoinOperator, ObjectName,
    ObjectNamePart, Select, SelectItem, TableAlias, TableFactor, VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use super::build::null;
use crate::model::{Model, ProblemType};
use crate::sql::is_table_function;

/// How names are spelt, by their lower case.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    /// `None`: in several ways, so that each stays as it is written.
    names: BTreeMap<String, Option<String>>,
    /// The same of the fields of columns that are structs, or arrays of them.
    fields: BTreeMap<String, Option<String>>,
    /// Names of tables and their aliases, which may stand before a column.
    tables: BTreeSet<String>,
}

impl Spellings {
    /// Those of the tables and aliases of a query, and of what models predict.
    pub(super) async fn of<V: VisitMut>(query: &mut V, session: &SessionContext, models: &[std::sync::Arc<Model>]) -> Self {
        let mut found = Names::default();
        let _ = query.visit(&mut found);
        let mut spellings = Self { tables: found.aliases_of_tables, ..Self::default() };
        for table in found.tables {
            if let Some(last) = table.0.last().and_then(ObjectNamePart::as_ident) {
                spellings.tables.insert(last.value.to_lowercase());
            }
            let Ok(reference) = object_name_to_table_reference(table, true) else { continue };
            let Ok(provider) = session.table_provider(reference).await else { continue };
            for field in provider.schema().fields() {
                add(&mut spellings.names, field.name(), true);
                spellings.add_fields(field.data_type());
            }
        }
        for model in models {
            let predicted = format!("predicted_{}", model.target.name);
            if model.problem_type != ProblemType::Regression {
                add(&mut spellings.names, &format!("{predicted}_probs"), false);
            }
            add(&mut spellings.names, &predicted, false);
        }
        found.aliases.iter().for_each(|alias| add(&mut spellings.names, alias, false));
        found.fields.iter().for_each(|field| add(&mut spellings.fields, field, false));
        spellings
    }

    /// Adds the fields of a type, and those of their types.
    fn add_fields(&mut self, data_type: &DataType) {
        match data_type {
            DataType::Struct(fields) => {
                for field in fields {
                    add(&mut self.fields, field.name(), true);
                    self.add_fields(field.data_type());
                }
            }
            DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
                self.add_fields(element.data_type());
            }
            _ => {}
        }
    }

    /// Spells the names of a query as its columns are spelt.
    pub(super) fn apply<V: VisitMut>(&self, query: &mut V) {
        let _ = query.visit(&mut Respell { spellings: self, models: Vec::new() });
    }

    /// Spells the name of a column; one that no table has may be a field of an array's elements.
    fn respell(&self, name: &mut Ident) {
        let key = name.value.to_lowercase();
        respell(name, self.names.get(&key).or_else(|| self.fields.get(&key)));
    }

    /// Spells the name of a field; one that no table has may be of a struct made in the query.
    fn respell_field(&self, name: &mut Ident) {
        let key = name.value.to_lowercase();
        respell(name, self.fields.get(&key).or_else(|| self.names.get(&key)));
    }
}

/// Adds a spelling; of two that tables have neither counts, otherwise the first does.
fn add(spellings: &mut BTreeMap<String, Option<String>>, name: &str, is_of_table: bool) {
    let known = spellings.entry(name.to_lowercase()).or_insert_with(|| Some(name.to_owned()));
    if is_of_table && known.as_deref().is_some_and(|known| known != name) {
        *known = None;
    }
}

fn respell(name: &mut Ident, spelling: Option<&Option<String>>) {
    if let Some(Some(spelling)) = spelling {
        name.value.clone_from(spelling);
        name.quote_style = Some('`');
    }
}

/// The names that a query brings with it.
#[derive(Default)]
struct Names {
    tables: Vec<ObjectName>,
    aliases: Vec<String>,
    /// Of structs that the query makes.
    fields: Vec<String>,
    aliases_of_tables: BTreeSet<String>,
}

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        self.tables.push(relation.clone());
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        if let Some(alias) = alias_of(relation) {
            self.aliases_of_tables.insert(alias.name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &select.projection {
            let name = match item {
                SelectItem::ExprWithAlias { alias, .. } => Some(alias),
                SelectItem::UnnamedExpr(expr) => last_field(expr),
                _ => None,
            };
            self.aliases.extend(name.map(|name| name.value.clone()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Named { name, .. } = expr {
            self.fields.push(name.value.clone());
        }
        ControlFlow::Continue(())
    }
}

/// The last name of a path.
fn last_field(path: &Expr) -> Option<&Ident> {
    match path {
        Expr::CompoundIdentifier(parts) => parts.last(),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(AccessExpr::Dot(Expr::Identifier(name))) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn alias_of(relation: &mut TableFactor) -> Option<&mut TableAlias> {
    match relation {
        TableFactor::Table { alias, .. }
        | TableFactor::Derived { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::TableFunction { alias, .. }
        | TableFactor::UNNEST { alias, .. } => alias.as_mut(),
        _ => None,
    }
}

struct Respell<'a> {
    spellings: &'a Spellings,
    /// First arguments of table functions: they name models, so they are taken out while the rest is respelt.
    models: Vec<Option<Expr>>,
}

/// The first argument of a call of a table function of ours.
fn model_of(relation: &mut TableFactor) -> Option<&mut Expr> {
    let (name, args) = match relation {
        TableFactor::Table { name, args: Some(arguments), .. } => (name, &mut arguments.args),
        TableFactor::Function { name, args, .. } => (name, args),
        _ => return None,
    };
    let written = name.to_string().to_lowercase().replacen("ml.", "ml_", 1);
    match args.first_mut() {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(model))) if is_table_function(&written) => Some(model),
        _ => None,
    }
}

impl VisitorMut for Respell<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        self.models.push(model_of(relation).map(|model| std::mem::replace(model, null())));
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        if let (Some(Some(model)), Some(place)) = (self.models.pop(), model_of(relation)) {
            *place = model;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) => self.spellings.respell(name),
            Expr::CompoundIdentifier(parts) => {
                let n_tables = usize::from(self.starts_with_table(parts));
                let mut parts = parts.iter_mut().skip(n_tables);
                parts.next().into_iter().for_each(|column| self.spellings.respell(column));
                parts.for_each(|field| self.spellings.respell_field(field));
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                // `table.column[...]` begins with a column, not with a field of one.
                if let Expr::Identifier(table) = root.as_ref()
                    && self.spellings.tables.contains(&table.value.to_lowercase())
                    && let Some(AccessExpr::Dot(Expr::Identifier(column))) = access_chain.first()
                {
                    let mut column = column.clone();
                    self.spellings.respell(&mut column);
                    **root = Expr::CompoundIdentifier(vec![table.clone(), column]);
                    access_chain.remove(0);
                }
                for access in access_chain {
                    if let AccessExpr::Dot(Expr::Identifier(name)) = access {
                        self.spellings.respell_field(name);
                    }
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => self.spellings.respell(alias),
                SelectItem::UnnamedExpr(expr) if !self.is_column(expr) => {
                    let Some(mut alias) = last_field(expr).cloned() else { continue };
                    self.spellings.respell(&mut alias);
                    alias.quote_style = Some('`');
                    *item = SelectItem::ExprWithAlias { expr: std::mem::replace(expr, null()), alias };
                }
                SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => self.wildcard(options),
                _ => {}
            }
        }
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            if let Some(JoinConstraint::Using(names)) = constraint(&mut join.join_operator) {
                for part in names.iter_mut().flat_map(|name| &mut name.0) {
                    if let ObjectNamePart::Identifier(name) = part {
                        self.spellings.respell(name);
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl Respell<'_> {
    /// Whether a path ends at a column, which has a name already, and not at a field of one.
    fn is_column(&self, path: &Expr) -> bool {
        match path {
            Expr::CompoundIdentifier(parts) => parts.len() == 1 + usize::from(self.starts_with_table(parts)),
            _ => false,
        }
    }

    fn starts_with_table(&self, parts: &[Ident]) -> bool {
        parts.first().is_some_and(|first| self.spellings.tables.contains(&first.value.to_lowercase()))
    }

    fn wildcard(&self, options: &mut WildcardAdditionalOptions) {
        if let Some(except) = &mut options.opt_except {
            self.spellings.respell(&mut except.first_element);
            except.additional_elements.iter_mut().for_each(|name| self.spellings.respell(name));
        }
        let excluded: Vec<&mut ObjectName> = match &mut options.opt_exclude {
            Some(ExcludeSelectItem::Single(name)) => vec![name],
            Some(ExcludeSelectItem::Multiple(names)) => names.iter_mut().collect(),
            None => Vec::new(),
        };
        for part in excluded.into_iter().flat_map(|name| &mut name.0) {
            if let ObjectNamePart::Identifier(name) = part {
                self.spellings.respell(name);
            }
        }
        if let Some(replace) = &mut options.opt_replace {
            replace.items.iter_mut().for_each(|item| self.spellings.respell(&mut item.column_name));
        }
    }
}

fn constraint(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) => Some(constraint),
        _ => None,
    }
}
