//! Standard errors, tests, intervals and goodness of fit: published tables, and figures computed with 40 digits by mpmath.
#![allow(clippy::excessive_precision, reason = "digits as they were computed")]

use insta::assert_snapshot;

use super::*;

/// Columns of `ml_advanced_weights` for one input: weight, standard error, statistic, p-value.
async fn weight(ml: &MlContext, input: &str, category: Option<&str>) -> [f64; 4] {
    let category = category.map_or_else(|| "IS NULL".to_owned(), |category| format!("= '{category}'"));
    let from = format!("FROM ml_advanced_weights('m') WHERE processed_input = '{input}' AND category {category}");
    let mut found = [0.0; 4];
    for (found, column) in found.iter_mut().zip(["weight", "standard_error", "statistic", "p_value"]) {
        *found = number(ml, &format!("SELECT {column} {from}")).await;
    }
    found
}

fn assert_all_close(found: [f64; 4], expected: [f64; 4], tolerance: f64) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found / expected - 1.0).abs() < tolerance, "{found} is not {expected}");
    }
}

async fn of_fit(ml: &MlContext, column: &str) -> f64 {
    number(ml, &format!("SELECT max({column}) FROM ml_training_info('m')")).await
}

const HOUSES: &str = "CREATE MODEL m FROM (SELECT tax, bath, size, price FROM t) TARGET price PROBLEM_TYPE REGRESSION SPLIT NONE";

/// Apache MADlib's documentation of `linregr_train` prints coefficients, standard errors, t, p and R²; digits beyond its own were
/// recomputed.
#[tokio::test]
async fn houses_of_madlib() {
    let ml = context_over("houses", 1, 8192).await;
    rows(&ml, HOUSES).await;
    for (input, expected) in [
        ("__INTERCEPT__", [-12_849.416_895_987_227, 33_453.034_433_137_77, -0.384_103_179_688_205, 0.708_223_134_615_410_5]),
        ("tax", [28.961_392_265_177_25, 15.899_210_496_399_076, 1.821_561_660_041_96, 0.095_800_582_718_957_9]),
        ("bath", [10_181.629_071_264_844, 19_437.771_092_591_53, 0.523_806_408_809_158_5, 0.610_804_093_526_518_9]),
        ("size", [50.516_894_915_353_39, 32.928_023_174_085_64, 1.534_161_180_836_091, 0.153_235_085_548_174_9]),
    ] {
        assert_all_close(weight(&ml, input, None).await, expected, 1e-10);
    }
    assert_close(of_fit(&ml, "r_squared").await, 0.768_577_580_597_461_6, 1e-12);
    assert_close(of_fit(&ml, "adjusted_r_squared").await, 0.705_462_375_305_860_2, 1e-12);
    assert_close(of_fit(&ml, "deviance").await, 13_632_635_584.923_444, 1e-12);
    assert_close(of_fit(&ml, "null_deviance").await, 58_908_016_000.0, 1e-12);
    assert_close(of_fit(&ml, "log_likelihood").await, -175.991_694_718_008_8, 1e-12);
    assert_close(of_fit(&ml, "aic").await, 359.983_389_436_017_6, 1e-12);
    let low = "SELECT confidence_low FROM ml_advanced_weights('m') WHERE processed_input = 'tax'";
    assert_close(number(&ml, low).await, -6.032_534_094_570_345, 1e-10);

    let model = &ml.store().models()[0];
    let said = model.report.lines().iter().filter(|line| line.section == "fit");
    let said: Vec<String> = said.map(|line| format!("{} | {} | {}", line.item, line.value, line.detail)).collect();
    assert_snapshot!(said.join("\n"), @r"
        deviance | 13632635585 | training n=15, sum of squared residuals
        null deviance | 58908016000 | training n=15, of a model without columns
        log-likelihood | -175.992 | training n=15
        aic | 359.983 | 4 parameters
        r_squared | 0.768578 | training n=15, 0.705462 adjusted for the number of parameters
        residual standard error | 35204.1 | 11 degrees of freedom
        standard errors | yes | ml_advanced_weights shows them
        ");

    // Per standard deviation, and the intercept at the mean.
    let standardized = |column: &str, input: &str| {
        format!("SELECT {column} FROM ml_advanced_weights('m', standardize => true) WHERE processed_input = '{input}'")
    };
    assert_close(
        number(&ml, &standardized("standard_error", "tax")).await,
        15.899_210_496_399_076 * 982.618_723_383_389_5,
        1e-10,
    );
    assert_close(number(&ml, &standardized("weight", "__INTERCEPT__")).await, 122_140.0, 1e-12);
    assert_close(number(&ml, &standardized("standard_error", "__INTERCEPT__")).await, 9_089.666_322_149_613, 1e-10);
}

/// The formula of prediction intervals, evaluated with 40 digits.
#[tokio::test]
async fn intervals_of_houses() {
    let ml = context_over("houses", 1, 8192).await;
    rows(&ml, HOUSES).await;
    for (call, low, high) in [
        ("0.9, 590, 1, 770", -16_119.568_886_909_657, 122_754.454_280_018_26),
        ("0.5, tax => 590, bath => 1, size => 770", 26_351.058_892_744_686, 80_283.826_500_363_92),
        ("level => 0.95, size => 1500, bath => 2, tax => 3000", 77_630.657_099_679_25, 262_716.063_730_529_3),
    ] {
        assert_close(number(&ml, &format!("SELECT predict_m_interval({call})['low']")).await, low, 1e-10);
        assert_close(number(&ml, &format!("SELECT predict_m_interval({call})['high']")).await, high, 1e-10);
    }
    // Batches without SQL give the same bits.
    let scorer = ml.scorer("m").unwrap();
    for batch in rows(&ml, "SELECT tax, bath, size, predict_m_interval(0.75, *) AS i FROM t").await {
        let intervals: ArrayRef = Arc::new(scorer.interval(0.75, &batch).unwrap());
        assert_eq!(&intervals, batch.column(3));
        let error = scorer.interval(1.0, &batch).unwrap_err();
        assert_eq!(error.to_string(), "the level must be above 0 and below 1, not 1");
    }
    // A level per row, which may be null, and arguments by name.
    let covered = "SELECT count(*) FILTER (WHERE price BETWEEN i['low'] AND i['high']), count(i), count(*)
        FROM (SELECT price, predict_m_interval(CASE WHEN id > 3 THEN 0.8 + id / 1000.0 END, *) AS i FROM t)";
    let counts = &rows(&ml, covered).await[0];
    let counts: Vec<i64> =
        (0..3).map(|column| counts.column(column).as_primitive::<datafusion::arrow::datatypes::Int64Type>().value(0)).collect();
    assert_eq!(counts, [10, 12, 15]);
}

/// Apache MADlib's documentation of `logregr_train`; its table stops an iteration early, recomputed digits are used.
#[tokio::test]
async fn patients_of_madlib() {
    let ml = context_over("patients", 1, 8192).await;
    rows(
        &ml,
        "CREATE MODEL m FROM (SELECT treatment, trait_anxiety, second_attack FROM t) TARGET second_attack
        SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L2 '0', TOLERANCE '1e-16')",
    )
    .await;
    for (input, expected) in [
        ("__INTERCEPT__", [-6.363_469_941_845_874, 3.213_904_524_733_702, -1.979_981_014_642_35, 0.047_705_662_037_200_006]),
        ("treatment", [-1.024_106_052_408_071, 1.171_080_146_495_168, -0.874_496_980_819_832_2, 0.381_847_663_699_714_05]),
        ("trait_anxiety", [0.119_044_916_669_784_14, 0.054_979_175_575_078_85, 2.165_272_858_761_186, 0.030_366_795_595_679_95]),
    ] {
        assert_all_close(weight(&ml, input, None).await, expected, 1e-10);
    }
    assert_close(of_fit(&ml, "log_likelihood").await, -9.410_182_983_850_886, 1e-13);
    assert_close(of_fit(&ml, "null_deviance").await, 27.725_887_222_397_81, 1e-13);
    assert_close(of_fit(&ml, "r_squared").await, 0.321_198_783_767_030_93, 1e-12);
    assert_close(of_fit(&ml, "aic").await, 24.820_365_967_701_772, 1e-13);
}

/// Apache MADlib's documentation of `mlogregr_train`, base category 0, which is the first here, too.
#[tokio::test]
async fn test3_of_madlib() {
    let ml = context_over("test3", 1, 8192).await;
    rows(
        &ml,
        "CREATE MODEL m FROM (SELECT feat1, feat2, cat FROM t) TARGET cat SPLIT NONE
        HYPERPARAMETERS DEFAULT EXCEPT (L2 '0', TOLERANCE '1e-16')",
    )
    .await;
    for (label, input, weight, error, z, p) in [
        (1, "__INTERCEPT__", 1.454_740_451_657_306, 2.130_858_787_941_532_4, 0.682_701_481_623_109, 0.494_795_493_316_129_4),
        (1, "feat1", 0.084_995_618_282_504_47, 0.585_023_211_959_736_2, 0.145_285_890_448_316_5, 0.884_485_154_317_471_5),
        (1, "feat2", -0.017_238_349_951_213_51, 0.043_148_926_228_147_61, -0.399_508_202_360_973_4, 0.689_518_781_166_785_4),
        (2, "__INTERCEPT__", -7.129_081_677_510_903, 2.521_054_183_387_615, -2.827_817_713_910_196, 0.004_686_648_447_289_166),
        (2, "feat1", 0.876_487_877_074_751_7, 0.639_578_886_171_542_2, 1.370_414_027_144_210_5, 0.170_557_695_833_723_92),
        (2, "feat2", 0.127_886_153_038_661_57, 0.044_576_010_377_726_03, 2.868_945_694_219_517, 0.004_118_425_029_935_943),
    ] {
        let from = format!("FROM ml_advanced_weights('m') WHERE class_label = '{label}' AND processed_input = '{input}'");
        for (column, expected) in [("weight", weight), ("standard_error", error), ("statistic", z), ("p_value", p)] {
            let found = number(&ml, &format!("SELECT {column} {from}")).await;
            assert!((found / expected - 1.0).abs() < 1e-9, "{label} {input} {column}: {found} is not {expected}");
        }
        // `ml_weights` has the same differences.
        let of_weights = format!(
            "SELECT sum(CASE class_label WHEN '{label}' THEN weight WHEN '0' THEN -weight END) FROM ml_weights('m') WHERE processed_input = '{input}'"
        );
        assert_close(number(&ml, &of_weights).await, weight, 1e-9);
    }
    let reference = "SELECT count(*) FROM ml_advanced_weights('m')
        WHERE class_label = '0' AND weight = 0 AND standard_error IS NULL AND p_value IS NULL AND confidence_high IS NULL";
    assert_eq!(number(&ml, reference).await, 3.0);
    assert_close(of_fit(&ml, "log_likelihood").await, -39.147_599_309_404_49, 1e-12);
}

/// Nulls, categories, row weights (some of them 0) and labels of the same features.
const MIXED: &str =
    "SELECT CASE WHEN v % 9 <> 0 THEN v * 37 % 101 END AS a, CASE v % 5 WHEN 0 THEN 'x' WHEN 1 THEN 'y' ELSE 'z' END AS c,
    CASE WHEN v % 50 = 0 THEN 0 ELSE 1 + v % 3 END AS w,
    v * 37 % 101 / 2.0 + v * 53 % 17 + CASE WHEN v % 5 = 1 THEN 3 ELSE 0 END + CASE WHEN v % 9 = 0 THEN 5 ELSE 0 END AS y,
    v * 53 % 17 + v * 37 % 101 / 10.0 > 12 AS l FROM (SELECT value AS v FROM generate_series(1, 200))";

#[tokio::test]
async fn nulls_categories_and_weights() {
    let inputs = [("__INTERCEPT__", None), ("a", None), ("a", Some("__NULL__")), ("c", Some("x")), ("c", Some("y"))];
    let cases = [
        (
            "a, c, w, y",
            "TARGET y",
            "SETTINGS (WEIGHT w)",
            [
                (7.908_760_406_139_138, 0.937_558_958_054_313),
                (0.497_635_976_050_400_34, 0.015_188_409_618_354_935),
                (4.486_377_865_822_673, 1.886_258_152_694_578),
                (0.532_633_539_241_927_8, 1.156_279_864_669_542),
                (3.044_758_808_170_26, 1.109_796_870_732_26),
            ],
        ),
        (
            "a, c, y",
            "TARGET y",
            "",
            [
                (8.212_179_699_354_514, 1.101_350_878_092_422_8),
                (0.492_740_133_863_684_93, 0.017_931_505_424_712_996),
                (4.350_821_371_461_504, 1.575_439_090_728_143_8),
                (1.561_920_825_565_692_5, 1.274_844_054_529_614),
                (2.685_785_307_474_958, 1.272_647_218_768_813),
            ],
        ),
        (
            "a, c, w, l",
            "TARGET l",
            "SETTINGS (WEIGHT w)",
            [
                (-0.818_198_507_196_467_8, 0.231_075_511_636_182_7),
                (0.023_173_157_607_515_09, 0.003_948_491_545_410_232),
                (-0.409_046_830_932_131_26, 0.446_718_111_579_512_8),
                (-0.756_297_350_504_589_3, 0.287_432_368_951_288_6),
                (0.071_564_608_691_351_19, 0.276_705_224_586_185_5),
            ],
        ),
        (
            "a, c, l",
            "TARGET l",
            "",
            [
                (-0.780_114_697_644_957_3, 0.332_854_161_737_402_6),
                (0.023_123_041_703_485_993, 0.005_725_127_002_721_469),
                (-0.472_995_400_773_941_64, 0.459_356_372_530_045_97),
                (-0.510_841_517_128_175_2, 0.386_380_519_351_644_25),
                (0.018_740_780_799_843_846, 0.388_216_387_776_909_8),
            ],
        ),
    ];
    for (columns, target, settings, expected) in cases {
        let ml = context().await;
        let penalty = if target == "TARGET l" { "HYPERPARAMETERS DEFAULT EXCEPT (L2 '0', TOLERANCE '1e-16')" } else { "" };
        rows(&ml, &format!("CREATE MODEL m FROM (SELECT {columns} FROM ({MIXED})) {target} SPLIT NONE {penalty} {settings}"))
            .await;
        for ((input, category), (value, error)) in inputs.into_iter().zip(expected) {
            let [found, found_error, ..] = weight(&ml, input, category).await;
            assert_close(found, value, 1e-9);
            assert_close(found_error, error, 1e-9);
        }
        // The reference value of the category; the value `other`, which no row has, is left out.
        let rest = "SELECT count(*) FROM ml_advanced_weights('m') WHERE weight = 0 AND standard_error IS NULL AND category = 'z'";
        assert_eq!(number(&ml, rest).await, 1.0);
        assert_eq!(number(&ml, "SELECT count(*) FROM ml_advanced_weights('m')").await, 6.0);
        let (log_likelihood, interval) = match (target, settings) {
            ("TARGET y", "") => (-669.545_347_517_926, Some((11.652_112_934_843_839, 29.535_298_188_788_256))),
            ("TARGET y", _) => (-638.623_373_611_281_5, Some((9.768_274_725_919_535, 26.519_545_560_029_282))),
            (_, "") => (-127.614_600_770_638_44, None),
            _ => (-247.970_524_201_203_9, None),
        };
        assert_close(of_fit(&ml, "log_likelihood").await, log_likelihood, 1e-11);
        if let Some((low, low_of_null)) = interval {
            assert_close(number(&ml, "SELECT predict_m_interval(0.8, 20, 'y')['low']").await, low, 1e-10);
            assert_close(number(&ml, "SELECT predict_m_interval(0.8, NULL, 'x')['low']").await, low_of_null, 1e-10);
            assert_close(
                number(&ml, "SELECT predict_m_interval(0.8, NULL, c)['low'] FROM (VALUES ('x')) AS t(c)").await,
                low_of_null,
                1e-10,
            );
        }
    }
}

/// Columns that follow from others have no errors, and take nothing from those of the rest.
#[tokio::test]
async fn columns_that_depend_on_each_other() {
    let query = "SELECT value % 17 AS a, value * 7 % 23 AS b, value % 5 AS d, value % 17 + value * 7 % 23 AS s,
        value % 17 + 2 * (value % 5) + value * 3 % 11 AS y, value % 17 + value * 3 % 11 > 12 AS l FROM generate_series(1, 150)";
    for (target, penalty) in [("y", ""), ("l", "HYPERPARAMETERS DEFAULT EXCEPT (L2 '0')")] {
        let ml = context().await;
        let create = |columns: &str| {
            format!(
                "CREATE OR REPLACE MODEL m FROM (SELECT {columns}, {target} FROM ({query})) TARGET {target} SPLIT NONE {penalty}"
            )
        };
        rows(&ml, &create("a, b, d")).await;
        let alone = weight(&ml, "d", None).await;
        let parameters = ml.store().models()[0].goodness.unwrap().n_parameters;
        rows(&ml, &create("a, b, d, s")).await;
        assert_all_close(weight(&ml, "d", None).await, alone, 1e-6);
        assert_eq!(ml.store().models()[0].goodness.unwrap().n_parameters, parameters);
        let without = "SELECT count(*) FROM ml_advanced_weights('m') WHERE standard_error IS NULL";
        assert_eq!(number(&ml, without).await, 3.0);
        assert_eq!(number(&ml, &format!("{without} AND processed_input IN ('a', 'b', 's')")).await, 3.0);
    }
}

#[tokio::test]
async fn models_without_standard_errors_say_why() {
    let ml = context().await;
    let create = |clauses: &str| format!("CREATE OR REPLACE MODEL m FROM ({MIXED}) {clauses} SPLIT NONE");
    let mut said = String::new();
    for clauses in [
        "TARGET l",
        "TARGET y HYPERPARAMETERS DEFAULT EXCEPT (L2 '2.5')",
        "TARGET l HYPERPARAMETERS DEFAULT EXCEPT (L2 '0') SETTINGS (CLASS_WEIGHTS 'balanced')",
        "TARGET l HYPERPARAMETERS DEFAULT EXCEPT (L2 '0', MAX_ITERATIONS '1')",
    ] {
        rows(&ml, &create(clauses)).await;
        said += &format!("{clauses}\n{}\n", failure(&ml, "SELECT * FROM ml_advanced_weights('m')").await);
    }
    let separated = "SELECT value AS x, value > 50 AS y FROM generate_series(1, 100)";
    rows(
        &ml,
        &format!("CREATE OR REPLACE MODEL m FROM ({separated}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L2 '0')"),
    )
    .await;
    said += &format!("separated\n{}\n", failure(&ml, "SELECT * FROM ml_advanced_weights('m')").await);
    let few = "SELECT value % 7 AS a, value * value % 11 AS b, value % 2 AS c, value * 3.5 % 5 AS y FROM generate_series(1, 4)";
    rows(&ml, &format!("CREATE OR REPLACE MODEL m FROM ({few}) TARGET y PROBLEM_TYPE REGRESSION SPLIT NONE")).await;
    said += &format!("few rows\n{}\n", failure(&ml, "SELECT * FROM ml_advanced_weights('m')").await);
    said += &failure(&ml, "SELECT predict_m_interval(0.9, 1, 2, 3)").await;
    assert_snapshot!(said, @r"
        TARGET l
        error: model m has no standard errors: a penalty (L2 1) draws its coefficients towards 0, so their errors are not known
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: train it with HYPERPARAMETERS DEFAULT EXCEPT (L2 0); ml_weights shows its weights
        TARGET y HYPERPARAMETERS DEFAULT EXCEPT (L2 '2.5')
        error: model m has no standard errors: a penalty (L2 2.5) draws its coefficients towards 0, so their errors are not known
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: train it with HYPERPARAMETERS DEFAULT EXCEPT (L2 0); ml_weights shows its weights
        TARGET l HYPERPARAMETERS DEFAULT EXCEPT (L2 '0') SETTINGS (CLASS_WEIGHTS 'balanced')
        error: model m has no standard errors: class weights count rows that do not exist
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: train it without CLASS_WEIGHTS, and choose a THRESHOLD; ml_weights shows its weights
        TARGET l HYPERPARAMETERS DEFAULT EXCEPT (L2 '0', MAX_ITERATIONS '1')
        error: model m has no standard errors: its training did not converge
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: raise MAX_ITERATIONS in HYPERPARAMETERS; ml_weights shows its weights
        separated
        error: model m has no standard errors: the classes are perfectly separated in the training rows, so the best coefficients are infinite
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: look for a leak, or leave the column out that separates them; ml_weights shows its weights
        few rows
        error: model m has no standard errors: it has as many coefficients as training rows, and none are left to judge by
         --> statement:1:15
          |
        1 | SELECT * FROM ml_advanced_weights('m')
          |               ^^^^^^^^^^^^^^^^^^^
          |
          = help: train it on more rows or fewer columns; ml_weights shows its weights
        error: there is no function predict_m_interval: model m has no prediction intervals: it has as many coefficients as training rows, and none are left to judge by
         --> statement:1:8
          |
        1 | SELECT predict_m_interval(0.9, 1, 2, 3)
          |        ^^^^^^^^^^^^^^^^^^
          |
          = help: train it on more rows or fewer columns
        ");
}

/// One value of a category has one label only: the fit is finite, and a warning says that this coefficient is none.
#[tokio::test]
async fn a_value_that_tells_the_labels_apart_is_named() {
    let ml = context().await;
    let query = "SELECT value * 37 % 101 AS a, CASE WHEN value % 4 = 0 THEN 'sure' ELSE 'open' END AS c,
        value % 4 = 0 OR value * 53 % 17 > 8 AS y FROM generate_series(1, 200)";
    rows(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET y SPLIT NONE HYPERPARAMETERS DEFAULT EXCEPT (L2 '0')")).await;
    let model = &ml.store().models()[0];
    let warning = model.report.lines().iter().find(|line| line.section == "warnings" && line.item == "c").unwrap();
    assert_eq!(warning.value, "c = sure tells labels apart without exception");
    let [value, error, _, p] = weight(&ml, "c", Some("sure")).await;
    assert!(value > 10.0 && error > 100.0 && p > 0.5);
    let [_, error, ..] = weight(&ml, "a", None).await;
    assert!(error < 0.1);
}

/// More rows, row orders and threads give the same bits.
#[tokio::test]
async fn figures_do_not_depend_on_partitions() {
    let mut fingerprints = Vec::new();
    for (partitions, order) in [(1, "ASC"), (4, "DESC")] {
        let session =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(partitions).with_batch_size(64));
        let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
        let query = format!("SELECT a, c, l FROM (SELECT * FROM ({MIXED}) ORDER BY y {order})");
        rows(&ml, &format!("CREATE MODEL m FROM ({query}) TARGET l HYPERPARAMETERS DEFAULT EXCEPT (L2 '0')")).await;
        let model = &ml.store().models()[0];
        assert!(model.inference.is_some());
        fingerprints.push((model.inference.clone(), model.goodness));
    }
    assert_eq!(fingerprints[0], fingerprints[1]);
}

/// Functions come and go with what the version in use can say.
#[tokio::test]
async fn the_interval_function_follows_the_model() {
    let ml = context_over("houses", 1, 8192).await;
    let is_there = |name: &str| ml.session().state().scalar_functions().contains_key(name);
    rows(&ml, HOUSES).await;
    assert!(is_there("predict_m_interval"));
    let penalised = HOUSES.replace("CREATE", "CREATE OR REPLACE") + " HYPERPARAMETERS DEFAULT EXCEPT (L2 '1')";
    rows(&ml, &penalised).await;
    assert!(!is_there("predict_m_interval") && is_there("predict_m"));
    rows(&ml, "ALTER MODEL m SET VERSION 1").await;
    assert!(is_there("predict_m_interval"));
    rows(&ml, "ALTER MODEL m RENAME TO n").await;
    assert!(is_there("predict_m_interval"));
    rows(&ml, "DROP MODEL n").await;
    assert!(!is_there("predict_m_interval"));

    // The name must be free, whatever the model turns out to be.
    rows(&ml, &format!("{HOUSES} FUNCTION f_interval")).await;
    let taken = failure(&ml, &HOUSES.replace("MODEL m", "MODEL k").replace("price PROBLEM", "price FUNCTION f PROBLEM")).await;
    assert!(taken.contains("f_interval"), "{taken}");
}
