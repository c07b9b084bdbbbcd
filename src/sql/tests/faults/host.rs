//! Errors of `DataFusion`, and texts that go too deep for it.

use insta::assert_snapshot;

use super::{fault, parse};

#[test]
fn errors_of_the_host() {
    assert_snapshot!(fault("SELECT 1 2 3"), @"
    error: expected ; or the end of the statement, found 2
     --> statement:1:10
      |
    1 | SELECT 1 2 3
      |          ^
    ");
    assert_snapshot!(fault("SELECT 'abc"), @"
    error: unterminated string literal
     --> statement:1:8
      |
    1 | SELECT 'abc
      |        ^
    ");
    assert_snapshot!(fault("SELECT (1"), @"
    error: expected ), found the end of the statement
     --> statement:1:10
      |
    1 | SELECT (1
      |          ^
    ");
    assert_snapshot!(fault("SELECT 1; SHOW MODELS; SELECT 1 FROM (2)"), @"
    error: expected identifier, found 2
     --> statement:1:39
      |
    1 | SELECT 1; SHOW MODELS; SELECT 1 FROM (2)
      |                                       ^
    ");
    assert_snapshot!(fault("SHOW MODELS SHOW MODELS"), @"
    error: expected ; or the end of the statement, found SHOW
     --> statement:1:13
      |
    1 | SHOW MODELS SHOW MODELS
      |             ^^^^
    ");
    assert_snapshot!(fault("CREATE EXTERNAL TABLE t LOCATION 'x'"), @"
    error: missing STORED AS clause in CREATE EXTERNAL TABLE statement
     --> statement:1:37
      |
    1 | CREATE EXTERNAL TABLE t LOCATION 'x'
      |                                     ^
    ");
    assert_snapshot!(fault("COPY t"), @"
    error: missing TO clause in COPY statement
     --> statement:1:7
      |
    1 | COPY t
      |       ^
    ");
}

#[test]
fn deep_nesting_is_an_error() {
    let (open, close) = ("(".repeat(100_000), ")".repeat(100_000));
    let texts = [
        format!("SELECT {open}1{close}"),
        format!("CREATE MODEL m FROM {open}SELECT 1 AS y{close} TARGET y"),
        format!("CREATE MODEL m FROM (SELECT {open}1{close} AS y) TARGET y"),
        format!("CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS {open}1{close})"),
        format!("CREATE MODEL m FROM t TARGET y SPLIT {open}RATIO 1{close}"),
        format!("SELECT {}1", "NOT ".repeat(100_000)),
        format!("{}SELECT 1", "EXPLAIN ".repeat(100_000)),
        format!("{}SELECT 1", "EXPLAIN ANALYZE VERBOSE ".repeat(100_000)),
        format!("{}SELECT 1", "DESCRIBE EXPLAIN ".repeat(100_000)),
        format!("SELECT {}1{}", "CASE WHEN ".repeat(100_000), " THEN 1 END".repeat(100_000)),
    ];
    for text in texts {
        let error = parse(&text).unwrap_err();
        assert!(error.render().len() < 2000, "{}", &error.render()[..200]);
    }
    assert_snapshot!(parse(&format!("SELECT {open}1{close}")).unwrap_err(), @"the statement is nested too deeply (line 1, column 56); the setting datafusion.sql_parser.recursion_limit says how deep is allowed");
}

#[test]
fn chains_are_read_or_refused() {
    let links = [" + 1", " OR a", "::int", " IS NULL", " UNION ALL SELECT 1", " UNION SELECT 1, 2", " AND (a = 1)", " || 'a'"];
    for (link, n) in links.into_iter().flat_map(|link| [(link, 4_900), (link, 30_000)]) {
        let text = format!("SELECT a{}", link.repeat(n));
        match parse(&text) {
            Ok(mut statements) => {
                crate::sql::expand_stars(&mut statements[0], &|_| None).unwrap();
                assert!(statements[0].to_string().len() > n);
            }
            Err(error) => assert!(n > 10_000 && error.render().contains("too long"), "{link}: {}", error.render()),
        }
    }
    let rows = ", (1, -2, 'x')".repeat(20_000);
    assert!(parse(&format!("INSERT INTO t VALUES (1, 2, 'y'){rows}")).is_ok());
    assert!(parse(&"SELECT 1; ".repeat(5000)).is_ok_and(|statements| statements.len() == 5000));
    assert_snapshot!(parse(&format!("SELECT a\nWHERE a{}", " OR a".repeat(10_000))).unwrap_err(), @"the expression or the query is too long (line 2, column 49999); put long lists of values into IN (...) or into a table");
}
