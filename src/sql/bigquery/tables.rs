//! Tables by BigQuery's names of three parts: `` `project.dataset.table` `` is a table in a schema of a catalog.

use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::execution::SessionStateDefaults;
use datafusion::prelude::SessionContext;
use datafusion::sql::planner::object_name_to_table_reference;
use datafusion::sql::sqlparser::ast::{
    Insert, ObjectName, ObjectNamePart, ObjectType, SchemaName, Spanned as _, Statement, TableFactor, TableObject, VisitMut,
    VisitorMut,
};

use crate::error::{Error, Result};

/// Says of a qualified name that is not there what is missing, and what there is.
pub(super) async fn check<V: VisitMut>(query: &mut V, session: &SessionContext) -> Result<()> {
    let mut names = Names::default();
    let _ = query.visit(&mut names);
    for name in &names.created {
        let Some((catalog, Some(schema), _)) = parts(name, session) else { continue };
        missing(session, &catalog, Some(&schema)).map_or(Ok(()), |(error, hint)| {
            let last = name.0.last().map(ToString::to_string).unwrap_or_default();
            Err(error.at(name.span()).with_hint(format!("{hint}; or write {last} alone")))
        })?;
    }
    for name in &names.schemas {
        let Some((_, Some(catalog), _)) = parts(name, session) else { continue };
        missing(session, &catalog, None).map_or(Ok(()), |(error, hint)| Err(error.at(name.span()).with_hint(hint)))?;
    }
    for name in &names.read {
        let Ok(reference) = object_name_to_table_reference(name.clone(), true) else { continue };
        if session.table_provider(reference.clone()).await.is_err() {
            return Err(not_there(name, &reference, session).await);
        }
    }
    Ok(())
}

/// Catalog, schema and table of a name of two or three parts; of a schema's name the catalog is the second.
fn parts(name: &ObjectName, session: &SessionContext) -> Option<(String, Option<String>, String)> {
    let default = session.state().config_options().catalog.default_catalog.clone();
    match object_name_to_table_reference(name.clone(), true).ok()? {
        TableReference::Bare { .. } => None,
        TableReference::Partial { schema, table } => Some((default, Some(schema.to_string()), table.to_string())),
        TableReference::Full { catalog, schema, table } => {
            Some((catalog.to_string(), Some(schema.to_string()), table.to_string()))
        }
    }
}

/// The error of a catalog or a schema that is not there, and what there is instead.
fn missing(session: &SessionContext, catalog: &str, schema: Option<&str>) -> Option<(Error, String)> {
    let listed = |mut names: Vec<String>| {
        names.sort();
        names.join(", ")
    };
    let Some(found) = session.catalog(catalog) else {
        let makes = match schema {
            Some(schema) => format!("CREATE DATABASE {0} and CREATE SCHEMA {0}.{1} make them", quoted(catalog), quoted(schema)),
            None => format!("CREATE DATABASE {} makes one", quoted(catalog)),
        };
        let hint = format!("catalogs are {}; {makes}", listed(session.catalog_names()));
        return Some((Error::statement(format!("there is no catalog {catalog}")), hint));
    };
    let schema = schema.filter(|schema| found.schema(schema).is_none())?;
    let is_default = session.state().config_options().catalog.default_catalog == catalog;
    let named = if is_default { quoted(schema) } else { format!("{}.{}", quoted(catalog), quoted(schema)) };
    let hint = format!("its schemas are {}; CREATE SCHEMA {named} makes one", listed(found.schema_names()));
    Some((Error::statement(format!("catalog {catalog} has no schema {schema}")), hint))
}

/// The error of a table that cannot be read.
async fn not_there(name: &ObjectName, reference: &TableReference, session: &SessionContext) -> Error {
    let written =
        name.0.iter().filter_map(ObjectNamePart::as_ident).map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
    let found = parts(name, session).and_then(|(catalog, schema, _)| missing(session, &catalog, schema.as_deref()));
    let (message, hint) = match found {
        Some((error, hint)) => (format!("there is no table {written}: {}", error.message()), Some(hint)),
        None => (format!("there is no table {written}"), None),
    };
    let error = Error::statement(message).at(name.span());
    let bare = TableReference::bare(reference.table().to_owned());
    if session.table_provider(bare).await.is_ok() {
        return error.with_hint(format!("there is a table {0}: write {0}", quoted(reference.table())));
    }
    match hint {
        Some(hint) => error.with_hint(format!("{hint}; or register the data as a table and write its name")),
        None => error.with_hint("register the data as a table, or write CREATE TABLE"),
    }
}

/// A name as it must be written.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain && !name.starts_with(|c: char| c.is_ascii_digit()) { name.to_owned() } else { format!("`{name}`") }
}

/// The qualified names of a statement.
#[derive(Default)]
struct Names {
    read: Vec<ObjectName>,
    created: Vec<ObjectName>,
    schemas: Vec<ObjectName>,
}

impl Names {
    /// Adds a table that must be there.
    fn written(&mut self, name: &ObjectName) {
        if name.0.len() > 1 {
            self.read.push(name.clone());
        }
    }
}

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> ControlFlow<()> {
        match statement {
            Statement::CreateTable(table) => self.created.push(table.name.clone()),
            Statement::CreateView(view) => self.created.push(view.name.clone()),
            Statement::Insert(Insert { table: TableObject::TableName(name), .. }) => self.written(name),
            Statement::Drop { object_type: ObjectType::Table | ObjectType::View, if_exists: false, names, .. } => {
                names.iter().for_each(|name| self.written(name));
            }
            Statement::CreateSchema { schema_name: SchemaName::Simple(name), .. } => self.schemas.push(name.clone()),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: None, .. } = relation {
            self.written(name);
        }
        ControlFlow::Continue(())
    }
}

/// Whether the session got a function of a name from its user, not from the host.
pub(super) fn is_own_function(name: &str, session: &SessionContext) -> bool {
    let (name, state) = (name.to_lowercase(), session.state());
    let of_host = || {
        SessionStateDefaults::default_scalar_functions()
            .iter()
            .any(|function| function.name() == name || function.aliases().contains(&name))
            || SessionStateDefaults::default_aggregate_functions().iter().any(|function| function.name() == name)
    };
    (state.scalar_functions().contains_key(&name) || state.aggregate_functions().contains_key(&name)) && !of_host()
}
