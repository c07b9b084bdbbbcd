//! `DATA_SPLIT_METHOD` and what goes with it.

use super::super::read::{number, shown};
use super::given::{Given, invalid};
use crate::automl::Split;
use crate::error::{Error, Result};
use crate::sql::ast::OptionValue;

/// The share that is held out unless another one is asked for.
const EVAL_FRACTION: f64 = 0.2;

/// How rows are held out, and the option without effect.
pub(super) fn split(given: &Given<'_>) -> Result<(Split, Option<(String, &'static str)>)> {
    if let Some(entry) = given.get("data_split_test_fraction")
        && number(&entry.value) != Some(0.0)
    {
        let hint = "penalties are chosen by cross-validation on the training rows, so the rows that DATA_SPLIT_EVAL_FRACTION holds \
                    out are test rows: leave it out";
        return Err(Error::unsupported("DATA_SPLIT_TEST_FRACTION").at(entry.key.span).with_hint(hint));
    }
    let method = given.word("data_split_method").unwrap_or_else(|| "AUTO_SPLIT".into());
    let column = given.get("data_split_col");
    let by_column = ["CUSTOM", "SEQ"].contains(&method.as_str());
    if let Some(column) = column.filter(|_| !by_column) {
        let message = format!("DATA_SPLIT_COL has no effect with DATA_SPLIT_METHOD '{method}'");
        let hint = "DATA_SPLIT_METHOD 'CUSTOM' and 'SEQ' split by a column; else leave it out";
        return Err(Error::statement(message).at(column.key.span).with_hint(hint));
    }
    let name = || match (column.map(|column| &column.value.value), given.get("data_split_method")) {
        (Some(OptionValue::Text(name)), _) => Ok(name.clone()),
        (_, method) => {
            let error = Error::statement("this DATA_SPLIT_METHOD needs DATA_SPLIT_COL");
            let error = error.with_hint("name the column: DATA_SPLIT_COL = 'is_test'");
            Err(method.map_or_else(|| Error::internal("a split without a method"), |method| error.at(method.value.span)))
        }
    };
    let has_share = ["RANDOM", "SEQ"].contains(&method.as_str());
    let fraction = given.get("data_split_eval_fraction");
    let ignored = fraction
        .filter(|_| !has_share)
        .map(|entry| (shown(&entry.key), "only DATA_SPLIT_METHOD 'RANDOM' and 'SEQ' hold out a share"));
    let ratio = match fraction.map(|entry| (entry, number(&entry.value))) {
        Some((entry, Some(share))) if share <= 0.0 || share >= 1.0 => {
            let error = invalid(entry, &entry.value, "a number greater than 0 and less than 1");
            return Err(error.with_hint("DATA_SPLIT_METHOD 'NO_SPLIT' trains on all rows"));
        }
        Some((_, Some(share))) => 1.0 - share,
        _ => 1.0 - EVAL_FRACTION,
    };
    let split = match method.as_str() {
        "RANDOM" => Split::random(ratio),
        "CUSTOM" => Split::Custom { column: name()? },
        "SEQ" => Split::OrderBy { ratio, column: name()? },
        "NO_SPLIT" => Split::None,
        _ => Split::auto(),
    };
    Ok((split, ignored))
}
