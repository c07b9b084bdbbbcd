//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::source::Origin;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table drawn with lines, in blocks of 10,000 rows
    Table,
    /// Comma-separated values with a header; nested values as JSON, nulls empty
    Csv,
    /// Tab-separated values with a header; tab, line feed, carriage return and backslash as \t, \n, \r and \\
    Tsv,
    /// One JSON array of objects for each statement
    Json,
    /// One JSON object a line
    NdJson,
}

/// Machine learning as SQL: CREATE MODEL trains, tests and publishes SQL functions.
///
/// Runs the statements of -c and -f in the order given; without them, those of standard input, or a prompt where that is a
/// terminal. Results go to standard output, everything else to standard error. The exit status is 0 if every statement worked.
#[derive(Debug, Parser)]
#[command(name = "datafusion-ml", version)]
pub(crate) struct Args {
    /// Folder that keeps the models
    #[arg(long, value_name = "DIR", default_value = "models")]
    pub(crate) models: PathBuf,

    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Leave out notices, progress, row counts and timing; errors and warnings stay
    #[arg(short)]
    pub(crate) quiet: bool,

    /// Run these statements; may be given several times
    // A text may well begin with a comment, which looks like an option.
    #[arg(short, value_name = "SQL", allow_hyphen_values = true)]
    command: Vec<String>,

    /// Run the statements of this file; may be given several times
    #[arg(short, value_name = "FILE")]
    file: Vec<PathBuf>,

    /// Run the statements of this file first, without printing their results [default: ~/.datafusion-mlrc where it exists]
    #[arg(long, value_name = "FILE")]
    pub(crate) rc: Option<PathBuf>,

    /// Memory that statements may use together, for example 512M or 2G
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(crate) memory_limit: Option<usize>,

    /// Number of partitions that statements run in [default: the number of processors]
    #[arg(long, value_name = "N")]
    pub(crate) partitions: Option<NonZeroUsize>,

    /// Only read the statements and print them in canonical form; nothing is run
    #[arg(long)]
    pub(crate) check: bool,

    /// `-c` and `-f` in the order of the command line.
    #[arg(skip)]
    pub(crate) origins: Vec<Origin>,
}

impl Args {
    /// Reads the command line; ends the program where it cannot be read, as `--help` does.
    pub(crate) fn read() -> Self {
        let matches = Self::command().get_matches();
        let mut args = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        args.origins = args.in_order(&matches);
        args
    }

    fn in_order(&self, matches: &ArgMatches) -> Vec<Origin> {
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let commands = self.command.iter().enumerate().map(|(i, text)| Origin::Command { number: i + 1, text: text.clone() });
        let files = self.file.iter().map(|path| Origin::File(path.clone()));
        let mut all: Vec<_> = places("command").zip(commands).chain(places("file").zip(files)).collect();
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, origin)| origin).collect()
    }
}

/// Reads a size: a number of bytes, or of KiB, MiB, GiB, TiB with the letter K, M, G, T.
fn bytes(text: &str) -> Result<usize, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &lower[digits.len()..] {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        unit => return Err(format!("unknown unit {unit}; expected K, M, G or T")),
    };
    let number: f64 = digits.trim().parse().map_err(|_| "expected a number with K, M, G or T, for example 512M".to_owned())?;
    let size = number * f64::from(1_u32 << (shift % 30)) * if shift >= 30 { f64::from(1_u32 << 30) } else { 1.0 };
    // Below 2^53 every whole number of bytes is exact.
    if !(1.0..9_007_199_254_740_992.0).contains(&size) {
        return Err("out of range".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range, and a fraction of a byte is nothing")]
    Ok(size as usize)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes() {
        assert_eq!(bytes("1024"), Ok(1024));
        assert_eq!(bytes("64k"), Ok(65_536));
        assert_eq!(bytes("512M"), Ok(536_870_912));
        assert_eq!(bytes("1.5G"), Ok(1_610_612_736));
        assert_eq!(bytes("2 GiB"), Ok(2_147_483_648));
        assert_eq!(bytes("1T"), Ok(1_099_511_627_776));
        for bad in ["", "M", "0", "-1M", "12X", "1e400", "nan", "ten"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
    }
}
