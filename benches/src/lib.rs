//! Data for the benches, made from a seed.
