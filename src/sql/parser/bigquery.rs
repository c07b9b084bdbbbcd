//! BigQuery's form of `CREATE MODEL`: what stands after the name.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Query, SelectItem, Value, ValueWithSpan, VisitMut, VisitorMut};
use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::cursor::Cursor;
use crate::error::{Error, Result, closest};
use crate::sql::ast::{BigQueryForm, Connection, Field, NamedQuery, Source, Spanned};

/// What may follow the name, in the order of the grammar.
const CLAUSES: [&str; 6] = ["TRANSFORM", "INPUT", "OUTPUT", "REMOTE", "OPTIONS", "AS"];

impl Cursor<'_> {
    /// Whether a clause of BigQuery's form stands here.
    pub(super) fn at_bigquery_form(&self) -> bool {
        CLAUSES.iter().any(|clause| self.is(0, clause))
    }

    /// The clauses up to the end of the statement, and the query.
    pub(super) fn bigquery_form(&mut self) -> Result<(BigQueryForm, Option<Spanned<Source>>)> {
        let mut form = BigQueryForm::default();
        while !self.ends(0) {
            let Some(clause) = CLAUSES.into_iter().find(|clause| self.is(0, clause)) else {
                return Err(self.no_bigquery_clause());
            };
            let given = match clause {
                "TRANSFORM" => form.transform.is_some(),
                "INPUT" => form.input.is_some(),
                "OUTPUT" => form.output.is_some(),
                "REMOTE" => form.connection.is_some(),
                "OPTIONS" => form.options.is_some(),
                _ => false,
            };
            if given {
                let message = format!("{clause} is given twice");
                return Err(Error::syntax(message).at(self.span(0)).with_hint("leave out one of them"));
            }
            self.advance();
            match clause {
                "TRANSFORM" => form.transform = Some(self.transform()?),
                "INPUT" => form.input = Some(self.fields("INPUT")?),
                "OUTPUT" => form.output = Some(self.fields("OUTPUT")?),
                "REMOTE" => form.connection = Some(self.connection()?),
                "OPTIONS" => form.options = Some(self.assignments("OPTIONS")?),
                _ => {
                    let source = self.as_query()?;
                    return Ok((form, Some(source)));
                }
            }
        }
        Ok((form, None))
    }

    fn no_bigquery_clause(&self) -> Error {
        let error = self.expected("a clause of CREATE MODEL or the end of the statement");
        if ["SELECT", "WITH"].iter().any(|word| self.is(0, word)) || self.token(0) == &Token::LParen {
            return error.with_hint("AS stands before the query");
        }
        if self.is(0, "FROM") || self.is(0, "TARGET") || self.is(0, "SETTINGS") {
            return error.with_hint("OPTIONS (...) goes with AS query; FROM, TARGET and SETTINGS are clauses of the other form");
        }
        match self.word(0).and_then(|word| closest(word, CLAUSES)) {
            Some(clause) => error.with_hint(format!("did you mean {clause}?")),
            None => error.with_hint(format!("the clauses are {}", CLAUSES.join(", "))),
        }
    }

    /// `( select_list )`.
    fn transform(&mut self) -> Result<Spanned<Vec<SelectItem>>> {
        let open = self.span(0);
        if !self.eat_token(&Token::LParen) {
            return Err(self.expected("( and a list of expressions after TRANSFORM"));
        }
        if self.token(0) == &Token::RParen {
            return Err(self.expected("an expression in TRANSFORM").with_hint("TRANSFORM (*) takes every column as it is"));
        }
        let items = self.host.parser.parse_projection();
        let mut items = self.placed(items)?;
        escape_strings(&mut items);
        let close = self.span(0);
        self.expect_close("TRANSFORM")?;
        Ok(Spanned::new(items, open.union(&close)))
    }

    /// `( name type, ... )`.
    fn fields(&mut self, clause: &str) -> Result<Spanned<Vec<Field>>> {
        let open = self.span(0);
        if !self.eat_token(&Token::LParen) {
            return Err(self.expected(&format!("( and columns with their types after {clause}")));
        }
        let mut fields = Vec::new();
        while self.token(0) != &Token::RParen {
            let name = self.identifier(&format!("a column in {clause}"))?;
            let data_type = self.data_type(&format!("the type of {}", name.value))?;
            fields.push(Field { name, data_type });
            if !self.eat_token(&Token::Comma) {
                break;
            }
        }
        let close = self.span(0);
        self.expect_close(clause)?;
        Ok(Spanned::new(fields, open.union(&close)))
    }

    /// `WITH CONNECTION { name | DEFAULT }`.
    fn connection(&mut self) -> Result<Spanned<Connection>> {
        self.expect("WITH")?;
        self.expect("CONNECTION")?;
        if self.is(0, "DEFAULT") {
            return Ok(Spanned::new(Connection::Default, self.advance()));
        }
        let name = self.path("the name of a connection, or DEFAULT")?;
        Ok(Spanned::new(Connection::Name(name.value), name.span))
    }

    /// `query`, or `( name AS ( query ), ... )`.
    fn as_query(&mut self) -> Result<Spanned<Source>> {
        let start = self.span(0);
        if self.ends(0) {
            return Err(self.expected("a query after AS").with_hint("for example AS SELECT * FROM customers"));
        }
        let are_named = self.token(0) == &Token::LParen && self.is(2, "AS") && self.token(3) == &Token::LParen;
        let source = if are_named { Source::Queries(self.named_queries()?) } else { Source::Query(self.query()?) };
        Ok(Spanned::new(source, start.union(&self.before())))
    }

    fn named_queries(&mut self) -> Result<Vec<NamedQuery>> {
        self.expect_token(&Token::LParen)?;
        let mut queries: Vec<NamedQuery> = Vec::new();
        while self.token(0) != &Token::RParen {
            let name = self.identifier("the name of a query")?;
            if queries.iter().any(|other| other.name.value.eq_ignore_ascii_case(&name.value)) {
                let message = format!("{} is given twice", name.value);
                return Err(Error::syntax(message).at(name.span).with_hint("leave out one of them"));
            }
            self.expect("AS")?;
            self.expect_token(&Token::LParen)?;
            let query = self.query()?;
            self.expect_token(&Token::RParen)?;
            queries.push(NamedQuery { name, query });
            if !self.eat_token(&Token::Comma) {
                break;
            }
        }
        self.expect_close("the queries after AS")?;
        Ok(queries)
    }

    fn query(&mut self) -> Result<Box<Query>> {
        let query = self.host.parser.parse_query();
        let mut query = self.placed(query)?;
        escape_strings(&mut query);
        Ok(query)
    }

    /// Where the token before this one stands.
    pub(super) fn before(&self) -> Span {
        self.host.parser.get_current_token().span
    }
}

/// A string that cannot be printed as it is becomes the one kind of literal that the parser library prints with escapes; see
/// `ast/bigquery.rs`.
pub(super) fn escape_strings(node: &mut impl VisitMut) {
    // It never breaks off.
    let _ = node.visit(&mut Escape);
}

struct Escape;

impl VisitorMut for Escape {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::SingleQuotedString(text) = &mut value.value
            && text.contains(['\'', '\\', '\n', '\t', '\r'])
        {
            value.value = Value::EscapedStringLiteral(std::mem::take(text));
        }
        ControlFlow::Continue(())
    }
}
