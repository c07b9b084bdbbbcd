//! BigQuery's form: texts that cannot be read.

use insta::assert_snapshot;

use super::fault;

#[test]
fn clauses_of_bigquery() {
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg') SELECT 1"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found SELECT
         --> statement:1:52
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg') SELECT 1
          |                                                    ^^^^^^
          |
          = help: AS stands before the query
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg')\nAS"), @r"
        error: expected a query after AS, found the end of the statement
         --> statement:2:3
          |
        2 | AS
          |   ^
          |
          = help: for example AS SELECT * FROM customers
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS () OPTIONS () AS SELECT 1"), @r"
        error: OPTIONS is given twice
         --> statement:1:27
          |
        1 | CREATE MODEL m OPTIONS () OPTIONS () AS SELECT 1
          |                           ^^^^^^^
          |
          = help: leave out one of them
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS () FROM t TARGET y"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found FROM
         --> statement:1:27
          |
        1 | CREATE MODEL m OPTIONS () FROM t TARGET y
          |                           ^^^^
          |
          = help: OPTIONS (...) goes with AS query; FROM, TARGET and SETTINGS are clauses of the other form
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS () TRANSFROM (a) AS SELECT 1"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found TRANSFROM
         --> statement:1:27
          |
        1 | CREATE MODEL m OPTIONS () TRANSFROM (a) AS SELECT 1
          |                           ^^^^^^^^^
          |
          = help: did you mean TRANSFORM?
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS () WHATEVER"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found WHATEVER
         --> statement:1:27
          |
        1 | CREATE MODEL m OPTIONS () WHATEVER
          |                           ^^^^^^^^
          |
          = help: the clauses are TRANSFORM, INPUT, OUTPUT, REMOTE, OPTIONS, AS
        ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET y OPTIONS (a = 1)"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found OPTIONS
         --> statement:1:32
          |
        1 | CREATE MODEL m FROM t TARGET y OPTIONS (a = 1)
          |                                ^^^^^^^
          |
          = help: OPTIONS and TRANSFORM go with AS query; with FROM the list is called SETTINGS
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT a b c FROM t"), @r"
        error: expected ; or the end of the statement, found c
         --> statement:1:66
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT a b c FROM t
          |                                                                  ^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS\nSELECT * FROM"), @r"
        error: expected identifier, found the end of the statement
         --> statement:2:14
          |
        2 | SELECT * FROM
          |              ^
        ");
    assert_snapshot!(fault("CREATE MODEL m TRANSFORM () OPTIONS () AS SELECT 1"), @r"
        error: expected an expression in TRANSFORM, found )
         --> statement:1:27
          |
        1 | CREATE MODEL m TRANSFORM () OPTIONS () AS SELECT 1
          |                           ^
          |
          = help: TRANSFORM (*) takes every column as it is
        ");
    assert_snapshot!(fault("CREATE MODEL m TRANSFORM a OPTIONS () AS SELECT 1"), @r"
        error: expected ( and a list of expressions after TRANSFORM, found a
         --> statement:1:26
          |
        1 | CREATE MODEL m TRANSFORM a OPTIONS () AS SELECT 1
          |                          ^
        ");
    assert_snapshot!(fault("CREATE MODEL m TRANSFORM (ML.BUCKETIZE(a, [1, 2]) AS b OPTIONS () AS SELECT 1"), @r"
        error: expected , or ) in TRANSFORM, found OPTIONS
         --> statement:1:56
          |
        1 | CREATE MODEL m TRANSFORM (ML.BUCKETIZE(a, [1, 2]) AS b OPTIONS () AS SELECT 1
          |                                                        ^^^^^^^
        ");
    assert_snapshot!(fault("CREATE MODEL m REMOTE WITH CONECTION c OPTIONS ()"), @r"
        error: expected CONNECTION, found CONECTION
         --> statement:1:28
          |
        1 | CREATE MODEL m REMOTE WITH CONECTION c OPTIONS ()
          |                            ^^^^^^^^^
          |
          = help: did you mean CONNECTION?
        ");
    assert_snapshot!(fault("CREATE MODEL m REMOTE WITH CONNECTION 5"), @r"
        error: expected the name of a connection, or DEFAULT, found 5
         --> statement:1:39
          |
        1 | CREATE MODEL m REMOTE WITH CONNECTION 5
          |                                       ^
          |
          = help: a name that begins with a digit stands in double quotes
        ");
    assert_snapshot!(fault("CREATE MODEL m INPUT (x) OUTPUT (y INT64) OPTIONS ()"), @r"
        error: expected the type of x, found )
         --> statement:1:24
          |
        1 | CREATE MODEL m INPUT (x) OUTPUT (y INT64) OPTIONS ()
          |                        ^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS () AS (training_data AS (SELECT 1), training_data AS (SELECT 2))"), @r"
        error: training_data is given twice
         --> statement:1:60
          |
        1 | CREATE MODEL m OPTIONS () AS (training_data AS (SELECT 1), training_data AS (SELECT 2))
          |                                                            ^^^^^^^^^^^^^
          |
          = help: leave out one of them
        ");
    assert_snapshot!(fault("CREATE MODEL `a..b` OPTIONS () AS SELECT 1"), @r"
        error: expected the name of a model, found a path with an empty part
         --> statement:1:14
          |
        1 | CREATE MODEL `a..b` OPTIONS () AS SELECT 1
          |              ^^^^^^
          |
          = help: write one dot between two names
        ");
    assert_snapshot!(fault("CREATE MODEL my-model OPTIONS () AS SELECT 1"), @r"
        error: expected FROM after the name of the model, found -
         --> statement:1:16
          |
        1 | CREATE MODEL my-model OPTIONS () AS SELECT 1
          |                ^
          |
          = help: CREATE MODEL name FROM { table | (query) } TARGET column
        ");
}

#[test]
fn lists_of_options() {
    assert_snapshot!(fault("CREATE MODEL m OPTIONS model_type = 'linear_reg' AS SELECT 1"), @r"
        error: expected ( and the entries of OPTIONS, found model_type
         --> statement:1:24
          |
        1 | CREATE MODEL m OPTIONS model_type = 'linear_reg' AS SELECT 1
          |                        ^^^^^^^^^^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type 'linear_reg') AS SELECT 1"), @r"
        error: expected = after MODEL_TYPE, found 'linear_reg'
         --> statement:1:36
          |
        1 | CREATE MODEL m OPTIONS (model_type 'linear_reg') AS SELECT 1
          |                                    ^^^^^^^^^^^^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg'\n  l2_reg = 1) AS SELECT 1"), @r"
        error: expected , or ) in OPTIONS, found l2_reg
         --> statement:2:3
          |
        2 |   l2_reg = 1) AS SELECT 1
          |   ^^^^^^
          |
          = help: a comma stands between two options
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS ('model_type' = 'linear_reg') AS SELECT 1"), @r"
        error: expected the name of an option or ) in OPTIONS, found 'model_type'
         --> statement:1:25
          |
        1 | CREATE MODEL m OPTIONS ('model_type' = 'linear_reg') AS SELECT 1
          |                         ^^^^^^^^^^^^
          |
          = help: names of options stand without quotes
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = , l2_reg = 1) AS SELECT 1"), @r"
        error: expected a value of MODEL_TYPE, found ,
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (model_type = , l2_reg = 1) AS SELECT 1
          |                                      ^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg, l2_reg = 1) AS SELECT 1"), @r"
        error: unterminated string literal
         --> statement:1:39
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg, l2_reg = 1) AS SELECT 1
          |                                       ^^^^^^^^^^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (labels = ['a') AS SELECT 1"), @r"
        error: expected ], found )
         --> statement:1:38
          |
        1 | CREATE MODEL m OPTIONS (labels = ['a') AS SELECT 1
          |                                      ^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (model_type = 'linear_reg' AS SELECT 1"), @r"
        error: expected , or ) in OPTIONS, found AS
         --> statement:1:51
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg' AS SELECT 1
          |                                                   ^^
        ");
    assert_snapshot!(fault("EXPORT MODEL m OPTIONS (URL = 'f')"), @r"
        error: unknown option of EXPORT MODEL URL; did you mean URI?
         --> statement:1:25
          |
        1 | EXPORT MODEL m OPTIONS (URL = 'f')
          |                         ^^^
        ");
    assert_snapshot!(fault("EXPORT MODEL m OPTIONS ()"), @r"
        error: expected URI in EXPORT MODEL ... OPTIONS
         --> statement:1:24
          |
        1 | EXPORT MODEL m OPTIONS ()
          |                        ^^
          |
          = help: for example OPTIONS (URI = 'churn.dfml')
        ");
    assert_snapshot!(fault("EXPORT MODEL m OPTIONS (uri = 5)"), @r"
        error: URI cannot be 5; expected the path of a file as a string, once
         --> statement:1:31
          |
        1 | EXPORT MODEL m OPTIONS (uri = 5)
          |                               ^
        ");
    assert_snapshot!(fault("EXPORT MODEL m OPTIONS (uri = 'f', trial_id = 'best')"), @r"
        error: TRIAL_ID cannot be 'best'; expected the number of a trial from 1, once
         --> statement:1:47
          |
        1 | EXPORT MODEL m OPTIONS (uri = 'f', trial_id = 'best')
          |                                               ^^^^^^
        ");
    assert_snapshot!(fault("ALTER MODEL m SET OPTIONS (description 'x')"), @r"
        error: expected = after DESCRIPTION, found 'x'
         --> statement:1:40
          |
        1 | ALTER MODEL m SET OPTIONS (description 'x')
          |                                        ^^^
        ");
}

/// A fault is found where it stands, whatever stood before it in another dialect.
#[test]
fn places_in_scripts_of_two_dialects() {
    assert_snapshot!(fault("SELECT 1;\n# it's\nCREATE MODEL m OPTIONS (a = \"it's\") AS\nSELECT 'x\\'', 1 FRM t; SELECT \"b\""), @r#"
        error: expected ; or the end of the statement, found t
         --> statement:4:21
          |
        4 | SELECT 'x\'', 1 FRM t; SELECT "b"
          |                     ^
        "#);
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (a = 'b') AS SELECT 'ä\\'日'; /* \n */ SELECT \"b\" 2 3"), @r#"
        error: expected ; or the end of the statement, found 2
         --> statement:2:16
          |
        2 |  */ SELECT "b" 2 3
          |                ^
        "#);
    assert_snapshot!(fault("SET datafusion.sql_parser.dialect = 'bigquery';\nSELECT 'it\\'s', \"b\" # c'\nFRM t"), @r"
        error: expected ; or the end of the statement, found t
         --> statement:3:5
          |
        3 | FRM t
          |     ^
        ");
    assert_snapshot!(fault("CREATE MODEL m OPTIONS (a = 'b') AS SELECT 1;\nSELECT 'unterminated"), @r"
        error: unterminated string literal
         --> statement:2:8
          |
        2 | SELECT 'unterminated
          |        ^
        ");
}

#[test]
fn models_made_elsewhere() {
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int) RETURNS int IAM_ROLE default"), @r"
        error: expected FROM or SAGEMAKER in CREATE MODEL
         --> statement:1:14
          |
        1 | CREATE MODEL m FUNCTION f (int) RETURNS int IAM_ROLE default
          |              ^
          |
          = help: CREATE MODEL name FROM { table | (query) } TARGET column
        ");
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int,, int) RETURNS int SAGEMAKER 'e'"), @r"
        error: expected a type, or ) after the types of the function, found ,
         --> statement:1:32
          |
        1 | CREATE MODEL m FUNCTION f (int,, int) RETURNS int SAGEMAKER 'e'
          |                                ^
        ");
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int) RETURNS SAGEMAKER 'e'"), @r"
        error: expected a clause of CREATE MODEL or the end of the statement, found 'e'
         --> statement:1:51
          |
        1 | CREATE MODEL m FUNCTION f (int) RETURNS SAGEMAKER 'e'
          |                                                   ^^^
          |
          = help: the clauses are TARGET, IAM_ROLE, AUTO, MODEL_TYPE, PROBLEM_TYPE, OBJECTIVE, PREPROCESSORS, HYPERPARAMETERS, SPLIT, SETTINGS
        ");
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER endpoint"), @r"
        error: expected the name of an endpoint as a string after SAGEMAKER, found endpoint
         --> statement:1:55
          |
        1 | CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER endpoint
          |                                                       ^^^^^^^^
          |
          = help: a string stands in single quotes: 'endpoint'
        ");
    assert_snapshot!(fault("CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e':"), @r"
        error: expected the name of a model as a string after :, found the end of the statement
         --> statement:1:59
          |
        1 | CREATE MODEL m FUNCTION f (int) RETURNS int SAGEMAKER 'e':
          |                                                           ^
        ");
    assert_snapshot!(fault("CREATE MODEL m FROM 'job' FUNCTION f (int RETURNS int"), @r"
        error: expected , or ) in the types of the function, found RETURNS
         --> statement:1:43
          |
        1 | CREATE MODEL m FROM 'job' FUNCTION f (int RETURNS int
          |                                           ^^^^^^^
        ");
}

#[test]
fn rights() {
    assert_snapshot!(fault("GRANT SELECT ON MODEL m TO u"), @r"
        error: expected EXECUTE, ALL or CREATE MODEL, found SELECT
         --> statement:1:7
          |
        1 | GRANT SELECT ON MODEL m TO u
          |       ^^^^^^
        ");
    assert_snapshot!(fault("GRANT EXECUTE ON MODEL m FROM u"), @r"
        error: expected TO, found FROM
         --> statement:1:26
          |
        1 | GRANT EXECUTE ON MODEL m FROM u
          |                          ^^^^
        ");
    assert_snapshot!(fault("REVOKE EXECUTE ON MODEL m FROM"), @r"
        error: expected a user, GROUP, ROLE or PUBLIC, found the end of the statement
         --> statement:1:31
          |
        1 | REVOKE EXECUTE ON MODEL m FROM
          |                               ^
        ");
    assert_snapshot!(fault("GRANT EXECUTE ON MODEL TO u"), @r"
        error: expected TO, found u
         --> statement:1:27
          |
        1 | GRANT EXECUTE ON MODEL TO u
          |                           ^
        ");
}
