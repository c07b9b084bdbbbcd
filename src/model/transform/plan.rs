//! A transform before anything is learned.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::evaluate::CompiledTransform;
use super::planner::Planner;
use super::{Input, Step, Transform};
use crate::error::{Error, Result};
use crate::model::{ColumnType, quote_identifier};
use crate::preprocess::{Analytic, AnalyticName};

/// What a `TRANSFORM` clause says of the columns of a training query.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformPlan {
    /// Its steps hold what is of the right kind and was not learned yet.
    transform: Transform,
    /// Per step, how it learns.
    learners: Vec<Learner>,
    /// The names of the features.
    names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Learner {
    analytic: Analytic,
    /// The type that it learns from.
    learns_from: DataType,
    /// Whether the step is all that a feature is.
    is_feature: bool,
}

impl TransformPlan {
    /// The columns of the training query that it takes.
    pub fn inputs(&self) -> &[Input] {
        &self.transform.inputs
    }

    /// The features that it gives.
    pub fn features(&self) -> &[String] {
        &self.names
    }

    /// What the steps learn from, one expression for each.
    pub(crate) fn arguments(&self) -> Result<CompiledTransform> {
        let planner = Planner::new(&self.transform.inputs)?;
        CompiledTransform::new(&planner, self.transform.steps.iter().map(|step| step.argument.as_str()))
    }

    /// Learns from the arguments of the training rows, one array for each step.
    pub(crate) fn learn(&self, arguments: &[ArrayRef]) -> Result<Transform> {
        let mut transform = self.transform.clone();
        for ((step, learner), values) in transform.steps.iter_mut().zip(&self.learners).zip(arguments) {
            let learned = learner.analytic.learn(&cast(values, &learner.learns_from)?)?;
            step.learned = if learner.is_feature { learned.for_models() } else { learned };
        }
        Ok(transform)
    }
}

/// Makes a plan of a clause, item by item, so that each error has its place.
pub(crate) struct TransformBuilder {
    /// The columns of the training query, with the type that models know of each.
    columns: Vec<(String, Option<ColumnType>)>,
    planner: Planner,
    used: Vec<bool>,
    plan: TransformPlan,
}

impl TransformBuilder {
    /// Over the columns of a training query.
    pub(crate) fn new(schema: &Schema) -> Result<Self> {
        let columns: Vec<_> =
            schema.fields().iter().map(|field| (field.name().clone(), ColumnType::from_arrow(field.data_type()))).collect();
        let known = schema.fields().iter().zip(&columns).map(|(field, (name, column_type))| {
            let data_type = column_type.as_ref().map_or_else(|| field.data_type().clone(), ColumnType::to_arrow);
            Field::new(name, data_type, true)
        });
        let planner = Planner::over(Schema::new(known.collect::<Vec<_>>()))?;
        let transform = Transform { inputs: Vec::new(), steps: Vec::new(), expressions: Vec::new() };
        let plan = TransformPlan { transform, learners: Vec::new(), names: Vec::new() };
        Ok(Self { used: vec![false; columns.len()], columns, planner, plan })
    }

    /// Adds a step that learns from an expression, and gives the name that later expressions call it by.
    pub(crate) fn step(
        &mut self,
        function: AnalyticName,
        argument: &str,
        settings: &[String],
        is_feature: bool,
    ) -> Result<String> {
        let planned = self.planner.plan(argument)?;
        let mut types = vec![planned.data_type];
        let mut values = Vec::with_capacity(settings.len());
        for setting in settings {
            let Some(value) = self.planner.constant(setting)? else {
                let bare = function.bare_name().to_ascii_uppercase();
                return Err(Error::statement(format!("{setting}, an argument of ML.{bare}, must be a constant")));
            };
            types.push(value.data_type());
            values.push(value);
        }
        self.use_columns(&planned.columns)?;
        let learns_from = function.learns_from(&types)?;
        let analytic = Analytic::new(function, &values)?;
        let learned = analytic.unlearned(&learns_from)?;
        let learned = if is_feature { learned.for_models() } else { learned };
        let name = format!("{}_{}", function.bare_name(), self.plan.transform.steps.len() + 1);
        self.planner.add_step(&name, learned.clone());
        self.plan.transform.steps.push(Step { name: name.clone(), argument: argument.to_owned(), learned });
        self.plan.learners.push(Learner { analytic, learns_from, is_feature });
        Ok(name)
    }

    /// Adds a feature.
    pub(crate) fn feature(&mut self, name: &str, expression: &str) -> Result<()> {
        let planned = self.planner.plan(expression)?;
        let quoted = quote_identifier(name);
        if self.plan.names.iter().any(|other| other == name) {
            return Err(Error::statement(format!("TRANSFORM gives two columns called {quoted}")).with_hint("give one an alias"));
        }
        if !ColumnType::from_arrow(&planned.data_type).is_some_and(|column_type| column_type.can_be_feature()) {
            let message = format!("TRANSFORM gives {quoted} as {}, which cannot be a feature", planned.data_type);
            return Err(
                Error::statement(message).with_hint("leave it out, or turn it into numbers, text, times or lists of numbers")
            );
        }
        self.use_columns(&planned.columns)?;
        self.plan.names.push(name.to_owned());
        self.plan.transform.expressions.push(expression.to_owned());
        Ok(())
    }

    fn use_columns(&mut self, found: &[datafusion::common::Column]) -> Result<()> {
        for column in found {
            let Some(place) = self.columns.iter().position(|(name, _)| *name == column.name) else { continue };
            if let (Some((name, None)), Some(used)) = (self.columns.get(place), self.used.get_mut(place)) {
                *used = true;
                let message = format!("column {} has a type that TRANSFORM cannot take", quote_identifier(name));
                return Err(Error::statement(message).with_hint("cast it in the training query"));
            }
            if let Some(used) = self.used.get_mut(place) {
                *used = true;
            }
        }
        Ok(())
    }

    /// The plan; its inputs are the columns that it uses, in the query's order.
    pub(crate) fn finish(self) -> TransformPlan {
        let mut plan = self.plan;
        let used = self.columns.into_iter().zip(self.used).filter(|(_, used)| *used);
        let input = |((name, column_type), _): ((String, Option<ColumnType>), bool)| {
            column_type.map(|column_type| Input { name, column_type })
        };
        plan.transform.inputs = used.filter_map(input).collect();
        plan
    }
}
