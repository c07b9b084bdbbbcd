//! `TRANSFORM` and `PREPROCESSORS`: what is computed from the training query's columns before a model learns and before it predicts.
//!
//! A transform is text: one scalar expression for each feature, in DataFusion's own dialect. An analytic function such as
//! `ML.STANDARD_SCALER(x) OVER ()` stands in it as a step: a function of one argument that holds what was learned from the training
//! rows, `standard_scaler_1(x)`; a step may learn from what others give, `standard_scaler_2(imputer_1(x))`. Training and scoring [plan](planner) and evaluate the same text with the same steps, so there is one
//! implementation of both.
//!
//! [`TransformPlan`] is a transform before anything is learned, [`Transform`] the one that models keep.

mod evaluate;
mod plan;
mod planner;
mod step_function;

use std::collections::HashSet;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, cast};
pub(crate) use evaluate::CompiledTransform;
pub(crate) use plan::TransformBuilder;
pub use plan::TransformPlan;
use serde::{Deserialize, Serialize};

use self::planner::Planner;
use super::{ColumnType, Feature};
use crate::error::Result;
use crate::preprocess::Learned;

/// A column that a model's functions take as an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name in the training query.
    pub name: String,
    /// Its type there.
    pub column_type: ColumnType,
}

/// How a model's features are computed from the arguments of its functions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    pub(crate) inputs: Vec<Input>,
    pub(crate) steps: Vec<Step>,
    /// One for each feature of the model, in their order.
    pub(crate) expressions: Vec<String>,
    pub(crate) label: Option<ComputedLabel>,
}

/// A label that is computed from columns of the training query: in training, and where predictions are measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputedLabel {
    /// The columns that it is computed from; they need not be arguments of the model's functions.
    pub inputs: Vec<Input>,
    /// The expression.
    pub expression: String,
}

impl ComputedLabel {
    /// The expression over rows whose columns are given by name, brought to the types of the training query.
    ///
    /// # Errors
    /// If it cannot be planned, or a column is not given.
    pub(crate) fn over(&self, mut column: impl FnMut(&str) -> Result<Expr>) -> Result<Expr> {
        let expr = Planner::new(&self.inputs)?.logical(&self.expression)?;
        let mut given = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            given.push((input.name.as_str(), cast(column(&input.name)?, input.column_type.to_arrow())));
        }
        let expr = expr.transform_up(|expr| match &expr {
            Expr::Column(wanted) => match given.iter().find(|(name, _)| *name == wanted.name) {
                Some((_, given)) => Ok(Transformed::new(given.clone(), true, TreeNodeRecursion::Jump)),
                None => Ok(Transformed::no(expr)),
            },
            _ => Ok(Transformed::no(expr)),
        })?;
        Ok(expr.data)
    }
}

/// An analytic function with what it has learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// What expressions call it by: `standard_scaler_1`.
    pub(crate) name: String,
    /// The expression that it learned from.
    pub(crate) argument: String,
    pub(crate) learned: Learned,
}

impl Transform {
    /// The columns that it is computed from: the arguments of the model's functions.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The expression of each feature, in their order. Functions with a number at their end hold what was learned.
    pub fn expressions(&self) -> &[String] {
        &self.expressions
    }

    /// How the label is computed, where it is no column of the training query.
    pub fn label(&self) -> Option<&ComputedLabel> {
        self.label.as_ref()
    }

    /// The form that is evaluated.
    ///
    /// # Errors
    /// If an expression cannot be planned, for example because this program has a function less.
    pub(crate) fn compile(&self) -> Result<CompiledTransform> {
        CompiledTransform::new(&self.planner()?, self.expressions.iter().map(String::as_str))
    }

    /// Plans expressions over the inputs that call the steps.
    fn planner(&self) -> Result<Planner> {
        let mut planner = Planner::new(&self.inputs)?;
        self.steps.iter().for_each(|step| planner.add_step(&step.name, step.learned.clone()));
        Ok(planner)
    }

    /// What does not hold of a transform that was read.
    pub(crate) fn validate(&self, features: &[Feature]) -> Result<(), String> {
        let mut names: HashSet<&str> = HashSet::new();
        if self.inputs.is_empty() || !self.inputs.iter().all(|input| names.insert(&input.name)) {
            return Err("its TRANSFORM takes no column, or one twice".into());
        }
        let mut names: HashSet<&str> = HashSet::new();
        if let Some(step) = self.steps.iter().find(|step| !names.insert(&step.name)) {
            return Err(format!("its TRANSFORM has two steps called {:?}", step.name));
        }
        if let Some(fault) = self.steps.iter().find_map(|step| step.learned.fault()) {
            return Err(format!("in its TRANSFORM {fault}"));
        }
        if let Some(label) = &self.label {
            let plan = Planner::new(&label.inputs).and_then(|planner| planner.plan(&label.expression));
            plan.map_err(|error| format!("its label cannot be planned: {error}"))?;
        }
        if self.expressions.len() != features.len() {
            return Err(format!("its TRANSFORM has {} expressions for {} features", self.expressions.len(), features.len()));
        }
        let compiled = self.compile().map_err(|error| format!("its TRANSFORM cannot be planned: {error}"))?;
        for (feature, found) in features.iter().zip(compiled.types()) {
            if ColumnType::from_arrow(found).as_ref() != Some(&feature.column_type) {
                return Err(format!("its TRANSFORM gives feature {:?} as {found}", feature.name));
            }
        }
        Ok(())
    }
}
