//! Why a file is not taken for a model.

use std::path::Path;

use serde::Deserialize;

use super::{DIGEST_LENGTH, FORMAT_VERSION, MAGIC, PREAMBLE_LENGTH};
use crate::error::{Error, ErrorKind};

/// Why a file is not taken for a model. Every message goes on after `model file x: it …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("it is empty")]
    Empty,
    #[error("it is not a model file")]
    Foreign,
    #[error("it went through a transfer that converts text; copy it again as a binary file")]
    TextMode,
    #[error("it ends before its {} bytes of preamble and digest do", PREAMBLE_LENGTH + DIGEST_LENGTH)]
    Truncated,
    #[error(
        "it has format version {found} and needs a program that reads version {needed}; this one reads versions 1 to \
         {FORMAT_VERSION}, so update datafusion-ml"
    )]
    Version { found: u32, needed: u32 },
    #[error("its preamble contradicts itself")]
    Preamble,
    #[error("its {section} claims {claimed} bytes; at most {limit} are read")]
    TooLong { section: &'static str, claimed: u64, limit: usize },
    #[error("it has {found} bytes where its preamble says {expected}; it was cut off, or something was added")]
    Length { expected: usize, found: usize },
    #[error("its {section} checksum does not match; it was changed after it was written")]
    Checksum { section: &'static str },
    #[error("its payload cannot be decoded: {0}")]
    Payload(String),
    #[error("its payload is not encoded in the one way that is allowed")]
    NotCanonical,
    #[error("its checksums match but it holds no valid model: {0}")]
    Content(String),
}

impl Damage {
    /// The reason for a file that does not begin with the magic.
    pub(super) fn not_a_model(bytes: &[u8]) -> Self {
        // What is left of the magic when line ends are converted, the eighth bit is cleared, or the bytes are read as text.
        const REMAINS: [&[u8]; 3] = [b"\x89DFM", b"\x09DFM", b"\xef\xbf\xbdDFM"];
        if bytes.is_empty() {
            Self::Empty
        } else if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
            Self::Truncated
        } else if REMAINS.iter().any(|remains| bytes.starts_with(remains)) {
            Self::TextMode
        } else {
            Self::Foreign
        }
    }

    /// The error of a file in which this was found.
    pub(crate) fn in_file(&self, path: &Path) -> Error {
        ErrorKind::Artifact { path: path.to_owned(), reason: self.to_string() }.into()
    }
}

/// The function that the readable header of a damaged file names, if that can still be read: for messages, since nothing vouches
/// for it.
pub(crate) fn claimed_function(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Claim {
        function: String,
    }
    // The lengths may be what is damaged; the header is one JSON value, wherever it ends.
    let mut values = serde_json::Deserializer::from_slice(bytes.get(PREAMBLE_LENGTH..)?).into_iter::<Claim>();
    Some(values.next()?.ok()?.function)
}
