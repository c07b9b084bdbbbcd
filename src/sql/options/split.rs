//! `SPLIT`.

use super::read::{invalid, label, number};
use crate::automl::Split;
use crate::error::{Error, Result};
use crate::sql::ast::{OptionValue, Spanned, SplitClause, SplitMethod};

/// How rows are held out.
pub(super) fn split(clause: Option<&SplitClause>) -> Result<Split> {
    let Some(clause) = clause else { return Ok(Split::default()) };
    let ratio = clause.ratio.as_ref().map_or(Ok(Split::DEFAULT_RATIO), ratio)?;
    let seed = clause.seed.as_ref().map_or(Ok(Split::DEFAULT_SEED), seed)?;
    let name = |column: &Spanned<String>| column.value.clone();
    Ok(match clause.method.as_deref() {
        None => Split::Random { ratio, seed },
        Some(SplitMethod::Key(columns)) => Split::Key { ratio, seed, columns: columns.iter().map(name).collect() },
        Some(SplitMethod::OrderBy(column)) => {
            refuse("SEED", clause.seed.as_ref(), "ORDER BY")?;
            Split::OrderBy { ratio, column: name(column) }
        }
        Some(SplitMethod::Column(column)) => {
            refuse("SEED", clause.seed.as_ref(), "COLUMN")?;
            refuse("RATIO", clause.ratio.as_ref(), "COLUMN")?;
            Split::Column { column: name(column) }
        }
        Some(SplitMethod::None) => {
            refuse("SEED", clause.seed.as_ref(), "NONE")?;
            refuse("RATIO", clause.ratio.as_ref(), "NONE")?;
            Split::None
        }
    })
}

fn ratio(value: &Spanned<OptionValue>) -> Result<f64> {
    number(value).ok_or_else(|| invalid("RATIO", value, "the share of rows to train on").at(value.span))
}

fn seed(value: &Spanned<OptionValue>) -> Result<u64> {
    let seed = label(value).and_then(|text| text.trim().parse().ok());
    seed.ok_or_else(|| invalid("SEED", value, "a whole number of at least 0").at(value.span))
}

fn refuse(item: &str, value: Option<&Spanned<OptionValue>>, method: &str) -> Result<()> {
    match value {
        Some(value) => {
            let message = format!("{item} has no effect in SPLIT ({method} ...)");
            Err(Error::statement(message).at(value.span).with_hint(format!("leave out {item} or {method}")))
        }
        None => Ok(()),
    }
}
