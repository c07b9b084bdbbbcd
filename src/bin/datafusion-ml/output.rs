//! Standard output, which may be closed by its reader at any time.

use std::io::{self, BufWriter, ErrorKind, Write};

use datafusion::arrow::error::ArrowError;

use crate::failure::Failure;

/// Where results go.
///
/// Arrow's writers turn an I/O error into text, so the error itself is kept here.
pub(crate) struct Output {
    sink: BufWriter<Box<dyn Write + Send>>,
    failed: Option<io::Error>,
}

impl Output {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        Self::to(io::stdout())
    }

    /// Nowhere: the statements run, their results are dropped.
    pub(crate) fn discard() -> Self {
        Self::to(io::sink())
    }

    fn to(sink: impl Write + Send + 'static) -> Self {
        Self { sink: BufWriter::with_capacity(64 * 1024, Box::new(sink)), failed: None }
    }

    /// What a writer's result means: its own error, unless the fault was that nobody reads any more.
    pub(crate) fn settle<T>(&mut self, result: Result<T, ArrowError>) -> Result<T, Failure> {
        match (self.failed.take(), result) {
            (Some(error), _) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::Unread),
            (Some(error), _) => Err(Failure::Output(error)),
            (None, result) => result.map_err(|error| datafusion_ml::Error::from(error).into()),
        }
    }

    fn keep<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            self.failed.get_or_insert(error);
            kind.into()
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.sink.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.sink.flush();
        self.keep(result)
    }
}
