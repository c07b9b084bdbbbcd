//! What the store knows of its models without looking at the disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::{Model, ModelName};
use crate::error::{Error, ErrorKind, closest};

/// A file of the store's folder that cannot be used. The store never changes, moves or removes it on its own.
///
/// While the newest version of a model is damaged, the model cannot be used: an older version must not take its place
/// without anyone having decided so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedFile {
    /// The file.
    pub path: PathBuf,
    /// The model version that the file's name stands for; `None` if it is not a name that the store gives.
    pub model: Option<(ModelName, u32)>,
    /// What is wrong with it.
    pub reason: String,
    /// The base name of the functions that it would publish, where its readable header can still be read. Nothing vouches
    /// for it.
    pub function: Option<String>,
}

impl DamagedFile {
    /// The error of everything that needs this file, with what to do about it.
    pub fn error(&self) -> Error {
        let hint = match &self.model {
            Some((name, version)) => {
                format!(
                    "restore the file from a backup, or run DROP MODEL {name} VERSION {version} to go back to the version before"
                )
            }
            None => "move it out of the folder; if it is a model, IMPORT MODEL takes it in".to_owned(),
        };
        Error::from(ErrorKind::Artifact { path: self.path.clone(), reason: self.reason.clone() }).with_hint(hint)
    }
}

/// One version of a model.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Model { model: Arc<Model>, created: Option<SystemTime> },
    Damaged(Arc<DamagedFile>),
}

impl Entry {
    pub(super) fn model(&self) -> Option<&Arc<Model>> {
        match self {
            Self::Model { model, .. } => Some(model),
            Self::Damaged(_) => None,
        }
    }
}

/// All versions of all models, and the files that belong to none. A name is only there while it has versions.
#[derive(Debug, Default)]
pub(super) struct Index {
    models: BTreeMap<ModelName, BTreeMap<u32, Entry>>,
    pub(super) foreign: Vec<Arc<DamagedFile>>,
}

impl Index {
    pub(super) fn names(&self) -> impl Iterator<Item = &ModelName> {
        self.models.keys()
    }

    /// The versions of a model, oldest first.
    pub(super) fn versions(&self, name: &ModelName) -> impl DoubleEndedIterator<Item = (u32, &Entry)> {
        self.models.get(name).into_iter().flatten().map(|(version, entry)| (*version, entry))
    }

    pub(super) fn newest(&self, name: &ModelName) -> Option<(u32, &Entry)> {
        self.versions(name).next_back()
    }

    pub(super) fn get(&self, name: &ModelName, version: u32) -> Option<&Entry> {
        self.models.get(name)?.get(&version)
    }

    /// Every entry, by name and version.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.models.values().flat_map(BTreeMap::values)
    }

    pub(super) fn insert(&mut self, name: ModelName, version: u32, entry: Entry) {
        self.models.entry(name).or_default().insert(version, entry);
    }

    pub(super) fn remove(&mut self, name: &ModelName, version: u32) -> Option<Entry> {
        let versions = self.models.get_mut(name)?;
        let entry = versions.remove(&version);
        if versions.is_empty() {
            self.models.remove(name);
        }
        entry
    }

    /// The error of a model that is not here.
    pub(super) fn not_found(&self, name: &ModelName) -> Error {
        let name = name.to_string();
        let names: Vec<String> = self.names().map(ModelName::to_string).collect();
        let similar = closest(&name, names.iter().map(String::as_str)).map(str::to_owned);
        ErrorKind::ModelNotFound { name, similar }.into()
    }

    /// The error of a version that is not here.
    pub(super) fn version_not_found(&self, name: &ModelName, version: u32) -> Error {
        match self.newest(name) {
            Some((newest, _)) => {
                Error::from(ErrorKind::ModelNotFound { name: format!("{name} version {version}"), similar: None })
                    .with_hint(format!("its newest version is {newest}"))
            }
            None => self.not_found(name),
        }
    }
}
