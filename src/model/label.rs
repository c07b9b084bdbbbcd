//! Class values.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A class value of the target.
///
/// Labels are ordered: booleans false before true, numbers by value, texts by their bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Label {
    /// Of a boolean target.
    Boolean(bool),
    /// Of an integer target of any width.
    Integer(i128),
    /// Of a floating-point or decimal target; never NaN.
    Float(f64),
    /// Of a text target.
    Text(String),
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Label {}

impl Label {
    /// Whether a double cannot hold the label exactly.
    pub(crate) fn is_beyond_doubles(&self) -> bool {
        matches!(self, Self::Integer(value) if value.unsigned_abs() > 1 << 53)
    }

    /// The label as a double, as numbers and booleans are read; NaN for text.
    pub(crate) fn as_number(&self) -> f64 {
        match self {
            Self::Boolean(value) => f64::from(u8::from(*value)),
            #[allow(clippy::cast_precision_loss, reason = "labels beyond 2^53 are refused in training")]
            Self::Integer(value) => *value as f64,
            Self::Float(value) => *value,
            Self::Text(_) => f64::NAN,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Integer(_) => 1,
            Self::Float(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}
