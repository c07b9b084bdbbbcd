//! Settings and hyperparameters of Redshift's that have no effect here, or belong to types that are not trained yet: they are checked
//! all the same.

use insta::assert_snapshot;

use super::create;
use crate::sql::options::train_spec;

fn fault(clauses: &str) -> String {
    let text = format!("CREATE MODEL m FROM t TARGET y FUNCTION f IAM_ROLE default\n{clauses}");
    train_spec(&create(&text)).expect_err(&text).in_text(&text).render()
}

/// The first line of the message, and the hint.
fn short(clauses: &str) -> String {
    let drawn = fault(clauses);
    let hint = drawn.lines().find_map(|line| line.split_once("= help: ")).map_or("", |(_, hint)| hint);
    format!("{}; {hint}", drawn.lines().next().unwrap_or_default())
}

#[test]
fn settings_without_effect_are_checked() {
    assert_snapshot!(fault("SETTINGS (S3_BUCKET 5)"), @r"
        error: S3_BUCKET cannot be 5; expected a string
         --> statement:2:21
          |
        2 | SETTINGS (S3_BUCKET 5)
          |                     ^
        ");
    assert_snapshot!(fault("SETTINGS (S3_BUCKET 'b', S3_GARBAGE_COLLECT maybe)"), @r"
        error: S3_GARBAGE_COLLECT cannot be maybe; expected ON or OFF
         --> statement:2:45
          |
        2 | SETTINGS (S3_BUCKET 'b', S3_GARBAGE_COLLECT maybe)
          |                                             ^^^^^
        ");
    assert_snapshot!(fault("SETTINGS (S3_BUCKET 'b', MAX_CELLS 'x')"), @r"
        error: MAX_CELLS cannot be 'x'; expected a whole number of at least 1
         --> statement:2:36
          |
        2 | SETTINGS (S3_BUCKET 'b', MAX_CELLS 'x')
          |                                    ^^^
        ");
    let cannot = |setting: &str, expected: &str| {
        let said = short(&format!("SETTINGS ({setting})"));
        let (key, value) = setting.split_once(' ').unwrap();
        assert!(said.starts_with(&format!("error: {key} cannot be {value}; expected {expected}")), "{said}");
    };
    cannot("S3_BUCKET ''", "a string");
    cannot("KMS_KEY_ID 7", "a string");
    cannot("TAGS 1", "a string");
    cannot("MAX_CELLS 0", "a whole number of at least 1");
    cannot("MAX_RUNTIME 1.5", "a whole number of at least 1");
    cannot("MAX_RUNTIME -3", "a whole number of at least 1");
    cannot("HORIZON 'soon'", "a whole number of at least 1");
    cannot("FREQUENCY 'Q'", "one of 'Y', 'M', 'W'");
    cannot("PERCENTILES '0.5,1.5'", "at most 5 of 0.01 to 0.99 and mean");
    cannot("PERCENTILES '0.1,0.2,0.3,0.4,0.5,0.6'", "at most 5 of 0.01 to 0.99 and mean");
    cannot("MAX_BATCH_ROWS 3000000000", "a whole number from 1 to 2147483647");
    assert_snapshot!(short("SETTINGS (S3_GARBAGE_COLLECT OF)"), @"error: S3_GARBAGE_COLLECT cannot be OF; expected ON or OFF; did you mean OFF?");
    assert_snapshot!(short("SETTINGS (S3_BUCKET my_bucket)"), @"error: S3_BUCKET cannot be my_bucket; expected a string; a string stands in quotes: 'my_bucket'");
    assert_snapshot!(short("SETTINGS (S3_BUKET 'b')"), @"error: unknown setting S3_BUKET; did you mean S3_BUCKET?;");
    for right in
        ["S3_GARBAGE_COLLECT OFF, MAX_CELLS '500000'", "TAGS 'a=b,c', KMS_KEY_ID 'k', MAX_RUNTIME 54", "s3_garbage_collect 'on'"]
    {
        let text = format!("CREATE MODEL m FROM t TARGET y IAM_ROLE default SETTINGS (S3_BUCKET 'b', {right})");
        train_spec(&create(&text)).unwrap_or_else(|error| panic!("{}", error.in_text(&text).render()));
    }
}

#[test]
fn hyperparameters_of_other_types_are_checked() {
    let xgboost = |given: &str| {
        format!(
            "AUTO OFF MODEL_TYPE XGBOOST OBJECTIVE 'reg:squarederror' PREPROCESSORS 'none'\nHYPERPARAMETERS DEFAULT EXCEPT ({given})"
        )
    };
    let kmeans = |given: &str| format!("AUTO OFF MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT ({given})");
    assert_snapshot!(fault(&xgboost("NUM_ROUND '100', ETA '0.01'")), @r"
        error: ETA cannot be '0.01'; expected a number from 0.1 to 0.5
         --> statement:3:54
          |
        3 | HYPERPARAMETERS DEFAULT EXCEPT (NUM_ROUND '100', ETA '0.01')
          |                                                      ^^^^^^
        ");
    assert_snapshot!(fault(&xgboost("MAX_DEPTH 'deep'")), @r"
        error: MAX_DEPTH cannot be 'deep'; expected a whole number from 0 to 10
         --> statement:3:43
          |
        3 | HYPERPARAMETERS DEFAULT EXCEPT (MAX_DEPTH 'deep')
          |                                           ^^^^^^
        ");
    assert_snapshot!(fault(&kmeans("EPOCHS '1'")), @r"
        error: MODEL_TYPE KMEANS needs the hyperparameter K
         --> statement:2:21
          |
        2 | AUTO OFF MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT (EPOCHS '1')
          |                     ^^^^^^
          |
          = help: for example HYPERPARAMETERS DEFAULT EXCEPT (K '5')
        ");
    let cannot = |clauses: String, expected: &str| assert!(short(&clauses).contains(expected), "{}", short(&clauses));
    for (given, expected) in [
        ("NUM_ROUND '0'", "a whole number of at least 1"),
        ("NUM_CLASS '1'", "a whole number of at least 2"),
        ("MAX_DEPTH '11'", "a whole number from 0 to 10"),
        ("MIN_CHILD_WEIGHT '121'", "a number from 0 to 120"),
        ("SUBSAMPLE '0.4'", "a number from 0.5 to 1"),
        ("GAMMA '-1'", "a number from 0 to 5"),
        ("ALPHA '1001'", "a number from 0 to 1000"),
        ("LAMBDA 'x'", "a number from 0 to 1000"),
        ("COLSAMPLE_BYTREE '0.1'", "a number from 0.5 to 1"),
        ("COLSAMPLE_BYLEVE '0.05'", "a number from 0.1 to 1"),
        ("MAX_DELTA_STEP '11'", "a number from 0 to 10"),
        ("TREE_METHOD 'hits'", "did you mean hist?"),
        ("BOOSTER 'gbtre'", "did you mean gbtree?"),
    ] {
        cannot(xgboost(given), expected);
    }
    for (given, expected) in [
        ("K 'five'", "a whole number of at least 1"),
        ("K '5', INIT_METHOD 'kmeans+'", "did you mean kmeans++?"),
        ("K '5', EXTRA_CENTER_FACTOR 'much'", "a whole number of at least 1, or 'auto'"),
        ("K '5', MINI_BATCH_SIZE 0.5", "a whole number of at least 1"),
    ] {
        cannot(kmeans(given), expected);
    }
    assert_snapshot!(short("MODEL_TYPE MLP HYPERPARAMETERS DEFAULT EXCEPT (EPOCHS '5')"), @"error: MODEL_TYPE MLP takes no hyperparameters: Redshift chooses them; write HYPERPARAMETERS DEFAULT, or leave it out");
    assert_snapshot!(short("AUTO ON MODEL_TYPE FORECAST SETTINGS (S3_BUCKET 'b', FREQUENCY 'D')"), @"error: MODEL_TYPE FORECAST needs the setting HORIZON; for example SETTINGS (HORIZON 5)");
    assert_snapshot!(short("AUTO OFF MODEL_TYPE LINEAR_LEARNER HYPERPARAMETERS DEFAULT EXCEPT (L2 'much')"), @"error: L2 cannot be 'much'; expected a number of at least 0, a list of such numbers, or 'auto';");
    // What is right ends in the one error that says what can be trained.
    for right in [
        xgboost("NUM_ROUND '100', ETA '0.2', MAX_DEPTH '6', TREE_METHOD 'hist', BOOSTER 'gbtree'"),
        kmeans("K '5', EPOCHS 2, INIT_METHOD 'kmeans++', EXTRA_CENTER_FACTOR 'auto'"),
        "MODEL_TYPE MLP HYPERPARAMETERS DEFAULT".into(),
        "AUTO ON MODEL_TYPE FORECAST SETTINGS (S3_BUCKET 'b', HORIZON 5, FREQUENCY '30min', PERCENTILES '0.25, 0.5, mean')"
            .into(),
    ] {
        assert!(
            short(&right).ends_with("is not supported; LINEAR_LEARNER can be trained now, for regression and classification"),
            "{}",
            short(&right)
        );
    }
}
