//! Faults that only running a statement finds: each with its place, and with what was probably meant.

use datafusion::config::Dialect;
use insta::assert_snapshot;

use super::*;

/// A context that knows places, with a table `t`, models `churn` of two labels and `three` of three.
async fn with_models() -> MlContext {
    let session = SessionContext::new_with_config(SessionConfig::new().set_bool("datafusion.sql_parser.collect_spans", true));
    let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
    for statement in [
        "CREATE TABLE t AS SELECT value AS id, value * 37 % 101 + 0.5 AS size, CASE value % 3 WHEN 0 THEN 'rose' WHEN 1 THEN 'fern' \
         ELSE 'moss' END AS kind, value * 37 % 101 > 50 AS blooms, value * 1.5 AS y FROM generate_series(1, 200)",
        "CREATE MODEL churn FROM (SELECT size, kind, blooms FROM t) TARGET blooms FUNCTION fn_churn",
        "CREATE MODEL three FROM (SELECT size, y, kind FROM t) TARGET kind",
    ] {
        rows(&ml, statement).await;
    }
    ml
}

#[tokio::test]
async fn functions_of_models() {
    let ml = with_models().await;
    assert_snapshot!(failure(&ml, "SELECT fn_churn(size) FROM t").await, @r"
        error: fn_churn takes 2 arguments, not 1: kind is missing; the signature is fn_churn(size DOUBLE, kind VARCHAR)
         --> statement:1:8
          |
        1 | SELECT fn_churn(size) FROM t
          |        ^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT fn_churn('a', kind) FROM t").await, @r"
        error: argument 1 of fn_churn, size, must be a number, not VARCHAR; the signature is fn_churn(size DOUBLE, kind VARCHAR)
         --> statement:1:17
          |
        1 | SELECT fn_churn('a', kind) FROM t
          |                 ^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT fn_churn(size, kind), fn_churn(size) FROM t").await, @r"
        error: fn_churn takes 2 arguments, not 1: kind is missing; the signature is fn_churn(size DOUBLE, kind VARCHAR)
         --> statement:1:30
          |
        1 | SELECT fn_churn(size, kind), fn_churn(size) FROM t
          |                              ^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT fn_churn_prob(size, kind) FROM t").await, @r"
        error: there is no function fn_churn_prob
         --> statement:1:8
          |
        1 | SELECT fn_churn_prob(size, kind) FROM t
          |        ^^^^^^^^^^^^^
          |
          = help: did you mean fn_churn_probability?
        ");
    assert_snapshot!(failure(&ml, "SELECT fn_chrun(size, kind) FROM t").await, @r"
        error: there is no function fn_chrun
         --> statement:1:8
          |
        1 | SELECT fn_chrun(size, kind) FROM t
          |        ^^^^^^^^
          |
          = help: did you mean fn_churn?
        ");
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM (SELECT size, fn_churn(size) AS f, y FROM t) TARGET y").await, @r"
        error: fn_churn takes 2 arguments, not 1: kind is missing; the signature is fn_churn(size DOUBLE, kind VARCHAR)
         --> statement:1:35
          |
        1 | CREATE MODEL n FROM (SELECT size, fn_churn(size) AS f, y FROM t) TARGET y
          |                                   ^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT explain_model('chrn')").await, @r"
        error: model chrn does not exist; did you mean churn?
         --> statement:1:22
          |
        1 | SELECT explain_model('chrn')
          |                      ^^^^^^
        ");
    assert_snapshot!(
        failure(&ml, "SELECT report.explanations.kernel_shap FROM (SELECT explain_model('churn') AS report) AS q").await,
        @r"
        error: Cannot access field at argument 1: type Utf8 is not Struct, Map, or Null
         --> statement:1:53
          |
        1 | SELECT report.explanations.kernel_shap FROM (SELECT explain_model('churn') AS report) AS q
          |                                                     ^^^^^^^^^^^^^
          |
          = help: explain_model gives JSON as one text, which has no fields; SELECT * FROM ml_global_explain('model') gives a table
        "
    );
}

#[tokio::test]
async fn table_functions_of_other_models() {
    let ml = with_models().await;
    assert_snapshot!(failure(&ml, "SELECT * FROM ML.PREDICT(MODEL three, TABLE t, STRUCT(0.5 AS threshold))").await, @r"
        error: model three tells 3 labels apart, so it has no threshold
         --> statement:1:55
          |
        1 | SELECT * FROM ML.PREDICT(MODEL three, TABLE t, STRUCT(0.5 AS threshold))
          |                                                       ^^^
          |
          = help: ml_confusion_matrix shows its errors, ml_calibration its probabilities
        ");
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_evaluate('three', threshold => 0.5)").await, @r"
        error: model three tells 3 labels apart, so it has no threshold
         --> statement:1:49
          |
        1 | SELECT * FROM ml_evaluate('three', threshold => 0.5)
          |                                                 ^^^
          |
          = help: ml_confusion_matrix shows its errors, ml_calibration its probabilities
        ");
    assert_snapshot!(failure(&ml, "SELECT * FROM ml_roc_curve('three')").await, @r"
        error: model three tells 3 labels apart, so it has no threshold
         --> statement:1:15
          |
        1 | SELECT * FROM ml_roc_curve('three')
          |               ^^^^^^^^^^^^
          |
          = help: ml_confusion_matrix shows its errors, ml_calibration its probabilities
        ");
}

#[tokio::test]
async fn preprocessing() {
    let ml = with_models().await;
    assert_snapshot!(failure(&ml, "SELECT ML.IMPUTER(size, 'medain') OVER () FROM t").await, @r"
        error: strategy of ML.IMPUTER cannot be 'medain'; expected 'mean', 'median' or 'most_frequent'
         --> statement:1:25
          |
        1 | SELECT ML.IMPUTER(size, 'medain') OVER () FROM t
          |                         ^^^^^^^^
          |
          = help: did you mean 'median'?
        ");
    assert_snapshot!(failure(&ml, "SELECT ML.BUCKETIZE(size) FROM t").await, @r"
        error: ML.BUCKETIZE takes 2 to 4 arguments, not 1; the call is ML.BUCKETIZE(numerical_expression, array_split_points [, exclude_boundaries] [, output_format])
         --> statement:1:8
          |
        1 | SELECT ML.BUCKETIZE(size) FROM t
          |        ^^^^^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT ML.BUCKETIZE(size, [3, 1]) FROM t").await, @r"
        error: array_split_points of ML.BUCKETIZE cannot be [3, 1]; expected at least one finite number, in ascending order
         --> statement:1:28
          |
        1 | SELECT ML.BUCKETIZE(size, [3, 1]) FROM t
          |                            ^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT ML.STANDARD_SCALER(kind) OVER () FROM t").await, @r"
        error: argument 1 of ML.STANDARD_SCALER, numerical_expression, must be a number, not Utf8; the call is ML.STANDARD_SCALER(numerical_expression) OVER ()
         --> statement:1:27
          |
        1 | SELECT ML.STANDARD_SCALER(kind) OVER () FROM t
          |                           ^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT ML.STANDRD_SCALER(size) OVER () FROM t").await, @r"
        error: there is no function ML.STANDRD_SCALER
         --> statement:1:8
          |
        1 | SELECT ML.STANDRD_SCALER(size) OVER () FROM t
          |        ^^^^^^^^^^^^^^^^^
          |
          = help: did you mean ML.STANDARD_SCALER?
        ");
    let create = |transform: &str| {
        format!(
            "CREATE MODEL n TRANSFORM(y, {transform} AS z) OPTIONS (model_type = 'linear_reg', labels = ['y']) AS SELECT size, y FROM t"
        )
    };
    assert_snapshot!(failure(&ml, &create("ML.STANDRD_SCALER(size) OVER ()")).await, @r"
        error: there is no function ML.STANDRD_SCALER
         --> statement:1:29
          |
        1 | CREATE MODEL n TRANSFORM(y, ML.STANDRD_SCALER(size) OVER () AS z) OPTIONS (model_type = 'linear_reg', labels = ['y']) AS SELECT size,...
          |                             ^^^^^^^^^^^^^^^^^
          |
          = help: did you mean ML.STANDARD_SCALER?
        ");
    assert_snapshot!(failure(&ml, &create("ML.IMPUTER(size, 'medain') OVER ()")).await, @r"
        error: strategy of ML.IMPUTER cannot be 'medain'; expected 'mean', 'median' or 'most_frequent'
         --> statement:1:46
          |
        1 | CREATE MODEL n TRANSFORM(y, ML.IMPUTER(size, 'medain') OVER () AS z) OPTIONS (model_type = 'linear_reg', labels = ['y']) AS SELECT si...
          |                                              ^^^^^^^^
          |
          = help: did you mean 'median'?
        ");
}

#[tokio::test]
async fn stars() {
    let ml = with_models().await;
    assert_snapshot!(failure(&ml, "SELECT * EXCEPT (kinds) FROM t").await, @r"
        error: No field named kinds. Did you mean 't.kind'?
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:18
          |
        1 | SELECT * EXCEPT (kinds) FROM t
          |                  ^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT * EXCLUDE (id, nosuch) FROM t ORDER BY 1").await, @r"
        error: No field named nosuch.
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:23
          |
        1 | SELECT * EXCLUDE (id, nosuch) FROM t ORDER BY 1
          |                       ^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT * REPLACE (1 AS nosuch) FROM t").await, @r"
        error: No field named nosuch.
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:24
          |
        1 | SELECT * REPLACE (1 AS nosuch) FROM t
          |                        ^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT t.* REPLACE (1 AS knd) FROM t").await, @r"
        error: No field named t.knd. Did you mean 't.kind'?
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:26
          |
        1 | SELECT t.* REPLACE (1 AS knd) FROM t
          |                          ^^^
        ");
    assert_snapshot!(failure(&ml, "CREATE MODEL n FROM (SELECT * REPLACE (1 AS sise) FROM t) TARGET y").await, @r"
        error: No field named sise. Did you mean 't.size'?
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:45
          |
        1 | CREATE MODEL n FROM (SELECT * REPLACE (1 AS sise) FROM t) TARGET y
          |                                             ^^^^
        ");
    assert_snapshot!(failure(&ml, "CREATE TABLE u AS SELECT 1 FROM (SELECT * REPLACE (1 AS sise) FROM t)").await, @r"
        error: No field named sise. Did you mean 't.size'?
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:57
          |
        1 | CREATE TABLE u AS SELECT 1 FROM (SELECT * REPLACE (1 AS sise) FROM t)
          |                                                         ^^^^
        ");
    ml.set_dialect(Dialect::BigQuery);
    assert_snapshot!(failure(&ml, "SELECT * REPLACE (1 AS Knd) FROM t").await, @r"
        error: No field named knd. Did you mean 't.kind'?
               Valid fields are t.id, t.size, t.kind, t.blooms, t.y.
         --> statement:1:24
          |
        1 | SELECT * REPLACE (1 AS Knd) FROM t
          |                        ^^^
        ");
}

/// The column is there under the name that the dialect reads; the types are those of the expressions.
#[tokio::test]
async fn stars_that_replace() {
    let ml = with_models().await;
    for dialect in [Dialect::Generic, Dialect::BigQuery] {
        ml.set_dialect(dialect);
        for query in [
            "SELECT * REPLACE (id + 1 AS Kind, 'x' AS size) FROM t",
            "SELECT q.* REPLACE (id + 1 AS kind, 'x' AS size) FROM t AS q",
        ] {
            let batches = rows(&ml, &format!("{query} ORDER BY id LIMIT 1")).await;
            let shown = datafusion::arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
            assert!(shown.contains("| 1  | x    | 2    | false  | 1.5 |"), "{shown}");
        }
    }
    rows(&ml, "CREATE MODEL n OPTIONS (model_type = 'linear_reg', labels = ['y']) AS SELECT * REPLACE (size * 2 AS size) FROM t")
        .await;
    let statement = ml.store().get(&ModelName::from("n")).unwrap().statement.clone();
    assert!(statement.ends_with("SELECT * REPLACE (size * 2 AS size) FROM t"), "{statement}");
}

#[tokio::test]
async fn options_of_training() {
    let ml = with_models().await;
    let clauses = |clauses: &str| format!("CREATE MODEL n FROM (SELECT size, kind, blooms, y FROM t)\n{clauses}");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SETTINGS (CLASS_WEIGHTS ('true' 2, 'flase' 1))")).await, @r"
        error: CLASS_WEIGHTS cannot be 'flase'; expected the target's labels, false and true
         --> statement:2:50
          |
        2 | TARGET blooms SETTINGS (CLASS_WEIGHTS ('true' 2, 'flase' 1))
          |                                                  ^^^^^^^
          |
          = help: did you mean 'false'?
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SETTINGS (CLASS_WEIGHTS ('true' 2, 'false' -1))")).await, @r"
        error: CLASS_WEIGHTS cannot be -1; expected 'balanced' or a list of labels and weights above 0, for example ('yes' 2.0, 'no' 1)
         --> statement:2:58
          |
        2 | TARGET blooms SETTINGS (CLASS_WEIGHTS ('true' 2, 'false' -1))
          |                                                          ^^
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SETTINGS (POSITIVE 'tru')")).await, @r"
        error: POSITIVE cannot be 'tru'; expected one of the target's labels, false, true
         --> statement:2:34
          |
        2 | TARGET blooms SETTINGS (POSITIVE 'tru')
          |                                  ^^^^^
          |
          = help: did you mean 'true'?
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SETTINGS (WEIGHT kind)")).await, @r"
        error: the weight column kind has type Utf8; weights are numbers
         --> statement:2:32
          |
        2 | TARGET blooms SETTINGS (WEIGHT kind)
          |                                ^^^^
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SETTINGS (WEIGHT knd)")).await, @r"
        error: weight column knd is not in the training query; did you mean kind?
         --> statement:2:32
          |
        2 | TARGET blooms SETTINGS (WEIGHT knd)
          |                                ^^^
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SPLIT (COLUMN kind)")).await, @r"
        error: the split column kind cannot be 'fern'; expected true or 'test' for rows to hold out, false or 'train' for rows to train on
         --> statement:2:29
          |
        2 | TARGET blooms SPLIT (COLUMN kind)
          |                             ^^^^
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET blooms SPLIT (ORDER BY sise)")).await, @r"
        error: split column sise is not in the training query; did you mean size?
         --> statement:2:31
          |
        2 | TARGET blooms SPLIT (ORDER BY sise)
          |                               ^^^^
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET kind PROBLEM_TYPE REGRESSION")).await, @r"
        error: the target kind is text, so it cannot be predicted as a number
         --> statement:2:8
          |
        2 | TARGET kind PROBLEM_TYPE REGRESSION
          |        ^^^^
          |
          = help: CAST it to DOUBLE in the training query
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET kind SETTINGS (THRESHOLD 0.5)")).await, @r"
        error: THRESHOLD does not fit: the target kind has several labels, and each row gets the likeliest
         --> statement:2:33
          |
        2 | TARGET kind SETTINGS (THRESHOLD 0.5)
          |                                 ^^^
          |
          = help: leave it out, or tell one label from the rest with SETTINGS (POSITIVE 'label')
        ");
    assert_snapshot!(failure(&ml, &clauses("TARGET y SETTINGS (CLASS_WEIGHTS 'balanced')")).await, @r"
        error: CLASS_WEIGHTS does not fit: the target y is a number and has no labels
         --> statement:2:34
          |
        2 | TARGET y SETTINGS (CLASS_WEIGHTS 'balanced')
          |                                  ^^^^^^^^^^
          |
          = help: leave it out, or set PROBLEM_TYPE BINARY_CLASSIFICATION if the target has two values
        ");
}

#[tokio::test]
async fn options_of_bigquery() {
    let ml = with_models().await;
    let options = |options: &str| {
        format!(
            "CREATE MODEL n OPTIONS (model_type = 'logistic_reg', labels = ['blooms'],\n{options})\nAS SELECT size, kind, blooms FROM t"
        )
    };
    assert_snapshot!(failure(&ml, &options("class_weights = [('true', 2.0), ('flase', 1)]")).await, @r"
        error: CLASS_WEIGHTS cannot be 'flase'; expected the target's labels, false and true
         --> statement:2:34
          |
        2 | class_weights = [('true', 2.0), ('flase', 1)])
          |                                  ^^^^^^^
          |
          = help: did you mean 'false'?
        ");
    assert_snapshot!(failure(&ml, &options("class_weights = [('true', 0.0), ('false', 1)]")).await, @r"
        error: CLASS_WEIGHTS cannot be 0; expected weights above 0; leave rows out to train without them
         --> statement:2:27
          |
        2 | class_weights = [('true', 0.0), ('false', 1)])
          |                           ^^^
        ");
    assert_snapshot!(failure(&ml, &options("class_weights = [STRUCT('true', 1), STRUCT('true', 2)]")).await, @r"
        error: the label 'true' has two weights
         --> statement:2:44
          |
        2 | class_weights = [STRUCT('true', 1), STRUCT('true', 2)])
          |                                            ^^^^^^
        ");
    assert_snapshot!(failure(&ml, &options("data_split_method = 'custom', data_split_col = 'kind'")).await, @r"
        error: the split column kind cannot be 'fern'; expected true or 'test' for rows to hold out, false or 'train' for rows to train on
         --> statement:2:48
          |
        2 | data_split_method = 'custom', data_split_col = 'kind')
          |                                                ^^^^^^
        ");
    assert_snapshot!(failure(&ml, &options("data_split_method = 'seq', data_split_col = 'day'")).await, @r"
        error: split column day is not in the training query; valid are size, kind, blooms
         --> statement:2:45
          |
        2 | data_split_method = 'seq', data_split_col = 'day')
          |                                             ^^^^^
        ");
    let linear = |label: &str| {
        format!("CREATE MODEL n OPTIONS (model_type = 'linear_reg'{label}) AS SELECT size, kind, kind AS label FROM t")
    };
    assert_snapshot!(failure(&ml, &linear(", input_label_cols = ['kind']")).await, @r"
        error: the target kind is text, so it cannot be predicted as a number
         --> statement:1:71
          |
        1 | CREATE MODEL n OPTIONS (model_type = 'linear_reg', input_label_cols = ['kind']) AS SELECT size, kind, kind AS label FROM t
          |                                                                       ^^^^^^^^
          |
          = help: CAST it to DOUBLE in the training query
        ");
    assert_snapshot!(failure(&ml, &linear("")).await, @r"
        error: the target label is text, so it cannot be predicted as a number
         --> statement:1:14
          |
        1 | CREATE MODEL n OPTIONS (model_type = 'linear_reg') AS SELECT size, kind, kind AS label FROM t
          |              ^
          |
          = help: CAST it to DOUBLE in the training query
        ");
}

#[tokio::test]
async fn forms_that_are_not_planned() {
    let ml = with_models().await;
    assert_snapshot!(failure(&ml, "SELECT * FROM t PIVOT (AVG(size) FOR kind IN ('rose'))").await, @r"
        error: this form (pivot) is not supported
         --> statement:1:15
          |
        1 | SELECT * FROM t PIVOT (AVG(size) FOR kind IN ('rose'))
          |               ^
        ");
    assert_snapshot!(failure(&ml, "SELECT id, b'ab' FROM t").await, @r"
        error: this form (a string of bytes) is not supported
         --> statement:1:12
          |
        1 | SELECT id, b'ab' FROM t
          |            ^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT sum(kind) FROM t").await, @r"
        error: sum does not take arguments of the types (Utf8)
         --> statement:1:8
          |
        1 | SELECT sum(kind) FROM t
          |        ^^^
          |
          = help: CAST them to types that it takes
        ");
    assert_snapshot!(failure(&ml, "SELECT make_array(1, [2])").await, @r"
        error: Failed to unify argument types of make_array: [Int64, List(Int64)]
         --> statement:1:8
          |
        1 | SELECT make_array(1, [2])
          |        ^^^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT unnest(generate_series(0, 1, 0.25))").await, @r"
        error: generate_series does not take arguments of the types (Int64, Int64, Float64)
         --> statement:1:15
          |
        1 | SELECT unnest(generate_series(0, 1, 0.25))
          |               ^^^^^^^^^^^^^^^
          |
          = help: CAST them to types that it takes
        ");
    assert_snapshot!(failure(&ml, "SELECT id, FARM_FINGERPRINT(id) FROM t").await, @r"
        error: FARM_FINGERPRINT takes STRING or BYTES (CAST(x AS STRING) makes one), not INT64
         --> statement:1:12
          |
        1 | SELECT id, FARM_FINGERPRINT(id) FROM t
          |            ^^^^^^^^^^^^^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT id FROM t WHERE kind LIKE ANY ('a%', 'b%')").await, @r"
        error: ANY in LIKE expression is not supported
         --> statement:1:24
          |
        1 | SELECT id FROM t WHERE kind LIKE ANY ('a%', 'b%')
          |                        ^^^^
        ");
    assert_snapshot!(failure(&ml, "SELECT id, kind::nosuch FROM t").await, @r"
        error: SQL type nosuch is not supported
         --> statement:1:12
          |
        1 | SELECT id, kind::nosuch FROM t
          |            ^^^^
        ");
    assert!(ml.sql("DECLARE x INT64 DEFAULT 5").await.unwrap_err().location() == Some((1, 1)));
}
