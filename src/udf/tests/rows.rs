//! Single rows against the kernel and the slow reference, on random models and rows.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, DurationMicrosecondArray, Float64Array, Int32Array, ListArray,
    RecordBatch, StringArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use proptest::prelude::*;

use super::fixture::{amount, category, ignored, model, number, yes_no};
use super::properties::{Random, WORDS, reference};
use crate::model::{
    CalendarEncoder, CalendarPart, CategoryEncoder, ColumnLayout, ColumnType, Encoder, Feature, FeatureSummary, IgnoredReason,
    Label, LinearPredictor, Link, Model, NumberEncoder, NumberSource, Predictor, ProblemType,
};
use crate::udf::scorer::Scorer;
use crate::udf::value::Value;

const ZONE: &str = "+05:30";

fn number_encoder(random: &mut Random) -> Encoder {
    let (mean, std_dev, missing_indicator) = (random.unit() * 10.0, random.unit().abs() + 0.1, random.below(2) == 0);
    Encoder::Number(NumberEncoder { source: NumberSource::Numeric, mean, std_dev, missing_indicator })
}

fn category_encoder(values: impl IntoIterator<Item = String>) -> Encoder {
    Encoder::Category(CategoryEncoder::new(values.into_iter().map(Arc::from)))
}

fn calendar(random: &mut Random, name: &str, column_type: ColumnType) -> Feature {
    let encoder = |part: &CalendarPart, random: &mut Random| match part {
        _ if random.below(6) == 0 => Encoder::Ignored(IgnoredReason::Constant),
        CalendarPart::Month => category_encoder((1..10).map(|month| month.to_string())),
        CalendarPart::DayOfWeek => category_encoder(["monday".into(), "sunday".into()]),
        CalendarPart::Hour => category_encoder((5..24).map(|hour| hour.to_string())),
        _ => number_encoder(random),
    };
    let parts = CalendarPart::of(&column_type).iter().map(|part| (*part, encoder(part, random))).collect();
    let zone = match &column_type {
        ColumnType::Timestamp { zone } => zone.clone(),
        _ => None,
    };
    feature(name, column_type, Encoder::Calendar(CalendarEncoder { zone, parts }))
}

fn feature(name: &str, column_type: ColumnType, encoder: Encoder) -> Feature {
    Feature { name: name.into(), column_type, encoder, summary: FeatureSummary::default() }
}

fn random_feature(random: &mut Random, i: usize) -> Feature {
    let name = format!("f{i}");
    let (mean, std_dev, indicator) = (random.unit() * 10.0, random.unit().abs() + 0.1, random.below(2) == 0);
    match random.below(13) {
        0 => ignored(&name),
        1 => number(&name, NumberSource::Boolean, mean, std_dev, indicator),
        2 => number(&name, NumberSource::Text, mean, std_dev, indicator),
        3 => {
            let mut seconds = number(&name, NumberSource::Seconds, mean, std_dev, indicator);
            seconds.column_type = ColumnType::Duration;
            seconds
        }
        4 | 5 => category(&name, &WORDS[..random.below(WORDS.len())]),
        6 => calendar(random, &name, ColumnType::Date),
        7 => calendar(random, &name, ColumnType::Timestamp { zone: None }),
        8 => calendar(random, &name, ColumnType::Timestamp { zone: Some(ZONE.into()) }),
        9 => calendar(random, &name, ColumnType::Time),
        10 => {
            let elements = (0..=random.below(3)).map(|_| match random.below(5) {
                0 => Encoder::Ignored(IgnoredReason::Constant),
                _ => number_encoder(random),
            });
            let elements = elements.collect();
            feature(&name, ColumnType::List(Box::new(ColumnType::Float64)), Encoder::List(elements))
        }
        11 => {
            let inner = ColumnType::Struct(vec![("city".into(), ColumnType::Utf8)]);
            let column_type = ColumnType::Struct(vec![("size".into(), ColumnType::Float64), ("place".into(), inner)]);
            let place = Encoder::Struct(vec![("city".into(), category_encoder(["a".into(), "b".into()]))]);
            feature(&name, column_type, Encoder::Struct(vec![("size".into(), number_encoder(random)), ("place".into(), place)]))
        }
        _ => number(&name, NumberSource::Numeric, mean, std_dev, indicator),
    }
}

fn random_model(random: &mut Random, n_features: usize) -> Model {
    let features: Vec<_> = (0..n_features).map(|i| random_feature(random, i)).collect();
    let n_columns = ColumnLayout::new(&features).n_columns();
    let mut coefficients = || (0..n_columns).map(|_| random.unit() / 4.0).collect::<Vec<_>>();
    let several: Vec<_> =
        (0..3).map(|i| LinearPredictor { intercept: f64::from(i) / 10.0, coefficients: coefficients() }).collect();
    let coefficients = coefficients();
    let target = if random.below(2) == 0 { yes_no() } else { amount() };
    let mut model = model("random", features, coefficients, target);
    if random.below(3) == 0 {
        model.problem_type = ProblemType::Multiclass;
        model.target = yes_no();
        model.target.labels = ["a", "b", "c"].map(|label| Label::Text(label.into())).to_vec();
        model.predictor = Predictor::Linear(several);
        model.link = Link::Softmax;
        model.threshold = None;
    }
    model
}

/// A value that lives as long as the test.
fn random_value(random: &mut Random, encoder: &Encoder, column_type: &ColumnType) -> Value<'static> {
    if !random.present() {
        return Value::Null;
    }
    match (encoder, column_type) {
        (Encoder::Category(_), _) => Value::Text(WORDS[random.below(WORDS.len())]),
        (_, ColumnType::Boolean) => Value::Boolean(random.below(2) == 0),
        (_, ColumnType::Utf8) => Value::Text(["?", " 12.5", "-3", "1e2", "abc", "", "N/A", "0"][random.below(8)]),
        (_, ColumnType::Duration) => Value::Seconds((random.unit() * 1e9).trunc() / 1e6),
        (_, ColumnType::Date) => Value::Date((random.unit() * 30_000.0) as i32),
        (_, ColumnType::Time) => Value::Time(i64::try_from(random.below(86_400_000_000)).unwrap()),
        (_, ColumnType::Timestamp { .. }) => Value::Timestamp((random.unit() * 2e15) as i64),
        (Encoder::List(elements), _) => {
            let numbers = elements.iter().map(|_| if random.present() { random.unit() } else { f64::NAN });
            Value::List(Box::leak(numbers.collect()))
        }
        (Encoder::Struct(fields), _) => {
            let of = |(name, encoder): &(String, Encoder)| random_value(random, encoder, column_type.field(name).unwrap());
            Value::Struct(Box::leak(fields.iter().map(of).collect()))
        }
        _ if random.below(8) == 0 => Value::Number(f64::NAN),
        _ => Value::Number(random.unit() * 100.0),
    }
}

/// The values of one column as the array that SQL would see.
fn array(column_type: &ColumnType, encoder: &Encoder, values: &[Value<'static>]) -> ArrayRef {
    fn of<T>(values: &[Value<'static>], read: impl Fn(Value<'static>) -> Option<T>) -> Vec<Option<T>> {
        values.iter().map(|value| if *value == Value::Null { None } else { Some(read(*value).unwrap()) }).collect()
    }
    let valid = || NullBuffer::from(values.iter().map(|value| *value != Value::Null).collect::<Vec<_>>());
    match (encoder, column_type) {
        (Encoder::Ignored(_), ColumnType::Int64) => Arc::new(Int32Array::from(vec![1; values.len()])),
        (_, ColumnType::Boolean) => {
            Arc::new(BooleanArray::from(of(values, |value| if let Value::Boolean(value) = value { Some(value) } else { None })))
        }
        (_, ColumnType::Utf8) => {
            Arc::new(StringArray::from(of(values, |value| if let Value::Text(text) = value { Some(text) } else { None })))
        }
        (_, ColumnType::Duration) => Arc::new(DurationMicrosecondArray::from(of(values, |value| {
            if let Value::Seconds(seconds) = value { Some((seconds * 1e6).round() as i64) } else { None }
        }))),
        (_, ColumnType::Date) => {
            Arc::new(Date32Array::from(of(values, |value| if let Value::Date(days) = value { Some(days) } else { None })))
        }
        (_, ColumnType::Time) => {
            Arc::new(Time64MicrosecondArray::from(of(
                values,
                |value| if let Value::Time(time) = value { Some(time) } else { None },
            )))
        }
        (_, ColumnType::Timestamp { zone }) => {
            let times = of(values, |value| if let Value::Timestamp(time) = value { Some(time) } else { None });
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone_opt(zone.clone()))
        }
        (Encoder::List(elements), _) => {
            let numbers = values.iter().flat_map(|value| match value {
                Value::List(numbers) => numbers.to_vec(),
                _ => vec![7.0; elements.len()],
            });
            let item = Arc::new(Field::new_list_field(DataType::Float64, true));
            let offsets = OffsetBuffer::from_repeated_length(elements.len(), values.len());
            Arc::new(ListArray::new(item, offsets, Arc::new(Float64Array::from_iter_values(numbers)), Some(valid())))
        }
        (Encoder::Struct(fields), _) => {
            let columns = fields.iter().enumerate().map(|(i, (name, encoder))| {
                let of_field = |value: &Value<'static>| match value {
                    Value::Struct(fields) => fields[i],
                    _ => Value::Null,
                };
                let values: Vec<Value<'static>> = values.iter().map(of_field).collect();
                let array = array(column_type.field(name).unwrap(), encoder, &values);
                (Arc::new(Field::new(name, array.data_type().clone(), true)), array)
            });
            let (fields, columns): (Vec<_>, Vec<_>) = columns.unzip();
            Arc::new(StructArray::new(fields.into(), columns, Some(valid())))
        }
        _ => {
            Arc::new(Float64Array::from(of(values, |value| if let Value::Number(number) = value { Some(number) } else { None })))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_row_gives_the_bits_of_a_batch(seed in any::<u64>(), n_features in 0_usize..10, n in 1_usize..20) {
        let mut random = Random(seed);
        let model = random_model(&mut random, n_features);
        let scorer = Scorer::new(model.clone()).unwrap();
        let columns: Vec<Vec<Value<'static>>> = model
            .features
            .iter()
            .map(|feature| (0..n).map(|_| random_value(&mut random, &feature.encoder, &feature.column_type)).collect())
            .collect();
        let arrays: Vec<ArrayRef> =
            model.features.iter().zip(&columns).map(|(feature, values)| array(&feature.column_type, &feature.encoder, values)).collect();
        let expected = reference(&model, &arrays, n);
        let names = model.features.iter().map(|feature| feature.name.clone());
        // A batch without columns does not know its rows.
        let extra = [("another".to_owned(), Arc::new(Int32Array::from(vec![0; n])) as ArrayRef)];
        let batch = RecordBatch::try_from_iter(names.zip(arrays).chain(extra)).unwrap();
        let labels = (model.problem_type != ProblemType::Regression)
            .then(|| cast(&scorer.predict(&batch).unwrap(), &DataType::Utf8).unwrap());
        let n_labels = model.target.labels.len();
        for row in 0..n {
            let values: Vec<Value<'_>> = columns.iter().map(|column| column[row]).collect();
            let bits = |array: &dyn Array| array.as_primitive::<Float64Type>().value(row).to_bits();
            if let Some(labels) = &labels {
                let label = scorer.label_row(&values).unwrap().to_string();
                prop_assert_eq!(label.as_str(), labels.as_string::<i32>().value(row));
                let mut probabilities = vec![0.0; n_labels];
                scorer.probabilities_row(&values, &mut probabilities).unwrap();
                for (of_label, found) in scorer.probabilities(&batch).unwrap().columns().iter().zip(&probabilities) {
                    prop_assert_eq!(found.to_bits(), bits(of_label), "row {}", row);
                }
                prop_assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            if model.problem_type == ProblemType::Multiclass {
                prop_assert!(scorer.score_row(&values).is_err());
                continue;
            }
            let found = scorer.score_row(&values).unwrap();
            let numbers: ArrayRef = match model.problem_type {
                ProblemType::Binary => Arc::new(scorer.probability(&batch).unwrap()),
                _ => scorer.predict(&batch).unwrap(),
            };
            prop_assert_eq!(found.to_bits(), bits(&numbers), "row {}", row);
            // Sums of at most 50 terms.
            prop_assert!((found - expected[row]).abs() <= 1e-12 * expected[row].abs().max(100.0));
        }
    }
}
