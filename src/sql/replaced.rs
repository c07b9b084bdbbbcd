//! `SELECT * REPLACE (expression AS column)`: the column has to be there.
//!
//! DataFusion passes over a column that is not. So the expression becomes a call that takes the column too and gives the expression,
//! and which the optimiser takes out again; planning it finds the column or says that there is none.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{DataFusionError, Result as DataFusionResult, plan_datafusion_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr as Planned, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::sql::parser::Statement as HostStatement;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, Value, VisitMut, VisitorMut,
};

use super::bigquery::call;
use super::walk::walk_host;

const NAME: &str = "replaced_column";

/// Lets every column that a statement replaces be looked up; `folds_case` says that names without quotes are in lower case.
pub(super) fn look_up(statement: &mut HostStatement, folds_case: bool) {
    // It never breaks off.
    let _ = walk_host(statement, &mut Replaced { folds_case });
}

/// The same of a training query.
pub(super) fn look_up_in_query(query: &mut Query, folds_case: bool) {
    let _ = query.visit(&mut Replaced { folds_case });
}

struct Replaced {
    folds_case: bool,
}

impl VisitorMut for Replaced {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            let (qualifier, options) = match item {
                SelectItem::Wildcard(options) => (Vec::new(), options),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    (name.0.iter().filter_map(|part| part.as_ident().cloned()).collect(), options)
                }
                _ => continue,
            };
            for replaced in options.opt_replace.iter_mut().flat_map(|replace| &mut replace.items) {
                // DataFusion compares it with the columns as it is written.
                if self.folds_case && replaced.column_name.quote_style.is_none() {
                    replaced.column_name.value = replaced.column_name.value.to_lowercase();
                }
                let column = column(qualifier.clone(), &replaced.column_name);
                let expr = std::mem::replace(&mut replaced.expr, Expr::value(Value::Null));
                replaced.expr = call(NAME, vec![expr, column]);
            }
        }
        ControlFlow::Continue(())
    }
}

fn column(mut qualifier: Vec<Ident>, name: &Ident) -> Expr {
    if qualifier.is_empty() {
        return Expr::Identifier(name.clone());
    }
    // The fault is the column's.
    qualifier.iter_mut().for_each(|part| part.span = name.span);
    qualifier.push(name.clone());
    Expr::CompoundIdentifier(qualifier)
}

/// The function that gives its first argument and wants the second to be there.
pub(crate) fn replaced_column() -> ScalarUDF {
    ScalarUDF::new_from_impl(ReplacedColumn { signature: Signature::any(2, Volatility::Immutable) })
}

fn no_arguments() -> DataFusionError {
    plan_datafusion_err!("{NAME} takes two arguments")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ReplacedColumn {
    signature: Signature,
}

impl ScalarUDFImpl for ReplacedColumn {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> DataFusionResult<DataType> {
        Ok(arguments.first().cloned().unwrap_or(DataType::Null))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> DataFusionResult<FieldRef> {
        args.arg_fields.first().cloned().ok_or_else(no_arguments)
    }

    fn simplify(&self, arguments: Vec<Planned>, _: &SimplifyContext) -> DataFusionResult<ExprSimplifyResult> {
        arguments.into_iter().next().map(ExprSimplifyResult::Simplified).ok_or_else(no_arguments)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        args.args.into_iter().next().ok_or_else(no_arguments)
    }
}
