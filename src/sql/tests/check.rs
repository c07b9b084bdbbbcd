//! What is said of statements that are not run: without tables, without models.

use datafusion::config::Dialect;
use datafusion::prelude::{SessionConfig, SessionContext};
use insta::assert_snapshot;

use crate::sql::{check, parse_with_session};

fn session(dialect: Dialect) -> SessionContext {
    let mut config = SessionConfig::new();
    config.options_mut().sql_parser.dialect = dialect;
    SessionContext::new_with_config(config)
}

/// The first fault of a text, drawn.
fn fault(dialect: Dialect, text: &str) -> Option<String> {
    let session = session(dialect);
    let statements = parse_with_session(text, &session).unwrap_or_else(|error| panic!("{}", error.render()));
    statements.into_iter().find_map(|statement| Some(check(statement, &session).err()?.in_text(text).render()))
}

fn generic(text: &str) -> String {
    fault(Dialect::Generic, text).unwrap_or_else(|| panic!("{text} passes"))
}

fn bigquery(text: &str) -> String {
    fault(Dialect::BigQuery, text).unwrap_or_else(|| panic!("{text} passes"))
}

#[test]
fn table_functions() {
    assert_snapshot!(generic("SELECT * FROM ML.PREDICT(MODEL a, TABLE t, STRUCT(0.5 AS treshold))"), @r"
        error: ml_predict has no argument treshold; call it as ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])
         --> statement:1:58
          |
        1 | SELECT * FROM ML.PREDICT(MODEL a, TABLE t, STRUCT(0.5 AS treshold))
          |                                                          ^^^^^^^^
          |
          = help: did you mean threshold?
        ");
    assert_snapshot!(generic("SELECT * FROM ML.PREDICT(MODEL a, TABLE t, STRUCT(1.5))"), @r"
        error: threshold cannot be 1.5; expected a number from 0 to 1
         --> statement:1:51
          |
        1 | SELECT * FROM ML.PREDICT(MODEL a, TABLE t, STRUCT(1.5))
          |                                                   ^^^
        ");
    assert_snapshot!(generic("SELECT * FROM ML.PREDICT(MODEL a)"), @r"
        error: ml_predict needs data; call it as ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])
         --> statement:1:15
          |
        1 | SELECT * FROM ML.PREDICT(MODEL a)
          |               ^^^^^^^^^^
        ");
    assert_snapshot!(generic("SELECT * FROM ML.PREDICT(5, TABLE t)"), @r"
        error: ml_predict needs a model's name, not 5; call it as ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])
         --> statement:1:26
          |
        1 | SELECT * FROM ML.PREDICT(5, TABLE t)
          |                          ^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_predict('m', f(x))"), @r"
        error: ml_predict needs a table, or a query in brackets, as data, not f(x); call it as ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])
         --> statement:1:31
          |
        1 | SELECT * FROM ml_predict('m', f(x))
          |                               ^^^
          |
          = help: as a query it is (SELECT * FROM f(x))
        ");
    assert_snapshot!(generic("SELECT * FROM ml_weights('m', t)"), @r"
        error: ml_weights cannot take the argument t; call it as ml_weights('model' [, standardize => true])
         --> statement:1:31
          |
        1 | SELECT * FROM ml_weights('m', t)
          |                               ^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_weights('m', standardise => true)"), @r"
        error: ml_weights has no argument standardise; call it as ml_weights('model' [, standardize => true])
         --> statement:1:31
          |
        1 | SELECT * FROM ml_weights('m', standardise => true)
          |                               ^^^^^^^^^^^
          |
          = help: did you mean standardize?
        ");
    assert_snapshot!(generic("SELECT * FROM ml_weights('m', standardize => 1)"), @r"
        error: standardize cannot be 1; expected true or false
         --> statement:1:46
          |
        1 | SELECT * FROM ml_weights('m', standardize => 1)
          |                                              ^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_explain_predict('m', t, top_k_features => 0)"), @r"
        error: top_k_features cannot be 0; expected a whole number from 1
         --> statement:1:60
          |
        1 | SELECT * FROM ml_explain_predict('m', t, top_k_features => 0)
          |                                                            ^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_roc_curve('m', thresholds => [2])"), @r"
        error: thresholds cannot be [2]; expected an array of at most 10,000 numbers from 0 to 1, such as [0.2, 0.5] or GENERATE_ARRAY(0.1, 0.9, 0.1)
         --> statement:1:48
          |
        1 | SELECT * FROM ml_roc_curve('m', thresholds => [2])
          |                                                ^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_explain_predict('m', t, STRUCT(50 AS integrated_gradients_num_steps))"), @r"
        error: integrated_gradients_num_steps, which is for deep neural networks, is not supported
         --> statement:1:49
          |
        1 | SELECT * FROM ml_explain_predict('m', t, STRUCT(50 AS integrated_gradients_num_steps))
          |                                                 ^^
          |
          = help: attributions of linear models are exact without it; leave it out
        ");
    assert_snapshot!(generic("SELECT * FROM ml_evaluate('m', 't', 'u')"), @r"
        error: ml_evaluate cannot take the argument 'u'; call it as ml_evaluate('model' [, data] [, threshold => 0.5] [, by_label => true] [, weight => column] [, trial_id => 1])
         --> statement:1:37
          |
        1 | SELECT * FROM ml_evaluate('m', 't', 'u')
          |                                     ^^^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_models('m')"), @r"
        error: ml_models cannot take the argument 'm'; call it as ml_models()
         --> statement:1:25
          |
        1 | SELECT * FROM ml_models('m')
          |                         ^^^
        ");
    assert_snapshot!(generic("SELECT * FROM ml_weights()"), @r"
        error: ml_weights needs a model's name; call it as ml_weights('model' [, standardize => true])
         --> statement:1:15
          |
        1 | SELECT * FROM ml_weights()
          |               ^^^^^^^^^^
        ");
    assert_snapshot!(generic("SELECT * FROM ML.PREDCT(MODEL a, TABLE t)"), @r"
        error: there is no table function ML.PREDCT
         --> statement:1:15
          |
        1 | SELECT * FROM ML.PREDCT(MODEL a, TABLE t)
          |               ^^^^^^^^^
          |
          = help: did you mean ML.PREDICT?
        ");
    // Wherever the query stands.
    assert_snapshot!(generic("CREATE TABLE x AS SELECT 1 FROM (SELECT * FROM ml_evaluate('m', wieght => w))"), @r"
        error: ml_evaluate has no argument wieght; call it as ml_evaluate('model' [, data] [, threshold => 0.5] [, by_label => true] [, weight => column] [, trial_id => 1])
         --> statement:1:65
          |
        1 | CREATE TABLE x AS SELECT 1 FROM (SELECT * FROM ml_evaluate('m', wieght => w))
          |                                                                 ^^^^^^
          |
          = help: did you mean weight?
        ");
    assert_snapshot!(generic("EXPLAIN ANALYZE SELECT * FROM ml_evaluate('m', t, weight => 1)"), @r"
        error: weight cannot be 1; expected a column of the data
         --> statement:1:61
          |
        1 | EXPLAIN ANALYZE SELECT * FROM ml_evaluate('m', t, weight => 1)
          |                                                             ^
        ");
    assert_snapshot!(generic("COPY (SELECT * FROM ml_calibration('m', by_label => true)) TO 'x.csv'"), @r"
        error: ml_calibration has no argument by_label; call it as ml_calibration('model' [, data] [, weight => column])
         --> statement:1:41
          |
        1 | COPY (SELECT * FROM ml_calibration('m', by_label => true)) TO 'x.csv'
          |                                         ^^^^^^^^
        ");
    assert_snapshot!(generic("CREATE MODEL m FROM (SELECT * FROM ml_predict('a', t, threshold => 'x')) TARGET y"), @r"
        error: threshold cannot be 'x'; expected a number from 0 to 1
         --> statement:1:68
          |
        1 | CREATE MODEL m FROM (SELECT * FROM ml_predict('a', t, threshold => 'x')) TARGET y
          |                                                                    ^^^
        ");
    assert_snapshot!(generic("EXPLAIN CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT * FROM ML.PREDICT(MODEL a)"), @r"
        error: ml_predict needs data; call it as ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])
         --> statement:1:77
          |
        1 | EXPLAIN CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT * FROM ML.PREDICT(MODEL a)
          |                                                                             ^^^^^^^^^^
        ");
}

#[test]
fn preprocessing_functions() {
    assert_snapshot!(generic("SELECT ML.BUCKETIZE(x) FROM t"), @r"
        error: ML.BUCKETIZE takes 2 to 4 arguments, not 1; the call is ML.BUCKETIZE(numerical_expression, array_split_points [, exclude_boundaries] [, output_format])
         --> statement:1:8
          |
        1 | SELECT ML.BUCKETIZE(x) FROM t
          |        ^^^^^^^^^^^^
        ");
    assert_snapshot!(generic("SELECT ml_bucketize(x, [3, 1]) FROM t"), @r"
        error: array_split_points of ML.BUCKETIZE cannot be [3, 1]; expected at least one finite number, in ascending order
         --> statement:1:25
          |
        1 | SELECT ml_bucketize(x, [3, 1]) FROM t
          |                         ^^^^
        ");
    assert_snapshot!(generic("SELECT ML.BUCKETIZE(x, [1, 2], FALSE, 'bucket_range') FROM t"), @r"
        error: output_format of ML.BUCKETIZE cannot be 'bucket_range'; expected 'bucket_names', 'bucket_ranges' or 'bucket_ranges_json'
         --> statement:1:39
          |
        1 | SELECT ML.BUCKETIZE(x, [1, 2], FALSE, 'bucket_range') FROM t
          |                                       ^^^^^^^^^^^^^^
          |
          = help: did you mean 'bucket_ranges'?
        ");
    assert_snapshot!(generic("SELECT ML.IMPUTER(x, 'medain') OVER () FROM t"), @r"
        error: strategy of ML.IMPUTER cannot be 'medain'; expected 'mean', 'median' or 'most_frequent'
         --> statement:1:22
          |
        1 | SELECT ML.IMPUTER(x, 'medain') OVER () FROM t
          |                      ^^^^^^^^
          |
          = help: did you mean 'median'?
        ");
    assert_snapshot!(generic("SELECT ML.STANDARD_SCALER(x) FROM t"), @r"
        error: ML.STANDARD_SCALER learns from all rows and needs OVER ()
         --> statement:1:8
          |
        1 | SELECT ML.STANDARD_SCALER(x) FROM t
          |        ^^^^^^^^^^^^^^^^^^
          |
          = help: write ML.STANDARD_SCALER(…) OVER ()
        ");
    assert_snapshot!(generic("SELECT ML.STANDARD_SCALER('a') OVER () FROM t"), @r"
        error: argument 1 of ML.STANDARD_SCALER, numerical_expression, must be a number, not Utf8; the call is ML.STANDARD_SCALER(numerical_expression) OVER ()
         --> statement:1:27
          |
        1 | SELECT ML.STANDARD_SCALER('a') OVER () FROM t
          |                           ^^^
        ");
    assert_snapshot!(generic("SELECT ML.QUANTILE_BUCKETIZE(x, 0) OVER () FROM t"), @r"
        error: num_buckets of ML.QUANTILE_BUCKETIZE cannot be 0; expected a whole number from 1 to 1000000
         --> statement:1:33
          |
        1 | SELECT ML.QUANTILE_BUCKETIZE(x, 0) OVER () FROM t
          |                                 ^
        ");
    assert_snapshot!(generic("SELECT ML.STANDRD_SCALER(x) OVER () FROM t"), @r"
        error: there is no function ML.STANDRD_SCALER
         --> statement:1:8
          |
        1 | SELECT ML.STANDRD_SCALER(x) OVER () FROM t
          |        ^^^^^^^^^^^^^^^^^
          |
          = help: did you mean ML.STANDARD_SCALER?
        ");
    assert_snapshot!(generic("SELECT ML.PREDICT(x) FROM t"), @r"
        error: ML.PREDICT gives a table, so it stands after FROM
         --> statement:1:8
          |
        1 | SELECT ML.PREDICT(x) FROM t
          |        ^^^^^^^^^^
          |
          = help: SELECT * FROM ML.PREDICT(...)
        ");
    assert_snapshot!(generic("SELECT ML.DISTANCE(a, b) FROM t"), @r"
        error: ML.DISTANCE, which is for vectors of embeddings, is not supported
         --> statement:1:8
          |
        1 | SELECT ML.DISTANCE(a, b) FROM t
          |        ^^^^^^^^^^^
          |
          = help: SQL over the data is the way to it here
        ");
    assert_snapshot!(bigquery("SELECT ML.FOO(x) FROM t"), @r"
        error: there is no function ML.FOO
         --> statement:1:8
          |
        1 | SELECT ML.FOO(x) FROM t
          |        ^^^^^^
          |
          = help: there are ML.BUCKETIZE, ML.FEATURE_CROSS, ML.NGRAMS, ML.NORMALIZER, ML.POLYNOMIAL_EXPAND, ML.IMPUTER, ML.LABEL_ENCODER, ML.MAX_ABS_SCALER, ML.MIN_MAX_SCALER, ML.MULTI_HOT_ENCODER, ML.ONE_HOT_ENCODER, ML.QUANTILE_BUCKETIZE, ML.ROBUST_SCALER, ML.STANDARD_SCALER
        ");
    assert_snapshot!(generic("CREATE MODEL m TRANSFORM(ML.MIN_MAX_SCALR(x) OVER () AS z, label) OPTIONS (model_type = 'linear_reg') AS SELECT 1"), @r"
        error: there is no function ML.MIN_MAX_SCALR
         --> statement:1:26
          |
        1 | CREATE MODEL m TRANSFORM(ML.MIN_MAX_SCALR(x) OVER () AS z, label) OPTIONS (model_type = 'linear_reg') AS SELECT 1
          |                          ^^^^^^^^^^^^^^^^
          |
          = help: did you mean ML.MIN_MAX_SCALER?
        ");
}

#[test]
fn what_cannot_be_translated() {
    assert_snapshot!(bigquery("SELECT FORMAT('%q', 1)"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:8
          |
        1 | SELECT FORMAT('%q', 1)
          |        ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("EXPLAIN SELECT FORMAT('%q', 1)"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:16
          |
        1 | EXPLAIN SELECT FORMAT('%q', 1)
          |                ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("CREATE TABLE x AS WITH q AS (SELECT FORMAT('%q', 1) AS a) SELECT * FROM q"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:37
          |
        1 | CREATE TABLE x AS WITH q AS (SELECT FORMAT('%q', 1) AS a) SELECT * FROM q
          |                                     ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("COPY (SELECT FORMAT('%q', 1)) TO 'x.csv'"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:14
          |
        1 | COPY (SELECT FORMAT('%q', 1)) TO 'x.csv'
          |              ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("SELECT * FROM ML.PREDICT(MODEL m, (SELECT FORMAT('%q', 1) AS x))"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:43
          |
        1 | SELECT * FROM ML.PREDICT(MODEL m, (SELECT FORMAT('%q', 1) AS x))
          |                                           ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("CREATE MODEL m FROM (SELECT FORMAT('%q', 1) AS x, y FROM t) TARGET y"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:29
          |
        1 | CREATE MODEL m FROM (SELECT FORMAT('%q', 1) AS x, y FROM t) TARGET y
          |                             ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(generic("CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT FORMAT('%q', 1) AS x, label FROM t"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:62
          |
        1 | CREATE MODEL m OPTIONS (model_type = 'linear_reg') AS SELECT FORMAT('%q', 1) AS x, label FROM t
          |                                                              ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(generic("CREATE MODEL m TRANSFORM(FORMAT('%q', x) AS z, label) OPTIONS (model_type = 'linear_reg') AS SELECT 1"), @r"
        error: %q in FORMAT is not supported
         --> statement:1:26
          |
        1 | CREATE MODEL m TRANSFORM(FORMAT('%q', x) AS z, label) OPTIONS (model_type = 'linear_reg') AS SELECT 1
          |                          ^^^^^^
          |
          = help: there are %d, %i, %x, %X, %o, %f, %e, %g, %s, %t and %%, such as %5d, %-5s, %05.2f, %'d
        ");
    assert_snapshot!(bigquery("SELECT * FROM t TABLESAMPLE SYSTEM (10 PERCENT)"), @r"
        error: TABLESAMPLE is not supported
         --> statement:1:15
          |
        1 | SELECT * FROM t TABLESAMPLE SYSTEM (10 PERCENT)
          |               ^
          |
          = help: a table has the rows of now, and WHERE rand() < 0.1 takes a tenth of them
        ");
    assert_snapshot!(bigquery("SELECT IF(x) FROM t"), @r"
        error: IF is called as IF(condition, value, otherwise)
         --> statement:1:8
          |
        1 | SELECT IF(x) FROM t
          |        ^^
        ");
}

#[test]
fn files_elsewhere() {
    assert_snapshot!(generic("EXPORT MODEL a OPTIONS (URI = 'gs://x')"), @r"
        error: a model file at gs://x is not supported
         --> statement:1:31
          |
        1 | EXPORT MODEL a OPTIONS (URI = 'gs://x')
          |                               ^^^^^^^^
          |
          = help: give the path of a file on this machine and copy it from or to there
        ");
    assert_snapshot!(generic("IMPORT MODEL a FROM 's3://bucket/x.dfml'"), @r"
        error: a model file at s3://bucket/x.dfml is not supported
         --> statement:1:21
          |
        1 | IMPORT MODEL a FROM 's3://bucket/x.dfml'
          |                     ^^^^^^^^^^^^^^^^^^^^
          |
          = help: give the path of a file on this machine and copy it from or to there
        ");
}

/// What depends on tables, on models or on the host is no fault of the text.
#[test]
fn what_may_run_passes() {
    for text in [
        "SELECT nothing FROM nowhere",
        "SELECT my_function(1), ml.my_function(1), ml_my_function(1), \"ML\".\"Foo\"(1) FROM my_table_function(1)",
        "SELECT FORMAT('%q', 1)",
        "SELECT ML.BUCKETIZE(x, points) FROM t",
        "SELECT ML.BUCKETIZE(x, [1, 2.5], true, 'bucket_names'), ML.NGRAMS(w, [1, 2], '#'), ML.NORMALIZER(v, 0) FROM t",
        "SELECT ML.IMPUTER(x, 'MEAN') OVER (PARTITION BY k), ML.ROBUST_SCALER(x, [25, 75]) OVER () FROM t",
        "SELECT ML.LABEL_ENCODER(k, 10, 0) OVER (), ML.ONE_HOT_ENCODER(k, 'most_frequent') OVER () FROM t",
        "SELECT ML.POLYNOMIAL_EXPAND(STRUCT(x, y), 3), ML.FEATURE_CROSS(STRUCT(k, l)) FROM t",
        "SELECT * FROM ml_predict('m', t, threshold => 0.5, keep_original_columns => true, trial_id => 3)",
        "SELECT * FROM ML.PREDICT(MODEL m, (SELECT * FROM t), STRUCT(0.5))",
        "SELECT * FROM ml_predict(model => 'm', data => t)",
        "SELECT * FROM ml_evaluate('m'), ml_evaluate('m', t, by_label => true, weight => w), ml_evaluate('m', 'a.csv')",
        "SELECT * FROM ml_confusion_matrix('m', threshold => 0.2), ml_calibration('m', t, weight => \"W\")",
        "SELECT * FROM ML.ROC_CURVE(MODEL m, GENERATE_ARRAY(0.1, 0.9, 0.1)), ML.ROC_CURVE(MODEL m, TABLE t, [0.2, 0.5])",
        "SELECT * FROM ml_threshold_curve('m', held_out => true), ml_advanced_weights('m', standardize => true, level => 0.9)",
        "SELECT * FROM ml_models(), ml_model_versions(), ml_model_versions('m'), ml_trial_info('m'), ml_feature_info(\"M\")",
        "SELECT * FROM ML.GLOBAL_EXPLAIN(MODEL m, STRUCT(TRUE AS class_level_explain)), ml_explain_predict('m', t, top_k_features => 3)",
        "SELECT explain_model('nosuch')",
        "EXPORT MODEL m TO 'x.dfml'; IMPORT MODEL m FROM 'x.dfml' FUNCTION f; SHOW MODELS; DROP MODEL m",
    ] {
        assert_eq!(fault(Dialect::Generic, text), None, "{text}");
    }
    for text in [
        "SELECT label, p.prob FROM ML.PREDICT(MODEL m, TABLE t), UNNEST(predicted_label_probs) AS p WHERE p.label = 1",
        "SELECT * EXCEPT (a) REPLACE (IF(b > 1, 'x', \"y\") AS b), SAFE_DIVIDE(a, b), FORMAT('%.2f', a / b) FROM `p.d.t`",
        "SELECT DATE_DIFF(a, b, DAY), EXTRACT(DAYOFWEEK FROM a), [1, 2][OFFSET(0)], CAST(a AS INT64) FROM t",
    ] {
        assert_eq!(fault(Dialect::BigQuery, text), None, "{text}");
    }
}

/// Nothing is copied: the stack of a thread is not enough for copies of long chains.
#[test]
fn deep_queries_are_checked() {
    for link in [" + 1", " OR a", " || 'a'", " / 2", " UNION ALL SELECT 1"] {
        let text = format!("SELECT a{}", link.repeat(4_900));
        for dialect in [Dialect::Generic, Dialect::BigQuery] {
            assert_eq!(fault(dialect, &text), None, "{link}");
        }
        let text = format!("SELECT * FROM ml_predict('m', (SELECT a{}))", link.repeat(4_900));
        assert_eq!(fault(Dialect::Generic, &text), None, "{link}");
    }
}

/// The published statements that are refused, with what is said of them.
#[test]
fn published_statements() {
    let mut refused = String::new();
    for (file, dialect) in [
        (include_str!("../../../tests/statements/redshift.sql"), Dialect::Generic),
        (include_str!("../../../tests/statements/bigquery.sql"), Dialect::Generic),
        (include_str!("../../../tests/statements/bigquery_queries.sql"), Dialect::BigQuery),
    ] {
        for text in file.split("-- next --\n") {
            let session = session(dialect);
            for statement in parse_with_session(text, &session).unwrap() {
                if let Err(error) = check(statement, &session) {
                    assert!(error.location().is_some(), "{error}");
                    let message = error.message();
                    if !message.starts_with("MODEL_TYPE") {
                        refused.push_str(&format!("{message}\n"));
                    }
                }
            }
        }
    }
    assert_snapshot!(refused);
}
