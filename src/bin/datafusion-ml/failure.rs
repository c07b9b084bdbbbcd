//! Why the program ends early, and with which exit status.

use std::io;
use std::process::ExitCode;

use datafusion_ml::Error;

/// 128 and the number of the signal, as shells count a program that a signal ended.
pub(crate) const INTERRUPTED: u8 = 130;
const PIPE_CLOSED: u8 = 141;

/// Why the program ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A statement failed.
    Statement {
        /// Which one and where, unless that is plain.
        place: Option<String>,
        /// Why.
        error: Error,
    },
    /// A file of statements cannot be read.
    File {
        /// Its name.
        name: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// Results cannot be written.
    Output(io::Error),
    /// The threads cannot be started.
    Threads(io::Error),
    /// Whoever read the results has gone, as `head` does: no error, but the statements that follow were not run.
    Unread,
    /// Ctrl-C.
    Interrupted,
}

impl Failure {
    /// Says on standard error what went wrong.
    pub(crate) fn say(&self) {
        match self {
            Self::Statement { place, error } => {
                if let Some(place) = place {
                    eprintln!("{place}:");
                }
                let said = error.render();
                // An error without a place has no picture that begins so.
                eprintln!("error: {}", said.strip_prefix("error: ").unwrap_or(&said).trim_end());
            }
            Self::File { name, source } => eprintln!("error: cannot read {name}: {source}"),
            Self::Output(source) => eprintln!("error: cannot write results: {source}"),
            Self::Threads(source) => eprintln!("error: cannot start: {source}"),
            Self::Interrupted => eprintln!("cancelled"),
            Self::Unread => {}
        }
    }

    /// Says what went wrong and gives the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        self.say();
        match self {
            Self::Statement { .. } | Self::File { .. } | Self::Output(_) | Self::Threads(_) => ExitCode::FAILURE,
            Self::Unread => ExitCode::from(PIPE_CLOSED),
            Self::Interrupted => ExitCode::from(INTERRUPTED),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Statement { place: None, error }
    }
}

impl From<datafusion::error::DataFusionError> for Failure {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Error::from(error).into()
    }
}
