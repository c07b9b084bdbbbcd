//! The data of a call: a query in brackets, or a table.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{self, Ident, ObjectName, TableFactor, Value, ValueWithSpan};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::Tables;
use super::arguments::Arguments;
use crate::error::{Error, Result, closest};
use crate::model::{Model, Transform, quote_identifier};

/// Columns shown in messages.
const SHOWN: usize = 20;

/// Data as it is planned.
pub(super) struct Data {
    pub plan: LogicalPlan,
    pub columns: Vec<Column>,
    place: Span,
}

/// A column of the data.
#[derive(Clone)]
pub(super) struct Column {
    pub name: String,
    pub data_type: DataType,
    pub expr: Expr,
}

impl Data {
    /// Plans what stands as data in a call.
    pub(super) fn plan(
        expr: &ast::Expr,
        place: Span,
        arguments: &Arguments<'_>,
        planner: &mut dyn RelationPlannerContext,
        tables: &Tables,
    ) -> Result<Self> {
        let plan = match (table_name(expr), expr) {
            (Some(name), _) => plan_table(name, planner, tables),
            (None, ast::Expr::Subquery(query)) => {
                let subquery = query.clone();
                planner.plan(TableFactor::Derived { lateral: false, subquery, alias: None, sample: None }).map_err(Error::from)
            }
            (None, other) => Err(no_data(other, arguments, place)),
        };
        Self::new(plan.map_err(|error| error.at(place))?, place)
    }

    fn new(plan: LogicalPlan, place: Span) -> Result<Self> {
        let mut columns: Vec<Column> = Vec::with_capacity(plan.schema().fields().len());
        for (qualifier, field) in plan.schema().iter() {
            if columns.iter().any(|column| column.name == *field.name()) {
                let error = Error::data(format!("the data has two columns called {}; give one an alias", field.name()));
                return Err(error.at(place));
            }
            let (name, data_type) = (field.name().clone(), field.data_type().clone());
            columns.push(Column { name, data_type, expr: Expr::from((qualifier, field)) });
        }
        Ok(Self { plan, columns, place })
    }

    /// The column that `wanted` means: the exact name, else the only one that agrees without case.
    fn find(&self, wanted: &str) -> Result<Option<&Column>> {
        if let Some(column) = self.columns.iter().find(|column| column.name == wanted) {
            return Ok(Some(column));
        }
        let mut similar = self.columns.iter().filter(|column| column.name.eq_ignore_ascii_case(wanted));
        match (similar.next(), similar.next()) {
            (Some(one), Some(other)) => {
                let message = format!(
                    "the data has the columns {} and {}, so it is not clear which is {}",
                    quote_identifier(&one.name),
                    quote_identifier(&other.name),
                    quote_identifier(wanted)
                );
                Err(Error::data(message))
            }
            (found, _) => Ok(found),
        }
    }

    /// The columns of the arguments of a model's functions, in their order.
    pub(super) fn features(&self, model: &Model) -> Result<Vec<Expr>> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for (name, _) in model.arguments() {
            match self.find(name).map_err(|error| error.at(self.place))? {
                Some(column) => found.push(column.expr.clone()),
                None => missing.push(name),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        Err(self.missing(&format!("model {} needs", model.name), &missing).at(self.place))
    }

    /// The column of a model's target.
    /// A label that `TRANSFORM` computes is computed from the columns that it was computed from in training.
    pub(super) fn target(&self, model: &Model) -> Result<Column> {
        let name = &model.target.name;
        let Some(label) = model.transform.as_ref().and_then(Transform::label) else {
            let needs = format!("to be measured, model {} needs its target,", model.name);
            return self.required(name, &needs).cloned().map_err(|error| error.at(self.place));
        };
        let needs = format!("to be measured, model {} computes its target {name} from", model.name);
        let expr = label.over(|column| Ok(self.required(column, &needs)?.expr.clone())).map_err(|error| error.at(self.place))?;
        Ok(Column { name: name.clone(), data_type: expr.get_type(self.plan.schema())?, expr })
    }

    /// The column that an argument names.
    pub(super) fn named(&self, argument: &str, column: &Ident) -> Result<&Column> {
        let name = if column.quote_style.is_some() { column.value.clone() } else { column.value.to_lowercase() };
        self.required(&name, &format!("{argument} names")).map_err(|error| error.at(column.span).at(self.place))
    }

    fn required(&self, name: &str, who: &str) -> Result<&Column> {
        self.find(name)?.ok_or_else(|| self.missing(who, &[name]))
    }

    fn missing(&self, who: &str, names: &[&str]) -> Error {
        let quoted: Vec<String> = names.iter().map(|name| quote_identifier(name)).collect();
        let plural = if names.len() == 1 { "the column" } else { "the columns" };
        let mut shown: Vec<String> = self.columns.iter().take(SHOWN).map(|column| quote_identifier(&column.name)).collect();
        if self.columns.len() > SHOWN {
            shown.push("…".into());
        }
        let error = Error::data(format!(
            "{who} {plural} {}, which the data does not have; it has {}",
            quoted.join(", "),
            if shown.is_empty() { "no columns".to_owned() } else { shown.join(", ") }
        ));
        let similar = match names {
            [name] => closest(name, self.columns.iter().map(|column| column.name.as_str())),
            _ => None,
        };
        match similar {
            Some(similar) => error.with_hint(format!("is it {}? then give it the name with AS", quote_identifier(similar))),
            None => error,
        }
    }

    /// An error that is about the data.
    pub(super) fn wrong(&self, message: impl Into<String>) -> Error {
        Error::data(message).at(self.place)
    }

    /// Where the data stands in the call.
    pub(super) fn place(&self) -> Span {
        self.place
    }
}

/// Whether an argument is a query, or names a table.
pub(super) fn is_data(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Subquery(_)) || table_name(expr).is_some()
}

/// The error of an argument that is neither.
pub(super) fn no_data(expr: &ast::Expr, arguments: &Arguments<'_>, place: Span) -> Error {
    let error = arguments.wrong(&format!("needs a table, or a query in brackets, as data, not {expr}"), place);
    match expr {
        ast::Expr::Function(call) => error.with_hint(format!("as a query it is (SELECT * FROM {call})")),
        _ => error,
    }
}

/// The table that an argument names: `customers`, `shop.customers`, or the same as text.
pub(super) fn table_name(expr: &ast::Expr) -> Option<ObjectName> {
    match expr {
        ast::Expr::Nested(inner) => table_name(inner),
        ast::Expr::Identifier(name) => Some(ObjectName::from(vec![name.clone()])),
        ast::Expr::CompoundIdentifier(parts) => Some(ObjectName::from(parts.clone())),
        // Some dialects write text in double quotes.
        ast::Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text) | Value::DoubleQuotedString(text), span }) => {
            Some(ObjectName::from(vec![Ident::with_quote_and_span('\'', *span, text)]))
        }
        _ => None,
    }
}

/// A name given as text, or in BigQuery's quotes, which go around whole paths, as SQL would read it without quotes; `None` for
/// other names.
pub(super) fn without_quotes(name: &ObjectName) -> Option<ObjectName> {
    let [part] = name.0.as_slice() else { return None };
    let ident = part.as_ident().filter(|ident| matches!(ident.quote_style, Some('\'' | '`')))?;
    let parts = TableReference::parse_str(&ident.value).to_vec();
    Some(ObjectName::from(parts.into_iter().map(|part| Ident::with_quote_and_span('"', ident.span, part)).collect::<Vec<_>>()))
}

fn plan_table(name: ObjectName, planner: &mut dyn RelationPlannerContext, tables: &Tables) -> Result<LogicalPlan> {
    let otherwise = without_quotes(&name);
    match scan(name, planner, tables) {
        Ok(plan) => Ok(plan),
        // Of two errors the first is about the name as it was written.
        Err(error) => otherwise.and_then(|name| scan(name, planner, tables).ok()).ok_or(error),
    }
}

/// The planner knows common table expressions and the tables that stand in a FROM clause; other tables are looked up here.
fn scan(name: ObjectName, planner: &mut dyn RelationPlannerContext, tables: &Tables) -> Result<LogicalPlan> {
    let reference = planner.object_name_to_table_reference(name.clone())?;
    let relation = TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    };
    match (planner.plan(relation), tables(&reference)) {
        (Ok(plan), _) => Ok(plan),
        (Err(_), Some(table)) => Ok(LogicalPlanBuilder::scan(reference, provider_as_source(table), None)?.build()?),
        (Err(error), None) => {
            Err(Error::from(error).with_hint(format!("a query may be given, too: (SELECT * FROM {reference})")))
        }
    }
}
