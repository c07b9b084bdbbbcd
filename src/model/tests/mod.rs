//! Tests of the model file and the store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may panic and talk")]

mod artifact;
mod crash;
mod golden;
mod hostile;
mod specification;
mod store;
mod strategy;
mod transform;

use std::sync::Arc;

use super::*;

/// A binary model with every kind of encoder.
#[allow(clippy::too_many_lines, reason = "every field of a model")]
pub(super) fn churn() -> Model {
    let number =
        |source, mean, std_dev, missing_indicator| Encoder::Number(NumberEncoder { source, mean, std_dev, missing_indicator });
    let numbers = Some(NumberSummary { min: 1.0, max: 72.0, mean: 32.4, median: 29.0, std_dev: 24.5 });
    let feature = |name: &str, column_type, encoder| {
        let summary = match &encoder {
            Encoder::Number(_) => FeatureSummary { nulls: 11, categories: None, numbers },
            Encoder::Category(_) => FeatureSummary { nulls: 0, categories: Some(3), numbers: None },
            _ => FeatureSummary::default(),
        };
        Feature { name: name.into(), column_type, encoder, summary }
    };
    let mut report = Report::default();
    report.push("model", "rows used", "7032", "11 dropped: target is null");
    let point = |threshold, true_positives, false_positives| CurvePoint {
        threshold,
        true_positives,
        false_positives,
        true_negatives: 1_549.0 - false_positives,
        false_negatives: 561.0 - true_positives,
    };
    let estimates = (0..19).map(|i| Estimate { value: f64::from(i) - 1.25, standard_error: (i != 7).then_some(0.5) }).collect();
    Model {
        name: ModelName::new(["ml", "Churn"]),
        version: 1,
        description: "who leaves — by month".into(),
        function: "predict_churn".into(),
        problem_type: ProblemType::Binary,
        target: Target {
            name: "Churn".into(),
            column_type: ColumnType::Utf8View,
            labels: vec![Label::Text("No".into()), Label::Text("Yes".into())],
            one_against_rest: None,
        },
        transform: None,
        features: vec![
            feature("customerID", ColumnType::Utf8View, Encoder::Ignored(IgnoredReason::Identifier)),
            feature("tenure", ColumnType::Int64, number(NumberSource::Numeric, 32.4, 24.5, false)),
            feature("TotalCharges", ColumnType::Utf8, number(NumberSource::Text, 2_283.3, 2_266.8, true)),
            feature("Partner", ColumnType::Boolean, number(NumberSource::Boolean, 0.48, 0.5, false)),
            feature(
                "Contract",
                ColumnType::Utf8View,
                Encoder::Category(CategoryEncoder::new(["Month-to-month", "Two year", "One year"].map(Arc::from))),
            ),
            feature(
                "day",
                ColumnType::Timestamp { zone: Some("Europe/Berlin".into()) },
                Encoder::Calendar(CalendarEncoder {
                    zone: Some("Europe/Berlin".into()),
                    parts: vec![
                        (CalendarPart::Epoch, number(NumberSource::Numeric, 18_000.0, 365.0, false)),
                        (CalendarPart::Month, Encoder::Category(CategoryEncoder::new(["12", "1"].map(Arc::from)))),
                    ],
                }),
            ),
            feature(
                "pixels",
                ColumnType::List(Box::new(ColumnType::Float32)),
                Encoder::List(vec![number(NumberSource::Numeric, 0.5, 0.25, false), Encoder::Ignored(IgnoredReason::Constant)]),
            ),
            feature(
                "address",
                ColumnType::Struct(vec![("city".into(), ColumnType::Utf8)]),
                Encoder::Struct(vec![("city".into(), Encoder::Category(CategoryEncoder::new([Arc::from("Kiel")])))]),
            ),
        ],
        predictor: Predictor::Linear(vec![LinearPredictor {
            intercept: -1.25,
            coefficients: vec![-0.8, 0.1, 0.0, -0.05, 0.2, 0.3, 0.7, -0.9, -0.1, 0.0, 0.0, 0.15, 0.25, 0.0, 0.0, 0.4, 0.0, 0.0],
        }]),
        family: Family::Binomial,
        link: Link::Logit,
        column_means: vec![0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.5, 0.3, 0.2, 0.0, 0.0, 0.4, 0.5, 0.1, 0.0, 0.6, 0.3, 0.1],
        prior: vec![0.735, 0.265],
        training_losses: vec![0.58, 0.42],
        goodness: Some(Goodness {
            n_rows: 4_922,
            n_parameters: 14,
            n_null_parameters: 1,
            deviance: 4_100.5,
            null_deviance: 5_700.25,
            log_likelihood: Some(-2_050.25),
        }),
        inference: Some(Inference {
            degrees_of_freedom: None,
            dispersion: 1.0,
            estimates: vec![estimates],
            unscaled_covariance: Vec::new(),
        }),
        trials: vec![Trial {
            l1: 0.5,
            l2: 0.0,
            training_loss: 0.42,
            eval_loss: 0.43,
            metric: 0.84,
            n_nonzero: 9,
            is_optimal: true,
        }],
        trial_metric: "roc_auc".into(),
        threshold: Some(Threshold { value: 0.35, chosen_by: "highest F1 of the out-of-fold predictions".into() }),
        statement: "CREATE MODEL ml.\"Churn\" FROM customers TARGET \"Churn\"".into(),
        data_fingerprint: "00ff".repeat(16),
        report,
        evaluation: Evaluation {
            sample: Sample::HeldOut,
            n_rows: 2_110,
            metrics: vec![
                Metric {
                    name: "roc_auc".into(),
                    value: 0.845,
                    interval: Some(Interval { low: 0.827, high: 0.862 }),
                    baseline: Some(0.5),
                },
                Metric { name: "precision".into(), value: f64::NAN, interval: None, baseline: None },
            ],
            curve: vec![point(0.9, 3.0, 1.0), point(0.1, 550.0, 900.0)],
            out_of_fold: vec![point(0.35, 400.5, 300.25)],
            costs: (1.0, 5.0),
            confusion: Vec::new(),
            calibration: vec![CalibrationBin { lower: 0.2, weight: 2_110.0, mean_probability: 0.27, observed: 0.265 }],
            attributions: vec![vec![0.0, 0.75, 0.5, 0.1, 0.6, 0.2, 0.05, 0.3]],
        },
    }
}

/// The smallest valid model.
pub(super) fn small(name: &str) -> Model {
    Model {
        name: ModelName::new([name]),
        version: 1,
        description: String::new(),
        function: "f".into(),
        problem_type: ProblemType::Regression,
        target: Target { name: "y".into(), column_type: ColumnType::Float64, labels: Vec::new(), one_against_rest: None },
        features: Vec::new(),
        transform: None,
        predictor: Predictor::Linear(vec![LinearPredictor { intercept: 1.0, coefficients: Vec::new() }]),
        family: Family::Gaussian,
        link: Link::Identity,
        column_means: Vec::new(),
        prior: vec![1.0],
        training_losses: Vec::new(),
        goodness: None,
        inference: None,
        trials: Vec::new(),
        trial_metric: String::new(),
        threshold: None,
        statement: String::new(),
        data_fingerprint: String::new(),
        report: Report::default(),
        evaluation: Evaluation {
            sample: Sample::Training,
            n_rows: 0,
            metrics: Vec::new(),
            curve: Vec::new(),
            out_of_fold: Vec::new(),
            costs: (1.0, 1.0),
            confusion: Vec::new(),
            calibration: Vec::new(),
            attributions: vec![Vec::new()],
        },
    }
}
