//! From a call to its figures: those of training, or an aggregate over data.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::sql::sqlparser::ast::Ident;

use super::aggregate::{Collected, FiguresAggregate};
use super::call::Call;
use super::data::Data;
use super::figures::{Figures, Shown};
use crate::automl::KnownTarget;
use crate::error::{Error, Result};
use crate::model::{ColumnType, Model};
use crate::udf::{self, Output};

/// The one column of the aggregate.
const ROWS: &str = "rows";

/// Plans a table function that shows figures.
pub(super) fn plan(call: &mut Call<'_>, shown: Shown) -> Result<LogicalPlan> {
    let model = call.model()?;
    let shown = match shown {
        Shown::GlobalExplain { .. } => Shown::GlobalExplain { of_classes: call.arguments.of_classes(&model)? },
        other => other,
    };
    let held_out = if shown == Shown::ThresholdCurve { call.arguments.boolean("held_out")? } else { None };
    let weight = if matches!(shown, Shown::GlobalExplain { .. }) { None } else { call.arguments.column("weight")? };
    let Some(data) = call.data()? else {
        if let Some(weight) = weight {
            return Err(call.arguments.wrong("takes a weight only with data", weight.span));
        }
        let mut figures = Figures::of_training(&model);
        if shown == Shown::ThresholdCurve && held_out != Some(true) {
            figures.curve = &model.evaluation.out_of_fold;
        }
        return call.rows(shown.rows(&figures)?);
    };
    if held_out.is_some() {
        return Err(call.arguments.wrong("takes held_out only without data", call.place()));
    }
    over_data(call, &model, data, weight.as_ref(), shown)
}

/// `SELECT row.* FROM (SELECT unnest(figures(raw predictions, target, weight)) AS row FROM data)`.
fn over_data(call: &Call<'_>, model: &Arc<Model>, data: Data, weight: Option<&Ident>, shown: Shown) -> Result<LogicalPlan> {
    let whole = weight.is_none();
    let rows = shown.rows(&Figures::none(model, whole))?.schema();
    let compiled = call.compiled(model)?;
    let features = data.features(model)?;
    let (collected, arguments) = if matches!(shown, Shown::GlobalExplain { .. }) {
        let attributions = udf::function(&compiled, Output::AbsoluteAttributions { by_output: shown.by_output(model) }, None)?;
        (Collected::Attributions, vec![attributions.call(features)])
    } else {
        let raw = udf::function(&compiled, Output::Raw, None)?;
        let target = data.target(model)?;
        let known = KnownTarget::new(&model.target, &target.data_type).map_err(|error| error.at(data.place()))?;
        let mut arguments = vec![raw.call(features), target.expr];
        let weight = weight.map(|weight| weight_column(&data, weight)).transpose()?;
        let name = weight.map(|(name, expr)| {
            arguments.push(expr);
            name
        });
        (Collected::Rows { target: known, weight: name }, arguments)
    };
    let aggregate = FiguresAggregate::new(call.name(), &compiled, collected, shown, &rows);
    let aggregate = Arc::new(AggregateUDF::new_from_impl(aggregate));
    let figures = Expr::AggregateFunction(AggregateFunction::new_udf(aggregate, arguments, false, None, Vec::new(), None));
    let place = data.place();
    let figures = LogicalPlanBuilder::from(data.plan)
        .aggregate(Vec::<Expr>::new(), vec![figures.alias(ROWS)])
        .map_err(|error| Error::from(error).at(place))?;
    let field = |name: &String| get_field(Expr::Column(Column::from_name(ROWS)), name.clone()).alias(name);
    let columns: Vec<Expr> = rows.fields().iter().map(|row| field(row.name())).collect();
    Ok(figures.unnest_column(ROWS)?.project(columns)?.alias(call.name())?.build()?)
}

/// The weight column's name, and its values as doubles.
fn weight_column(data: &Data, weight: &Ident) -> Result<(String, Expr)> {
    let column = data.named("weight", weight)?;
    let is_number = |found: ColumnType| found.is_number() || found == ColumnType::Null;
    if !ColumnType::from_arrow(&column.data_type).is_some_and(is_number) {
        let message = format!("the weight column {} has type {}; weights are numbers", column.name, column.data_type);
        return Err(Error::data(message).at(weight.span));
    }
    Ok((column.name.clone(), cast(column.expr.clone(), DataType::Float64)))
}
