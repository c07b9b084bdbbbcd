//! `datafusion-ml`, the command-line program: statements in, results on standard output, everything else on standard error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its terminal; the library does not")]
#![allow(clippy::disallowed_methods, reason = "the program is the host: it owns the runtime and may look at the clock")]

mod args;
mod failure;
mod flatten;
mod interactive;
mod output;
mod progress;
mod rows;
mod run;
mod session;
mod source;
mod workers;

use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::args::Args;
use crate::failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::read();
    // This thread keeps a runtime of its own: where a statement keeps all workers busy for long, somebody must hear Ctrl-C.
    let result = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run::run(args)),
        Err(error) => Err(Failure::Threads(error)),
    };
    result.map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}
