//! `GRANT` and `REVOKE` on models.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use crate::error::Result;
use crate::sql::ast::{GrantModel, Grantee, Statement};

impl Cursor<'_> {
    /// `GRANT` or `REVOKE`, if it stands here and is about models.
    pub(super) fn grant(&mut self) -> Result<Option<Statement>> {
        let revoke = self.is(0, "REVOKE");
        if !revoke && !self.is(0, "GRANT") {
            return Ok(None);
        }
        let mut words = (1..64).take_while(|n| !self.ends(*n));
        if !words.any(|n| self.are(n, &["ON", "MODEL"]) || self.are(n, &["CREATE", "MODEL"])) {
            return Ok(None);
        }
        self.advance();
        let mut grant_option = revoke && self.eat(&["GRANT", "OPTION", "FOR"]);
        let mut privileges = vec![self.privilege()?];
        while self.eat_token(&Token::Comma) {
            privileges.push(self.privilege()?);
        }
        let mut models = Vec::new();
        if self.eat(&["ON", "MODEL"]) {
            models.push(self.model_name()?);
            while self.eat_token(&Token::Comma) {
                models.push(self.model_name()?);
            }
        }
        self.expect(if revoke { "FROM" } else { "TO" })?;
        let mut grantees = vec![self.grantee()?];
        while self.eat_token(&Token::Comma) {
            grantees.push(self.grantee()?);
        }
        if revoke {
            let _ = self.eat(&["CASCADE"]) || self.eat(&["RESTRICT"]);
        } else {
            grant_option = self.eat(&["WITH", "GRANT", "OPTION"]);
        }
        Ok(Some(Statement::GrantModel(GrantModel { revoke, grant_option, privileges, models, grantees })))
    }

    fn privilege(&mut self) -> Result<String> {
        for words in [&["EXECUTE"][..], &["CREATE", "MODEL"], &["ALL", "PRIVILEGES"], &["ALL"]] {
            if self.eat(words) {
                return Ok(words.join(" ").replace(" PRIVILEGES", ""));
            }
        }
        Err(self.expected("EXECUTE, ALL or CREATE MODEL"))
    }

    fn grantee(&mut self) -> Result<Grantee> {
        let followed = matches!(self.token(1), Token::Word(_) | Token::DoubleQuotedString(_));
        let kind = ["GROUP", "ROLE"].into_iter().find(|kind| self.is(0, kind) && followed && !self.is(1, "WITH"));
        if kind.is_some() {
            self.advance();
        }
        Ok(Grantee { kind, name: self.identifier("a user, GROUP, ROLE or PUBLIC")? })
    }
}
