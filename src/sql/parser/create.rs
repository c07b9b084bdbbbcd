//! `CREATE MODEL` up to its source, then clause by clause.

use datafusion::sql::sqlparser::ast::{Ident, ObjectName};
use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::clauses::{CLAUSES, ELSEWHERE, is_clause};
use super::cursor::Cursor;
use super::elsewhere::settle_source;
use crate::error::{Error, Result, closest};
use crate::sql::ast::{Clauses, CreateModel, Form, Source, Spanned};

impl Cursor<'_> {
    /// Everything after `CREATE [OR REPLACE] MODEL`.
    pub(super) fn create_model_body(&mut self, or_replace: bool) -> Result<CreateModel> {
        let place = self.span(0);
        let if_not_exists = self.eat(&["IF", "NOT", "EXISTS"]);
        if or_replace && if_not_exists {
            let message = "OR REPLACE and IF NOT EXISTS exclude each other";
            let hint =
                "OR REPLACE makes a new version of a model that exists, IF NOT EXISTS keeps the old one: leave out one of them";
            return Err(Error::syntax(message).at(place).with_hint(hint));
        }
        let name = self.model_name()?;
        if self.at_bigquery_form() {
            let (form, source) = self.bigquery_form()?;
            return Ok(CreateModel { or_replace, if_not_exists, name, source, form: Form::Options(Box::new(form)) });
        }
        let source = if self.eat(&["FROM"]) { Some(self.source()?) } else { None };
        if source.is_none() && !self.is(0, "FUNCTION") {
            return Err(self.missing_source());
        }
        let mut create = CreateModel { or_replace, if_not_exists, name, source, form: Form::Clauses(Box::default()) };
        let mut clauses = Clauses::default();
        let mut seen: Vec<&'static str> = Vec::new();
        while !self.ends(0) {
            let Some(clause) = is_clause(self, 0) else { return Err(self.no_clause(&create, &clauses, &seen)) };
            if seen.contains(&clause) {
                let message = format!("{clause} is given twice");
                return Err(Error::syntax(message).at(self.span(0)).with_hint("leave out one of them"));
            }
            seen.push(clause);
            self.advance();
            self.clause(clause, &mut clauses)?;
        }
        create.form = Form::Clauses(Box::new(clauses));
        settle_source(&mut create)?;
        Ok(create)
    }

    /// `{ table | 'file' | 'job' | ( query ) }`.
    fn source(&mut self) -> Result<Spanned<Source>> {
        if self.token(0) != &Token::LParen {
            return self.table();
        }
        let open = self.advance();
        if let Some(job) = self.job() {
            return Ok(job);
        }
        let query = self.host.parser.parse_query();
        let query = self.placed(query).map_err(|error| match self.token(0) {
            _ if error.hint().is_some() => error,
            _ => error.with_hint("after FROM stands a table or, in brackets, a query: FROM (SELECT ... FROM ...)"),
        })?;
        let close = self.span(0);
        if !self.eat_token(&Token::RParen) {
            let start = open.start;
            let hint = format!(
                "the query after FROM ends here, but its bracket of line {}, column {} is open",
                start.line, start.column
            );
            return Err(self.expected(")").with_hint(hint));
        }
        Ok(Spanned::new(Source::Query(query), open.union(&close)))
    }

    fn table(&mut self) -> Result<Spanned<Source>> {
        let what = "a table or a query in brackets after FROM";
        if ["SELECT", "WITH", "VALUES"].iter().any(|word| self.is(0, word))
            && self.word(1).is_none_or(|_| is_clause(self, 1).is_none())
            && !self.ends(1)
        {
            return Err(self.expected(what).with_hint("put the query in brackets: FROM (SELECT ... FROM ...)"));
        }
        let table = match self.token(0) {
            // A quoted file name, for hosts that read files as tables.
            Token::SingleQuotedString(file) if !file.is_empty() => {
                let file = Ident::with_quote_and_span('\'', self.span(0), file.clone());
                let span = self.advance();
                Spanned::new(vec![file], span)
            }
            _ => self.dotted(what)?,
        };
        if self.token(0) == &Token::LParen {
            let hint = format!("put a table function into a query: FROM (SELECT * FROM {}(...))", ObjectName::from(table.value));
            return Err(self.expected("a clause of CREATE MODEL").with_hint(hint));
        }
        Ok(Spanned::new(Source::Table(ObjectName::from(table.value)), table.span))
    }

    fn missing_source(&self) -> Error {
        let error = self.expected("FROM after the name of the model");
        match self.word(0) {
            Some(word) if closest(word, ["FROM"]).is_some() => error.with_hint("did you mean FROM?"),
            _ => error.with_hint("CREATE MODEL name FROM { table | (query) } TARGET column"),
        }
    }

    /// The error for what is no clause, by what was most likely meant.
    fn no_clause(&self, create: &CreateModel, clauses: &Clauses, seen: &[&'static str]) -> Error {
        let error = self.expected("a clause of CREATE MODEL or the end of the statement");
        let open: Vec<_> = CLAUSES.iter().copied().filter(|clause| !seen.contains(clause)).collect();
        if let Some(hint) = self.taken_for_a_name(create, clauses) {
            return error.with_hint(hint);
        }
        if seen.is_empty()
            && ["WHERE", "LIMIT", "ORDER", "GROUP", "JOIN", "AS", "WITH", "UNION"].iter().any(|word| self.is(0, word))
        {
            return error.with_hint("put the query in brackets: FROM (SELECT ... FROM ...)");
        }
        match self.word(0).and_then(|word| closest(word, open.iter().copied())) {
            Some(clause) => error.with_hint(format!("did you mean {clause}?")),
            None if self.is(0, "VERSION") || self.is(0, "IF") => error,
            None if self.is(0, "OPTIONS") || self.is(0, "TRANSFORM") => {
                error.with_hint("OPTIONS and TRANSFORM go with AS query; with FROM the list is called SETTINGS")
            }
            None => error.with_hint(format!("the clauses are {}", ours(&open).join(", "))),
        }
    }

    /// `TARGET FUNCTION f`: the word of a clause was read as the column that is missing.
    fn taken_for_a_name(&self, create: &CreateModel, clauses: &Clauses) -> Option<String> {
        let taken = |name: &str| CLAUSES.iter().find(|clause| clause.eq_ignore_ascii_case(name)).copied();
        let before = |span: &Span| span.end <= self.span(0).start;
        if let Some(target) = clauses.target.as_ref().filter(|target| before(&target.span))
            && let Some(clause) = taken(target)
        {
            return Some(format!("{clause} was read as the column of TARGET: name the column before it"));
        }
        if let Some(Source::Table(table)) = create.source.as_deref()
            && let Some(clause) = taken(&table.to_string())
        {
            return Some(format!("{clause} was read as the table of FROM: name the table before it"));
        }
        None
    }
}

/// The clauses of models that are made here.
fn ours(clauses: &[&'static str]) -> Vec<&'static str> {
    clauses.iter().copied().filter(|clause| !ELSEWHERE.contains(clause)).collect()
}
