//! Statements whose first words are misspelt, and those that manage models.

use insta::assert_snapshot;

use super::fault;

#[test]
fn misspelt_statements() {
    assert_snapshot!(fault("CREAT MODEL m FROM t TARGET y"), @"
    error: expected a statement, found CREAT
     --> statement:1:1
      |
    1 | CREAT MODEL m FROM t TARGET y
      | ^^^^^
      |
      = help: did you mean CREATE?
    ");
    assert_snapshot!(fault("SELCT 1"), @"
    error: expected a statement, found SELCT
     --> statement:1:1
      |
    1 | SELCT 1
      | ^^^^^
      |
      = help: did you mean SELECT?
    ");
    assert_snapshot!(fault("CREATE MODLE m FROM t TARGET y"), @"
    error: expected MODEL, found MODLE
     --> statement:1:8
      |
    1 | CREATE MODLE m FROM t TARGET y
      |        ^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("CREATE OR REPLACE MODELL m FROM t TARGET y"), @"
    error: expected MODEL, found MODELL
     --> statement:1:19
      |
    1 | CREATE OR REPLACE MODELL m FROM t TARGET y
      |                   ^^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("EXPLAIN CREATE MDOEL m FROM t TARGET y"), @"
    error: expected MODEL, found MDOEL
     --> statement:1:16
      |
    1 | EXPLAIN CREATE MDOEL m FROM t TARGET y
      |                ^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("DROP MODLE m"), @"
    error: expected MODEL, found MODLE
     --> statement:1:6
      |
    1 | DROP MODLE m
      |      ^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("DESCRIBE MODLE m"), @"
    error: expected MODEL, found MODLE
     --> statement:1:10
      |
    1 | DESCRIBE MODLE m
      |          ^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("SHOW MODLES"), @"
    error: expected MODELS, found MODLES
     --> statement:1:6
      |
    1 | SHOW MODLES
      |      ^^^^^^
      |
      = help: did you mean MODELS?
    ");
    assert_snapshot!(fault("SHOW MODLE churn"), @"
    error: expected MODEL, found MODLE
     --> statement:1:6
      |
    1 | SHOW MODLE churn
      |      ^^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("REFESH MODEL m"), @"
    error: expected a statement, found REFESH
     --> statement:1:1
      |
    1 | REFESH MODEL m
      | ^^^^^^
      |
      = help: did you mean REFRESH?
    ");
    assert_snapshot!(fault("EXPORT MODL m TO 'f'"), @"
    error: expected MODEL, found MODL
     --> statement:1:8
      |
    1 | EXPORT MODL m TO 'f'
      |        ^^^^
      |
      = help: did you mean MODEL?
    ");
    assert_snapshot!(fault("frobnicate the database"), @"
    error: expected an SQL statement, found frobnicate
     --> statement:1:1
      |
    1 | frobnicate the database
      | ^^^^^^^^^^
    ");
}

#[test]
fn managing() {
    assert_snapshot!(fault("SHOW MODEL"), @"
    error: expected ALL or the name of a model, found the end of the statement
     --> statement:1:11
      |
    1 | SHOW MODEL
      |           ^
      |
      = help: SHOW MODELS lists all models
    ");
    assert_snapshot!(fault("SHOW MODEL a b"), @"
    error: expected ; or the end of the statement, found b
     --> statement:1:14
      |
    1 | SHOW MODEL a b
      |              ^
    ");
    assert_snapshot!(fault("DROP MODEL IF EXISTS"), @"
    error: expected the name of a model, found the end of the statement
     --> statement:1:21
      |
    1 | DROP MODEL IF EXISTS
      |                     ^
    ");
    assert_snapshot!(fault("DROP MODEL a, b"), @"
    error: expected ; or the end of the statement, found ,
     --> statement:1:13
      |
    1 | DROP MODEL a, b
      |             ^
    ");
    assert_snapshot!(fault("DROP MODEL a VERSION 0"), @"
    error: expected the number of a version, found 0
     --> statement:1:22
      |
    1 | DROP MODEL a VERSION 0
      |                      ^
      |
      = help: versions are counted from 1; ml_model_versions('name') lists them
    ");
    assert_snapshot!(fault("DROP MODEL a VERSION two"), @"
    error: expected the number of a version, found two
     --> statement:1:22
      |
    1 | DROP MODEL a VERSION two
      |                      ^^^
    ");
    assert_snapshot!(fault("ALTER MODEL a RENAM TO b"), @"
    error: expected SET or RENAME TO after the name of the model, found RENAM
     --> statement:1:15
      |
    1 | ALTER MODEL a RENAM TO b
      |               ^^^^^
      |
      = help: did you mean RENAME?
    ");
    assert_snapshot!(fault("ALTER MODEL a"), @"
    error: expected SET or RENAME TO after the name of the model, found the end of the statement
     --> statement:1:14
      |
    1 | ALTER MODEL a
      |              ^
      |
      = help: for example ALTER MODEL churn SET (threshold = 0.35)
    ");
    assert_snapshot!(fault("ALTER MODEL a RENAME b"), @"
    error: expected TO, found b
     --> statement:1:22
      |
    1 | ALTER MODEL a RENAME b
      |                      ^
    ");
    assert_snapshot!(fault("ALTER MODEL a SET threshold = 1"), @"
    error: expected ( and the entries of ALTER MODEL ... SET, found threshold
     --> statement:1:19
      |
    1 | ALTER MODEL a SET threshold = 1
      |                   ^^^^^^^^^
    ");
    assert_snapshot!(fault("EXPORT MODEL a 'f'"), @"
    error: expected TO, found 'f'
     --> statement:1:16
      |
    1 | EXPORT MODEL a 'f'
      |                ^^^
    ");
    assert_snapshot!(fault("EXPORT MODEL a TO f"), @"
    error: expected the path of a file as a string after TO, found f
     --> statement:1:19
      |
    1 | EXPORT MODEL a TO f
      |                   ^
      |
      = help: a string stands in single quotes: 'f'
    ");
    assert_snapshot!(fault("IMPORT MODEL a TO 'f'"), @"
    error: expected FROM, found TO
     --> statement:1:16
      |
    1 | IMPORT MODEL a TO 'f'
      |                ^^
    ");
    assert_snapshot!(fault("EXPORT MODEL a TO ''"), @"
    error: expected the path of a file as a string after TO, found ''
     --> statement:1:19
      |
    1 | EXPORT MODEL a TO ''
      |                   ^^
    ");
    assert_snapshot!(fault("EXPORT MODEL a VERSION TO 'f'"), @"
    error: expected the number of a version, found TO
     --> statement:1:24
      |
    1 | EXPORT MODEL a VERSION TO 'f'
      |                        ^^
    ");
    assert_snapshot!(fault("EXPORT MODEL a TO 'f' VERSION 2"), @"
    error: expected ; or the end of the statement, found VERSION
     --> statement:1:23
      |
    1 | EXPORT MODEL a TO 'f' VERSION 2
      |                       ^^^^^^^
    ");
    assert_snapshot!(fault("IMPORT MODEL a FROM f"), @"
    error: expected the path of a file as a string after FROM, found f
     --> statement:1:21
      |
    1 | IMPORT MODEL a FROM f
      |                     ^
      |
      = help: a string stands in single quotes: 'f'
    ");
    assert_snapshot!(fault("IMPORT MODEL a FROM 'f' FUNCTION"), @"
    error: expected the name of a function after FUNCTION, found the end of the statement
     --> statement:1:33
      |
    1 | IMPORT MODEL a FROM 'f' FUNCTION
      |                                 ^
    ");
    assert_snapshot!(fault("IMPORT MODEL a FROM 'f' FUNCTION g (int) RETURNS int"), @r"
        error: expected ; or the end of the statement, found (
         --> statement:1:36
          |
        1 | IMPORT MODEL a FROM 'f' FUNCTION g (int) RETURNS int
          |                                    ^
        ");
    assert_snapshot!(fault("IMPORT MODEL a FROM 'f' AS b"), @"
    error: expected ; or the end of the statement, found AS
     --> statement:1:25
      |
    1 | IMPORT MODEL a FROM 'f' AS b
      |                         ^^
    ");
    assert_snapshot!(fault("REFRESH MODEL"), @"
    error: expected the name of a model, found the end of the statement
     --> statement:1:14
      |
    1 | REFRESH MODEL
      |              ^
    ");
    assert_snapshot!(fault("REFRESH MODEL a FROM t"), @"
    error: expected ; or the end of the statement, found FROM
     --> statement:1:17
      |
    1 | REFRESH MODEL a FROM t
      |                 ^^^^
    ");
    assert_snapshot!(fault("ALTER MODEL a SET VERSION"), @"
    error: expected the number of a version, found the end of the statement
     --> statement:1:26
      |
    1 | ALTER MODEL a SET VERSION
      |                          ^
    ");
    assert_snapshot!(fault("ALTER MODEL a SET VERSION -1"), @"
    error: expected the number of a version, found -
     --> statement:1:27
      |
    1 | ALTER MODEL a SET VERSION -1
      |                           ^
    ");
}
