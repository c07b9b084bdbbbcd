//! NIST's reference sets of linear regression: how many digits of their certified values come out.
//!
//! *Source*: National Institute of Standards and Technology, Statistical Reference Datasets, `itl.nist.gov/div898/strd`.

use super::*;

/// What is to be reached: correct digits of the coefficients, and of the standard errors.
const SETS: [(&str, bool, f64, f64); 11] = [
    ("norris", true, 13.0, 13.0),
    ("pontius", true, 13.0, 13.0),
    ("noint1", false, 13.0, 13.0),
    ("noint2", false, 13.0, 13.0),
    // The powers of x are rounded to doubles, which leaves no more.
    ("filip", true, 7.0, 7.0),
    ("longley", true, 13.0, 13.0),
    // Standard errors of exact fits are 0: digits of the absolute error.
    ("wampler1", true, 13.0, 10.0),
    ("wampler2", true, 13.0, 10.0),
    ("wampler3", true, 13.0, 13.0),
    ("wampler4", true, 13.0, 13.0),
    ("wampler5", true, 13.0, 13.0),
];

fn path(file: &str) -> String {
    format!("{}/tests/data/nist/{file}.csv", env!("CARGO_MANIFEST_DIR"))
}

/// The base-10 logarithm of the relative error of a number, negative; of a certified 0 that of the absolute error. At most 15.
fn digits(found: f64, certified: f64) -> f64 {
    let error = (found - certified).abs();
    let relative = if certified == 0.0 { error } else { error / certified.abs() };
    (-relative.log10()).min(15.0)
}

/// The certified estimates and standard errors of a set, the intercept first where there is one.
fn certified(set: &str) -> Vec<(f64, f64)> {
    let text = std::fs::read_to_string(path("certified")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|row| row[0] == set).map(|row| (row[2].parse().unwrap(), row[3].parse().unwrap())).collect()
}

async fn trained(set: &str, has_intercept: bool) -> (MlContext, Arc<Model>) {
    let session = SessionContext::new();
    session.register_csv("t", path(set), CsvReadOptions::new()).await.unwrap();
    let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
    let settings = if has_intercept { "" } else { "HYPERPARAMETERS DEFAULT EXCEPT (FIT_INTERCEPT 'false')" };
    let model = train(&ml, &format!("CREATE MODEL m FROM t TARGET y PROBLEM_TYPE REGRESSION {settings} SPLIT NONE")).await;
    (ml, model)
}

#[tokio::test]
async fn coefficients_and_standard_errors_are_the_certified_ones() {
    let mut missed = Vec::new();
    for (set, has_intercept, of_coefficients, of_errors) in SETS {
        let (_, model) = trained(set, has_intercept).await;
        let inference = model.inference.as_ref().unwrap();
        let estimates = &inference.estimates[0][usize::from(!has_intercept)..];
        let certified = certified(set);
        assert_eq!(estimates.len(), certified.len(), "{set}");
        let least = |digits: &mut dyn Iterator<Item = f64>| digits.fold(f64::INFINITY, f64::min);
        let pairs = || estimates.iter().zip(&certified);
        let coefficients = least(&mut pairs().map(|(estimate, (value, _))| digits(estimate.value, *value)));
        // No column is left out, not even Filip's: all have a standard error.
        let errors = least(&mut pairs().map(|(estimate, (_, error))| digits(estimate.standard_error.unwrap(), *error)));
        println!("{set:10} coefficients {coefficients:4.1}, standard errors {errors:4.1} correct digits");
        if !(coefficients >= of_coefficients && errors >= of_errors) {
            missed.push(set);
        }
    }
    assert!(missed.is_empty(), "too few digits: {missed:?}");
}

/// The published coefficients are the same, and predictions come from them.
#[tokio::test]
async fn weights_and_predictions_have_the_digits_too() {
    let (ml, _) = trained("longley", true).await;
    let certified = certified("longley");
    let weight = |name: &str| format!("SELECT weight FROM ml_weights('m') WHERE processed_input = '{name}'");
    assert!(digits(number(&ml, &weight("__INTERCEPT__")).await, certified[0].0) >= 13.0);
    assert!(digits(number(&ml, &weight("x6")).await, certified[6].0) >= 13.0);
    let terms: Vec<String> = (1..=6).map(|j| format!("{} * x{j}", certified[j].0)).collect();
    let worst = format!("SELECT max(abs(predict_m(*) - ({} + {})) / y) FROM t", certified[0].0, terms.join(" + "));
    // The printed coefficients are rounded themselves, and their terms are sixty times as large as their sum.
    assert!(number(&ml, &worst).await < 1e-12);
}

/// What Filip's digits end at is the rounding of its powers: the exact solution for the very doubles of the file, computed in
/// rational arithmetic, comes out to the last digits.
#[tokio::test]
async fn filip_is_solved_to_the_last_digits_of_its_doubles() {
    #[allow(clippy::unreadable_literal, reason = "as they were computed")]
    const EXACT: [(f64, f64); 11] = [
        (-1467.4895817746055, 298.08453215478033),
        (-2772.17953108193, 559.7798677198671),
        (-2316.3710310583997, 466.47757406583855),
        (-1127.9739164792065, 227.20427545988713),
        (-354.47822602567703, 71.64786641109019),
        (-75.12420011435063, 15.289717947091003),
        (-10.875317800157841, 2.236911609284937),
        (-1.0622149628436808, 0.22162432309512475),
        (-0.06701911399907404, 0.014236376394141602),
        (-0.002467810728661829, 0.0005356174120153807),
        (-4.029625161812716e-05, 8.966328429018318e-06),
    ];
    let (_, model) = trained("filip", true).await;
    for (estimate, (value, error)) in model.inference.as_ref().unwrap().estimates[0].iter().zip(EXACT) {
        assert!(digits(estimate.value, value) >= 14.5, "{} is not {value}", estimate.value);
        assert!(digits(estimate.standard_error.unwrap(), error) >= 13.5, "{estimate:?} is not {error}");
    }
}
