//! The clauses of `CREATE MODEL`.

use datafusion::sql::sqlparser::ast::ObjectName;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::{Cursor, string_of};
use crate::error::{Error, Result};
use crate::sql::ast::{Clauses, IamRole, Spanned, SplitClause, SplitMethod};

/// Every clause that may follow the source, in the order of the grammar.
pub(super) const CLAUSES: [&str; 13] = [
    "TARGET",
    "FUNCTION",
    "RETURNS",
    "SAGEMAKER",
    "IAM_ROLE",
    "AUTO",
    "MODEL_TYPE",
    "PROBLEM_TYPE",
    "OBJECTIVE",
    "PREPROCESSORS",
    "HYPERPARAMETERS",
    "SPLIT",
    "SETTINGS",
];

/// Those that only a model made elsewhere has.
pub(super) const ELSEWHERE: [&str; 2] = ["RETURNS", "SAGEMAKER"];

/// The clause that the `n`th token from here opens.
pub(super) fn is_clause(cursor: &Cursor<'_>, n: usize) -> Option<&'static str> {
    CLAUSES.into_iter().find(|clause| cursor.is(n, clause))
}

impl Cursor<'_> {
    /// What stands after the word of a clause.
    pub(super) fn clause(&mut self, clause: &'static str, create: &mut Clauses) -> Result<()> {
        match clause {
            "TARGET" => create.target = Some(self.target()?),
            "FUNCTION" => {
                create.function = Some(self.function()?);
                create.arguments = self.function_types()?;
            }
            "RETURNS" => create.returns = Some(self.returns()?),
            "SAGEMAKER" => create.sagemaker = Some(self.endpoint()?),
            "IAM_ROLE" => create.iam_role = Some(self.iam_role()?),
            "AUTO" => create.auto = Some(self.on_or_off()?),
            "MODEL_TYPE" => create.model_type = Some(self.type_name("a type of model after MODEL_TYPE")?),
            "PROBLEM_TYPE" => create.problem_type = Some(self.type_name("a type of problem after PROBLEM_TYPE")?),
            "OBJECTIVE" => create.objective = Some(self.word_or_string("a metric after OBJECTIVE")?),
            "PREPROCESSORS" => create.preprocessors = Some(self.string("a string after PREPROCESSORS")?),
            "HYPERPARAMETERS" => create.hyperparameters = Some(self.hyperparameters()?),
            "SPLIT" => create.split = Some(self.split()?),
            "SETTINGS" => create.settings = Some(self.entries("SETTINGS")?),
            other => return Err(Error::internal(format!("the clause {other} is listed but not read"))),
        }
        Ok(())
    }

    fn target(&mut self) -> Result<Spanned<String>> {
        let column = self.column("the target column after TARGET")?;
        if self.token(0) == &Token::Period {
            let message = "the target is a column of the training query, without the name of a table";
            return Err(Error::syntax(message).at(column.span));
        }
        Ok(column)
    }

    /// A column: bare, in double quotes, or as a string, which published scripts write too.
    pub(super) fn column(&mut self, what: &str) -> Result<Spanned<String>> {
        match self.token(0) {
            Token::SingleQuotedString(name) if !name.is_empty() => {
                let name = name.clone();
                Ok(Spanned::new(name, self.advance()))
            }
            _ => self.identifier(what).map(|ident| Spanned::new(ident.value, ident.span)),
        }
    }

    /// The base name of a model's functions.
    pub(super) fn function(&mut self) -> Result<Spanned<ObjectName>> {
        let name = self.dotted("the name of a function after FUNCTION")?;
        Ok(Spanned::new(ObjectName::from(name.value), name.span))
    }

    fn iam_role(&mut self) -> Result<Spanned<IamRole>> {
        if self.is(0, "DEFAULT") {
            return Ok(Spanned::new(IamRole::Default, self.advance()));
        }
        let arn = self.string("default or a string after IAM_ROLE")?;
        Ok(Spanned::new(IamRole::Arn(arn.value), arn.span))
    }

    fn on_or_off(&mut self) -> Result<Spanned<bool>> {
        if !self.is(0, "ON") && !self.is(0, "OFF") {
            return Err(self.expected("ON or OFF after AUTO"));
        }
        let on = self.is(0, "ON");
        Ok(Spanned::new(on, self.advance()))
    }

    fn type_name(&mut self, what: &str) -> Result<Spanned<String>> {
        let name = self.word_or_string(what)?;
        Ok(Spanned::new(name.value.to_ascii_uppercase(), name.span))
    }

    /// A word or a string, also in brackets.
    fn word_or_string(&mut self, what: &str) -> Result<Spanned<String>> {
        let in_brackets = self.eat_token(&Token::LParen);
        let Some(text) = self.word(0).or_else(|| string_of(self.token(0))) else { return Err(self.expected(what)) };
        let text = text.to_owned();
        let value = Spanned::new(text, self.advance());
        if in_brackets {
            self.expect_token(&Token::RParen)?;
        }
        Ok(value)
    }

    /// `SPLIT` and its items.
    fn split(&mut self) -> Result<SplitClause> {
        let mut split = SplitClause::empty();
        if self.is(0, "NONE") {
            split.method = Some(Spanned::new(SplitMethod::None, self.advance()));
            return Ok(split);
        }
        if !self.eat_token(&Token::LParen) {
            return Err(self.expected("( or NONE after SPLIT").with_hint("for example SPLIT (RATIO 0.8, SEED 7)"));
        }
        loop {
            self.split_item(&mut split)?;
            if !self.eat_token(&Token::Comma) || self.token(0) == &Token::RParen {
                self.expect_close("SPLIT")?;
                return Ok(split);
            }
        }
    }

    fn split_item(&mut self, split: &mut SplitClause) -> Result<()> {
        let place = self.span(0);
        let method = if self.eat(&["KEY"]) {
            SplitMethod::Key(self.key_columns()?)
        } else if self.eat(&["COLUMN"]) {
            SplitMethod::Column(self.column("a column after COLUMN")?)
        } else if self.eat(&["ORDER", "BY"]) {
            SplitMethod::OrderBy(self.order_column()?)
        } else if self.eat(&["NONE"]) {
            SplitMethod::None
        } else {
            return self.split_number(split);
        };
        if split.method.is_some() {
            let message = "SPLIT takes only one of KEY, COLUMN, ORDER BY and NONE";
            return Err(Error::syntax(message).at(place));
        }
        split.method = Some(Spanned::new(method, place));
        Ok(())
    }

    /// `RATIO number` or `SEED number`.
    fn split_number(&mut self, split: &mut SplitClause) -> Result<()> {
        const ITEMS: [&str; 6] = ["RATIO", "SEED", "KEY", "COLUMN", "ORDER BY", "NONE"];
        let (item, slot) = match self.word(0) {
            Some(word) if word.eq_ignore_ascii_case("RATIO") => ("RATIO", &mut split.ratio),
            Some(word) if word.eq_ignore_ascii_case("SEED") => ("SEED", &mut split.seed),
            word => {
                let error = self.expected(&format!("one of {} in SPLIT", ITEMS.join(", ")));
                return Err(match word.and_then(|word| crate::error::closest(word, ITEMS)) {
                    Some(item) => error.with_hint(format!("did you mean {item}?")),
                    None => error,
                });
            }
        };
        if slot.is_some() {
            return Err(Error::syntax(format!("{item} is given twice")).at(self.span(0)).with_hint("leave out one of them"));
        }
        self.advance();
        self.eat_token(&Token::Eq);
        *slot = Some(self.entry_value(&format!("a number after {item}"))?);
        Ok(())
    }

    fn key_columns(&mut self) -> Result<Vec<Spanned<String>>> {
        if !self.eat_token(&Token::LParen) {
            return Ok(vec![self.column("a column after KEY")?]);
        }
        let mut columns = Vec::new();
        loop {
            columns.push(self.column("a column in KEY")?);
            if !self.eat_token(&Token::Comma) || self.token(0) == &Token::RParen {
                self.expect_close("KEY")?;
                return Ok(columns);
            }
        }
    }

    fn order_column(&mut self) -> Result<Spanned<String>> {
        let column = self.column("a column after ORDER BY")?;
        if self.is(0, "DESC") {
            let hint = "the highest values, the latest, are held out; negate the column in the query to hold out the lowest";
            return Err(Error::unsupported("DESC in SPLIT").at(self.span(0)).with_hint(hint));
        }
        self.eat(&["ASC"]);
        Ok(column)
    }
}
