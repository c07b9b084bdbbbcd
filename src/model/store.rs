//! The model store: a folder, one file a model version.

use std::path::{Path, PathBuf};

use crate::error::Result;

/// A model file that could not be read and was set aside.
#[derive(Debug)]
pub struct DamagedFile {
    /// The file.
    pub path: PathBuf,
}

/// A folder of model files.
#[derive(Debug)]
pub struct ModelStore {}

impl ModelStore {
    /// Opens a folder, creating it where it does not exist.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let _ = folder;
        Ok(Self {})
    }
}
