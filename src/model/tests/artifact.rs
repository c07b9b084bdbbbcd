//! Model files: whole, and changed by chance.

use proptest::prelude::*;

use super::super::artifact::{Damage, from_bytes, to_bytes};
use super::strategy::model;
use super::*;

proptest! {
    #[test]
    fn every_valid_model_survives_and_always_gives_the_same_bytes(model in model()) {
        prop_assert_eq!(model.validate(), Ok(()));
        let bytes = to_bytes(&model).unwrap();
        prop_assert_eq!(&to_bytes(&model).unwrap(), &bytes);
        let read = from_bytes(&bytes).unwrap();
        prop_assert_eq!(&to_bytes(&read).unwrap(), &bytes);
        prop_assert_eq!(read.fingerprint().unwrap(), model.fingerprint().unwrap());
        // NaN is not equal to itself, so the rest is compared by what it prints.
        prop_assert_eq!(read.features, model.features);
        prop_assert_eq!(format!("{:?}", read.evaluation), format!("{:?}", model.evaluation));
        prop_assert_eq!(read.predictor, model.predictor);
    }
}

#[test]
fn categories_are_looked_up_after_reading() {
    let read = from_bytes(&to_bytes(&churn()).unwrap()).unwrap();
    let Encoder::Category(contract) = &read.features[4].encoder else { panic!("a category") };
    assert_eq!(contract.code(Some("One year")), 2);
    assert_eq!(contract.code(Some("never seen")), contract.other());
}

#[test]
fn one_nan_is_like_another() {
    let mut other = churn();
    other.evaluation.metrics[1].value = f64::from_bits(0xfff8_0000_0000_0001);
    other.evaluation.metrics[1].baseline = Some(-f64::NAN);
    let mut model = churn();
    model.evaluation.metrics[1].baseline = Some(f64::NAN);
    (model.trials[0].metric, other.trials[0].metric) = (f64::NAN, -f64::NAN);
    assert_eq!(to_bytes(&other).unwrap(), to_bytes(&model).unwrap());
}

#[test]
fn large_models_pass_the_limits() {
    for n_values in [1_000, 10_000, 400_000] {
        let mut model = small("m");
        let values = (0..n_values).map(|i| Arc::from(format!("{i:x}")));
        let encoder = Encoder::Category(CategoryEncoder::new(values));
        model.features =
            vec![Feature { name: "c".into(), column_type: ColumnType::Utf8, encoder, summary: FeatureSummary::default() }];
        model.column_means = vec![0.0; n_values + 2];
        model.evaluation.attributions = vec![vec![0.0]];
        model.predictor = Predictor::Linear(vec![LinearPredictor { intercept: 0.0, coefficients: vec![0.5; n_values + 2] }]);
        let bytes = to_bytes(&model).unwrap();
        assert_eq!(from_bytes(&bytes).unwrap().fingerprint().unwrap(), model.fingerprint().unwrap());
    }
}

#[test]
fn the_header_is_a_readable_card() {
    let bytes = to_bytes(&churn()).unwrap();
    let header_length = usize::try_from(u64::from_le_bytes(bytes[16..24].try_into().unwrap())).unwrap();
    let card = std::str::from_utf8(&bytes[40..40 + header_length]).unwrap();
    insta::with_settings!({filters => vec![(r"datafusion-ml \d+\.\d+\.\d+", "datafusion-ml [version]")]}, {
        insta::assert_snapshot!(card);
    });
}

/// Small, fast, and the same everywhere (Steele, Lea and Flood 2014, `SplitMix64`).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

#[test]
fn ten_thousand_corruptions_are_all_refused() {
    let mut random = Random(42);
    for original in [to_bytes(&churn()).unwrap(), to_bytes(&small("m")).unwrap()] {
        for round in 0..5_000 {
            let mut bytes = original.clone();
            match round % 4 {
                0 => {
                    let place = random.below(bytes.len());
                    bytes[place] ^= 1 << random.below(8);
                }
                1 => bytes.truncate(random.below(bytes.len())),
                2 => {
                    let place = random.below(bytes.len() + 1);
                    let inserted: Vec<u8> = (0..=random.below(16)).map(|_| random.byte()).collect();
                    bytes.splice(place..place, inserted);
                }
                _ => {
                    let place = random.below(bytes.len() - 16);
                    bytes[place..place + 16].fill_with(|| random.byte());
                }
            }
            if let Ok(model) = from_bytes(&bytes) {
                assert_eq!(bytes, original, "round {round}: a changed file was taken for a model");
                assert_eq!(to_bytes(&model).unwrap(), original);
            }
        }
    }
}

#[test]
fn what_is_no_model_file_is_told_apart() {
    let bytes = to_bytes(&churn()).unwrap();
    let unix_ends = bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
    let seven_bits = bytes.iter().map(|byte| byte & 0x7f).collect::<Vec<_>>();
    let as_text = String::from_utf8_lossy(&bytes).into_owned().into_bytes();
    for (damaged, expected) in [
        (Vec::new(), Damage::Empty),
        (b"PAR1 something else".to_vec(), Damage::Foreign),
        (unix_ends, Damage::TextMode),
        (seven_bits, Damage::TextMode),
        (as_text, Damage::TextMode),
        (bytes[..5].to_vec(), Damage::Truncated),
        (bytes[..30].to_vec(), Damage::Truncated),
        (bytes[..100].to_vec(), Damage::Length { expected: bytes.len(), found: 100 }),
        ([bytes.as_slice(), &[0]].concat(), Damage::Length { expected: bytes.len(), found: bytes.len() + 1 }),
    ] {
        assert_eq!(from_bytes(&damaged), Err(expected));
    }
}
