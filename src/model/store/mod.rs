//! The model store: a folder, one file a model version.
//!
//! Every file is written beside its place and then put there in one step, so whatever happens a reader finds the old content or
//! the new. The folder is read once, when the store is opened; after that the store answers from memory.

mod file;
mod file_name;
mod index;
mod open;
mod rename;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use file::store_error;
pub use index::DamagedFile;
use index::{Entry, Index};

use super::{Model, ModelName, artifact};
use crate::error::{Error, Result};

/// The models of a program: a folder of model files, or memory only.
///
/// All methods take `&self`; threads may share a store, and processes may share a folder. A process sees what another one
/// saves when it opens the store again.
///
/// A store knows nothing of sessions. Statements keep the functions of a session and its store in step; a model that is saved,
/// changed or removed here directly has, or loses, its functions when the next [`MlContext`](crate::MlContext) is made.
///
/// # Examples
/// ```
/// use datafusion_ml::{Model, ModelName, ModelStore};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("models");
/// let store = ModelStore::open(&folder)?;
/// let model = Model::read("models/golden/v1.dfml")?;
/// let name = model.name.clone();
///
/// // Whatever number a model carries, the store gives it the next one of its name.
/// store.save(model.clone())?;
/// store.save(model)?;
/// assert_eq!(store.current(&name).map(|current| current.version), Some(2));
/// assert_eq!(store.versions(&name).len(), 2);
///
/// // All of it is in the folder, for whoever opens it next.
/// let store = ModelStore::open(&folder)?;
/// assert_eq!(store.models().len(), 1);
/// store.rename(&name, &ModelName::from("churn"))?;
/// store.remove(&ModelName::from("churn"), Some(2))?;
/// assert_eq!(store.get(&ModelName::from("churn"))?.version, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ModelStore {
    /// `None` for a store in memory.
    folder: Option<PathBuf>,
    /// Held by whoever changes the store, so that readers need not wait while files are written.
    change: Mutex<()>,
    index: RwLock<Index>,
}

impl ModelStore {
    /// Opens a folder, creating it where it does not exist.
    ///
    /// Files that cannot be used do not keep it from opening: they are listed by [`damaged`](Self::damaged).
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store) if the folder cannot be made or listed, or something else is in its place.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ErrorKind, ModelName, ModelStore};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let folder = folder.path();
    /// std::fs::write(folder.join("churn@1.dfml"), "this is no model")?;
    /// let store = ModelStore::open(folder)?;
    /// assert!(store.models().is_empty());
    /// let [damaged] = &*store.damaged() else { return Err("one file is damaged".into()) };
    /// assert_eq!(damaged.model, Some((ModelName::from("churn"), 1)));
    /// assert!(matches!(store.get(&ModelName::from("churn")).unwrap_err().kind(), ErrorKind::Artifact { .. }));
    ///
    /// // A file in the way of a folder is an error.
    /// let error = ModelStore::open(folder.join("churn@1.dfml")).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Store { .. }));
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref().to_owned();
        let index = RwLock::new(open::index_of(&folder)?);
        Ok(Self { folder: Some(folder), change: Mutex::new(()), index })
    }

    /// A store that keeps its models in memory and forgets them when it is dropped.
    ///
    /// # Examples
    /// ```
    /// let store = datafusion_ml::ModelStore::in_memory();
    /// assert!(store.models().is_empty());
    /// ```
    pub fn in_memory() -> Self {
        Self { folder: None, change: Mutex::new(()), index: RwLock::default() }
    }

    /// The folder; `None` for a store in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The names of all models, also of those whose versions are damaged.
    pub fn names(&self) -> Vec<ModelName> {
        self.read().names().cloned().collect()
    }

    /// The current version of every model, by name. A model whose newest version is damaged has none.
    pub fn models(&self) -> Vec<Arc<Model>> {
        let index = self.read();
        index.names().filter_map(|name| index.newest(name)?.1.model().cloned()).collect()
    }

    /// The current version of a model: the newest, unless that is damaged.
    pub fn current(&self, name: &ModelName) -> Option<Arc<Model>> {
        self.read().newest(name)?.1.model().cloned()
    }

    /// The current version of a model, or why there is none.
    ///
    /// # Errors
    /// [`Artifact`](crate::ErrorKind::Artifact) if its newest version is damaged, [`ModelNotFound`](crate::ErrorKind::ModelNotFound) with the
    /// most similar name if there is no such model.
    pub fn get(&self, name: &ModelName) -> Result<Arc<Model>> {
        let index = self.read();
        match index.newest(name) {
            Some((_, Entry::Model { model, .. })) => Ok(Arc::clone(model)),
            Some((_, Entry::Damaged(damaged))) => Err(damaged.error()),
            None => Err(index.not_found(name)),
        }
    }

    /// One version of a model, or why it cannot be used.
    ///
    /// # Errors
    /// [`Artifact`](crate::ErrorKind::Artifact) if it is damaged, [`ModelNotFound`](crate::ErrorKind::ModelNotFound) if there is no
    /// such model or version.
    pub fn get_version(&self, name: &ModelName, version: u32) -> Result<Arc<Model>> {
        let index = self.read();
        match index.get(name, version) {
            Some(Entry::Model { model, .. }) => Ok(Arc::clone(model)),
            Some(Entry::Damaged(damaged)) => Err(damaged.error()),
            None => Err(index.version_not_found(name, version)),
        }
    }

    /// The versions of a model that can be used, oldest first.
    pub fn versions(&self, name: &ModelName) -> Vec<Arc<Model>> {
        self.read().versions(name).filter_map(|(_, entry)| entry.model().cloned()).collect()
    }

    /// The number that the next version of a model will most likely have: another process may be quicker.
    pub fn next_version(&self, name: &ModelName) -> u32 {
        self.read().newest(name).map_or(1, |(version, _)| version.saturating_add(1))
    }

    /// When a version was made: the time of its file, which later changes of the model keep.
    pub fn created(&self, name: &ModelName, version: u32) -> Option<SystemTime> {
        match self.read().get(name, version)? {
            Entry::Model { created, .. } => *created,
            Entry::Damaged(_) => None,
        }
    }

    /// The files that cannot be used: damaged versions by model, then files that bear no name of the store's.
    pub fn damaged(&self) -> Vec<Arc<DamagedFile>> {
        let index = self.read();
        let versions = index.entries().filter_map(|entry| match entry {
            Entry::Model { .. } => None,
            Entry::Damaged(damaged) => Some(damaged),
        });
        versions.chain(&index.foreign).cloned().collect()
    }

    /// Why a model has no current version although it has files: the error of its newest version.
    pub fn damage_of(&self, name: &ModelName) -> Option<Error> {
        match self.read().newest(name)?.1 {
            Entry::Model { .. } => None,
            Entry::Damaged(damaged) => Some(damaged.error()),
        }
    }

    /// Fails if a model of this name could not be saved; to be asked before the work of training.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if the name has an empty part, or is too long for a file name.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ModelName, ModelStore};
    ///
    /// let store = ModelStore::in_memory();
    /// assert!(store.check_name(&ModelName::from("ml.churn")).is_ok());
    /// assert!(store.check_name(&ModelName::from("x".repeat(300))).is_err());
    /// ```
    pub fn check_name(&self, name: &ModelName) -> Result<()> {
        file_name::check(name)
    }

    /// Saves a model as a new version, which becomes the current one. The version that the model carries is not looked at: it
    /// gets the next free number.
    ///
    /// # Errors
    /// [`Store`](crate::ErrorKind::Store) if the file cannot be written, [`InvalidOption`](crate::ErrorKind::InvalidOption) for a
    /// name that no file can have, [`InvalidModel`](crate::ErrorKind::InvalidModel) for a model that reading would refuse. Nothing
    /// has changed then.
    pub fn save(&self, mut model: Model) -> Result<Arc<Model>> {
        file_name::check(&model.name)?;
        let _change = self.changing();
        loop {
            let newest = self.read().newest(&model.name).map_or(0, |(version, _)| version);
            model.version = newest.checked_add(1).ok_or_else(|| {
                Error::unsupported(format!("another version of model {} after number {newest}", model.name))
                    .with_hint(format!("DROP MODEL {} VERSION {newest} frees the number", model.name))
            })?;
            let bytes = artifact::to_bytes(&model)?;
            match self.write_version(&model, &bytes) {
                Ok(created) => {
                    let model = Arc::new(model);
                    self.write().insert(model.name.clone(), model.version, Entry::Model { model: Arc::clone(&model), created });
                    return Ok(model);
                }
                // Another process took the number: its version is known from here on, and the next number tried.
                Err(Taken::File(path)) => {
                    let entry = open::entry(&path, &model.name, model.version);
                    self.write().insert(model.name.clone(), model.version, entry);
                }
                Err(Taken::Failed(error)) => return Err(error),
            }
        }
    }

    #[allow(clippy::disallowed_methods, reason = "when a model was made is the store's knowledge, not the model's")]
    fn write_version(&self, model: &Model, bytes: &[u8]) -> Result<Option<SystemTime>, Taken> {
        let Some(path) = self.path(&model.name, model.version) else { return Ok(Some(SystemTime::now())) };
        match file::create(&path, bytes, None) {
            Ok(file) => Ok(file.metadata().and_then(|metadata| metadata.modified()).ok()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Taken::File(path)),
            Err(error) => Err(Taken::Failed(store_error("cannot write", &path, error))),
        }
    }

    /// Changes the current version of a model in place, for example its threshold or its description: it keeps its number and
    /// its time.
    ///
    /// Whoever else changes the store waits meanwhile, so of two changes at the same time none is lost.
    ///
    /// # Errors
    /// That of `change`; those of [`get`](Self::get); [`InvalidModel`](crate::ErrorKind::InvalidModel) for a model that reading
    /// would refuse; [`Store`](crate::ErrorKind::Store) if the file cannot be written. Nothing has changed then.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ErrorKind, Model, ModelStore};
    ///
    /// let store = ModelStore::in_memory();
    /// let model = store.save(Model::read("models/golden/v1.dfml")?)?;
    /// let threshold = |value| {
    ///     store.update(&model.name, |model| {
    ///         model.threshold.as_mut().expect("two labels have a threshold").value = value;
    ///         Ok(())
    ///     })
    /// };
    /// assert_eq!(threshold(0.25)?.version, 1);
    /// let error = threshold(2.0).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::InvalidModel { .. }), "{error}");
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn update(&self, name: &ModelName, change: impl FnOnce(&mut Model) -> Result<()>) -> Result<Arc<Model>> {
        let _change = self.changing();
        let index = self.read();
        let (model, created) = match index.newest(name) {
            Some((_, Entry::Model { model, created })) => (Arc::clone(model), *created),
            Some((_, Entry::Damaged(damaged))) => return Err(damaged.error()),
            None => return Err(index.not_found(name)),
        };
        drop(index);
        let mut changed = model.as_ref().clone();
        change(&mut changed)?;
        // Name and number say where the model is kept; only renaming and saving change them.
        changed.name.clone_from(name);
        changed.version = model.version;
        let bytes = artifact::to_bytes(&changed)?;
        if let Some(path) = self.path(name, model.version) {
            file::replace(&path, &bytes).map_err(|error| store_error("cannot replace", &path, error))?;
        }
        let changed = Arc::new(changed);
        self.write().insert(name.clone(), model.version, Entry::Model { model: Arc::clone(&changed), created });
        Ok(changed)
    }

    /// Removes one version of a model, or the whole model. Damaged versions can be removed, too: whoever names one has decided.
    ///
    /// The newest version goes last. If the process dies on the way, the model is what it was, with fewer old versions.
    ///
    /// # Errors
    /// [`ModelNotFound`](crate::ErrorKind::ModelNotFound) if there is nothing to remove, [`Store`](crate::ErrorKind::Store) if a file
    /// cannot be removed; the versions that could be are gone.
    pub fn remove(&self, name: &ModelName, version: Option<u32>) -> Result<()> {
        let _change = self.changing();
        let versions = {
            let index = self.read();
            let all = index.versions(name).map(|(found, _)| found);
            let chosen: Vec<u32> = all.filter(|found| version.is_none_or(|version| version == *found)).collect();
            if chosen.is_empty() {
                return Err(version.map_or_else(|| index.not_found(name), |version| index.version_not_found(name, version)));
            }
            chosen
        };
        for version in versions {
            if let Some(path) = self.path(name, version) {
                match file::remove(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(store_error("cannot remove", &path, error));
                    }
                    // Gone already is what was wanted.
                    _ => {}
                }
            }
            self.write().remove(name, version);
        }
        Ok(())
    }

    /// The file of a version, whether it exists or not; `None` for a store in memory.
    pub fn path(&self, name: &ModelName, version: u32) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(file_name::file_name(name, version)))
    }

    // A thread that panics leaves the index complete: every change is one insertion or removal. So a poisoned lock is as good.

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a version could not be written.
enum Taken {
    /// There is something at its path.
    File(PathBuf),
    Failed(Error),
}
