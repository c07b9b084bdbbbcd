//! Statements in the forms that published scripts have, kept in `tests/statements`: each is read, printed, and read again.

use datafusion::sql::sqlparser::dialect::{BigQueryDialect, Dialect, GenericDialect};

use super::DEPTH;
use crate::sql::ast::Statement;

const SEPARATOR: &str = "-- next --\n";

/// Reads every statement of a file and gives the canonical ones.
fn round_trip(file: &str, dialect: &dyn Dialect) -> Vec<Statement> {
    let parse = |text: &str| match super::super::parse(text, dialect, DEPTH) {
        Ok(mut statements) if statements.len() == 1 => statements.remove(0),
        Ok(statements) => panic!("{} statements in\n{text}", statements.len()),
        Err(error) => panic!("{text}\n{}", error.render()),
    };
    let of = |text: &str| {
        let statement = parse(text);
        let printed = statement.to_string();
        let again = parse(&printed);
        assert_eq!(again, statement, "{printed}");
        assert_eq!(again.to_string(), printed, "printing is not canonical");
        statement
    };
    file.split(SEPARATOR).map(of).collect()
}

fn about_models(statements: &[Statement]) -> usize {
    statements.iter().filter(|statement| statement.keywords().is_some()).count()
}

#[test]
fn statements_of_published_forms() {
    let redshift = round_trip(include_str!("../../../tests/statements/redshift.sql"), &GenericDialect {});
    let bigquery = round_trip(include_str!("../../../tests/statements/bigquery.sql"), &GenericDialect {});
    let queries = round_trip(include_str!("../../../tests/statements/bigquery_queries.sql"), &BigQueryDialect {});
    assert_eq!(about_models(&bigquery), bigquery.len());
    let all = redshift.len() + bigquery.len() + queries.len();
    assert!(all >= 200, "{} + {} + {} = {all} statements", redshift.len(), bigquery.len(), queries.len());
}

/// Reading BigQuery's form does not depend on what the session reads otherwise.
#[test]
fn the_form_says_the_dialect() {
    let file = include_str!("../../../tests/statements/bigquery.sql");
    assert_eq!(round_trip(file, &GenericDialect {}), round_trip(file, &BigQueryDialect {}));
}

/// All of them as one script, each with a semicolon.
#[test]
fn one_script() {
    let files = [include_str!("../../../tests/statements/redshift.sql"), include_str!("../../../tests/statements/bigquery.sql")];
    let mut expected = Vec::new();
    let mut script = String::new();
    for text in files.iter().flat_map(|file| file.split(SEPARATOR)) {
        expected.extend(super::parse(text).unwrap());
        script.push_str(text.trim_end().trim_end_matches(';'));
        script.push_str("\n;\n");
    }
    assert_eq!(super::parse(&script).unwrap_or_else(|error| panic!("{}", error.render())), expected);
}
