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
        (number(NumberSource::Numeric), prop::option::of("[A-Z]{1,3}/[a-z]{1,5}")).prop_map(|(epoch, zone)| {
            let month = Encoder::Category(CategoryEncoder::new([Arc::from("2"), Arc::from("11")]));
            let parts = vec![(CalendarPart::Epoch, epoch), (CalendarPart::Month, month)];
            (ColumnType::Timestamp { zone: zone.clone() }, Encoder::Calendar(CalendarEncoder { zone, parts }))
        }),
        (number_type(), prop::collection::vec(number(NumberSource::Numeric), 0..4))
            .prop_map(|(item, elements)| (ColumnType::List(Box::new(item)), Encoder::List(elements))),
        (text(), number_type(), number(NumberSource::Numeric)).prop_map(|(name, field, encoder)| {
            let other = (format!("{name}2"), ColumnType::List(Box::new(ColumnType::Float32)));
            let column_type = ColumnType::Struct(vec![(name.clone(), field), other]);
            (column_type, Encoder::Struct(vec![(name, encoder)]))
        }),
    ]
}

fn summary() -> impl Strategy<Value = FeatureSummary> {
    let numbers = (finite(), finite(), finite(), finite(), finite())
        .prop_map(|(min, max, mean, median, std_dev)| NumberSummary { min, max, mean, median, std_dev });
    (any::<u64>(), prop::option::of(any::<u64>()), prop::option::of(numbers))
        .prop_map(|(nulls, categories, numbers)| FeatureSummary { nulls, categories, numbers })
}

fn features() -> impl Strategy<Value = Vec<Feature>> {
    prop::collection::vec((text(), encoded(), summary()), 0..8).prop_map(|features| {
        let mut names = BTreeSet::new();
        features
            .into_iter()
            .filter(|(name, _, _)| names.insert(name.clone()))
            .map(|(name, (column_type, encoder), summary)| Feature { name, column_type, encoder, summary })
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

fn evaluation(problem_type: ProblemType) -> impl Strategy<Value = Evaluation> {
    let interval = (any_float(), any_float()).prop_map(|(low, high)| Interval { low, high });
    let metric = (text(), any_float(), prop::option::of(interval), prop::option::of(any_float()))
        .prop_map(|(name, value, interval, baseline)| Metric { name, value, interval, baseline });
    let share = || 0.0..=1.0;
    let bin = (share(), 0.0..1e9, share(), share()).prop_map(|(lower, weight, mean_probability, observed)| CalibrationBin {
        lower,
        weight,
        mean_probability,
        observed,
    });
    let curves = (curve(), curve(), 0.0..1e6, 0.0..1e6);
    let tables = (prop::collection::vec(0.0..1e9, 9), prop::collection::vec(bin, 0..4));
    (any::<bool>(), any::<u64>(), prop::collection::vec(metric, 0..6), curves, tables).prop_map(
        move |(held_out, n_rows, metrics, (curve, out_of_fold, a, b), (counts, calibration))| {
            let binary = problem_type == ProblemType::Binary;
            Evaluation {
                sample: if held_out { Sample::HeldOut } else { Sample::Training },
                n_rows,
                metrics,
                curve: if binary { curve } else { Vec::new() },
                out_of_fold: if binary { out_of_fold } else { Vec::new() },
                costs: (a, b),
                confusion: match problem_type {
                    ProblemType::Multiclass => counts.chunks(3).map(<[f64]>::to_vec).collect(),
                    _ => Vec::new(),
                },
                calibration: if problem_type == ProblemType::Regression { Vec::new() } else { calibration },
                attributions: Vec::new(),
            }
        },
    )
}

/// Target, threshold and evaluation of every problem type.
fn problem() -> impl Strategy<Value = (ProblemType, Target, Option<Threshold>, Evaluation)> {
    let threshold = (0.0..=1.0, text()).prop_map(|(value, chosen_by)| Some(Threshold { value, chosen_by }));
    let target = |name, column_type, labels| Target { name, column_type, labels, one_against_rest: None };
    prop_oneof![
        (text(), binary_target(), threshold, evaluation(ProblemType::Binary)).prop_map(
            move |(name, (column_type, labels), threshold, evaluation)| {
                (ProblemType::Binary, target(name, column_type, labels), threshold, evaluation)
            }
        ),
        (text(), any::<i32>(), 0.0..=1.0, evaluation(ProblemType::Binary)).prop_map(|(name, positive, value, evaluation)| {
            let labels = vec![Label::Boolean(false), Label::Boolean(true)];
            let one_against_rest = Some(Label::Integer(positive.into()));
            let threshold = Some(Threshold { value, chosen_by: String::new() });
            (
                ProblemType::Binary,
                Target { name, column_type: ColumnType::Int32, labels, one_against_rest },
                threshold,
                evaluation,
            )
        }),
        (text(), text_type(), text(), evaluation(ProblemType::Multiclass)).prop_map(move |(name, column_type, a, evaluation)| {
            let labels = vec![Label::Text(a.clone()), Label::Text(format!("{a}!")), Label::Text(format!("{a}!!"))];
            (ProblemType::Multiclass, target(name, column_type, labels), None, evaluation)
        }),
        (text(), number_type(), evaluation(ProblemType::Regression)).prop_map(move |(name, column_type, evaluation)| {
            (ProblemType::Regression, target(name, column_type, Vec::new()), None, evaluation)
        }),
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

/// Whether a column of the feature's type has that type still after it was computed.
fn is_computed(feature: &Feature) -> bool {
    ColumnType::from_arrow(&feature.column_type.to_arrow()).as_ref() == Some(&feature.column_type)
}

/// Every feature as it comes, and a label that is computed.
fn transform(features: &[Feature]) -> Transform {
    let input = |feature: &Feature| Input { name: feature.name.clone(), column_type: feature.column_type.clone() };
    let other = Input { name: "an input without a feature".into(), column_type: ColumnType::Utf8 };
    let label = ComputedLabel { inputs: vec![other.clone()], expression: "\"an input without a feature\" = 'yes'".into() };
    Transform {
        inputs: features.iter().map(input).chain([other]).collect(),
        steps: Vec::new(),
        expressions: features.iter().map(|feature| format!("\"{}\"", feature.name.replace('"', "\"\""))).collect(),
        label: Some(label),
    }
}

/// Any valid model.
pub(super) fn model() -> impl Strategy<Value = Model> {
    let names = (prop::collection::vec("[a-zA-Z.@ü%]{1,8}", 1..4), 1_u32.., text(), "[a-z_]{1,12}", text(), text());
    let numbers = (prop::collection::vec(finite(), 4), prop::collection::vec(finite(), 120));
    (names, features(), numbers, problem(), report()).prop_map(|(names, features, (few, many), problem, report)| {
        let (parts, version, description, function, statement, data_fingerprint) = names;
        let (problem_type, target, threshold, mut evaluation) = problem;
        let n_columns = ColumnLayout::new(&features).n_columns();
        let coefficients: Vec<f64> = many.iter().copied().take(n_columns).collect();
        let n_outputs = if problem_type == ProblemType::Multiclass { target.labels.len() } else { 1 };
        evaluation.attributions = vec![vec![0.25; features.len()]; n_outputs];
        let output = |intercept: &f64| LinearPredictor { intercept: *intercept, coefficients: coefficients.clone() };
        let goodness = Some(Goodness {
            n_rows: version.into(),
            n_parameters: 3,
            n_null_parameters: 1,
            deviance: few[0].abs(),
            null_deviance: few[1].abs(),
            log_likelihood: (version % 2 == 0).then_some(few[2]),
        });
        let estimate = |value: &f64| Estimate { value: *value, standard_error: (*value > 0.0).then_some(*value) };
        let inference = (version % 3 == 0).then(|| Inference {
            degrees_of_freedom: (version % 2 == 0).then_some(few[0].abs().max(1.0)),
            dispersion: few[3].abs(),
            estimates: vec![many.iter().take(n_columns + 1).map(estimate).collect(); n_outputs],
            unscaled_covariance: Vec::new(),
        });
        let trial = |l1: &f64| Trial {
            l1: l1.abs(),
            l2: 1.0,
            training_loss: 0.5,
            eval_loss: 0.6,
            metric: *l1,
            n_nonzero: 2,
            is_optimal: false,
        };
        let trials = few.iter().map(trial).collect();
        Model {
            name: ModelName::new(parts),
            version,
            description,
            function,
            problem_type,
            prior: few.iter().copied().take(target.labels.len().max(1)).collect(),
            target,
            transform: (version % 4 == 0 && features.iter().all(is_computed)).then(|| transform(&features)),
            features,
            predictor: Predictor::Linear(few.iter().take(n_outputs).map(output).collect()),
            family: match problem_type {
                ProblemType::Binary => Family::Binomial,
                ProblemType::Multiclass => Family::Multinomial,
                ProblemType::Regression => Family::Gaussian,
            },
            link: match problem_type {
                ProblemType::Binary => Link::Logit,
                ProblemType::Multiclass => Link::Softmax,
                ProblemType::Regression => Link::Identity,
            },
            column_means: coefficients,
            training_losses: few,
            goodness,
            inference,
            trials,
            trial_metric: "roc_auc".into(),
            threshold,
            statement,
            data_fingerprint,
            report,
            evaluation,
        }
    })
}
