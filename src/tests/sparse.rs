//! L1, elastic net and penalties that are found: parity with scikit-learn and smartcore, and with training that is done by hand.

use datafusion::arrow::array::BooleanArray;
use smartcore::linalg::basic::arrays::Array as _;

use super::*;
use crate::{LinearPredictor, Predictor, Trial};

fn outputs(model: &Model) -> &[LinearPredictor] {
    let Predictor::Linear(outputs) = &model.predictor;
    outputs
}

fn assert_all_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| {
        assert_close(*found, *expected, tolerance);
        assert_eq!(*found == 0.0, *expected == 0.0, "{found} is not {expected}");
    });
}

/// Computed with scikit-learn 1.9 on standardised numbers and indicators of all categories: `Lasso(alpha=150/4177)` and
/// `ElasticNet(alpha=100/4177, l1_ratio=0.6)`, `tol=1e-15`.
#[tokio::test]
async fn lasso_and_elastic_net_of_scikit_learn() {
    let ml = context_over("abalone", 2, 1000).await;
    let cases = [
        (
            "L1 150",
            "lasso",
            10.164_010_766_813_497,
            [
                0.0,
                0.870_369_339_762_954_7,
                0.444_974_460_605_396_97,
                0.018_980_473_762_029_64,
                -2.183_202_688_434_299_4,
                0.0,
                2.561_282_197_642_348,
            ],
            [("F", 0.0), ("I", -0.716_894_912_801_777_1), ("M", 0.0)],
        ),
        (
            "L1 60, L2 40",
            "elastic net",
            10.179_124_154_161_08,
            [
                0.004_971_262_509_517_346,
                0.906_494_496_038_983_6,
                0.472_594_269_785_176_93,
                0.953_295_362_110_894_9,
                -2.612_867_196_251_282,
                -0.205_932_084_141_263_1,
                2.159_683_041_046_428,
            ],
            [("F", 0.0), ("I", -0.775_904_246_999_900_1), ("M", 0.010_511_719_596_233_766)],
        ),
    ];
    for (penalty, algorithm, intercept, numbers, sexes) in cases {
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM t TARGET rings PROBLEM_TYPE REGRESSION SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT ({penalty})"
        );
        let model = train(&ml, &statement).await;
        let found = &outputs(&model)[0];
        assert_close(found.intercept, intercept, 1e-9);
        assert_all_close(&found.coefficients[..7], &numbers, 1e-9);
        for (sex, weight) in sexes {
            let sql = format!(
                "SELECT c['weight'] FROM (SELECT unnest(category_weights) AS c FROM ml_weights('m')) WHERE c['category'] = '{sex}'"
            );
            assert_all_close(&[number(&ml, &sql).await], &[weight], 1e-9);
        }
        assert_eq!(model.report.value("training", "algorithm"), Some(algorithm));
        assert!(model.trials.is_empty());
    }
}

/// Computed with scikit-learn 1.9 on standardised numbers: `LogisticRegression(C=1/4, l1_ratio=1)` and
/// `LogisticRegression(C=1/5, l1_ratio=0.6)`, `solver="saga", tol=1e-15`.
#[tokio::test]
async fn two_labels_of_scikit_learn() {
    let ml = context_over("heart_failure", 2, 100).await;
    let cases = [
        (
            "L1 4",
            -1.165_613_079_649_642_7,
            [
                0.383_647_522_181_773_5,
                0.0,
                0.084_792_323_593_204_34,
                0.0,
                -0.686_012_581_996_336_9,
                0.0,
                0.0,
                0.550_659_496_734_421_2,
                -0.192_363_720_615_651_05,
                -0.077_568_512_146_298_13,
                0.0,
                -1.373_123_849_619_011_5,
            ],
        ),
        (
            "L1 3, L2 2",
            -1.143_243_397_469_946_7,
            [
                0.393_665_610_854_076_36,
                0.0,
                0.106_765_165_821_993_05,
                0.0,
                -0.672_119_804_588_151_8,
                0.0,
                -0.015_056_201_704_080_353,
                0.536_374_240_487_487_4,
                -0.205_745_155_254_256_55,
                -0.102_430_802_532_442_04,
                0.0,
                -1.309_989_081_482_172_2,
            ],
        ),
    ];
    for (penalty, intercept, coefficients) in cases {
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM t TARGET \"DEATH_EVENT\" SPLIT NONE
             HYPERPARAMETERS DEFAULT EXCEPT ({penalty}, TOLERANCE 1e-14)"
        );
        let model = train(&ml, &statement).await;
        assert_close(outputs(&model)[0].intercept, intercept, 1e-9);
        assert_all_close(&outputs(&model)[0].coefficients, &coefficients, 1e-9);
    }
}

/// Computed with scikit-learn 1.9 on standardised numbers: `LogisticRegression(C=1, l1_ratio=1)` and
/// `LogisticRegression(C=2/3, l1_ratio=2/3)`, `solver="saga", tol=1e-15`; intercepts shifted to the sum 0.
#[tokio::test]
async fn several_labels_of_scikit_learn() {
    let ml = context_over("iris", 2, 100).await;
    let cases = [
        (
            "L1 1",
            [0.133_148_048_041_134_75, 2.885_985_665_071_1, -3.019_133_713_112_370_6],
            [
                [0.0, 0.921_033_029_474_339_7, -4.716_944_945_856_92, 0.0],
                [0.215_402_910_271_743, 0.0, 0.0, 0.0],
                [0.0, -0.698_472_554_383_808_7, 4.165_604_974_836_588, 5.035_106_877_047_272],
            ],
        ),
        (
            "L1 1, L2 0.5",
            [-0.195_854_888_073_357_66, 2.022_031_316_448_378, -1.826_176_428_374_338_7],
            [
                [-0.541_736_093_833_075_7, 1.044_374_333_664_094_7, -1.949_702_381_830_739_7, -1.591_105_676_197_152],
                [0.037_269_700_290_975_51, 0.0, 0.0, 0.0],
                [0.0, -0.356_781_589_361_946_4, 2.597_218_607_807_155, 3.374_799_779_337_052],
            ],
        ),
    ];
    for (penalty, intercepts, coefficients) in cases {
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM t TARGET species SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT ({penalty}, TOLERANCE 1e-14)"
        );
        let model = train(&ml, &statement).await;
        for ((output, intercept), coefficients) in outputs(&model).iter().zip(intercepts).zip(coefficients) {
            assert_close(output.intercept, intercept, 1e-8);
            assert_all_close(&output.coefficients, &coefficients, 1e-8);
        }
    }
}

/// Rows whose features have the same mean and spread in each 35 of them.
const ROWS: &str = "SELECT value AS n, value % 7 AS a, value % 5 AS b, (value * value) % 7 AS c, (value * 3) % 35 / 7.0 AS d,
    CASE (value * 2) % 5 WHEN 0 THEN 'x' WHEN 3 THEN 'y' ELSE 'z' END AS e,
    0.5 * (value % 7) - (value % 5) + CASE (value * 2) % 5 WHEN 0 THEN 2 ELSE 0 END + (value * 71) % 97 / 16.0 - 2 AS score
    FROM generate_series(0, 249)";

/// Targets, the metric that a trial is measured by, and penalties.
const TARGETS: [(&str, &str, &str); 4] = [
    ("score", "mean_squared_error", "L1 (0, 4, 20, 100), L2 (3, 0)"),
    ("score", "mean_squared_error", "L2 (0.1, 1, 10, 100)"),
    ("score > 0", "log_loss", "L1 (0.5, 2, 6), L2 (1, 0)"),
    ("CASE WHEN score > 1 THEN 'high' WHEN score > -1 THEN 'middle' ELSE 'low' END", "log_loss", "L1 (0.5, 2, 6)"),
];

/// Each trial's loss is that of models which are trained one by one on the folds before, with the very penalty.
#[tokio::test]
async fn trials_are_what_training_by_hand_gives() {
    let ml = context().await;
    for (target, metric, penalties) in TARGETS {
        let query = format!("SELECT n, a, b, c, d, e, {target} AS y FROM ({ROWS})");
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM ({query}) TARGET y SPLIT (ORDER BY n) HYPERPARAMETERS DEFAULT EXCEPT ({penalties})"
        );
        let tuned = train(&ml, &statement).await;
        assert!(tuned.trials.iter().is_sorted_by(|a, b| (b.l2, b.l1) < (a.l2, a.l1)), "{:?}", tuned.trials);
        for trial in &tuned.trials {
            let fixed = format!("HYPERPARAMETERS DEFAULT EXCEPT (L1 {:e}, L2 {:e})", trial.l1, trial.l2);
            let mut unseen = 0.0;
            for fold in 1..5 {
                let statement = format!(
                    "CREATE OR REPLACE MODEL by_hand FROM (SELECT a, b, c, d, e, y, n >= {} AS late FROM ({query}) WHERE n < {})
                     TARGET y SPLIT (COLUMN late) {fixed}",
                    35 * fold,
                    35 * (fold + 1)
                );
                rows(&ml, &statement).await;
                unseen += number(&ml, &format!("SELECT {metric} FROM ml_evaluate('by_hand')")).await / 4.0;
            }
            assert_close(trial.eval_loss, unseen, 1e-6);
            let statement = format!(
                "CREATE OR REPLACE MODEL by_hand FROM (SELECT * FROM ({query}) WHERE n < 175) TARGET y SPLIT NONE {fixed}"
            );
            let statement = statement.replace("SELECT *", "SELECT a, b, c, d, e, y");
            rows(&ml, &statement).await;
            assert_close(trial.training_loss, number(&ml, &format!("SELECT {metric} FROM ml_evaluate('by_hand')")).await, 1e-6);
            let by_hand = ml.store().current(&ModelName::new(["by_hand"])).unwrap();
            let n_nonzero = outputs(&by_hand).iter().flat_map(|output| &output.coefficients).filter(|b| **b != 0.0).count();
            assert_eq!(trial.n_nonzero, n_nonzero as u64, "{trial:?}");
        }
    }
}

fn best(model: &Model) -> &Trial {
    let best: Vec<&Trial> = model.trials.iter().filter(|trial| trial.is_optimal).collect();
    assert_eq!(best.len(), 1);
    let lowest = model.trials.iter().map(|trial| trial.eval_loss).fold(f64::INFINITY, f64::min);
    assert_eq!(best[0].eval_loss, lowest);
    best[0]
}

/// The published model is the one that the chosen penalty gives, bit for bit.
#[tokio::test]
async fn a_penalty_that_was_found_is_as_good_as_given() {
    let ml = context().await;
    for (target, _, penalties) in TARGETS {
        let query = format!("SELECT a, b, c, d, e, {target} AS y FROM ({ROWS})");
        for penalties in [penalties, "L1 'auto'", "L2 'auto'", "L1 'auto', L2 (0.5, 5)"] {
            let statement = |penalties: &str| {
                format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y HYPERPARAMETERS DEFAULT EXCEPT ({penalties})")
            };
            let tuned = train(&ml, &statement(penalties)).await;
            let Trial { l1, l2, .. } = *best(&tuned);
            let fixed = train(&ml, &statement(&format!("L1 {l1:e}, L2 {l2:e}"))).await;
            assert!(tuned.predictor == fixed.predictor && tuned.threshold == fixed.threshold, "{penalties} of {target}");
        }
    }
}

#[tokio::test]
async fn a_path_begins_where_all_coefficients_are_0() {
    let ml = context().await;
    for (target, _, _) in TARGETS {
        let query = format!("SELECT a, b, c, d, e, n % 3 + 1 AS w, {target} AS y FROM ({ROWS})");
        let statement = format!(
            "CREATE OR REPLACE MODEL m FROM ({query}) TARGET y SPLIT (SEED 7) SETTINGS (WEIGHT w) HYPERPARAMETERS DEFAULT EXCEPT (L1 'auto')"
        );
        let model = train(&ml, &statement).await;
        let trials = &model.trials;
        let is_squares = target == "score";
        assert!(if is_squares { trials.len() == 100 } else { (5..=50).contains(&trials.len()) }, "{} trials", trials.len());
        assert_eq!(trials[0].n_nonzero, 0, "{target}");
        assert!(trials[1].n_nonzero > 0, "{target}");
        assert!(trials.windows(2).all(|pair| pair[1].l1 < pair[0].l1 && pair[1].training_loss < pair[0].training_loss));
        let ratio = trials[1].l1 / trials[0].l1;
        assert_close(ratio.powi(if is_squares { 99 } else { 49 }), 1e-4, 1e-12);
        // Something in between.
        assert!(!best(&model).n_nonzero.eq(&0));

        let model = train(&ml, &statement.replace("L1 'auto'", "L2 'auto'")).await;
        assert_eq!(model.trials.len(), 50);
        let (first, last) = (model.trials[0], model.trials[49]);
        assert_close(last.l2 / first.l2, 1e-8, 1e-12);
        assert!(model.trials.iter().all(|trial| trial.l1 == 0.0 && trial.n_nonzero > 0));
    }
}

/// Partitions, batches and threads change no byte of a model whose penalty was found.
#[tokio::test]
async fn a_search_is_deterministic() {
    for (target, _, penalties) in TARGETS {
        let mut files = Vec::new();
        for (partitions, batch_size) in [(1, 8192), (3, 17)] {
            let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch_size);
            let ml = MlContext::new(SessionContext::new_with_config(config), ModelStore::in_memory()).await.unwrap();
            let query = format!("SELECT a, b, c, d, e, n / 7 AS k, {target} AS y FROM ({ROWS})");
            let statement =
                format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT (KEY (k)) HYPERPARAMETERS DEFAULT EXCEPT ({penalties})");
            files.push(crate::model::to_bytes(train(&ml, &statement).await.as_ref()).unwrap());
        }
        assert!(files[0] == files[1], "{target}");
    }
}

/// More columns than rows: a lasso keeps fewer columns than there are rows, and finds those that matter.
#[tokio::test]
async fn few_of_many_columns_are_kept() {
    let ml = context().await;
    let columns: Vec<String> = (1..=300).map(|j| format!("sin(value * {j} + {j} * {j} / 7.0) AS x{j}")).collect();
    let wide = format!("SELECT {}, value FROM generate_series(1, 80)", columns.join(", "));
    for (y, penalty) in
        [("3 * x17 - 2 * x140 + value % 3 * 0.1", "L1 'auto'"), ("3 * x17 - 2 * x140 + value % 3 - 1 > 0", "L1 2")]
    {
        let query = format!("SELECT * EXCEPT (value), {y} AS y FROM ({wide})");
        let statement =
            format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT ({penalty})");
        let model = train(&ml, &statement).await;
        let coefficients = &outputs(&model)[0].coefficients;
        assert!(coefficients.iter().filter(|b| **b != 0.0).count() < 60);
        let largest = |rank: usize| {
            let mut order: Vec<usize> = (0..300).collect();
            order.sort_by(|a, b| coefficients[*b].abs().total_cmp(&coefficients[*a].abs()));
            order[rank]
        };
        assert_eq!([largest(0), largest(1)], [16, 139], "{y}");
    }
}

#[tokio::test]
async fn too_few_rows_to_validate_on_are_an_error() {
    let ml = context().await;
    let rows = "SELECT value AS a, value % 2 = 0 AS y FROM generate_series(1, 2)";
    let error =
        failure(&ml, &format!("CREATE MODEL m FROM ({rows}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L1 'auto')"))
            .await;
    assert!(error.contains("cannot be found by cross-validation") && error.contains("give them as numbers"), "{error}");
}

/// smartcore minimises the sum of squares, not half of it.
#[tokio::test]
async fn smartcore_agrees() {
    let (x, y): (Vec<Vec<f64>>, Vec<f64>) = (0..200_u32)
        .map(|i| {
            let row = [f64::from(i * 37 % 101), f64::from(i * 53 % 89), f64::from(i % 7)];
            (row.to_vec(), 0.02 * row[0] - 0.03 * row[1] + f64::from(i % 5))
        })
        .unzip();
    let ml = context().await;
    let query = "SELECT (value * 37) % 101 AS a, (value * 53) % 89 AS b, value % 7 AS c,
        0.02 * ((value * 37) % 101) - 0.03 * ((value * 53) % 89) + value % 5 AS y FROM generate_series(0, 199)";
    for alpha in [0.05, 0.5] {
        let matrix = smartcore::linalg::basic::matrix::DenseMatrix::from_2d_vec(&x).unwrap();
        let parameters =
            smartcore::linear::lasso::LassoParameters::default().with_alpha(alpha).with_normalize(true).with_tol(1e-10);
        let theirs = smartcore::linear::lasso::Lasso::fit(&matrix, &y, parameters.with_max_iter(5000)).unwrap();
        let l1 = alpha * 200.0 / 2.0;
        rows(
            &ml,
            &format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L1 {l1})"),
        )
        .await;
        for (place, input) in ["a", "b", "c"].into_iter().enumerate() {
            let ours = number(&ml, &format!("SELECT weight FROM ml_weights('m') WHERE processed_input = '{input}'")).await;
            assert_close(ours, *theirs.coefficients().get((place, 0)), 1e-5);
        }
    }
}

/// The lines of a section of a report about an item.
fn lines<'a>(report: &'a crate::Report, section: &str, item: &str) -> Vec<(&'a str, &'a str)> {
    let of = report.lines().iter().filter(|line| line.section == section && line.item == item);
    of.map(|line| (line.value.as_str(), line.detail.as_str())).collect()
}

#[tokio::test]
async fn reports_say_which_penalty_was_chosen_and_what_it_left() {
    let ml = context().await;
    let statement = |penalties: &str| {
        format!(
            "CREATE OR REPLACE MODEL m FROM (SELECT a, b, c, d, e, score AS y FROM ({ROWS})) TARGET y SPLIT NONE
             HYPERPARAMETERS DEFAULT EXCEPT ({penalties})"
        )
    };
    let model = train(&ml, &statement("L1 (10, 30, 1000), L2 (0.5)")).await;
    let report = &model.report;
    assert_eq!(report.value("training", "algorithm"), Some("elastic net"));
    let found = lines(report, "training", "l1");
    assert!(found[0].0 == best(&model).l1.to_string() && found[0].1.contains("Σ|β|"), "{found:?}");
    assert_eq!(lines(report, "training", "l2")[0].0, "0.5");
    let tried = lines(report, "training", "penalties tried");
    let loss = tried[0].1.split("did not see: ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert_eq!(tried[0].0, "3");
    assert_close(loss.parse().unwrap(), best(&model).eval_loss, 1e-5);
    let coefficients = &outputs(&model)[0].coefficients;
    let n_zero = coefficients.iter().filter(|b| **b == 0.0).count();
    let columns = lines(report, "training", "columns");
    assert!(columns[0].1.contains(&format!("{n_zero} of them have the coefficient 0")), "{columns:?}");
    assert_eq!(
        (columns[0].0, best(&model).n_nonzero),
        (coefficients.len().to_string().as_str(), (coefficients.len() - n_zero) as u64)
    );

    // The end of a list is no proof that there is nothing better beyond.
    for (penalties, what, advice) in [
        ("L1 (0.001, 1000)", "the weakest L1 that was tried is the best: 0.001", "list smaller ones"),
        ("L1 (10000, 100000)", "the strongest L1 that was tried is the best: 100000", "list larger ones"),
        ("L2 (100000, 10000000)", "the weakest L2 that was tried is the best: 100000", "list smaller ones"),
    ] {
        let model = train(&ml, &statement(penalties)).await;
        let warnings = lines(&model.report, "warnings", "model");
        assert!(warnings.iter().any(|(found, hint)| *found == what && hint.contains(advice)), "{penalties}: {warnings:?}");
    }
    // There is nothing beyond 0, and nothing to choose in a list of one.
    for penalties in ["L1 (0, 100000)", "L1 (0.001)", "L1 0.001"] {
        let model = train(&ml, &statement(penalties)).await;
        let warnings = lines(&model.report, "warnings", "model");
        assert!(warnings.iter().all(|(found, _)| !found.contains("that was tried")), "{penalties}: {warnings:?}");
    }
    // What cannot be predicted is best predicted without features.
    let noise = "SELECT (value * 37) % 101 AS a, (value * 53) % 89 AS b, (value * 7919) % 97 AS y FROM generate_series(1, 97)";
    let model = train(
        &ml,
        &format!("CREATE OR REPLACE MODEL m FROM ({noise}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L1 'auto')"),
    )
    .await;
    let warnings = lines(&model.report, "warnings", "model");
    assert!(
        warnings.iter().any(|(found, hint)| found.contains("strongest L1") && hint.contains("next to nothing")),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_dry_run_says_that_penalties_are_to_be_found() {
    let ml = context().await;
    let frame = ml.session().sql(&format!("SELECT a, b, score AS y FROM ({ROWS})")).await.unwrap();
    let builder = ml.train("m", frame).target("y").l1(crate::PenaltyChoice::Auto).l2([0.5, 2.0]);
    let report = builder.clone().dry_run().await.unwrap().unwrap();
    assert_eq!(lines(&report, "training", "l1")[0].0, "to be found");
    assert_eq!(lines(&report, "training", "l2"), [("to be found", "one of 0.5, 2, by cross-validation")]);
    let report = builder.clone().l1(3.0).dry_run().await.unwrap().unwrap();
    assert_eq!((lines(&report, "training", "l1")[0].0, report.value("training", "algorithm")), ("3", Some("lasso")));

    // Progress of a search has a share.
    let shares = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&shares);
    let frame = ml.session().sql(&format!("SELECT a, b, score > 0 AS y FROM ({ROWS})")).await.unwrap();
    let builder = ml.train("labels", frame).target("y").l1(crate::PenaltyChoice::Auto).on_progress(move |phase, done| {
        if phase == "choosing the penalty" {
            seen.lock().unwrap().extend(done);
        }
    });
    let model = builder.await.unwrap();
    let shares = shares.lock().unwrap();
    assert_eq!(shares.len(), model.trials.len());
    assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..1.0).contains(share)), "{shares:?}");
}

/// A penalty is tried as if it had been given, also none at all after a strong one.
#[tokio::test]
async fn a_trial_does_not_depend_on_those_before_it() {
    let ml = context().await;
    let rows = "SELECT 'kind ' || CAST(value % 37 % 5 AS VARCHAR) AS kind, sin(value) AS x, sin(value * 1.3) + value % 37 % 5 * 0.3 > 0.5 AS y
        FROM generate_series(1, 300)";
    let mut losses = Vec::new();
    for penalties in ["(20, 0)", "(0)"] {
        train(
            &ml,
            &format!("CREATE OR REPLACE MODEL m FROM ({rows}) TARGET y HYPERPARAMETERS DEFAULT EXCEPT (L2 {penalties}, TOLERANCE 1e-12)"),
        )
        .await;
        let model = ml.store().get(&ModelName::new(["m"])).unwrap();
        let last = *model.trials.last().unwrap();
        losses.push((last.eval_loss, last.n_nonzero));
    }
    assert!((losses[0].0 - losses[1].0).abs() < 1e-6, "{losses:?}");
    assert_eq!(losses[0].1, losses[1].1, "{losses:?}");
}

/// Above 3,000 columns regression is fitted pass by pass: a path of it means the same in any unit of the target.
#[tokio::test]
async fn trials_of_wide_regression_do_not_depend_on_units() {
    const ROWS: usize = 24;
    const COLUMNS: usize = 3001;
    // Which changes no digits.
    const UNIT: f64 = 1024.0;
    let y = |i: usize| 3.0 + 2.0 * wave(i, 5) - wave(i, 2999) + 0.1 * wave(i, 7777);
    let table = wide(ROWS, COLUMNS, [("y", numbers(ROWS, y)), ("small", numbers(ROWS, |i| UNIT * y(i)))]);
    let ml = context().await;
    ml.session().register_batch("t", table).unwrap();
    let mut found = Vec::new();
    for (target, other) in [("y", "small"), ("small", "y")] {
        let query = format!("SELECT * EXCEPT ({other}) FROM t");
        let penalty = "SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L1 'auto', L2 300)";
        let model =
            train(&ml, &format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET {target} PROBLEM_TYPE REGRESSION {penalty}"))
                .await;
        let [(_, solver)] = lines(&model.report, "training", "algorithm")[..] else { panic!("no algorithm") };
        assert!(solver.starts_with("orthant-wise limited-memory BFGS"), "{solver}");
        found.push(model);
    }
    let (one, small) = (&found[0].trials, &found[1].trials);
    assert!(one.len() > 10 && one.len().abs_diff(small.len()) <= 1, "{} and {} trials", one.len(), small.len());
    // Rows are dealt to folds by what they hold, so that only the losses of all rows are the same.
    for (one, small) in one.iter().zip(small) {
        assert_close(small.l1, UNIT * one.l1, 1e-9);
        assert_close(small.training_loss, UNIT * UNIT * one.training_loss, 1e-3);
    }
}

/// Where regression is fitted pass by pass, the number of passes can be bounded, and the report says that they were too few.
#[tokio::test]
async fn passes_of_wide_regression_are_bounded() {
    const ROWS: usize = 24;
    let ml = context().await;
    ml.session().register_batch("t", wide(ROWS, 3001, [("y", numbers(ROWS, |i| wave(i, 5) - wave(i, 2999)))])).unwrap();
    let options = "PROBLEM_TYPE REGRESSION SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L1 0.01, MAX_ITERATIONS 3)";
    let model = train(&ml, &format!("CREATE MODEL m FROM t TARGET y {options}")).await;
    let [(_, iterations)] = lines(&model.report, "training", "iterations")[..] else { panic!("no iterations") };
    assert!(iterations.starts_with("not converged"), "{iterations}");
}

/// Where searches stop early, a trial begins at the same place whatever was tried before it.
#[tokio::test]
async fn an_early_stop_does_not_hand_on_a_search() {
    const ROWS: usize = 400;
    const COLUMNS: usize = 1010;
    let label = (0..ROWS).map(|i| Some(wave(i, 0) + wave(i, 1) > 0.3)).collect::<BooleanArray>();
    let ml = context().await;
    ml.session().register_batch("t", wide(ROWS, COLUMNS, [("y", Arc::new(label))])).unwrap();
    let mut trials = Vec::new();
    for penalties in ["(20, 8, 2)", "(4, 2)"] {
        let early = format!("HYPERPARAMETERS DEFAULT EXCEPT (L1 {penalties}, EARLY_STOP true, MIN_REL_PROGRESS 0.2)");
        let model = train(&ml, &format!("CREATE OR REPLACE MODEL m FROM t TARGET y {early}")).await;
        let last = *model.trials.last().unwrap();
        assert_eq!(last.l1, 2.0);
        trials.push((last.training_loss, last.eval_loss, last.n_nonzero));
    }
    assert_eq!(trials[0], trials[1]);
}
