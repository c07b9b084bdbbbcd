//! The statements that look at models and manage them.

use super::cursor::Cursor;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::ast::{AlterAction, AlterModel, DropModel, ExportModel, ImportModel, OptionValue, ShowModel, Spanned, Statement};

impl Cursor<'_> {
    /// One of our statements other than `CREATE MODEL`, if one stands here.
    pub(super) fn management(&mut self) -> Result<Option<Statement>> {
        if self.eat(&["SHOW", "MODELS"]) {
            return Ok(Some(Statement::ShowModels));
        }
        // `DESCRIBE model` and `DESCRIBE model.t` are DataFusion's: the table `model`, the table `t` of the schema `model`.
        let describes = (self.is(0, "DESCRIBE") || self.is(0, "DESC")) && self.is(1, "MODEL") && self.starts_name(2);
        if describes {
            self.advance();
            self.advance();
            return Ok(Some(Statement::DescribeModel { name: self.model_name()? }));
        }
        if self.eat(&["SHOW", "MODEL"]) {
            return self.show_model().map(Some);
        }
        if self.eat(&["DROP", "MODEL"]) {
            return self.drop_model().map(Some);
        }
        if self.eat(&["ALTER", "MODEL"]) {
            return self.alter_model().map(Some);
        }
        if self.eat(&["REFRESH", "MODEL"]) {
            return Ok(Some(Statement::RefreshModel { name: self.model_name()? }));
        }
        if self.eat(&["EXPORT", "MODEL"]) {
            return self.export_model().map(Some);
        }
        if self.eat(&["IMPORT", "MODEL"]) {
            return self.import_model().map(Some);
        }
        self.grant()
    }

    fn starts_name(&self, n: usize) -> bool {
        use datafusion::sql::sqlparser::tokenizer::Token;
        matches!(self.token(n), Token::Word(_) | Token::DoubleQuotedString(_))
    }

    fn show_model(&mut self) -> Result<Statement> {
        if self.is(0, "ALL") && self.ends(1) {
            self.advance();
            return Ok(Statement::ShowModel(ShowModel::All));
        }
        if self.ends(0) {
            return Err(self.expected("ALL or the name of a model").with_hint("SHOW MODELS lists all models"));
        }
        Ok(Statement::ShowModel(ShowModel::Name(self.model_name()?)))
    }

    fn drop_model(&mut self) -> Result<Statement> {
        let if_exists = self.eat(&["IF", "EXISTS"]);
        let name = self.model_name()?;
        let version = if self.eat(&["VERSION"]) { Some(self.version()?) } else { None };
        Ok(Statement::DropModel(DropModel { if_exists, name, version }))
    }

    fn alter_model(&mut self) -> Result<Statement> {
        let if_exists = self.eat(&["IF", "EXISTS"]);
        let name = self.model_name()?;
        let action = if self.eat(&["SET", "VERSION"]) {
            AlterAction::SetVersion(self.version()?)
        } else if self.eat(&["SET"]) {
            if self.eat(&["OPTIONS"]) {
                AlterAction::SetOptions(self.assignments("ALTER MODEL ... SET OPTIONS")?.value)
            } else {
                AlterAction::Set(self.entries("ALTER MODEL ... SET")?)
            }
        } else if self.eat(&["RENAME"]) {
            self.expect("TO")?;
            AlterAction::Rename(self.model_name()?)
        } else {
            let error = self.expected("SET or RENAME TO after the name of the model");
            return Err(match self.word(0).and_then(|word| crate::error::closest(word, ["SET", "RENAME"])) {
                Some(word) => error.with_hint(format!("did you mean {word}?")),
                None => error.with_hint("for example ALTER MODEL churn SET (threshold = 0.35)"),
            });
        };
        Ok(Statement::AlterModel(AlterModel { if_exists, name, action }))
    }

    fn export_model(&mut self) -> Result<Statement> {
        let name = self.model_name()?;
        let version = if self.eat(&["VERSION"]) { Some(self.version()?) } else { None };
        if self.eat(&["OPTIONS"]) {
            let (path, trial) = self.uri()?;
            return Ok(Statement::ExportModel(ExportModel { name, version, path, trial }));
        }
        let path = self.file("TO")?;
        Ok(Statement::ExportModel(ExportModel { name, version, path, trial: None }))
    }

    fn import_model(&mut self) -> Result<Statement> {
        let name = self.model_name()?;
        let path = self.file("FROM")?;
        let function = if self.eat(&["FUNCTION"]) { Some(self.function()?) } else { None };
        Ok(Statement::ImportModel(ImportModel { name, path, function }))
    }

    /// `(URI = 'file', TRIAL_ID = n)`, BigQuery's spelling of `TO 'file'`.
    fn uri(&mut self) -> Result<(Spanned<String>, Option<Spanned<u32>>)> {
        let options = self.assignments("EXPORT MODEL ... OPTIONS")?;
        let (mut path, mut trial) = (None, None);
        for entry in options.value {
            match (entry.key.as_str(), entry.value.value) {
                ("uri", OptionValue::Text(text)) if !text.is_empty() && path.is_none() => {
                    path = Some(Spanned::new(text, entry.value.span));
                }
                ("uri", other) => {
                    let kind = ErrorKind::InvalidOption {
                        name: "URI".into(),
                        value: other.to_string(),
                        expected: "the path of a file as a string, once".into(),
                    };
                    return Err(Error::from(kind).at(entry.value.span));
                }
                ("trial_id", value) => {
                    let number = match &value {
                        OptionValue::Number(text) if trial.is_none() => text.parse().ok().filter(|number| *number > 0),
                        _ => None,
                    };
                    let Some(number) = number else {
                        let (name, expected) = ("TRIAL_ID".into(), "the number of a trial from 1, once".into());
                        let kind = ErrorKind::InvalidOption { name, value: value.to_string(), expected };
                        return Err(Error::from(kind).at(entry.value.span));
                    };
                    trial = Some(Spanned::new(number, entry.value.span));
                }
                (key, _) => {
                    let name = key.to_ascii_uppercase();
                    let kind = ErrorKind::UnknownOption {
                        place: "option of EXPORT MODEL",
                        name,
                        valid: vec!["URI".into(), "TRIAL_ID".into()],
                    };
                    return Err(Error::from(kind).at(entry.key.span));
                }
            }
        }
        let path = path.ok_or_else(|| {
            let error = Error::syntax("expected URI in EXPORT MODEL ... OPTIONS").at(options.span);
            error.with_hint("for example OPTIONS (URI = 'churn.dfml')")
        })?;
        Ok((path, trial))
    }

    /// `TO 'file'` or `FROM 'file'`.
    fn file(&mut self, preposition: &str) -> Result<Spanned<String>> {
        self.expect(preposition)?;
        let what = format!("the path of a file as a string after {preposition}");
        let path = self.string(&what)?;
        if path.is_empty() {
            return Err(Error::syntax(format!("expected {what}, found ''")).at(path.span));
        }
        Ok(path)
    }
}
