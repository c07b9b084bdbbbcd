//! Poisson, gamma and Tweedie regression: published results, agreement with independent programs, and what can go wrong.

use linfa::prelude::Fit;

use super::*;
use crate::{Family, Goodness, LinearPredictor, Link, Predictor, ProblemType};

const FAMILIES: [(&str, Family); 3] = [
    ("FAMILY 'poisson'", Family::Poisson),
    ("FAMILY 'gamma'", Family::Gamma),
    ("FAMILY 'tweedie', TWEEDIE_POWER 1.3", Family::Tweedie(1.3)),
];

fn linear(model: &Model) -> &LinearPredictor {
    let Predictor::Linear(outputs) = &model.predictor;
    &outputs[0]
}

fn training<'a>(model: &'a Model, item: &str) -> &'a crate::ReportLine {
    model.report.lines().iter().find(|line| line.section == "training" && line.item == item).unwrap()
}

fn warned(model: &Model, what: &str) -> bool {
    model.report.lines().iter().any(|line| line.section == "warnings" && line.value.contains(what))
}

/// Trains `m` on all rows of a query with a column `y`.
async fn fit(ml: &MlContext, query: &str, hyperparameters: &str) -> Arc<Model> {
    let except = format!("HYPERPARAMETERS DEFAULT EXCEPT ({hyperparameters})");
    train(ml, &format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y SPLIT NONE {except}")).await
}

/// Dobson, *An Introduction to Generalized Linear Models* (1990), page 93; the example of R's `glm`:
/// `glm(counts ~ outcome + treatment, family = poisson())`. Without treatment the counts of an outcome have one mean: the
/// coefficients are logarithms of sums of counts.
#[tokio::test]
async fn randomised_trial_of_dobson() {
    let ml = context().await;
    let counts =
        "SELECT outcome = 2 AS outcome2, outcome = 3 AS outcome3, treatment = 2 AS treatment2, treatment = 3 AS treatment3, y
        FROM (VALUES (1, 1, 18), (2, 1, 17), (3, 1, 15), (1, 2, 20), (2, 2, 10), (3, 2, 20), (1, 3, 25), (2, 3, 13), (3, 3, 12))
        AS t(outcome, treatment, y)";
    let model = fit(&ml, counts, "FAMILY 'poisson'").await;
    for (input, expected) in [
        ("__INTERCEPT__", 21.0_f64.ln()),
        ("outcome2", (40.0 / 63.0_f64).ln()),
        ("outcome3", (47.0 / 63.0_f64).ln()),
        ("treatment2", 0.0),
        ("treatment3", 0.0),
    ] {
        let weight = number(&ml, &format!("SELECT weight FROM ml_weights('m') WHERE processed_input = '{input}'")).await;
        assert!((weight - expected).abs() < 1e-12, "{input}: {weight} is not {expected}");
    }
    let goodness = model.goodness.unwrap();
    assert_eq!((goodness.n_rows, goodness.n_parameters), (9, 5));
    // R: residual deviance 5.1291 on 4 degrees of freedom, null deviance 10.5814, AIC 56.76.
    assert_close(goodness.deviance, 5.129_141_077_001_154, 1e-12);
    assert_close(goodness.null_deviance, 10.581_445_863_750_85, 1e-12);
    assert_close(goodness.aic().unwrap(), 56.761_318_401_957_7, 1e-12);
    assert_eq!((model.family, model.link, model.problem_type), (Family::Poisson, Link::Log, ProblemType::Regression));
    assert!(
        training(&model, "algorithm").value == "Poisson regression"
            && training(&model, "iterations").detail.starts_with("converged")
    );
}

/// `PoissonRegressor`, `GammaRegressor` and `TweedieRegressor(power=1.3, link="log")` of scikit-learn 1.9 on standardised columns,
/// with `alpha = 2 / 4177`.
#[tokio::test]
async fn abalones_are_as_in_scikit_learn() {
    const THEIRS: [[f64; 8]; 3] = [
        [
            2.269_173_690_913_981,
            0.020_564_393_303_481,
            0.170_725_257_517_431,
            0.046_624_450_294_973,
            0.374_184_047_340_960,
            -0.409_640_590_172_217,
            -0.088_435_149_699_993,
            0.071_644_918_751_732,
        ],
        [
            2.267_377_723_449_309,
            0.031_144_472_936_456,
            0.162_292_698_757_520,
            0.077_637_224_364_963,
            0.314_268_651_266_087,
            -0.380_555_436_005_084,
            -0.086_280_951_119_729,
            0.088_375_795_113_929,
        ],
        [
            2.268_291_080_098_529,
            0.023_976_822_586_551,
            0.169_329_378_105_688,
            0.052_236_921_714_460,
            0.364_809_945_330_392,
            -0.405_418_905_881_361,
            -0.088_917_824_198_621,
            0.075_491_587_737_832,
        ],
    ];
    // D² of `score`.
    const SHARES: [f64; 3] = [0.541_972_496_111_002_5, 0.568_203_271_149_917_3, 0.551_092_398_113_364_3];
    let ml = context_over("abalone", 2, 8192).await;
    for (((hyperparameters, family), theirs), share) in FAMILIES.into_iter().zip(THEIRS).zip(SHARES) {
        let model =
            fit(&ml, "SELECT * EXCEPT (sex, rings), rings AS y FROM t", &format!("{hyperparameters}, L2 2, TOLERANCE 1e-14"))
                .await;
        let ours = linear(&model);
        for (ours, theirs) in std::iter::once(&ours.intercept).chain(&ours.coefficients).zip(theirs) {
            assert!((ours - theirs).abs() < 1e-11, "{family:?}: {ours} is not {theirs}");
        }
        assert_close(number(&ml, "SELECT d2 FROM ml_evaluate('m')").await, share, 1e-11);
        assert_close(model.goodness.unwrap().r_squared(), share, 1e-11);
        assert!(training(&model, "iterations").value.parse::<u32>().unwrap() <= 7);
    }
}

/// linfa's Tweedie regression, by a limited memory of its own. Its value of Poisson's deviance, as of 0.8.1, is not the one that its
/// gradient belongs to, so a power near 1 stands for it.
#[tokio::test]
async fn linfa_agrees() {
    const ROWS: &str = "SELECT value % 5 AS a, (value * 3) % 8 AS b, 0.6 + (value * 7) % 11 / 10.0 + value % 5 / 20.0 AS y
        FROM generate_series(0, 23)";
    let at = |i: u32| [f64::from(i % 5), f64::from(i * 3 % 8)];
    let columns: [(f64, f64); 2] = std::array::from_fn(|j| {
        let mean = (0..24).map(|i| at(i)[j]).sum::<f64>() / 24.0;
        (mean, ((0..24).map(|i| (at(i)[j] - mean).powi(2)).sum::<f64>() / 24.0).sqrt())
    });
    let x = ndarray16::Array2::from_shape_fn((24, 2), |(i, j)| (at(u32::try_from(i).unwrap())[j] - columns[j].0) / columns[j].1);
    let y = ndarray16::Array1::from_iter((0..24).map(|i| 0.6 + f64::from(i * 7 % 11) / 10.0 + at(i)[0] / 20.0));
    let dataset = linfa::Dataset::new(x, y);
    let ml = context().await;
    for (power, family) in [(1.01, "tweedie"), (1.3, "tweedie"), (1.7, "tweedie"), (2.0, "gamma")] {
        let hyperparameters =
            if family == "gamma" { "FAMILY 'gamma'".to_owned() } else { format!("FAMILY 'tweedie', TWEEDIE_POWER {power}") };
        let ours = fit(&ml, ROWS, &format!("{hyperparameters}, L2 0.5")).await;
        let theirs = linfa_linear::TweedieRegressor::params().power(power).link(linfa_linear::Link::Log).alpha(0.5);
        let theirs = theirs.tol(1e-6).max_iter(100).fit(&dataset).unwrap();
        assert_close(linear(&ours).intercept, theirs.intercept, 1e-7);
        for (ours, theirs) in linear(&ours).coefficients.iter().zip(&theirs.coef) {
            assert_close(*ours, *theirs, 1e-7);
        }
    }
}

/// Counts from 0 to 12 look like classes, and two values like labels; the family says that they are numbers.
#[tokio::test]
async fn a_family_makes_a_regression_of_any_numbers() {
    let ml = context().await;
    for y in ["value % 13", "value % 2", "CAST(value % 13 AS VARCHAR)", "CAST(value % 13 AS DECIMAL(4, 1))"] {
        let model = fit(&ml, &format!("SELECT value % 10 AS x, {y} AS y FROM generate_series(1, 200)"), "FAMILY 'poisson'").await;
        assert_eq!((model.problem_type, model.family), (ProblemType::Regression, Family::Poisson), "{y}");
        let line = model.report.lines().iter().find(|line| line.item == "problem type").unwrap();
        assert!(line.detail.starts_with("as set by FAMILY"), "{line:?}");
    }
    let query = "SELECT value % 10 AS x, value % 13 AS y FROM generate_series(1, 200)";
    assert_eq!(fit(&ml, query, "FAMILY 'gaussian'").await.link, Link::Identity);
    // The builder says it as a statement does.
    let frame = ml.session().sql(query).await.unwrap();
    let built = ml.train("built", frame).target("y").split(crate::Split::None).family(Family::Poisson).await.unwrap();
    assert_eq!(built.predictor, fit(&ml, query, "FAMILY 'poisson'").await.predictor);
}

/// The unit of the target moves the intercept only, from the smallest to the largest.
#[tokio::test]
async fn the_unit_of_the_target_does_not_matter() {
    let ml = context().await;
    for (hyperparameters, family) in FAMILIES {
        let mut expected: Option<Vec<f64>> = None;
        for unit in ["1", "1e-12", "1e12", "1e-150", "1e150"] {
            let y = format!("{unit} * exp(value % 10 / 4.0 + (value * 7) % 13 / 9.0)");
            let query = format!("SELECT value % 10 AS x, (value * 3) % 8 AS z, {y} AS y FROM generate_series(1, 200)");
            let model = fit(&ml, &query, hyperparameters).await;
            let found = &linear(&model).coefficients;
            let expected = expected.get_or_insert_with(|| found.clone());
            for (found, expected) in found.iter().zip(expected.iter()) {
                assert!((found - expected).abs() < 1e-9, "{family:?} in {unit}: {found} is not {expected}");
            }
            assert_close(model.goodness.unwrap().r_squared(), 0.8, 0.2);
        }
    }
}

/// Targets of twenty orders of magnitude, and a feature with one value that is far from all others.
#[tokio::test]
async fn far_values_end_in_a_finite_model() {
    let ml = context().await;
    for (hyperparameters, family) in FAMILIES {
        for y in ["power(10.0, value % 20 - 10)", "CASE WHEN value = 7 THEN 1e9 ELSE 1 + value % 3 END", "1 + value % 3"] {
            let x = "CASE WHEN value = 9 THEN 1e6 ELSE value % 11 END";
            let query = format!("SELECT {x} AS x, (value * 3) % 8 AS z, {y} AS y FROM generate_series(1, 200)");
            let model = fit(&ml, &query, hyperparameters).await;
            let Goodness { deviance, null_deviance, .. } = model.goodness.unwrap();
            assert!(deviance <= null_deviance * (1.0 + 1e-12), "{family:?} of {y}: {deviance} is worse than {null_deviance}");
            assert!(training(&model, "iterations").detail.starts_with("converged"), "{family:?} of {y}: {:#?}", model.report);
            let found = number(&ml, &format!("SELECT avg(predict_m(*)) FROM ({query})")).await;
            let mean = number(&ml, &format!("SELECT avg(y) FROM ({query})")).await;
            // Poisson regression with a free intercept meets the mean.
            assert!(family != Family::Poisson || (found / mean - 1.0).abs() < 1e-6, "{found} is not {mean}");
        }
    }
}

/// Where all of a value's counts are 0 its coefficient has no end: it stops where it no longer matters.
#[tokio::test]
async fn a_value_without_any_counts_is_finite() {
    let ml = context().await;
    let query = "SELECT CASE value % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END AS c,
        CASE WHEN value % 3 = 0 THEN 0 ELSE value % 5 END AS y FROM generate_series(1, 300)";
    for family in ["FAMILY 'poisson'", "FAMILY 'tweedie'"] {
        let model = fit(&ml, query, family).await;
        assert!(linear(&model).coefficients.iter().all(|b| b.abs() < 100.0), "{:?}", linear(&model));
        assert!(model.training_losses.len() < 50);
        let of_a = number(&ml, "SELECT predict_m('a')").await;
        assert!((0.0..1e-4).contains(&of_a), "{of_a}");
        assert_close(number(&ml, "SELECT predict_m('b')").await, 2.0, 1e-4);
    }
}

#[tokio::test]
async fn training_stops_early_where_it_is_asked_to() {
    let ml = context_over("abalone", 2, 8192).await;
    let steps = |model: &Model| training(model, "iterations").value.parse::<u32>().unwrap();
    let y = "SELECT * EXCEPT (rings), rings AS y FROM t";
    for (query, family) in [
        (y.to_owned(), "FAMILY 'poisson'"),
        (y.to_owned(), "FAMILY 'gamma'"),
        (y.replace("rings AS y", "rings > 9 AS y"), "L2 1"),
        (y.replace("rings AS y", "rings % 3 AS y"), "L2 1"),
    ] {
        let long = fit(&ml, &query, family).await;
        let short = fit(&ml, &query, &format!("{family}, EARLY_STOP true")).await;
        assert!(steps(&short) < steps(&long), "{query} {family}: {} and {}", steps(&short), steps(&long));
        assert!(training(&short, "iterations").detail.starts_with("stopped early"), "{}", training(&short, "iterations").detail);
        assert!(!warned(&short, "not converged"));
        let first = fit(&ml, &query, &format!("{family}, EARLY_STOP true, MIN_REL_PROGRESS 0.999")).await;
        assert_eq!(steps(&first), 1);
        // A program asks for the same.
        let frame = ml.session().sql(&query).await.unwrap();
        let mut built = ml.train("m", frame).target("y").split(crate::Split::None).early_stop(0.999).or_replace();
        built = if family == "FAMILY 'poisson'" { built.family(Family::Poisson) } else { built };
        built = if family == "FAMILY 'gamma'" { built.family(Family::Gamma) } else { built };
        assert_eq!(built.await.unwrap().predictor, first.predictor);
    }
    let limited = fit(&ml, y, "FAMILY 'poisson', MAX_ITERATIONS 1, TOLERANCE 1e-14").await;
    assert!(steps(&limited) == 1 && warned(&limited, "not converged after 1 iterations"));
}

/// R: `glm(y ~ x, family = Gamma("log"))` of these rows has the deviance and log-likelihood of its own definition, which plain SQL
/// computes from the predictions.
#[tokio::test]
async fn goodness_is_that_of_the_predictions() {
    let ml = context().await;
    let rows = "SELECT value % 10 AS x, (1.0 + (value * 7) % 13) * exp(value % 10 / 9.0) AS y, 1 + value % 3 AS w
        FROM generate_series(1, 100)";
    for (hyperparameters, family) in FAMILIES {
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM ({rows}) TARGET y SPLIT NONE SETTINGS (WEIGHT w) HYPERPARAMETERS DEFAULT EXCEPT ({hyperparameters})"
        );
        let goodness = train(&ml, &statement).await.goodness.unwrap();
        let deviance = |p: &str| match family {
            Family::Poisson => format!("sum(w * 2 * (y * ln(y / {p}) - y + {p}))"),
            Family::Gamma => format!("sum(w * 2 * (y / {p} - 1 - ln(y / {p})))"),
            _ => format!("sum(w * 2 * (-power(y, 0.7) / 0.21 + y * power({p}, -0.3) / 0.3 + power({p}, 0.7) / 0.7))"),
        };
        let scored = format!("(SELECT *, predict_m(*) AS p, (SELECT sum(w * y) / sum(w) FROM ({rows})) AS mean FROM ({rows}))");
        let of = async |what: &str| number(&ml, &format!("SELECT {what} FROM {scored}")).await;
        assert_close(goodness.deviance, of(&deviance("p")).await, 1e-10);
        assert_close(goodness.null_deviance, of(&deviance("mean")).await, 1e-10);
        assert_eq!(
            (goodness.n_rows, goodness.n_parameters, goodness.log_likelihood.is_none()),
            (100, 2, family == Family::Tweedie(1.3))
        );
    }
}

/// Values and columns whose rows are all 0 have no finite coefficient: both are named, with what to do.
#[tokio::test]
async fn what_tells_rows_of_zero_is_named() {
    let ml = context().await;
    let rows_of = |closed: &str| {
        format!(
            "SELECT value * 37 % 101 AS a, CASE WHEN {closed} THEN 'closed' ELSE 'open ' || (value % 2) END AS kind,
             CASE WHEN value % 7 = 1 THEN 1.0 ELSE 0.0 END AS sale,
             CASE WHEN {closed} OR value % 7 = 1 THEN 0 ELSE 1 + value * 53 % 17 END AS y FROM generate_series(1, 700)"
        )
    };
    // A rare value, and the one that the others are compared with.
    for closed in ["value % 10 = 3", "value % 10 > 3"] {
        for family in ["'poisson'", "'tweedie', TWEEDIE_POWER 1.5"] {
            let model = fit(&ml, &rows_of(closed), &format!("FAMILY {family}")).await;
            let warnings: Vec<_> = model.report.lines().iter().filter(|line| line.section == "warnings").collect();
            let of =
                |item: &str| warnings.iter().filter(|line| line.item == item).map(|line| line.value.as_str()).collect::<Vec<_>>();
            assert_eq!(of("kind"), ["the target is 0 in every training row with kind = closed"], "{family}, {closed}");
            assert_eq!(of("sale"), ["sale tells rows of 0 from others without exception"], "{family}, {closed}");
            assert_eq!(of("a"), [""; 0], "{family}, {closed}");
        }
    }
    // A penalty makes them finite, and gamma regression has no zeros.
    let model = fit(&ml, &rows_of("value % 10 = 3"), "FAMILY 'poisson', L2 1").await;
    assert!(!warned(&model, "0 in every training row") && !warned(&model, "tells rows"));
}
