//! Model files made to do harm: the checksums are right, the content is not.

use super::super::artifact::{Damage, encode, from_bytes, seal, to_bytes};
use super::artifact::Random;
use super::*;

/// A file around a model that no check has seen.
pub(super) fn forge(model: &Model) -> Vec<u8> {
    seal(b"{}\n", &encode(model).unwrap())
}

/// Changes bytes in the preamble of a good file and corrects the digest.
fn with_preamble(place: usize, replacement: &[u8]) -> Vec<u8> {
    let mut bytes = to_bytes(&small("m")).unwrap();
    bytes[place..place + replacement.len()].copy_from_slice(replacement);
    let covered = bytes.len() - 32;
    let digest = blake3::hash(&bytes[..covered]);
    bytes[covered..].copy_from_slice(digest.as_bytes());
    bytes
}

fn linear(model: &mut Model) -> &mut LinearPredictor {
    let Predictor::Linear(outputs) = &mut model.predictor;
    &mut outputs[0]
}

fn number(model: &mut Model) -> &mut NumberEncoder {
    let Encoder::Number(number) = &mut model.features[1].encoder else { panic!("a number") };
    number
}

#[test]
#[allow(clippy::too_many_lines, reason = "a list of faults")]
fn content_that_scoring_could_not_stand_is_refused() {
    type Change = fn(&mut Model);
    let changes: &[(&str, Change)] = &[
        ("part of its name is empty", |m| m.name = ModelName::new(["ml", ""])),
        ("part of its name is empty", |m| m.name = ModelName::new(Vec::<String>::new())),
        ("its version is 0", |m| m.version = 0),
        ("its function has no name", |m| m.function.clear()),
        ("17 coefficients for 18 columns", |m| linear(m).coefficients.truncate(17)),
        ("19 coefficients for 18 columns", |m| linear(m).coefficients.push(0.0)),
        ("a coefficient is NaN", |m| linear(m).coefficients[3] = f64::NAN),
        ("a coefficient is inf", |m| linear(m).coefficients[3] = f64::INFINITY),
        ("the intercept is -inf", |m| linear(m).intercept = f64::NEG_INFINITY),
        ("feature \"tenure\": its mean is NaN", |m| number(m).mean = f64::NAN),
        ("feature \"tenure\": its standard deviation is 0", |m| number(m).std_dev = 0.0),
        ("feature \"tenure\": its standard deviation is -1", |m| number(m).std_dev = -1.0),
        ("feature \"tenure\": its standard deviation is NaN", |m| number(m).std_dev = f64::NAN),
        ("BIGINT cannot be read as Text", |m| number(m).source = NumberSource::Text),
        ("two features named \"tenure\"", |m| m.features[2].name = "tenure".into()),
        ("a category appears twice", |m| {
            m.features[4].encoder = Encoder::Category(CategoryEncoder::new(["a", "b", "a"].map(Arc::from)));
        }),
        ("BIGINT cannot be read as a category", |m| m.features[4].column_type = ColumnType::Int64),
        ("threshold 1.5 is not in [0, 1]", |m| m.threshold.as_mut().unwrap().value = 1.5),
        ("threshold NaN is not in [0, 1]", |m| m.threshold.as_mut().unwrap().value = f64::NAN),
        ("a binary model needs a threshold", |m| m.threshold = None),
        ("a binary model has two labels, not 1", |m| m.target.labels.truncate(1)),
        ("both labels are Yes", |m| m.target.labels[0] = Label::Text("Yes".into())),
        ("label true is not of the target's type VARCHAR", |m| m.target.labels[0] = Label::Boolean(true)),
        ("label 300 is not of the target's type TINYINT UNSIGNED", |m| {
            m.target.column_type = ColumnType::UInt8;
            m.target.labels = vec![Label::Integer(300), Label::Integer(0)];
        }),
        ("both labels are 0", |m| {
            m.target.column_type = ColumnType::Float64;
            m.target.labels = vec![Label::Float(0.0), Label::Float(-0.0)];
        }),
        ("label NaN is not of the target's type DOUBLE", |m| {
            m.target.column_type = ColumnType::Float64;
            m.target.labels = vec![Label::Float(0.0), Label::Float(f64::NAN)];
        }),
        ("a binary model needs the logit link", |m| m.link = Link::Identity),
        ("the binomial family is none of a regression model", |m| m.problem_type = ProblemType::Regression),
        ("a regression model needs the link of its family", |m| {
            (m.problem_type, m.family) = (ProblemType::Regression, Family::Poisson);
        }),
        ("the tweedie family is none", |m| (m.problem_type, m.family) = (ProblemType::Regression, Family::Tweedie(2.5))),
        ("a binary model needs the binomial family", |m| m.family = Family::Gaussian),
        ("a deviance or the likelihood is not finite", |m| {
            if let Some(goodness) = &mut m.goodness {
                goodness.deviance = -1.0;
            }
        }),
        ("the estimates do not fit", |m| m.inference.as_mut().unwrap().estimates[0].truncate(3)),
        ("an estimate is not finite", |m| m.inference.as_mut().unwrap().estimates[0][0].standard_error = Some(-1.0)),
        ("degrees of freedom are not above 0", |m| m.inference.as_mut().unwrap().degrees_of_freedom = Some(0.0)),
        ("the covariance does not fit", |m| m.inference.as_mut().unwrap().unscaled_covariance = vec![1.0]),
        ("a trial is not finite", |m| m.trials[0].l1 = -1.0),
        ("the out-of-fold curve has 10001 points", |m| {
            m.evaluation.out_of_fold = vec![m.evaluation.curve[0]; 10_001];
        }),
        ("the held-out curve has a point that is not finite", |m| m.evaluation.curve[0].threshold = f64::INFINITY),
        ("the held-out curve has a point that is not finite", |m| m.evaluation.curve[0].true_negatives = -1.0),
        ("17 column means for 18 columns", |m| m.column_means.truncate(17)),
        ("a column mean is not finite", |m| m.column_means[0] = f64::NAN),
        ("1 priors where 2 are needed", |m| m.prior.truncate(1)),
        ("a prior or a training loss is not finite", |m| m.training_losses[0] = f64::INFINITY),
        ("2 outputs where 1 are needed", |m| {
            let Predictor::Linear(outputs) = &mut m.predictor;
            outputs.push(outputs[0].clone());
        }),
        ("a multiclass model needs the softmax link", |m| m.problem_type = ProblemType::Multiclass),
        ("a multiclass model has no threshold", |m| {
            (m.problem_type, m.link, m.family) = (ProblemType::Multiclass, Link::Softmax, Family::Multinomial);
        }),
        ("its labels are not in order", |m| {
            (m.problem_type, m.link, m.family) = (ProblemType::Multiclass, Link::Softmax, Family::Multinomial);
            m.target.labels.reverse();
        }),
        ("label 3 is not of the target's type VARCHAR", |m| {
            m.target.labels = vec![Label::Boolean(false), Label::Boolean(true)];
            m.target.one_against_rest = Some(Label::Integer(3));
        }),
        ("the confusion matrix does not fit", |m| m.evaluation.confusion = vec![vec![1.0]]),
        ("the attributions do not fit", |m| m.evaluation.attributions[0].truncate(1)),
        ("the attributions do not fit", |m| m.evaluation.attributions.clear()),
        ("a figure of a trial is infinite", |m| m.trials[0].metric = f64::INFINITY),
        ("trials without the name of their figure", |m| m.trial_metric.clear()),
        ("an attribution is negative", |m| m.evaluation.attributions[0][0] = -1.0),
        ("the calibration has a bin", |m| m.evaluation.calibration[0].observed = 1.5),
        ("TIMESTAMP WITH TIME ZONE has no time_of_day", |m| {
            let Encoder::Calendar(calendar) = &mut m.features[5].encoder else { panic!("a calendar") };
            calendar.parts[0].0 = CalendarPart::TimeOfDay;
        }),
        ("it has no parts", |m| {
            let Encoder::Calendar(calendar) = &mut m.features[5].encoder else { panic!("a calendar") };
            calendar.parts.clear();
        }),
        ("an element has parts of its own", |m| {
            let Encoder::List(elements) = &mut m.features[6].encoder else { panic!("a list") };
            elements[1] = Encoder::List(Vec::new());
        }),
        ("is not a list", |m| m.features[6].column_type = ColumnType::Float64),
        ("its type has no field \"city\"", |m| m.features[7].column_type = ColumnType::Struct(Vec::new())),
        ("a cost is negative", |m| m.evaluation.costs.0 = -1.0),
    ];
    for (expected, change) in changes {
        let mut model = churn();
        change(&mut model);
        match from_bytes(&forge(&model)) {
            Err(Damage::Content(reason)) => assert!(reason.contains(expected), "{reason}\ndoes not say {expected}"),
            other => panic!("{expected}: {other:?}"),
        }
        assert!(to_bytes(&model).is_err(), "{expected}: it must not be written, either");
    }
}

#[test]
fn a_header_that_lies_is_not_believed() {
    let honest = to_bytes(&churn()).unwrap();
    let read = from_bytes(&forge(&churn())).unwrap();
    assert_eq!(to_bytes(&read).unwrap(), honest, "the header is made anew from the payload");
}

#[test]
fn impossible_lengths_are_refused_before_anything_is_allocated() {
    const HEADER_LENGTH: usize = 16;
    const PAYLOAD_LENGTH: usize = 24;
    for claimed in [1 << 63, u64::MAX, u64::MAX - 71, (64 << 20) + 1] {
        let damage = from_bytes(&with_preamble(HEADER_LENGTH, &claimed.to_le_bytes())).unwrap_err();
        assert_eq!(damage, Damage::TooLong { section: "header", claimed, limit: 64 << 20 });
    }
    let damage = from_bytes(&with_preamble(PAYLOAD_LENGTH, &(1_u64 << 40).to_le_bytes())).unwrap_err();
    assert_eq!(damage, Damage::TooLong { section: "payload", claimed: 1 << 40, limit: 256 << 20 });
    for place in [HEADER_LENGTH, PAYLOAD_LENGTH] {
        let damage = from_bytes(&with_preamble(place, &(60_u64 << 20).to_le_bytes())).unwrap_err();
        assert!(matches!(damage, Damage::Length { .. }), "{damage}");
    }
}

#[test]
fn lengths_inside_the_payload_allocate_nothing_either() {
    // One part of a name whose text, and a name whose parts, are said to be 2^62 long; and a text of the length of the limit.
    for length in [1_u64 << 62, u64::MAX, 1 << 30, 1 << 20] {
        let mut text = vec![1, 253];
        text.extend(length.to_le_bytes());
        assert!(matches!(from_bytes(&seal(b"{}", &text)), Err(Damage::Payload(_))), "text of {length}");
        let mut parts = vec![253];
        parts.extend(length.to_le_bytes());
        assert!(matches!(from_bytes(&seal(b"{}", &parts)), Err(Damage::Payload(_))), "{length} parts");
    }
    assert!(matches!(from_bytes(&seal(b"", b"")), Err(Damage::Payload(_))), "an empty payload");
}

#[test]
fn a_later_version_is_refused_with_the_versions_that_can_be_read() {
    let mut bytes = to_bytes(&small("m")).unwrap();
    bytes[8..16].copy_from_slice(&[3, 0, 0, 0, 2, 0, 0, 0]);
    let damage = from_bytes(&bytes).unwrap_err();
    assert_eq!(damage, Damage::Version { found: 3, needed: 2 });
    assert!(damage.to_string().contains("reads versions 1 to 1, so update datafusion-ml"), "{damage}");
    // A later version that says this one can read it is read.
    let model = from_bytes(&with_preamble(8, &[2, 0, 0, 0, 1, 0, 0, 0])).unwrap();
    assert_eq!(model.name, ModelName::new(["m"]));
    for versions in [[0; 8], [1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0]] {
        assert_eq!(from_bytes(&with_preamble(8, &versions)), Err(Damage::Preamble));
    }
}

#[test]
fn one_model_has_one_file() {
    let payload = encode(&small("m")).unwrap();
    assert_eq!(payload[..4], [1, 1, b'm', 1], "one part, one letter, version 1");
    let longer = [&[1, 1, b'm', 251, 1, 0], &payload[4..]].concat();
    assert_eq!(from_bytes(&seal(b"{}", &longer)), Err(Damage::NotCanonical));
    let trailing = [payload.as_slice(), &[0]].concat();
    assert!(matches!(from_bytes(&seal(b"{}", &trailing)), Err(Damage::Payload(_))));
}

#[test]
fn ten_thousand_forged_payloads_give_a_valid_model_or_an_error() {
    let mut random = Random(7);
    let original = encode(&churn()).unwrap();
    let mut accepted = 0;
    for _ in 0..10_000 {
        let mut payload = original.clone();
        for _ in 0..=random.below(3) {
            let place = random.below(payload.len());
            match random.below(4) {
                0 => payload[place] ^= 1 << random.below(8),
                // Lengths of all sizes begin with one of these.
                1 => payload[place] = [250, 251, 252, 253, 254, 255][random.below(6)],
                2 => payload.truncate(place + 1),
                _ => payload.insert(place, random.next().to_le_bytes()[0]),
            }
        }
        if let Ok(model) = from_bytes(&seal(b"{}", &payload)) {
            accepted += 1;
            assert_eq!(model.validate(), Ok(()));
            assert_eq!(encode(&model).unwrap(), payload);
        }
    }
    assert!(accepted > 100, "the forgeries are too coarse to reach the checks: {accepted}");
}

/// A type that holds itself a million times would use up the stack of whoever decodes it.
#[test]
fn types_that_nest_too_deeply_are_refused() {
    let mut model = churn();
    model.features[6].column_type = (0..40).fold(ColumnType::Float64, |item, _| ColumnType::List(Box::new(item)));
    match from_bytes(&forge(&model)) {
        Err(Damage::Payload(reason)) => assert!(reason.contains("nest"), "{reason}"),
        other => panic!("{other:?}"),
    }
}
