//! The walls of the house: who may import whom, how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// `automl` and `udf` meet only at `model`, and `model` knows nothing above it; `preprocess` and `bigquery` know nothing
/// at all.
#[test]
fn modules_import_only_downwards() {
    for (folder, forbidden) in [
        ("model", ["automl", "udf", "sql", "context", "training"].as_slice()),
        ("automl", ["udf", "sql", "context", "training"].as_slice()),
        ("udf", ["automl", "sql", "context", "training"].as_slice()),
        ("bigquery", ["preprocess", "model", "automl", "udf", "sql", "context", "training"].as_slice()),
        ("preprocess", ["bigquery", "model", "automl", "udf", "sql", "context", "training"].as_slice()),
    ] {
        for path in sources(&root().join(folder)) {
            let text: String = fs::read_to_string(&path).unwrap().split_whitespace().collect();
            for module in forbidden {
                for import in [format!("crate::{module}::"), format!("crate::{module};"), format!("super::super::{module}::")] {
                    assert!(!text.contains(&import), "{} imports {module}", path.display());
                }
                // Groups: what stands between `crate::{` and its end, item by item.
                for group in text.split("crate::{").skip(1) {
                    let group = group.split(';').next().unwrap_or_default();
                    assert!(
                        !group.split(',').any(|item| item.starts_with(&format!("{module}::"))),
                        "{} imports {module}",
                        path.display()
                    );
                }
            }
        }
    }
}

/// The standard library's elementary functions give other bits on other machines: models do not depend on them.
#[test]
fn elementary_functions_are_our_own() {
    const OTHERS: [&str; 16] = [
        "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "sin", "cos", "tan", "tanh", "atan", "cbrt",
        "hypot",
    ];
    for path in ["model", "automl", "udf", "sql"].iter().flat_map(|folder| sources(&root().join(folder))) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs") {
            continue;
        }
        for name in OTHERS {
            for call in [format!(".{name}("), format!("f64::{name}"), format!("f64::consts::{name}")] {
                let found = code.match_indices(&call).any(|(at, call)| {
                    // Longer names are other functions.
                    !code[at + call.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
                        || call.ends_with('(')
                });
                assert!(!found, "{} calls the standard library's {name}", path.display());
            }
        }
    }
}

/// One idea a file. Tables of cases in tests may be longer.
#[test]
fn files_are_short() {
    for path in sources(&root()) {
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= if is_test { 800 } else { 400 }, "{} has {lines} lines", path.display());
    }
}
