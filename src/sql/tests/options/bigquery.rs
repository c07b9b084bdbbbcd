//! What BigQuery's form asks of training, and options that cannot be.

use insta::assert_snapshot;

use super::create;
use crate::automl::{ClassWeights, PenaltyChoice, Split, TrainSpec, TuningObjective};
use crate::model::ProblemType;
use crate::sql::ast::{AlterAction, Statement};
use crate::sql::bigquery_alteration;
use crate::sql::options::train_spec;
use crate::sql::tests::parse;

fn text(model_type: &str, options: &str) -> String {
    format!("CREATE MODEL m OPTIONS (model_type = '{model_type}'\n{options}) AS SELECT * FROM t")
}

fn spec_and_notices(model_type: &str, options: &str) -> (TrainSpec, Vec<String>) {
    let text = text(model_type, options);
    train_spec(&create(&text)).unwrap_or_else(|error| panic!("{}", error.in_text(&text).render()))
}

fn linear(options: &str) -> TrainSpec {
    spec_and_notices("linear_reg", options).0
}

fn logistic(options: &str) -> TrainSpec {
    spec_and_notices("LOGISTIC_REG", options).0
}

fn notices(model_type: &str, options: &str) -> String {
    spec_and_notices(model_type, options).1.join("\n")
}

fn fault_of(text: &str) -> String {
    train_spec(&create(text)).expect_err(text).in_text(text).render()
}

fn fault(model_type: &str, options: &str) -> String {
    fault_of(&text(model_type, options))
}

#[test]
fn defaults_are_those_of_bigquery() {
    let spec = logistic("");
    assert_eq!((spec.target.as_str(), spec.function.as_str(), spec.problem), ("label", "predict_m", None));
    assert!(
        spec.text_is_category && spec.ordered_labels && spec.fit_intercept && spec.threshold.is_none() && spec.positive.is_none()
    );
    assert_eq!((&spec.l1, &spec.l2, &spec.split), (&None, &Some(PenaltyChoice::Fixed(0.0)), &Split::auto()));
    assert_eq!((spec.max_iterations, spec.min_rel_progress, &spec.class_weights), (None, None, &ClassWeights::None));
    let spec = linear("");
    assert_eq!((spec.problem, spec.ordered_labels), (Some(ProblemType::Regression), false));
    assert_eq!((&spec.l2, &spec.split), (&Some(PenaltyChoice::Fixed(0.0)), &Split::auto()));
    assert_eq!(spec.statement, "CREATE MODEL m OPTIONS (MODEL_TYPE = 'linear_reg') AS SELECT * FROM t");
}

#[test]
fn options_of_linear_models() {
    assert_eq!(linear(", input_label_cols = ['Body Mass']").target, "Body Mass");
    assert_eq!(linear(", LABELS = [\"y\"],").target, "y");
    assert!(!linear(", fit_intercept = false").fit_intercept);
    assert_eq!(linear(", l2_reg = 0.5").l2, Some(PenaltyChoice::Fixed(0.5)));
    assert_eq!(linear(", l1_reg = 2").l1, Some(PenaltyChoice::Fixed(2.0)));
    assert_eq!(logistic(", max_iterations = 7").max_iterations, Some(7));
    assert_eq!(linear(", max_iterations = 7, early_stop = true").max_iterations, None);
    assert_eq!(logistic(", early_stop = TRUE").min_rel_progress, Some(0.01));
    assert_eq!(logistic(", early_stop = false").min_rel_progress, None);
    assert_eq!(logistic(", min_rel_progress = 0.005").min_rel_progress, Some(0.005));
    assert_eq!(logistic(", auto_class_weights = true").class_weights, ClassWeights::Balanced);
    let weights = ClassWeights::from([("yes", 2.0), ("no", 1.0)]);
    for listed in ["STRUCT('yes', 2), STRUCT('no', 1)", "('yes', 2.0), ('no', 1.0)", "STRUCT('yes' AS l, 2 AS w), ('no', 1)"] {
        assert_eq!(logistic(&format!(", class_weights = [{listed}]")).class_weights, weights);
    }
}

#[test]
fn splits() {
    let split = |options: &str| linear(&format!(", {options}")).split;
    assert_eq!(split("data_split_method = 'auto_split'"), Split::auto());
    assert_eq!(split("data_split_method = 'NO_SPLIT'"), Split::None);
    assert_eq!(split("data_split_method = 'RANDOM'"), Split::random(0.8));
    assert_eq!(split("data_split_method = 'random', data_split_eval_fraction = 0.25"), Split::random(0.75));
    assert_eq!(split("data_split_method = 'CUSTOM', data_split_col = 'test'"), Split::Custom { column: "test".into() });
    let seq = split("data_split_method = 'seq', data_split_col = 'ts', data_split_eval_fraction = 0.5");
    assert_eq!(seq, Split::OrderBy { ratio: 0.5, column: "ts".into() });
    assert_eq!(split("data_split_method = 'RANDOM', data_split_test_fraction = 0.0"), Split::random(0.8));
}

#[test]
fn tuning() {
    let spec = linear(", num_trials = 3, l2_reg = HPARAM_RANGE(1, 100)");
    assert_eq!((spec.l1, spec.l2), (None, Some(PenaltyChoice::from([1.0, 10.0, 100.0]))));
    let spec = logistic(", num_trials = 20, l2_reg = hparam_candidates([0, 0.1, 1, 10]), hparam_tuning_objectives = ['roc_auc']");
    assert_eq!(spec.l2, Some(PenaltyChoice::from([0.0, 0.1, 1.0, 10.0])));
    let spec = linear(", num_trials = 4, l1_reg = HPARAM_RANGE(0, 5), l2_reg = HPARAM_CANDIDATES([0, 1])");
    assert_eq!((spec.l1, spec.l2), (Some(PenaltyChoice::from([0.0, 5.0])), Some(PenaltyChoice::from([0.0, 1.0]))));
    // Without anything tuned L2_REG is, in BigQuery's range.
    assert_eq!(linear(", num_trials = 3").l2, Some(PenaltyChoice::from([0.0, 0.01, 10.0])));
    let objective = |spec: TrainSpec| spec.tuning.map(TuningObjective::name);
    assert_eq!(objective(linear("")), None);
    assert_eq!(objective(linear(", num_trials = 2")), Some("r2_score"));
    assert_eq!(objective(logistic(", num_trials = 2")), Some("roc_auc"));
    for name in [
        "R2_SCORE",
        "EXPLAINED_VARIANCE",
        "MEDIAN_ABSOLUTE_ERROR",
        "MEAN_ABSOLUTE_ERROR",
        "MEAN_SQUARED_ERROR",
        "mean_squared_log_error",
    ] {
        let asked = linear(&format!(", num_trials = 2, hparam_tuning_objectives = ['{name}']"));
        assert_eq!(objective(asked), Some(name.to_ascii_lowercase().as_str()));
    }
    for name in ["ROC_AUC", "precision", "RECALL", "ACCURACY", "F1_SCORE", "LOG_LOSS"] {
        let asked = logistic(&format!(", num_trials = 2, hparam_tuning_objectives = ['{name}']"));
        assert_eq!(objective(asked), Some(name.to_ascii_lowercase().as_str()));
    }
}

#[test]
fn notices_say_why() {
    assert_snapshot!(notices("linear_reg", ""), @"");
    assert_snapshot!(notices("linear_reg", ", optimize_strategy = 'normal_equation', MODEL_REGISTRY = 'vertex_ai', max_iterations = 5"), @"without effect here: OPTIMIZE_STRATEGY (the solver is chosen by the size of the data and says so in the report); MODEL_REGISTRY (models stay on this machine); MAX_ITERATIONS (least squares is solved exactly)");
    assert_snapshot!(notices("logistic_reg", ", ls_init_learn_rate = .15, enable_global_explain = TRUE, l2_reg = 1"), @r"
        without effect here: LS_INIT_LEARN_RATE (training takes Newton steps, which have no learning rate); ENABLE_GLOBAL_EXPLAIN (ml_global_explain is there for every model)
        L1_REG weighs Σ|β| and L2_REG ½Σβ² of standardised columns against the loss summed over all rows
        ");
    assert_snapshot!(notices("linear_reg", ", num_trials = 2, hparam_tuning_objectives = ['r2_score'], data_split_method = 'custom', data_split_col = 'part'"), @r"
        L1_REG weighs Σ|β| and L2_REG ½Σβ² of standardised columns against the loss summed over all rows
        penalties are chosen by cross-validation on the rows that DATA_SPLIT_COL marks TRAIN; those marked EVAL and TEST are held out together, for the final figures
        ");
    assert_snapshot!(notices("logistic_reg", ", early_stop = false, min_rel_progress = 0.01"), @"without effect here: MIN_REL_PROGRESS (EARLY_STOP is FALSE)");
    assert_snapshot!(notices("logistic_reg", ", hparam_tuning_objectives = ['log_loss']"), @"without effect here: HPARAM_TUNING_OBJECTIVES (nothing is tuned without NUM_TRIALS)");
    assert_snapshot!(notices("logistic_reg", ", data_split_eval_fraction = 0.1, category_encoding_method = 'ONE_HOT_ENCODING', calculate_p_values = true"), @"without effect here: CALCULATE_P_VALUES (ml_advanced_weights has them of every model without a penalty); DATA_SPLIT_EVAL_FRACTION (only DATA_SPLIT_METHOD 'RANDOM' and 'SEQ' hold out a share); CATEGORY_ENCODING_METHOD (without a penalty both encodings predict the same)");
}

#[test]
fn faults_of_model_types() {
    assert_snapshot!(fault_of("CREATE MODEL m OPTIONS () AS SELECT 1"), @r"
        error: the option MODEL_TYPE is missing
         --> statement:1:24
          |
        1 | CREATE MODEL m OPTIONS () AS SELECT 1
          |                        ^^
          |
          = help: for example MODEL_TYPE = 'LOGISTIC_REG'
        ");
    assert_snapshot!(fault_of("CREATE MODEL m AS SELECT 1"), @r"
        error: the option MODEL_TYPE is missing
         --> statement:1:14
          |
        1 | CREATE MODEL m AS SELECT 1
          |              ^
          |
          = help: for example MODEL_TYPE = 'LOGISTIC_REG'
        ");
    assert_snapshot!(fault("LINEAR_REGRESSOR", ""), @r"
        error: MODEL_TYPE cannot be 'LINEAR_REGRESSOR'; expected one of LINEAR_REG, LOGISTIC_REG, BOOSTED_TREE_CLASSIFIER, BOOSTED_TREE_REGRESSOR, RANDOM_FOREST_CLASSIFIER, RANDOM_FOREST_REGRESSOR, DNN_CLASSIFIER, DNN_REGRESSOR, DNN_LINEAR_COMBINED_CLASSIFIER, DNN_LINEAR_COMBINED_REGRESSOR, AUTOML_CLASSIFIER, AUTOML_REGRESSOR, KMEANS, PCA, AUTOENCODER, MATRIX_FACTORIZATION, ARIMA_PLUS, ARIMA_PLUS_XREG, ARIMA, TENSORFLOW, TENSORFLOW_LITE, ONNX, XGBOOST, TRANSFORM_ONLY, CONTRIBUTION_ANALYSIS
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'LINEAR_REGRESSOR'
          |                                      ^^^^^^^^^^^^^^^^^^
          |
          = help: did you mean 'LINEAR_REG'?
        ");
    assert_snapshot!(fault("boosted_tree_classifer", ""), @r"
        error: MODEL_TYPE cannot be 'boosted_tree_classifer'; expected one of LINEAR_REG, LOGISTIC_REG, BOOSTED_TREE_CLASSIFIER, BOOSTED_TREE_REGRESSOR, RANDOM_FOREST_CLASSIFIER, RANDOM_FOREST_REGRESSOR, DNN_CLASSIFIER, DNN_REGRESSOR, DNN_LINEAR_COMBINED_CLASSIFIER, DNN_LINEAR_COMBINED_REGRESSOR, AUTOML_CLASSIFIER, AUTOML_REGRESSOR, KMEANS, PCA, AUTOENCODER, MATRIX_FACTORIZATION, ARIMA_PLUS, ARIMA_PLUS_XREG, ARIMA, TENSORFLOW, TENSORFLOW_LITE, ONNX, XGBOOST, TRANSFORM_ONLY, CONTRIBUTION_ANALYSIS
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'boosted_tree_classifer'
          |                                      ^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: did you mean 'BOOSTED_TREE_CLASSIFIER'?
        ");
    assert_snapshot!(fault("something", ""), @r"
        error: MODEL_TYPE cannot be 'something'; expected one of LINEAR_REG, LOGISTIC_REG, BOOSTED_TREE_CLASSIFIER, BOOSTED_TREE_REGRESSOR, RANDOM_FOREST_CLASSIFIER, RANDOM_FOREST_REGRESSOR, DNN_CLASSIFIER, DNN_REGRESSOR, DNN_LINEAR_COMBINED_CLASSIFIER, DNN_LINEAR_COMBINED_REGRESSOR, AUTOML_CLASSIFIER, AUTOML_REGRESSOR, KMEANS, PCA, AUTOENCODER, MATRIX_FACTORIZATION, ARIMA_PLUS, ARIMA_PLUS_XREG, ARIMA, TENSORFLOW, TENSORFLOW_LITE, ONNX, XGBOOST, TRANSFORM_ONLY, CONTRIBUTION_ANALYSIS
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'something'
          |                                      ^^^^^^^^^^^
        ");
    assert_snapshot!(fault_of("CREATE MODEL m OPTIONS (model_type = linear_reg) AS SELECT 1"), @r"
        error: MODEL_TYPE cannot be linear_reg; expected the type of a model as a string, for example 'LINEAR_REG'
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = linear_reg) AS SELECT 1
          |                                      ^^^^^^^^^^
        ");
    assert_snapshot!(fault("boosted_tree_classifier", ", booster_type = 'GBTREE', max_tree_depth = HPARAM_RANGE(3, 9), num_trials = 5"), @r"
        error: MODEL_TYPE 'boosted_tree_classifier' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'boosted_tree_classifier'
          |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault("kmeans", ", num_clusters = 4, distance_type = 'cosine', standardize_features = true"), @r"
        error: MODEL_TYPE 'kmeans' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'kmeans'
          |                                      ^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault("arima_plus", ", time_series_timestamp_col = 'd', time_series_data_col = 'y', holiday_region = ['US', 'GB']"), @r"
        error: MODEL_TYPE 'arima_plus' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'arima_plus'
          |                                      ^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault("matrix_factorization", ", user_col = 'u', item_col = 'i', rating_col = 'r', l2_reg = 9.83"), @r"
        error: MODEL_TYPE 'matrix_factorization' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'matrix_factorization'
          |                                      ^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault_of("CREATE MODEL m REMOTE WITH CONNECTION DEFAULT OPTIONS (endpoint = 'e')"), @r"
        error: a remote model is not supported
         --> statement:1:39
          |
        1 | CREATE MODEL m REMOTE WITH CONNECTION DEFAULT OPTIONS (endpoint = 'e')
          |                                       ^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault_of("CREATE MODEL m OPTIONS (model_type = 'TENSORFLOW', model_path = 'gs://b/*')"), @r"
        error: MODEL_TYPE 'TENSORFLOW' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'TENSORFLOW', model_path = 'gs://b/*')
          |                                      ^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault_of("CREATE MODEL m INPUT (a INT64) OUTPUT (b FLOAT64) OPTIONS (model_type = 'linear_reg') AS SELECT 1"), @r"
        error: INPUT belongs to models that are made elsewhere
         --> statement:1:22
          |
        1 | CREATE MODEL m INPUT (a INT64) OUTPUT (b FLOAT64) OPTIONS (model_type = 'linear_reg') AS SELECT 1
          |                      ^^^^^^^^^
          |
          = help: a trained model has the columns of its query
        ");
    assert_snapshot!(fault_of("CREATE MODEL m OPTIONS (model_type = 'linear_reg')"), @r"
        error: the model has no training query
         --> statement:1:14
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg')
          |              ^
          |
          = help: AS and one query stand at the end: OPTIONS (...) AS SELECT ... FROM ...
        ");
    assert_snapshot!(fault_of("CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS (training_data AS (SELECT 1), custom_holiday AS (SELECT 2))"), @r"
        error: the model has no training query
         --> statement:1:55
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS (training_data AS (SELECT 1), custom_holiday AS (SELECT 2))
          |                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: AS and one query stand at the end: OPTIONS (...) AS SELECT ... FROM ...
        ");
}

#[test]
fn faults_of_options() {
    assert_snapshot!(fault("linear_reg", ", l2_rge = 1"), @r"
        error: unknown option L2_RGE; did you mean L2_REG?
         --> statement:2:3
          |
        2 | , l2_rge = 1) AS SELECT * FROM t
          |   ^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", input_label_col = ['y']"), @r"
        error: unknown option INPUT_LABEL_COL; did you mean INPUT_LABEL_COLS?
         --> statement:2:3
          |
        2 | , input_label_col = ['y']) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("boosted_tree_classifier", ", dart_normalized_type = 'TREE'"), @r"
        error: unknown option DART_NORMALIZED_TYPE; did you mean DART_NORMALIZE_TYPE?
         --> statement:2:3
          |
        2 | , dart_normalized_type = 'TREE') AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", booster_type = 'DART'"), @r"
        error: BOOSTER_TYPE is no option of MODEL_TYPE 'LINEAR_REG'
         --> statement:2:3
          |
        2 | , booster_type = 'DART') AS SELECT * FROM t
          |   ^^^^^^^^^^^^
          |
          = help: it belongs to BOOSTED_TREE_CLASSIFIER, BOOSTED_TREE_REGRESSOR: leave it out, or change MODEL_TYPE
        ");
    assert_snapshot!(fault("linear_reg", ", auto_class_weights = true"), @r"
        error: AUTO_CLASS_WEIGHTS is no option of MODEL_TYPE 'LINEAR_REG'
         --> statement:2:3
          |
        2 | , auto_class_weights = true) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^^^^
          |
          = help: it belongs to LOGISTIC_REG, BOOSTED_TREE_CLASSIFIER, RANDOM_FOREST_CLASSIFIER, DNN_CLASSIFIER, DNN_LINEAR_COMBINED_CLASSIFIER: leave it out, or change MODEL_TYPE
        ");
    assert_snapshot!(fault("linear_reg", ", endpoint = 'e'"), @r"
        error: ENDPOINT is no option of MODEL_TYPE 'LINEAR_REG'
         --> statement:2:3
          |
        2 | , endpoint = 'e') AS SELECT * FROM t
          |   ^^^^^^^^
          |
          = help: it belongs to remote models: leave it out
        ");
    assert_snapshot!(fault("linear_reg", ", l2_reg = 1, L2_REG = 2"), @r"
        error: the option L2_REG is given twice
         --> statement:2:15
          |
        2 | , l2_reg = 1, L2_REG = 2) AS SELECT * FROM t
          |               ^^^^^^
          |
          = help: leave out one of them
        ");
    assert_snapshot!(fault("linear_reg", ", l2_reg = '1'"), @r"
        error: L2_REG cannot be '1'; expected a number of at least 0
         --> statement:2:12
          |
        2 | , l2_reg = '1') AS SELECT * FROM t
          |            ^^^
          |
          = help: it stands without quotes: 1
        ");
    assert_snapshot!(fault("linear_reg", ", l2_reg = -1"), @r"
        error: L2_REG cannot be -1; expected a number of at least 0
         --> statement:2:12
          |
        2 | , l2_reg = -1) AS SELECT * FROM t
          |            ^^
        ");
    assert_snapshot!(fault("linear_reg", ", fit_intercept = 'true'"), @r"
        error: FIT_INTERCEPT cannot be 'true'; expected TRUE or FALSE
         --> statement:2:19
          |
        2 | , fit_intercept = 'true') AS SELECT * FROM t
          |                   ^^^^^^
          |
          = help: it stands without quotes: true
        ");
    assert_snapshot!(fault("linear_reg", ", max_iterations = 0"), @r"
        error: MAX_ITERATIONS cannot be 0; expected a whole number of at least 1
         --> statement:2:20
          |
        2 | , max_iterations = 0) AS SELECT * FROM t
          |                    ^
        ");
    assert_snapshot!(fault("linear_reg", ", max_iterations = 2.5"), @r"
        error: MAX_ITERATIONS cannot be 2.5; expected a whole number of at least 1
         --> statement:2:20
          |
        2 | , max_iterations = 2.5) AS SELECT * FROM t
          |                    ^^^
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'RANDM'"), @r"
        error: DATA_SPLIT_METHOD cannot be 'RANDM'; expected one of 'AUTO_SPLIT', 'RANDOM', 'CUSTOM', 'SEQ', 'NO_SPLIT'
         --> statement:2:23
          |
        2 | , data_split_method = 'RANDM') AS SELECT * FROM t
          |                       ^^^^^^^
          |
          = help: did you mean 'RANDOM'?
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = RANDOM"), @r"
        error: DATA_SPLIT_METHOD cannot be RANDOM; expected one of 'AUTO_SPLIT', 'RANDOM', 'CUSTOM', 'SEQ', 'NO_SPLIT'
         --> statement:2:23
          |
        2 | , data_split_method = RANDOM) AS SELECT * FROM t
          |                       ^^^^^^
          |
          = help: a string stands in quotes: 'RANDOM'
        ");
    assert_snapshot!(fault("linear_reg", ", input_label_cols = 'y'"), @r"
        error: INPUT_LABEL_COLS cannot be 'y'; expected strings in square brackets, for example ['a', 'b']
         --> statement:2:22
          |
        2 | , input_label_cols = 'y') AS SELECT * FROM t
          |                      ^^^
          |
          = help: write ['y']
        ");
    assert_snapshot!(fault("linear_reg", ", input_label_cols = ['y', 'z']"), @r"
        error: INPUT_LABEL_COLS cannot be ['y', 'z']; expected one column, for example ['churned']
         --> statement:2:22
          |
        2 | , input_label_cols = ['y', 'z']) AS SELECT * FROM t
          |                      ^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", input_label_cols = ['y'], labels = ['y']"), @r"
        error: LABELS is the old name of INPUT_LABEL_COLS; both are given
         --> statement:2:29
          |
        2 | , input_label_cols = ['y'], labels = ['y']) AS SELECT * FROM t
          |                             ^^^^^^
          |
          = help: leave out one of them
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'RANDOM', data_split_eval_fraction = 20"), @r"
        error: DATA_SPLIT_EVAL_FRACTION cannot be 20; expected a number from 0 to 1
         --> statement:2:60
          |
        2 | , data_split_method = 'RANDOM', data_split_eval_fraction = 20) AS SELECT * FROM t
          |                                                            ^^
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'RANDOM', data_split_eval_fraction = 1"), @r"
        error: DATA_SPLIT_EVAL_FRACTION cannot be 1; expected a number greater than 0 and less than 1
         --> statement:2:60
          |
        2 | , data_split_method = 'RANDOM', data_split_eval_fraction = 1) AS SELECT * FROM t
          |                                                            ^
          |
          = help: DATA_SPLIT_METHOD 'NO_SPLIT' trains on all rows
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'CUSTOM'"), @r"
        error: this DATA_SPLIT_METHOD needs DATA_SPLIT_COL
         --> statement:2:23
          |
        2 | , data_split_method = 'CUSTOM') AS SELECT * FROM t
          |                       ^^^^^^^^
          |
          = help: name the column: DATA_SPLIT_COL = 'is_test'
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'NO_SPLIT', data_split_col = 'c'"), @r"
        error: DATA_SPLIT_COL has no effect with DATA_SPLIT_METHOD 'NO_SPLIT'
         --> statement:2:35
          |
        2 | , data_split_method = 'NO_SPLIT', data_split_col = 'c') AS SELECT * FROM t
          |                                   ^^^^^^^^^^^^^^
          |
          = help: DATA_SPLIT_METHOD 'CUSTOM' and 'SEQ' split by a column; else leave it out
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_test_fraction = 0.1"), @r"
        error: DATA_SPLIT_TEST_FRACTION is not supported
         --> statement:2:3
          |
        2 | , data_split_test_fraction = 0.1) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: penalties are chosen by cross-validation on the training rows, so the rows that DATA_SPLIT_EVAL_FRACTION holds out are test rows: leave it out
        ");
    assert_snapshot!(fault("linear_reg", ", data_split_method = 'SEQ', data_split_col = 'label'"), @r"
        error: column label cannot be both the target and the split column
         --> statement:2:30
          |
        2 | , data_split_method = 'SEQ', data_split_col = 'label') AS SELECT * FROM t
          |                              ^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", learn_rate = 0.1"), @r"
        error: LEARN_RATE has no effect without LEARN_RATE_STRATEGY = 'CONSTANT'
         --> statement:2:3
          |
        2 | , learn_rate = 0.1) AS SELECT * FROM t
          |   ^^^^^^^^^^
          |
          = help: training has no learning rate here: leave it out
        ");
    assert_snapshot!(fault("linear_reg", ", l2_reg = HPARAM_RANGE(0, 1)"), @r"
        error: L2_REG is tuned, but NUM_TRIALS is missing
         --> statement:2:12
          |
        2 | , l2_reg = HPARAM_RANGE(0, 1)) AS SELECT * FROM t
          |            ^^^^^^^^^^^^^^^^^^
          |
          = help: for example NUM_TRIALS = 10
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, l2_reg = HPARAM_RANGE(1, 0)"), @r"
        error: L2_REG cannot be HPARAM_RANGE(1, 0); expected HPARAM_RANGE(least, most) with two numbers, the first less than the second
         --> statement:2:28
          |
        2 | , num_trials = 3, l2_reg = HPARAM_RANGE(1, 0)) AS SELECT * FROM t
          |                            ^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, l2_reg = HPARAM_CANDIDATES(1, 2)"), @r"
        error: L2_REG cannot be HPARAM_CANDIDATES(1, 2); expected HPARAM_CANDIDATES([...]) with one list that is not empty
         --> statement:2:28
          |
        2 | , num_trials = 3, l2_reg = HPARAM_CANDIDATES(1, 2)) AS SELECT * FROM t
          |                            ^^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, l2_reg = HPARAM_CANDIDATES(['a'])"), @r"
        error: L2_REG cannot be HPARAM_CANDIDATES(['a']); expected numbers of at least 0
         --> statement:2:28
          |
        2 | , num_trials = 3, l2_reg = HPARAM_CANDIDATES(['a'])) AS SELECT * FROM t
          |                            ^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, l2_reg = HPARAM_CANDIDATES([1, -1])"), @r"
        error: L2_REG cannot be -1; expected a number of at least 0
         --> statement:2:19
          |
        2 | , num_trials = 3, l2_reg = HPARAM_CANDIDATES([1, -1])) AS SELECT * FROM t
          |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, early_stop = HPARAM_CANDIDATES([true])"), @r"
        error: EARLY_STOP cannot be tuned
         --> statement:2:32
          |
        2 | , num_trials = 3, early_stop = HPARAM_CANDIDATES([true])) AS SELECT * FROM t
          |                                ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: give it one value, TRUE or FALSE
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 1000"), @r"
        error: NUM_TRIALS cannot be 1000; expected a whole number from 1 to 100
         --> statement:2:16
          |
        2 | , num_trials = 1000) AS SELECT * FROM t
          |                ^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, l2_reg = 1"), @r"
        error: NUM_TRIALS has nothing to tune: L2_REG has one value
         --> statement:2:3
          |
        2 | , num_trials = 3, l2_reg = 1) AS SELECT * FROM t
          |   ^^^^^^^^^^
          |
          = help: leave it out, or tune L2_REG = HPARAM_RANGE(0, 10)
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, hparam_tuning_objectives = ['R2_SCORE', 'MEAN_SQUARED_ERROR']"), @r"
        error: trials are compared by one objective
         --> statement:2:59
          |
        2 | , num_trials = 3, hparam_tuning_objectives = ['R2_SCORE', 'MEAN_SQUARED_ERROR']) AS SELECT * FROM t
          |                                                           ^^^^^^^^^^^^^^^^^^^^
          |
          = help: leave out all but one
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, hparam_tuning_objectives = []"), @r"
        error: HPARAM_TUNING_OBJECTIVES cannot be []; expected one of R2_SCORE, EXPLAINED_VARIANCE, MEDIAN_ABSOLUTE_ERROR, MEAN_ABSOLUTE_ERROR, MEAN_SQUARED_ERROR, MEAN_SQUARED_LOG_ERROR in square brackets
         --> statement:2:46
          |
        2 | , num_trials = 3, hparam_tuning_objectives = []) AS SELECT * FROM t
          |                                              ^^
        ");
    assert_snapshot!(fault("logistic_reg", ", num_trials = 3, hparam_tuning_objectives = ['DAVIES_BOULDIN_INDEX']"), @r"
        error: 'DAVIES_BOULDIN_INDEX' is no objective of LOGISTIC_REG
         --> statement:2:47
          |
        2 | , num_trials = 3, hparam_tuning_objectives = ['DAVIES_BOULDIN_INDEX']) AS SELECT * FROM t
          |                                               ^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: it has ROC_AUC, PRECISION, RECALL, ACCURACY, F1_SCORE, LOG_LOSS
        ");
    assert_snapshot!(fault("dnn_classifier", ", optimizer = 'ADM'"), @r"
        error: OPTIMIZER cannot be 'ADM'; expected one of 'ADAGRAD', 'ADAM', 'FTRL', 'RMSPROP', 'SGD'
         --> statement:2:15
          |
        2 | , optimizer = 'ADM') AS SELECT * FROM t
          |               ^^^^^
          |
          = help: did you mean 'ADAM'?
        ");
    assert_snapshot!(fault("dnn_linear_combined_regressor", ", learn_rate = [('dnn', 0.1), ('linear', -1)]"), @r"
        error: LEARN_RATE cannot be [('dnn', 0.1), ('linear', -1)]; expected a number of at least 0
         --> statement:2:16
          |
        2 | , learn_rate = [('dnn', 0.1), ('linear', -1)]) AS SELECT * FROM t
          |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("linear_reg", ", learn_rate_strategy = 'CONSTANT', learn_rate = [('dnn', 0.1)]"), @r"
        error: LEARN_RATE cannot be [('dnn', 0.1)]; expected a number of at least 0
         --> statement:2:50
          |
        2 | , learn_rate_strategy = 'CONSTANT', learn_rate = [('dnn', 0.1)]) AS SELECT * FROM t
          |                                                  ^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("dnn_linear_combined_classifier", ", optimizer = [('dnn', 'ADAM'), ('linear', 'FTRL')], learn_rate = [('dnn', 0.1)]"), @r"
        error: MODEL_TYPE 'dnn_linear_combined_classifier' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'dnn_linear_combined_classifier'
          |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault("arima_plus", ", non_seasonal_order = (1, 2)"), @r"
        error: NON_SEASONAL_ORDER cannot be (1, 2); expected three whole numbers, for example (1, 1, 2)
         --> statement:2:24
          |
        2 | , non_seasonal_order = (1, 2)) AS SELECT * FROM t
          |                        ^^^^^^
        ");
    assert_snapshot!(fault("arima_plus", ", non_seasonal_order = (1, 0, 2), holiday_region = ['US', 'DE'], time_series_id_col = 'id'"), @r"
        error: MODEL_TYPE 'arima_plus' is not supported
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'arima_plus'
          |                                      ^^^^^^^^^^^^
          |
          = help: LINEAR_REG and LOGISTIC_REG can be trained now
        ");
    assert_snapshot!(fault("linear_reg", ", num_trials = 3, hparam_tuning_objectives = ['ROC_AUC']"), @r"
        error: 'ROC_AUC' is no objective of LINEAR_REG
         --> statement:2:47
          |
        2 | , num_trials = 3, hparam_tuning_objectives = ['ROC_AUC']) AS SELECT * FROM t
          |                                               ^^^^^^^^^
          |
          = help: it has R2_SCORE, EXPLAINED_VARIANCE, MEDIAN_ABSOLUTE_ERROR, MEAN_ABSOLUTE_ERROR, MEAN_SQUARED_ERROR, MEAN_SQUARED_LOG_ERROR
        ");
    assert_snapshot!(fault("logistic_reg", ", num_trials = 3, hparam_tuning_objectives = ['roc_acu']"), @r"
        error: HPARAM_TUNING_OBJECTIVES cannot be 'roc_acu'; expected a list of some of 'R2_SCORE', 'EXPLAINED_VARIANCE', 'MEDIAN_ABSOLUTE_ERROR', 'MEAN_ABSOLUTE_ERROR', 'MEAN_SQUARED_ERROR', 'MEAN_SQUARED_LOG_ERROR', 'ROC_AUC', 'PRECISION', 'RECALL', 'ACCURACY', 'F1_SCORE', 'LOG_LOSS', 'DAVIES_BOULDIN_INDEX', 'MEAN_AVERAGE_PRECISION', 'NORMALIZED_DISCOUNTED_CUMULATIVE_GAIN', 'AVERAGE_RANK'
         --> statement:2:47
          |
        2 | , num_trials = 3, hparam_tuning_objectives = ['roc_acu']) AS SELECT * FROM t
          |                                               ^^^^^^^^^
          |
          = help: did you mean 'ROC_AUC'?
        ");
    assert_snapshot!(fault("logistic_reg", ", class_weights = ['yes', 'no']"), @r"
        error: CLASS_WEIGHTS cannot be ['yes', 'no']; expected labels with weights above 0, for example [STRUCT('yes', 2.0), STRUCT('no', 1.0)]
         --> statement:2:19
          |
        2 | , class_weights = ['yes', 'no']) AS SELECT * FROM t
          |                   ^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("logistic_reg", ", class_weights = [('yes', 0)]"), @r"
        error: CLASS_WEIGHTS cannot be 0; expected weights above 0; leave rows out to train without them
         --> statement:2:28
          |
        2 | , class_weights = [('yes', 0)]) AS SELECT * FROM t
          |                            ^
        ");
    assert_snapshot!(fault("logistic_reg", ", class_weights = [('yes', 1)], auto_class_weights = true"), @r"
        error: AUTO_CLASS_WEIGHTS and CLASS_WEIGHTS exclude each other
         --> statement:2:3
          |
        2 | , class_weights = [('yes', 1)], auto_class_weights = true) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^
          |
          = help: leave out one of them
        ");
    assert_snapshot!(fault("logistic_reg", ", min_rel_progress = 1.5"), @r"
        error: MIN_REL_PROGRESS cannot be 1.5; expected a number greater than 0 and less than 1
         --> statement:2:3
          |
        2 | , min_rel_progress = 1.5) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("logistic_reg", ", calculate_p_values = true, category_encoding_method = 'dummy_encoding', l2_reg = 1"), @r"
        error: CALCULATE_P_VALUES does not go with L1_REG or L2_REG
         --> statement:2:3
          |
        2 | , calculate_p_values = true, category_encoding_method = 'dummy_encoding', l2_reg = 1) AS SELECT * FROM t
          |   ^^^^^^^^^^^^^^^^^^
          |
          = help: coefficients that a penalty has shrunk have no p-values: leave one of them out
        ");
    assert_snapshot!(fault("logistic_reg", ", category_encoding_method = 'DUMMY_ENCODING', l2_reg = 1"), @r"
        error: DUMMY_ENCODING with a penalty is not supported
         --> statement:2:30
          |
        2 | , category_encoding_method = 'DUMMY_ENCODING', l2_reg = 1) AS SELECT * FROM t
          |                              ^^^^^^^^^^^^^^^^
          |
          = help: with a penalty every category has its own column: leave it out, or the penalty
        ");
    assert_snapshot!(fault("logistic_reg", ", category_encoding_method = 'LABEL_ENCODING'"), @r"
        error: CATEGORY_ENCODING_METHOD cannot be 'LABEL_ENCODING'; expected 'ONE_HOT_ENCODING' or 'DUMMY_ENCODING'
         --> statement:2:30
          |
        2 | , category_encoding_method = 'LABEL_ENCODING') AS SELECT * FROM t
          |                              ^^^^^^^^^^^^^^^^
        ");
}

#[test]
fn faults_of_models_made_elsewhere() {
    assert_snapshot!(fault_of("CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e' IAM_ROLE default"), @r"
        error: a model that runs elsewhere (SAGEMAKER) is not supported
         --> statement:1:55
          |
        1 | CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e' IAM_ROLE default
          |                                                       ^^^
          |
          = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM 's3://b/m.tar.gz' FUNCTION f(int) RETURNS int IAM_ROLE default"), @r"
        error: a model from a training job or an archive is not supported
         --> statement:1:21
          |
        1 | CREATE MODEL m FROM 's3://b/m.tar.gz' FUNCTION f(int) RETURNS int IAM_ROLE default
          |                     ^^^^^^^^^^^^^^^^^
          |
          = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM ('job-1') FUNCTION f (int) RETURNS int"), @r"
        error: a model from a training job or an archive is not supported
         --> statement:1:22
          |
        1 | CREATE MODEL m FROM ('job-1') FUNCTION f (int) RETURNS int
          |                      ^^^^^^^
          |
          = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM t TARGET y FUNCTION f (int) RETURNS int"), @r"
        error: a function with types of its own (FUNCTION name (types) RETURNS type) is not supported
         --> statement:1:43
          |
        1 | CREATE MODEL m FROM t TARGET y FUNCTION f (int) RETURNS int
          |                                           ^^^^^
          |
          = help: the function of a trained model takes its types from the training query: write FUNCTION name alone. IMPORT MODEL reads a file that EXPORT MODEL wrote
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM t TARGET y MODEL_TYPE XGBOOST HYPERPARAMETERS DEFAULT EXCEPT (num_rounds '10')"), @r"
        error: unknown hyperparameter of XGBOOST NUM_ROUNDS; did you mean NUM_ROUND?
         --> statement:1:83
          |
        1 | CREATE MODEL m FROM t TARGET y MODEL_TYPE XGBOOST HYPERPARAMETERS DEFAULT EXCEPT (num_rounds '10')
          |                                                                                   ^^^^^^^^^^
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM t MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT (K '5')"), @r"
        error: MODEL_TYPE KMEANS is not supported
         --> statement:1:34
          |
        1 | CREATE MODEL m FROM t MODEL_TYPE KMEANS HYPERPARAMETERS DEFAULT EXCEPT (K '5')
          |                                  ^^^^^^
          |
          = help: LINEAR_LEARNER can be trained now, for regression and classification
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM t TARGET y MODEL_TYPE XGBOOST OBJECTIVE 'reg:squarederor'"), @r"
        error: OBJECTIVE cannot be reg:squarederor; expected one of MSE, Accuracy, F1, F1_Macro, AUC, F1Macro, reg:squarederror, reg:squaredlogerror, reg:logistic, reg:pseudohubererror, reg:tweedie, binary:logistic, binary:hinge, multi:softmax, rank:pairwise, rank:ndcg, RMSE, WAPE, MAPE, MASE, AverageWeightedQuantileLoss
         --> statement:1:61
          |
        1 | CREATE MODEL m FROM t TARGET y MODEL_TYPE XGBOOST OBJECTIVE 'reg:squarederor'
          |                                                             ^^^^^^^^^^^^^^^^^
          |
          = help: did you mean reg:squarederror?
        ");
    assert_snapshot!(fault_of("CREATE MODEL m FROM t TARGET y AUTO ON MODEL_TYPE FORECAST SETTINGS (HORIZON 5, FREQUENCY 'D')"), @r"
        error: MODEL_TYPE FORECAST is not supported
         --> statement:1:51
          |
        1 | CREATE MODEL m FROM t TARGET y AUTO ON MODEL_TYPE FORECAST SETTINGS (HORIZON 5, FREQUENCY 'D')
          |                                                   ^^^^^^^^
          |
          = help: LINEAR_LEARNER can be trained now, for regression and classification
        ");
}

#[test]
fn alterations() {
    let alter = |options: &str| {
        let text = format!("ALTER MODEL m SET OPTIONS ({options})");
        let Statement::AlterModel(alter) = parse(&text).unwrap().remove(0) else { panic!("{text}") };
        let AlterAction::SetOptions(options) = alter.action else { panic!("{text}") };
        bigquery_alteration(&options).map_err(|error| error.in_text(&text).render())
    };
    let (change, notice) = alter("description = \"it's\", labels = [('team', 'a')],").unwrap();
    assert_eq!(change.description.as_deref(), Some("it's"));
    assert_snapshot!(notice.unwrap(), @"without effect here: LABELS (models stay on this machine)");
    assert_eq!(alter("description = NULL").unwrap().0.description.as_deref(), Some(""));
    assert!(alter("expiration_timestamp = NULL").is_ok());
    assert_snapshot!(alter("expiration_timestamp = TIMESTAMP '2030-01-01'").unwrap_err(), @r"
        error: EXPIRATION_TIMESTAMP is not supported
         --> statement:1:28
          |
        1 | ALTER MODEL m SET OPTIONS (expiration_timestamp = TIMESTAMP '2030-01-01')
          |                            ^^^^^^^^^^^^^^^^^^^^
          |
          = help: a model stays until DROP MODEL removes it
        ");
    assert_snapshot!(alter("descripton = 'x'").unwrap_err(), @r"
        error: unknown option of ALTER MODEL DESCRIPTON; did you mean DESCRIPTION?
         --> statement:1:28
          |
        1 | ALTER MODEL m SET OPTIONS (descripton = 'x')
          |                            ^^^^^^^^^^
        ");
    assert_snapshot!(alter("description = 5").unwrap_err(), @r"
        error: DESCRIPTION cannot be 5; expected a string
         --> statement:1:42
          |
        1 | ALTER MODEL m SET OPTIONS (description = 5)
          |                                          ^
        ");
}
