//! All table functions.

use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{ObjectName, Spanned};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::call::Call;
use super::{advanced_weights, curves, elsewhere, evaluate, info, models, predict, trials, versions, weights};
use crate::error::{Error, Result, closest};

/// A table function: its name, how to call it, and its plan.
pub(super) struct TableFunction {
    pub name: &'static str,
    /// Shown in errors.
    pub usage: &'static str,
    /// BigQuery's options in their order: `STRUCT(0.5)` gives the first, `STRUCT(0.5 AS threshold)` one by its name.
    pub options: &'static [&'static str],
    pub plan: fn(&mut Call<'_>) -> Result<LogicalPlan>,
}

impl TableFunction {
    /// Whether data is among the arguments.
    pub(super) fn takes_data(&self) -> bool {
        self.usage.contains("data")
    }
}

pub(super) const FUNCTIONS: [TableFunction; 15] = [
    TableFunction {
        name: "ml_predict",
        usage: "ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])",
        options: &["threshold", "keep_original_columns", "trial_id"],
        plan: predict::predict,
    },
    TableFunction {
        name: "ml_explain_predict",
        usage: "ml_explain_predict('model', data [, top_k_features => 5] [, threshold => 0.5])",
        options: &["top_k_features", "threshold", "integrated_gradients_num_steps", "approx_feature_contrib"],
        plan: predict::explain_predict,
    },
    TableFunction {
        name: "ml_evaluate",
        usage: "ml_evaluate('model' [, data] [, threshold => 0.5] [, by_label => true] [, weight => column] [, trial_id => 1])",
        options: &["threshold", "trial_id"],
        plan: evaluate::evaluate,
    },
    TableFunction {
        name: "ml_confusion_matrix",
        usage: "ml_confusion_matrix('model' [, data] [, threshold => 0.5] [, weight => column] [, trial_id => 1])",
        options: &["threshold", "trial_id"],
        plan: evaluate::confusion_matrix,
    },
    TableFunction {
        name: "ml_roc_curve",
        usage: "ml_roc_curve('model' [, data] [, thresholds => [0.2, 0.5]] [, weight => column] [, trial_id => 1])",
        options: &["trial_id"],
        plan: curves::roc_curve,
    },
    TableFunction {
        name: "ml_threshold_curve",
        usage: "ml_threshold_curve('model' [, data] [, held_out => true] [, weight => column])",
        options: &[],
        plan: curves::threshold_curve,
    },
    TableFunction {
        name: "ml_calibration",
        usage: "ml_calibration('model' [, data] [, weight => column])",
        options: &[],
        plan: curves::calibration,
    },
    TableFunction {
        name: "ml_global_explain",
        usage: "ml_global_explain('model' [, data] [, class_level_explain => true])",
        options: &["class_level_explain"],
        plan: evaluate::global_explain,
    },
    TableFunction {
        name: "ml_weights",
        usage: "ml_weights('model' [, standardize => true])",
        options: &["standardize"],
        plan: weights::weights,
    },
    TableFunction {
        name: "ml_advanced_weights",
        usage: "ml_advanced_weights('model' [, standardize => true] [, level => 0.95])",
        options: &["standardize"],
        plan: advanced_weights::advanced_weights,
    },
    TableFunction { name: "ml_feature_info", usage: "ml_feature_info('model')", options: &[], plan: info::features },
    TableFunction { name: "ml_training_info", usage: "ml_training_info('model')", options: &[], plan: info::training },
    TableFunction { name: "ml_trial_info", usage: "ml_trial_info('model')", options: &[], plan: trials::trials },
    TableFunction { name: "ml_models", usage: "ml_models()", options: &[], plan: models::models },
    TableFunction { name: "ml_model_versions", usage: "ml_model_versions(['model'])", options: &[], plan: versions::versions },
];

/// The function of a name: `ml_evaluate`, or `ML.EVALUATE` as BigQuery writes it.
pub(super) fn find(name: &ObjectName) -> Option<&'static TableFunction> {
    let written = plain_name(name)?;
    FUNCTIONS.iter().find(|function| written.eq_ignore_ascii_case(function.name))
}

/// Whether a function of this name is one of the table functions.
pub(crate) fn is_table_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function.name))
}

/// Where a name stands.
pub(super) fn place(name: &ObjectName) -> Span {
    name.span()
}

/// `ml_x` for `ml_x` and `ML.X`.
fn plain_name(name: &ObjectName) -> Option<String> {
    let parts = name.0.iter().map(|part| part.as_ident().map(|ident| ident.value.as_str())).collect::<Option<Vec<_>>>()?;
    match parts.as_slice() {
        [name] => Some((*name).to_owned()),
        [schema, name] if schema.eq_ignore_ascii_case("ml") => Some(format!("ml_{name}")),
        _ => None,
    }
}

/// The error for a name that only BigQuery knows, or that is nearly one of ours and nobody else's.
pub(super) fn misspelt(name: &ObjectName, is_known: &dyn Fn(&str) -> bool) -> Option<Error> {
    let written = plain_name(name)?;
    if name.0.len() > 1
        && let Some(error) = elsewhere::explain(&written)
    {
        return Some(error.at(place(name)));
    }
    let similar = closest(&written, FUNCTIONS.iter().map(|function| function.name));
    let error = || Error::statement(format!("there is no table function {name}")).at(place(name));
    // In the spelling of the call.
    let spelt = |function: &str| match function.strip_prefix("ml_") {
        Some(base) if name.0.len() > 1 => format!("ML.{}", base.to_uppercase()),
        _ => function.to_owned(),
    };
    match similar {
        Some(similar) if name.0.len() > 1 || !is_known(&written) => {
            Some(error().with_hint(format!("did you mean {}?", spelt(similar))))
        }
        None if name.0.len() > 1 => {
            let known: Vec<String> = FUNCTIONS.iter().map(|function| spelt(function.name)).collect();
            Some(error().with_hint(format!("there are {}", known.join(", "))))
        }
        _ => None,
    }
}
