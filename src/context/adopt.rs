//! New versions that are not trained: a model file from elsewhere, and an older version that becomes current again.

use std::path::Path;
use std::sync::Arc;

use super::MlContext;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, ModelName};

impl MlContext {
    /// Takes in a model file under a name of its own and publishes its functions, under another base name if one is given.
    ///
    /// # Errors
    /// [`ModelExists`](ErrorKind::ModelExists), [`FunctionExists`](ErrorKind::FunctionExists),
    /// [`Artifact`](ErrorKind::Artifact) if the file holds no valid model.
    pub(crate) fn import(&self, name: &ModelName, path: &Path, function: Option<String>) -> Result<Arc<Model>> {
        self.store().check_name(name)?;
        let is_free = || {
            if self.store().current(name).is_none() && self.store().damage_of(name).is_none() {
                return Ok(());
            }
            let hint = format!("import it under another name, or run DROP MODEL {name} first");
            Err(Error::from(ErrorKind::ModelExists { name: name.to_string() }).with_hint(hint))
        };
        is_free()?;
        let mut model = Model::read(path)?;
        model.name.clone_from(name);
        if let Some(function) = function {
            model.function = function;
        }
        self.save_and_publish(model, |_| is_free())
    }

    /// Makes a version current again, as a copy that becomes the newest. Returns `None` if it is the current one.
    ///
    /// # Errors
    /// Those of [`ModelStore::get_version`](crate::ModelStore::get_version), [`FunctionExists`](ErrorKind::FunctionExists).
    pub(crate) fn restore(&self, name: &ModelName, version: u32) -> Result<Option<Arc<Model>>> {
        let model = self.store().get_version(name, version)?;
        if self.store().current(name).is_some_and(|current| current.version == version) {
            return Ok(None);
        }
        self.save_and_publish(model.as_ref().clone(), |_| Ok(())).map(Some)
    }
}
