//! Every setting and hyperparameter: name, meaning, default, valid values.

use super::allowed::{Allowed, Foreign};

/// One option.
#[derive(Debug)]
pub(super) struct OptionSpec {
    /// Its key in lower case.
    pub(super) key: &'static str,
    /// What it does.
    #[allow(dead_code, reason = "written down once, here, for people and for the language reference")]
    pub(super) meaning: &'static str,
    /// What holds if it is not given.
    #[allow(dead_code, reason = "written down once, here, for people and for the language reference")]
    pub(super) default: &'static str,
    /// What it may be, for messages: `expected ...`.
    pub(super) values: &'static str,
}

/// The options that may stand in one list.
#[derive(Debug)]
pub(super) struct OptionTable {
    /// What one of them is called.
    pub(super) place: &'static str,
    pub(super) options: &'static [OptionSpec],
    /// Keys of other systems that are accepted and named in a notice.
    pub(super) without_meaning: &'static [Foreign],
    /// Keys of other systems that cannot be ignored, and what they belong to.
    pub(super) unsupported: &'static [(Foreign, &'static str)],
    /// Keys that must be there.
    pub(super) required: &'static [&'static str],
}

/// `SETTINGS (...)`.
pub(super) static SETTINGS: OptionTable = OptionTable {
    place: "setting",
    options: &[
        OptionSpec {
            key: "positive",
            meaning: "The label whose probability a binary model gives.",
            default: "true, 1, the affirmative of a known pair such as yes and no, else the rarer label",
            values: "a label, for example 'yes'",
        },
        OptionSpec {
            key: "weight",
            meaning: "The column with the weight of each row; it is no feature.",
            default: "every row weighs 1",
            values: "the name of a column",
        },
        OptionSpec {
            key: "class_weights",
            meaning: "What the rows of each label weigh.",
            default: "every label weighs 1",
            values: "'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)",
        },
        OptionSpec {
            key: "threshold",
            meaning: "The probability from which on a row gets the positive label, or what to choose it for.",
            default: "chosen for the objective, which is F1 unless given",
            values: "a number from 0 to 1, 'f1', 'accuracy', 'balanced' or 'cost'",
        },
        OptionSpec {
            key: "false_positive_cost",
            meaning: "What a false positive costs, for the threshold 'cost'.",
            default: "none; required by the threshold 'cost'",
            values: "a number of at least 0",
        },
        OptionSpec {
            key: "false_negative_cost",
            meaning: "What a false negative costs, for the threshold 'cost'.",
            default: "none; required by the threshold 'cost'",
            values: "a number of at least 0",
        },
        DESCRIPTION,
    ],
    without_meaning: &[
        Foreign("s3_bucket", Allowed::Text),
        Foreign("kms_key_id", Allowed::Text),
        Foreign("tags", Allowed::Text),
        Foreign("s3_garbage_collect", Allowed::Switch),
        Foreign("max_cells", COUNT),
        Foreign("max_runtime", COUNT),
        Foreign("model_registry", Allowed::Any),
    ],
    unsupported: &[
        (Foreign("horizon", COUNT), FORECASTING),
        (Foreign("frequency", Allowed::Word(&["Y", "M", "W", "D", "H", "30min", "15min", "10min", "5min", "1min"])), FORECASTING),
        (Foreign("percentiles", Allowed::Percentiles), FORECASTING),
        (Foreign("max_batch_rows", Allowed::Whole(1, 2_147_483_647)), "remote models"),
    ],
    required: &[],
};

const COUNT: Allowed = Allowed::Whole(1, i64::MAX);
const NOT_NEGATIVE: Allowed = Allowed::Number(0.0, f64::INFINITY);
const FORECASTING: &str = "forecasting";

/// `HYPERPARAMETERS DEFAULT EXCEPT (...)`.
pub(super) static HYPERPARAMETERS: OptionTable = OptionTable {
    place: "hyperparameter",
    options: &[
        OptionSpec {
            key: "family",
            meaning: "How a number is distributed around its mean; all but 'gaussian' predict positive numbers, by a log link.",
            default: "'gaussian'",
            values: "'gaussian', 'poisson', 'gamma' or 'tweedie'",
        },
        OptionSpec {
            key: "tweedie_power",
            meaning: "The variance is the mean to this power, for the family 'tweedie'.",
            default: "1.5",
            values: "a number greater than 1 and less than 2",
        },
        OptionSpec {
            key: "fit_intercept",
            meaning: "Whether there is an intercept; without one the raw prediction is 0 where all features are 0.",
            default: "true",
            values: "true or false",
        },
        OptionSpec {
            key: "l1",
            meaning: "Factor of the penalty on the sizes of coefficients, which makes small ones 0; of several the best is found by cross-validation.",
            default: "0",
            values: "a number of at least 0, a list of such numbers, or 'auto'",
        },
        OptionSpec {
            key: "l2",
            meaning: "Factor of the penalty on the squares of coefficients; of several the best is found by cross-validation.",
            default: "0 for regression, 1 for classification",
            values: "a number of at least 0, a list of such numbers, or 'auto'",
        },
        OptionSpec {
            key: "max_iterations",
            meaning: "How many iterations training takes at most: Newton steps, or passes over the rows where columns are too many for them.",
            default: "100; 1000 where columns are too many for Newton steps, and of several labels",
            values: "a whole number of at least 1",
        },
        OptionSpec {
            key: "tolerance",
            meaning: "Training has converged where a step promises to save no more than half of this share of the loss.",
            default: "1e-8",
            values: "a number greater than 0",
        },
        OptionSpec {
            key: "early_stop",
            meaning: "Whether to stop after the iteration that hardly lowers the loss any more.",
            default: "false",
            values: "true or false",
        },
        OptionSpec {
            key: "min_rel_progress",
            meaning: "The share of the loss that an iteration must save, for EARLY_STOP.",
            default: "0.01",
            values: "a number greater than 0 and less than 1",
        },
    ],
    without_meaning: &[],
    unsupported: &[],
    required: &[],
};

/// `HYPERPARAMETERS` of boosted trees, which cannot be trained yet, with the ranges that Redshift documents.
pub(super) static XGBOOST: OptionTable = OptionTable {
    place: "hyperparameter of XGBOOST",
    options: &[],
    without_meaning: &[
        Foreign("alpha", Allowed::Number(0.0, 1000.0)),
        Foreign("booster", Allowed::Word(&["gbtree", "gblinear", "dart"])),
        Foreign("colsample_byleve", Allowed::Number(0.1, 1.0)),
        Foreign("colsample_bylevel", Allowed::Number(0.1, 1.0)),
        Foreign("colsample_bynode", Allowed::Number(0.1, 1.0)),
        Foreign("colsample_bytree", Allowed::Number(0.5, 1.0)),
        Foreign("early_stopping_rounds", COUNT),
        Foreign("eta", Allowed::Number(0.1, 0.5)),
        Foreign("gamma", Allowed::Number(0.0, 5.0)),
        Foreign("lambda", Allowed::Number(0.0, 1000.0)),
        Foreign("max_delta_step", Allowed::Number(0.0, 10.0)),
        Foreign("max_depth", Allowed::Whole(0, 10)),
        Foreign("min_child_weight", Allowed::Number(0.0, 120.0)),
        Foreign("num_class", Allowed::Whole(2, i64::MAX)),
        Foreign("num_round", COUNT),
        Foreign("scale_pos_weight", NOT_NEGATIVE),
        Foreign("subsample", Allowed::Number(0.5, 1.0)),
        Foreign("tree_method", Allowed::Word(&["auto", "exact", "approx", "hist", "gpu_hist"])),
        Foreign("tweedie_variance_power", Allowed::Number(1.0, 2.0)),
    ],
    unsupported: &[],
    required: &[],
};

/// `HYPERPARAMETERS` of k-means, which cannot be trained yet.
pub(super) static KMEANS: OptionTable = OptionTable {
    place: "hyperparameter of KMEANS",
    options: &[],
    without_meaning: &[
        Foreign("epochs", COUNT),
        Foreign("eval_metrics", Allowed::Any),
        Foreign("extra_center_factor", Allowed::CountOrAuto),
        Foreign("half_life_time_size", Allowed::Whole(0, i64::MAX)),
        Foreign("init_method", Allowed::Word(CENTRES)),
        Foreign("k", COUNT),
        Foreign("local_init_method", Allowed::Word(CENTRES)),
        Foreign("local_lloyd_init_method", Allowed::Word(CENTRES)),
        Foreign("local_lloyd_max_iter", COUNT),
        Foreign("local_lloyd_num_trials", Allowed::CountOrAuto),
        Foreign("local_lloyd_tol", Allowed::Number(0.0, 1.0)),
        Foreign("mini_batch_size", COUNT),
    ],
    unsupported: &[],
    required: &["k"],
};

/// How k-means begins.
const CENTRES: &[&str] = &["random", "kmeans++"];

/// `HYPERPARAMETERS` of types that Redshift tunes on its own.
pub(super) static NONE: OptionTable =
    OptionTable { place: "hyperparameter", options: &[], without_meaning: &[], unsupported: &[], required: &[] };

/// `ALTER MODEL name SET (...)`.
pub(super) static ALTERABLE: OptionTable = OptionTable {
    place: "option of ALTER MODEL",
    options: &[
        OptionSpec {
            key: "threshold",
            meaning: "The probability from which on a row gets the positive label.",
            default: "unchanged",
            values: "a number from 0 to 1",
        },
        DESCRIPTION,
    ],
    without_meaning: &[],
    unsupported: &[],
    required: &[],
};

const DESCRIPTION: OptionSpec =
    OptionSpec { key: "description", meaning: "A text kept with the model.", default: "empty", values: "a string" };

impl OptionTable {
    /// What an option may be.
    pub(super) fn values(&self, key: &str) -> &'static str {
        self.options.iter().find(|option| option.key == key).map_or("", |option| option.values)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALTERABLE, HYPERPARAMETERS, SETTINGS};

    #[test]
    fn every_option_says_what_it_is() {
        for table in [&SETTINGS, &HYPERPARAMETERS, &ALTERABLE] {
            for option in table.options {
                assert_eq!(option.key, option.key.to_ascii_lowercase());
                assert!(option.meaning.ends_with('.'), "{option:?}");
                assert!(!option.default.is_empty() && !option.values.is_empty(), "{option:?}");
            }
        }
    }
}
