//! Runs models: compiles a [`Model`](crate::Model) into the scalar functions that it publishes.
