//! Line editing with a history that outlives the program.

use std::env;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Helper};

use datafusion_ml::MlContext;

use super::command::Command;

/// The prompt and its history.
pub(crate) struct Editor {
    lines: rustyline::Editor<Statements, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    pub(crate) fn open(ml: MlContext) -> Result<Self, ReadlineError> {
        // The prompt goes to the terminal even where results go to a file.
        let config = Config::builder().behavior(Behavior::PreferTerm).auto_add_history(true).build();
        let mut lines = rustyline::Editor::with_config(config)?;
        lines.set_helper(Some(Statements(ml)));
        let history = env::home_dir().map(|home| home.join(".datafusion-ml_history"));
        if let Some(path) = &history {
            // The first time there is none.
            let _ = lines.load_history(path);
        }
        Ok(Self { lines, history })
    }

    /// The next statements or command.
    pub(crate) fn read(&mut self) -> Result<String, ReadlineError> {
        let text = self.lines.readline("ml> ")?;
        if let Some(path) = &self.history {
            // Written at once, so that nothing is lost however the program ends; without a place for it the prompt still works.
            let _ = self.lines.append_history(path);
        }
        Ok(text)
    }
}

/// Goes on to the next line until a statement has its semicolon.
struct Statements(MlContext);

impl Validator for Statements {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult, ReadlineError> {
        let text = context.input();
        let ready = Command::read(text).is_some() || self.0.is_complete(text);
        Ok(if ready { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Helper for Statements {}

impl Completer for Statements {
    type Candidate = String;
}

impl Highlighter for Statements {}

impl Hinter for Statements {
    type Hint = String;
}
