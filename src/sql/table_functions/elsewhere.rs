//! Functions of BigQuery ML that belong to types of model which cannot be trained here.

use crate::error::Error;

/// Functions without the prefix, and what they are functions of.
pub(super) const FUNCTIONS: [(&str, &str); 37] = [
    ("arima_coefficients", ARIMA),
    ("arima_evaluate", ARIMA),
    ("annotate_image", REMOTE),
    ("bag_of_words", TEXT),
    ("centroids", "models of type KMEANS"),
    ("convert_color_space", IMAGES),
    ("convert_image_type", IMAGES),
    ("decode_image", IMAGES),
    ("describe_data", MONITORING),
    ("detect_anomalies", "models of type ARIMA_PLUS, ARIMA_PLUS_XREG, KMEANS, PCA and AUTOENCODER"),
    ("distance", VECTORS),
    ("explain_forecast", ARIMA),
    ("feature_importance", "models of type BOOSTED_TREE_CLASSIFIER, BOOSTED_TREE_REGRESSOR and RANDOM_FOREST"),
    ("forecast", ARIMA),
    ("generate_embedding", "models of type REMOTE, PCA, AUTOENCODER and MATRIX_FACTORIZATION"),
    ("generate_table", REMOTE),
    ("generate_text", REMOTE),
    ("generate_text_embedding", REMOTE),
    ("get_insights", "models of type CONTRIBUTION_ANALYSIS"),
    ("holiday_info", "models of type ARIMA_PLUS and ARIMA_PLUS_XREG"),
    ("lp_norm", VECTORS),
    ("principal_component_info", "models of type PCA"),
    ("principal_components", "models of type PCA"),
    ("process_document", REMOTE),
    ("recommend", "models of type MATRIX_FACTORIZATION"),
    ("reconstruction_loss", "models of type AUTOENCODER"),
    ("resize_image", IMAGES),
    ("tf_idf", TEXT),
    ("tfdv_describe", MONITORING),
    ("tfdv_validate", MONITORING),
    ("transcribe", REMOTE),
    ("transform", "looking at what TRANSFORM computes"),
    ("translate", REMOTE),
    ("understand_text", REMOTE),
    ("validate_data_drift", MONITORING),
    ("validate_data_skew", MONITORING),
    ("rgb_to_hsv", IMAGES),
];

const ARIMA: &str = "models of type ARIMA_PLUS and ARIMA_PLUS_XREG";
const REMOTE: &str = "models of type REMOTE";
const MONITORING: &str = "BigQuery's monitoring of models";
const IMAGES: &str = "models of images";
const TEXT: &str = "models of free text";
const VECTORS: &str = "vectors of embeddings";

/// The error for one of these, named as `ml_x`.
pub(crate) fn explain(name: &str) -> Option<Error> {
    let base = name.strip_prefix("ml_").unwrap_or(name).to_lowercase();
    let (_, of) = FUNCTIONS.iter().find(|(known, _)| *known == base)?;
    let shown = base.to_uppercase();
    let hint = if of.starts_with("models of type") {
        "linear and logistic regression can be trained; ML.PREDICT and ML.EVALUATE are the functions of both"
    } else {
        "SQL over the data is the way to it here"
    };
    Some(Error::unsupported(format!("ML.{shown}, which is for {of},")).with_hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_ours() {
        for (name, _) in FUNCTIONS {
            assert!(!super::super::is_table_function(&format!("ml_{name}")), "{name}");
        }
    }
}
