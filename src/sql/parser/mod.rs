//! Text → syntax tree: reads our statements, and leaves everything else to DataFusion's own parser.

mod assignments;
mod bare_queries;
mod bigquery;
mod bigquery_calls;
mod chains;
mod clauses;
mod create;
mod cursor;
mod dialects;
mod elsewhere;
mod entries;
mod escapes;
mod extent;
mod later;
mod manage;
mod misspelt;
mod opening;
mod privileges;
mod typed_arrays;

use datafusion::sql::parser::DFParserBuilder;
use datafusion::sql::sqlparser::dialect::{BigQueryDialect, Dialect};
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use self::cursor::Cursor;
pub(in crate::sql) use self::cursor::normalised;
pub(in crate::sql) use self::escapes::unescaped_bytes;
pub(crate) use self::extent::{first_lines, is_complete};
use self::misspelt::Opening;
pub(in crate::sql) use self::typed_arrays::TYPED_ARRAY;
use super::ast::{CreateModel, Statement};
use crate::error::{Error, Result};

/// The statements of a text, in order. Semicolons part them; the last one needs none, and empty statements are none.
pub(crate) fn parse(text: &str, dialect: &dyn Dialect, recursion_limit: usize) -> Result<Vec<Statement>> {
    parse_statements(text, dialect, recursion_limit).map_err(|error| error.in_text(text))
}

fn parse_statements(text: &str, dialect: &dyn Dialect, recursion_limit: usize) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for part in dialects::parts(text, dialect)? {
        let dialect = part.dialect.as_deref().unwrap_or(dialect);
        parse_part(part.tokens, dialect, recursion_limit, &mut statements)?;
    }
    Ok(statements)
}

/// The statements of tokens in one dialect.
fn parse_part(
    tokens: Vec<TokenWithSpan>,
    dialect: &dyn Dialect,
    recursion_limit: usize,
    statements: &mut Vec<Statement>,
) -> Result<()> {
    chains::check(&tokens)?;
    let in_bigquery = dialect.is::<BigQueryDialect>();
    let tokens = if in_bigquery { typed_arrays::write_out(tokens) } else { tokens };
    let tokens = bigquery_calls::leave_out_words(bare_queries::in_brackets(tokens)?);
    let last = tokens.iter().rev().find(|token| !matches!(token.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF));
    let end = last.map_or(Span::empty(), |token| Span::new(token.span.end, token.span.end));
    let host = DFParserBuilder::new(tokens).with_dialect(dialect).with_recursion_limit(recursion_limit).build()?;
    let mut cursor = Cursor { host, end, in_bigquery };
    loop {
        while cursor.eat_token(&Token::SemiColon) {}
        if cursor.token(0) == &Token::EOF {
            return Ok(());
        }
        cursor.check_depth_of_explain(recursion_limit)?;
        let opening = Opening::of(&cursor);
        let statement = cursor.statement().and_then(|statement| cursor.expect_end().map(|()| statement));
        statements.push(statement.map_err(|error| opening.explain(error))?);
    }
}

impl Cursor<'_> {
    fn statement(&mut self) -> Result<Statement> {
        self.refuse_what_comes_later()?;
        if let Some((analyze, verbose, words)) = self.explain_create_model() {
            self.skip(words);
            return Ok(Statement::ExplainCreateModel { analyze, verbose, create: Box::new(self.create_model()?) });
        }
        if self.create_model_at(0) {
            return Ok(Statement::CreateModel(Box::new(self.create_model()?)));
        }
        if let Some(statement) = self.management()? {
            return Ok(statement);
        }
        self.refuse_misspelt_show()?;
        match self.host.parse_statement() {
            Ok(statement) => Ok(Statement::DataFusion(Box::new(statement))),
            Err(error) => Err(Error::from(error).at(self.span(0))),
        }
    }

    /// Whether `CREATE [OR REPLACE] MODEL` stands at the `n`th token from here.
    fn create_model_at(&self, n: usize) -> bool {
        self.are(n, &["CREATE", "MODEL"]) || self.are(n, &["CREATE", "OR", "REPLACE", "MODEL"])
    }

    /// For `EXPLAIN [ANALYZE] [VERBOSE] CREATE MODEL`: which of the two, and how many words stand before `CREATE`.
    fn explain_create_model(&self) -> Option<(bool, bool, usize)> {
        let analyze = self.is(1, "ANALYZE");
        let verbose = self.is(1 + usize::from(analyze), "VERBOSE");
        let words = 1 + usize::from(analyze) + usize::from(verbose);
        (self.is(0, "EXPLAIN") && self.create_model_at(words)).then_some((analyze, verbose, words))
    }

    fn create_model(&mut self) -> Result<CreateModel> {
        let or_replace = self.is(1, "OR");
        self.skip(if or_replace { 4 } else { 2 });
        self.create_model_body(or_replace)
    }

    fn expect_end(&self) -> Result<()> {
        if self.ends(0) { Ok(()) } else { Err(self.expected("; or the end of the statement")) }
    }

    /// The host's parser follows `EXPLAIN EXPLAIN ...` down without counting how deep it is.
    fn check_depth_of_explain(&mut self, limit: usize) -> Result<()> {
        let is_prefix = |token: &Token| match token {
            Token::Word(word) => {
                ["EXPLAIN", "ANALYZE", "VERBOSE", "DESCRIBE", "DESC"].contains(&word.value.to_uppercase().as_str())
            }
            _ => false,
        };
        let start = self.host.parser.index();
        let mut depth = 0;
        for index in start.. {
            match &self.host.parser.token_at(index).token {
                Token::Whitespace(_) => {}
                token if is_prefix(token) => depth += 1,
                _ => break,
            }
            if depth > limit.saturating_mul(3) {
                let error = Error::syntax("EXPLAIN is nested too deeply");
                return Err(error.at(self.span(0)));
            }
        }
        Ok(())
    }
}
