//! The options as the language reference lists them: Markdown, made from the tables that statements are checked with.

use super::allowed::Foreign;
use super::bigquery;
use super::table::{ALTERABLE, HYPERPARAMETERS, KMEANS, OptionTable, SETTINGS, XGBOOST};

/// One of the lists, by its name.
pub(in crate::sql) fn reference(name: &str) -> Option<String> {
    Some(match name {
        "settings" => options(&SETTINGS),
        "settings without effect" => foreign("setting", SETTINGS.without_meaning),
        "settings that are refused" => table(
            &["setting", "values", "of"],
            SETTINGS.unsupported.iter().map(|(Foreign(key, allowed), of)| row(&[&code(key), &allowed.expected(), of])),
        ),
        "hyperparameters" => options(&HYPERPARAMETERS),
        "hyperparameters of XGBOOST" => foreign("hyperparameter", XGBOOST.without_meaning),
        "hyperparameters of KMEANS" => foreign("hyperparameter", KMEANS.without_meaning),
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

fn foreign(place: &str, keys: &[Foreign]) -> String {
    table(&[place, "values"], keys.iter().map(|Foreign(key, allowed)| row(&[&code(key), &allowed.expected()])))
}

fn code(key: &str) -> String {
    format!("`{}`", key.to_ascii_uppercase())
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
