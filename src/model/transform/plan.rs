//! A transform before anything is learned.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::evaluate::CompiledTransform;
use super::planner::Planner;
use super::{ComputedLabel, Input, Step, Transform};
use crate::error::{Error, Result};
use crate::model::{ColumnType, quote_identifier};
use crate::preprocess::{Analytic, AnalyticName, Learned, Lesson};

/// Texts of lists that have a column of their own, at most; those of fewer than five rows have none.
const MOST_TEXTS: usize = 256;

/// What a `TRANSFORM` or `PREPROCESSORS` clause says of the columns of a training query.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformPlan {
    /// Its steps hold what is of the right kind and was not learned yet.
    transform: Transform,
    /// Per step, how it learns.
    learners: Vec<Learner>,
    /// The names of the features.
    names: Vec<String>,
    /// Per feature, whether its texts are categories even if they look like numbers.
    categories: Vec<bool>,
}

#[derive(Debug, Clone, PartialEq)]
struct Learner {
    lesson: Lesson,
    /// The type that it learns from.
    learns_from: DataType,
    /// Whether the step is all that a feature is.
    is_feature: bool,
    /// 0, or one more than the highest of the steps that its argument calls.
    stage: usize,
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

    /// How the label is computed, where it is no column of the training query.
    pub(crate) fn label(&self) -> Option<&ComputedLabel> {
        self.transform.label()
    }

    /// Per feature, whether its texts are categories even if they look like numbers.
    pub(crate) fn categories(&self) -> &[bool] {
        &self.categories
    }

    /// The transform with nothing learned yet. Its steps learn in [stages](Self::n_stages).
    pub(crate) fn unlearned(&self) -> Transform {
        self.transform.clone()
    }

    /// Into how many stages the steps fall: a step learns after those that its argument calls.
    pub(crate) fn n_stages(&self) -> usize {
        self.learners.iter().map(|learner| learner.stage + 1).max().unwrap_or(0)
    }

    /// What the steps of a stage learn from, one expression for each, after what was learned in the stages before.
    pub(crate) fn arguments(&self, stage: usize, transform: &Transform) -> Result<CompiledTransform> {
        let steps = transform.steps.iter().zip(&self.learners).filter(|(_, learner)| learner.stage == stage);
        CompiledTransform::new(&transform.planner()?, steps.map(|(step, _)| step.argument.as_str()))
    }

    /// Lets the steps of a stage learn from their arguments of the training rows, one array for each of them.
    pub(crate) fn learn(&self, stage: usize, transform: &mut Transform, arguments: &[ArrayRef]) -> Result<()> {
        let steps = transform.steps.iter_mut().zip(&self.learners).filter(|(_, learner)| learner.stage == stage);
        for ((step, learner), values) in steps.zip(arguments) {
            let learned = learner.lesson.learn(&cast(values, &learner.learns_from)?)?;
            step.learned = if learner.is_feature { learned.for_models() } else { learned };
        }
        Ok(())
    }
}

/// Makes a plan of a clause, item by item, so that each error has its place.
pub(crate) struct TransformBuilder {
    /// What users call the clause.
    clause: &'static str,
    /// The columns of the training query, with the type that models know of each.
    columns: Vec<(String, Option<ColumnType>)>,
    planner: Planner,
    used: Vec<bool>,
    plan: TransformPlan,
}

impl TransformBuilder {
    /// Over the columns of a training query, for a clause.
    pub(crate) fn new(schema: &Schema, clause: &'static str) -> Result<Self> {
        let columns: Vec<_> =
            schema.fields().iter().map(|field| (field.name().clone(), ColumnType::from_arrow(field.data_type()))).collect();
        let known = schema.fields().iter().zip(&columns).map(|(field, (name, column_type))| {
            let data_type = column_type.as_ref().map_or_else(|| field.data_type().clone(), ColumnType::to_arrow);
            Field::new(name, data_type, true)
        });
        let planner = Planner::over(Schema::new(known.collect::<Vec<_>>()))?;
        let transform = Transform { inputs: Vec::new(), steps: Vec::new(), expressions: Vec::new(), label: None };
        let plan = TransformPlan { transform, learners: Vec::new(), names: Vec::new(), categories: Vec::new() };
        Ok(Self { clause, used: vec![false; columns.len()], columns, planner, plan })
    }

    /// Adds a step that learns as an analytic function does, and gives the name that later expressions call it by.
    pub(crate) fn analytic(
        &mut self,
        function: AnalyticName,
        argument: &str,
        settings: &[String],
        is_feature: bool,
    ) -> Result<String> {
        let mut types = vec![self.planner.plan(argument)?.data_type];
        let mut values = Vec::with_capacity(settings.len());
        for setting in settings {
            let Some(value) = self.planner.constant(setting)? else {
                let bare = function.bare_name().to_ascii_uppercase();
                return Err(Error::statement(format!("{setting}, an argument of ML.{bare}, must be a constant")));
            };
            types.push(value.data_type());
            values.push(value);
        }
        let learns_from = function.learns_from(&types)?;
        let lesson = Lesson::Analytic(Analytic::new(function, &values)?);
        self.add_step(&function.bare_name(), argument, Learner { lesson, learns_from, is_feature, stage: 0 })
    }

    /// Adds a step that learns from values of a type, and gives the name that later expressions call it by: `name` with a number.
    pub(crate) fn step(&mut self, name: &str, argument: &str, lesson: Lesson, learns_from: DataType) -> Result<String> {
        self.add_step(name, argument, Learner { lesson, learns_from, is_feature: false, stage: 0 })
    }

    fn add_step(&mut self, name: &str, argument: &str, mut learner: Learner) -> Result<String> {
        let planned = self.planner.plan(argument)?;
        self.use_columns(&planned.columns)?;
        let earlier = self.plan.transform.steps.iter().zip(&self.plan.learners);
        let called = earlier.filter(|(step, _)| planned.calls.contains(&step.name));
        learner.stage = called.map(|(_, learner)| learner.stage + 1).max().unwrap_or(0);
        let learned: Learned = learner.lesson.unlearned(&learner.learns_from)?;
        let learned = if learner.is_feature { learned.for_models() } else { learned };
        let name = format!("{name}_{}", self.plan.transform.steps.len() + 1);
        self.planner.add_step(&name, learned.clone());
        self.plan.transform.steps.push(Step { name: name.clone(), argument: argument.to_owned(), learned });
        self.plan.learners.push(learner);
        Ok(name)
    }

    /// Adds a feature whose texts are categories even if they look like numbers.
    pub(crate) fn category(&mut self, name: &str, expression: &str) -> Result<()> {
        self.feature(name, expression)?;
        if let Some(last) = self.plan.categories.last_mut() {
            *last = true;
        }
        Ok(())
    }

    /// Adds a feature. Lists of texts become a 0 or 1 for each frequent text, and one for all others, as categories do.
    pub(crate) fn feature(&mut self, name: &str, expression: &str) -> Result<()> {
        let planned = self.planner.plan(expression)?;
        if let Some(ColumnType::List(item)) = ColumnType::from_arrow(&planned.data_type)
            && item.is_text()
        {
            let step = self.analytic(AnalyticName::MultiHotEncoder, expression, &[MOST_TEXTS.to_string()], true)?;
            return self.feature(name, &format!("{step}({expression})"));
        }
        let quoted = quote_identifier(name);
        if self.plan.names.iter().any(|other| other == name) {
            return Err(
                Error::statement(format!("{} gives two columns called {quoted}", self.clause)).with_hint("give one an alias")
            );
        }
        if !ColumnType::from_arrow(&planned.data_type).is_some_and(|column_type| column_type.can_be_feature()) {
            let message = format!("{} gives {quoted} as {}, which cannot be a feature", self.clause, planned.data_type);
            return Err(
                Error::statement(message).with_hint("leave it out, or turn it into numbers, text, times or lists of numbers")
            );
        }
        self.use_columns(&planned.columns)?;
        self.plan.names.push(name.to_owned());
        self.plan.categories.push(false);
        self.plan.transform.expressions.push(expression.to_owned());
        Ok(())
    }

    /// Says how the label is computed.
    pub(crate) fn label(&mut self, name: &str, expression: &str) -> Result<()> {
        let planned = self.planner.plan(expression)?;
        let quoted = quote_identifier(name);
        if self.plan.transform.steps.iter().any(|step| planned.calls.contains(&step.name)) {
            return Err(Error::unsupported(format!("a label that is learned from all rows ({quoted})"))
                .with_hint("compute it from each row alone, or in the training query"));
        }
        if !ColumnType::from_arrow(&planned.data_type).is_some_and(|column_type| column_type.can_be_target()) {
            let message = format!("{} gives the label {quoted} as {}", self.clause, planned.data_type);
            return Err(Error::statement(message).with_hint("a label is a number, a boolean or text"));
        }
        let used: Vec<_> =
            self.columns.iter().filter(|(name, _)| planned.columns.iter().any(|column| column.name == *name)).collect();
        let mut inputs = Vec::with_capacity(used.len());
        for (name, column_type) in used {
            let Some(column_type) = column_type.clone() else {
                let message = format!("column {} has a type that {} cannot take", quote_identifier(name), self.clause);
                return Err(Error::statement(message).with_hint("cast it in the training query"));
            };
            inputs.push(Input { name: name.clone(), column_type });
        }
        if inputs.is_empty() {
            return Err(Error::statement(format!("the label {quoted} does not depend on a column")));
        }
        self.plan.transform.label = Some(ComputedLabel { inputs, expression: expression.to_owned() });
        Ok(())
    }

    fn use_columns(&mut self, found: &[datafusion::common::Column]) -> Result<()> {
        for column in found {
            let Some(place) = self.columns.iter().position(|(name, _)| *name == column.name) else { continue };
            if let (Some((name, None)), Some(used)) = (self.columns.get(place), self.used.get_mut(place)) {
                *used = true;
                let message = format!("column {} has a type that {} cannot take", quote_identifier(name), self.clause);
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
