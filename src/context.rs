//! The entry point: a user's own `SessionContext` with models in it.
