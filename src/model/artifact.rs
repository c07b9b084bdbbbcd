//! The model file: bytes of a model and back.
//!
//! `models/README.md` specifies the format; [`Card`] is its readable header, [`Damage`] every reason to refuse a file. This is
//! the only file that knows how the payload is encoded.
//!
//! Files may come from anywhere. Reading therefore checks from the outside in, and nothing is believed before it is checked:
//! signature, versions, lengths against the length of the file, checksums, the encoding, and last what the model says.

mod card;
mod damage;

use std::path::Path;

use card::Card;
pub(crate) use damage::{Damage, claimed_function};

use super::Model;
use crate::error::{Error, ErrorKind, Result};

/// Not text (first byte), a name, and line ends of both kinds around the end-of-file sign of DOS: a transfer that converts
/// text cannot leave it alone.
const MAGIC: [u8; 8] = *b"\x89DFM\r\n\x1a\n";
/// The version this program writes, and the highest it reads.
const FORMAT_VERSION: u32 = 1;
/// The lowest version of a reader that understands what this program writes.
const MINIMUM_READER: u32 = 1;
/// Magic, two versions, two lengths, two checksums.
const PREAMBLE_LENGTH: usize = 40;
const DIGEST_LENGTH: usize = blake3::OUT_LEN;
/// Readers refuse more before they allocate anything.
const MAX_HEADER_LENGTH: usize = 64 << 20;
const MAX_PAYLOAD_LENGTH: usize = 256 << 20;
/// No model file is longer.
pub(crate) const MAX_FILE_LENGTH: usize = PREAMBLE_LENGTH + MAX_HEADER_LENGTH + MAX_PAYLOAD_LENGTH + DIGEST_LENGTH;

impl Model {
    /// BLAKE3 of the payload of the model's file: two models have the same fingerprint exactly if they are the same model,
    /// name, version and threshold included.
    ///
    /// It is computed anew by every call, which takes as long as writing the model to memory.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the model cannot be encoded, which no model that was read or saved does.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::Model;
    ///
    /// let model = Model::read("models/golden/v1.dfml")?;
    /// let mut other = model.clone();
    /// assert_eq!(other.fingerprint()?, model.fingerprint()?);
    /// other.description.push('!');
    /// assert_ne!(other.fingerprint()?, model.fingerprint()?);
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn fingerprint(&self) -> Result<[u8; 32]> {
        Ok(blake3::hash(&encode(self)?).into())
    }

    /// The bytes of the model's file, for whoever keeps models elsewhere than in files. The same model always gives the same
    /// bytes.
    ///
    /// # Errors
    /// [`InvalidModel`](ErrorKind::InvalidModel) if the model is one that reading would refuse.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ErrorKind, Model};
    ///
    /// let model = Model::read("models/golden/v1.dfml")?;
    /// let bytes = model.to_bytes()?;
    /// assert_eq!(Model::from_bytes(&bytes)?.fingerprint()?, model.fingerprint()?);
    ///
    /// let error = Model::from_bytes(&bytes[..100]).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Artifact { .. }));
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        to_bytes(self)
    }

    /// The model in the bytes of a model file. They may come from anywhere: what is no valid model is refused, whatever it says.
    ///
    /// # Errors
    /// [`Artifact`](ErrorKind::Artifact) with the path `(bytes)`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        from_bytes(bytes).map_err(|damage| damage.in_file(Path::new("(bytes)")))
    }
}

/// The model file of a model. The same model always gives the same bytes.
///
/// # Errors
/// [`InvalidModel`](ErrorKind::InvalidModel) if the model is one that reading would refuse, so that no such file comes to be.
pub(crate) fn to_bytes(model: &Model) -> Result<Vec<u8>> {
    let bytes = seal(&Card::of(model).to_json()?, &encode(model)?);
    match from_bytes(&bytes) {
        Ok(_) => Ok(bytes),
        Err(Damage::Content(reason)) => Err(ErrorKind::InvalidModel { name: model.name.to_string(), reason }.into()),
        Err(damage) => Err(Error::internal(format!("model {} cannot be saved: {damage}", model.name))),
    }
}

/// Puts preamble and digest around header and payload.
pub(super) fn seal(header: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PREAMBLE_LENGTH + header.len() + payload.len() + DIGEST_LENGTH);
    bytes.extend(MAGIC);
    bytes.extend(FORMAT_VERSION.to_le_bytes());
    bytes.extend(MINIMUM_READER.to_le_bytes());
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend(crc32fast::hash(header).to_le_bytes());
    bytes.extend(crc32fast::hash(payload).to_le_bytes());
    bytes.extend(header);
    bytes.extend(payload);
    let digest = blake3::hash(&bytes);
    bytes.extend(digest.as_bytes());
    bytes
}

/// The model in a model file.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Model, Damage> {
    let payload = open_envelope(bytes)?;
    let mut model = decode(payload)?;
    // The encoding knows longer ways to write small numbers. Only the shortest is a model file, or two files with different
    // fingerprints could hold the same model.
    if encode(&model).ok().as_deref() != Some(payload) {
        return Err(Damage::NotCanonical);
    }
    model.features.iter_mut().for_each(|feature| feature.encoder.index());
    model.validate().map_err(Damage::Content)?;
    Ok(model)
}

/// Checks everything around the payload and gives the payload.
fn open_envelope(bytes: &[u8]) -> Result<&[u8], Damage> {
    let mut rest = bytes;
    let magic = take::<8>(&mut rest).map_err(|_| Damage::not_a_model(bytes))?;
    if magic != MAGIC {
        return Err(Damage::not_a_model(bytes));
    }
    let format_version = u32::from_le_bytes(take(&mut rest)?);
    let minimum_reader = u32::from_le_bytes(take(&mut rest)?);
    // A later version may lay out everything from here on differently.
    if minimum_reader > FORMAT_VERSION {
        return Err(Damage::Version { found: format_version, needed: minimum_reader });
    }
    if format_version == 0 || minimum_reader == 0 || minimum_reader > format_version {
        return Err(Damage::Preamble);
    }
    let header_length = length("header", u64::from_le_bytes(take(&mut rest)?), MAX_HEADER_LENGTH)?;
    let payload_length = length("payload", u64::from_le_bytes(take(&mut rest)?), MAX_PAYLOAD_LENGTH)?;
    let header_checksum = u32::from_le_bytes(take(&mut rest)?);
    let payload_checksum = u32::from_le_bytes(take(&mut rest)?);
    // Both lengths are capped, so this cannot overflow.
    let expected = PREAMBLE_LENGTH + header_length + payload_length + DIGEST_LENGTH;
    if bytes.len() != expected {
        return Err(Damage::Length { expected, found: bytes.len() });
    }
    let (header, rest) = rest.split_at_checked(header_length).ok_or(Damage::Truncated)?;
    let (payload, digest) = rest.split_at_checked(payload_length).ok_or(Damage::Truncated)?;
    // The two checksums say which part is damaged; the digest also covers the preamble and is the one that cannot be fooled.
    if crc32fast::hash(header) != header_checksum {
        return Err(Damage::Checksum { section: "header" });
    }
    if crc32fast::hash(payload) != payload_checksum {
        return Err(Damage::Checksum { section: "payload" });
    }
    let covered = bytes.get(..expected - DIGEST_LENGTH).ok_or(Damage::Truncated)?;
    if blake3::hash(covered).as_bytes() != digest {
        return Err(Damage::Checksum { section: "whole" });
    }
    Ok(payload)
}

/// Takes `N` bytes off the front.
fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Damage> {
    let (head, rest) = bytes.split_first_chunk::<N>().ok_or(Damage::Truncated)?;
    *bytes = rest;
    Ok(*head)
}

/// A length that a file claims, if it is one we are ready to believe.
fn length(section: &'static str, claimed: u64, limit: usize) -> Result<usize, Damage> {
    usize::try_from(claimed).ok().filter(|length| *length <= limit).ok_or(Damage::TooLong { section, claimed, limit })
}

/// The payload. It is the same for the same model, whoever encodes it.
pub(super) fn encode(model: &Model) -> Result<Vec<u8>> {
    bincode::serde::encode_to_vec(model, bincode::config::standard())
        .map_err(|error| Error::internal(format!("model {} cannot be encoded: {error}", model.name)))
}

/// Decodes a payload and nothing but the payload.
///
/// The decoder allocates a text at the length it claims, before it has seen the bytes; its limit is a constant, so there is one
/// for small, medium and large payloads. Honest payloads stay far below: what the decoder counts is at most 16 times what it
/// reads, and 4 times for anything large.
fn decode(payload: &[u8]) -> Result<Model, Damage> {
    const SMALL: usize = 64 << 10;
    const MEDIUM: usize = 4 << 20;
    let config = bincode::config::standard();
    let decoded = match payload.len() {
        length if length <= SMALL => bincode::serde::decode_from_slice(payload, config.with_limit::<{ 16 * SMALL }>()),
        length if length <= MEDIUM => bincode::serde::decode_from_slice(payload, config.with_limit::<{ 16 * MEDIUM }>()),
        _ => bincode::serde::decode_from_slice(payload, config.with_limit::<{ 4 * MAX_PAYLOAD_LENGTH }>()),
    };
    let (model, length) = decoded.map_err(|error| Damage::Payload(error.to_string()))?;
    if length != payload.len() {
        return Err(Damage::Payload(format!("{} bytes follow the model", payload.len() - length)));
    }
    Ok(model)
}
