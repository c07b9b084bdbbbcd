//! The model store: a folder, one file a model version.

use std::path::PathBuf;

/// A model file that could not be read and was set aside.
#[derive(Debug)]
pub struct DamagedFile {
    /// The file.
    pub path: PathBuf,
}

/// A folder of model files.
#[derive(Debug)]
pub struct ModelStore {}
