//! The prompt: statements up to their semicolon, commands that begin with a backslash, and a history.

mod command;
mod editor;

use rustyline::error::ReadlineError;

use crate::failure::Failure;
use crate::run::Runner;
use command::Command;
use editor::Editor;

const WELCOME: &str =
    concat!("datafusion-ml ", env!("CARGO_PKG_VERSION"), "; statements end with a semicolon, \\? for help, \\q to leave");

/// Reads and runs until the person leaves. What fails is said, and the next prompt comes.
pub(crate) async fn run(runner: &mut Runner, quiet: bool) -> Result<(), Failure> {
    let mut editor = Editor::open(runner.ml().clone()).map_err(terminal)?;
    if !quiet {
        eprintln!("{WELCOME}");
    }
    loop {
        let text = match editor.read() {
            Ok(text) => text,
            // Ctrl-C takes back what was typed, Ctrl-D leaves.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(terminal(error)),
        };
        let result = match Command::read(&text) {
            Some(Ok(Command::Leave)) => return Ok(()),
            Some(Ok(command)) => command.run(runner).await,
            Some(Err(message)) => {
                eprintln!("error: {message}");
                Ok(())
            }
            None => runner.run_text(&text, None, false).await,
        };
        match result {
            Err(failure @ (Failure::Unread | Failure::Output(_))) => return Err(failure),
            Err(failure) => failure.say(),
            Ok(()) => {}
        }
    }
}

fn terminal(error: ReadlineError) -> Failure {
    let source = match error {
        ReadlineError::Io(source) => source,
        other => std::io::Error::other(other),
    };
    Failure::File { name: "the terminal".to_owned(), source }
}
