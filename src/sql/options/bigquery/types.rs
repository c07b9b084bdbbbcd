//! BigQuery's types of models, and sets of them.

/// A set of types of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u32);

impl Types {
    pub(super) const LINEAR: Self = Self(1);
    pub(super) const LOGISTIC: Self = Self(1 << 1);
    pub(super) const BOOSTED_CLASSIFIER: Self = Self(1 << 2);
    pub(super) const BOOSTED_REGRESSOR: Self = Self(1 << 3);
    pub(super) const FOREST_CLASSIFIER: Self = Self(1 << 4);
    pub(super) const FOREST_REGRESSOR: Self = Self(1 << 5);
    pub(super) const DNN_CLASSIFIER: Self = Self(1 << 6);
    pub(super) const DNN_REGRESSOR: Self = Self(1 << 7);
    pub(super) const WIDE_CLASSIFIER: Self = Self(1 << 8);
    pub(super) const WIDE_REGRESSOR: Self = Self(1 << 9);
    pub(super) const AUTOML_CLASSIFIER: Self = Self(1 << 10);
    pub(super) const AUTOML_REGRESSOR: Self = Self(1 << 11);
    pub(super) const KMEANS: Self = Self(1 << 12);
    pub(super) const PCA: Self = Self(1 << 13);
    pub(super) const AUTOENCODER: Self = Self(1 << 14);
    pub(super) const FACTORIZATION: Self = Self(1 << 15);
    pub(super) const ARIMA: Self = Self(1 << 16);
    pub(super) const ARIMA_XREG: Self = Self(1 << 17);
    pub(super) const TENSORFLOW: Self = Self(1 << 18);
    pub(super) const TENSORFLOW_LITE: Self = Self(1 << 19);
    pub(super) const ONNX: Self = Self(1 << 20);
    pub(super) const XGBOOST: Self = Self(1 << 21);
    pub(super) const TRANSFORM_ONLY: Self = Self(1 << 22);
    pub(super) const CONTRIBUTION: Self = Self(1 << 23);
    /// `REMOTE WITH CONNECTION`, which has no `MODEL_TYPE`.
    pub(super) const REMOTE: Self = Self(1 << 24);

    pub(super) const LINEAR_MODELS: Self = Self::LINEAR.or(Self::LOGISTIC);
    pub(super) const BOOSTED: Self = Self::BOOSTED_CLASSIFIER.or(Self::BOOSTED_REGRESSOR);
    pub(super) const FORESTS: Self = Self::FOREST_CLASSIFIER.or(Self::FOREST_REGRESSOR);
    pub(super) const TREES: Self = Self::BOOSTED.or(Self::FORESTS);
    pub(super) const NETWORKS: Self =
        Self::DNN_CLASSIFIER.or(Self::DNN_REGRESSOR).or(Self::WIDE_CLASSIFIER).or(Self::WIDE_REGRESSOR);
    /// Networks beside a linear part.
    pub(super) const WIDE: Self = Self::WIDE_CLASSIFIER.or(Self::WIDE_REGRESSOR);
    pub(super) const AUTOML: Self = Self::AUTOML_CLASSIFIER.or(Self::AUTOML_REGRESSOR);
    pub(super) const CLASSIFIERS: Self = Self::LOGISTIC
        .or(Self::BOOSTED_CLASSIFIER)
        .or(Self::FOREST_CLASSIFIER)
        .or(Self::DNN_CLASSIFIER)
        .or(Self::WIDE_CLASSIFIER);
    pub(super) const SERIES: Self = Self::ARIMA.or(Self::ARIMA_XREG);
    pub(super) const IMPORTED: Self = Self::TENSORFLOW.or(Self::TENSORFLOW_LITE).or(Self::ONNX).or(Self::XGBOOST);
    /// What learns a label, without `AutoML`.
    pub(super) const SUPERVISED: Self = Self::LINEAR_MODELS.or(Self::TREES).or(Self::NETWORKS);
    pub(super) const ALL: Self = Self((1 << 25) - 1);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of the types in the set, in the order of the manual.
    pub(super) fn names(self) -> Vec<&'static str> {
        MODEL_TYPES.iter().filter(|(_, model_type)| self.holds(*model_type)).map(|(name, _)| *name).collect()
    }
}

/// `MODEL_TYPE` and what it is; an old name stands behind the present one.
pub(super) const MODEL_TYPES: [(&str, Types); 25] = [
    ("LINEAR_REG", Types::LINEAR),
    ("LOGISTIC_REG", Types::LOGISTIC),
    ("BOOSTED_TREE_CLASSIFIER", Types::BOOSTED_CLASSIFIER),
    ("BOOSTED_TREE_REGRESSOR", Types::BOOSTED_REGRESSOR),
    ("RANDOM_FOREST_CLASSIFIER", Types::FOREST_CLASSIFIER),
    ("RANDOM_FOREST_REGRESSOR", Types::FOREST_REGRESSOR),
    ("DNN_CLASSIFIER", Types::DNN_CLASSIFIER),
    ("DNN_REGRESSOR", Types::DNN_REGRESSOR),
    ("DNN_LINEAR_COMBINED_CLASSIFIER", Types::WIDE_CLASSIFIER),
    ("DNN_LINEAR_COMBINED_REGRESSOR", Types::WIDE_REGRESSOR),
    ("AUTOML_CLASSIFIER", Types::AUTOML_CLASSIFIER),
    ("AUTOML_REGRESSOR", Types::AUTOML_REGRESSOR),
    ("KMEANS", Types::KMEANS),
    ("PCA", Types::PCA),
    ("AUTOENCODER", Types::AUTOENCODER),
    ("MATRIX_FACTORIZATION", Types::FACTORIZATION),
    ("ARIMA_PLUS", Types::ARIMA),
    ("ARIMA_PLUS_XREG", Types::ARIMA_XREG),
    ("ARIMA", Types::ARIMA),
    ("TENSORFLOW", Types::TENSORFLOW),
    ("TENSORFLOW_LITE", Types::TENSORFLOW_LITE),
    ("ONNX", Types::ONNX),
    ("XGBOOST", Types::XGBOOST),
    ("TRANSFORM_ONLY", Types::TRANSFORM_ONLY),
    ("CONTRIBUTION_ANALYSIS", Types::CONTRIBUTION),
];
