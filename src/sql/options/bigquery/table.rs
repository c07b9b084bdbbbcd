//! Every option of BigQuery's form: which types of models have it, what it may be, and what becomes of it in those that are
//! trained here. Longer than other files because the manual is.

use super::types::Types;
use super::values::Value;

/// What becomes of an option of `LINEAR_REG` and `LOGISTIC_REG`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Training heeds it.
    Trained,
    /// It is accepted and named in a notice, with the reason.
    None(&'static str),
}

/// One option.
#[derive(Debug)]
pub(super) struct BigQueryOption {
    /// Its key in lower case.
    pub(super) key: &'static str,
    /// The types of models that have it.
    pub(super) types: Types,
    pub(super) value: Value,
    /// Whether it may be `HPARAM_RANGE` or `HPARAM_CANDIDATES`.
    pub(super) tunable: bool,
    pub(super) effect: Effect,
}

const fn option(key: &'static str, types: Types, value: Value) -> BigQueryOption {
    BigQueryOption { key, types, value, tunable: false, effect: Effect::Trained }
}

const fn tunable(key: &'static str, types: Types, value: Value) -> BigQueryOption {
    BigQueryOption { tunable: true, ..option(key, types, value) }
}

const fn without_effect(key: &'static str, types: Types, value: Value, why: &'static str) -> BigQueryOption {
    BigQueryOption { effect: Effect::None(why), ..option(key, types, value) }
}

const NO_RATE: &str = "training takes Newton steps, which have no learning rate";
const LOCAL: &str = "models stay on this machine";
const ON_ITS_OWN: &str = "penalties are chosen by cross-validation over a grid";

const POSITIVE: Value = Value::Whole(1, i64::MAX);
const NOT_NEGATIVE: Value = Value::Number(0.0, f64::INFINITY);
const SHARE: Value = Value::Number(0.0, 1.0);

/// Types with `MAX_ITERATIONS` and the like.
const ITERATED: Types = Types::SUPERVISED.or(Types::KMEANS).or(Types::AUTOENCODER).or(Types::FACTORIZATION);
/// Types whose hyperparameters can be tuned.
const TUNED: Types = ITERATED;
const SPLIT: Types = Types::SUPERVISED.or(Types::FACTORIZATION).or(Types::REMOTE);

/// The objectives of tuning, of all types.
const OBJECTIVES: &[&str] = &[
    "R2_SCORE",
    "EXPLAINED_VARIANCE",
    "MEDIAN_ABSOLUTE_ERROR",
    "MEAN_ABSOLUTE_ERROR",
    "MEAN_SQUARED_ERROR",
    "MEAN_SQUARED_LOG_ERROR",
    "ROC_AUC",
    "PRECISION",
    "RECALL",
    "ACCURACY",
    "F1_SCORE",
    "LOG_LOSS",
    "DAVIES_BOULDIN_INDEX",
    "MEAN_AVERAGE_PRECISION",
    "NORMALIZED_DISCOUNTED_CUMULATIVE_GAIN",
    "AVERAGE_RANK",
];

const ACTIVATIONS: &[&str] = &["RELU", "RELU6", "CRELU", "ELU", "SELU", "SIGMOID", "TANH"];

pub(super) static OPTIONS: &[BigQueryOption] = &[
    option("model_type", Types::ALL, Value::Text),
    // The label and its weights.
    option("input_label_cols", Types::SUPERVISED.or(Types::AUTOML).or(Types::REMOTE), Value::Texts),
    option("labels", Types::SUPERVISED.or(Types::AUTOML), Value::Texts),
    option("auto_class_weights", Types::CLASSIFIERS, Value::Boolean),
    option("class_weights", Types::CLASSIFIERS, Value::Weights),
    option("instance_weight_col", Types::TREES, Value::Column),
    // The split.
    option("data_split_method", SPLIT, Value::Word(&["AUTO_SPLIT", "RANDOM", "CUSTOM", "SEQ", "NO_SPLIT"])),
    option("data_split_eval_fraction", SPLIT, SHARE),
    option("data_split_test_fraction", SPLIT, SHARE),
    option("data_split_col", SPLIT.or(Types::AUTOML), Value::Column),
    // Iterations.
    option("max_iterations", ITERATED.or(Types::REMOTE), POSITIVE),
    option("early_stop", ITERATED, Value::Boolean),
    option("min_rel_progress", ITERATED, NOT_NEGATIVE),
    without_effect(
        "warm_start",
        Types::LINEAR_MODELS.or(Types::NETWORKS).or(Types::KMEANS).or(Types::AUTOENCODER),
        Value::Boolean,
        "training ends at the same model from any start",
    ),
    // Linear models.
    without_effect(
        "optimize_strategy",
        Types::LINEAR_MODELS,
        Value::Word(&["AUTO_STRATEGY", "BATCH_GRADIENT_DESCENT", "NORMAL_EQUATION"]),
        "the solver is chosen by the size of the data and says so in the report",
    ),
    without_effect("learn_rate_strategy", Types::LINEAR_MODELS, Value::Word(&["LINE_SEARCH", "CONSTANT"]), NO_RATE),
    without_effect("ls_init_learn_rate", Types::LINEAR_MODELS, NOT_NEGATIVE, NO_RATE),
    BigQueryOption {
        effect: Effect::None(NO_RATE),
        ..tunable(
            "learn_rate",
            Types::LINEAR_MODELS.or(Types::BOOSTED).or(Types::NETWORKS).or(Types::AUTOENCODER),
            Value::OfParts(&NOT_NEGATIVE),
        )
    },
    without_effect(
        "calculate_p_values",
        Types::LINEAR_MODELS,
        Value::Boolean,
        "ml_advanced_weights has them of every model without a penalty",
    ),
    option("fit_intercept", Types::LINEAR_MODELS, Value::Boolean),
    option(
        "category_encoding_method",
        Types::LINEAR_MODELS.or(Types::BOOSTED).or(Types::FORESTS),
        Value::Word(&["ONE_HOT_ENCODING", "DUMMY_ENCODING", "LABEL_ENCODING", "TARGET_ENCODING"]),
    ),
    without_effect("enable_global_explain", Types::SUPERVISED, Value::Boolean, "ml_global_explain is there for every model"),
    tunable("l1_reg", Types::LINEAR_MODELS.or(Types::TREES).or(Types::NETWORKS).or(Types::AUTOENCODER), NOT_NEGATIVE),
    tunable(
        "l2_reg",
        Types::LINEAR_MODELS
            .or(Types::TREES)
            .or(Types::NETWORKS)
            .or(Types::AUTOENCODER)
            .or(Types::FACTORIZATION)
            .or(Types::ARIMA_XREG),
        NOT_NEGATIVE,
    ),
    // Tuning.
    option("num_trials", TUNED, Value::Whole(1, 100)),
    without_effect("max_parallel_trials", TUNED, Value::Whole(1, 5), ON_ITS_OWN),
    without_effect(
        "hparam_tuning_algorithm",
        TUNED,
        Value::Word(&["VIZIER_DEFAULT", "RANDOM_SEARCH", "GRID_SEARCH"]),
        ON_ITS_OWN,
    ),
    option("hparam_tuning_objectives", TUNED, Value::Words(OBJECTIVES)),
    // The cloud.
    without_effect("model_registry", Types::ALL, Value::Word(&["VERTEX_AI"]), LOCAL),
    without_effect("vertex_ai_model_id", Types::ALL, Value::Text, LOCAL),
    without_effect("vertex_ai_model_version_aliases", Types::ALL, Value::Texts, LOCAL),
    without_effect("kms_key_name", Types::ALL, Value::Text, LOCAL),
    // Trees.
    tunable("booster_type", Types::BOOSTED, Value::Word(&["GBTREE", "DART"])),
    tunable("dart_normalize_type", Types::BOOSTED, Value::Word(&["TREE", "FOREST"])),
    tunable("dropout", Types::BOOSTED.or(Types::NETWORKS).or(Types::AUTOENCODER), SHARE),
    tunable("num_parallel_tree", Types::TREES, POSITIVE),
    tunable("max_tree_depth", Types::TREES, POSITIVE),
    tunable("tree_method", Types::TREES, Value::Word(&["AUTO", "EXACT", "APPROX", "HIST"])),
    tunable("min_tree_child_weight", Types::TREES, NOT_NEGATIVE),
    tunable("min_split_loss", Types::TREES, NOT_NEGATIVE),
    tunable("colsample_bytree", Types::TREES, SHARE),
    tunable("colsample_bylevel", Types::TREES, SHARE),
    tunable("colsample_bynode", Types::TREES, SHARE),
    tunable("subsample", Types::TREES, SHARE),
    option("approx_global_feature_contrib", Types::TREES, Value::Boolean),
    option("xgboost_version", Types::TREES, Value::Word(&["0.9", "1.1"])),
    // Networks.
    tunable("activation_fn", Types::NETWORKS.or(Types::AUTOENCODER), Value::Word(ACTIVATIONS)),
    tunable("batch_size", Types::NETWORKS.or(Types::AUTOENCODER), POSITIVE),
    tunable("hidden_units", Types::NETWORKS.or(Types::AUTOENCODER), Value::Numbers),
    tunable(
        "optimizer",
        Types::NETWORKS.or(Types::AUTOENCODER),
        Value::OfParts(&Value::Word(&["ADAGRAD", "ADAM", "FTRL", "RMSPROP", "SGD"])),
    ),
    tunable("l1_reg_activation", Types::AUTOENCODER, NOT_NEGATIVE),
    option("integrated_gradients_num_steps", Types::NETWORKS, POSITIVE),
    option("tf_version", Types::NETWORKS.or(Types::AUTOENCODER), Value::Word(&["1.15", "2.8.0"])),
    // AutoML.
    option("budget_hours", Types::AUTOML, Value::Number(1.0, 72.0)),
    option("optimization_objective", Types::AUTOML, Value::Any),
    // Clusters, components and factors.
    tunable("num_clusters", Types::KMEANS, Value::Whole(2, 100)),
    option("kmeans_init_method", Types::KMEANS, Value::Word(&["RANDOM", "KMEANS++", "CUSTOM"])),
    option("kmeans_init_col", Types::KMEANS, Value::Column),
    option("distance_type", Types::KMEANS, Value::Word(&["EUCLIDEAN", "COSINE"])),
    option("standardize_features", Types::KMEANS, Value::Boolean),
    option("num_principal_components", Types::PCA, POSITIVE),
    option("pca_explained_variance_ratio", Types::PCA, SHARE),
    option("pca_solver", Types::PCA, Value::Word(&["FULL", "RANDOMIZED", "AUTO"])),
    option("scale_features", Types::PCA, Value::Boolean),
    option("feedback_type", Types::FACTORIZATION, Value::Word(&["EXPLICIT", "IMPLICIT"])),
    tunable("num_factors", Types::FACTORIZATION, POSITIVE),
    option("user_col", Types::FACTORIZATION, Value::Column),
    option("item_col", Types::FACTORIZATION, Value::Column),
    option("rating_col", Types::FACTORIZATION, Value::Column),
    tunable("wals_alpha", Types::FACTORIZATION, NOT_NEGATIVE),
    // Time series.
    option("time_series_timestamp_col", Types::SERIES, Value::Column),
    option("time_series_data_col", Types::SERIES, Value::Column),
    option("time_series_id_col", Types::SERIES, Value::TextOrTexts),
    option("horizon", Types::SERIES, POSITIVE),
    option("auto_arima", Types::SERIES, Value::Boolean),
    option("auto_arima_max_order", Types::SERIES, Value::Whole(1, 5)),
    option("auto_arima_min_order", Types::SERIES, Value::Whole(0, 4)),
    option("non_seasonal_order", Types::SERIES, Value::Order),
    option(
        "data_frequency",
        Types::SERIES,
        Value::Word(&["AUTO_FREQUENCY", "PER_MINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"]),
    ),
    option("include_drift", Types::SERIES, Value::Boolean),
    option("holiday_region", Types::SERIES, Value::TextOrTexts),
    option("clean_spikes_and_dips", Types::SERIES, Value::Boolean),
    option("adjust_step_changes", Types::SERIES, Value::Boolean),
    option("time_series_length_fraction", Types::SERIES, SHARE),
    option("min_time_series_length", Types::SERIES, POSITIVE),
    option("max_time_series_length", Types::SERIES, POSITIVE),
    option("trend_smoothing_window_size", Types::SERIES, POSITIVE),
    option("decompose_time_series", Types::SERIES, Value::Boolean),
    option("forecast_limit_lower_bound", Types::SERIES, Value::Number(f64::NEG_INFINITY, f64::INFINITY)),
    option("forecast_limit_upper_bound", Types::SERIES, Value::Number(f64::NEG_INFINITY, f64::INFINITY)),
    option(
        "seasonalities",
        Types::SERIES,
        Value::Words(&["AUTO", "NO_SEASONALITY", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"]),
    ),
    option("hierarchical_time_series_cols", Types::SERIES, Value::Texts),
    // Imported models.
    option("model_path", Types::IMPORTED, Value::Text),
    // Contributions.
    option("contribution_metric", Types::CONTRIBUTION, Value::Text),
    option("dimension_id_cols", Types::CONTRIBUTION, Value::Texts),
    option("is_test_col", Types::CONTRIBUTION, Value::Column),
    option("min_apriori_support", Types::CONTRIBUTION, SHARE),
    option("top_k_insights_by_apriori_support", Types::CONTRIBUTION, POSITIVE),
    option("pruning_method", Types::CONTRIBUTION, Value::Word(&["NO_PRUNING", "PRUNE_REDUNDANT_INSIGHTS"])),
    // Remote models.
    option("endpoint", Types::REMOTE, Value::Text),
    option("remote_service_type", Types::REMOTE, Value::Text),
    option("document_processor", Types::REMOTE, Value::Text),
    option("speech_recognizer", Types::REMOTE, Value::Text),
    option("prompt_col", Types::REMOTE, Value::Column),
    option("evaluation_task", Types::REMOTE, Value::Text),
    option("learning_rate_multiplier", Types::REMOTE, NOT_NEGATIVE),
    option("accelerator_type", Types::REMOTE, Value::Text),
    option("hugging_face_model_id", Types::REMOTE, Value::Text),
    option("hugging_face_token", Types::REMOTE, Value::Text),
    option("model_garden_model_name", Types::REMOTE, Value::Text),
    option("machine_type", Types::REMOTE, Value::Text),
    option("min_replica_count", Types::REMOTE, Value::Whole(0, i64::MAX)),
    option("max_replica_count", Types::REMOTE, POSITIVE),
    option("reservation_affinity_type", Types::REMOTE, Value::Text),
    option("reservation_affinity_key", Types::REMOTE, Value::Text),
    option("reservation_affinity_values", Types::REMOTE, Value::Texts),
    option("endpoint_idle_ttl", Types::REMOTE, Value::Any),
];

/// The option of this name.
pub(super) fn find(key: &str) -> Option<&'static BigQueryOption> {
    OPTIONS.iter().find(|option| option.key == key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::types::{MODEL_TYPES, Types};
    use super::*;

    #[test]
    fn keys_are_lower_case_and_unique() {
        for (i, option) in OPTIONS.iter().enumerate() {
            assert_eq!(option.key, option.key.to_ascii_lowercase());
            assert!(OPTIONS[..i].iter().all(|other| other.key != option.key), "{}", option.key);
            assert!(!option.value.expected().is_empty());
        }
    }

    #[test]
    fn every_type_has_options_of_its_own() {
        for (name, model_type) in MODEL_TYPES {
            let own = OPTIONS.iter().filter(|option| option.types.holds(model_type) && option.types != Types::ALL).count();
            assert!(own > 0 || name == "TRANSFORM_ONLY", "{name}");
        }
        assert!(find("l2_reg").unwrap().types.holds(Types::LINEAR_MODELS));
        assert!(!find("booster_type").unwrap().types.holds(Types::LINEAR));
    }
}
