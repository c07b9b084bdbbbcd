//! The battery: what every type of model has to stand, in the manner of scikit-learn's `check_estimator`.
//!
//! A check is a test that runs for each of the [`MODEL_TYPES`] it makes sense for, each in a session of its own. A new type of
//! model is one more line of that table.

mod columns;
mod evaluation;
mod extremes;
mod labels;
mod lifecycle;
mod predictions;
mod report;
mod rows;
mod splits;
mod trial;
mod types;
mod values;

use self::Task::{Number, OneOfSeveral, SeveralLabels, TwoLabels};
use self::trial::{FEATURES, Trial, assert_finite, assert_same, every, every_classifier, file, for_those};

/// What a model predicts, and so the target of the rows that it is tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// A number.
    Number,
    /// `yes` or `no`.
    TwoLabels,
    /// `high`, or one of `low` and `middle`.
    OneOfSeveral,
    /// `low`, `middle` or `high`.
    SeveralLabels,
}

/// A type of model: what it predicts, and what a statement says to get it.
#[derive(Debug, Clone, Copy)]
struct ModelType {
    name: &'static str,
    task: Task,
    settings: &'static [&'static str],
    /// Hyperparameters that it is nothing without.
    family: &'static [&'static str],
    hyperparameters: &'static [&'static str],
    /// Checks that it is known not to pass, each with the reason. They are tried all the same, and must fail.
    fails: &'static [(&'static str, &'static str)],
}

/// Nothing but defaults.
const PLAIN: ModelType = ModelType { name: "", task: Number, settings: &[], family: &[], hyperparameters: &[], fails: &[] };

/// Why a penalty that is found may be another one.
const OTHER_FOLDS: &str = "other folds choose another penalty";

const CONSTANT_COUNTS: &str = "without an intercept a constant column takes its place";
const LABELS_WITHOUT_INTERCEPT: &[(&str, &str)] = &[
    ("a_constant_column_is_ignored", CONSTANT_COUNTS),
    ("only_ignored_columns_are_an_error", CONSTANT_COUNTS),
    ("a_report_has_all_that_is_asked_for", CONSTANT_COUNTS),
    ("perfectly_separated_classes_end_in_a_finite_model", "its classes are separated by planes, but none through 0"),
    ("scale_and_offset_of_a_feature_change_no_prediction", "without an intercept the place of 0 counts"),
];

const MODEL_TYPES: [ModelType; 18] = [
    ModelType { name: "least squares", task: Number, ..PLAIN },
    ModelType { name: "ridge regression", task: Number, hyperparameters: &["L2 '2'"], ..PLAIN },
    ModelType { name: "Poisson regression", task: Number, family: &["FAMILY 'poisson'"], ..PLAIN },
    ModelType { name: "gamma regression", task: Number, family: &["FAMILY 'gamma'"], ..PLAIN },
    ModelType {
        name: "Tweedie regression",
        task: Number,
        family: &["FAMILY 'tweedie'", "TWEEDIE_POWER 1.3"],
        hyperparameters: &["L2 '0.5'"],
        ..PLAIN
    },
    ModelType { name: "logistic regression", task: TwoLabels, ..PLAIN },
    ModelType { name: "logistic regression without a penalty", task: TwoLabels, hyperparameters: &["L2 '0'"], ..PLAIN },
    ModelType { name: "multinomial without a penalty", task: SeveralLabels, hyperparameters: &["L2 '0'"], ..PLAIN },
    ModelType { name: "one against the rest", task: OneOfSeveral, settings: &["POSITIVE 'high'"], ..PLAIN },
    ModelType { name: "multinomial logistic regression", task: SeveralLabels, ..PLAIN },
    ModelType {
        name: "lasso",
        task: Number,
        hyperparameters: &["L1 '40'"],
        fails: &[("the_fewest_rows_that_can_be_learned_from", "two rows are not worth a coefficient at this penalty")],
        ..PLAIN
    },
    ModelType { name: "elastic net", task: Number, hyperparameters: &["L1 '1'", "L2 '2'"], ..PLAIN },
    ModelType { name: "logistic regression with L1", task: TwoLabels, hyperparameters: &["L1 '0.5'"], ..PLAIN },
    ModelType {
        name: "multinomial logistic regression with L1",
        task: SeveralLabels,
        hyperparameters: &["L1 '0.5'"],
        fails: &[("an_explanation_adds_up_to_the_raw_prediction", "raw predictions of sparse coefficients do not add up to 0")],
        ..PLAIN
    },
    ModelType {
        name: "lasso of a path",
        task: Number,
        hyperparameters: &["L1 'auto'"],
        fails: &[
            ("the_fewest_rows_that_can_be_learned_from", "no coefficient helps to predict one row from the other"),
            // Folds are told by the hash of all columns.
            ("a_constant_column_is_ignored", OTHER_FOLDS),
            ("a_list_is_its_elements", OTHER_FOLDS),
            ("a_weight_of_zero_leaves_a_row_out", OTHER_FOLDS),
            ("names_of_columns_mean_nothing", OTHER_FOLDS),
            ("scale_and_offset_of_a_feature_change_no_prediction", OTHER_FOLDS),
            ("the_latest_rows_are_held_out", OTHER_FOLDS),
            ("times_are_features", OTHER_FOLDS),
        ],
        ..PLAIN
    },
    ModelType {
        name: "least squares without an intercept",
        task: Number,
        hyperparameters: &["FIT_INTERCEPT 'false'"],
        fails: &[
            ("a_constant_column_is_ignored", CONSTANT_COUNTS),
            ("only_ignored_columns_are_an_error", CONSTANT_COUNTS),
            ("a_report_has_all_that_is_asked_for", CONSTANT_COUNTS),
            ("a_target_of_one_value", "without an intercept a constant has to be made of the features"),
        ],
        ..PLAIN
    },
    ModelType {
        name: "logistic regression without an intercept",
        task: TwoLabels,
        hyperparameters: &["FIT_INTERCEPT 'false'"],
        fails: LABELS_WITHOUT_INTERCEPT,
        ..PLAIN
    },
    ModelType {
        name: "multinomial logistic regression without an intercept",
        task: SeveralLabels,
        hyperparameters: &["FIT_INTERCEPT 'false'"],
        fails: LABELS_WITHOUT_INTERCEPT,
        ..PLAIN
    },
];
