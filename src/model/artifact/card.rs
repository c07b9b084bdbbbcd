//! The readable header of a model file: what people and tools want to know without decoding the payload.
//!
//! It is written from the model and never read back, so it cannot disagree with what scoring does.

use serde::Serialize;

use super::super::{CategoryEncoder, Encoder, Feature, Label, Link, Metric, Model, NumberSource, Predictor, ProblemType};
use super::FORMAT_VERSION;
use crate::error::{Error, Result};

/// Values that a card shows of one category; the payload has them all.
const SHOWN_VALUES: usize = 20;

#[derive(Debug, Serialize)]
pub(super) struct Card<'a> {
    format: &'static str,
    format_version: u32,
    /// The crate that wrote the file.
    written_by: &'static str,
    /// The name as SQL writes it.
    model: String,
    version: u32,
    description: &'a str,
    function: &'a str,
    problem_type: &'static str,
    target: TargetCard<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<ThresholdCard<'a>>,
    features: Vec<FeatureCard<'a>>,
    predictor: PredictorCard,
    evaluation: EvaluationCard<'a>,
    statement: &'a str,
    data_fingerprint: &'a str,
}

#[derive(Debug, Serialize)]
struct TargetCard<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    sql_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_label: Option<LabelCard<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    positive_label: Option<LabelCard<'a>>,
    /// Multiclass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelCard<'a>>,
    /// The value that is told from all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_against_rest: Option<LabelCard<'a>>,
}

/// A label as the JSON value of its own kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum LabelCard<'a> {
    Boolean(bool),
    Integer(i128),
    Float(f64),
    Text(&'a str),
}

#[derive(Debug, Serialize)]
struct ThresholdCard<'a> {
    value: f64,
    chosen_by: &'a str,
}

#[derive(Debug, Serialize)]
struct FeatureCard<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    sql_type: String,
    encoding: EncodingCard<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum EncodingCard<'a> {
    Ignored { reason: &'static str },
    Number { read_as: &'static str, mean: f64, std_dev: f64, missing_indicator: bool },
    Category { n_values: usize, most_frequent: Vec<&'a str> },
    Calendar { zone: Option<&'a str>, parts: Vec<&'static str> },
    List { length: usize },
    Struct { fields: Vec<&'a str> },
}

#[derive(Debug, Serialize)]
struct PredictorCard {
    kind: &'static str,
    link: &'static str,
    n_outputs: usize,
    n_coefficients: usize,
}

#[derive(Debug, Serialize)]
struct EvaluationCard<'a> {
    rows: &'static str,
    n_rows: u64,
    metrics: Vec<MetricCard<'a>>,
}

/// What is not a finite number is `null`.
#[derive(Debug, Serialize)]
struct MetricCard<'a> {
    name: &'a str,
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval_95: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<f64>,
}

impl<'a> Card<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let multiclass = model.problem_type == ProblemType::Multiclass;
        let mut labels: Vec<_> = model.target.labels.iter().map(LabelCard::of).collect();
        let mut pair = if multiclass { Vec::new() } else { std::mem::take(&mut labels) }.into_iter();
        Self {
            format: "datafusion-ml model",
            format_version: FORMAT_VERSION,
            written_by: concat!("datafusion-ml ", env!("CARGO_PKG_VERSION")),
            model: model.name.to_string(),
            version: model.version,
            description: &model.description,
            function: &model.function,
            problem_type: model.problem_type.name(),
            target: TargetCard {
                name: &model.target.name,
                sql_type: model.target.column_type.sql_name(),
                negative_label: pair.next(),
                positive_label: pair.next(),
                labels,
                one_against_rest: model.target.one_against_rest.as_ref().map(LabelCard::of),
            },
            threshold: model.threshold.as_ref().map(|t| ThresholdCard { value: t.value, chosen_by: &t.chosen_by }),
            features: model.features.iter().map(FeatureCard::of).collect(),
            predictor: PredictorCard::of(&model.predictor, model.link),
            evaluation: EvaluationCard {
                rows: model.evaluation.sample.name(),
                n_rows: model.evaluation.n_rows,
                metrics: model.evaluation.metrics.iter().map(MetricCard::of).collect(),
            },
            statement: &model.statement,
            data_fingerprint: &model.data_fingerprint,
        }
    }

    /// Indented JSON, ending in a line end so that the file's text part reads well in a terminal.
    pub(super) fn to_json(&self) -> Result<Vec<u8>> {
        let mut json =
            serde_json::to_vec_pretty(self).map_err(|error| Error::internal(format!("model {}: {error}", self.model)))?;
        json.push(b'\n');
        Ok(json)
    }
}

impl<'a> LabelCard<'a> {
    fn of(label: &'a Label) -> Self {
        match label {
            Label::Boolean(value) => Self::Boolean(*value),
            Label::Integer(value) => Self::Integer(*value),
            Label::Float(value) => Self::Float(*value),
            Label::Text(value) => Self::Text(value),
        }
    }
}

impl<'a> FeatureCard<'a> {
    fn of(feature: &'a Feature) -> Self {
        let encoding = match &feature.encoder {
            Encoder::Ignored(reason) => EncodingCard::Ignored { reason: reason.describe() },
            Encoder::Number(number) => EncodingCard::Number {
                read_as: match number.source {
                    NumberSource::Numeric => "number",
                    NumberSource::Boolean => "boolean",
                    NumberSource::Text => "text",
                    NumberSource::Seconds => "seconds",
                },
                mean: number.mean,
                std_dev: number.std_dev,
                missing_indicator: number.missing_indicator,
            },
            Encoder::Category(category) => category_card(category),
            Encoder::Calendar(calendar) => EncodingCard::Calendar {
                zone: calendar.zone.as_deref(),
                parts: calendar.parts.iter().map(|(part, _)| part.name()).collect(),
            },
            Encoder::List(elements) => EncodingCard::List { length: elements.len() },
            Encoder::Struct(fields) => EncodingCard::Struct { fields: fields.iter().map(|(name, _)| name.as_str()).collect() },
        };
        Self { name: &feature.name, sql_type: feature.column_type.sql_name(), encoding }
    }
}

fn category_card(category: &CategoryEncoder) -> EncodingCard<'_> {
    EncodingCard::Category {
        n_values: category.values().len(),
        most_frequent: category.values().iter().take(SHOWN_VALUES).map(AsRef::as_ref).collect(),
    }
}

impl PredictorCard {
    fn of(predictor: &Predictor, link: Link) -> Self {
        let link = match link {
            Link::Identity => "identity",
            Link::Logit => "logit",
            Link::Softmax => "softmax",
            Link::Log => "log",
        };
        match predictor {
            Predictor::Linear(outputs) => Self {
                kind: "linear",
                link,
                n_outputs: outputs.len(),
                n_coefficients: outputs.iter().map(|linear| linear.coefficients.len()).sum(),
            },
        }
    }
}

impl<'a> MetricCard<'a> {
    fn of(metric: &'a Metric) -> Self {
        Self {
            name: &metric.name,
            value: metric.value,
            interval_95: metric.interval.map(|interval| [interval.low, interval.high]),
            baseline: metric.baseline,
        }
    }
}
