//! What is not done yet.

use insta::assert_snapshot;

use super::fault;

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
    assert_snapshot!(fault("IMPORT OR REPLACE MODEL m FROM 'f'"), @"
    error: IMPORT OR REPLACE MODEL is not supported
     --> statement:1:8
      |
    1 | IMPORT OR REPLACE MODEL m FROM 'f'
      |        ^^
      |
      = help: run DROP MODEL first, or import the file under another name
    ");
    for explain in ["EXPLAIN", "EXPLAIN ANALYZE", "EXPLAIN VERBOSE", "EXPLAIN ANALYZE VERBOSE"] {
        assert!(fault(&format!("{explain} REFRESH MODEL m")).starts_with("error: EXPLAIN of REFRESH MODEL is not supported"));
    }
}
