//! The options as the language reference lists them: Markdown, made from the tables that statements are checked with.

use super::bigquery;
use super::table::{ALTERABLE, HYPERPARAMETERS, KMEANS, OptionTable, SETTINGS, XGBOOST};

/// One of the lists, by its name.
pub(in crate::sql) fn reference(name: &str) -> Option<String> {
    Some(match name {
        "settings" => options(&SETTINGS),
        "settings without effect" => keys(SETTINGS.without_meaning),
        "settings that are refused" => table(
            &["setting", "of"],
            SETTINGS.unsupported.iter().map(|(key, of)| row(&[&format!("`{}`", key.to_ascii_uppercase()), of])),
        ),
        "hyperparameters" => options(&HYPERPARAMETERS),
        "hyperparameters of XGBOOST" => keys(XGBOOST.without_meaning),
        "hyperparameters of KMEANS" => keys(KMEANS.without_meaning),
        "options of ALTER MODEL" => options(&ALTERABLE),
        _ => return bigquery::reference(name),
    })
}

fn options(of: &OptionTable) -> String {
    let rows = of
        .options
        .iter()
        .map(|option| row(&[&format!("`{}`", option.key.to_ascii_uppercase()), option.values, option.default, option.meaning]));
    table(&[of.place, "values", "default", "what it does"], rows)
}

fn keys(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{}`", key.to_ascii_uppercase())).collect::<Vec<_>>().join(", ")
}

/// A row of a table.
pub(in crate::sql) fn row(cells: &[&str]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// A table with its head.
pub(in crate::sql) fn table(head: &[&str], rows: impl Iterator<Item = String>) -> String {
    let rule = format!("|{}", "---|".repeat(head.len()));
    [row(head), rule].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}
