//! Models that compute their features and their label first: what is written is read, and what could not be computed is refused.

use super::super::artifact::{Damage, from_bytes, to_bytes};
use super::super::transform::Step;
use super::hostile::forge;
use super::*;
use crate::preprocess::Learned;

/// Everything that a step may have learned, as the file has it.
const LEARNED: [(&str, &str); 13] = [
    ("scale_1", r#"{"Scale": {"shift": 1.5, "scale": 2.0, "clip": true}}"#),
    ("buckets_1", r#"{"Buckets": {"points": [1.0, 2.5], "format": "Ranges"}}"#),
    ("one_hot_1", r#"{"OneHot": {"vocabulary": {"values": ["a", "b"], "most_frequent": 2}, "drops": true}}"#),
    ("label_1", r#"{"Label": {"values": ["a", "b"], "most_frequent": 1}}"#),
    ("multi_hot_1", r#"{"MultiHot": {"values": ["a"], "most_frequent": 1}}"#),
    ("number_1", r#"{"Number": 0.25}"#),
    ("text_1", r#"{"Text": "b"}"#),
    ("category_1", r#"{"Category": {"values": ["a", "b"], "most_frequent": 0}}"#),
    ("indicators_1", r#"{"Indicators": {"values": ["a", "b"], "most_frequent": 1}}"#),
    ("ordinals_1", r#"{"Ordinals": {"Texts": ["a", "b"]}}"#),
    ("ordinals_2", r#"{"Ordinals": {"Numbers": [-1.0, 3.0]}}"#),
    ("directions_1", r#"{"Directions": ["p", "q"]}"#),
    ("components_1", r#"{"Components": {"columns": ["p", "q"], "means": [0.5, 1.0], "directions": [[1.0, 0.0], [0.0, 1.0]]}}"#),
];

/// A regression on two computed features, of a computed number.
pub(super) fn transformed() -> Model {
    let input = |name: &str, column_type| Input { name: name.into(), column_type };
    let step = |(name, learned): &(&str, &str)| Step {
        name: (*name).into(),
        argument: "x".into(),
        learned: serde_json::from_str::<Learned>(learned).unwrap(),
    };
    let number = NumberEncoder { source: NumberSource::Numeric, mean: 0.5, std_dev: 0.25, missing_indicator: false };
    let features = [("scaled", Encoder::Number(number)), ("kind", Encoder::Ignored(IgnoredReason::Constant))];
    let features = features.into_iter().zip([ColumnType::Float64, ColumnType::Utf8]).map(|((name, encoder), column_type)| {
        Feature { name: name.into(), column_type, encoder, summary: FeatureSummary::default() }
    });
    let mut model = small("m");
    model.features = features.collect();
    model.transform = Some(Transform {
        inputs: vec![input("x", ColumnType::Float64), input("c", ColumnType::Utf8)],
        steps: LEARNED.iter().map(step).collect(),
        expressions: vec!["scale_1(number_1(x))".into(), "category_1(c)".into()],
        label: Some(ComputedLabel { inputs: vec![input("z", ColumnType::Int64)], expression: "CAST(z AS DOUBLE) / 2.0".into() }),
    });
    model.column_means = vec![0.0];
    model.predictor = Predictor::Linear(vec![LinearPredictor { intercept: 1.0, coefficients: vec![2.0] }]);
    model.evaluation.attributions = vec![vec![0.5, 0.0]];
    model
}

#[test]
fn a_transform_is_read_as_it_was_written() {
    let model = transformed();
    assert_eq!(from_bytes(&to_bytes(&model).unwrap()).unwrap(), model);
}

fn learned(model: &mut Model, step: &str, json: &str) {
    let transform = model.transform.as_mut().unwrap();
    let step = transform.steps.iter_mut().find(|found| found.name == step).unwrap();
    step.learned = serde_json::from_str(json).unwrap();
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of faults")]
fn what_could_not_be_computed_is_refused() {
    type Change = fn(&mut Model);
    let changes: &[(&str, Change)] = &[
        ("takes no column, or one twice", |m| m.transform.as_mut().unwrap().inputs.clear()),
        ("takes no column, or one twice", |m| m.transform.as_mut().unwrap().inputs[1].name = "x".into()),
        ("two steps called \"scale_1\"", |m| m.transform.as_mut().unwrap().steps[1].name = "scale_1".into()),
        ("1 expressions for 2 features", |m| m.transform.as_mut().unwrap().expressions.truncate(1)),
        ("cannot be planned", |m| m.transform.as_mut().unwrap().expressions[0] = "nosuch(x)".into()),
        ("cannot be planned", |m| m.transform.as_mut().unwrap().expressions[0] = "SELECT".into()),
        ("cannot be planned", |m| m.transform.as_mut().unwrap().expressions[0] = "random()".into()),
        ("gives feature \"scaled\" as Utf8", |m| m.transform.as_mut().unwrap().expressions[0] = "c".into()),
        ("its label cannot be planned", |m| {
            m.transform.as_mut().unwrap().label.as_mut().unwrap().expression = "z +".into();
        }),
        ("its label cannot be planned", |m| {
            m.transform.as_mut().unwrap().label.as_mut().unwrap().expression = "nosuch".into();
        }),
        ("its label cannot be planned", |m| {
            m.transform.as_mut().unwrap().label.as_mut().unwrap().expression = "scale_1(z)".into();
        }),
        ("its label cannot be planned", |m| {
            m.transform.as_mut().unwrap().label.as_mut().unwrap().expression = "z + 1 ".repeat(4_000);
        }),
        ("its label cannot be planned", |m| m.transform.as_mut().unwrap().label.as_mut().unwrap().inputs.clear()),
        ("a scale is not finite and positive", |m| {
            learned(m, "scale_1", r#"{"Scale": {"shift": 1, "scale": 0, "clip": false}}"#);
        }),
        ("the points between buckets are not in order", |m| {
            learned(m, "buckets_1", r#"{"Buckets": {"points": [2, 1], "format": "Names"}}"#);
        }),
        ("a vocabulary is not in order", |m| {
            learned(m, "one_hot_1", r#"{"OneHot": {"vocabulary": {"values": ["b", "a"], "most_frequent": 0}, "drops": false}}"#);
        }),
        ("a vocabulary is not in order", |m| {
            learned(m, "label_1", r#"{"Label": {"values": ["a", "a"], "most_frequent": 0}}"#);
        }),
        ("a vocabulary has fewer texts than it says", |m| {
            learned(m, "indicators_1", r#"{"Indicators": {"values": ["a"], "most_frequent": 2}}"#);
        }),
        ("in its TRANSFORM", |m| learned(m, "ordinals_1", r#"{"Ordinals": {"Texts": ["b", "a"]}}"#)),
        ("in its TRANSFORM", |m| learned(m, "ordinals_2", r#"{"Ordinals": {"Numbers": [3, 3]}}"#)),
        ("in its TRANSFORM", |m| {
            learned(m, "components_1", r#"{"Components": {"columns": ["p"], "means": [0, 1], "directions": [[1]]}}"#);
        }),
        ("in its TRANSFORM", |m| {
            learned(m, "components_1", r#"{"Components": {"columns": ["p"], "means": [0], "directions": [[1, 2]]}}"#);
        }),
    ];
    for (expected, change) in changes {
        let mut model = transformed();
        change(&mut model);
        match from_bytes(&forge(&model)) {
            Err(Damage::Content(reason)) => assert!(reason.contains(expected), "{reason}\ndoes not say {expected}"),
            other => panic!("{expected}: {other:?}"),
        }
        assert!(to_bytes(&model).is_err(), "{expected}: it must not be written, either");
    }
    let mut model = transformed();
    let Some(transform) = &mut model.transform else { panic!("a transform") };
    for step in &mut transform.steps {
        if let Learned::Number(filling) = &mut step.learned {
            *filling = Some(f64::NAN);
        }
    }
    assert!(matches!(from_bytes(&forge(&model)), Err(Damage::Content(reason)) if reason.contains("a filling is not finite")));
}
