//! Tests of several estimators at once, and the rows that tests share.

pub(crate) mod example_rows;
mod no_intercept;
mod sparse_fits;
