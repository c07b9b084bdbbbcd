//! Reads a plan over an array as expressions of the array.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema as _, NullHandling, ScalarValue, TableReference};
use datafusion::execution::SessionState;
use datafusion::functions::core;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions_nested::expr_fn::{array_distinct, array_slice, arrays_zip, flatten};
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::logical_plan::{Aggregate, Distinct, Limit, Unnest};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, ScalarUDF, SortExpr, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

use super::super::functions::{ForEach, Sorted, Use};
use super::rows::{Elements, Rows, aggregate, call, of_one};
use crate::error::{Error, Result};

/// Reads plans.
pub(super) struct Reader<'a> {
    state: &'a SessionState,
    /// The columns of the outer row, and the elements.
    scope: DFSchema,
    /// What elements are called: no other query calls its elements so.
    prefix: String,
    count: usize,
}

fn unsupported<T>(what: &str) -> Result<T> {
    Err(Error::unsupported(format!("{what} in a query over the array of an outer row")))
}

impl<'a> Reader<'a> {
    pub(super) fn new(state: &'a SessionState, outer: DFSchema, prefix: String) -> Self {
        Self { state, scope: outer, prefix, count: 0 }
    }

    /// The type of an expression of the outer row.
    pub(super) fn type_of(&self, expr: &Expr) -> Result<DataType> {
        Ok(expr.get_type(&self.scope)?)
    }

    /// The rows of a plan.
    pub(super) fn read(&mut self, plan: &LogicalPlan) -> Result<Rows> {
        match plan {
            LogicalPlan::EmptyRelation(empty) if empty.produce_one_row => Ok(Rows::One(Vec::new())),
            LogicalPlan::SubqueryAlias(alias) => self.read(&alias.input),
            LogicalPlan::Projection(projection) => {
                let rows = self.read(&projection.input)?;
                let compute = |expr: &Expr| self.over(expr, projection.input.schema(), rows.columns());
                let columns = projection.expr.iter().map(compute).collect::<Result<Vec<_>>>()?;
                Ok(rows.with(columns))
            }
            LogicalPlan::Filter(filter) => match self.read(&filter.input)? {
                Rows::One(_) => unsupported("HAVING"),
                Rows::Many(mut elements) => {
                    let condition = self.over(&filter.predicate, filter.input.schema(), &elements.columns)?;
                    self.choose(&mut elements, condition)?;
                    Ok(Rows::Many(elements))
                }
            },
            LogicalPlan::Sort(sort) => match self.read(&sort.input)? {
                Rows::Many(mut elements) => {
                    self.sort(&mut elements, &sort.expr, sort.input.schema())?;
                    Ok(Rows::Many(elements))
                }
                one @ Rows::One(_) => Ok(one),
            },
            LogicalPlan::Unnest(unnest) => self.unnest(unnest),
            LogicalPlan::Limit(limit) => self.limit(limit),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Distinct(Distinct::All(input)) => self.distinct(input),
            LogicalPlan::Window(_) => unsupported("a function with OVER"),
            LogicalPlan::Union(_) => unsupported("UNION"),
            LogicalPlan::Join(_) | LogicalPlan::TableScan(_) => unsupported("a table"),
            _ => unsupported("this form"),
        }
    }

    /// The first column of rows as an array.
    pub(super) fn array(&self, rows: &Rows) -> Result<Expr> {
        let value = rows.value()?.clone();
        match rows {
            Rows::One(_) => Ok(of_one(value)),
            Rows::Many(elements) => self.each(elements, value),
        }
    }

    /// An expression over a plan's rows, with what the rows are computed from in it.
    fn over(&self, expr: &Expr, schema: &DFSchema, columns: &[Expr]) -> Result<Expr> {
        let is_query = |expr: &Expr| {
            matches!(expr, Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_))
        };
        if expr.exists(|expr| Ok(is_query(expr)))? {
            return unsupported("a further query");
        }
        let computed = expr.clone().unalias().transform_up(|expr| match &expr {
            Expr::Column(column) => match columns.get(schema.index_of_column(column)?) {
                Some(found) => Ok(Transformed::yes(found.clone())),
                None => Err(Error::internal("a column of a query over elements is missing").into()),
            },
            Expr::OuterReferenceColumn(_, column) if self.scope.has_column(column) => {
                Ok(Transformed::yes(Expr::Column(column.clone())))
            }
            _ => Ok(Transformed::no(expr)),
        })?;
        Ok(computed.data)
    }

    /// The elements of an array, as one column.
    fn elements(&mut self, array: Expr) -> Result<Elements> {
        let item = match self.type_of(&array)? {
            DataType::List(item) | DataType::LargeList(item) => item.data_type().clone(),
            other => return Err(Error::statement(format!("UNNEST takes an array, not {other}"))),
        };
        self.count += 1;
        let name = format!("{}_{}", self.prefix, self.count);
        let field: (Option<TableReference>, FieldRef) = (None, Arc::new(Field::new(&name, item, true)));
        self.scope = self.scope.join(&DFSchema::new_with_metadata(vec![field], HashMap::new())?)?;
        let element = Column::new_unqualified(name);
        Ok(Elements { array, columns: vec![Expr::Column(element.clone())], element })
    }

    /// An array of something computed from each element.
    fn each(&self, elements: &Elements, value: Expr) -> Result<Expr> {
        match &value {
            Expr::Column(column) if *column == elements.element => Ok(elements.array.clone()),
            _ => self.for_each(elements, value, Use::Take),
        }
    }

    /// Leaves the elements for which a condition holds.
    fn choose(&self, elements: &mut Elements, condition: Expr) -> Result<()> {
        elements.array = self.for_each(elements, condition, Use::Choose)?;
        Ok(())
    }

    fn for_each(&self, elements: &Elements, expr: Expr, how: Use) -> Result<Expr> {
        let mut columns = vec![elements.element.clone()];
        expr.apply(|expr| {
            if let Expr::Column(column) = expr
                && !columns.contains(column)
            {
                columns.push(column.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let variable = |column: &Column| -> Result<FieldRef> {
            let data_type = self.scope.field_from_column(column)?.data_type().clone();
            Ok(Arc::new(Field::new(column.flat_name(), data_type, true)))
        };
        let variables = columns.iter().map(variable).collect::<Result<Vec<_>>>()?;
        let inside = expr.transform_up(|expr| match &expr {
            Expr::Column(column) => Ok(Transformed::yes(Expr::Column(Column::new_unqualified(column.flat_name())))),
            _ => Ok(Transformed::no(expr)),
        })?;
        let schema = DFSchema::try_from(Schema::new(variables.clone()))?;
        let context = SimplifyContext::builder()
            .with_schema(Arc::new(schema.clone()))
            .with_config_options(Arc::clone(self.state.config_options()))
            .with_current_time()
            .build();
        let simplifier = ExprSimplifier::new(context);
        let inside = simplifier.simplify(simplifier.coerce(inside.data, &schema)?)?;
        let physical = self.state.create_physical_expr(inside.clone(), &schema)?;
        let function = ForEach::new(variables, inside, physical, how)?;
        let columns = columns.into_iter().skip(1).map(Expr::Column);
        Ok(call(ScalarUDF::new_from_impl(function), std::iter::once(elements.array.clone()).chain(columns).collect()))
    }

    fn unnest(&mut self, unnest: &Unnest) -> Result<Rows> {
        if !unnest.struct_type_columns.is_empty() {
            return unsupported("this form of UNNEST");
        }
        if unnest.options.null_handling == NullHandling::PreserveAndExpandEmpty {
            return unsupported("LEFT JOIN UNNEST");
        }
        let rows = self.read(&unnest.input)?;
        let lists: Vec<usize> = unnest.list_type_columns.iter().map(|(place, _)| *place).collect();
        let arrays: Vec<Expr> = lists.iter().filter_map(|place| rows.columns().get(*place).cloned()).collect();
        let of_row = match arrays.as_slice() {
            [array] => array.clone(),
            _ => arrays_zip(arrays),
        };
        let mut columns = rows.columns().to_vec();
        let (elements, inner) = match rows {
            Rows::One(_) => {
                let elements = self.elements(of_row)?;
                let element = Expr::Column(elements.element.clone());
                (elements, element)
            }
            // Elements of elements, each with the one that it belongs to.
            Rows::Many(outer) => {
                let inner = self.elements(of_row)?;
                let variable = |elements: &Elements| Expr::Column(elements.element.clone());
                let pair = core::named_struct().call(vec![lit("outer"), variable(&outer), lit("inner"), variable(&inner)]);
                let pairs = self.each(&outer, self.each(&inner, pair)?)?;
                let elements = self.elements(flatten(pairs))?;
                let part = |name: &str| get_field(variable(&elements), name);
                for column in &mut columns {
                    *column = replaced(column.clone(), &outer.element, &part("outer"))?;
                }
                let inner = part("inner");
                (elements, inner)
            }
        };
        let fields: Vec<Expr> = match self.type_of(&inner)? {
            DataType::Struct(fields) if lists.len() > 1 => {
                fields.iter().map(|field| get_field(inner.clone(), field.name().as_str())).collect()
            }
            _ => vec![inner],
        };
        for (place, field) in lists.into_iter().zip(fields) {
            if let Some(column) = columns.get_mut(place) {
                *column = field;
            }
        }
        Ok(Rows::Many(Box::new(Elements { columns, ..elements })))
    }

    fn limit(&mut self, limit: &Limit) -> Result<Rows> {
        let number = |expr: &Option<Box<Expr>>| match expr.as_deref() {
            None => Ok(None),
            Some(Expr::Literal(ScalarValue::Int64(Some(number)), _)) => Ok(Some(*number)),
            Some(_) => unsupported("a LIMIT that is not a number"),
        };
        let (skip, fetch) = (number(&limit.skip)?.unwrap_or_default(), number(&limit.fetch)?);
        match self.read(&limit.input)? {
            one @ Rows::One(_) if skip == 0 && fetch != Some(0) => Ok(one),
            Rows::One(_) => unsupported("a LIMIT that leaves no row"),
            Rows::Many(mut elements) => {
                let first = lit(skip.saturating_add(1));
                let last = fetch.map_or(i64::from(i32::MAX), |fetch| skip.saturating_add(fetch));
                elements.array = array_slice(elements.array, first, lit(last), None);
                Ok(Rows::Many(elements))
            }
        }
    }

    fn distinct(&mut self, input: &LogicalPlan) -> Result<Rows> {
        let rows = self.read(input)?;
        if rows.columns().len() != 1 {
            return unsupported("DISTINCT of several columns");
        }
        match rows {
            one @ Rows::One(_) => Ok(one),
            many @ Rows::Many(_) => {
                let array = array_distinct(self.array(&many)?);
                Ok(Rows::Many(Box::new(self.elements(array)?)))
            }
        }
    }

    fn sort(&self, elements: &mut Elements, keys: &[SortExpr], schema: &DFSchema) -> Result<()> {
        let mut arguments = vec![elements.array.clone()];
        for key in keys {
            arguments.push(self.each(elements, self.over(&key.expr, schema, &elements.columns)?)?);
        }
        let orders = keys.iter().map(|key| (!key.asc, key.nulls_first)).collect();
        elements.array = call(ScalarUDF::new_from_impl(Sorted::new(orders)), arguments);
        Ok(())
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Rows> {
        if !aggregate.group_expr.is_empty() {
            return unsupported("GROUP BY");
        }
        let Rows::Many(elements) = self.read(&aggregate.input)? else { return unsupported("an aggregate of an aggregate") };
        let value = |expr: &Expr| match expr.clone().unalias() {
            Expr::AggregateFunction(function) => self.value_of(&function, elements.as_ref().clone(), aggregate.input.schema()),
            _ => unsupported("this form of aggregate"),
        };
        Ok(Rows::One(aggregate.aggr_expr.iter().map(value).collect::<Result<Vec<_>>>()?))
    }

    /// An aggregate function's value over elements.
    fn value_of(&self, function: &AggregateFunction, mut elements: Elements, schema: &DFSchema) -> Result<Expr> {
        let params = &function.params;
        if let Some(condition) = &params.filter {
            let condition = self.over(condition, schema, &elements.columns)?;
            self.choose(&mut elements, condition)?;
        }
        let arguments = params.args.iter().map(|arg| self.over(arg, schema, &elements.columns)).collect::<Result<Vec<_>>>()?;
        if let (Some(NullTreatment::IgnoreNulls), Some(first)) = (params.null_treatment, arguments.first()) {
            self.choose(&mut elements, first.clone().is_not_null())?;
        }
        if !params.order_by.is_empty() {
            self.sort(&mut elements, &params.order_by, schema)?;
        }
        if params.distinct && arguments.iter().filter(|argument| !matches!(argument, Expr::Literal(..))).count() > 1 {
            return unsupported("DISTINCT of several arguments");
        }
        let mut arrays = Vec::new();
        let mut constants = Vec::new();
        for (place, argument) in arguments.into_iter().enumerate() {
            constants.push(match argument {
                Expr::Literal(value, _) if place > 0 => Some(value),
                argument => {
                    let array = self.each(&elements, argument)?;
                    arrays.push(if params.distinct { array_distinct(array) } else { array });
                    None
                }
            });
        }
        Ok(aggregate(Arc::clone(&function.func), arrays, constants))
    }
}

/// An expression with another one in the place of an element.
fn replaced(expr: Expr, element: &Column, by: &Expr) -> Result<Expr> {
    let replaced = expr.transform_up(|expr| match &expr {
        Expr::Column(found) if found == element => Ok(Transformed::yes(by.clone())),
        _ => Ok(Transformed::no(expr)),
    })?;
    Ok(replaced.data)
}
