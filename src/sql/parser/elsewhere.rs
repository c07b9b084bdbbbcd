//! Models made elsewhere: the types of their functions, the jobs that made them, the endpoints where they run.

use datafusion::sql::sqlparser::ast::DataType;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::{Cursor, string_of};
use crate::error::{Error, Result};
use crate::sql::ast::{Clauses, CreateModel, Endpoint, Form, Source, Spanned};

impl Cursor<'_> {
    /// A type.
    pub(super) fn data_type(&mut self, what: &str) -> Result<DataType> {
        if !matches!(self.token(0), Token::Word(_)) {
            return Err(self.expected(what));
        }
        let data_type = self.host.parser.parse_data_type();
        self.placed(data_type)
    }

    /// `( type, ... )` after the name of a function, if it stands here.
    pub(super) fn function_types(&mut self) -> Result<Option<Spanned<Vec<DataType>>>> {
        let open = self.span(0);
        if !self.eat_token(&Token::LParen) {
            return Ok(None);
        }
        let mut types = Vec::new();
        while self.token(0) != &Token::RParen {
            types.push(self.data_type("a type, or ) after the types of the function")?);
            if !self.eat_token(&Token::Comma) {
                break;
            }
        }
        let close = self.span(0);
        self.expect_close("the types of the function")?;
        Ok(Some(Spanned::new(types, open.union(&close))))
    }

    /// `type` after `RETURNS`.
    pub(super) fn returns(&mut self) -> Result<Spanned<DataType>> {
        let start = self.span(0);
        let data_type = self.data_type("a type after RETURNS")?;
        Ok(Spanned::new(data_type, start.union(&self.before())))
    }

    /// `'endpoint'[:'model']` after `SAGEMAKER`.
    pub(super) fn endpoint(&mut self) -> Result<Spanned<Endpoint>> {
        let name = self.string("the name of an endpoint as a string after SAGEMAKER")?;
        let mut span = name.span;
        let mut model = None;
        if self.eat_token(&Token::Colon) {
            let named = self.string("the name of a model as a string after :")?;
            span = span.union(&named.span);
            model = Some(named.value);
        }
        Ok(Spanned::new(Endpoint { name: name.value, model }, span))
    }

    /// `'job' )` after `FROM (`.
    pub(super) fn job(&mut self) -> Option<Spanned<Source>> {
        let job = string_of(self.token(0)).filter(|job| !job.is_empty() && self.token(1) == &Token::RParen)?.to_owned();
        let span = self.advance();
        self.advance();
        Some(Spanned::new(Source::Job(job), span))
    }
}

/// A string after `FROM` is a job if the function has types, else a file; a model needs a source unless it runs elsewhere.
pub(super) fn settle_source(create: &mut CreateModel) -> Result<()> {
    let Form::Clauses(clauses) = &create.form else { return Ok(()) };
    let Clauses { arguments, returns, sagemaker, .. } = clauses.as_ref();
    let is_made_elsewhere = arguments.is_some() || returns.is_some();
    match &mut create.source {
        Some(Spanned { value, .. }) if is_made_elsewhere => {
            if let Source::Table(table) = value
                && let [part] = table.0.as_slice()
                && let Some(file) = part.as_ident().filter(|ident| ident.quote_style == Some('\''))
            {
                *value = Source::Job(file.value.clone());
            }
            Ok(())
        }
        None if sagemaker.is_none() => {
            let error = Error::syntax("expected FROM or SAGEMAKER in CREATE MODEL").at(create.name.span);
            Err(error.with_hint("CREATE MODEL name FROM { table | (query) } TARGET column"))
        }
        _ => Ok(()),
    }
}
