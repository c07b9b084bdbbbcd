//! Canonical SQL: keywords in upper case, clauses in the order of the grammar, names quoted where they must be.

use std::fmt::{self, Display, Formatter};

use datafusion::sql::sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::bigquery::{Assignments, Path, write_form};
use super::host::HostStatement;
use super::{
    AlterAction, AlterModel, Clauses, CreateModel, DropModel, Endpoint, ExportModel, Form, IamRole, ImportModel, ListItem,
    OptionEntry, OptionValue, ShowModel, Source, Spanned, SplitClause, SplitMethod, Statement,
};
use crate::model::{ModelName, quote_identifier};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataFusion(statement) => write!(f, "{}", HostStatement(statement)),
            Self::CreateModel(create) => write!(f, "{create}"),
            Self::ExplainCreateModel { analyze, verbose, create } => {
                let analyze = if *analyze { "ANALYZE " } else { "" };
                let verbose = if *verbose { "VERBOSE " } else { "" };
                write!(f, "EXPLAIN {analyze}{verbose}{create}")
            }
            Self::ShowModels => f.write_str("SHOW MODELS"),
            Self::ShowModel(ShowModel::All) => f.write_str("SHOW MODEL ALL"),
            Self::ShowModel(ShowModel::Name(name)) => write!(f, "SHOW MODEL {}", Name(name)),
            Self::DescribeModel { name } => write!(f, "DESCRIBE MODEL {}", Name(name)),
            Self::DropModel(drop) => write!(f, "{drop}"),
            Self::AlterModel(alter) => write!(f, "{alter}"),
            Self::RefreshModel { name } => write!(f, "REFRESH MODEL {}", Name(name)),
            Self::ExportModel(export) => write!(f, "{export}"),
            Self::ImportModel(import) => write!(f, "{import}"),
            Self::GrantModel(grant) => write!(f, "{grant}"),
        }
    }
}

impl Display for CreateModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let or_replace = if self.or_replace { "OR REPLACE " } else { "" };
        let if_not_exists = if self.if_not_exists { "IF NOT EXISTS " } else { "" };
        write!(f, "CREATE {or_replace}MODEL {if_not_exists}")?;
        match &self.form {
            Form::Options(form) => write_form(f, self, form),
            Form::Clauses(clauses) => {
                write!(f, "{}", Name(&self.name))?;
                if let Some(source) = &self.source {
                    write!(f, " FROM {}", source.value)?;
                }
                write!(f, "{clauses}")
            }
        }
    }
}

impl Display for Clauses {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(target) = &self.target {
            write!(f, " TARGET {}", quote_identifier(target))?;
        }
        if let Some(function) = &self.function {
            write!(f, " FUNCTION {}", Qualified(function))?;
        }
        if let Some(types) = &self.arguments {
            write!(f, " ({})", Comma(types))?;
        }
        if let Some(returns) = &self.returns {
            write!(f, " RETURNS {}", returns.value)?;
        }
        if let Some(Endpoint { name, model }) = self.sagemaker.as_deref() {
            write!(f, " SAGEMAKER {}", Text(name))?;
            model.as_ref().map_or(Ok(()), |model| write!(f, ":{}", Text(model)))?;
        }
        match self.iam_role.as_deref() {
            Some(IamRole::Default) => f.write_str(" IAM_ROLE default")?,
            Some(IamRole::Arn(arn)) => write!(f, " IAM_ROLE {}", Text(arn))?,
            None => {}
        }
        if let Some(auto) = self.auto.as_deref() {
            write!(f, " AUTO {}", if *auto { "ON" } else { "OFF" })?;
        }
        for (clause, value) in [("MODEL_TYPE", &self.model_type), ("PROBLEM_TYPE", &self.problem_type)] {
            if let Some(value) = value {
                write!(f, " {clause} {}", BareOrText(value))?;
            }
        }
        for (clause, value) in [("OBJECTIVE", &self.objective), ("PREPROCESSORS", &self.preprocessors)] {
            if let Some(value) = value {
                write!(f, " {clause} {}", Text(value))?;
            }
        }
        if let Some(entries) = &self.hyperparameters {
            f.write_str(" HYPERPARAMETERS DEFAULT")?;
            if !entries.is_empty() {
                write!(f, " EXCEPT ({})", Comma(entries))?;
            }
        }
        if let Some(split) = &self.split {
            write!(f, " SPLIT ({split})")?;
        }
        if let Some(settings) = &self.settings {
            write!(f, " SETTINGS ({})", Comma(settings))?;
        }
        Ok(())
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "{}", Qualified(table)),
            Self::Query(query) => write!(f, "({query})"),
            Self::Queries(queries) => {
                let queries: Vec<_> = queries.iter().map(|named| format!("{} AS ({})", named.name, named.query)).collect();
                write!(f, "({})", queries.join(", "))
            }
            Self::Job(job) => write!(f, "({})", Text(job)),
        }
    }
}

impl Display for SplitClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut items = Vec::new();
        match self.method.as_deref() {
            Some(SplitMethod::Key(columns)) => {
                let columns: Vec<_> = columns.iter().map(|column| quote_identifier(column)).collect();
                items.push(format!("KEY ({})", columns.join(", ")));
            }
            Some(SplitMethod::Column(column)) => items.push(format!("COLUMN {}", quote_identifier(column))),
            Some(SplitMethod::OrderBy(column)) => items.push(format!("ORDER BY {}", quote_identifier(column))),
            Some(SplitMethod::None) => items.push("NONE".into()),
            None => {}
        }
        items.extend(self.ratio.iter().map(|ratio| format!("RATIO {}", ratio.value)));
        items.extend(self.seed.iter().map(|seed| format!("SEED {}", seed.value)));
        f.write_str(&items.join(", "))
    }
}

impl Display for DropModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let if_exists = if self.if_exists { "IF EXISTS " } else { "" };
        write!(f, "DROP MODEL {if_exists}{}", Name(&self.name))?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, " VERSION {}", version.value))
    }
}

impl Display for AlterModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let if_exists = if self.if_exists { "IF EXISTS " } else { "" };
        if let AlterAction::SetOptions(entries) = &self.action {
            return write!(f, "ALTER MODEL {if_exists}{} SET OPTIONS ({})", Path(&self.name), Assignments(entries));
        }
        write!(f, "ALTER MODEL {if_exists}{} ", Name(&self.name))?;
        match &self.action {
            AlterAction::Set(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|entry| format!("{} = {}", entry.key.value, entry.value.value)).collect();
                write!(f, "SET ({})", entries.join(", "))
            }
            AlterAction::SetOptions(_) => Ok(()),
            AlterAction::Rename(name) => write!(f, "RENAME TO {}", Name(name)),
            AlterAction::SetVersion(version) => write!(f, "SET VERSION {}", version.value),
        }
    }
}

impl Display for ExportModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (name, path) = (Name(&self.name), Text(&self.path));
        match (&self.trial, &self.version) {
            (None, None) => write!(f, "EXPORT MODEL {name} TO {path}"),
            (None, Some(version)) => write!(f, "EXPORT MODEL {name} VERSION {} TO {path}", version.value),
            // With a version it is no statement of BigQuery's, and read in the session's dialect.
            (Some(trial), Some(version)) => {
                let (version, trial) = (version.value, trial.value);
                write!(f, "EXPORT MODEL {name} VERSION {version} OPTIONS (URI = {path}, TRIAL_ID = {trial})")
            }
            (Some(trial), None) => {
                let path = OptionValue::Text(self.path.value.clone()).in_bigquery();
                write!(f, "EXPORT MODEL {} OPTIONS (URI = {path}, TRIAL_ID = {})", Path(&self.name), trial.value)
            }
        }
    }
}

impl Display for ImportModel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "IMPORT MODEL {} FROM {}", Name(&self.name), Text(&self.path))?;
        self.function.as_ref().map_or(Ok(()), |function| write!(f, " FUNCTION {}", Qualified(function)))
    }
}

impl Display for OptionEntry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key.to_ascii_uppercase(), self.value.value)
    }
}

impl Display for OptionValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", Text(text)),
            Self::Number(number) => f.write_str(number),
            Self::Name(name) => write_ident(f, name),
            Self::List(items) => write!(f, "({})", Comma(items)),
            Self::Expr(expr) => write!(f, "{expr}"),
        }
    }
}

impl Display for ListItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value.value)?;
        self.second.as_ref().map_or(Ok(()), |second| write!(f, " {}", second.value))
    }
}

/// A model's name in a place where a few words mean something else: `IF EXISTS`, `ALL`.
pub(super) struct Name<'a>(pub(super) &'a Spanned<ModelName>);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.parts() {
            [part] if part == "if" || part == "all" => write!(f, "\"{part}\""),
            _ => write!(f, "{}", self.0.value),
        }
    }
}

/// A string literal. Only the quote is special, as in standard SQL.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "''"))
    }
}

/// A type or the like: bare where it reads as one word, else a string.
struct BareOrText<'a>(&'a str);

impl Display for BareOrText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let bare = self.0.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && self.0.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if bare { f.write_str(self.0) } else { write!(f, "{}", Text(self.0)) }
    }
}

/// A dotted name with the quotes it was written with.
struct Qualified<'a>(&'a ObjectName);

impl Display for Qualified<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, part) in self.0.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            match part {
                ObjectNamePart::Identifier(ident) => write_ident(f, ident)?,
                ObjectNamePart::Function(function) => write!(f, "{function}")?,
            }
        }
        Ok(())
    }
}

/// An identifier with the quotes it was written with. The parser library's own printing takes a doubled quote inside a name for
/// one that is escaped already.
pub(super) fn write_ident(f: &mut Formatter<'_>, ident: &Ident) -> fmt::Result {
    match ident.quote_style {
        None => f.write_str(&ident.value),
        Some(quote) => {
            let doubled: String = [quote, quote].iter().collect();
            write!(f, "{quote}{}{quote}", ident.value.replace(quote, &doubled))
        }
    }
}

/// A list with commas.
pub(super) struct Comma<'a, T>(pub(super) &'a [T]);

impl<T: Display> Display for Comma<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}
