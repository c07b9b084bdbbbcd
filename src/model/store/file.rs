//! Reading and writing single files so that neither a crash nor a hostile folder does harm.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::super::Model;
use super::super::artifact::{self, MAX_FILE_LENGTH};
use crate::error::{Error, ErrorKind, Result};

/// What names of files under way begin with. Listings skip them.
const TEMPORARY_PREFIX: &str = ".dfml-tmp-";

/// An error of the store, with what to do about it.
pub(super) fn store_error(action: &'static str, path: &Path, source: io::Error) -> Error {
    let hint = match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("check who may write to the folder, or choose another one; no model was changed")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Some("make room and try again; no model was changed")
        }
        io::ErrorKind::NotFound => Some("it was removed; open the store again to see what is there"),
        _ => None,
    };
    let error = Error::from(ErrorKind::Store { action, path: path.to_owned(), source });
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

impl Model {
    /// Reads a model file. Files may come from anywhere: one that is not a valid model is refused, whatever it says.
    ///
    /// # Errors
    /// [`Artifact`](ErrorKind::Artifact) if the path is not an ordinary file, cannot be read, or holds no valid model.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ErrorKind, Model};
    ///
    /// let model = Model::read("models/golden/v1.dfml")?;
    /// assert_eq!(model.function, "predict_churn");
    ///
    /// let error = Model::read("models/README.md").unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Artifact { .. }));
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = read(path, MAX_FILE_LENGTH)
            .map_err(|error| Error::from(ErrorKind::Artifact { path: path.to_owned(), reason: error.to_string() }))?;
        artifact::from_bytes(&bytes).map_err(|damage| damage.in_file(path))
    }

    /// Writes a model file, whole or not at all. An existing file is not overwritten.
    ///
    /// # Errors
    /// [`Store`](ErrorKind::Store) if the file exists or cannot be written.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::Model;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let folder = tempfile::tempdir()?;
    /// let model = Model::read("models/golden/v1.dfml")?;
    /// model.write(folder.path().join("churn.dfml"))?;
    /// assert!(model.write(folder.path().join("churn.dfml")).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match create(path, &artifact::to_bytes(self)?, None) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(store_error("cannot write", path, error).with_hint("remove the file first, or choose another name"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(store_error("cannot write", path, error).with_hint("the folder does not exist"))
            }
            Err(error) => Err(store_error("cannot write", path, error)),
        }
    }
}

/// The function that a damaged file says it would publish.
pub(super) fn claimed_function(path: &Path) -> Option<String> {
    artifact::claimed_function(&read(path, MAX_FILE_LENGTH).ok()?)
}

/// The bytes of an ordinary file, if they are at most `limit`.
fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    read_all(&open(path)?, limit)
}

/// Opens an ordinary file for reading.
pub(super) fn open(path: &Path) -> io::Result<File> {
    // Looked at before it is opened: opening a FIFO would wait for a writer, and a link could lead anywhere.
    let expected = fs::symlink_metadata(path)?;
    if !expected.is_file() {
        return Err(io::Error::other(format!("it is {}, and a model file is an ordinary file", kind(&expected))));
    }
    let file = File::open(path)?;
    let found = file.metadata()?;
    if !found.is_file() || !same_file(&expected, &found) {
        return Err(io::Error::other("it was replaced while it was being opened; try again"));
    }
    Ok(file)
}

/// The bytes of an open file, if they are at most `limit`.
pub(super) fn read_all(file: &File, limit: usize) -> io::Result<Vec<u8>> {
    let claimed = file.metadata()?.len();
    let length = usize::try_from(claimed)
        .ok()
        .filter(|length| *length <= limit)
        .ok_or_else(|| io::Error::other(format!("it has {claimed} bytes; at most {limit} are read")))?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    // A file that grows meanwhile is cut off here and then refused for its length.
    file.take(claimed).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether an open file is still the one at a path.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    matches!((file.metadata(), fs::symlink_metadata(path)), (Ok(open), Ok(there)) if same_file(&open, &there))
}

fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_symlink() {
        "a symbolic link"
    } else if metadata.is_dir() {
        "a folder"
    } else {
        "a pipe, socket or device"
    }
}

#[cfg(unix)]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Writes a new file, whole or not at all. The file is returned locked and is unlocked when it is dropped.
///
/// # Errors
/// [`AlreadyExists`](io::ErrorKind::AlreadyExists) if there is anything at the path; it is left alone.
pub(super) fn create(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> io::Result<File> {
    let file = prepare(path, bytes, modified)?.persist_noclobber(path).map_err(|error| error.error)?;
    // A file that a power failure may take back must not count as written.
    sync_folder_of(path).inspect_err(|_| drop(fs::remove_file(path)))?;
    Ok(file)
}

/// Replaces a file, whole or not at all, and keeps its time of modification.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let modified = fs::symlink_metadata(path)?.modified().ok();
    prepare(path, bytes, modified)?.persist(path).map_err(|error| error.error)?;
    sync_folder_of(path)
}

/// A complete file beside the path, on the disk and not only in its cache.
fn prepare(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> io::Result<NamedTempFile> {
    // `tempfile` makes files that only their owner may read or write.
    let mut file = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(folder_of(path))?;
    // Tells others that the file is not left over. Where the file system has no locks, they leave it alone anyway.
    let _ = file.as_file().try_lock();
    file.write_all(bytes)?;
    if let Some(modified) = modified {
        file.as_file().set_modified(modified)?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder_of(path)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Makes a new or removed name as lasting as the file itself.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder_of(path))?.sync_all() {
        // Some network file systems cannot; they make names last on their own.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// Whether a name is one of a file under way.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX)
}

/// Removes a file under way whose writer is gone. A writer holds a lock on its file, and a lock ends with its process.
pub(super) fn remove_left_over(path: &Path) {
    let ordinary = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    // Nothing depends on success: the file is skipped, and the next time it is tried again.
    if ordinary && OpenOptions::new().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok()) {
        let _ = fs::remove_file(path);
    }
}
