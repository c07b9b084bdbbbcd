//! `CREATE MODEL` up to its source.

use insta::assert_snapshot;

use super::fault;

#[test]
fn the_source() {
    assert_snapshot!(fault("CREATE MODEL"), @"
    error: expected the name of a model, found the end of the statement
     --> statement:1:13
      |
    1 | CREATE MODEL
      |             ^
    ");
    assert_snapshot!(fault("CREATE MODEL m"), @"
    error: expected FROM after the name of the model, found the end of the statement
     --> statement:1:15
      |
    1 | CREATE MODEL m
      |               ^
      |
      = help: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL m FORM t TARGET y"), @"
    error: expected FROM after the name of the model, found FORM
     --> statement:1:16
      |
    1 | CREATE MODEL m FORM t TARGET y
      |                ^^^^
      |
      = help: did you mean FROM?
    ");
    assert_snapshot!(fault("CREATE MODEL m TARGET y"), @"
    error: expected FROM after the name of the model, found TARGET
     --> statement:1:16
      |
    1 | CREATE MODEL m TARGET y
      |                ^^^^^^
      |
      = help: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL 'churn' FROM t TARGET y"), @"
    error: expected the name of a model, found 'churn'
     --> statement:1:14
      |
    1 | CREATE MODEL 'churn' FROM t TARGET y
      |              ^^^^^^^
      |
      = help: a name stands bare or in double quotes: churn
    ");
    assert_snapshot!(fault("CREATE MODEL 5m FROM t TARGET y"), @"
    error: expected the name of a model, found 5
     --> statement:1:14
      |
    1 | CREATE MODEL 5m FROM t TARGET y
      |              ^
      |
      = help: a name that begins with a digit stands in double quotes
    ");
    assert_snapshot!(fault("CREATE MODEL \"\" FROM t TARGET y"), @r#"
    error: expected the name of a model, found ""
     --> statement:1:14
      |
    1 | CREATE MODEL "" FROM t TARGET y
      |              ^^
      |
      = help: a name is not empty
    "#);
    assert_snapshot!(fault("CREATE MODEL a. FROM t TARGET y"), @"
    error: expected FROM after the name of the model, found t
     --> statement:1:22
      |
    1 | CREATE MODEL a. FROM t TARGET y
      |                      ^
      |
      = help: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE OR REPLACE MODEL IF NOT EXISTS m FROM t TARGET y"), @"
    error: OR REPLACE and IF NOT EXISTS exclude each other
     --> statement:1:25
      |
    1 | CREATE OR REPLACE MODEL IF NOT EXISTS m FROM t TARGET y
      |                         ^^
      |
      = help: OR REPLACE makes a new version of a model that exists, IF NOT EXISTS keeps the old one: leave out one of them
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM SELECT a, y FROM t TARGET y"), @"
    error: expected a table or a query in brackets after FROM, found SELECT
     --> statement:1:21
      |
    1 | CREATE MODEL m FROM SELECT a, y FROM t TARGET y
      |                     ^^^^^^
      |
      = help: put the query in brackets: FROM (SELECT ... FROM ...)
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t WHERE a > 1 TARGET y"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found WHERE
     --> statement:1:23
      |
    1 | CREATE MODEL m FROM t WHERE a > 1 TARGET y
      |                       ^^^^^
      |
      = help: put the query in brackets: FROM (SELECT ... FROM ...)
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM read_csv('x.csv') TARGET y"), @"
    error: expected a clause of CREATE MODEL, found (
     --> statement:1:29
      |
    1 | CREATE MODEL m FROM read_csv('x.csv') TARGET y
      |                             ^
      |
      = help: put a table function into a query: FROM (SELECT * FROM read_csv(...))
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM (SELECT a y z FROM t) TARGET y"), @"
    error: expected ), found z
     --> statement:1:33
      |
    1 | CREATE MODEL m FROM (SELECT a y z FROM t) TARGET y
      |                                 ^
      |
      = help: the query after FROM ends here, but its bracket of line 1, column 21 is open
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM (SELECT a, y FROM t TARGET y"), @"
    error: expected ), found y
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM (SELECT a, y FROM t TARGET y
      |                                                ^
      |
      = help: the query after FROM ends here, but its bracket of line 1, column 21 is open
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM (t) TARGET y"), @"
    error: expected SELECT, VALUES, or a subquery in the query body, found t
     --> statement:1:22
      |
    1 | CREATE MODEL m FROM (t) TARGET y
      |                      ^
      |
      = help: after FROM stands a table or, in brackets, a query: FROM (SELECT ... FROM ...)
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM () TARGET y"), @"
    error: expected SELECT, VALUES, or a subquery in the query body, found )
     --> statement:1:22
      |
    1 | CREATE MODEL m FROM () TARGET y
      |                      ^
      |
      = help: after FROM stands a table or, in brackets, a query: FROM (SELECT ... FROM ...)
    ");
    assert_snapshot!(fault("CREATE MODEL m\nFROM (SELECT a,\n\t'größe', y z w FROM t)\nTARGET y"), @"
    error: expected ), found w
     --> statement:3:15
      |
    3 |     'größe', y z w FROM t)
      |                  ^
      |
      = help: the query after FROM ends here, but its bracket of line 2, column 6 is open
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM TARGET y"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found y
     --> statement:1:28
      |
    1 | CREATE MODEL m FROM TARGET y
      |                            ^
      |
      = help: TARGET was read as the table of FROM: name the table before it
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM"), @"
    error: expected a table or a query in brackets after FROM, found the end of the statement
     --> statement:1:20
      |
    1 | CREATE MODEL m FROM
      |                    ^
    ");
}
