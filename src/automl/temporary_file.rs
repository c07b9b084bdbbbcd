//! A temporary file that is written once, from start to end, and read at any place by any thread.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::common::DataFusionError;
use datafusion::execution::spill_file::{SpillFile, SpillWriter};

use crate::error::{Error, ErrorKind, Result};

/// A temporary file of the session's disk manager, which deletes it when it is dropped and limits its size.
pub(crate) struct TemporaryFile {
    file: Arc<dyn SpillFile>,
    path: PathBuf,
    writer: Mutex<Writer>,
}

struct Writer {
    file: Box<dyn SpillWriter>,
    end: u64,
}

impl fmt::Debug for TemporaryFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryFile").field("path", &self.path).field("size", &self.file.size()).finish_non_exhaustive()
    }
}

impl TemporaryFile {
    pub(super) fn new(file: Arc<dyn SpillFile>) -> Result<Self> {
        let path = file.path().map(Path::to_owned).ok_or_else(|| {
            Error::unsupported("training with temporary files that are not local").with_hint("raise the memory limit")
        })?;
        let writer = Mutex::new(Writer { file: file.open_writer()?, end: 0 });
        Ok(Self { file, path, writer })
    }

    /// Writes bytes behind all others and gives their place.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<u64> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.file.write_all(bytes).and_then(|()| writer.file.flush()).map_err(|error| not_written(&error))?;
        let place = writer.end;
        writer.end += bytes.len() as u64;
        Ok(place)
    }

    /// Opens the file for reading.
    pub(super) fn reader(&self) -> Result<Reader> {
        File::open(&self.path).map(Reader).map_err(|error| not_read(&error))
    }
}

/// Reads a temporary file.
#[derive(Debug)]
pub(super) struct Reader(File);

impl Reader {
    /// Fills `out` with the bytes from a place on.
    pub(super) fn read(&mut self, place: u64, out: &mut [u8]) -> Result<()> {
        self.0.seek(SeekFrom::Start(place)).and_then(|_| self.0.read_exact(out)).map_err(|error| not_read(&error))
    }
}

fn not_written(error: &io::Error) -> Error {
    let reason = error.to_string();
    let message = format!("the temporary file of training cannot be written: {}", reason.trim_end_matches('.'));
    Error::from(ErrorKind::DataFusion(DataFusionError::ResourcesExhausted(message))).with_hint(
        "make room on the disk or choose another with datafusion.runtime.temp_directory, raise \
         datafusion.runtime.max_temp_directory_size, or raise the memory limit",
    )
}

fn not_read(error: &io::Error) -> Error {
    let message = format!("the temporary file of training cannot be read: {error}");
    ErrorKind::DataFusion(DataFusionError::Execution(message)).into()
}
