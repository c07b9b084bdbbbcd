//! Options that cannot be.

use insta::assert_snapshot;

use super::create;
use crate::sql::options::train_spec;

fn fault(clauses: &str) -> String {
    fault_of(&format!("CREATE MODEL m FROM t TARGET y\n{clauses}"))
}

fn fault_of(text: &str) -> String {
    train_spec(&create(text)).expect_err(text).in_text(text).render()
}

#[test]
fn faults_of_clauses() {
    assert_snapshot!(fault_of("CREATE MODEL churn FROM customers"), @"
    error: the model has no target column
     --> statement:1:14
      |
    1 | CREATE MODEL churn FROM customers
      |              ^^^^^
      |
      = help: say which column to learn: CREATE MODEL churn FROM customers TARGET column
    ");
    assert_snapshot!(fault_of("CREATE MODEL churn FROM (SELECT 1) FUNCTION f"), @"
    error: the model has no target column
     --> statement:1:14
      |
    1 | CREATE MODEL churn FROM (SELECT 1) FUNCTION f
      |              ^^^^^
      |
      = help: say which column to learn: CREATE MODEL churn FROM (...) TARGET column
    ");
    assert_snapshot!(fault("MODEL_TYPE XGBOOST"), @"
    error: MODEL_TYPE XGBOOST is not supported
     --> statement:2:12
      |
    2 | MODEL_TYPE XGBOOST
      |            ^^^^^^^
      |
      = help: LINEAR_LEARNER can be trained now, for regression and classification
    ");
    assert_snapshot!(fault_of("CREATE MODEL c FROM t FUNCTION f AUTO OFF MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT (K '5')"), @"
    error: MODEL_TYPE KMEANS is not supported
     --> statement:1:54
      |
    1 | CREATE MODEL c FROM t FUNCTION f AUTO OFF MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT (K '5')
      |                                                      ^^^^^^
      |
      = help: LINEAR_LEARNER can be trained now, for regression and classification
    ");
    assert_snapshot!(fault("MODEL_TYPE LINEAR_LERNER"), @"
    error: MODEL_TYPE cannot be LINEAR_LERNER; expected LINEAR_LEARNER
     --> statement:2:12
      |
    2 | MODEL_TYPE LINEAR_LERNER
      |            ^^^^^^^^^^^^^
      |
      = help: did you mean LINEAR_LEARNER?
    ");
    assert_snapshot!(fault("PROBLEM_TYPE CLASSIFICATION"), @"
    error: PROBLEM_TYPE cannot be CLASSIFICATION; expected one of REGRESSION, BINARY_CLASSIFICATION, MULTICLASS_CLASSIFICATION
     --> statement:2:14
      |
    2 | PROBLEM_TYPE CLASSIFICATION
      |              ^^^^^^^^^^^^^^
      |
      = help: did you mean BINARY_CLASSIFICATION?
    ");
    assert_snapshot!(fault("PROBLEM_TYPE (REGRESION)"), @"
    error: PROBLEM_TYPE cannot be REGRESION; expected one of REGRESSION, BINARY_CLASSIFICATION, MULTICLASS_CLASSIFICATION
     --> statement:2:15
      |
    2 | PROBLEM_TYPE (REGRESION)
      |               ^^^^^^^^^
      |
      = help: did you mean REGRESSION?
    ");
    assert_snapshot!(fault("OBJECTIVE 'acuracy'"), @"
    error: OBJECTIVE cannot be acuracy; expected one of MSE, Accuracy, F1, F1_Macro, AUC
     --> statement:2:11
      |
    2 | OBJECTIVE 'acuracy'
      |           ^^^^^^^^^
      |
      = help: did you mean Accuracy?
    ");
    assert_snapshot!(fault("OBJECTIVE 'reg:squarederror'"), @"
    error: OBJECTIVE cannot be reg:squarederror; expected one of MSE, Accuracy, F1, F1_Macro, AUC
     --> statement:2:11
      |
    2 | OBJECTIVE 'reg:squarederror'
      |           ^^^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(fault("PROBLEM_TYPE REGRESSION OBJECTIVE 'F1'"), @"
    error: OBJECTIVE 'F1' does not fit PROBLEM_TYPE REGRESSION
     --> statement:2:35
      |
    2 | PROBLEM_TYPE REGRESSION OBJECTIVE 'F1'
      |                                   ^^^^
      |
      = help: REGRESSION goes with MSE
    ");
    assert_snapshot!(fault("PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'F1'"), @"
    error: OBJECTIVE 'F1' does not fit PROBLEM_TYPE MULTICLASS_CLASSIFICATION
     --> statement:2:50
      |
    2 | PROBLEM_TYPE MULTICLASS_CLASSIFICATION OBJECTIVE 'F1'
      |                                                  ^^^^
      |
      = help: MULTICLASS_CLASSIFICATION goes with Accuracy and F1_Macro
    ");
    assert_snapshot!(fault("PREPROCESSORS '[{\"ColumnSet\": [\"*\"]}]'"), @r#"
    error: a set of PREPROCESSORS has no "Transformers"
     --> statement:2:18
      |
    2 | PREPROCESSORS '[{"ColumnSet": ["*"]}]'
      |                  ^^^^^^^^^^^
      |
      = help: it is a list of sets: [{"ColumnSet": ["column", ...], "Transformers": ["Imputer", ...]}, ...]; ["*"] is every feature
    "#);
}

#[test]
fn faults_of_settings() {
    assert_snapshot!(fault("SETTINGS (TRESHOLD 0.5)"), @"
    error: unknown setting TRESHOLD; did you mean THRESHOLD?
     --> statement:2:11
      |
    2 | SETTINGS (TRESHOLD 0.5)
      |           ^^^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (S3_BUKET 'b')"), @"
    error: unknown setting S3_BUKET; did you mean S3_BUCKET?
     --> statement:2:11
      |
    2 | SETTINGS (S3_BUKET 'b')
      |           ^^^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (COLOUR 'blue')"), @"
    error: unknown setting COLOUR; valid are POSITIVE, WEIGHT, CLASS_WEIGHTS, THRESHOLD, FALSE_POSITIVE_COST, FALSE_NEGATIVE_COST, DESCRIPTION
     --> statement:2:11
      |
    2 | SETTINGS (COLOUR 'blue')
      |           ^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (L2 0.5)"), @"
    error: unknown setting L2; valid are POSITIVE, WEIGHT, CLASS_WEIGHTS, THRESHOLD, FALSE_POSITIVE_COST, FALSE_NEGATIVE_COST, DESCRIPTION
     --> statement:2:11
      |
    2 | SETTINGS (L2 0.5)
      |           ^^
      |
      = help: L2 belongs into HYPERPARAMETERS DEFAULT EXCEPT (...) of CREATE MODEL
    ");
    assert_snapshot!(fault("SETTINGS (HORIZON 5)"), @"
    error: the setting HORIZON for forecasting is not supported
     --> statement:2:11
      |
    2 | SETTINGS (HORIZON 5)
      |           ^^^^^^^
      |
      = help: regression and classification can be trained now
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 0.5, threshold 0.6)"), @"
    error: the setting THRESHOLD is given twice
     --> statement:2:26
      |
    2 | SETTINGS (THRESHOLD 0.5, threshold 0.6)
      |                          ^^^^^^^^^
      |
      = help: leave out one of them
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 50)"), @"
    error: THRESHOLD cannot be 50; expected a number from 0 to 1, 'f1', 'accuracy', 'balanced' or 'cost'
     --> statement:2:21
      |
    2 | SETTINGS (THRESHOLD 50)
      |                     ^^
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 'acuracy')"), @"
    error: THRESHOLD cannot be 'acuracy'; expected a number from 0 to 1, 'f1', 'accuracy', 'balanced' or 'cost'
     --> statement:2:21
      |
    2 | SETTINGS (THRESHOLD 'acuracy')
      |                     ^^^^^^^^^
      |
      = help: did you mean 'accuracy'?
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD (0.5, 0.6))"), @"
    error: THRESHOLD cannot be (0.5, 0.6); expected a number from 0 to 1, 'f1', 'accuracy', 'balanced' or 'cost'
     --> statement:2:21
      |
    2 | SETTINGS (THRESHOLD (0.5, 0.6))
      |                     ^^^^^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1)"), @"
    error: the threshold 'cost' needs FALSE_POSITIVE_COST and FALSE_NEGATIVE_COST
     --> statement:2:21
      |
    2 | SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1)
      |                     ^^^^^^
      |
      = help: for example SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST 5)
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 0.5, FALSE_POSITIVE_COST 1)"), @"
    error: FALSE_POSITIVE_COST has no effect without THRESHOLD 'cost'
     --> statement:2:26
      |
    2 | SETTINGS (THRESHOLD 0.5, FALSE_POSITIVE_COST 1)
      |                          ^^^^^^^^^^^^^^^^^^^
      |
      = help: add THRESHOLD 'cost', or leave the costs out
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST -1, FALSE_NEGATIVE_COST 1)"), @"
    error: FALSE_POSITIVE_COST cannot be -1; expected a number of at least 0
     --> statement:2:49
      |
    2 | SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST -1, FALSE_NEGATIVE_COST 1)
      |                                                 ^^
    ");
    assert_snapshot!(fault("SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 0, FALSE_NEGATIVE_COST 0)"), @"
    error: with both costs 0 every threshold costs the same
     --> statement:2:11
      |
    2 | SETTINGS (THRESHOLD 'cost', FALSE_POSITIVE_COST 0, FALSE_NEGATIVE_COST 0)
      |           ^^^^^^^^^^^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (CLASS_WEIGHTS 'balancd')"), @"
    error: CLASS_WEIGHTS cannot be 'balancd'; expected 'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)
     --> statement:2:25
      |
    2 | SETTINGS (CLASS_WEIGHTS 'balancd')
      |                         ^^^^^^^^^
      |
      = help: did you mean 'balanced'?
    ");
    assert_snapshot!(fault("SETTINGS (CLASS_WEIGHTS ('yes', 'no'))"), @"
    error: CLASS_WEIGHTS cannot be 'yes'; expected 'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)
     --> statement:2:26
      |
    2 | SETTINGS (CLASS_WEIGHTS ('yes', 'no'))
      |                          ^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (CLASS_WEIGHTS ('yes' -1))"), @"
    error: CLASS_WEIGHTS cannot be -1; expected 'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)
     --> statement:2:32
      |
    2 | SETTINGS (CLASS_WEIGHTS ('yes' -1))
      |                                ^^
    ");
    assert_snapshot!(fault("SETTINGS (CLASS_WEIGHTS ('yes' 1, 'yes' 2))"), @"
    error: the label 'yes' has two weights
     --> statement:2:35
      |
    2 | SETTINGS (CLASS_WEIGHTS ('yes' 1, 'yes' 2))
      |                                   ^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (CLASS_WEIGHTS ())"), @"
    error: CLASS_WEIGHTS cannot be (); expected 'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)
     --> statement:2:25
      |
    2 | SETTINGS (CLASS_WEIGHTS ())
      |                         ^^
    ");
    assert_snapshot!(fault("SETTINGS (WEIGHT 3)"), @"
    error: WEIGHT cannot be 3; expected the name of a column
     --> statement:2:18
      |
    2 | SETTINGS (WEIGHT 3)
      |                  ^
    ");
    assert_snapshot!(fault("SETTINGS (WEIGHT y)"), @"
    error: column y cannot be both the target and the weight column
     --> statement:2:11
      |
    2 | SETTINGS (WEIGHT y)
      |           ^^^^^^^^
    ");
    assert_snapshot!(fault("SETTINGS (DESCRIPTION nice)"), @"
    error: DESCRIPTION cannot be nice; expected a string
     --> statement:2:23
      |
    2 | SETTINGS (DESCRIPTION nice)
      |                       ^^^^
    ");
    assert_snapshot!(fault("PROBLEM_TYPE REGRESSION SETTINGS (THRESHOLD 0.5)"), @"
    error: THRESHOLD does not fit: regression has no labels
     --> statement:2:35
      |
    2 | PROBLEM_TYPE REGRESSION SETTINGS (THRESHOLD 0.5)
      |                                   ^^^^^^^^^^^^^
      |
      = help: THRESHOLD is for binary classification: leave it out, or change PROBLEM_TYPE or OBJECTIVE
    ");
    assert_snapshot!(fault("OBJECTIVE 'mse' SETTINGS (CLASS_WEIGHTS 'balanced')"), @"
    error: CLASS_WEIGHTS does not fit: regression has no labels
     --> statement:2:27
      |
    2 | OBJECTIVE 'mse' SETTINGS (CLASS_WEIGHTS 'balanced')
      |                           ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: CLASS_WEIGHTS is for classification: leave it out, or change PROBLEM_TYPE or OBJECTIVE
    ");
    assert_snapshot!(fault("PROBLEM_TYPE MULTICLASS_CLASSIFICATION SETTINGS (POSITIVE 'a')"), @"
    error: POSITIVE does not fit: a model of several labels has no threshold
     --> statement:2:50
      |
    2 | PROBLEM_TYPE MULTICLASS_CLASSIFICATION SETTINGS (POSITIVE 'a')
      |                                                  ^^^^^^^^^^^^
      |
      = help: POSITIVE is for binary classification: leave it out, or change PROBLEM_TYPE or OBJECTIVE
    ");
}

#[test]
fn faults_of_hyperparameters_and_split() {
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (l2 -1)"), @r"
        error: L2 cannot be -1; expected a number of at least 0, a list of such numbers, or 'auto'
         --> statement:2:36
          |
        2 | HYPERPARAMETERS DEFAULT EXCEPT (l2 -1)
          |                                    ^^
        ");
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (l2 'NaN')"), @r"
        error: L2 cannot be 'NaN'; expected a number of at least 0, a list of such numbers, or 'auto'
         --> statement:2:36
          |
        2 | HYPERPARAMETERS DEFAULT EXCEPT (l2 'NaN')
          |                                    ^^^^^
        ");
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (max_iterations 1.5)"), @"
    error: MAX_ITERATIONS cannot be 1.5; expected a whole number of at least 1
     --> statement:2:48
      |
    2 | HYPERPARAMETERS DEFAULT EXCEPT (max_iterations 1.5)
      |                                                ^^^
    ");
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (tolerance 0)"), @"
    error: TOLERANCE cannot be 0; expected a number greater than 0
     --> statement:2:43
      |
    2 | HYPERPARAMETERS DEFAULT EXCEPT (tolerance 0)
      |                                           ^
    ");
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (num_round '10')"), @r"
        error: unknown hyperparameter NUM_ROUND; valid are FAMILY, TWEEDIE_POWER, FIT_INTERCEPT, L1, L2, MAX_ITERATIONS, TOLERANCE, EARLY_STOP, MIN_REL_PROGRESS
         --> statement:2:33
          |
        2 | HYPERPARAMETERS DEFAULT EXCEPT (num_round '10')
          |                                 ^^^^^^^^^
        ");
    assert_snapshot!(fault("HYPERPARAMETERS DEFAULT EXCEPT (threshold 0.5)"), @r"
        error: unknown hyperparameter THRESHOLD; valid are FAMILY, TWEEDIE_POWER, FIT_INTERCEPT, L1, L2, MAX_ITERATIONS, TOLERANCE, EARLY_STOP, MIN_REL_PROGRESS
         --> statement:2:33
          |
        2 | HYPERPARAMETERS DEFAULT EXCEPT (threshold 0.5)
          |                                 ^^^^^^^^^
          |
          = help: THRESHOLD belongs into SETTINGS (...) of CREATE MODEL
        ");
    assert_snapshot!(fault("SPLIT (RATIO 1)"), @"
    error: RATIO cannot be 1; expected the share of rows to train on, greater than 0 and less than 1
     --> statement:2:14
      |
    2 | SPLIT (RATIO 1)
      |              ^
      |
      = help: SPLIT NONE trains on all rows
    ");
    assert_snapshot!(fault("SPLIT (RATIO 70)"), @"
    error: RATIO cannot be 70; expected the share of rows to train on, greater than 0 and less than 1
     --> statement:2:14
      |
    2 | SPLIT (RATIO 70)
      |              ^^
    ");
    assert_snapshot!(fault("SPLIT (SEED 1.5)"), @"
    error: SEED cannot be 1.5; expected a whole number of at least 0
     --> statement:2:13
      |
    2 | SPLIT (SEED 1.5)
      |             ^^^
    ");
    assert_snapshot!(fault("SPLIT (COLUMN c, RATIO 0.5)"), @"
    error: RATIO has no effect in SPLIT (COLUMN ...)
     --> statement:2:24
      |
    2 | SPLIT (COLUMN c, RATIO 0.5)
      |                        ^^^
      |
      = help: leave out RATIO or COLUMN
    ");
    assert_snapshot!(fault("SPLIT (ORDER BY c, SEED 5)"), @"
    error: SEED has no effect in SPLIT (ORDER BY ...)
     --> statement:2:25
      |
    2 | SPLIT (ORDER BY c, SEED 5)
      |                         ^
      |
      = help: leave out SEED or ORDER BY
    ");
    assert_snapshot!(fault("SPLIT (KEY (a, a))"), @"
    error: column a is twice among the key columns
     --> statement:2:8
      |
    2 | SPLIT (KEY (a, a))
      |        ^^^
    ");
    assert_snapshot!(fault("SPLIT (COLUMN y)"), @"
    error: column y cannot be both the target and the split column
     --> statement:2:8
      |
    2 | SPLIT (COLUMN y)
      |        ^^^^^^
    ");
}
