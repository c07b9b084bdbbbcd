//! Statements so long that their tree could not be dropped again.
//!
//! The host's parser counts how deep brackets are nested, but a chain such as `a OR a OR ...` or `SELECT 1 UNION SELECT 1 ...` it
//! reads in a loop, and the tree is as deep as the chain is long. Printing such a tree, walking it, even freeing it overflows the
//! stack of a thread at some 20,000 links.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::error::{Error, Result};

/// Tokens between two commas or brackets; a link of a chain takes at least two.
const TOKENS: usize = 20_000;
/// Queries in one chain of `UNION` and the like.
const QUERIES: usize = 10_000;

/// How long the chains within one pair of brackets are.
#[derive(Default)]
struct Chain {
    tokens: usize,
    queries: usize,
}

/// Refuses chains that are too long.
pub(super) fn check(tokens: &[TokenWithSpan]) -> Result<()> {
    let mut outer = Vec::new();
    let mut chain = Chain::default();
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::Whitespace(_) => continue,
            Token::SemiColon => {
                outer.clear();
                chain = Chain::default();
            }
            Token::Comma => chain.tokens = 0,
            Token::LParen | Token::LBracket | Token::LBrace => {
                chain.tokens += 1;
                outer.push(std::mem::take(&mut chain));
            }
            Token::RParen | Token::RBracket | Token::RBrace => chain = outer.pop().unwrap_or_default(),
            Token::Word(word) => {
                chain.tokens += 1;
                let joint = ["UNION", "EXCEPT", "INTERSECT", "MINUS"].iter().any(|joint| word.value.eq_ignore_ascii_case(joint));
                chain.queries += usize::from(joint);
            }
            _ => chain.tokens += 1,
        }
        if chain.tokens > TOKENS || chain.queries > QUERIES {
            let hint = "put long lists of values into IN (...) or into a table";
            return Err(Error::syntax("the expression or the query is too long").at(*span).with_hint(hint));
        }
    }
    Ok(())
}
