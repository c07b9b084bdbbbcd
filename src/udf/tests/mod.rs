//! Hand-made models, and what their functions must do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::get_unwrap,
    clippy::cast_possible_truncation,
    clippy::needless_pass_by_value,
    reason = "a test that fails panics, and its numbers are small"
)]

mod errors;
mod fixture;
mod properties;
mod rows;
mod scorer;
mod sql;
