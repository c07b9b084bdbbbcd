//! What people get to read when a statement cannot be read.

use insta::assert_snapshot;

use super::parse;

fn fault(text: &str) -> String {
    match parse(text) {
        Ok(statements) => panic!("{text} is read as {statements:?}"),
        Err(error) => error.render(),
    }
}

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

#[test]
fn clauses() {
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGT y"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found TARGT
     --> statement:1:23
      |
    1 | CREATE MODEL m FROM t TARGT y
      |                       ^^^^^
      |
      = help: did you mean TARGET?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y FUNCTON f"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found FUNCTON
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y FUNCTON f
      |                                ^^^^^^^
      |
      = help: did you mean FUNCTION?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y blah"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found blah
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y blah
      |                                ^^^^
      |
      = help: the clauses are FUNCTION, IAM_ROLE, AUTO, MODEL_TYPE, PROBLEM_TYPE, OBJECTIVE, PREPROCESSORS, HYPERPARAMETERS, SPLIT, SETTINGS
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y, z"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found ,
     --> statement:1:31
      |
    1 | CREATE MODEL m FROM t TARGET y, z
      |                               ^
      |
      = help: the clauses are FUNCTION, IAM_ROLE, AUTO, MODEL_TYPE, PROBLEM_TYPE, OBJECTIVE, PREPROCESSORS, HYPERPARAMETERS, SPLIT, SETTINGS
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET t.y"), @"
    error: the target is a column of the training query, without the name of a table
     --> statement:1:30
      |
    1 | CREATE MODEL m FROM t TARGET t.y
      |                              ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET"), @"
    error: expected the target column after TARGET, found the end of the statement
     --> statement:1:29
      |
    1 | CREATE MODEL m FROM t TARGET
      |                             ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET FUNCTION f"), @"
    error: expected a clause of CREATE MODEL or the end of the statement, found f
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET FUNCTION f
      |                                       ^
      |
      = help: FUNCTION was read as the column of TARGET: name the column before it
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y TARGET z"), @"
    error: TARGET is given twice
     --> statement:1:32
      |
    1 | CREATE MODEL m FROM t TARGET y TARGET z
      |                                ^^^^^^
      |
      = help: leave out one of them
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y FUNCTION 'f'"), @"
    error: expected the name of a function after FUNCTION, found 'f'
     --> statement:1:41
      |
    1 | CREATE MODEL m FROM t TARGET y FUNCTION 'f'
      |                                         ^^^
      |
      = help: a name stands bare or in double quotes: f
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y IAM_ROLE x"), @"
    error: expected default or a string after IAM_ROLE, found x
     --> statement:1:41
      |
    1 | CREATE MODEL m FROM t TARGET y IAM_ROLE x
      |                                         ^
      |
      = help: a string stands in single quotes: 'x'
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y AUTO MAYBE"), @"
    error: expected ON or OFF after AUTO, found MAYBE
     --> statement:1:37
      |
    1 | CREATE MODEL m FROM t TARGET y AUTO MAYBE
      |                                     ^^^^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y OBJECTIVE ('mse'"), @"
    error: expected ), found the end of the statement
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y OBJECTIVE ('mse'
      |                                                ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y PREPROCESSORS none"), @"
    error: expected a string after PREPROCESSORS, found none
     --> statement:1:46
      |
    1 | CREATE MODEL m FROM t TARGET y PREPROCESSORS none
      |                                              ^^^^
      |
      = help: a string stands in single quotes: 'none'
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y HYPERPARAMETERS (l2 1)"), @"
    error: expected DEFAULT after HYPERPARAMETERS, found (
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y HYPERPARAMETERS (l2 1)
      |                                                ^
      |
      = help: for example HYPERPARAMETERS DEFAULT EXCEPT (l2 '0.5')
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT l2 1"), @"
    error: expected ( and the entries of HYPERPARAMETERS, found l2
     --> statement:1:63
      |
    1 | CREATE MODEL m FROM t TARGET y HYPERPARAMETERS DEFAULT EXCEPT l2 1
      |                                                               ^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (POSITIVE, WEIGHT w)"), @"
    error: expected a value of POSITIVE, found ,
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (POSITIVE, WEIGHT w)
      |                                                  ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS ('positive' 'x')"), @"
    error: expected the name of an option or ) in SETTINGS, found 'positive'
     --> statement:1:42
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS ('positive' 'x')
      |                                          ^^^^^^^^^^
      |
      = help: names of options stand without quotes
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 0.5"), @"
    error: expected , or ) in SETTINGS, found the end of the statement
     --> statement:1:55
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD 0.5
      |                                                       ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS ('a' 1 2))"), @"
    error: expected , or ) in a list of values, found 2
     --> statement:1:63
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (CLASS_WEIGHTS ('a' 1 2))
      |                                                               ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT 0.7"), @"
    error: expected ( or NONE after SPLIT, found 0.7
     --> statement:1:38
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT 0.7
      |                                      ^^^
      |
      = help: for example SPLIT (RATIO 0.8, SEED 7)
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (RATOI 0.7)"), @"
    error: expected one of RATIO, SEED, KEY, COLUMN, ORDER BY, NONE in SPLIT, found RATOI
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (RATOI 0.7)
      |                                       ^^^^^
      |
      = help: did you mean RATIO?
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.7, RATIO 0.8)"), @"
    error: RATIO is given twice
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (RATIO 0.7, RATIO 0.8)
      |                                                  ^^^^^
      |
      = help: leave out one of them
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (KEY (a), ORDER BY b)"), @"
    error: SPLIT takes only one of KEY, COLUMN, ORDER BY and NONE
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (KEY (a), ORDER BY b)
      |                                                ^^^^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (ORDER BY b DESC)"), @"
    error: DESC in SPLIT is not supported
     --> statement:1:50
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (ORDER BY b DESC)
      |                                                  ^^^^
      |
      = help: the highest values, the latest, are held out; negate the column in the query to hold out the lowest
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT (KEY (a b))"), @"
    error: expected , or ) in KEY, found b
     --> statement:1:46
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT (KEY (a b))
      |                                              ^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y SPLIT ()"), @"
    error: expected one of RATIO, SEED, KEY, COLUMN, ORDER BY, NONE in SPLIT, found )
     --> statement:1:39
      |
    1 | CREATE MODEL m FROM t TARGET y SPLIT ()
      |                                       ^
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
      = help: versions are counted from 1; SHOW MODELS lists them
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
}

#[test]
fn what_comes_later() {
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT 1"), @"
    error: CREATE MODEL name OPTIONS ..., BigQuery's form, is not supported
     --> statement:1:16
      |
    1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT 1
      |                ^^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL m TRANSFORM (a) OPTIONS () AS SELECT 1"), @"
    error: CREATE MODEL name TRANSFORM ..., BigQuery's form, is not supported
     --> statement:1:16
      |
    1 | CREATE MODEL m TRANSFORM (a) OPTIONS () AS SELECT 1
      |                ^^^^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL m REMOTE WITH CONNECTION c"), @"
    error: a model made elsewhere (REMOTE) is not supported
     --> statement:1:16
      |
    1 | CREATE MODEL m REMOTE WITH CONNECTION c
      |                ^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e' IAM_ROLE default"), @"
    error: a remote model (CREATE MODEL name FUNCTION ...) is not supported
     --> statement:1:16
      |
    1 | CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e' IAM_ROLE default
      |                ^^^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM 's3://b/m.tar.gz' FUNCTION f(int) RETURNS int"), @"
    error: a model made elsewhere (FUNCTION name (types) RETURNS type) is not supported
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM 's3://b/m.tar.gz' FUNCTION f(int) RETURNS int
      |                                                ^
      |
      = help: the function of a trained model takes its types from the training query: write FUNCTION name alone. IMPORT MODEL reads a file that EXPORT MODEL wrote
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM ('job-1') FUNCTION f (int) RETURNS int"), @"
    error: a model from a training job or an archive is not supported
     --> statement:1:22
      |
    1 | CREATE MODEL m FROM ('job-1') FUNCTION f (int) RETURNS int
      |                      ^^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE EXTERNAL MODEL m FUNCTION f MODEL_TYPE BEDROCK"), @"
    error: CREATE EXTERNAL MODEL is not supported
     --> statement:1:8
      |
    1 | CREATE EXTERNAL MODEL m FUNCTION f MODEL_TYPE BEDROCK
      |        ^^^^^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("CREATE OR REPLACE TEMP MODEL m FROM t TARGET y"), @"
    error: CREATE TEMP MODEL is not supported
     --> statement:1:19
      |
    1 | CREATE OR REPLACE TEMP MODEL m FROM t TARGET y
      |                   ^^^^
      |
      = help: a model can be trained now: CREATE MODEL name FROM { table | (query) } TARGET column
    ");
    assert_snapshot!(fault("EXPLAIN DROP MODEL m"), @"
    error: EXPLAIN of DROP MODEL is not supported
     --> statement:1:1
      |
    1 | EXPLAIN DROP MODEL m
      | ^^^^^^^
      |
      = help: EXPLAIN CREATE MODEL shows what training would do
    ");
    assert_snapshot!(fault("GRANT EXECUTE ON MODEL m TO PUBLIC"), @"
    error: GRANT or REVOKE on a model is not supported
     --> statement:1:18
      |
    1 | GRANT EXECUTE ON MODEL m TO PUBLIC
      |                  ^^^^^
      |
      = help: models have no owners here; who may use which function is for the host to decide
    ");
    assert_snapshot!(fault("EXPORT MODEL m OPTIONS (URI = 'gs://b')"), @"
    error: EXPORT MODEL ... OPTIONS is not supported
     --> statement:1:16
      |
    1 | EXPORT MODEL m OPTIONS (URI = 'gs://b')
      |                ^^^^^^^
      |
      = help: write EXPORT MODEL name TO 'file'
    ");
}

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
