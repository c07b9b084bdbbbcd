//! BigQuery's functions as the language reference lists them.

use super::catalog::{GROUPS, MISSING};
use crate::sql::options::reference::{row, table};

/// One of the lists, by its name.
pub(in crate::sql) fn reference(name: &str) -> Option<String> {
    let code = |name: &str| format!("`{name}`");
    match name {
        "functions of BigQuery" => {
            let rows = GROUPS.iter().map(|group| {
                let names = group.functions.iter().map(|(name, _)| code(name)).collect::<Vec<_>>().join(", ");
                row(&[group.kind, &names, group.remark])
            });
            Some(table(&["", "functions", "remarks"], rows))
        }
        "functions of BigQuery that are refused" => {
            let rows = MISSING.iter().map(|(name, instead)| row(&[&code(name), instead]));
            Some(table(&["function", "instead"], rows))
        }
        _ => None,
    }
}

/// A query with each function.
pub(crate) fn examples() -> impl Iterator<Item = String> {
    let calls = GROUPS.iter().flat_map(|group| group.functions).map(|(_, call)| call);
    calls.map(|call| format!("SELECT {call} FROM (SELECT 1 AS x, 2.5 AS y UNION ALL SELECT 3, 2.5 UNION ALL SELECT NULL, 1.5)"))
}
