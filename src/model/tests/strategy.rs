//! Arbitrary valid models.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-zA-Z ]{0,12}", 1 => any::<String>()]
}

/// Numbers of every size, and the ones that are easily lost: -0.0, subnormal, largest.
fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => prop::num::f64::NORMAL,
        1 => prop::sample::select(vec![0.0, -0.0, 1.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN]),
    ]
}

fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![finite(), Just(f64::NAN), Just(-f64::NAN), Just(f64::INFINITY)]
}

fn text_type() -> impl Strategy<Value = ColumnType> {
    prop::sample::select(vec![ColumnType::Utf8, ColumnType::LargeUtf8, ColumnType::Utf8View])
}

fn number_type() -> impl Strategy<Value = ColumnType> {
    prop_oneof![
        prop::sample::select(vec![
            ColumnType::Int8,
            ColumnType::Int16,
            ColumnType::Int32,
            ColumnType::Int64,
            ColumnType::UInt8,
            ColumnType::UInt16,
            ColumnType::UInt32,
            ColumnType::UInt64,
            ColumnType::Float16,
            ColumnType::Float32,
            ColumnType::Float64,
        ]),
        (1_u8..=76, any::<i8>()).prop_map(|(precision, scale)| ColumnType::Decimal { precision, scale }),
    ]
}

fn number(source: NumberSource) -> impl Strategy<Value = Encoder> {
    (finite(), finite(), any::<bool>()).prop_map(move |(mean, std_dev, missing_indicator)| {
        let std_dev = if std_dev == 0.0 { 1.0 } else { std_dev.abs() };
        Encoder::Number(NumberEncoder { source, mean, std_dev, missing_indicator })
    })
}

fn encoded() -> impl Strategy<Value = (ColumnType, Encoder)> {
    let reason = prop::sample::select(vec![IgnoredReason::Constant, IgnoredReason::AllNull, IgnoredReason::Identifier]);
    let any_type = prop_oneof![number_type(), text_type(), Just(ColumnType::Null), Just(ColumnType::Boolean)];
    prop_oneof![
        (any_type, reason.prop_map(Encoder::Ignored)),
        (number_type(), number(NumberSource::Numeric)),
        (text_type(), number(NumberSource::Text)),
        (Just(ColumnType::Boolean), number(NumberSource::Boolean)),
        (text_type(), prop::collection::btree_set(text(), 0..12)).prop_map(|(column_type, values)| {
            (column_type, Encoder::Category(CategoryEncoder::new(values.into_iter().map(Arc::from))))
        }),
    ]
}

fn features() -> impl Strategy<Value = Vec<Feature>> {
    prop::collection::vec((text(), encoded()), 0..8).prop_map(|features| {
        let mut names = BTreeSet::new();
        features
            .into_iter()
            .filter(|(name, _)| names.insert(name.clone()))
            .map(|(name, (column_type, encoder))| Feature { name, column_type, encoder, summary: FeatureSummary::default() })
            .collect()
    })
}

/// A target with two labels.
fn binary_target() -> impl Strategy<Value = (ColumnType, Vec<Label>)> {
    prop_oneof![
        any::<bool>().prop_map(|b| (ColumnType::Boolean, vec![Label::Boolean(b), Label::Boolean(!b)])),
        (any::<i64>(), any::<i64>())
            .prop_filter("distinct", |(a, b)| a != b)
            .prop_map(|(a, b)| { (ColumnType::Int64, vec![Label::Integer(a.into()), Label::Integer(b.into())]) }),
        (any::<u64>()).prop_map(|a| (ColumnType::UInt64, vec![Label::Integer((a ^ 1).into()), Label::Integer(a.into())])),
        finite().prop_filter("not 2", |a| *a < 2.0).prop_map(|a| (ColumnType::Float64, vec![Label::Float(a), Label::Float(2.0)])),
        (text_type(), text()).prop_map(|(column_type, a)| {
            let b = format!("{a}!");
            (column_type, vec![Label::Text(a), Label::Text(b)])
        }),
    ]
}

fn curve() -> impl Strategy<Value = Vec<CurvePoint>> {
    let count = || 0.0..1e9;
    let point = (0.0..=1.0, count(), count(), count(), count()).prop_map(|(threshold, tp, fp, tn, fn_)| CurvePoint {
        threshold,
        true_positives: tp,
        false_positives: fp,
        true_negatives: tn,
        false_negatives: fn_,
    });
    prop::collection::vec(point, 0..20)
}

fn evaluation(binary: bool) -> impl Strategy<Value = Evaluation> {
    let interval = (any_float(), any_float()).prop_map(|(low, high)| Interval { low, high });
    let metric = (text(), any_float(), prop::option::of(interval), prop::option::of(any_float()))
        .prop_map(|(name, value, interval, baseline)| Metric { name, value, interval, baseline });
    (any::<bool>(), any::<u64>(), prop::collection::vec(metric, 0..6), curve(), curve(), 0.0..1e6, 0.0..1e6).prop_map(
        move |(held_out, n_rows, metrics, curve, out_of_fold, a, b)| Evaluation {
            sample: if held_out { Sample::HeldOut } else { Sample::Training },
            n_rows,
            metrics,
            curve: if binary { curve } else { Vec::new() },
            out_of_fold: if binary { out_of_fold } else { Vec::new() },
            costs: (a, b),
        },
    )
}

/// Target, threshold and evaluation of either problem type.
fn problem() -> impl Strategy<Value = (ColumnType, Vec<Label>, Option<Threshold>, Evaluation)> {
    let threshold = (0.0..=1.0, text()).prop_map(|(value, chosen_by)| Some(Threshold { value, chosen_by }));
    prop_oneof![
        (binary_target(), threshold, evaluation(true)).prop_map(|((column_type, labels), t, e)| (column_type, labels, t, e)),
        (number_type(), evaluation(false)).prop_map(|(column_type, e)| (column_type, Vec::new(), None, e)),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    prop::collection::vec((text(), text(), text(), text()), 0..6).prop_map(|lines| {
        let mut report = Report::default();
        for (section, item, value, detail) in lines {
            report.push(&section, item, value, detail);
        }
        report
    })
}

/// Any valid model.
pub(super) fn model() -> impl Strategy<Value = Model> {
    let names = (prop::collection::vec("[a-zA-Z.@ü%]{1,8}", 1..4), 1_u32.., text(), "[a-z_]{1,12}", text(), text(), text());
    let numbers = (finite(), prop::collection::vec(finite(), 120));
    (names, features(), numbers, problem(), report()).prop_map(|(names, features, numbers, problem, report)| {
        let (parts, version, description, function, target, statement, data_fingerprint) = names;
        let (column_type, labels, threshold, evaluation) = problem;
        let binary = threshold.is_some();
        let n_columns = ColumnLayout::new(&features).n_columns();
        Model {
            name: ModelName::new(parts),
            version,
            description,
            function,
            problem_type: if binary { ProblemType::Binary } else { ProblemType::Regression },
            target: Target { name: target, column_type, labels },
            features,
            predictor: Predictor::Linear(LinearPredictor {
                intercept: numbers.0,
                coefficients: numbers.1.into_iter().take(n_columns).collect(),
            }),
            link: if binary { Link::Logit } else { Link::Identity },
            threshold,
            statement,
            data_fingerprint,
            report,
            evaluation,
        }
    })
}
