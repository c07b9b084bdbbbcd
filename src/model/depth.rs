//! A limit to nesting while a model is decoded: a forged file could otherwise nest types until the stack is used up.

use std::cell::Cell;

use serde::de::{Deserialize, Deserializer, Error};

/// Types nest at most this deep: a list is one level, a struct another.
pub(crate) const MAX_DEPTH: u32 = 16;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Decodes a value that may hold others of its kind.
pub(super) fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    let depth = DEPTH.get();
    if depth > MAX_DEPTH {
        return Err(D::Error::custom(format!("types nest more than {MAX_DEPTH} deep")));
    }
    DEPTH.set(depth + 1);
    let value = T::deserialize(deserializer);
    DEPTH.set(depth);
    value
}
