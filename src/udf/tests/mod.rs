//! Hand-made models, and what their functions must do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::get_unwrap,
    reason = "a test that fails panics"
)]

mod errors;
mod fixture;
mod properties;
mod sql;
