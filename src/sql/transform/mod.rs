//! Reads `TRANSFORM` over the columns of the training query.
//!
//! The clause is a SELECT list in BigQuery's dialect. What a model keeps of it are expressions in DataFusion's own, with the columns by
//! their exact names; [`rewrite`] makes one of the other.

mod rewrite;

use datafusion::arrow::datatypes::Schema;
use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, ExcludeSelectItem, Expr, Ident, SelectItem, Spanned as _, WildcardAdditionalOptions,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use self::rewrite::rewrite;
use super::ast::Spanned;
use crate::automl::TrainSpec;
use crate::error::{Error, Result, closest};
use crate::model::{TransformBuilder, TransformPlan, quote_identifier};
use crate::preprocess::AnalyticName;

/// The plan of a clause.
///
/// The label is passed through, by its name or by a star, or is computed from columns of its row, and is no feature; so are the
/// columns that split or weigh rows. A feature that is computed from the column of the label's name is refused: new rows do not
/// have it.
pub(super) fn plan(items: &Spanned<Vec<SelectItem>>, schema: &Schema, spec: &TrainSpec) -> Result<TransformPlan> {
    let columns = Columns { names: schema.fields().iter().map(|field| field.name().clone()).collect(), spec };
    let mut list = List { builder: TransformBuilder::new(schema, "TRANSFORM")?, columns, passes_label: false, unnamed: 0 };
    for item in &items.value {
        list.item(item).map_err(|error| error.at(item.span()).at(items.span))?;
    }
    let target = list.columns.target();
    if let Some(target) = target.filter(|_| !list.passes_label) {
        let target = quote_identifier(target);
        let error = Error::statement(format!("TRANSFORM does not pass the label {target} on"));
        return Err(error.at(items.span).with_hint(format!("add {target} to its list")));
    }
    let plan = list.builder.finish();
    if let Some(target) = target
        && plan.inputs().iter().any(|input| input.name == target)
    {
        let error = Error::statement(format!("TRANSFORM computes a feature from the label {}", quote_identifier(target)));
        return Err(error.at(items.span).with_hint("new rows do not have it; compute the label in the training query"));
    }
    if plan.inputs().is_empty() {
        let error = Error::statement("TRANSFORM gives no feature that depends on a column").at(items.span);
        return Err(error.with_hint("add columns beside the label; TRANSFORM (*) takes every column as it is"));
    }
    Ok(plan)
}

/// The columns of the training query.
struct Columns<'a> {
    names: Vec<String>,
    spec: &'a TrainSpec,
}

impl Columns<'_> {
    /// The column that an identifier means: the exact name, else the only one that agrees without case.
    fn find(&self, written: &Ident) -> Result<&str> {
        match self.lookup(&written.value) {
            Some(name) => Ok(name),
            None => Err(self.missing(written)),
        }
    }

    fn lookup(&self, written: &str) -> Option<&str> {
        if let Some(name) = self.names.iter().find(|name| *name == written) {
            return Some(name);
        }
        let mut similar = self.names.iter().filter(|name| name.eq_ignore_ascii_case(written));
        match (similar.next(), similar.next()) {
            (Some(name), None) => Some(name),
            _ => None,
        }
    }

    fn missing(&self, written: &Ident) -> Error {
        let error =
            Error::statement(format!("TRANSFORM takes the column {}, which the training query does not have", written.value));
        let error = error.at(written.span);
        if let Some(name) = closest(&written.value, self.names.iter().map(String::as_str)) {
            return error.with_hint(format!("did you mean {}?", quote_identifier(name)));
        }
        let names: Vec<String> = self.names.iter().take(20).map(|name| quote_identifier(name)).collect();
        error.with_hint(format!("its columns are {}", names.join(", ")))
    }

    fn target(&self) -> Option<&str> {
        self.lookup(&self.spec.target)
    }

    /// Whether a column that is given is the label: the column of the query that has its name, or one that only TRANSFORM gives.
    fn is_target(&self, name: &str) -> bool {
        self.target().map_or_else(|| self.spec.target.eq_ignore_ascii_case(name), |target| target == name)
    }

    /// Whether a column is the label, or splits or weighs rows.
    fn is_reserved(&self, name: &str) -> bool {
        self.spec.reserved_columns().iter().any(|(_, written)| self.lookup(written) == Some(name))
    }
}

/// The list, item by item.
struct List<'a> {
    builder: TransformBuilder,
    columns: Columns<'a>,
    passes_label: bool,
    /// Expressions without a name so far.
    unnamed: usize,
}

impl List<'_> {
    fn item(&mut self, item: &SelectItem) -> Result<()> {
        match item {
            SelectItem::Wildcard(options) => self.star(options),
            SelectItem::UnnamedExpr(expr) => self.expression(expr, None),
            SelectItem::ExprWithAlias { expr, alias } => self.expression(expr, Some(alias)),
            other => Err(Error::unsupported(format!("{other} in TRANSFORM"))
                .with_hint("write *, columns, or expressions with an alias: expression AS name")),
        }
    }

    fn star(&mut self, options: &WildcardAdditionalOptions) -> Result<()> {
        let WildcardAdditionalOptions { opt_ilike: None, opt_rename: None, opt_alias: None, opt_except, opt_exclude, .. } =
            options
        else {
            return Err(
                Error::unsupported("a star with ILIKE, RENAME or AS in TRANSFORM").with_hint("EXCEPT and REPLACE may follow it")
            );
        };
        let mut left_out = Vec::new();
        if let Some(ExceptSelectItem { first_element, additional_elements }) = opt_except {
            for column in std::iter::once(first_element).chain(additional_elements) {
                left_out.push(self.columns.find(column)?.to_owned());
            }
        }
        let excluded = match opt_exclude {
            None => Vec::new(),
            Some(ExcludeSelectItem::Single(name)) => vec![name.clone()],
            Some(ExcludeSelectItem::Multiple(names)) => names.clone(),
        };
        for name in excluded.iter().flat_map(|name| &name.0).filter_map(|part| part.as_ident()) {
            left_out.push(self.columns.find(name)?.to_owned());
        }
        let replaced = options.opt_replace.iter().flat_map(|replace| &replace.items);
        let replaced = replaced.map(|item| Ok((self.columns.find(&item.column_name)?.to_owned(), item.expr.clone())));
        let replaced: Vec<(String, Expr)> = replaced.collect::<Result<_>>()?;
        for name in self.columns.names.clone() {
            if left_out.contains(&name) {
                continue;
            }
            match replaced.iter().find(|(column, _)| *column == name) {
                Some((_, expr)) => self.expression(expr, Some(&Ident::new(&name)))?,
                None => self.column(&name, &name)?,
            }
        }
        Ok(())
    }

    fn expression(&mut self, expr: &Expr, alias: Option<&Ident>) -> Result<()> {
        if let Expr::Identifier(column) = expr {
            let column = self.columns.find(column)?.to_owned();
            return self.column(&column, alias.map_or(&column, |alias| &alias.value));
        }
        let text = rewrite(expr.clone(), &self.columns, &mut self.builder)?;
        let name = match alias {
            Some(alias) => alias.value.clone(),
            // As BigQuery calls columns without a name.
            None => format!("f{}_", self.unnamed),
        };
        self.unnamed += usize::from(alias.is_none());
        if self.columns.is_target(&name) {
            if std::mem::replace(&mut self.passes_label, true) {
                return Err(Error::statement(format!("TRANSFORM gives the label {} twice", quote_identifier(&name))));
            }
            return self.builder.label(&name, &text);
        }
        let is_category = matches!(expr, Expr::Function(function)
            if AnalyticName::find(&function.name.to_string()) == Some(AnalyticName::OneHotEncoder));
        if is_category { self.builder.category(&name, &text) } else { self.builder.feature(&name, &text) }
    }

    /// A column as it is.
    fn column(&mut self, column: &str, name: &str) -> Result<()> {
        if self.columns.target() == Some(column) {
            if name != column {
                let error = Error::unsupported(format!("another name for the label {}", quote_identifier(column)));
                return Err(error.with_hint("name it in the training query"));
            }
            if std::mem::replace(&mut self.passes_label, true) {
                return Err(Error::statement(format!("TRANSFORM gives the label {} twice", quote_identifier(name))));
            }
            return Ok(());
        }
        if name != column && self.columns.is_target(name) {
            self.passes_label = true;
            return self.builder.label(name, &exact(column));
        }
        if self.columns.is_reserved(column) {
            return Ok(());
        }
        self.builder.feature(name, &exact(column))
    }
}

/// A name that means exactly this column.
fn exact(column: &str) -> String {
    Ident::with_quote('"', column).to_string()
}

/// The place of an expression that has one.
fn place(expr: &Expr) -> Span {
    expr.span()
}
