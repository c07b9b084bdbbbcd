//! Where a text of statements comes from.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::failure::Failure;

/// Where a text of statements comes from. `Display` names it in messages.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// The `number`th `-c`, from 1.
    Command {
        /// Which one.
        number: usize,
        /// Its text.
        text: String,
    },
    /// A file.
    File(PathBuf),
    /// Standard input.
    Input,
}

impl Origin {
    /// The whole text: a statement that cannot be read stops the ones before it too, so nothing is left half done by a typo.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        let text = match self {
            Self::Command { text, .. } => Ok(text.clone()),
            Self::File(path) => fs::read_to_string(path),
            Self::Input => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
        };
        let text = text.map_err(|source| Failure::File { name: self.to_string(), source })?;
        // Editors on some systems begin a file with a byte order mark, which is no part of the statement.
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { number, .. } => write!(f, "-c number {number}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Input => f.write_str("standard input"),
        }
    }
}
