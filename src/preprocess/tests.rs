use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use proptest::prelude::*;

use super::*;

fn learn(function: &str, settings: &[ScalarValue], values: &ArrayRef) -> Learned {
    let name = AnalyticName::find(function).unwrap();
    Analytic::new(name, settings).unwrap().learn(values).unwrap()
}

fn numbers(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

#[test]
fn functions_have_both_spellings_in_any_case() {
    for called in ["ML.IMPUTER", "ml.imputer", "Ml_Imputer", "ml_imputer"] {
        assert_eq!(AnalyticName::find(called), Some(AnalyticName::Imputer), "{called}");
    }
    assert_eq!(AnalyticName::find("imputer"), None);
    assert_eq!(AnalyticName::find("ml.predict"), None);
}

/// What is learned from large and small numbers is finite and right.
#[test]
fn scales_reach_to_the_ends_of_doubles() {
    for unit in [1e-300, 1.0, 1e300] {
        let Learned::Scale { shift, scale, .. } = learn("ml_standard_scaler", &[], &numbers(&[unit, 2.0 * unit, 3.0 * unit]))
        else {
            panic!("no scale")
        };
        assert!((shift / unit - 2.0).abs() < 1e-12 && (scale / unit - 1.0).abs() < 1e-12, "{unit}: {shift}, {scale}");
    }
    let largest = numbers(&[f64::MAX, f64::MAX, -f64::MAX]);
    assert!(learn("ml_standard_scaler", &[], &largest).fault().is_none());
    assert!(learn("ml_min_max_scaler", &[], &largest).fault().is_none());
}

#[test]
fn infinite_numbers_are_named_and_counted() {
    let name = AnalyticName::find("ml_max_abs_scaler").unwrap();
    let error = Analytic::new(name, &[]).unwrap().learn(&numbers(&[1.0, f64::INFINITY, f64::NEG_INFINITY])).unwrap_err();
    let said = error.strip_backtrace();
    assert_eq!(said, "Execution error: the expression of ML.MAX_ABS_SCALER is infinite in 2 rows; replace it with NULL");
}

#[test]
fn faults_of_what_was_read_are_found() {
    let scale = |shift, scale| Learned::Scale { shift, scale, clip: false };
    for bad in
        [scale(f64::NAN, 1.0), scale(0.0, 0.0), scale(0.0, -1.0), scale(0.0, f64::INFINITY), Learned::Number(Some(f64::NAN))]
    {
        assert!(bad.fault().is_some(), "{bad:?}");
    }
    assert!(scale(3.0, 2.0).fault().is_none());
}

proptest! {
    /// What is learned does not depend on the order of rows, to the bit.
    #[test]
    fn rows_have_no_order(mut values in prop::collection::vec(-1e6..1e6_f64, 1..60), swaps in prop::collection::vec((0..60_usize, 0..60_usize), 20)) {
        let cases: Vec<(&str, Vec<ScalarValue>)> = vec![
            ("ml_standard_scaler", vec![]),
            ("ml_min_max_scaler", vec![]),
            ("ml_max_abs_scaler", vec![]),
            ("ml_robust_scaler", vec![]),
            ("ml_quantile_bucketize", vec![ScalarValue::from(4_i64)]),
            ("ml_imputer", vec![ScalarValue::from("mean")]),
            ("ml_imputer", vec![ScalarValue::from("median")]),
            ("ml_imputer", vec![ScalarValue::from("most_frequent")]),
        ];
        let before: Vec<Learned> = cases.iter().map(|(name, settings)| learn(name, settings, &numbers(&values))).collect();
        let n = values.len();
        swaps.iter().for_each(|(a, b)| values.swap(a % n, b % n));
        for ((name, settings), before) in cases.iter().zip(before) {
            prop_assert_eq!(before, learn(name, settings, &numbers(&values)));
        }
    }

    /// Scaled numbers have what their scaler promises.
    #[test]
    fn scalers_keep_their_promise(values in prop::collection::vec(-1e3..1e3_f64, 2..80)) {
        let values = numbers(&values);
        let scaled = |name: &str| {
            let scaled = learn(name, &[], &values).apply(&values).unwrap();
            scaled.as_primitive::<Float64Type>().values().to_vec()
        };
        prop_assert!(scaled("ml_min_max_scaler").iter().all(|x| (0.0..=1.0).contains(x)));
        prop_assert!(scaled("ml_max_abs_scaler").iter().all(|x| (-1.0..=1.0).contains(x)));
        let standard = scaled("ml_standard_scaler");
        let mean = standard.iter().sum::<f64>() / standard.len() as f64;
        prop_assert!(mean.abs() < 1e-9);
    }

    /// Every text has the index of its place in the alphabet, or 0.
    #[test]
    fn labels_are_places_in_the_alphabet(texts in prop::collection::vec(prop::option::of("[a-e]"), 1..40), top_k in 1..6_i64, least in 0..4_i64) {
        let values: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let learned = learn("ml_label_encoder", &[ScalarValue::from(top_k), ScalarValue::from(least)], &values);
        let Learned::Label(vocabulary) = &learned else { panic!("no vocabulary") };
        prop_assert!(i64::try_from(vocabulary.values().len()).unwrap() <= top_k && learned.fault().is_none());
        for value in vocabulary.values() {
            prop_assert!(texts.iter().flatten().filter(|text| *text == value).count() >= usize::try_from(least).unwrap());
        }
        let labels = learned.apply(&values).unwrap();
        let labels = labels.as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        prop_assert_eq!(labels.null_count(), 0);
        for (text, label) in texts.iter().zip(labels.values()) {
            let place = text.as_ref().and_then(|text| vocabulary.values().iter().position(|value| value == text));
            prop_assert_eq!(*label, place.map_or(0, |place| i64::try_from(place).unwrap() + 1));
        }
    }
}

/// The eigenvectors of a symmetric matrix give the matrix back, and are of length 1 with right angles between them.
#[test]
fn eigenvectors_give_the_matrix_back() {
    for n in [1, 2, 3, 7, 30] {
        let value = |i: usize, j: usize| (((i * j + i + j) * 37 % 101) as f64 - 50.0) / 7.0;
        let matrix = ndarray::Array2::from_shape_fn((n, n), |(i, j)| value(i.min(j), i.max(j)));
        let (values, vectors) = symmetric::eigenvectors(matrix.clone());
        assert!(values.is_sorted_by(|a, b| a >= b));
        let size = matrix.iter().fold(1.0_f64, |size, x| size.max(x.abs()));
        for i in 0..n {
            for j in 0..n {
                let back: f64 = (0..n).map(|k| values[k] * vectors[k][i] * vectors[k][j]).sum();
                assert!((back - matrix[[i, j]]).abs() < 1e-13 * size * n as f64, "{n}: {i}, {j}");
                let product: f64 = (0..n).map(|k| vectors[i][k] * vectors[j][k]).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-13 * n as f64, "{n}: {i}, {j}");
            }
        }
    }
}

/// Two columns on a line: one component along it, and nothing beside it; in units at the ends of doubles too.
#[test]
fn components_of_a_line() {
    for unit in [1e-200, 1.0, 1e200] {
        let column = |factor: f64| numbers(&(0..9).map(|i| unit * factor * f64::from(i)).collect::<Vec<_>>());
        let names = vec!["a".to_owned(), "b".to_owned()];
        let fields: Vec<_> =
            names.iter().map(|name| datafusion::arrow::datatypes::Field::new(name, DataType::Float64, true)).collect();
        let line: ArrayRef =
            Arc::new(datafusion::arrow::array::StructArray::new(fields.into(), vec![column(3.0), column(-4.0)], None));
        let learned = Lesson::Components(names).learn(&line).unwrap();
        assert_eq!(learned.fault(), None);
        let found = learned.apply(&line).unwrap();
        let (first, second) = (found.as_struct().column(0), found.as_struct().column(1));
        // The larger number of a direction is positive.
        let last = -5.0 * unit * 4.0;
        assert!((first.as_primitive::<Float64Type>().value(8) / last - 1.0).abs() < 1e-12, "{unit}: {first:?}");
        assert!(second.as_primitive::<Float64Type>().iter().all(|x| x == Some(0.0)));
    }
}

/// What a file says is checked before it is believed.
#[test]
fn faults_of_what_was_read() {
    let texts = |texts: &[&str]| Learned::Ordinals(Ordinals::Texts(texts.iter().map(ToString::to_string).collect()));
    assert_eq!(texts(&["a", "b"]).fault(), None);
    assert!(texts(&["b", "a"]).fault().is_some() && texts(&["a", "a"]).fault().is_some());
    let numbers = |numbers: &[f64]| Learned::Ordinals(Ordinals::Numbers(numbers.to_vec()));
    assert_eq!(numbers(&[f64::NEG_INFINITY, 0.0]).fault(), None);
    assert!(numbers(&[1.0, 0.0]).fault().is_some() && numbers(&[f64::NAN]).fault().is_some());
}

/// Zeros are equal, infinite numbers have a place, and what was never seen stands behind the last one.
#[test]
fn ordinals_of_odd_numbers() {
    let learned = Lesson::Ordinals.learn(&numbers(&[2.0, -0.0, f64::INFINITY, 0.0, f64::NAN])).unwrap();
    let found = learned.apply(&numbers(&[-0.0, 0.0, 2.0, f64::INFINITY, 1.0, f64::NAN])).unwrap();
    let found: Vec<Option<f64>> = found.as_primitive::<Float64Type>().iter().collect();
    assert_eq!(found, [Some(0.0), Some(0.0), Some(1.0), Some(2.0), Some(3.0), None]);
}
