//! The commands of the prompt.

use datafusion::common::TableReference;

use crate::failure::Failure;
use crate::run::Runner;

const HELP: &str = "\
\\d         tables and models
\\d NAME    columns of a table, or the report of a model
\\?         this help
\\q         leave; so does Ctrl-D
Statements end with a semicolon and may span lines. Ctrl-C cancels the statement that runs. Beside all of DataFusion's:
CREATE [OR REPLACE] MODEL name FROM { table | 'file' | (query) } TARGET column [FUNCTION function] ...
EXPLAIN CREATE MODEL ...      what training would find; trains nothing
REFRESH MODEL name            trains again if the data has changed
SHOW MODELS;  SHOW MODEL name;  DESCRIBE MODEL name
ALTER MODEL name SET (threshold = x, description = 'text') | RENAME TO new | SET VERSION n
EXPORT MODEL name [VERSION n] TO 'file';  IMPORT MODEL name FROM 'file' [FUNCTION function]
DROP MODEL [IF EXISTS] name [VERSION n]";

const TABLES: &str = "SELECT table_schema AS \"schema\", table_name AS name, table_type AS type FROM information_schema.tables \
                      WHERE table_schema <> 'information_schema' ORDER BY table_schema, table_name";

/// Something that is typed instead of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    Help,
    List,
    Describe(String),
}

impl Command {
    /// The command that a text is, if it is one; the error says what would be.
    pub(crate) fn read(text: &str) -> Option<Result<Self, String>> {
        let text = text.trim().trim_end_matches(';').trim_end();
        match text.to_ascii_lowercase().as_str() {
            // What people type before they find \q and \?.
            "quit" | "exit" => return Some(Ok(Self::Leave)),
            "help" => return Some(Ok(Self::Help)),
            _ => {}
        }
        let command = text.strip_prefix('\\')?;
        let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        Some(match (name, argument.trim()) {
            ("q", "") => Ok(Self::Leave),
            ("?", "") => Ok(Self::Help),
            ("d", "") => Ok(Self::List),
            ("d", name) => Ok(Self::Describe(name.to_owned())),
            ("q" | "?", _) => Err(format!("\\{name} takes no argument")),
            _ => Err(format!("unknown command \\{name}; \\? lists the commands")),
        })
    }

    pub(crate) async fn run(self, runner: &mut Runner) -> Result<(), Failure> {
        match self {
            Self::Leave => Ok(()),
            Self::Help => {
                eprintln!("{HELP}");
                Ok(())
            }
            Self::List => {
                runner.run_text(TABLES, None, false).await?;
                runner.run_text("SHOW MODELS", None, false).await
            }
            Self::Describe(name) => {
                let table = runner.ml().session().table_provider(TableReference::from(name.as_str())).await.is_ok();
                let statement = if table { format!("DESCRIBE {name}") } else { format!("SHOW MODEL {name}") };
                runner.run_text(&statement, None, false).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn commands() {
        assert_eq!(Command::read("SELECT 1;"), None);
        assert_eq!(Command::read(" \\q "), Some(Ok(Command::Leave)));
        assert_eq!(Command::read("exit;"), Some(Ok(Command::Leave)));
        assert_eq!(Command::read("\\?"), Some(Ok(Command::Help)));
        assert_eq!(Command::read("\\d"), Some(Ok(Command::List)));
        assert_eq!(Command::read("\\d \"My Table\""), Some(Ok(Command::Describe("\"My Table\"".to_owned()))));
        assert_eq!(Command::read("\\x y"), Some(Err("unknown command \\x; \\? lists the commands".to_owned())));
        assert_eq!(Command::read("\\q now"), Some(Err("\\q takes no argument".to_owned())));
    }
}
