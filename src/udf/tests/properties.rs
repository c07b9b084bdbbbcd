//! The kernels against the slow reference, on random models and batches.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, ListArray,
    StringArray, StructArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use proptest::prelude::*;

use super::fixture::{amount, category, ignored, model, number, yes_no};
use crate::model::{
    CalendarEncoder, CalendarPart, ColumnLayout, ColumnType, Encoder, Feature, FeatureSummary, Label, Link, Model, NumberSource,
    Predictor, ProblemType, Target, largest,
};
use crate::udf::CompiledModel;
use crate::udf::compile::Argument;
use crate::udf::label::Labels;

/// A small generator, so that a whole case hangs on one seed and shrinks by its sizes.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// In [-1, 1].
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub(super) fn present(&mut self) -> bool {
        self.below(5) > 0
    }
}

pub(super) const WORDS: [&str; 8] =
    ["", "a", "b", "Month-to-month", "a value that is longer than twelve bytes", "ä", "zz", "never seen"];

fn random_feature(random: &mut Random, i: usize) -> Feature {
    let name = format!("f{i}");
    let (mean, std_dev, indicator) = (random.unit() * 10.0, random.unit().abs() + 0.1, random.below(2) == 0);
    match random.below(12) {
        8 => composite(
            &name,
            ColumnType::Date,
            Encoder::Calendar(CalendarEncoder {
                zone: None,
                parts: vec![
                    (CalendarPart::Epoch, number("", NumberSource::Numeric, mean, std_dev, indicator).encoder),
                    (CalendarPart::Month, category("", &["1", "12", "7"]).encoder),
                ],
            }),
        ),
        9 => composite(
            &name,
            ColumnType::List(Box::new(ColumnType::Float64)),
            Encoder::List(vec![
                number("", NumberSource::Numeric, mean, std_dev, indicator).encoder,
                ignored("").encoder,
                number("", NumberSource::Numeric, -mean, std_dev, !indicator).encoder,
            ]),
        ),
        10 => composite(
            &name,
            ColumnType::Struct(vec![("a".into(), ColumnType::Float64), ("b".into(), ColumnType::Utf8)]),
            Encoder::Struct(vec![
                ("b".into(), category("", &WORDS[..3]).encoder),
                ("a".into(), number("", NumberSource::Numeric, mean, std_dev, indicator).encoder),
            ]),
        ),
        0 => ignored(&name),
        1 => number(&name, NumberSource::Boolean, mean, std_dev, indicator),
        2 => number(&name, NumberSource::Text, mean, std_dev, indicator),
        3 | 4 => category(&name, &WORDS[..random.below(WORDS.len())]),
        _ => number(&name, NumberSource::Numeric, mean, std_dev, indicator),
    }
}

fn composite(name: &str, column_type: ColumnType, encoder: Encoder) -> Feature {
    Feature { name: name.into(), column_type, encoder, summary: FeatureSummary::default() }
}

fn random_numbers(random: &mut Random, n: usize) -> ArrayRef {
    let nulls = random.below(2) == 0;
    let values: Vec<_> = (0..n).map(|_| (!nulls || random.present()).then(|| (random.unit() * 100.0).trunc())).collect();
    let int = |value: &Option<f64>| value.map(|value| value as i64);
    match random.below(13) {
        0 => Arc::new(values.iter().map(|v| int(v).map(|v| v as i8)).collect::<Int8Array>()),
        1 => Arc::new(values.iter().map(|v| int(v).map(|v| v as i16)).collect::<Int16Array>()),
        2 => Arc::new(values.iter().map(|v| int(v).map(|v| v as i32)).collect::<Int32Array>()),
        3 => Arc::new(values.iter().map(int).collect::<Int64Array>()),
        4 => Arc::new(values.iter().map(|v| int(v).map(|v| v.unsigned_abs() as u8)).collect::<UInt8Array>()),
        5 => Arc::new(values.iter().map(|v| int(v).map(|v| v.unsigned_abs() as u16)).collect::<UInt16Array>()),
        6 => Arc::new(values.iter().map(|v| int(v).map(|v| v.unsigned_abs() as u32)).collect::<UInt32Array>()),
        7 => Arc::new(values.iter().map(|v| int(v).map(i64::unsigned_abs)).collect::<UInt64Array>()),
        8 => cast(&Float64Array::from(values), &DataType::Float32).unwrap(),
        9 => cast(&Float64Array::from(values), &DataType::Decimal128(10, 3)).unwrap(),
        10 => cast(&Float64Array::from(values), &DataType::Float16).unwrap(),
        _ => Arc::new(values.iter().map(|v| v.map(|v| if v == 3.0 { f64::NAN } else { v / 7.0 })).collect::<Float64Array>()),
    }
}

fn random_text(random: &mut Random, values: impl IntoIterator<Item = Option<String>>) -> ArrayRef {
    let array: ArrayRef = Arc::new(values.into_iter().collect::<StringArray>());
    let dictionary = |key: DataType, value: DataType| DataType::Dictionary(Box::new(key), Box::new(value));
    let to = [
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary(DataType::Int8, DataType::Utf8),
        dictionary(DataType::UInt16, DataType::LargeUtf8),
        dictionary(DataType::Int64, DataType::Utf8View),
    ];
    cast(&array, &to[random.below(to.len())]).unwrap()
}

/// An array for a feature; all nulls, or a slice of a longer array, now and then.
fn random_array(random: &mut Random, feature: &Feature, n: usize) -> ArrayRef {
    if random.below(12) == 0 {
        return datafusion::arrow::array::new_null_array(&DataType::Null, n);
    }
    let (before, after) = if random.below(2) == 0 { (random.below(70), random.below(70)) } else { (0, 0) };
    let len = before + n + after;
    let array = match (&feature.column_type, &feature.encoder) {
        (ColumnType::Date, _) => {
            let days: ArrayRef = Arc::new(
                (0..len).map(|_| random.present().then(|| i32::try_from(random.below(900)).unwrap())).collect::<Date32Array>(),
            );
            let to = [DataType::Date32, DataType::Date64, DataType::Timestamp(TimeUnit::Second, None)];
            cast(&days, &to[random.below(3)]).unwrap()
        }
        (ColumnType::List(_), _) => {
            let numbers: Vec<_> =
                (0..len).map(|_| random.present().then(|| [random.unit(), 2.0, random.unit()].map(Some).to_vec())).collect();
            let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>(numbers));
            let item = Arc::new(Field::new_list_field(DataType::Float32, true));
            let to =
                [DataType::List(Arc::clone(&item)), DataType::LargeList(Arc::clone(&item)), DataType::FixedSizeList(item, 3)];
            cast(&list, &to[random.below(3)]).unwrap()
        }
        (ColumnType::Struct(_), _) => {
            let texts: Vec<_> = (0..len).map(|_| random.present().then(|| WORDS[random.below(WORDS.len())].to_owned())).collect();
            let columns = vec![random_numbers(random, len), random_text(random, texts)];
            let fields: Fields = ["a", "b"]
                .iter()
                .zip(&columns)
                .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
                .collect();
            let nulls = (random.below(2) == 0).then(|| NullBuffer::from((0..len).map(|_| random.present()).collect::<Vec<_>>()));
            Arc::new(StructArray::new(fields, columns, nulls))
        }
        (_, Encoder::Category(_)) => {
            let values: Vec<_> =
                (0..len).map(|_| random.present().then(|| WORDS[random.below(WORDS.len())].to_owned())).collect();
            random_text(random, values)
        }
        (ColumnType::Boolean, _) => {
            Arc::new((0..len).map(|_| random.present().then(|| random.below(2) == 0)).collect::<BooleanArray>())
        }
        (ColumnType::Utf8, _) => {
            let texts = ["?", " 12.5", "-3", "1e2", "abc", "", "N/A", "0"];
            let values: Vec<_> =
                (0..len).map(|_| random.present().then(|| texts[random.below(texts.len())].to_owned())).collect();
            random_text(random, values)
        }
        _ => random_numbers(random, len),
    };
    array.slice(before, n)
}

fn random_model(random: &mut Random, n_features: usize) -> Model {
    let features: Vec<_> = (0..n_features).map(|i| random_feature(random, i)).collect();
    let coefficients = (0..ColumnLayout::new(&features).n_columns()).map(|_| random.unit() / 4.0).collect();
    let target = if random.below(2) == 0 { yes_no() } else { amount() };
    let mut model = model("random", features, coefficients, target);
    if random.below(3) == 0 {
        (model.problem_type, model.link, model.threshold) = (ProblemType::Multiclass, Link::Softmax, None);
        model.target = yes_no();
        model.target.labels = ["a", "b", "c"].map(|label| Label::Text(label.into())).to_vec();
        model.prior = vec![0.5, 0.25, 0.25];
        let Predictor::Linear(outputs) = &mut model.predictor;
        for _ in 0..2 {
            let mut output = outputs[0].clone();
            output.coefficients.iter_mut().for_each(|b| *b = random.unit() / 4.0);
            outputs.push(output);
        }
    }
    model
}

/// Predictions the slow way.
pub(super) fn reference(model: &Model, arrays: &[ArrayRef], n: usize) -> Vec<f64> {
    let layout = ColumnLayout::new(&model.features);
    let mut raw = model.predictor.raw_predictions(&layout, &layout.encode(&model.features, arrays, n).unwrap());
    if model.link == Link::Softmax {
        for row in 0..n {
            let largest = raw.iter().map(|raw| raw[row]).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = raw.iter().map(|raw| (raw[row] - largest).exp()).sum();
            raw.iter_mut().for_each(|raw| raw[row] = (raw[row] - largest).exp() / sum);
        }
    }
    raw.concat().into_iter().map(|raw| if model.link == Link::Logit { 1.0 / (1.0 + (-raw).exp()) } else { raw }).collect()
}

fn predict(compiled: &CompiledModel, arguments: &[ColumnarValue], n: usize) -> Vec<f64> {
    let mut raw = compiled.raw_predictions_of(&arguments.iter().map(Argument::from).collect::<Vec<_>>(), n).unwrap();
    compiled.model().link.inverse_all(&mut raw);
    raw.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn kernel_equals_reference(
        seed in any::<u64>(),
        n_features in 0_usize..14,
        n in prop_oneof![Just(0_usize), Just(1), Just(2), Just(3), 4_usize..200, 500_usize..1_100, Just(8_192)],
    ) {
        let mut random = Random(seed);
        let model = random_model(&mut random, n_features);
        let compiled = CompiledModel::new(Arc::new(model.clone())).unwrap();
        let mut arrays: Vec<_> = model.features.iter().map(|feature| random_array(&mut random, feature, n)).collect();
        // Some arguments are one value for all rows.
        let mut arguments: Vec<_> = arrays.iter().cloned().map(ColumnarValue::Array).collect();
        for (array, argument) in arrays.iter_mut().zip(&mut arguments) {
            if n > 0 && random.below(6) == 0 {
                let scalar = ScalarValue::try_from_array(array, random.below(n)).unwrap();
                *array = scalar.to_array_of_size(n).unwrap();
                *argument = ColumnarValue::Scalar(scalar);
            }
        }
        let expected = reference(&model, &arrays, n);
        let found = predict(&compiled, &arguments, n);
        prop_assert_eq!(found.len(), if model.link == Link::Softmax { 3 * n } else { n });
        for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
            // Sums of up to 40 terms, most of them below 300; days since 1970 are below 900 over a small standard deviation.
            prop_assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1_000.0), "row {}: {} is not {}", row, found, expected);
            if model.link != Link::Identity {
                prop_assert!((found - expected).abs() <= 1e-11);
            }
        }

        // The same bits as arrays, row by row, and in batches cut elsewhere.
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        let of_rows = |start: usize, len: usize| found.chunks(n.max(1)).flat_map(|output| output[start..start + len].to_vec()).collect::<Vec<_>>();
        let mut as_arrays = compiled.raw_predictions(&arrays, n).unwrap();
        model.link.inverse_all(&mut as_arrays);
        prop_assert_eq!(bits(&as_arrays.concat()), bits(&found));
        let mut start = 0;
        while start < n {
            let len = (1 + random.below(700)).min(n - start);
            let part: Vec<_> = arrays.iter().map(|array| ColumnarValue::Array(array.slice(start, len))).collect();
            prop_assert_eq!(bits(&predict(&compiled, &part, len)), bits(&of_rows(start, len)));
            start += len;
        }
        for row in (0..n).step_by(1 + n / 5) {
            let one: Vec<_> = arrays.iter().map(|array| ColumnarValue::Scalar(ScalarValue::try_from_array(array, row).unwrap())).collect();
            prop_assert_eq!(bits(&predict(&compiled, &one, 1)), bits(&of_rows(row, 1)));
        }

        // Attributions and baseline add up to the raw prediction of the likeliest label.
        let raw = compiled.raw_predictions(&arrays, n).unwrap();
        let labels = largest(&raw);
        let references: Vec<_> = arguments.iter().map(Argument::from).collect();
        let explained = compiled.with_columns(&references, n, |columns| compiled.explain(columns, &labels)).unwrap();
        for (row, label) in labels.iter().enumerate() {
            let entries = explained.value(row);
            let attributions = entries.as_struct().column(1).as_primitive::<Float64Type>().values().to_vec();
            prop_assert_eq!(attributions.len(), n_features + 1);
            let expected = raw[*label as usize][row];
            let sum: f64 = attributions.iter().sum();
            prop_assert!((sum - expected).abs() <= 1e-11 * expected.abs().max(1_000.0), "row {}: {} is not {}", row, sum, expected);
            let sizes: Vec<f64> = attributions[..n_features].iter().map(|a| a.abs()).collect();
            prop_assert!(sizes.is_sorted_by(|a, b| a >= b));
        }
    }
}

#[test]
fn a_dictionary_without_values_is_null() {
    let features = vec![category("c", &["a"])];
    let model = model("d", features, vec![1.0, 2.0, 4.0], amount());
    let to = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let array = cast(&StringArray::new_null(2), &to).unwrap();
    assert!(array.as_any_dictionary().values().is_empty());
    assert_eq!(reference(&model, std::slice::from_ref(&array), 2), [3.75, 3.75]);
    assert_eq!(CompiledModel::new(Arc::new(model)).unwrap().raw_predictions(&[array], 2).unwrap(), [[3.75, 3.75]]);
}

#[test]
fn infinite_features_are_counted_by_name() {
    let features = vec![number("a", NumberSource::Numeric, 0.0, 1.0, true), number("B", NumberSource::Text, 0.0, 1.0, false)];
    let compiled = CompiledModel::new(Arc::new(model("inf", features, vec![0.0, 0.0, 0.0], amount()))).unwrap();
    let ones: ArrayRef = Arc::new(Float64Array::from(vec![1.0; 1_000]));
    let mut values = vec![1.0; 1_000];
    (values[7], values[999]) = (f64::INFINITY, f64::NEG_INFINITY);
    let infinite: ArrayRef = Arc::new(Float64Array::from(values));
    let text: ArrayRef = Arc::new(StringArray::from(vec!["1e999"; 1_000]));
    let error = |arrays: &[ArrayRef]| compiled.raw_predictions(arrays, 1_000).unwrap_err().to_string();
    insta::assert_snapshot!(error(&[infinite, Arc::clone(&ones)]), @"feature a is infinite in 2 rows; model inf takes finite numbers and nulls");
    insta::assert_snapshot!(error(&[ones, text]), @r#"feature "B" is infinite in 1000 rows; model inf takes finite numbers and nulls"#);
}

#[test]
fn labels_of_every_type() {
    let integers = [
        ColumnType::Int8,
        ColumnType::Int16,
        ColumnType::Int32,
        ColumnType::Int64,
        ColumnType::UInt8,
        ColumnType::UInt16,
        ColumnType::UInt32,
        ColumnType::UInt64,
    ];
    let texts = [ColumnType::Utf8, ColumnType::LargeUtf8, ColumnType::Utf8View];
    let floats = [ColumnType::Float16, ColumnType::Float32, ColumnType::Float64, ColumnType::Decimal { precision: 4, scale: 1 }];
    let pairs = (integers.into_iter().map(|t| (t, [Label::Integer(1), Label::Integer(7)])))
        .chain(texts.into_iter().map(|t| (t, [Label::Text("no".into()), Label::Text("longer than twelve bytes".into())])))
        .chain(floats.into_iter().map(|t| (t, [Label::Float(-1.5), Label::Float(2.0)])))
        .chain([
            (ColumnType::Boolean, [Label::Boolean(true), Label::Boolean(false)]),
            (ColumnType::UInt64, [Label::Integer(0), Label::Integer(u64::MAX.into())]),
            (ColumnType::Int64, [Label::Integer(i64::MIN.into()), Label::Integer(i64::MAX.into())]),
        ]);
    for (column_type, labels) in pairs {
        let target =
            Target { name: "t".into(), column_type: column_type.clone(), labels: labels.to_vec(), one_against_rest: None };
        let pair = Labels::new(&target).unwrap().unwrap();
        let nulls = NullBuffer::from(vec![true, true, false]);
        let array = pair.of_rows([1, 0, 1].into_iter(), Some(nulls)).unwrap();
        assert_eq!(array.data_type(), &column_type.to_arrow());
        let text = cast(&array, &DataType::Utf8).unwrap();
        let text: Vec<_> = text.as_string::<i32>().iter().collect();
        match &labels {
            [Label::Float(_), _] => {
                let numbers = cast(&array, &DataType::Float64).unwrap();
                let numbers: Vec<_> = numbers.as_primitive::<Float64Type>().iter().collect();
                assert_eq!(numbers, [Some(2.0), Some(-1.5), None]);
            }
            [negative, positive] => {
                assert_eq!(text, [Some(positive.to_string().as_str()), Some(negative.to_string().as_str()), None]);
            }
        }
    }
}
