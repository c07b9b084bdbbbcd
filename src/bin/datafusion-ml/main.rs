//! `datafusion-ml`, the command-line program: statements in, results on standard output, everything else on standard error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its terminal; the library does not")]
#![allow(clippy::disallowed_methods, reason = "the program is the host: it owns the runtime and may look at the clock")]

mod args;
mod failure;
mod flatten;
mod interactive;
mod interrupt;
mod output;
mod progress;
mod rows;
mod run;
mod session;
mod source;
mod statements;

use std::process::ExitCode;

use crate::args::Args;

fn main() -> ExitCode {
    let args = Args::read();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(run::run(args));
    // What was cancelled may still be on its way to noticing; nobody waits for it.
    runtime.shutdown_background();
    result.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}
