//! What `SHOW MODEL` of Redshift says of a model, under Redshift's keys: for the models of its statements, which have `IAM_ROLE`.

use datafusion::arrow::temporal_conversions::timestamp_us_to_datetime;

use super::parse_with_session;
use crate::context::MlContext;
use crate::model::{Model, ProblemType, Report, Sample, decisions_at};
use crate::sql::ast::{Clauses, Form, Source, Statement};
use crate::sql::table_functions::created;

const SECTION: &str = "Redshift ML";

/// Adds the rows that Redshift has, where their values are known here; others, such as costs, are left out.
pub(super) fn push(report: &mut Report, context: &MlContext, model: &Model) {
    let statements = parse_with_session(&model.statement, context.session()).unwrap_or_default();
    let Some(Statement::CreateModel(create)) = statements.first() else { return };
    let Form::Clauses(clauses) = &create.form else { return };
    if clauses.iam_role.is_none() {
        return;
    }
    let mut row = |key: &str, value: String| report.push(SECTION, key, value, "");
    row("Model Name", model.name.base().to_owned());
    if let Some((_, schema @ [_, ..])) = model.name.parts().split_last() {
        row("Schema Name", schema.join("."));
    }
    if let Some(time) = created(context.store(), model).and_then(timestamp_us_to_datetime) {
        row("Creation Time", time.to_string());
    }
    row("Model State", "READY".into());
    let (objective, value) = objective(model, clauses);
    let sample = if model.evaluation.sample == Sample::HeldOut { "validation" } else { "train" };
    row(&format!("{sample}:{objective}"), value.map_or_else(|| "undefined".into(), |value| value.to_string()));
    match create.source.as_deref() {
        Some(Source::Table(table)) => row("Table", table.to_string()),
        Some(Source::Query(query)) => row("Query", query.to_string()),
        _ => {}
    }
    row("Target Column", model.target.name.clone());
    row("Model Type", "linear_learner".into());
    row("Problem Type", problem_type(model.problem_type).into());
    row("Objective", objective.into());
    row("Function Name", model.function.clone());
    let arguments = model.arguments();
    row("Function Parameters", arguments.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" "));
    row("Function Parameter Types", arguments.iter().map(|(_, of)| of.sql_name()).collect::<Vec<_>>().join(" "));
}

fn problem_type(problem: ProblemType) -> &'static str {
    match problem {
        ProblemType::Regression => "Regression",
        ProblemType::Binary => "BinaryClassification",
        ProblemType::Multiclass => "MulticlassClassification",
    }
}

/// The objective that is asked for, or the one that Redshift takes for the problem, and its value on the rows that were held out; of
/// two labels at the model's threshold.
fn objective(model: &Model, clauses: &Clauses) -> (&'static str, Option<f64>) {
    let metric = |name: &str| model.evaluation.metric(name).map(|metric| metric.value);
    let at = model.threshold.as_ref().and_then(|threshold| decisions_at(&model.evaluation.curve, threshold.value));
    let asked = clauses.objective.as_ref().map(|objective| objective.to_ascii_lowercase());
    let (name, value) = match (asked.as_deref(), model.problem_type) {
        (_, ProblemType::Regression) => ("MSE", metric("mean_squared_error")),
        (Some("auc"), _) => ("AUC", metric("roc_auc")),
        (Some("accuracy"), ProblemType::Binary) => ("Accuracy", at.map(|at| at.accuracy())),
        (_, ProblemType::Binary) => ("F1", at.map(|at| at.f1())),
        (Some("f1" | "f1_macro" | "f1macro"), _) => ("F1_Macro", metric("f1_score")),
        (_, ProblemType::Multiclass) => ("Accuracy", metric("accuracy")),
    };
    (name, value.filter(|value| value.is_finite()))
}
