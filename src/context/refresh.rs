//! Training a model again on the rows of now, so that whoever calls its functions need not change anything.

use std::sync::Arc;

use datafusion::prelude::DataFrame;

use super::MlContext;
use crate::automl::{Roles, TrainSpec, column_names};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnType, Model, ProblemType, Report, ReportLine, quote_identifier};
use crate::training::Training;

impl MlContext {
    /// Trains the next version of a model with the spec of its statement, on the rows that its query gives now. Returns `None`
    /// if these are the rows it was trained on.
    ///
    /// Kept are the description, the problem type, the positive label, the functions with their arguments, and a threshold that
    /// was set by `ALTER MODEL`.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) that names every argument that would be another; those of training;
    /// [`Statement`](crate::ErrorKind::Statement) if the model was changed meanwhile.
    pub(crate) async fn refresh(&self, before: &Arc<Model>, spec: TrainSpec, query: DataFrame) -> Result<Option<Arc<Model>>> {
        check_arguments(before, &spec, &query)?;
        let asked = Asked { problem: spec.problem.is_some(), positive: spec.positive.is_some() };
        let spec = pinned(spec, before);
        let training = Training { spec, query, progress: self.progress() };
        let trained = training.train_unless(self.session(), before.data_fingerprint.clone()).await.map_err(|error| {
            let kept = "REFRESH MODEL keeps the problem type and the positive label; CREATE OR REPLACE MODEL finds them anew";
            match error.kind() {
                ErrorKind::Data { .. } | ErrorKind::InvalidOption { .. } if error.hint().is_none() => error.with_hint(kept),
                _ => error,
            }
        })?;
        let Some(mut model) = trained else { return Ok(None) };
        check_labels(before, &model)?;
        keep(&mut model, before, asked);
        let model = self.save_and_publish(model, |current| match current {
            Some(current) if Arc::ptr_eq(current, before) => Ok(()),
            _ => Err(Error::statement(format!("model {} was changed while it was being refreshed", before.name))
                .with_hint("nothing is lost; run REFRESH MODEL again")),
        })?;
        Ok(Some(model))
    }
}

/// A model of two labels stays one of these two: with a third label it would tell one label from the rest, and its function
/// would answer with another type.
fn check_labels(before: &Model, model: &Model) -> Result<()> {
    if before.problem_type != ProblemType::Binary || before.target.one_against_rest == model.target.one_against_rest {
        return Ok(());
    }
    let names = before.target.labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    Err(Error::data(format!("the target {} has other labels now; model {} tells {names} apart", before.target.name, before.name))
        .with_hint("leave the rows with other labels out of the training query, or use CREATE OR REPLACE MODEL"))
}

/// What the statement itself says.
#[derive(Clone, Copy)]
struct Asked {
    problem: bool,
    positive: bool,
}

/// The spec with what would otherwise be found in the data, and might be found otherwise now.
fn pinned(spec: TrainSpec, before: &Model) -> TrainSpec {
    let positive = match (before.problem_type, before.target.labels.as_slice()) {
        (ProblemType::Binary, [_, positive]) => Some(positive.to_string()),
        _ => None,
    };
    TrainSpec {
        problem: spec.problem.or(Some(before.problem_type)),
        positive: spec.positive.or(positive),
        description: before.description.clone(),
        ..spec
    }
}

/// Keeps a threshold that somebody chose by hand, and lets the report say what was kept instead of found.
fn keep(model: &mut Model, before: &Model, asked: Asked) {
    let from = format!("kept from version {}", before.version);
    let by_hand = before.threshold.as_ref().filter(|threshold| threshold.is_set_by_hand());
    let mut report = Report::default();
    for ReportLine { section, item, value, detail } in model.report.lines() {
        let place = (section.as_str(), item.as_str());
        let detail = match place {
            ("model", "problem type") if !asked.problem => from.clone(),
            ("model", "positive label") if !asked.positive => {
                detail.split_once("; ").map_or_else(|| from.clone(), |(_, share)| format!("{from}; {share}"))
            }
            _ => detail.clone(),
        };
        report.push(section, item.clone(), value.clone(), detail);
        if let (("threshold", "chosen"), Some(threshold)) = (place, by_hand) {
            report.push(section, "in use", threshold.value.to_string(), format!("{from}, {}", threshold.chosen_by));
        }
    }
    model.report = report;
    if let Some(threshold) = by_hand {
        model.threshold = Some(threshold.clone());
    }
}

/// Fails if the functions would get other arguments, or give results of another type.
fn check_arguments(before: &Model, spec: &TrainSpec, query: &DataFrame) -> Result<()> {
    let schema = Arc::new(query.schema().as_arrow().clone());
    let roles = Roles::new(spec, &column_names(&schema)).map_err(|error| {
        if error.hint().is_some() { error } else { error.with_hint("CREATE OR REPLACE MODEL takes another query") }
    })?;
    let sql_type = |column: usize| {
        let data_type = schema.field(column).data_type();
        ColumnType::from_arrow(data_type).map_or_else(|| data_type.to_string(), |column_type| column_type.sql_name())
    };
    let found: Vec<(&str, String)> = match &spec.transform {
        Some(plan) => plan.inputs().iter().map(|input| (input.name.as_str(), input.column_type.sql_name())).collect(),
        None => roles.features.iter().map(|column| (schema.field(*column).name().as_str(), sql_type(*column))).collect(),
    };
    let arguments = before.arguments();
    let mut others = Vec::new();
    for (argument, column_type) in &arguments {
        let (name, sql_name) = (quote_identifier(argument), column_type.sql_name());
        match found.iter().find(|(found, _)| found == argument) {
            None => others.push(format!("{name} is missing")),
            Some((_, now)) if *now != sql_name => others.push(format!("{name} is {now}, not {sql_name}")),
            Some(_) => {}
        }
    }
    let is_new = |name: &str| arguments.iter().all(|(argument, _)| *argument != name);
    others.extend(found.iter().filter(|(name, _)| is_new(name)).map(|(name, _)| format!("{} is new", quote_identifier(name))));
    if others.is_empty() && arguments.iter().zip(&found).any(|((argument, _), (name, _))| argument != name) {
        let names: Vec<_> = found.iter().map(|(name, _)| quote_identifier(name)).collect();
        others.push(format!("their order is {}", names.join(", ")));
    }
    let (target, target_type) = (quote_identifier(&before.target.name), before.target.column_type.sql_name());
    if sql_type(roles.target) != target_type {
        others.push(format!("the target {target} is {}, not {target_type}", sql_type(roles.target)));
    }
    if others.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the query of model {} no longer fits the arguments and the result of {}: {}",
        before.name,
        quote_identifier(&before.function),
        others.join("; ")
    );
    Err(Error::data(message).with_hint("CREATE OR REPLACE MODEL makes a version whose functions take other arguments"))
}
