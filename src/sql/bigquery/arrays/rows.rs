//! What a plan over an array gives, as expressions of the array.

use std::sync::Arc;

use datafusion::common::{Column, ScalarValue};
use datafusion::functions::core;
use datafusion::functions_nested::expr_fn::{array_length, make_array};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{AggregateUDF, Expr, ScalarUDF, lit};

use super::super::functions::{OfElements, Only};
use crate::error::{Error, Result};

/// The rows of a plan, computed from an outer row.
#[derive(Clone)]
pub(super) enum Rows {
    /// Exactly one: its columns.
    One(Vec<Expr>),
    /// One for each element of an array.
    Many(Box<Elements>),
}

/// Rows that are elements of an array.
#[derive(Clone)]
pub(super) struct Elements {
    pub(super) array: Expr,
    /// What one element is called.
    pub(super) element: Column,
    /// The columns, computed from one element.
    pub(super) columns: Vec<Expr>,
}

impl Rows {
    pub(super) fn columns(&self) -> &[Expr] {
        match self {
            Self::One(columns) => columns,
            Self::Many(elements) => &elements.columns,
        }
    }

    pub(super) fn with(self, columns: Vec<Expr>) -> Self {
        match self {
            Self::One(_) => Self::One(columns),
            Self::Many(elements) => Self::Many(Box::new(Elements { columns, ..*elements })),
        }
    }

    /// The first column.
    pub(super) fn value(&self) -> Result<&Expr> {
        self.columns().first().ok_or_else(|| Error::internal("a query without columns"))
    }

    /// Whether there are any.
    pub(super) fn exist(self) -> Expr {
        match self {
            Self::One(_) => lit(true),
            Self::Many(elements) => coalesce(array_length(elements.array), lit(0_u64)).gt(lit(0_u64)),
        }
    }
}

pub(super) fn aggregate(function: Arc<AggregateUDF>, arrays: Vec<Expr>, constants: Vec<Option<ScalarValue>>) -> Expr {
    call(ScalarUDF::new_from_impl(OfElements::new(function, constants)), arrays)
}

/// The only element, or null.
pub(super) fn only(array: Expr) -> Expr {
    call(ScalarUDF::new_from_impl(Only::new()), vec![array])
}

/// An array of one element.
pub(super) fn of_one(value: Expr) -> Expr {
    make_array(vec![value])
}

pub(super) fn coalesce(value: Expr, otherwise: Expr) -> Expr {
    core::coalesce().call(vec![value, otherwise])
}

pub(super) fn call(function: ScalarUDF, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), arguments))
}
