//! The model file: bytes of a model and back.
