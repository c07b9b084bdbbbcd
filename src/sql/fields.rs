//! `array[1].field` as `array[1]['field']`: DataFusion reads a dot behind a name only.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, Subscript, Value, VisitorMut};

use super::ast::Statement;
use super::parser::normalised;
use super::walk::walk;

/// Rewrites the fields of a statement that is not in BigQuery's dialect.
pub(super) fn write_out_fields(statement: &mut Statement) {
    // It never breaks off.
    let _ = walk(statement, &mut Fields);
}

struct Fields;

impl VisitorMut for Fields {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundFieldAccess { access_chain, .. } = expr {
            for access in access_chain {
                if let AccessExpr::Dot(Expr::Identifier(name)) = access {
                    let index = Expr::value(Value::SingleQuotedString(normalised(name.clone())));
                    *access = AccessExpr::Subscript(Subscript::Index { index });
                }
            }
        }
        ControlFlow::Continue(())
    }
}
