//! Reading a folder of models.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::super::{Model, ModelName};
use super::file::{self, store_error};
use super::file_name::{self, EXTENSION};
use super::index::{DamagedFile, Entry, Index};
use super::rename;
use crate::error::{ErrorKind, Result};

/// A folder that changes while it is read is read again, but not for ever.
const ATTEMPTS: usize = 4;

/// Reads all models of a folder, creating it where it does not exist, and finishes what a crash has left undone.
pub(super) fn index_of(folder: &Path) -> Result<Index> {
    create_folder(folder)?;
    let mut names = list(folder)?;
    let mut index = load(folder, &names);
    // A listing is no snapshot: where another process renames a model, it can miss the old files and the new ones.
    for _ in 1..ATTEMPTS {
        let now = list(folder)?;
        if now == names {
            break;
        }
        names = now;
        index = load(folder, &names);
    }
    rename::finish(folder, &mut index);
    Ok(index)
}

/// The names in a folder but for files under way, of which the ones that nobody writes any more are removed.
pub(super) fn list(folder: &Path) -> Result<Vec<OsString>> {
    let cannot_list = |error| {
        store_error("cannot list the model folder", folder, error)
            .with_hint("check who may read the folder, or choose another one")
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_list)? {
        let name = entry.map_err(cannot_list)?.file_name();
        if file::is_temporary(&name.to_string_lossy()) {
            file::remove_left_over(&folder.join(name));
        } else {
            names.push(name);
        }
    }
    // The order of a listing is the file system's; what the store says must not depend on it.
    names.sort();
    Ok(names)
}

/// What the files of these names hold.
pub(super) fn load(folder: &Path, names: &[OsString]) -> Index {
    let mut index = Index::default();
    for os_name in names {
        let path = folder.join(os_name);
        let name = os_name.to_string_lossy();
        if name.starts_with('.') || !name.to_ascii_lowercase().ends_with(EXTENSION) {
            // Hidden files and other kinds of file are nobody's models.
        } else if let Some((model, version)) = os_name.to_str().and_then(file_name::parse) {
            let entry = entry(&path, &model, version);
            // Removed by another process since it was listed: not there is not damaged.
            if matches!(entry, Entry::Model { .. }) || fs::symlink_metadata(&path).is_ok() {
                index.insert(model, version, entry);
            }
        } else {
            let reason = "its name is not one that the store gives (name@version.dfml)".to_owned();
            index.foreign.push(Arc::new(DamagedFile { path, model: None, reason, function: None }));
        }
    }
    index
}

fn create_folder(folder: &Path) -> Result<()> {
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(store_error("cannot open the model folder", folder, io::ErrorKind::NotADirectory.into())
            .with_hint("a model store is a folder; choose another path")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).map_err(|error| {
            store_error("cannot create the model folder", folder, error)
                .with_hint("check the folder above it, or choose another one")
        }),
        Err(error) => Err(store_error("cannot open the model folder", folder, error)
            .with_hint("check who may read the folder, or choose another one")),
    }
}

/// What a file holds that by its name is a version of a model.
pub(super) fn entry(path: &Path, name: &ModelName, version: u32) -> Entry {
    let (reason, function) = match Model::read(path) {
        Ok(model) if model.name == *name && model.version == version => {
            let created = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
            return Entry::Model { model: Arc::new(model), created };
        }
        Ok(model) => {
            let holds = format!("it holds version {} of model {}", model.version, model.name);
            (format!("{holds}; model files cannot be renamed by hand"), Some(model.function))
        }
        Err(error) => {
            let reason = match error.kind() {
                ErrorKind::Artifact { reason, .. } => reason.clone(),
                _ => error.to_string(),
            };
            (reason, file::claimed_function(path))
        }
    };
    Entry::Damaged(Arc::new(DamagedFile { path: path.to_owned(), model: Some((name.clone(), version)), reason, function }))
}
