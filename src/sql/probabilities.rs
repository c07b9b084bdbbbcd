//! Redshift's way to read probabilities: `f_probabilities(...).labels[0]`.
//!
//! There they are two arrays in an order of their own; here they are a struct with a field for each label.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, Ident, ObjectName, Spanned as _, VisitorMut};

use super::ast::Statement;
use super::parser::normalised;
use super::walk::walk;
use crate::error::{Error, Result};

/// The labels of a function's probabilities by its normalised name, if it gives any.
type Labels<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

/// Refuses arrays of labels and probabilities, and says how they are read.
pub(super) fn refuse_arrays(statement: &mut Statement, labels_of: Labels<'_>) -> Result<()> {
    match walk(statement, &mut Arrays { labels_of }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Arrays<'a> {
    labels_of: Labels<'a>,
}

impl VisitorMut for Arrays<'_> {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match self.refused(expr) {
            Some(error) => ControlFlow::Break(error),
            None => ControlFlow::Continue(()),
        }
    }
}

impl Arrays<'_> {
    fn refused(&self, expr: &Expr) -> Option<Error> {
        let Expr::CompoundFieldAccess { root, access_chain } = expr else { return None };
        let Expr::Function(function) = root.as_ref() else { return None };
        let Some(AccessExpr::Dot(Expr::Identifier(field))) = access_chain.first() else { return None };
        let array = ["labels", "probabilities"].into_iter().find(|array| field.value.eq_ignore_ascii_case(array))?;
        let name = name_of(&function.name);
        let labels = (self.labels_of)(&name)?;
        if labels.contains(&field.value) {
            return None;
        }
        let label = labels.first().map_or("label", String::as_str).replace('\'', "''");
        let base = name.strip_suffix("_probabilities").unwrap_or(&name);
        let hint = format!("{name}(...)['{label}'] is the probability of one label, {base}(...) the label that is predicted");
        let error = Error::unsupported(format!("an array of {array} in what {name} gives, a struct by label,"));
        Some(error.at(function.name.span()).with_hint(hint))
    }
}

fn name_of(name: &ObjectName) -> String {
    let parts = name.0.iter().filter_map(|part| part.as_ident().cloned());
    parts.map(|part: Ident| normalised(part)).collect::<Vec<_>>().join(".")
}
