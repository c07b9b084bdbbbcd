//! What is not done yet.

use insta::assert_snapshot;

use super::fault;

#[test]
fn what_comes_later() {
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
