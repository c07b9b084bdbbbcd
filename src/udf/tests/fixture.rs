//! Models and sessions to test with.

use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::model::{
    CategoryEncoder, ColumnLayout, ColumnType, Encoder, Evaluation, Family, Feature, FeatureSummary, IgnoredReason, Label,
    LinearPredictor, Link, Model, ModelName, NumberEncoder, NumberSource, Predictor, ProblemType, Report, Sample, Target,
    Threshold,
};
use crate::udf::{functions, ml_assert};

/// A model of these features with these coefficients; `labels` makes it binary.
pub(super) fn model(name: &str, features: Vec<Feature>, coefficients: Vec<f64>, target: Target) -> Model {
    assert_eq!(coefficients.len(), ColumnLayout::new(&features).n_columns());
    let binary = !target.labels.is_empty();
    Model {
        name: ModelName::new([name]),
        version: 3,
        description: String::new(),
        function: format!("predict_{name}"),
        problem_type: if binary { ProblemType::Binary } else { ProblemType::Regression },
        target,
        features,
        transform: None,
        column_means: (0..coefficients.len()).map(|i| i as f64 / 10.0).collect(),
        prior: if binary { vec![0.7, 0.3] } else { vec![1.0] },
        training_losses: vec![],
        goodness: None,
        inference: None,
        trials: vec![],
        trial_metric: String::new(),
        predictor: Predictor::Linear(vec![LinearPredictor { intercept: -0.25, coefficients }]),
        family: if binary { Family::Binomial } else { Family::Gaussian },
        link: if binary { Link::Logit } else { Link::Identity },
        threshold: binary.then(|| Threshold { value: 0.5, chosen_by: "given".into() }),
        statement: String::new(),
        data_fingerprint: String::new(),
        report: Report::default(),
        evaluation: Evaluation {
            sample: Sample::HeldOut,
            n_rows: 0,
            metrics: vec![],
            curve: vec![],
            out_of_fold: vec![],
            costs: (1.0, 1.0),
            confusion: vec![],
            calibration: vec![],
            attributions: vec![],
        },
    }
}

pub(super) fn number(name: &str, source: NumberSource, mean: f64, std_dev: f64, missing_indicator: bool) -> Feature {
    let column_type = match source {
        NumberSource::Numeric => ColumnType::Float64,
        NumberSource::Boolean => ColumnType::Boolean,
        NumberSource::Text => ColumnType::Utf8,
        NumberSource::Seconds => ColumnType::Interval,
    };
    let encoder = Encoder::Number(NumberEncoder { source, mean, std_dev, missing_indicator });
    Feature { name: name.into(), column_type, encoder, summary: FeatureSummary::default() }
}

pub(super) fn category(name: &str, values: &[&str]) -> Feature {
    let encoder = Encoder::Category(CategoryEncoder::new(values.iter().map(|value| Arc::from(*value))));
    Feature { name: name.into(), column_type: ColumnType::Utf8, encoder, summary: FeatureSummary::default() }
}

pub(super) fn ignored(name: &str) -> Feature {
    let encoder = Encoder::Ignored(IgnoredReason::Identifier);
    Feature { name: name.into(), column_type: ColumnType::Int64, encoder, summary: FeatureSummary::default() }
}

/// A binary target of text.
pub(super) fn yes_no() -> Target {
    let labels = vec![Label::Text("No".into()), Label::Text("Yes".into())];
    Target { name: "Churn".into(), column_type: ColumnType::Utf8, labels, one_against_rest: None }
}

/// A target that is a number.
pub(super) fn amount() -> Target {
    Target {
        name: "amount".into(),
        column_type: ColumnType::Decimal { precision: 10, scale: 2 },
        labels: vec![],
        one_against_rest: None,
    }
}

/// `predict_churn(id, tenure, "Contract", "Int'l Plan", "Churn?")`.
pub(super) fn churn() -> Model {
    let mut features = vec![
        ignored("id"),
        number("tenure", NumberSource::Numeric, 30.0, 20.0, true),
        category("Contract", &["Month-to-month", "Two year"]),
        number("Int'l Plan", NumberSource::Boolean, 0.5, 0.5, false),
        number("Churn?", NumberSource::Text, 10.0, 5.0, false),
    ];
    features[1].column_type = ColumnType::Int64;
    // tenure, its indicator, plan, text number; then Month-to-month, Two year, other, null.
    model("churn", features, vec![-1.0, 0.5, 0.75, 0.25, 1.0, -2.0, 0.1, 0.0], yes_no())
}

/// `predict_cost(a, b)`: `-0.25 + (a - 1) / 2 + 3 · (b - 2)`.
pub(super) fn cost() -> Model {
    let features = vec![number("a", NumberSource::Numeric, 1.0, 2.0, false), number("b", NumberSource::Numeric, 2.0, 1.0, false)];
    model("cost", features, vec![1.0, 3.0], amount())
}

/// A plain session with the functions of both models and a table of four customers.
pub(super) async fn session() -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(2).with_information_schema(true);
    let session = SessionContext::new_with_config(config);
    for model in [churn(), cost()] {
        for function in functions(Arc::new(model)).unwrap() {
            session.register_udf(function.as_ref().clone());
        }
    }
    session.register_udf(ml_assert().as_ref().clone());
    session
        .sql(
            r#"CREATE TABLE customers AS SELECT * FROM (VALUES
                (1, 2, 'Month-to-month', true, '12.5', 1.0::double),
                (2, 70, 'Two year', false, '?', 2.0),
                (3, NULL, 'One year', true, '0', NULL),
                (4, 30, NULL, NULL, NULL, 4.0)
            ) AS t(id, tenure, "Contract", "Int'l Plan", "Churn?", x)"#,
        )
        .await
        .unwrap()
        .collect()
        .await
        .unwrap();
    session
}

/// The result of a query as a table, or its error.
pub(super) async fn run(session: &SessionContext, sql: &str) -> String {
    let rows = async { session.sql(sql).await?.collect().await };
    match rows.await {
        Ok(batches) => pretty_format_batches(&batches).unwrap().to_string(),
        Err(error) => error.strip_backtrace(),
    }
}
