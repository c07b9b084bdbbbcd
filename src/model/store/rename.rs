//! Renaming a model: all of its versions, in an order that a crash cannot turn into a loss.
//!
//! A model file carries its model's name, so every version is written anew:
//!
//! 1. A note of the old and the new name is put into the folder.
//! 2. Every version is written under the new name.
//! 3. The files of the old name are removed, oldest first.
//! 4. The note is removed.
//!
//! A crash before 1 has changed nothing. A crash later leaves the note, and for every version its old file, its new file or
//! both, never neither. Opening the store finds the note and does what is left of 2 to 4. Whoever renames holds a lock on
//! the note, so another process that opens the store meanwhile leaves the files alone.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::super::{Model, ModelName, artifact};
use super::ModelStore;
use super::file::{self, store_error};
use super::file_name::{self, file_name};
use super::index::{DamagedFile, Entry, Index};
use super::open;
use crate::error::{Error, ErrorKind, Result};

const NOTE: &str = ".dfml-rename";
/// Two names that are short enough for file names, with room to spare.
const MAX_NOTE_LENGTH: usize = 64 << 10;

/// A version under its new name.
struct Renamed {
    model: Arc<Model>,
    created: Option<SystemTime>,
}

impl ModelStore {
    /// Renames a model with all of its versions.
    ///
    /// # Errors
    /// [`ModelNotFound`](ErrorKind::ModelNotFound) or [`ModelExists`](ErrorKind::ModelExists) by the names,
    /// [`Artifact`](ErrorKind::Artifact) if a version is damaged, [`Store`](ErrorKind::Store) if a file cannot be written or
    /// removed.
    pub fn rename(&self, old: &ModelName, new: &ModelName) -> Result<()> {
        file_name::check(new)?;
        let _change = self.changing();
        let versions = renamed_versions(&self.read(), old, new)?;
        let Some(folder) = self.folder() else {
            switch(&mut self.write(), old, versions);
            return Ok(());
        };
        let note = write_note(folder, old, new)?;
        if let Err(error) = write_versions(folder, &versions) {
            // Without new files and note it is as if nothing had begun.
            let _ = file::remove(&folder.join(NOTE));
            return Err(error);
        }
        let tidied = tidy(folder, old, &versions);
        // Whether or not the old files could be removed, the model has its new name now.
        switch(&mut self.write(), old, versions);
        drop(note);
        tidied
            .map_err(|error| error.with_hint("the model is renamed; opening the store again removes what is left of the old one"))
    }
}

/// Does what is left of a renaming that a crash has interrupted.
///
/// While another process still renames, and in a folder that cannot be written to, the model gets its new name in memory only.
pub(super) fn finish(folder: &Path, index: &mut Index) {
    let path = folder.join(NOTE);
    let note = match file::open(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => return index.foreign.push(unreadable(path, &error.to_string())),
    };
    // Whoever got the lock while the note was being removed holds a file that is no longer there: that renaming is over.
    let interrupted = note.try_lock().is_ok() && file::is_at(&note, &path);
    let names = file::read_all(&note, MAX_NOTE_LENGTH).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some((old, new)): Option<(ModelName, ModelName)> = names else {
        return index.foreign.push(unreadable(path, "it is not the note of an unfinished ALTER MODEL ... RENAME TO"));
    };
    // What was read before the lock was taken may have changed since. From here on nobody else changes these models.
    if interrupted && let Ok(names) = open::list(folder) {
        *index = open::load(folder, &names);
        let versions = unfinished_versions(index, &old, &new);
        let missing = versions.iter().filter(|version| index.get(&new, version.model.version).is_none());
        // Old files go only once every new one is there. What fails is tried again the next time the store is opened.
        if write_versions(folder, missing).is_ok() {
            let _ = tidy(folder, &old, &versions);
        }
    }
    let versions = unfinished_versions(index, &old, &new);
    switch(index, &old, versions);
}

fn unreadable(path: PathBuf, reason: &str) -> Arc<DamagedFile> {
    Arc::new(DamagedFile { path, model: None, reason: reason.to_owned(), function: None })
}

/// All versions of a model, or why it cannot be renamed.
fn renamed_versions(index: &Index, old: &ModelName, new: &ModelName) -> Result<Vec<Renamed>> {
    if index.newest(new).is_some() {
        return Err(Error::from(ErrorKind::ModelExists { name: new.to_string() })
            .with_hint("choose another new name, or drop that model first"));
    }
    if index.newest(old).is_none() {
        return Err(index.not_found(old));
    }
    index
        .versions(old)
        .map(|(_, entry)| match entry {
            Entry::Model { model, created } => Ok(Renamed::new(model, *created, new)),
            Entry::Damaged(damaged) => Err(damaged.error()),
        })
        .collect()
}

/// The versions that still bear the old name. One whose new file is damaged keeps its old name: it may be the only copy.
fn unfinished_versions(index: &Index, old: &ModelName, new: &ModelName) -> Vec<Renamed> {
    index
        .versions(old)
        .filter(|(version, _)| !matches!(index.get(new, *version), Some(Entry::Damaged(_))))
        .filter_map(|(_, entry)| match entry {
            Entry::Model { model, created } => Some(Renamed::new(model, *created, new)),
            Entry::Damaged(_) => None,
        })
        .collect()
}

impl Renamed {
    fn new(model: &Model, created: Option<SystemTime>, name: &ModelName) -> Self {
        let mut model = model.clone();
        model.name = name.clone();
        Self { model: Arc::new(model), created }
    }
}

fn write_note(folder: &Path, old: &ModelName, new: &ModelName) -> Result<File> {
    let path = folder.join(NOTE);
    let names = serde_json::to_vec(&(old, new)).map_err(|error| Error::internal(error.to_string()))?;
    file::create(&path, &names, None).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => store_error("cannot write", &path, error).with_hint(
            "another renaming is under way in this folder; if it was interrupted, opening the store again finishes it",
        ),
        _ => store_error("cannot write", &path, error),
    })
}

/// Writes new files for all versions, or none.
fn write_versions<'a>(folder: &Path, versions: impl IntoIterator<Item = &'a Renamed>) -> Result<()> {
    let mut written = Vec::new();
    for Renamed { model, created } in versions {
        let path = folder.join(file_name(&model.name, model.version));
        let result = artifact::to_bytes(model)
            .and_then(|bytes| file::create(&path, &bytes, *created).map_err(|error| store_error("cannot write", &path, error)));
        match result {
            Ok(_) => written.push(path),
            Err(error) => {
                for path in written {
                    // If that fails, a copy is left over; the old files are all there.
                    let _ = file::remove(&path);
                }
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Removes the old files, then the note.
fn tidy(folder: &Path, old: &ModelName, versions: &[Renamed]) -> Result<()> {
    let old_files = versions.iter().map(|Renamed { model, .. }| folder.join(file_name(old, model.version)));
    for path in old_files.chain([folder.join(NOTE)]) {
        match file::remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(store_error("cannot remove", &path, error)),
            _ => {}
        }
    }
    Ok(())
}

fn switch(index: &mut Index, old: &ModelName, versions: Vec<Renamed>) {
    for Renamed { model, created } in versions {
        index.remove(old, model.version);
        index.insert(model.name.clone(), model.version, Entry::Model { model, created });
    }
}
