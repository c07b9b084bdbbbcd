//! The options of BigQuery's form as the language reference lists them.

use super::described::{DESCRIBED, Described};
use super::table::{BigQueryOption, Effect, OPTIONS};
use super::types::{MODEL_TYPES, Types};
use super::values::Value;
use crate::sql::options::reference::{row, table};

/// One of the lists, by its name.
pub(in crate::sql::options) fn reference(name: &str) -> Option<String> {
    match name {
        "options of BigQuery's linear models" => {
            let rows = OPTIONS.iter().filter_map(|option| Some(trained(option, described(option)?)));
            Some(table(&["option", "values", "default", "what it does here"], rows))
        }
        "options of BigQuery's other models" => {
            let rows = OPTIONS.iter().filter(|option| described(option).is_none()).map(untrained);
            Some(table(&["option", "values", "can be tuned", "of"], rows))
        }
        "types of BigQuery's models" => {
            let rows = MODEL_TYPES.iter().map(|(name, model_type)| {
                let is_trained = Types::LINEAR_MODELS.holds(*model_type);
                row(&[&format!("`{name}`"), if is_trained { "is trained" } else { "is read and checked, then refused" }])
            });
            Some(table(&["`MODEL_TYPE`", "here"], rows))
        }
        "options of ALTER MODEL without effect" => {
            Some(super::alter::WITHOUT_EFFECT.map(|key| format!("`{}`", key.to_ascii_uppercase())).join(", "))
        }
        _ => None,
    }
}

fn described(option: &BigQueryOption) -> Option<&'static Described> {
    DESCRIBED.iter().find(|described| described.0 == option.key)
}

fn trained(option: &BigQueryOption, described: &Described) -> String {
    let Described(key, default, what) = described;
    let only = match (option.types.holds(Types::LINEAR), option.types.holds(Types::LOGISTIC)) {
        (false, true) => "Only of `'LOGISTIC_REG'`. ",
        _ => "",
    };
    let effect = match option.effect {
        Effect::Trained => String::new(),
        Effect::None(why) => format!("No effect, said in a notice: {why}. "),
    };
    let name = format!("`{}`", key.to_ascii_uppercase());
    row(&[&name, &values(option), default, format!("{only}{effect}{what}").trim_end()])
}

fn untrained(option: &BigQueryOption) -> String {
    let of = match option.types {
        Types::REMOTE => "`REMOTE`".to_owned(),
        types => type_names(types).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    let tuned = if option.tunable { "yes" } else { "" };
    let mut values = option.value.expected();
    if let Value::OfParts(_) = option.value {
        values += "; of `DNN_LINEAR_COMBINED_*` also one for each part, `[('dnn', …), ('linear', …)]`";
    }
    row(&[&format!("`{}`", option.key.to_ascii_uppercase()), &values, tuned, &of])
}

/// The names of types, with `_*` for a classifier and a regressor of one kind.
fn type_names(types: Types) -> Vec<String> {
    let names = types.names();
    let other = |name: &str| name.strip_suffix("_REGRESSOR").map(|kind| format!("{kind}_CLASSIFIER"));
    let is_second = |name: &&str| other(name).is_some_and(|first| names.contains(&first.as_str()));
    let short = |name: &str| match name.strip_suffix("_CLASSIFIER") {
        Some(kind) if names.contains(&format!("{kind}_REGRESSOR").as_str()) => format!("{kind}_*"),
        _ => name.to_owned(),
    };
    names.iter().filter(|name| !is_second(name)).map(|name| short(name)).collect()
}

/// What an option may be.
fn values(option: &BigQueryOption) -> String {
    let expected = option.value.expected();
    if option.tunable { format!("{expected}; or `HPARAM_RANGE(…)`, `HPARAM_CANDIDATES([…])`") } else { expected }
}

#[test]
fn every_option_of_linear_models_is_described() {
    let of_linear = OPTIONS.iter().filter(|option| {
        let types = [Types::LINEAR, Types::LOGISTIC];
        types.into_iter().any(|model_type| option.types.holds(model_type))
    });
    let keys: Vec<&str> = of_linear.map(|option| option.key).collect();
    assert_eq!(DESCRIBED.iter().map(|described| described.0).collect::<Vec<_>>(), keys);
    for Described(key, default, what) in DESCRIBED {
        let has_effect = OPTIONS.iter().any(|option| option.key == *key && option.effect == Effect::Trained);
        assert!(!has_effect || (what.ends_with('.') && (!default.is_empty() || *key == "labels")), "{key}");
    }
}
