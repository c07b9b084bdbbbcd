//! The functions as the language reference lists them.

use super::analytic::AnalyticName;
use super::parameters::{Call, Parameter};
use super::scalar::ScalarName;

/// One row per function: its call, and what each parameter takes.
pub(crate) fn reference() -> Vec<[String; 2]> {
    let scalar = ScalarName::ALL.iter().map(|name| name.call());
    scalar.chain(AnalyticName::ALL.iter().map(|name| name.call())).map(described).collect()
}

fn described(call: &Call) -> [String; 2] {
    let parameter = |Parameter(name, wanted): &Parameter| format!("`{name}`: {}", wanted.describe());
    [format!("`{}`", call.text()), call.parameters.iter().map(parameter).collect::<Vec<_>>().join("; ")]
}
