//! What the options of `LINEAR_REG` and `LOGISTIC_REG` do here, for the language reference.

/// One option: its key, what holds if it is not given, and what it does.
pub(super) struct Described(pub(super) &'static str, pub(super) &'static str, pub(super) &'static str);

/// In the order of the table of options.
pub(super) static DESCRIBED: &[Described] = &[
    Described(
        "model_type",
        "none; required",
        "`'LINEAR_REG'` is least squares, `'LOGISTIC_REG'` tells two or more labels apart.",
    ),
    Described("input_label_cols", "`['label']`", "The column to learn: a list of one name."),
    Described("labels", "", "The old name of `INPUT_LABEL_COLS`; both together are an error."),
    Described("auto_class_weights", "FALSE", "Each row weighs rows / (rows of its label · labels)."),
    Described(
        "class_weights",
        "every label weighs 1",
        "What the rows of each label weigh; every label must be listed. Not beside `AUTO_CLASS_WEIGHTS = TRUE`.",
    ),
    Described(
        "data_split_method",
        "`'AUTO_SPLIT'`",
        "Which rows are held out. `'AUTO_SPLIT'`: none of fewer than 500 rows, 20 % of up to 50,000, else 10,000. `'RANDOM'`: a share, by \
         the hash of the row. `'CUSTOM'`: those where `DATA_SPLIT_COL` is true or null, or says EVAL or TEST. `'SEQ'`: the last ones in the order of \
         `DATA_SPLIT_COL`. `'NO_SPLIT'`: none.",
    ),
    Described(
        "data_split_eval_fraction",
        "0.2",
        "The share that `'RANDOM'` and `'SEQ'` hold out, greater than 0 and less than 1. With other methods it has no effect, said in a notice.",
    ),
    Described(
        "data_split_test_fraction",
        "0",
        "Nothing but 0 is supported: tuning works by cross-validation on the training rows.",
    ),
    Described(
        "data_split_col",
        "none; required by `'CUSTOM'` and `'SEQ'`",
        "The column that splits; it is no feature. For `'CUSTOM'` a BOOL, or text that says TRAIN, EVAL or TEST: with `NUM_TRIALS` too, EVAL and TEST \
         are held out together, said in a notice. With other methods it is an error.",
    ),
    Described(
        "max_iterations",
        "100; 1000 where columns are too many for Newton steps, and of several labels",
        "How many Newton steps, or passes over the rows, `'LOGISTIC_REG'` takes at most. `'LINEAR_REG'` has none: a notice says so.",
    ),
    Described(
        "early_stop",
        "FALSE",
        "Whether `'LOGISTIC_REG'` stops after the step that hardly lowers the loss any more; else it goes on until the loss is least. \
         `'LINEAR_REG'`: a notice.",
    ),
    Described(
        "min_rel_progress",
        "0.01 with `EARLY_STOP = TRUE`",
        "The share of the loss that a step must save, greater than 0 and less than 1; it turns `EARLY_STOP` on. With `EARLY_STOP = FALSE` or `'LINEAR_REG'`: a notice.",
    ),
    Described("warm_start", "FALSE", ""),
    Described("optimize_strategy", "", ""),
    Described("learn_rate_strategy", "", ""),
    Described("ls_init_learn_rate", "", ""),
    Described("learn_rate", "", "Without `LEARN_RATE_STRATEGY = 'CONSTANT'` it is an error, as in BigQuery."),
    Described("calculate_p_values", "", "With a penalty it is an error."),
    Described(
        "fit_intercept",
        "TRUE",
        "Whether there is an intercept; without one the raw prediction is 0 where all features are 0.",
    ),
    Described(
        "category_encoding_method",
        "none",
        "`'ONE_HOT_ENCODING'` or `'DUMMY_ENCODING'`. Without a penalty both predict the same; with one, `'DUMMY_ENCODING'` is not supported.",
    ),
    Described("enable_global_explain", "", ""),
    Described(
        "l1_reg",
        "0",
        "Factor of Σ\\|β\\| of the standardised columns, against the loss summed over all rows; a notice says so.",
    ),
    Described(
        "l2_reg",
        "0; tuned with `NUM_TRIALS`",
        "Factor of ½Σβ² of the standardised columns, against the loss summed over all rows; a notice says so.",
    ),
    Described(
        "num_trials",
        "no tuning",
        "How many penalties are tried by cross-validation: points of each `HPARAM_RANGE`, or so many of `HPARAM_CANDIDATES`; without either, of `L2_REG` from 0 to 10.",
    ),
    Described("max_parallel_trials", "", ""),
    Described("hparam_tuning_algorithm", "", ""),
    Described(
        "hparam_tuning_objectives",
        "`['R2_SCORE']`; `['ROC_AUC']` of labels",
        "What trials are compared by, of training rows that a model did not see: one figure. `'LINEAR_REG'`: R2_SCORE, EXPLAINED_VARIANCE, \
         MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, MEDIAN_ABSOLUTE_ERROR or MEAN_SQUARED_LOG_ERROR; `'LOGISTIC_REG'`: ROC_AUC, LOG_LOSS, \
         ACCURACY, PRECISION, RECALL or F1_SCORE, at a threshold of 0.5, of several labels as means over the labels; of equal figures the loss decides. Without `NUM_TRIALS` it has \
         no effect, said in a notice.",
    ),
    Described("model_registry", "", ""),
    Described("vertex_ai_model_id", "", ""),
    Described("vertex_ai_model_version_aliases", "", ""),
    Described("kms_key_name", "", ""),
];
