//! What training said, as rows.

use serde::{Deserialize, Serialize};

/// One row of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLine {
    /// For example `metrics` or `warnings`.
    pub section: String,
    /// For example `roc_auc`, or the name of a column.
    pub item: String,
    /// The value as text.
    pub value: String,
    /// What is to be known about it: interval, baseline, reason.
    pub detail: String,
}

/// The report that `CREATE MODEL` returns: rows of (section, item, value, detail).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    lines: Vec<ReportLine>,
}

impl Report {
    /// Adds a row.
    pub fn push(&mut self, section: &str, item: impl Into<String>, value: impl Into<String>, detail: impl Into<String>) {
        self.lines.push(ReportLine { section: section.into(), item: item.into(), value: value.into(), detail: detail.into() });
    }

    /// Adds all rows of another report.
    pub fn append(&mut self, other: &Self) {
        self.lines.extend_from_slice(&other.lines);
    }

    /// The rows in order.
    pub fn lines(&self) -> &[ReportLine] {
        &self.lines
    }

    /// The value of an item, if the report has it.
    pub fn value(&self, section: &str, item: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.section == section && line.item == item).map(|line| line.value.as_str())
    }
}
